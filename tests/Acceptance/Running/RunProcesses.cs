using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Rondo.Acceptance.Running;

internal sealed record RunningProcess(int Id, string Command);

/// <summary>Finds the processes of one run by a mark in their environment, which every child inherits, and sends signals.</summary>
/// <remarks>Linux reads /proc. Elsewhere nothing is found, and the tests that need it say that they were skipped.</remarks>
internal static partial class RunProcesses
{
    public const string Mark = "ACCEPTANCE_RUN";

    private const nint DefaultDisposition = 0;

    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int User1 = 10;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void RequireSignals()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Needs signals and /proc, so it runs on Linux only.");
        HearInterrupts();
    }

    // A shell starts what it runs in the background with SIGINT ignored, nohup with SIGHUP; children inherit that, and a run that was told to ignore them does.
    private static void HearInterrupts()
    {
        var text = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        var ignored = ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        foreach (var signal in new[] { HangUp, Interrupt })
        {
            if ((ignored & (1UL << (signal - 1))) != 0) SetDisposition(signal, DefaultDisposition);
        }
    }

    /// <summary>Living processes of the run, zombies left out.</summary>
    public static IReadOnlyList<RunningProcess> Of(string run)
    {
        if (!OperatingSystem.IsLinux()) return [];
        var mark = Encoding.UTF8.GetBytes($"{Mark}={run}");
        var found = new List<RunningProcess>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                if (File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) < 0) continue;
                var status = File.ReadAllText(Path.Combine(folder, "stat"));
                if (status[(status.LastIndexOf(')') + 2)..].StartsWith('Z')) continue;
                found.Add(new RunningProcess(id, File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ').Trim()));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked, or it is not ours.
            }
        }

        return found;
    }

    /// <summary>Largest resident memory so far, in megabytes; 0 when the process is gone.</summary>
    public static int PeakMegabytes(int process)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process}/status"))
            {
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) return int.Parse(line.AsSpan(6).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) / 1024;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }

        return 0;
    }

    /// <summary>Sends a signal to one process, or to its group when the id is negative.</summary>
    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetDisposition(int signal, nint disposition);
}
