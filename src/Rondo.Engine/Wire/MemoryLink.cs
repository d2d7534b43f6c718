using System.Diagnostics;

namespace Rondo.Engine.Wire;

/// <summary>A link inside one process (<c>-n 0</c>): hands the objects over as they are. Never waits when sending.</summary>
[DebuggerDisplay("dead: {_dead}")]
internal sealed class MemoryLink : IMessageLink
{
    private readonly Inbox _incoming;
    private readonly Inbox _outgoing;
    private readonly List<Message> _unsent = [];
    private volatile bool _dead;

    private MemoryLink(Inbox incoming, Inbox outgoing) => (_incoming, _outgoing) = (incoming, outgoing);

    public static (MemoryLink Controller, MemoryLink Worker) Pair()
    {
        Inbox toController = new(), toWorker = new();
        return (new MemoryLink(toController, toWorker), new MemoryLink(toWorker, toController));
    }

    public bool IsDead => _dead;

    public void Send(Message message)
    {
        lock (_unsent)
        {
            if (!_dead) _unsent.Add(message);
        }
    }

    public void Flush()
    {
        lock (_unsent)
        {
            if (_unsent.Count > 0 && !_outgoing.Add(_unsent)) _dead = true;
            _unsent.Clear();
        }
    }

    public Message? Receive() => _incoming.Take();

    public ValueTask<Message?> ReceiveAsync(CancellationToken stop = default) => _incoming.TakeAsync(stop);

    /// <summary>The peer receives what was flushed, then null.</summary>
    public void Dispose()
    {
        lock (_unsent)
        {
            _dead = true;
            _unsent.Clear();
        }

        _outgoing.NoMore();
        _incoming.Refuse();
    }

    /// <summary>Messages for one end. A receiver is woken by its lock, not through the thread pool, which a test may have filled.</summary>
    private sealed class Inbox
    {
        private readonly object _lock = new();
        private readonly Queue<Message> _messages = new();
        private TaskCompletionSource? _changed;
        private bool _complete;

        /// <summary>False if the receiver is gone.</summary>
        public bool Add(List<Message> messages)
        {
            lock (_lock)
            {
                if (_complete) return false;
                foreach (var message in messages) _messages.Enqueue(message);
                Wake();
                return true;
            }
        }

        public void NoMore()
        {
            lock (_lock)
            {
                _complete = true;
                Wake();
            }
        }

        public void Refuse()
        {
            lock (_lock)
            {
                _messages.Clear();
                _complete = true;
                Wake();
            }
        }

        public Message? Take()
        {
            lock (_lock)
            {
                while (true)
                {
                    if (_messages.TryDequeue(out var message)) return message;
                    if (_complete) return null;
                    Monitor.Wait(_lock);
                }
            }
        }

        public ValueTask<Message?> TakeAsync(CancellationToken stop) => new(TakeWhenThereAsync(stop));

        // A task, since the images for the start cannot hold methods of the platform's builder for ValueTask.
        private async Task<Message?> TakeWhenThereAsync(CancellationToken stop)
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (_messages.TryDequeue(out var message)) return message;
                    if (_complete) return null;
                    _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    changed = _changed.Task;
                }

                await changed.WaitAsync(stop).ConfigureAwait(false);
            }
        }

        private void Wake()
        {
            Monitor.PulseAll(_lock);
            _changed?.TrySetResult();
            _changed = null;
        }
    }
}
