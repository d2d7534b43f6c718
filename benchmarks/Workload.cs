// What every framework gets to do, spelled without any framework.
using System.Globalization;

namespace Benchmarks;

/// <param name="Body">C# statements of one test; {0} is the number of the test.</param>
internal sealed record Workload(string Name, int Tests, string Body, int TestsPerClass = 20)
{
    public const int CpuSteps = 35_000_000;

    public static readonly Workload One = new("one", 1, "await Task.Yield();");
    public static readonly Workload Yield1000 = new("yield1000", 1_000, "await Task.Yield();");
    public static readonly Workload Yield10000 = new("yield10000", 10_000, "await Task.Yield();");
    public static readonly Workload Waits = new("waits", 1_000, "await Task.Delay(50);");
    public static readonly Workload Cpu = new("cpu", 64, "await Task.Yield(); Work.Spin();", 8);
    public static readonly Workload Ready = new("ready", 1, "await Task.Yield(); Work.SayReady();");

    public IEnumerable<(string Class, IEnumerable<(string Name, string Body)> Tests)> Classes =>
        Enumerable.Range(0, Tests).Chunk(TestsPerClass).Select((numbers, c) =>
            ("C" + Text(c), numbers.Select((n, i) => ($"T{Text(c)}_{Text(i)}", string.Format(CultureInfo.InvariantCulture, Body, n)))));

    /// <summary>The same file in every project.</summary>
    public static string Support => $$"""
        using System.Globalization;
        using System.Runtime.CompilerServices;

        public static class Work
        {
            private static long s_sink;

            // Optimised at once, so that every framework runs the same machine code: about 100 ms.
            [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
            public static void Spin()
            {
                ulong x = 88172645463325252;
                for (int i = 0; i < {{Text(CpuSteps)}}; i++) { x ^= x << 13; x ^= x >> 7; x ^= x << 17; }
                Volatile.Write(ref s_sink, (long)x);
            }

            // What this process has cost until its first test runs: milliseconds since its start (the system counts starts in 10 ms), and of CPU.
            public static void SayReady()
            {
                double cpu = Environment.CpuUsage.TotalTime.TotalMilliseconds;
                double now = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture) * 1000;
                string stat = File.ReadAllText("/proc/self/stat");
                double start = double.Parse(stat.Substring(stat.LastIndexOf(')') + 2).Split(' ')[19], CultureInfo.InvariantCulture) * 10;
                if (Environment.GetEnvironmentVariable("BENCH_READY") is { } file)
                    File.WriteAllText(file, FormattableString.Invariant($"{now - start} {cpu}"));
            }
        }

        """;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
