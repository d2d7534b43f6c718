// A user interface toolkit in one file, standing for Avalonia or WPF: a dispatcher with a thread and a context of its own, and controls that only that thread may touch.
using System.Collections.Concurrent;

namespace Ui.Tests;

/// <summary>The queue of one thread. Controls remember the one they were made on.</summary>
internal sealed class Dispatcher : IDisposable
{
    [ThreadStatic] private static Dispatcher? t_current;

    private readonly BlockingCollection<Action> _queue = [];
    private readonly Thread _thread = Thread.CurrentThread;

    public Dispatcher()
    {
        t_current = this;
        SynchronizationContext.SetSynchronizationContext(new DispatcherContext(this));
    }

    public static Dispatcher Current => t_current ?? throw new InvalidOperationException("This thread has no dispatcher.");

    public void VerifyAccess()
    {
        if (Thread.CurrentThread != _thread) throw new InvalidOperationException("Only the thread of the user interface may touch this.");
    }

    public bool BeginInvoke(Action action)
    {
        try
        {
            return _queue.TryAdd(action);
        }
        catch (InvalidOperationException)
        {
            return false;       // it has been shut down
        }
    }

    public void Run()
    {
        foreach (var action in _queue.GetConsumingEnumerable()) action();
    }

    public void Shutdown() => _queue.CompleteAdding();

    public void Dispose() => _queue.Dispose();

    private sealed class DispatcherContext(Dispatcher dispatcher) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => dispatcher.BeginInvoke(() => d(state));
    }
}

internal sealed class Label
{
    private readonly Dispatcher _dispatcher = Dispatcher.Current;
    private string _text = "";

    public string Text
    {
        get
        {
            _dispatcher.VerifyAccess();
            return _text;
        }

        set
        {
            _dispatcher.VerifyAccess();
            _text = value;
        }
    }
}
