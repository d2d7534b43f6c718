using System.Diagnostics.CodeAnalysis;

namespace Rondo.Engine.Collections;

/// <summary>Hands objects to a thread that waits for them.</summary>
/// <remarks>
/// Any thread adds; one takes. The platform's collection for this wakes its taker at the end with an exception, which costs a short process milliseconds.
/// </remarks>
internal sealed class Handover<T>
    where T : class
{
    private readonly object _gate = new();
    private readonly Queue<T> _waiting = new();
    private bool _isClosed;

    /// <returns>False: it is closed.</returns>
    public bool TryAdd(T item)
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            _waiting.Enqueue(item);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Takes the next object; waits for it.</summary>
    /// <returns>False: it is closed, and everything was taken.</returns>
    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        lock (_gate)
        {
            while (!_waiting.TryDequeue(out item))
            {
                if (_isClosed) return false;
                Monitor.Wait(_gate);
            }

            return true;
        }
    }

    /// <summary>Nothing more comes. Once more does nothing.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
