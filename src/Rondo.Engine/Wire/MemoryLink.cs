using System.Diagnostics;

namespace Rondo.Engine.Wire;

/// <summary>A link inside one process (<c>-n 0</c>): hands the objects over as they are. Never waits when sending.</summary>
[DebuggerDisplay("dead: {_dead}")]
internal sealed class MemoryLink : IMessageLink
{
    private readonly Inbox _incoming;
    private readonly Inbox _outgoing;
    private readonly Action<IReadOnlyList<Message>>? _witness;
    private readonly List<Message> _unsent = [];
    private volatile bool _dead;

    private MemoryLink(Inbox incoming, Inbox outgoing, Action<IReadOnlyList<Message>>? witness) => (_incoming, _outgoing, _witness) = (incoming, outgoing, witness);

    /// <param name="witness">Hears what the worker flushes, in order, on the thread that flushes it and before that goes on: the peer takes messages when it comes to it. Null for none.</param>
    public static (MemoryLink Controller, MemoryLink Worker) Pair(Action<IReadOnlyList<Message>>? witness = null)
    {
        Inbox toController = new(), toWorker = new();
        return (new MemoryLink(toController, toWorker, witness: null), new MemoryLink(toWorker, toController, witness));
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
            if (_unsent.Count == 0) return;
            if (_outgoing.Add(_unsent)) _witness?.Invoke(_unsent);
            else _dead = true;
            _unsent.Clear();
        }
    }

    public Message? Receive() => _incoming.Take();

    public IReadOnlyList<Message>? ReceiveLot() => _incoming.TakeLot();

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
        private bool _complete;

        /// <summary>False if the receiver is gone.</summary>
        public bool Add(List<Message> messages)
        {
            lock (_lock)
            {
                if (_complete) return false;
                foreach (var message in messages) _messages.Enqueue(message);
                Monitor.PulseAll(_lock);
                return true;
            }
        }

        public void NoMore()
        {
            lock (_lock)
            {
                _complete = true;
                Monitor.PulseAll(_lock);
            }
        }

        public void Refuse()
        {
            lock (_lock)
            {
                _messages.Clear();
                _complete = true;
                Monitor.PulseAll(_lock);
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

        public IReadOnlyList<Message>? TakeLot()
        {
            lock (_lock)
            {
                while (_messages.Count == 0)
                {
                    if (_complete) return null;
                    Monitor.Wait(_lock);
                }

                Message[] lot = [.. _messages];
                _messages.Clear();
                return lot;
            }
        }
    }
}
