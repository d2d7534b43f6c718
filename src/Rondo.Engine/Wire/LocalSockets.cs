namespace Rondo.Engine.Wire;

/// <summary>Makes connections between two processes of this machine and user, by the path of a socket.</summary>
/// <remarks>
/// Two kinds, with one contract (<c>MessageLinkContract</c>). The library's sockets are for every system. To use them for the first time costs about as much as the
/// start of the runtime, in each process, so on Linux the system is asked directly.
/// </remarks>
internal abstract class LocalSockets
{
    public static LocalSockets OfThisSystem { get; } = OperatingSystem.IsLinux() ? new LinuxSockets() : new LibrarySockets();

    /// <exception cref="IOException">The path cannot be made, or is there already.</exception>
    public abstract LocalListener Listen(string path);

    /// <exception cref="IOException">Nobody listens there.</exception>
    public abstract LocalConnection Connect(string path);
}

/// <summary>Accepts one connection.</summary>
internal abstract class LocalListener : IDisposable
{
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled before anybody connected.</exception>
    /// <exception cref="IOException">The system refuses, or the listener was closed.</exception>
    /// <exception cref="ObjectDisposedException">The listener was closed.</exception>
    public abstract Task<LocalConnection> AcceptAsync(CancellationToken stop);

    public abstract void Dispose();
}

/// <summary>One end of a connection, as a stream that throws nothing but <see cref="IOException"/>, <see cref="ObjectDisposedException"/> and, where a token is given, <see cref="OperationCanceledException"/>.</summary>
/// <remarks>
/// <see cref="Stream.Read(Span{byte})"/> and <see cref="Stream.Write(ReadOnlySpan{byte})"/> wait in the caller's thread. <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/> never does.
/// Reading gives 0 at the end. Thread: one reader and one writer at a time, beside each other.
/// </remarks>
internal abstract class LocalConnection : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Nothing more is sent or received, and whoever is blocked here comes back. Throws nothing.</summary>
    public abstract void Shutdown();

    public abstract override int Read(Span<byte> buffer);

    public abstract override void Write(ReadOnlySpan<byte> buffer);

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
