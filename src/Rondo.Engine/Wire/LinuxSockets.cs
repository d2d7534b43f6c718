using Rondo.Engine.Native;

namespace Rondo.Engine.Wire;

/// <summary>The system's own sockets. See <see cref="LocalSockets"/> for why.</summary>
internal sealed class LinuxSockets : LocalSockets
{
    public override LocalListener Listen(string path) => new Listener(LinuxSocket.Listen(path));

    public override LocalConnection Connect(string path) => new Connection(LinuxSocket.Connect(path));

    private sealed class Listener(LinuxSocket socket) : LocalListener
    {
        public override async Task<LocalConnection> AcceptAsync(CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            // A thread of its own that waits in the system: it is there for the start of one worker. Shutdown wakes it.
            var accepting = Task.Factory.StartNew(static socket => ((LinuxSocket)socket!).Accept(), socket, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
            using var stopping = stop.UnsafeRegister(static socket => ((LinuxSocket)socket!).Shutdown(), socket);
            try
            {
                return new Connection(await accepting.ConfigureAwait(false));
            }
            catch (IOException) when (stop.IsCancellationRequested)
            {
                throw new OperationCanceledException(stop);
            }
        }

        public override void Dispose()
        {
            socket.Shutdown();
            socket.Dispose();
        }
    }

    private sealed class Connection(LinuxSocket socket) : LocalConnection
    {
        // How often a writer that waits for room looks whether it is still wanted, in milliseconds.
        private const int Look = 100;

        public override int Read(Span<byte> buffer) => socket.Receive(buffer);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty) buffer = buffer[socket.Send(buffer, waits: true)..];
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                var rest = WhatIsLeft(buffer);
                return rest.IsEmpty ? default : new ValueTask(WriteLaterAsync(rest, cancellationToken));
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
            {
                return ValueTask.FromException(error);
            }
        }

        public override void Shutdown() => socket.Shutdown();

        protected override void Dispose(bool disposing)
        {
            if (disposing) socket.Dispose();
            base.Dispose(disposing);
        }

        private ReadOnlyMemory<byte> WhatIsLeft(ReadOnlyMemory<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                var sent = socket.Send(buffer.Span, waits: false);
                if (sent == 0) break;
                buffer = buffer[sent..];
            }

            return buffer;
        }

        // Seldom: the other end is stopped, or slower than what it is sent.
        private Task WriteLaterAsync(ReadOnlyMemory<byte> rest, CancellationToken stop) => Task.Factory.StartNew(
            () =>
            {
                while (!rest.IsEmpty)
                {
                    stop.ThrowIfCancellationRequested();
                    if (socket.WaitForRoom(Look)) rest = WhatIsLeft(rest);
                }
            },
            stop,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
    }
}
