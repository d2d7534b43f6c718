using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Rondo.Engine.Native;

/// <summary>A Unix domain socket by Linux's own calls. Each end that is asked to wait does so in the caller's thread.</summary>
/// <remarks>Thread: one may receive while another sends; <see cref="Shutdown"/> wakes whoever waits. The number of a closed socket is not used again while a call with it lasts.</remarks>
internal sealed partial class LinuxSocket() : SafeHandle(-1, ownsHandle: true)
{
    // The numbers of every architecture that .NET runs on.
    private const int UnixFamily = 1;
    private const int StreamKind = 1;
    private const int CloseOnExec = 0x80000;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int BothWays = 2;
    private const short MayWrite = 4;
    private const int Interrupted = 4;
    private const int WouldWait = 11;
    private const int MaxPath = 107;

    public override bool IsInvalid => handle == -1;

    private int Number => (int)handle;

    /// <exception cref="IOException">Nobody listens there.</exception>
    public static LinuxSocket Connect(string path) => Open(path, static (number, address, length) => ConnectTo(number, address, length), "connect");

    /// <summary>For one connection at a time.</summary>
    /// <exception cref="IOException">The path cannot be made, or is there already.</exception>
    public static LinuxSocket Listen(string path) => Open(path, static (number, address, length) => Bind(number, address, length) is < 0 and var no ? no : Listen(number, 1), "listen");

    /// <summary>Waits until somebody connects, or until <see cref="Shutdown"/>.</summary>
    /// <exception cref="IOException">It was shut down, or the system refuses.</exception>
    /// <exception cref="ObjectDisposedException"></exception>
    public LinuxSocket Accept()
    {
        using var use = new Use(this);
        int number;
        do number = Accept(Number, 0, 0, CloseOnExec);
        while (number < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return Made(number) ?? throw Broken("accept");
    }

    /// <summary>Waits until something has come and takes it.</summary>
    /// <returns>How many bytes; 0 when the other end is closed and everything was taken, or after <see cref="Shutdown"/>.</returns>
    /// <exception cref="IOException">The other end is gone and something it was sent was never read.</exception>
    /// <exception cref="ObjectDisposedException"></exception>
    public int Receive(Span<byte> into)
    {
        using var use = new Use(this);
        nint count;
        do count = Receive(Number, into, (nuint)into.Length, 0);
        while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return count < 0 ? throw Broken("recv") : (int)count;
    }

    /// <summary>Hands bytes to the system.</summary>
    /// <param name="waits">Whether to wait for room when the other end does not read.</param>
    /// <returns>How many it took; 0 only if it would have had to wait and may not.</returns>
    /// <exception cref="IOException">The other end is gone.</exception>
    /// <exception cref="ObjectDisposedException"></exception>
    public int Send(ReadOnlySpan<byte> bytes, bool waits)
    {
        using var use = new Use(this);
        nint count;
        do count = Send(Number, bytes, (nuint)bytes.Length, NoSignal | (waits ? 0 : DoNotWait));
        while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        if (count >= 0) return (int)count;
        return !waits && Marshal.GetLastPInvokeError() == WouldWait ? 0 : throw Broken("send");
    }

    /// <summary>Waits until the other end has read something, or is gone.</summary>
    /// <returns>False: neither, for so long.</returns>
    /// <exception cref="ObjectDisposedException"></exception>
    public bool WaitForRoom(int milliseconds)
    {
        using var use = new Use(this);
        var asked = new PollFd { Number = Number, Events = MayWrite };
        return Poll(ref asked, 1, milliseconds) > 0;
    }

    /// <summary>Nothing more is sent or received; whoever waits in a call comes back. Harmless on a socket that is closed or was never connected.</summary>
    public void Shutdown()
    {
        try
        {
            using var use = new Use(this);
            _ = Shutdown(Number, BothWays);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    protected override bool ReleaseHandle() => Close(Number) == 0;

    private static LinuxSocket? Made(int number)
    {
        if (number < 0) return null;
        var socket = new LinuxSocket();
        socket.SetHandle(number);
        return socket;
    }

    private static LinuxSocket Open(string path, Begin begin, string what)
    {
        // The family, then the path and a zero.
        Span<byte> address = stackalloc byte[2 + MaxPath + 1];
        address.Clear();
        if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteUInt16LittleEndian(address, UnixFamily);
        else BinaryPrimitives.WriteUInt16BigEndian(address, UnixFamily);
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || !Encoding.UTF8.TryGetBytes(path, address[2..^1], out var length))
            throw new IOException($"'{path}' cannot be a socket's path: it may have {MaxPath} bytes and no zero.");

        var socket = Made(Socket(UnixFamily, StreamKind | CloseOnExec, 0)) ?? throw Broken("socket");
        if (begin(socket.Number, address, (uint)(2 + length + 1)) == 0) return socket;
        var error = Broken(what);
        socket.Dispose();
        throw error;
    }

    private static IOException Broken(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)} ({call}, error {error})");
    }

    private delegate int Begin(int number, ReadOnlySpan<byte> address, uint length);

    // Keeps the number from being closed, and so used again for something else, while a call with it lasts.
    private readonly ref struct Use : IDisposable
    {
        private readonly LinuxSocket _socket;

        public Use(LinuxSocket socket)
        {
            var added = false;
            socket.DangerousAddRef(ref added);
            _socket = socket;
        }

        public void Dispose() => _socket.DangerousRelease();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Number;
        public short Events;
        public short Found;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectTo(int number, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int number, ReadOnlySpan<byte> address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(int number, int waiting);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(int number, nint address, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int number, Span<byte> into, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int number, ReadOnlySpan<byte> bytes, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int number, int how);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollFd asked, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int number);
}
