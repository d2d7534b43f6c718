using System.Threading.Channels;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Control;

/// <summary>A link in memory whose ends never hold a thread, so that all that is under way is work of the pool.</summary>
internal sealed class SimulatedLink(ChannelReader<Message> incoming, ChannelWriter<Message> outgoing) : IMessageLink
{
    private readonly List<Message> _unsent = [];

    public static (SimulatedLink Controller, SimulatedLink Worker) Pair()
    {
        Channel<Message> toController = Channel.CreateUnbounded<Message>(), toWorker = Channel.CreateUnbounded<Message>();
        return (new SimulatedLink(toController, toWorker), new SimulatedLink(toWorker, toController));
    }

    public bool IsDead { get; private set; }

    public void Send(Message message)
    {
        lock (_unsent) _unsent.Add(message);
    }

    public void Flush()
    {
        lock (_unsent)
        {
            foreach (var message in _unsent) IsDead |= !outgoing.TryWrite(message);
            _unsent.Clear();
        }
    }

    /// <summary>The next message; null when there will be none.</summary>
    public async Task<Message?> ReceiveAsync() =>
        await incoming.WaitToReadAsync().ConfigureAwait(false) && incoming.TryRead(out var message) ? message : null;

    public Message? Receive() => throw new NotSupportedException("It would hold a thread.");

    public IReadOnlyList<Message>? ReceiveLot() => throw new NotSupportedException("It would hold a thread.");

    public void Dispose()
    {
        IsDead = true;
        outgoing.TryComplete();
    }
}
