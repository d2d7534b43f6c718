using System.Collections.Concurrent;

namespace Rondo.Loops.Tests;

/// <summary>A dispatcher as somebody else would have it: a thread, a queue, a context of its own, work of its own, frames inside frames.</summary>
sealed class SmallDispatcher : LoopDispatcher, IDisposable
{
    readonly BlockingCollection<Action> _queue = [];
    readonly SynchronizationContext _context;
    volatile bool _over;

    internal SmallDispatcher() => _context = new Context(this);

    internal int ThreadId { get; private set; }

    /// <summary>How many callbacks it has run, its own and ours.</summary>
    internal int Ran { get; private set; }

    internal bool Refuses { get; set; }

    internal Action<Action>? Instead { get; set; }

    public override bool TryPost(Action callback)
    {
        if (Refuses) return false;
        if (Instead is { } instead)
        {
            instead(callback);
            return true;
        }
        try { return _queue.TryAdd(callback); }
        catch (InvalidOperationException) { return false; }
    }

    public override void Run()
    {
        ThreadId = Environment.CurrentManagedThreadId;
        SynchronizationContext.SetSynchronizationContext(_context);
        RunFrame(() => _over);
        _queue.CompleteAdding();
    }

    /// <summary>A nested frame, as of a modal dialog.</summary>
    internal void RunFrame(Func<bool> until)
    {
        while (!until())
        {
            if (!_queue.TryTake(out var next, 10)) continue;
            Ran++;
            next();
        }
    }

    public override void Shutdown() => _over = true;

    public void Dispose() => _queue.Dispose();

    sealed class Context(SmallDispatcher dispatcher) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => dispatcher.TryPost(() => d(state));
    }
}
