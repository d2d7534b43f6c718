using Rondo;
using Rondo.Loops;

public sealed record Made(int Thread);

public sealed class OnMainThread : IDisposable
{
    private static readonly AsyncLocal<string?> s_ambient = new();
    private readonly int _madeOn = Environment.CurrentManagedThreadId;

    public OnMainThread() => s_ambient.Value = "set by the constructor";

    [Fixture] public Made Mine() => new(Environment.CurrentManagedThreadId);

    [Test, MainThread] public void A_synchronous_test_its_constructor_and_its_fixture(Made mine)
    {
        Check.IsMain();
        Expect.Equal(_madeOn, Environment.CurrentManagedThreadId);
        Expect.Equal(mine.Thread, Environment.CurrentManagedThreadId);
        Expect.True(SynchronizationContext.Current is null, "no context");
        Expect.True(EventLoop.Current is null, "no loop");
        Expect.Equal("set by the constructor", s_ambient.Value);
        // Honest waiting is allowed; only the worker's pump stands still.
        YieldAsync().Wait();
    }

    [Test, MainThread] public async Task An_asynchronous_test_and_its_constructor()
    {
        Check.IsMain();
        Expect.Equal(_madeOn, Environment.CurrentManagedThreadId);
        await Task.Run(() => { });
        Check.IsMain();
    }

    [Test, MainThread, Loop(Backend = LoopBackend.ThreadPool)] public async Task On_the_pool_the_body_begins_there()
    {
        Check.IsMain();
        var loop = EventLoop.Current;
        Expect.True(SynchronizationContext.Current is null && loop is not null, "no context, but a loop");
        await Task.Delay(5);
        Expect.True(Thread.CurrentThread.IsThreadPoolThread, "a thread of the pool");
        Expect.True(ReferenceEquals(loop, EventLoop.Current), "the same loop");
    }

    [Test] public void Without_the_mark_it_is_another_thread() => Expect.True(Environment.CurrentManagedThreadId != 1, "another thread");

    [Test, MainThread] public void Fails_as_any_other() => throw new FormatException("as any other");

    [Test, MainThread] public void Skips_as_any_other() => Skip.Because("as any other");

    [Test, MainThread] public void A_loop_cannot_be_run_inside_the_pump()
    {
        try
        {
            EventLoop.Create(new() { Name = "inner" }).Run(_ => Task.CompletedTask);
        }
        catch (LoopNestedRunException nested)
        {
            Expect.True(nested.Message.Contains(nameof(A_loop_cannot_be_run_inside_the_pump)), nested.Message);
            return;
        }

        throw new Exception("It ran.");
    }

    [Test, MainThread] public void Its_apartment_is_that_of_Main()
    {
        Skip.Unless(OperatingSystem.IsWindows(), "Apartments are Windows' alone.");
        Expect.Equal(ApartmentState.MTA, Thread.CurrentThread.GetApartmentState());
    }

    public void Dispose()
    {
        if (TestContext.Current!.Id.EndsWith("its_fixture")) Journal.Add("disposed on " + Environment.CurrentManagedThreadId);
    }

    private static async Task YieldAsync() => await Task.Yield();
}

[MainThread]
public sealed class Marked
{
    [Test, Case(1), Case(2)] public void The_whole_class(int number) => Check.IsMain();

    [Test] public static void A_static_test() => Check.IsMain();
}

internal static class Check
{
    public static void IsMain() => Expect.Equal(1, Environment.CurrentManagedThreadId);
}
