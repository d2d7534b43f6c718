using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rondo.Engine.Worker;

/// <summary>
/// Gives ports that nobody uses, each once in a run. Ports are taken in blocks: a block belongs to one worker of the run for good (a file of the run that can be made once), and to one run of the user at a time (a locked file
/// that the system gives back when its holder dies). Within its block a worker counts.
/// </summary>
/// <remarks>
/// Blocks outside the range from which the system itself takes ports come first: what nobody asks for by number nobody else gets there. Thread: the engine's lane.
/// </remarks>
/// <param name="runFolder">Equal in all workers of a run, and of no other run.</param>
/// <param name="userFolder">Equal in all runs of a user on this machine.</param>
/// <param name="blocks">First ports of the blocks, in the order in which they are tried.</param>
/// <param name="isFree">Asks the system about a port.</param>
internal sealed class FreePorts(string runFolder, string userFolder, IEnumerable<int> blocks, Func<int, bool> isFree) : IDisposable
{
    public const int BlockSize = 64;
    private const int Lowest = 10_048;
    private const int Highest = 65_535;

    private readonly IEnumerator<int> _blocks = blocks.GetEnumerator();
    private readonly List<FileStream> _held = [];
    private int _next;
    private int _end;

    public static FreePorts OfMachine(string runId, string tempRoot) => new(
        Path.Combine(tempRoot, Wire.WorkerOptions.PortFolder), Path.Combine(Path.GetTempPath(), "rondo-ports-" + Environment.UserName), BlocksFor(runId, SystemRange()), IsFree);

    /// <summary>The next port.</summary>
    /// <exception cref="RondoUsageException">RND3093: all blocks are given.</exception>
    public int Take()
    {
        while (true)
        {
            while (_next < _end)
            {
                var port = _next++;
                if (isFree(port)) return port;
            }

            if (!_blocks.MoveNext())
                throw new RondoUsageException($"There is no free port left: this run was given all from {Lowest} to {Highest} that nothing uses, and a port is given once in a run. Ask for FreePort where a port is needed, or let the server listen on port 0. [RND3093]");
            if (TryHold(_blocks.Current)) (_next, _end) = (_blocks.Current, Math.Min(_blocks.Current + BlockSize, Highest + 1));
        }
    }

    public void Dispose()
    {
        foreach (var file in _held) file.Dispose();
        _held.Clear();
        _blocks.Dispose();
    }

    /// <summary>All blocks: first those without a port that the system takes by itself, from a place that the run's id decides; then the others.</summary>
    /// <param name="runId">32 hexadecimal characters.</param>
    /// <param name="system">From and to, both included.</param>
    public static IEnumerable<int> BlocksFor(string runId, (int From, int To) system)
    {
        List<int> quiet = [], other = [];
        for (var first = Lowest / BlockSize * BlockSize; first <= Highest; first += BlockSize) (first > system.To || first + BlockSize <= system.From ? quiet : other).Add(first);
        var seed = uint.Parse(runId.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        foreach (var group in new[] { quiet, other })
        {
            for (var i = 0; i < group.Count; i++) yield return group[(int)((seed + (uint)i) % (uint)group.Count)];
        }
    }

    private bool TryHold(int block)
    {
        var name = block.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(runFolder);
        try
        {
            File.Open(Path.Combine(runFolder, name), FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (File.Exists(Path.Combine(runFolder, name)))
        {
            return false;
        }

        try
        {
            Directory.CreateDirectory(userFolder);
            _held.Add(new FileStream(Path.Combine(userFolder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            // The folder is somebody else's: nothing is shared with other runs then.
            return true;
        }
        catch (IOException)
        {
            // Another run has it.
            return false;
        }
    }

    // Linux tells its range; elsewhere it is the one that is registered for this.
    private static (int From, int To) SystemRange()
    {
        try
        {
            if (OperatingSystem.IsLinux() && File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var from, var to])
                return (int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
        }

        return (49_152, 65_535);
    }

    private static bool IsFree(int port) =>
        CanBind(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp, port) && CanBind(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, port)
        && (!Socket.OSSupportsIPv6 || (CanBind(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp, port) && CanBind(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp, port)));

    private static bool CanBind(AddressFamily family, SocketType type, ProtocolType protocol, int port)
    {
        try
        {
            using var socket = new Socket(family, type, protocol) { ExclusiveAddressUse = true };
            if (family == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port));
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable && family == AddressFamily.InterNetworkV6)
        {
            // IPv6 is compiled in and switched off.
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
