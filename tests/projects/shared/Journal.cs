// Compiled into every project here, so that a test of another process can see what happened and in which order.
using System.Diagnostics;

internal static class Journal
{
    private static readonly Lock s_gate = new();

    public static string Folder => Environment.GetEnvironmentVariable("ACCEPTANCE_JOURNAL") ?? Path.GetTempPath();

    /// <summary>How many processes have written so far.</summary>
    public static int Processes => Directory.GetFiles(Folder, "*.journal").Length;

    // A file for each process: appends of several processes to one file are not safe on every system. Ticks of the monotonic clock are comparable between processes.
    public static void Add(string line)
    {
        lock (s_gate) File.AppendAllText(Path.Combine(Folder, $"{Environment.ProcessId}.journal"), $"{Stopwatch.GetTimestamp()} {line}\n");
    }
}
