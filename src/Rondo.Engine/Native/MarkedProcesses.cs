// Finds what a worker's tests started and left running, also when it has left the worker's session (setsid, a double fork), by a mark in the environment that
// every child inherits. Linux only. What cannot be found: a process that has both a session of its own and an environment that somebody cleared.
using System.Globalization;
using System.Text;

namespace Rondo.Engine.Native;

/// <param name="Command">Its command line, for people.</param>
/// <param name="StartedAt">By the wall clock, half a hundredth of a second off at most; for people, and to tell which test it was.</param>
/// <param name="Start">Ticks since boot: with the id it is this process and no later one.</param>
internal sealed record MarkedProcess(int Id, string Command, DateTimeOffset StartedAt, ulong Start);

internal static class MarkedProcesses
{
    /// <summary>Private. A mark for each worker that is an ancestor, the nearest last: a run that a test starts belongs to both.</summary>
    public const string Variable = "RONDO_ANCESTRY";

    // The unit of /proc/*/stat. Configurable in theory; 100 on every Linux that .NET supports.
    private const double TicksPerSecond = 100;

    private const double YoungSeconds = 2;

    private static readonly TimeSpan s_search = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    // Never set: a wait that needs no thread of the pool, which tests may have used up.
    private static readonly ManualResetEvent s_never = new(false);

    public static string MarkOf(string runId, string worker) => $"{runId}.{worker};";

    /// <summary>The beginning of the marks of all workers of a run.</summary>
    public static string MarkOf(string runId) => runId + ".";

    /// <summary>Value of <see cref="Variable"/> for a worker with this mark.</summary>
    public static string Inherited(string mark) => Environment.GetEnvironmentVariable(Variable) + mark;

    /// <summary>The mark of this process itself; null if it is no worker.</summary>
    public static string? Own() => Environment.GetEnvironmentVariable(Variable) is { Length: > 1 } all ? all[(all.LastIndexOf(';', all.Length - 2) + 1)..] : null;

    /// <summary>Ends all processes with the mark, or in the session or group of a worker: asks them first, and kills what is there half a second later.</summary>
    /// <param name="mark">A worker's, or that of a run.</param>
    /// <param name="session">The worker's process; 0 for the mark alone.</param>
    /// <param name="except">Processes that live on, beside this one.</param>
    /// <returns>Those that were found, killed or not. Empty where there is no /proc.</returns>
    /// <remarks>Blocks for about a second at most. Never throws.</remarks>
    public static IReadOnlyList<MarkedProcess> End(string mark, int session, IReadOnlySet<int> except, TimeProvider time)
    {
        if (!OperatingSystem.IsLinux()) return [];
        var found = Find(mark, session, except, time);
        if (found.Count == 0) return found;
        foreach (var one in found) SignalIfSame(one, Posix.SigTerm);
        var from = time.GetTimestamp();
        while (time.GetElapsedTime(from) < s_grace && found.Any(IsAlive)) s_never.WaitOne(s_look);

        // Again, because what was asked may have started others meanwhile; a few times only, because somebody may be faster than we are.
        var all = found.ToDictionary(p => (p.Id, p.Start));
        for (var i = 0; i < 4; i++)
        {
            var left = Find(mark, session, except, time);
            if (left.Count == 0) break;
            foreach (var one in left)
            {
                all.TryAdd((one.Id, one.Start), one);
                SignalIfSame(one, Posix.SigKill);
            }

            s_never.WaitOne(s_look);
        }

        return [.. all.Values];
    }

    /// <summary>Living processes with the mark, or in the session or group; zombies are none.</summary>
    public static IReadOnlyList<MarkedProcess> Find(string mark, int session, IReadOnlySet<int> except, TimeProvider time)
    {
        var found = new List<MarkedProcess>();
        if (!OperatingSystem.IsLinux()) return found;
        var bytes = Encoding.ASCII.GetBytes(mark);
        var from = time.GetTimestamp();
        try
        {
            // Whatever has the mark is younger than the run, and this process is as old as that. Numbers of processes grow until they begin again, which a moment after
            // our own start they cannot have done unseen: then only greater ones are looked at, so that a short run does not read about every process of the machine.
            var own = StatOf("/proc/self")!;
            var isYoung = Posix.SinceBoot().TotalSeconds - (own.Start / TicksPerSecond) < YoungSeconds && LastNumber() > Environment.ProcessId;
            foreach (var folder in Directory.EnumerateDirectories("/proc"))
            {
                if (time.GetElapsedTime(from) > s_search) break;
                if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId || except.Contains(id)) continue;
                if (isYoung && id < Environment.ProcessId) continue;
                if (Look(folder, id, bytes, session, own.Start, time) is { } one) found.Add(one);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            // No /proc here, or not one that we know.
        }

        return found;
    }

    private static MarkedProcess? Look(string folder, int id, byte[] bytes, int session, ulong oldest, TimeProvider time)
    {
        try
        {
            if (StatOf(folder) is not { } stat || stat.Start < oldest) return null;
            var isMember = session > 0 && (stat.Group == session || stat.Session == session);
            if (!isMember && File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(bytes) < 0) return null;
            // The middle of the hundredth that the system tells.
            var age = Posix.SinceBoot() - TimeSpan.FromSeconds((stat.Start + 0.5) / TicksPerSecond);
            return new MarkedProcess(id, CommandOf(folder, stat.Name), time.GetUtcNow() - age, stat.Start);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // It ended while we looked, or it is not ours.
            return null;
        }
    }

    private static bool IsAlive(MarkedProcess one)
    {
        try
        {
            return StatOf("/proc/" + one.Id.ToString(CultureInfo.InvariantCulture)) is { } stat && stat.Start == one.Start;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return false;
        }
    }

    // Numbers of processes are used again: a moment remains, but no half second.
    private static void SignalIfSame(MarkedProcess one, int signal)
    {
        if (IsAlive(one)) _ = Posix.Signal(one.Id, signal);
    }

    private sealed record Stat(string Name, int Group, int Session, ulong Start);

    // "id (name with anything in it) state parent group session …"; the start is field 22.
    private static Stat? StatOf(string folder)
    {
        var stat = File.ReadAllText(Path.Combine(folder, "stat"));
        var end = stat.LastIndexOf(')');
        var fields = stat[(end + 2)..].Split(' ');
        if (fields[0] is "Z" or "X") return null;
        return new Stat(stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end], Number(2), Number(3), ulong.Parse(fields[19], CultureInfo.InvariantCulture));

        int Number(int field) => int.Parse(fields[field], CultureInfo.InvariantCulture);
    }

    // The last field of loadavg: the number that was given last.
    private static int LastNumber()
    {
        var text = File.ReadAllText("/proc/loadavg").AsSpan().TrimEnd();
        return int.Parse(text[(text.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    private static string CommandOf(string folder, string name)
    {
        var command = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ').Trim();
        var text = new StringBuilder();
        foreach (var c in command.Length == 0 ? name : command.Length > 200 ? command[..200] + "…" : command) text.Append(char.IsControl(c) ? '\uFFFD' : c);
        return text.ToString();
    }
}
