using System.Diagnostics;

namespace Rondo.Engine.Wire;

/// <summary>A link to another process over a Unix domain socket (also on Windows).</summary>
/// <remarks>
/// The worker's end sends in the caller's thread: after <see cref="Flush"/> the bytes are with the system, and reach the controller even if the very
/// next instruction kills the worker. The controller's end never waits in Flush: a worker that was stopped must not stop the run; what it
/// does not read waits in memory.
/// </remarks>
[DebuggerDisplay("dead: {_dead}")]
internal sealed class SocketLink : IMessageLink
{
    // How long a closed link still tries to deliver what was flushed.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(5);

    private readonly LocalConnection _connection;
    private readonly FrameWriter _writer;
    private readonly FrameReader _reader;
    private readonly bool _waits;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _abandon = new();
    private volatile bool _dead;
    private bool _sending; // under _lock: a SendRestAsync runs and will look for more before it ends
    private bool _closed; // under _lock

    private SocketLink(LocalConnection connection, bool waits)
    {
        _connection = connection;
        _writer = new FrameWriter(connection);
        _reader = new FrameReader(connection);
        _waits = waits;
    }

    public bool IsDead => _dead;

    /// <summary>The worker's end.</summary>
    /// <param name="address">A <see cref="WorkerListener.Address"/>.</param>
    /// <param name="sockets">Null for those of this system.</param>
    /// <exception cref="WireException">RND4003: nobody listens there.</exception>
    public static SocketLink Connect(string address, LocalSockets? sockets = null)
    {
        try
        {
            return new SocketLink((sockets ?? LocalSockets.OfThisSystem).Connect(address), waits: true);
        }
        catch (IOException error)
        {
            throw WireException.CannotConnect(address, error);
        }
    }

    /// <summary>The controller's end of an accepted connection.</summary>
    internal static SocketLink Accepted(LocalConnection connection) => new(connection, waits: false);

    public void Send(Message message)
    {
        if (!_dead) _writer.Write(message);
    }

    public void Flush()
    {
        if (_dead) return;
        if (_waits)
        {
            try
            {
                _writer.Flush();
            }
            catch (Exception error) when (IsEnd(error))
            {
                _dead = true;
            }

            return;
        }

        lock (_lock)
        {
            if (_sending || _closed) return;
            _sending = true;
        }

        _ = SendRestAsync();
    }

    public Message? Receive()
    {
        try
        {
            return _reader.Read();
        }
        catch (Exception error) when (IsEnd(error) || error is WireException { Fault: WireFault.Cut })
        {
            return null;
        }
        catch (WireException)
        {
            _dead = true;
            throw;
        }
    }

    public IReadOnlyList<Message>? ReceiveLot()
    {
        try
        {
            return _reader.ReadLot();
        }
        catch (Exception error) when (IsEnd(error) || error is WireException { Fault: WireFault.Cut })
        {
            return null;
        }
        catch (WireException)
        {
            _dead = true;
            throw;
        }
    }

    /// <summary>Returns at once. The peer receives what was flushed, then null; a peer that does not read it within 5 s loses it.</summary>
    public void Dispose()
    {
        bool sending;
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            sending = _sending;
        }

        _dead = true;
        if (sending) _abandon.CancelAfter(s_lastWords);
        else CloseSocket();
    }

    // Invariant: at most one runs. It ends only under the lock, when nothing waits, so no flushed byte is forgotten.
    private async Task SendRestAsync()
    {
        while (true)
        {
            ArraySegment<byte> bytes;
            bool close;
            lock (_lock)
            {
                bytes = _writer.Take();
                close = _closed && bytes.Count == 0;
                if (bytes.Count == 0) _sending = false;
            }

            if (close) CloseSocket();
            if (bytes.Count == 0) return;
            try
            {
                await _connection.WriteAsync(bytes, _abandon.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (IsEnd(error) || error is OperationCanceledException)
            {
                _dead = true;
                lock (_lock)
                {
                    _sending = false;
                    close = _closed;
                }

                if (close) CloseSocket();
                return;
            }
        }
    }

    private void CloseSocket()
    {
        // Wakes a thread of this process that is blocked in Receive.
        _connection.Shutdown();
        _connection.Dispose();
        _abandon.Dispose();
    }

    // What a connection throws when either end of it is gone.
    private static bool IsEnd(Exception error) => error is IOException or ObjectDisposedException;
}
