using System.Net.Sockets;

namespace Rondo.Engine.Wire;

/// <summary>The library's Unix domain sockets, also on Windows.</summary>
internal sealed class LibrarySockets : LocalSockets
{
    public override LocalListener Listen(string path)
    {
        var socket = New();
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(1);
            return new Listener(socket);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new IOException(error.Message, error);
        }
    }

    public override LocalConnection Connect(string path)
    {
        var socket = New();
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new Connection(socket);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new IOException(error.Message, error);
        }
    }

    private static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private sealed class Listener(Socket socket) : LocalListener
    {
        public override async Task<LocalConnection> AcceptAsync(CancellationToken stop)
        {
            try
            {
                return new Connection(await socket.AcceptAsync(stop).ConfigureAwait(false));
            }
            catch (SocketException error)
            {
                throw new IOException(error.Message, error);
            }
        }

        public override void Dispose() => socket.Dispose();
    }

    private sealed class Connection(Socket socket) : LocalConnection
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: false);

        // The system is asked whether there is something: an ordinary read of a socket whose other direction is asynchronous has each message wake the library's own thread first.
        public override int Read(Span<byte> buffer)
        {
            try
            {
                socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
                return socket.Receive(buffer);
            }
            catch (SocketException error)
            {
                throw new IOException(error.Message, error);
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer) => _stream.Write(buffer);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _stream.WriteAsync(buffer, cancellationToken);

        public override void Shutdown()
        {
            try
            {
                socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) socket.Dispose();
            base.Dispose(disposing);
        }
    }
}
