using System.Globalization;
using System.Text;

namespace Benchmarks;

/// <summary>Medians, paired ratios, targets.</summary>
internal static class Report
{
    private const string Begin = "<!-- begin: written by benchmarks/run.sh -->";
    private const string End = "<!-- end: written by benchmarks/run.sh -->";

    public static string Of(IReadOnlyList<Group> groups, Results results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date):yyyy-MM-dd}, Rondo {results.Version}; .NET {Environment.Version}, SDK {Projects.Do(Repository.Root, "dotnet", "--version").Trim()}; {Machine()}.\n");
        text.Append(CultureInfo.InvariantCulture, $"Microsoft.Testing.Platform {Versions.Platform}, MSTest {Versions.MSTest}, NUnit {Versions.NUnit} with NUnit3TestAdapter {Versions.NUnitAdapter}. Tests compiled as `dotnet build` does (Debug).\n");
        text.Append("wall and CPU are medians in seconds of whole process trees; × are medians of the ratios within one round; MB is the largest sum of resident memory over the tree; n counts rounds.\n");
        Targets(text, results);
        foreach (var group in groups) Table(text, group, results.RoundsOf(group));
        return text.ToString();
    }

    public static void Publish(string text)
    {
        var file = Path.Combine(Repository.Root, "docs", "performance.md");
        var old = File.Exists(file) ? File.ReadAllText(file) : $"# Performance\n\n{Begin}\n{End}\n";
        var (from, to) = (old.IndexOf(Begin, StringComparison.Ordinal), old.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from) throw new InvalidOperationException($"'{file}' must hold the lines '{Begin}' and '{End}': the tables go between them. Put them back.");
        File.WriteAllText(file, old[..(from + Begin.Length)] + "\n" + text + old[to..]);
    }

    private static void Table(StringBuilder text, Group group, List<Dictionary<string, Sample>> rounds)
    {
        if (rounds.Count == 0) return;
        var others = Median(rounds.SelectMany(r => r.Values).Select(s => s.Others));
        List<(string Title, Func<string, string> Of)> more = [];
        if (group.Tests > 0) more.Add(("own ms of CPU per test", name => Text("0.000", Own(rounds, name, group.Limit, group.Tests))));
        if (group.ShowsOwn) more.Add(("CPU of the first process", name => Text("0.00", Median(rounds.Select(r => r[name].OwnCpu)))));
        if (group.ShowsFailed) more.Add(("failed, each round", name => string.Join(", ", rounds.Select(r => Text("0", r[name].Failed)))));
        text.Append(CultureInfo.InvariantCulture, $"\n### {group.Title}\n\n| | wall | CPU | MB | × wall | × CPU |{string.Concat(more.Select(m => " " + m.Title + " |"))}\n|---|--:|--:|--:|--:|--:|{string.Concat(more.Select(_ => "--:|"))}\n");
        foreach (var name in group.Configurations.Select(c => c.Name))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Median(rounds.Select(r => r[name].Wall)):0.00} | {Median(rounds.Select(r => r[name].Cpu)):0.00} | {Median(rounds.Select(r => r[name].PeakMegabytes)):0} ");
            text.Append(CultureInfo.InvariantCulture, $"| {Ratio(rounds, name, group.Limit, s => s.Wall):0.00} | {Ratio(rounds, name, group.Limit, s => s.Cpu):0.00} |");
            foreach (var (_, of) in more) text.Append(' ').Append(of(name)).Append(" |");
            text.Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"\n× is against \"{group.Limit}\"; n = {rounds.Count}; others used {others:P0} of the machine meanwhile.\n");
    }

    private static void Targets(StringBuilder text, Results results)
    {
        text.Append("\n### Targets\n\n| target | measured | |\n|---|--:|---|\n");
        Add("start", "one test, `-n 0`: CPU at most 1.15 of an empty app on the platform", 1.15, r => Ratio(r, "Rondo, -n 0", "empty app on the platform", s => s.Cpu));
        Add("start", "one test, as it comes (controller and worker): CPU at most 1.15 of an empty app on the platform", 1.15, r => Ratio(r, "Rondo, as it comes (-n auto)", "empty app on the platform", s => s.Cpu));
        Add("start", "the first test runs in a worker within 2 × the CPU of a hello world", 2, r => Median(r.Select(x => x["Rondo, worker ready (-n 1)"].ReadyCpuMs / 1000 / x["hello world"].Cpu)));
        Add("start", "the first test runs in a worker within 2 × the time of a hello world", 2, r => Median(r.Select(x => x["Rondo, worker ready (-n 1)"].ReadyMs / 1000 / x["hello world"].Wall)));
        Add("yield10000", "10,000 tests, `-n 0`: own CPU per test at most 0.15 ms", 0.15, r => Own(r, "Rondo, -n 0", "bare loop", 10_000));
        Add("yield10000", "10,000 tests, `-n 2`: own CPU per test at most 0.15 ms", 0.15, r => Own(r, "Rondo, -n 2", "bare loop", 10_000));
        Add("yield10000", "10,000 tests, `-n 2`: clearly less wall time than the bare loop (0.85)", 0.85, r => Ratio(r, "Rondo, -n 2", "bare loop", s => s.Wall));
        Add("cpu640", "640 CPU-bound tests, `-n 2`: at most 1 / 1.9 of the wall time of the bare loop", 1 / 1.9, r => Ratio(r, "Rondo, -n 2", "bare, one after the other", s => s.Wall));
        Add("controller", "10,000 tests, `-n 2`: CPU of the controller per test at most 0.03 ms", 0.03, r => Median(r.Select(x => (x["Rondo, -n 2"].OwnCpu - x["one test, -n 2"].OwnCpu) / 10)));
        Add("skewed", "skewed durations, `-n 2`, durations known: wall time without start-up at most 1.03 of half of what the bare loop takes one after the other", 1.03, r => Median(r.Select(x => (x["Rondo, -n 2"].Wall - x["Rondo, one test with a worker (start-up)"].Wall) / (x["bare, one after the other"].Wall / 2))));
        Add("state", "tests that change static state, `-n 2`: none fails, and less wall time than `-n 0` (1)", 1, r => Ratio(r, "Rondo, -n 2", "Rondo, -n 0", s => s.Wall));
        Add("build", "the generator adds at most 25 % to the build CPU of 10,000 tests", 1.25, r => Ratio(r, "Rondo", "Rondo without its generator", s => s.Cpu));
        Add("shop", "the Shop, `-n auto`: at most 0.65 of the wall time of `-n 0`", 0.65, r => Ratio(r, "Rondo, -n auto", "Rondo, -n 0", s => s.Wall));

        void Add(string group, string target, double limit, Func<List<Dictionary<string, Sample>>, double> measure)
        {
            if (!results.Groups.TryGetValue(group, out var rounds) || rounds.Count == 0) return;
            var measured = measure(rounds);
            text.Append(CultureInfo.InvariantCulture, $"| {target} | {measured:0.000} | {(measured <= limit ? "met" : "**missed**")} |\n");
        }
    }

    private static string Text(string format, double number) => number.ToString(format, CultureInfo.InvariantCulture);

    private static double Ratio(List<Dictionary<string, Sample>> rounds, string name, string limit, Func<Sample, double> of) => Median(rounds.Select(r => of(r[name]) / of(r[limit])));

    private static double Own(List<Dictionary<string, Sample>> rounds, string name, string limit, int tests) => Median(rounds.Select(r => (r[name].Cpu - r[limit].Cpu) * 1000 / tests));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} × {model}, {memory:0} GB, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, load {File.ReadAllText("/proc/loadavg").Split(' ')[1]}");
    }
}
