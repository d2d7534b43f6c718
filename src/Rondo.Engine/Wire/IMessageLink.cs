namespace Rondo.Engine.Wire;

/// <summary>A two-way channel of messages between the controller and one worker.</summary>
/// <remarks>
/// Contract, checked by one suite for every kind. Messages arrive once, whole and in the order of <see cref="Send"/>; a message is certain to be
/// on its way only after <see cref="Flush"/>. After the peer closed or died, everything it had flushed can still be received, then comes null for ever.
/// Sending to a dead or closed link does nothing. Thread: any number of senders, one receiver at a time.
/// </remarks>
internal interface IMessageLink : IDisposable
{
    /// <summary>True once this end was disposed or a message could not be delivered because the peer is gone.</summary>
    bool IsDead { get; }

    /// <summary>Adds a message to those that leave at the next <see cref="Flush"/>. Never throws, never waits.</summary>
    void Send(Message message);

    /// <summary>Sends what was added. Never throws. Whether it waits for a peer that does not read is said by each kind.</summary>
    void Flush();

    /// <summary>The next message, or null when there will be none. Blocks: for a thread of its own.</summary>
    /// <exception cref="WireException">RND4001, RND4002: what came is no message; the link is dead.</exception>
    Message? Receive();

    /// <summary>All messages that are here, in order and at least one, or null when there will be none. Blocks as <see cref="Receive"/> does.</summary>
    /// <exception cref="WireException">As of <see cref="Receive"/>; what came before that is given first.</exception>
    IReadOnlyList<Message>? ReceiveLot();
}

internal static class MessageLinks
{
    public static void SendNow(this IMessageLink link, Message message)
    {
        link.Send(message);
        link.Flush();
    }
}
