// 10 classes of 50 cases = 500. Data sources are left out on purpose: a source whose worker dies gives one error instead of its rows, which is
// right but makes the number of ids depend on when the worker was killed.
using System.Diagnostics;

namespace SoakSuite;

/// <summary>Asynchronous tests of 1 to 28 ms.</summary>
public abstract class Waiting
{
    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Brief(int row, CancellationToken stop) => Body.Wait(1 + row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Medium(int row, CancellationToken stop) => Body.Wait(8 + row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Lengthy(int row, CancellationToken stop) => Body.Wait(10 + 2 * row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public async ValueTask In_two_steps(int row, CancellationToken stop)
    {
        await Body.Wait(row, stop);
        await Task.Yield();
        await Body.Wait(row, stop);
    }

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public async Task And_talking(int row, TestContext context, CancellationToken stop)
    {
        await context.Output.WriteLineAsync(new string('x', 100 * row).AsMemory(), stop);
        Console.WriteLine("row " + row);
        await Body.Wait(row, stop);
    }
}

/// <summary>Synchronous tests of 1 to 19 ms.</summary>
public abstract class Blocking
{
    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void Brief(int row) => Body.Block(1 + row);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void Medium(int row) => Body.Block(5 + row);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void Lengthy(int row) => Body.Block(10 + row);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void Busy(int row) => Body.Spin(1 + row);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void And_talking(int row)
    {
        Console.WriteLine("row " + row);
        Body.Block(1 + row);
    }
}

/// <summary>Tests with a value of their worker.</summary>
public abstract class OnAHouse(House house)
{
    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task First(int row, CancellationToken stop) => house.Visit(row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Second(int row, CancellationToken stop) => house.Visit(2 * row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Third(int row, CancellationToken stop) => house.Visit(10 + row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task In_a_directory(int row, TempDirectory directory, CancellationToken stop) => File.WriteAllTextAsync(directory.Combine("row"), "row " + row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void Without_await(int row) => Body.Block(row);
}

/// <summary>Tests with a value of their class, which therefore stays whole on one worker, also when that one died.</summary>
public abstract class InARoom(Room room)
{
    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task First(int row, CancellationToken stop) => room.House.Visit(row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Second(int row, CancellationToken stop) => room.House.Visit(2 * row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Third(int row, CancellationToken stop) => room.House.Visit(3 + row, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public Task Fourth(int row, CancellationToken stop) => room.House.Visit(1, stop);

    [Test, Case(0), Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8), Case(9)]
    public void Without_await(int row) => Body.Block(row);
}

public sealed class Waiting1 : Waiting;

public sealed class Waiting2 : Waiting;

public sealed class Waiting3 : Waiting;

public sealed class Waiting4 : Waiting;

public sealed class Blocking1 : Blocking;

public sealed class Blocking2 : Blocking;

public sealed class OnAHouse1(House house) : OnAHouse(house);

public sealed class OnAHouse2(House house) : OnAHouse(house);

public sealed class InARoom1(Room room) : InARoom(room);

public sealed class InARoom2(Room room) : InARoom(room);

public sealed class House
{
    public bool IsOpen { get; set; } = true;

    public async Task Visit(int milliseconds, CancellationToken stop)
    {
        if (!IsOpen) throw new InvalidOperationException("The house is closed.");
        await Body.Wait(milliseconds, stop);
        if (!IsOpen) throw new InvalidOperationException("The house was closed during the visit.");
    }
}

public sealed record Room(House House);

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)]
    public static async Task House(Use<House> use, CancellationToken stop)
    {
        await Body.Wait(20, stop);
        var house = new House();
        await use(house);
        house.IsOpen = false;
        await Body.Wait(20, CancellationToken.None);
    }

    [Fixture(FixtureScope.Class)]
    public static async Task Room(Use<Room> use, House house, CancellationToken stop)
    {
        await house.Visit(10, stop);
        await use(new Room(house));
        await house.Visit(10, CancellationToken.None);
    }
}

internal static class Body
{
    public static Task Wait(int milliseconds, CancellationToken stop) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, stop);

    // Blocks the thread as slow synchronous code does.
    public static void Block(int milliseconds)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(milliseconds);
    }

    public static void Spin(int milliseconds)
    {
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from).TotalMilliseconds < milliseconds)
        {
        }
    }
}
