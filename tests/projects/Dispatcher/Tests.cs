using System.Collections.Concurrent;
using Rondo;
using Rondo.Loops;

public sealed class Ui : LoopDispatcher
{
    [ThreadStatic] public static bool IsHere;

    private readonly BlockingCollection<Action> _queue = [];

    public Ui() => Journal.Add("ui made");

    public override bool TryPost(Action callback)
    {
        try { return _queue.TryAdd(callback); }
        catch (InvalidOperationException) { return false; }
    }

    public override void Run()
    {
        IsHere = true;
        foreach (var next in _queue.GetConsumingEnumerable()) next();
        Journal.Add("ui ended");
    }

    public override void Shutdown() => _queue.CompleteAdding();
}

public sealed record Window(int Thread);

public static class UiFixtures
{
    [Fixture(FixtureScope.Worker), Loop(Dispatcher = typeof(Ui))] public static Window Window()
    {
        Expect.True(Ui.IsHere, "a synchronous fixture on the dispatcher's thread");
        return new Window(Environment.CurrentManagedThreadId);
    }

    [Fixture] public static async Task<string> Elsewhere()
    {
        await Task.Yield();
        Expect.True(!Ui.IsHere, "a fixture without the mark is on the worker's pump");
        return "elsewhere";
    }
}

[Loop(Dispatcher = typeof(Ui))]
public sealed class OnUi : IDisposable
{
    private readonly int _madeOn = Environment.CurrentManagedThreadId;

    public OnUi() => Expect.True(Ui.IsHere == (SynchronizationContext.Current is LoopLane), "the constructor");

    [Test] public async Task An_asynchronous_test(Window window, string elsewhere, EventLoop loop)
    {
        Expect.True(Ui.IsHere && window.Thread == Environment.CurrentManagedThreadId && _madeOn == window.Thread, "one thread");
        await Task.Run(() => { });
        await Task.Delay(TimeSpan.FromMilliseconds(5), loop.Clock);
        Expect.True(Ui.IsHere, "after awaits");
        Expect.True(ReferenceEquals(loop, EventLoop.Current) && SynchronizationContext.Current is LoopLane, "its loop and its lane");
        Expect.Equal("elsewhere", elsewhere);
        Expect.True(TestContext.Current!.Id.EndsWith(nameof(An_asynchronous_test)), "its context");
    }

    [Test] public void A_synchronous_test(Window window)
    {
        Expect.Equal(window.Thread, Environment.CurrentManagedThreadId);
        Expect.True(SynchronizationContext.Current is LoopLane, "its lane");
        Console.WriteLine("printed on the ui");
    }

    [Test] public async Task Fails_with_a_deadlock()
    {
        await Task.Yield();
        YieldAsync().Wait();
    }

    [Test] public async Task Leaves_something()
    {
        await Task.Yield();
        Hanging();
    }

    [Test, Timeout(300)] public async Task Is_stopped_by_its_limit(CancellationToken stop) => await Task.Delay(-1, stop);

    [Test, Loop(Backend = LoopBackend.ThreadPool)] public async Task A_nearer_backend_takes_it_away()
    {
        Expect.True(!Ui.IsHere && SynchronizationContext.Current is null, "the pool");
        await Task.Yield();
    }

    [Test] public async Task Virtual_time_is_refused_where_it_is_asked_for()
    {
        await Task.Yield();
        try { EventLoop.Create(new() { Clock = LoopClock.Virtual() }); }
        catch (LoopException refused) when (refused.Code == "RND3012") { return; }
        throw new Exception("It was not refused.");
    }

    public void Dispose() => Expect.True(Ui.IsHere == (SynchronizationContext.Current is LoopLane), "the disposal");

    private static async Task YieldAsync() => await Task.Yield();

    private static async void Hanging() => await new TaskCompletionSource().Task;
}
