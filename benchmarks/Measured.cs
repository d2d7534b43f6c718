// Runs a command and says what its whole tree of processes cost. Linux only. Process is never used here: it would take the ends of children away from wait4.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Benchmarks;

/// <param name="Cpu">Seconds of user and system time of the process and all descendants that were waited for.</param>
/// <param name="PeakMegabytes">Largest sum of resident memory over the tree, sampled every 10 ms (the system's own peak counts the parent's memory before the start).</param>
/// <param name="Others">Share of the machine's processors that other processes used meanwhile, 0 to 1.</param>
/// <param name="OwnCpu">Of that, what the process itself used, without descendants; the system counts it in steps of 10 ms.</param>
/// <param name="Failed">Tests that failed.</param>
/// <param name="ReadyMs">Workload "ready": milliseconds from the worker's start to its first test; else 0.</param>
/// <param name="ReadyCpuMs">And the CPU it had used by then.</param>
internal sealed record Sample(double Wall, double Cpu, double PeakMegabytes, double Others, double OwnCpu = 0, int Failed = 0, double ReadyMs = 0, double ReadyCpuMs = 0);

internal static unsafe partial class Measured
{
    private static readonly string[] s_environment = MakeEnvironment();

    public static (Sample Sample, int ExitCode, string Output) Run(string folder, TimeSpan limit, IReadOnlyDictionary<string, string> environment, string program, params IEnumerable<string> arguments)
    {
        var output = Path.Combine(Repository.Bench, "output.txt");
        // The shell replaces itself, so the id stays.
        string[] argv = ["/bin/sh", "-c", "cd \"$0\" && out=\"$1\" && shift && exec \"$@\" >\"$out\" 2>&1 </dev/null", folder, output, program, .. arguments];
        string[] envp = [.. s_environment, .. environment.Select(e => e.Key + "=" + e.Value)];
        var busy = BusySeconds();
        var clock = Stopwatch.StartNew();
        var process = Spawn(argv, envp);
        using var ended = new CancellationTokenSource();
        double peak = 0;
        var watch = new Thread(() =>
        {
            while (!ended.Token.WaitHandle.WaitOne(10))
            {
                peak = Math.Max(peak, ResidentMegabytes(process));
                if (clock.Elapsed > limit) _ = Kill(-process, 9);
            }
        });
        watch.Start();
        Usage usage;
        int status;
        var own = OwnCpuOnceEnded(process);
        while (Wait4(process, &status, 0, &usage) != process)
        {
            if (Marshal.GetLastPInvokeError() != 4) throw new InvalidOperationException("wait4 failed: " + Marshal.GetLastPInvokeErrorMessage());
        }

        var wall = clock.Elapsed.TotalSeconds;
        busy = BusySeconds() - busy;
        ended.Cancel();
        watch.Join();
        // Stragglers of this run only: they would disturb the next one.
        _ = Kill(-process, 9);
        var cpu = usage.UserSeconds + usage.UserMicroseconds / 1e6 + usage.SystemSeconds + usage.SystemMicroseconds / 1e6;
        var code = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
        return (new Sample(wall, cpu, peak, Math.Max(0, busy - cpu) / (wall * Environment.ProcessorCount), own), code, File.Exists(output) ? File.ReadAllText(output) : "");
    }

    // Of a process that has ended and is not waited for yet: later nobody can tell it from its descendants.
    private static double OwnCpuOnceEnded(int process)
    {
        const int byId = 1, ended = 4, leave = 0x01000000;
        var information = stackalloc byte[128];
        while (WaitId(byId, process, information, ended | leave) != 0)
        {
            if (Marshal.GetLastPInvokeError() != 4) throw new InvalidOperationException("waitid failed: " + Marshal.GetLastPInvokeErrorMessage());
        }

        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int user = 11, system = 12;
        return (double.Parse(fields[user], CultureInfo.InvariantCulture) + double.Parse(fields[system], CultureInfo.InvariantCulture)) / 100;
    }

    private static int Spawn(string[] arguments, string[] environment)
    {
        var attributes = stackalloc byte[512];
        _ = AttributesInit(attributes);
        const short ownGroup = 2;
        _ = AttributesSetFlags(attributes, ownGroup);
        var argv = Strings(arguments);
        var envp = Strings(environment);
        var error = PosixSpawn(out var process, arguments[0], null, attributes, argv, envp);
        Free(argv);
        Free(envp);
        return error == 0 ? process : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"'{string.Join(' ', arguments)}' could not be started: error {error}."));
    }

    private static byte** Strings(string[] texts)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)texts.Length + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Length; i++) array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        return array;
    }

    private static void Free(byte** array)
    {
        for (var i = 0; array[i] != null; i++) Marshal.FreeCoTaskMem((nint)array[i]);
        NativeMemory.Free(array);
    }

    // What tools say about themselves to their children must not reach what is measured.
    private static string[] MakeEnvironment()
    {
        var all = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) all[(string)entry.Key] = (string)entry.Value!;
        foreach (var name in all.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase) || k.StartsWith("RONDO", StringComparison.OrdinalIgnoreCase)).ToList()) all.Remove(name);
        all["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        all["DOTNET_NOLOGO"] = "1";
        all["TESTINGPLATFORM_TELEMETRY_OPTOUT"] = "1";
        all["TESTINGPLATFORM_NOBANNER"] = "1";
        all["MSBUILDDISABLENODEREUSE"] = "1";
        return [.. all.Select(e => e.Key + "=" + e.Value)];
    }

    private static double BusySeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        const int idle = 3, waiting = 4;
        return (fields.Sum() - fields[idle] - fields[waiting]) / 100;
    }

    private static double ResidentMegabytes(int process)
    {
        try
        {
            double sum = 0;
            foreach (var line in File.ReadLines($"/proc/{process}/status"))
            {
                if (!line.StartsWith("VmRSS:", StringComparison.Ordinal)) continue;
                sum = double.Parse(line.AsSpan(6).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture) / 1024;
                break;
            }

            foreach (var task in Directory.GetDirectories($"/proc/{process}/task"))
            {
                foreach (var child in File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)) sum += ResidentMegabytes(int.Parse(child, CultureInfo.InvariantCulture));
            }

            return sum;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // struct rusage of 64-bit Linux; only the first five fields matter, the rest is room.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct Usage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
        public long MaximumKilobytes;
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(out int process, string path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    private static partial int Wait4(int process, int* status, int options, Usage* usage);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, int process, byte* information, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
