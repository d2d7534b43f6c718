using System.Globalization;

namespace Rondo.Engine.Native;

/// <summary>Whether the system ended a process because memory was used up: it counts such ends for each control group, and for the machine. Linux only; elsewhere nothing is known.</summary>
/// <param name="read">The text of a file; null if it cannot be read.</param>
/// <remarks>Thread: any.</remarks>
internal sealed class MemoryKills(Func<string, string?> read)
{
    private const string Machine = "/proc/vmstat";

    // Each end that the system counted explains one process: of two that share a group and are killed, the second may have been killed by somebody.
    private readonly Dictionary<string, int> _explained = [];
    private readonly Lock _lock = new();

    public static MemoryKills OfThisSystem { get; } = new(static file => OperatingSystem.IsLinux() ? TextOf(file) : null);

    /// <summary>Notes what was counted before. Soon after the start of the process: its group cannot be asked for when it is gone.</summary>
    /// <returns>Null: nothing is counted here.</returns>
    public MemoryWatch? Watch(int processId)
    {
        foreach (var file in FilesOf(read(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/cgroup")) ?? ""))
        {
            if (CountIn(read(file) ?? "") is { } count) return new MemoryWatch(file, count, Explained(file));
        }

        return null;
    }

    /// <summary>A process was ended by SIGKILL.</summary>
    /// <returns>What shows that the system did it, to stand in a sentence; null if nothing does.</returns>
    public string? Explain(MemoryWatch watch)
    {
        if (CountIn(read(watch.File) ?? "") is not { } count) return null;
        lock (_lock)
        {
            var explained = _explained.GetValueOrDefault(watch.File);
            if (count - watch.Before <= explained - watch.ExplainedBefore) return null;
            _explained[watch.File] = explained + 1;
        }

        return string.Create(CultureInfo.InvariantCulture, $"'oom_kill' in '{watch.File}' rose from {watch.Before} to {count} while it ran");
    }

    /// <summary>Where ends of a process for want of memory are counted, the narrowest place first.</summary>
    /// <param name="groups">Of <c>/proc/PID/cgroup</c>: lines <c>number:controllers:path</c>, with number 0 and no controllers in version 2.</param>
    internal static IReadOnlyList<string> FilesOf(string groups)
    {
        var files = new List<string>();
        foreach (var line in groups.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':', 3) is not [var number, var controllers, var path]) continue;
            var folder = path.TrimEnd('/');
            if (number == "0") files.Add($"/sys/fs/cgroup{folder}/memory.events");
            // In a container the path may be that of the machine, while its own group is what is mounted.
            else if (controllers.Split(',').Contains("memory")) files.AddRange([$"/sys/fs/cgroup/memory{folder}/memory.oom_control", "/sys/fs/cgroup/memory/memory.oom_control"]);
        }

        if (groups.Length > 0) files.AddRange(["/sys/fs/cgroup/memory.events", Machine]);
        return files;
    }

    /// <summary>The number on the line <c>oom_kill</c>, which all of these files have.</summary>
    /// <returns>Null if there is none.</returns>
    internal static long? CountIn(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal)) return long.TryParse(line["oom_kill ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
        }

        return null;
    }

    private int Explained(string file)
    {
        lock (_lock) return _explained.GetValueOrDefault(file);
    }

    private static string? TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <param name="Before">How many were counted when the process was started.</param>
/// <param name="ExplainedBefore">How many of those that were counted since the run began had explained the end of another process by then.</param>
internal sealed record MemoryWatch(string File, long Before, int ExplainedBefore);
