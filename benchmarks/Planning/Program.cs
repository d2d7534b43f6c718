// Plans suites in which every test uses ten fixtures, some of them with cases: how long it takes, and how that grows.
using System.Diagnostics;
using System.Globalization;
using Rondo.Catalog;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;

namespace PlanningBenchmarks;

internal static class Program
{
    private const int Rounds = 5;

    // 4 cases in the worker × 5 in the namespace × 5 in the class: 100 for each test.
    private static readonly string s_fixtures = string.Join('\n',
    [
        "holder\tN\tF\tf.cs",
        "fixture\tA\t1\tWorker\tuse\targs=1", "case\ta", "case\tb", "case\tc", "case\td",
        "fixture\tB\t2\tWorker\tuse",
        "fixture\tC\t3\tWorker\tvalue\tneeds=fixture:N.F.A",
        "fixture\tD\t4\tNamespace\tuse\targs=1\tneeds=fixture:N.F.B", "case\t1", "case\t2", "case\t3", "case\t4", "case\t5",
        "fixture\tE\t5\tNamespace\tvalue\tneeds=fixture:N.F.C fixture:N.F.D",
        "fixture\tF\t6\tClass\tuse\targs=1", "case\tx", "case\ty", "case\tz", "case\tu", "case\tv",
        "fixture\tG\t7\tClass\tvalue\tneeds=fixture:N.F.E fixture:N.F.F",
        "fixture\tH\t8\tTest\tvalue\tneeds=fixture:N.F.G",
        "fixture\tI\t9\tTest\tvalue",
        "fixture\tJ\t10\tTest\tuse\tneeds=fixture:N.F.H fixture:N.F.I",
    ]);

    private static void Main()
    {
        Console.WriteLine($"ms, the least and the median of {Rounds}; .NET {Environment.Version}, {Environment.ProcessorCount} processors");
        foreach (var classes in (int[])[10, 100, 200]) Measure(classes);
    }

    private static void Measure(int classes)
    {
        var times = new List<(double Plan, double Units, double Ends, double Worker)>();
        var count = 0;
        for (var round = 0; round <= Rounds; round++)
        {
            var catalog = TestCatalog.Read([new Suite(classes)]);
            GC.Collect();
            var (plan, planMs) = Timed(() => PlanBuilder.Build(catalog, static _ => null));
            var (_, unitsMs) = Timed(() => WorkUnits.Of(plan, catalog, static _ => null));
            var (_, endsMs) = Timed(() => (FixtureEnds.Of(plan, catalog), new ScopeCounts(plan, catalog)));
            var entries = PlanBuilder.ToEntries(plan);
            var (again, workerMs) = Timed(() => PlanBuilder.FromEntries(catalog, entries));
            if (again.Hash != plan.Hash) throw new InvalidOperationException("The worker's plan differs.");
            count = plan.Cases.Count;
            // The first one is compiled.
            if (round > 0) times.Add((planMs, unitsMs, endsMs, workerMs));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count,8:N0} cases: plan {Shown(times.ConvertAll(t => t.Plan))}, units {Shown(times.ConvertAll(t => t.Units))}, ends {Shown(times.ConvertAll(t => t.Ends))}, a worker's plan {Shown(times.ConvertAll(t => t.Worker))}, controller in all {Shown(times.ConvertAll(t => t.Plan + t.Units + t.Ends))}"));
    }

    private static string Shown(List<double> ms)
    {
        ms.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{ms[0]:0} / {ms[ms.Count / 2]:0}");
    }

    private static (T Value, double Ms) Timed<T>(Func<T> what)
    {
        var from = Stopwatch.GetTimestamp();
        var value = what();
        return (value, Stopwatch.GetElapsedTime(from).TotalMilliseconds);
    }

    private sealed class Suite(int classes) : AssemblyCatalog
    {
        public override string AssemblyName => "Suite";

        public override string Table => "assembly";

        public override TestClassEntry[] TestClasses() => [.. Enumerable.Range(0, classes).Select(c => new Tests(c))];

        public override FixtureHolderEntry[] FixtureHolders() => [new Fixtures()];
    }

    private sealed class Tests(int number) : TestClassEntry
    {
        public override string Table => string.Join('\n',
            (string[])[$"class\tN\tT{number:000}\tt.cs\t1", .. Enumerable.Range(0, 10).Select(t => $"test\tM{t}\t1\tasync\tneeds=fixture:N.F.J fixture:N.F.G")]);

        public override Task? Invoke(int test, object? self, object?[] values) => throw new InvalidOperationException("Nothing runs here.");
    }

    private sealed class Fixtures : FixtureHolderEntry
    {
        public override string Table => s_fixtures;

        public override object? Start(int fixture, object? self, object?[] values, FixtureCall use) => throw new InvalidOperationException("Nothing runs here.");
    }
}
