// 7 classes of 10 cases = 70. They differ in what they share and claim; what each case does is decided by Acts.
using System.Diagnostics;

namespace Chaos;

public abstract class Awaiting
{
    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task A(int row, Own own, TestContext context) => Doing.AwaitAsync(row, own, context);
}

public abstract class InThread
{
    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void S(int row, Own own, TestContext context) => Doing.Do(row, own, context);
}

public sealed class Plain : Awaiting;

public sealed class Threads : InThread;

public sealed class OnAHouse(House house) : Awaiting
{
    [Test] public void Is_open() => Doing.Check(house.IsOpen);
}

public sealed class InARoom(Room room) : InThread
{
    [Test] public void Is_open() => Doing.Check(room.House.IsOpen);
}

[Serial] public sealed class Alone : Awaiting;

[ResourceLock("door")] public sealed class BehindADoor : Awaiting;

[ResourceLock("door")] public sealed class BehindTheSameDoor : InThread;

/// <summary>Each test has its own.</summary>
public sealed record Own(string Id);

public sealed class House
{
    public bool IsOpen { get; set; } = true;
}

public sealed record Room(House House);

public static class Fixtures
{
    [Fixture]
    public static async Task Own(Use<Own> use, TestContext context)
    {
        var act = Doing.ActOf(context.Id);
        if (act == Act.FixtureFails) throw new InvalidOperationException("the fixture fails on purpose");
        await use(new Own(context.Id));
        if (act == Act.TeardownFails) throw new InvalidOperationException("the teardown fails on purpose");
    }

    [Fixture(FixtureScope.Worker)]
    public static async Task House(Use<House> use)
    {
        await Task.Delay(10);
        var house = new House();
        await use(house);
        house.IsOpen = false;
    }

    [Fixture(FixtureScope.Class)]
    public static async Task Room(Use<Room> use, House house)
    {
        await Task.Delay(5);
        await use(new Room(house));
    }
}

internal static class Doing
{
    private static readonly int s_seed = int.Parse(Environment.GetEnvironmentVariable("CHAOS_SEED") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
    private static ulong s_number;

    public static Act ActOf(string id) => id.Contains('(', StringComparison.Ordinal) ? Acts.Of(s_seed, id, id.Contains(".A(", StringComparison.Ordinal)) : Act.Pass;

    public static void Check(bool isOpen)
    {
        if (!isOpen) throw new InvalidOperationException("The house is closed.");
    }

    public static async Task AwaitAsync(int row, Own own, TestContext context)
    {
        if (own.Id != context.Id) throw new InvalidOperationException($"'{context.Id}' was given what belongs to '{own.Id}'.");
        await Task.Delay(TimeSpan.FromMilliseconds(row + Acts.Chance(s_seed, own.Id, 4) * 25));
        switch (ActOf(context.Id))
        {
            case Act.Deadlock: LaterAsync().Wait(); break;
            case Act.HangInAwait: await Task.Delay(Timeout.Infinite); break;
            case Act.HoldLoop: for (var number = 1ul; number != 0; number++) s_number ^= number; break;
            default: Common(context); break;
        }
    }

    public static void Do(int row, Own own, TestContext context)
    {
        if (own.Id != context.Id) throw new InvalidOperationException($"'{context.Id}' was given what belongs to '{own.Id}'.");
        using var never = new ManualResetEventSlim();
        never.Wait(row + (int)(Acts.Chance(s_seed, own.Id, 4) * 25));
        switch (ActOf(context.Id))
        {
            case Act.Exit: Environment.Exit(0); break;
            case Act.Overflow: s_number += Deeper(1); break;
            case Act.HangInThread: Thread.Sleep(Timeout.Infinite); break;
            default: Common(context); break;
        }
    }

    private static void Common(TestContext context)
    {
        switch (ActOf(context.Id))
        {
            case Act.Skip: Skip.Because("on purpose"); break;
            case Act.Fail: throw new InvalidOperationException("fails on purpose");
            case Act.FailOnce when context.Attempt == 1: throw new InvalidOperationException("fails on purpose, once");
            case Act.FailFast: Environment.FailFast("ends on purpose"); break;
            case Act.KillSelf: Process.GetCurrentProcess().Kill(); Thread.Sleep(Timeout.Infinite); break;
            case Act.LeaveChild: Process.Start("sleep", "120").Dispose(); break;
            case Act.Babble:
                Console.WriteLine(new string('x', 200_000));
                using (var native = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(1, ownsHandle: false), FileAccess.Write)) native.Write([0, 255, 27, (byte)'[', (byte)'2', (byte)'J', 10, 128, 13]);
                break;
        }
    }

    private static async Task LaterAsync() => await Task.Delay(1);

    private static ulong Deeper(ulong number) => number == 0 ? 0 : Deeper(number + 1) + s_number;
}
