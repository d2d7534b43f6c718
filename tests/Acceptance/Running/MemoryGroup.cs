using System.Diagnostics;
using System.Globalization;

namespace Rondo.Acceptance.Running;

/// <summary>A control group that may hold so much memory and no more. Disposing ends whoever is left in it, and removes it.</summary>
internal sealed class MemoryGroup : IAsyncDisposable
{
    private readonly string _folder;

    private MemoryGroup(string folder) => _folder = folder;

    /// <summary>Where the group counts the processes that were ended for want of memory.</summary>
    public string Counter => Path.Combine(_folder, File.Exists(Path.Combine(_folder, "memory.events")) ? "memory.events" : "memory.oom_control");

    /// <summary>Ends the test as skipped, with the reason, where this machine does not let us have one.</summary>
    public static MemoryGroup Require(int megabytes)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Control groups are of Linux only.");
        var isOld = Directory.Exists("/sys/fs/cgroup/memory");
        var root = isOld ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
        var group = new MemoryGroup(Path.Combine(root, "rondo-" + Guid.NewGuid().ToString("N")[..8]));
        try
        {
            // What the machine gives its groups is not for a test to change.
            if (!isOld && !File.ReadAllText(Path.Combine(root, "cgroup.subtree_control")).Contains("memory", StringComparison.Ordinal)) throw new IOException("its groups are not given memory to limit (cgroup.subtree_control).");
            Directory.CreateDirectory(group._folder);
            group.Set(isOld ? "memory.limit_in_bytes" : "memory.max", $"{megabytes}M");
            // Without swap: a process that is moved there is slow and does not end.
            group.Set(isOld ? "memory.memsw.limit_in_bytes" : "memory.swap.max", isOld ? $"{megabytes}M" : "0", mayBeMissing: true);
            return group;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(group._folder)) Directory.Delete(group._folder);
            Assert.Inconclusive($"This machine lets us have no control group with a limit of memory: {error.Message}");
            throw;
        }
    }

    /// <summary>A program that enters the group and goes on as another one.</summary>
    /// <param name="folder">Where it is written.</param>
    public string Enter(string folder, string program)
    {
        var script = Path.Combine(folder, Path.GetFileName(program));
        File.WriteAllText(script, $"#!/bin/sh\necho $$ > '{_folder}/cgroup.procs' || exit 99\nexec '{program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }

    public async ValueTask DisposeAsync()
    {
        // Who is ended leaves its group a little later than its parent, or nobody, learns of it; there is nothing to wait for but the group itself.
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System))
        {
            try
            {
                foreach (var left in File.ReadLines(Path.Combine(_folder, "cgroup.procs"))) RunProcesses.Send(int.Parse(left, CultureInfo.InvariantCulture), signal: 9);
                Directory.Delete(_folder);
                return;
            }
            catch (IOException) when (waited.Elapsed < TimeSpan.FromSeconds(20)) { }
        }
    }

    // The files of a group are the system's: one that is not there cannot be made.
    private void Set(string file, string value, bool mayBeMissing = false)
    {
        var path = Path.Combine(_folder, file);
        if (mayBeMissing && !File.Exists(path)) return;
        File.WriteAllText(path, value);
    }
}
