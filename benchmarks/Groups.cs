// What is measured, and beside what.
namespace Benchmarks;

/// <summary>One row of a table.</summary>
/// <param name="Arguments">Of the built program; null builds the project instead.</param>
internal sealed record Configuration(string Name, Framework? Framework, Workload Workload, string[]? Arguments)
{
    /// <summary>How many tests the output must speak of; null checks the exit code alone.</summary>
    public int? Expected { get; init; } = Arguments is null ? null : Workload.Tests;

    /// <summary>Tests may fail; the table says how many did.</summary>
    public bool MayFail { get; init; }

    /// <summary>Every round begins without what earlier ones took.</summary>
    public bool Forgets { get; init; }

    public string Folder => Path.Combine(Repository.Bench, "projects", Workload.Name + "-" + Framework!.Name);

    public string Program => Framework is null ? Path.Combine(Repository.Root, "artifacts", "bin", "Shop.Tests", "debug", "Shop.Tests") : Path.Combine(Folder, "bin", "Debug", "net10.0", "T");
}

/// <summary>Configurations that are measured in turn, so that whatever disturbs the machine disturbs all of them.</summary>
/// <param name="Limit">Name of the configuration the ratios divide by.</param>
/// <param name="Tests">Divides own costs; 0 leaves the column out.</param>
internal sealed record Group(string Name, string Title, string Limit, int Rounds, int Tests, IReadOnlyList<Configuration> Configurations)
{
    /// <summary>The table has a column for what the first process used itself.</summary>
    public bool ShowsOwn { get; init; }

    /// <summary>The table has a column for tests that failed.</summary>
    public bool ShowsFailed { get; init; }

    private const string Rondo0 = "Rondo, -n 0";
    private const string Rondo2 = "Rondo, -n 2";

    public static IReadOnlyList<Group> All(string rondoVersion)
    {
        var rondo = new RondoFramework(rondoVersion);
        var without = new RondoFramework(rondoVersion, Generates: false);
        return
        [
            new("start", "Start-up: one test", "empty app on the platform", 15, 0,
            [
                new("hello world", Framework.Hello, Workload.One, []),
                new("empty app on the platform", Framework.Platform, Workload.One, Quiet()),
                new(Rondo0, rondo, Workload.One, Quiet("-n", "0")),
                new("Rondo, as it comes (-n auto)", rondo, Workload.One, Quiet()),
                new("Rondo, worker ready (-n 1)", rondo, Workload.Ready, Quiet("-n", "1")),
                new("MSTest", Framework.MSTest, Workload.One, Quiet("--settings", "p1.runsettings")),
                new("NUnit", Framework.NUnit, Workload.One, Quiet("--settings", "p1.runsettings")),
            ]),
            Yields("yield1000", Workload.Yield1000, 9, rondo),
            Yields("yield10000", Workload.Yield10000, 7, rondo),
            new("waits", "1,000 waits of 50 ms", "bare, all at once", 3, 0,
            [
                new("bare, all at once", Framework.Bare, Workload.Waits, ["all"]),
                new(Rondo2, rondo, Workload.Waits, Quiet("-n", "2")),
                new("Rondo, -n 16", rondo, Workload.Waits, Quiet("-n", "16")),
                new("Rondo, -n 0, 256 at a time", rondo, Workload.Waits, Quiet("-n", "0", "--concurrency", "256")),
                new("Rondo, -n 2, 256 at a time", rondo, Workload.Waits, Quiet("-n", "2", "--concurrency", "256")),
                new("MSTest, 2 at a time", Framework.MSTest, Workload.Waits, Quiet("--settings", "p2.runsettings")),
                new("MSTest, 256 at a time", Framework.MSTest, Workload.Waits, Quiet("--settings", "p256.runsettings")),
                new("NUnit, 2 at a time", Framework.NUnit, Workload.Waits, Quiet("--settings", "p2.runsettings")),
                new("NUnit, 256 at a time", Framework.NUnit, Workload.Waits, Quiet("--settings", "p256.runsettings")),
            ]),
            new("cpu", "64 CPU-bound tests of about 100 ms", "bare, one after the other", 5, 0,
            [
                new("bare, one after the other", Framework.Bare, Workload.Cpu, []),
                new(Rondo0, rondo, Workload.Cpu, Quiet("-n", "0")),
                new(Rondo2, rondo, Workload.Cpu, Quiet("-n", "2")),
                new("MSTest, 2 at a time", Framework.MSTest, Workload.Cpu, Quiet("--settings", "p2.runsettings")),
                new("NUnit, 2 at a time", Framework.NUnit, Workload.Cpu, Quiet("--settings", "p2.runsettings")),
            ]),
            new("cpu640", "640 CPU-bound tests of about 60 ms", "bare, one after the other", 3, 0,
            [
                new("bare, one after the other", Framework.Bare, Workload.CpuLong, []),
                new(Rondo2, rondo, Workload.CpuLong, Quiet("-n", "2")),
                new("MSTest, 2 at a time", Framework.MSTest, Workload.CpuLong, Quiet("--settings", "p2.runsettings")),
            ]),
            new("controller", "What the controller itself costs", Rondo2, 5, 0,
            [
                new("one test, -n 2", rondo, Workload.One, Quiet("-n", "2")),
                new(Rondo2, rondo, Workload.Yield10000, Quiet("-n", "2")),
            ]) { ShowsOwn = true },
            new("skewed", "200 waits of 1 ms to 1 s, 10 s together, the long ones last", "bare, one after the other", 5, 0,
            [
                new("bare, one after the other", Framework.Bare, Workload.Skewed, []),
                new("Rondo, one test with a worker (start-up)", rondo, Workload.One, Quiet("-n", "1")),
                new(Rondo0, rondo, Workload.Skewed, Quiet("-n", "0")),
                new("Rondo, -n 2, nothing known", rondo, Workload.Skewed, Quiet("-n", "2")) { Forgets = true },
                new(Rondo2, rondo, Workload.Skewed, Quiet("-n", "2")),
                new("MSTest, 2 at a time", Framework.MSTest, Workload.Skewed, Quiet("--settings", "p2.runsettings")),
                new("NUnit, 2 at a time", Framework.NUnit, Workload.Skewed, Quiet("--settings", "p2.runsettings")),
            ]),
            new("state", "200 tests that change the state of their process and wait 5 ms", Rondo0, 5, 0,
            [
                new(Rondo0, rondo, Workload.State, Quiet("-n", "0")),
                new(Rondo2, rondo, Workload.State, Quiet("-n", "2")),
                new("MSTest, one after the other", Framework.MSTest, Workload.State, Quiet("--settings", "p1.runsettings")),
                new("MSTest, 2 at a time", Framework.MSTest, Workload.State, Quiet("--settings", "p2.runsettings")) { MayFail = true },
                new("NUnit, 2 at a time", Framework.NUnit, Workload.State, Quiet("--settings", "p2.runsettings")) { MayFail = true },
            ]) { ShowsFailed = true },
            new("build", "Build of 10,000 tests (cold compiler, nothing restored)", "Rondo without its generator", 7, 0,
            [
                new("Rondo without its generator", without, Workload.Yield10000, null),
                new("Rondo", rondo, Workload.Yield10000, null),
            ]),
            new("buildpeers", "Build of 10,000 tests: peers", "bare", 3, 0,
            [
                new("bare", Framework.Bare, Workload.Yield10000, null),
                new("Rondo", rondo, Workload.Yield10000, null),
                new("MSTest", Framework.MSTest, Workload.Yield10000, null),
                new("NUnit", Framework.NUnit, Workload.Yield10000, null),
            ]),
            new("shop", "The Shop (samples/Shop.Tests)", Rondo0, 5, 0,
            [
                new(Rondo0, null, Workload.One, Quiet("-n", "0")) { Expected = null },
                new(Rondo2, null, Workload.One, Quiet("-n", "2")) { Expected = null },
                new("Rondo, -n auto", null, Workload.One, Quiet("-n", "auto")) { Expected = null },
            ]),
        ];
    }

    private static Group Yields(string name, Workload workload, int rounds, Framework rondo) =>
        new(name, FormattableString.Invariant($"{workload.Tests:N0} tests of Task.Yield"), "bare loop", rounds, workload.Tests,
        [
            new("bare loop", Framework.Bare, workload, []),
            new("bare loop that publishes on the platform", Framework.PlatformLoop, workload, Quiet()),
            new(Rondo0, rondo, workload, Quiet("-n", "0")),
            new("Rondo, -n 1", rondo, workload, Quiet("-n", "1")),
            new(Rondo2, rondo, workload, Quiet("-n", "2")),
            new("MSTest, one after the other", Framework.MSTest, workload, Quiet("--settings", "p1.runsettings")),
            new("MSTest, 2 at a time", Framework.MSTest, workload, Quiet("--settings", "p2.runsettings")),
            new("NUnit, one after the other", Framework.NUnit, workload, Quiet("--settings", "p1.runsettings")),
            new("NUnit, 2 at a time", Framework.NUnit, workload, Quiet("--settings", "p2.runsettings")),
        ]);

    private static string[] Quiet(params string[] arguments) => ["--progress", "off", "--no-ansi", .. arguments];
}
