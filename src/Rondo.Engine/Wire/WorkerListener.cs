using System.Text;

namespace Rondo.Engine.Wire;

/// <summary>Waits for one worker's connection, in a folder that only this user may enter. One listener per worker.</summary>
internal sealed class WorkerListener : IDisposable
{
    /// <summary>In bytes of UTF-8. Linux allows 108, macOS 104, and the system's error would not say what is wrong.</summary>
    public const int MaxAddress = 100;

    private readonly LocalListener _listener;
    private readonly string _folder;
    private volatile bool _closed;

    private WorkerListener(LocalListener listener, string folder, string address)
    {
        _listener = listener;
        _folder = folder;
        Address = address;
    }

    /// <summary>For <see cref="SocketLink.Connect"/>: the path of the socket.</summary>
    public string Address { get; }

    /// <param name="temp">Where to try first; null is the user's temp folder. <c>/tmp</c> is tried next where there is one.</param>
    /// <param name="sockets">Null for those of this system.</param>
    /// <exception cref="WireException">RND4003: no folder will do.</exception>
    public static WorkerListener Create(string? temp = null, LocalSockets? sockets = null)
    {
        var places = new List<string> { temp ?? Path.GetTempPath() };
        if (!OperatingSystem.IsWindows()) places.Add("/tmp");
        Exception? first = null;
        foreach (var place in places)
        {
            try
            {
                return CreateIn(place, sockets ?? LocalSockets.OfThisSystem);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                first ??= error;
            }
        }

        throw WireException.CannotListen(string.Join(", ", places), first!);
    }

    /// <summary>The connection of the worker. The socket's file and folder are gone when this returns, however it ends.</summary>
    /// <exception cref="WireException">RND4003: nobody came within <paramref name="limit"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled (the process ended before it connected, say), or the listener was disposed.</exception>
    public async Task<SocketLink> AcceptAsync(TimeSpan limit, TimeProvider time, CancellationToken stop = default)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            return SocketLink.Accepted(await _listener.AcceptAsync(both.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw WireException.NobodyConnected(Address, limit);
        }
        catch (Exception error) when (_closed && error is IOException or ObjectDisposedException)
        {
            throw new OperationCanceledException($"The listener at '{Address}' was closed.", error);
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _listener.Dispose();
        Remove(_folder);
    }

    private static WorkerListener CreateIn(string place, LocalSockets sockets)
    {
        var folder = Path.Combine(place, "rondo-" + Path.GetRandomFileName());
        var address = Path.Combine(folder, "w");
        if (Encoding.UTF8.GetByteCount(address) >= MaxAddress) throw new IOException($"'{address}' is too long for a socket's path; it may have {MaxAddress - 1} bytes.");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return new WorkerListener(sockets.Listen(address), folder, address);
        }
        catch
        {
            Remove(folder);
            throw;
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A cleaner of the temp folder may have been here before; nothing depends on it.
        }
    }
}
