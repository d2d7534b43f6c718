using System.Collections.Concurrent;
using Rondo;
using Rondo.Loops;

public sealed class Ui : LoopDispatcher
{
    private readonly BlockingCollection<Action> _queue = [];

    public override bool TryPost(Action callback)
    {
        try { return _queue.TryAdd(callback); }
        catch (InvalidOperationException) { return false; }
    }

    public override void Run()
    {
        foreach (var next in _queue.GetConsumingEnumerable()) next();
    }

    public override void Shutdown() => _queue.CompleteAdding();
}

public sealed class OnUi
{
    private static volatile bool s_enough;

    [Test, Timeout(500), Loop(Dispatcher = typeof(Ui))] public async Task Holds_its_thread()
    {
        await Task.Yield();
        SpinOnTheUi();
    }

    [Test, Case(1), Case(2)] public async Task Healthy(int number)
    {
        Journal.Add("healthy " + number);
        await Task.Yield();
    }

    private static void SpinOnTheUi()
    {
        var count = 0L;
        while (!s_enough) count++;
    }
}
