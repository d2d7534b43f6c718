using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Soak;

/// <summary>Finds the processes of a run by a mark in their environment, which every child inherits. Linux only.</summary>
internal static partial class Processes
{
    public const string Mark = "SOAK_RUN";
    private const int SigKill = 9;

    /// <summary>Living processes of the run with their parents, zombies left out.</summary>
    public static List<(int Id, int Parent)> Of(string run)
    {
        var mark = Encoding.UTF8.GetBytes($"{Mark}={run}\0");
        var found = new List<(int, int)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                if (File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) < 0) continue;
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (fields[0] is not "Z" and not "X") found.Add((id, int.Parse(fields[1], CultureInfo.InvariantCulture)));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or it is not ours.
            }
        }

        return found;
    }

    /// <summary>The process has a handler for the signal; one that has not come so far would be ended by it.</summary>
    public static bool Catches(int process, int signal)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("SigCgt:", StringComparison.Ordinal));
            return (ulong.Parse(line["SigCgt:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1ul << (signal - 1))) != 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }

    public static bool Send(int process, int signal) => SendSignal(process, signal) == 0;

    public static bool Kill(int process) => SendSignal(process, SigKill) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
