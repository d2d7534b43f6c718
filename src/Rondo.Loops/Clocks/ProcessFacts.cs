using System.Globalization;
using System.Text;

namespace Rondo.Loops;

/// <summary>
/// What Linux tells about this process and .NET does not: whether a socket waits, and how many threads there are. Elsewhere nothing is known, and then no loop is called stalled
/// for as long as a socket could be waiting.
/// </summary>
static class ProcessFacts
{
    // Sockets of the host, which no code on a loop waits for. Null until somebody says that there are some.
    static IReadOnlySet<string>? s_given;

    /// <summary>False only if it is certain that no asynchronous socket is open besides those of the host: none was registered with the system's event queue.</summary>
    internal static bool ASocketMayWait() => ASocketMayWait(Volatile.Read(ref s_given));

    /// <summary>The same where these are the host's.</summary>
    internal static bool ASocketMayWait(IReadOnlySet<string>? given)
    {
        if (!OperatingSystem.IsLinux()) return Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), static one => one.GetName().Name == "System.Net.Sockets");
        try
        {
            foreach (string socket in WaitingSockets())
                if (given?.Contains(socket) != true && given?.Contains(Open(socket)) != true) return true;
            return false;
        }
        catch (Exception)
        {
            // A file that has just been closed, or a system that hides them.
            return true;
        }
    }

    /// <summary>
    /// The sockets that are open now are the host's own (its channel to whoever started it): nobody on a loop waits for them. Only the first call counts,
    /// since those of a later one may be of code that ran meanwhile.
    /// </summary>
    internal static void TakeOpenSocketsAsGiven()
    {
        if (!OperatingSystem.IsLinux() || Volatile.Read(ref s_given) is not null) return;
        if (OpenSockets() is { } given) Interlocked.CompareExchange(ref s_given, given, null);
    }

    /// <summary>All that are open now. Also those that nobody has waited for yet: the host's channel is not in the event queue before its first answer has to be waited for. Null if it is not known.</summary>
    internal static IReadOnlySet<string>? OpenSockets()
    {
        try
        {
            var open = WaitingSockets().ToHashSet(StringComparer.Ordinal);
            foreach (var file in new DirectoryInfo("/proc/self/fd").EnumerateFiles())
                if (file.LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal)) open.Add(target);
            return open;
        }
        catch (Exception)
        {
            return null;
        }
    }

    // "ino:1a2b sdev:8" of an event queue is "socket:[6699]" of an open file.
    static string Open(string waiting)
    {
        int from = waiting.IndexOf(':', StringComparison.Ordinal) + 1;
        int to = waiting.IndexOf(' ', from);
        return ulong.TryParse(to < 0 ? waiting.AsSpan(from) : waiting.AsSpan(from, to - from), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong inode) ? $"socket:[{inode.ToString(CultureInfo.InvariantCulture)}]" : waiting;
    }

    // By inode and device: a number of a file is used again. See fdinfo in proc(5).
    static IEnumerable<string> WaitingSockets()
    {
        foreach (var open in new DirectoryInfo("/proc/self/fd").EnumerateFiles())
        {
            if (open.LinkTarget?.Contains("eventpoll", StringComparison.Ordinal) != true) continue;
            foreach (string line in File.ReadLines($"/proc/self/fdinfo/{open.Name}"))
                if (line.StartsWith("tfd:", StringComparison.Ordinal)) yield return line[Math.Max(0, line.IndexOf("ino:", StringComparison.Ordinal))..];
        }
    }

    /// <summary>Threads of the process that are not workers of the pool; 0 where it is not known.</summary>
    internal static int BesidesThePool()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        try
        {
            string stat = Read("/proc/self/stat");
            // After the name in parentheses, which may hold anything: field 20 of proc(5) is the 18th of the rest.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 19);
            return int.Parse(fields[17], CultureInfo.InvariantCulture) - ThreadPool.ThreadCount;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>True if a worker of the pool, not the calling thread, is in the state R of proc(5): it runs or could run. A worker that waits for something is not.</summary>
    internal static bool APoolWorkerRuns()
    {
        if (!OperatingSystem.IsLinux()) return false;
        int running = Thread.CurrentThread.IsThreadPoolThread ? -1 : 0;
        try
        {
            foreach (var thread in new DirectoryInfo("/proc/self/task").EnumerateDirectories())
            {
                string stat;
                try { stat = Read($"/proc/self/task/{thread.Name}/stat"); }
                catch (IOException) { continue; } // It has just ended.
                int end = stat.LastIndexOf(')');
                if (stat.AsSpan(0, end).EndsWith("(.NET TP Worker") && stat[end + 2] == 'R' && ++running > 0) return true;
            }
        }
        catch (Exception)
        {
            // A system that hides them.
        }
        return false;
    }

    static string Read(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> bytes = stackalloc byte[1024];
        // The file has no length; what does not fit stands behind what is looked for.
        int count = RandomAccess.Read(file, bytes, 0);
        return Encoding.ASCII.GetString(bytes[..count]);
    }
}
