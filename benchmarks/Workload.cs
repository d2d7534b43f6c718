// What every framework gets to do, spelled without any framework.
using System.Globalization;

namespace Benchmarks;

/// <param name="Body">C# statements of one test; {0} is the number of the test.</param>
internal sealed record Workload(string Name, int Tests, string Body, int TestsPerClass = 20)
{
    public const int CpuSteps = 35_000_000;

    /// <summary>Milliseconds: 200 quantiles of a log-normal distribution (sigma 1.25), 10 s together, the longest 1 s, and the long ones last.</summary>
    public static readonly int[] SkewedMs = MakeSkewed();

    public static readonly Workload One = new("one", 1, "await Task.Yield();");
    public static readonly Workload Yield1000 = new("yield1000", 1_000, "await Task.Yield();");
    public static readonly Workload Yield10000 = new("yield10000", 10_000, "await Task.Yield();");
    public static readonly Workload Waits = new("waits", 1_000, "await Task.Delay(50);");
    public static readonly Workload Cpu = new("cpu", 64, "await Task.Yield(); Work.Spin();", 8);
    public static readonly Workload CpuLong = new("cpu640", 640, "await Task.Yield(); Work.Spin();");
    public static readonly Workload Skewed = new("skewed", SkewedMs.Length, "await Work.Skewed({0});");
    public static readonly Workload State = new("state", 200, "await Work.State({0});");
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

            private static readonly int[] s_skewed = [{{string.Join(", ", SkewedMs.Select(Text))}}];

            public static Task Skewed(int i) => Task.Delay(s_skewed[i]);

            private static int s_state;

            // Each third of the tests writes another piece of what a process has only once, waits, and wants it unchanged.
            public static async Task State(int i)
            {
                var directory = Path.Combine(Path.GetTempPath(), "rondo-bench-state", Text(i));
                if (i % 3 == 0) { Directory.CreateDirectory(directory); Environment.CurrentDirectory = directory; }
                else if (i % 3 == 1) Environment.SetEnvironmentVariable("BENCH_STATE", Text(i));
                else s_state = i;
                await Task.Delay(5);
                var unchanged = (i % 3) switch
                {
                    0 => Environment.CurrentDirectory == directory,
                    1 => Environment.GetEnvironmentVariable("BENCH_STATE") == Text(i),
                    _ => s_state == i,
                };
                if (!unchanged) throw new InvalidOperationException("The state of test " + Text(i) + " was changed by another test.");
            }

            private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

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

    // The quantile function of the normal distribution has no closed form: its distribution function is turned round by bisection, and that is a sum.
    private static int[] MakeSkewed()
    {
        const int tests = 200, longestMs = 1000, sumMs = 10_000;
        var rest = Enumerable.Range(0, tests - 1).Select(i => Math.Exp(1.25 * Quantile((i + 0.5) / (tests - 1)))).ToArray();
        var scale = (sumMs - longestMs) / rest.Sum();
        var all = rest.Select(r => Math.Clamp((int)Math.Round(r * scale), 1, longestMs - 1)).Append(longestMs).ToArray();
        // What rounding took or gave, spread over the long ones, which do not feel it.
        for (int missing = sumMs - all.Sum(), i = tests - 2; missing != 0; missing -= Math.Sign(missing), i = i == tests / 2 ? tests - 2 : i - 1) all[i] += Math.Sign(missing);
        return [.. all.Order()];
    }

    private static double Quantile(double share)
    {
        var (low, high) = (-6.0, 6.0);
        while (high - low > 1e-9)
        {
            var middle = (low + high) / 2;
            if (Below(middle) < share) low = middle; else high = middle;
        }

        return low;
    }

    private static double Below(double z)
    {
        const int steps = 400;
        var sum = 0.0;
        for (var i = 0; i < steps; i++) sum += Math.Exp(-Math.Pow(z * (i + 0.5) / steps, 2) / 2);
        return 0.5 + z / steps * sum / Math.Sqrt(2 * Math.PI);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
