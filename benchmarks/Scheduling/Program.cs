// A million cases on a thousand workers, on three models of durations: how far each way of giving work ends from the bound that none can beat, and what ours costs. Everything but the costs is the same in every run.
using System.Diagnostics;
using System.Globalization;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace SchedulingBenchmarks;

internal static class Program
{
    private static int s_cases = 1_000_000;
    private static int s_workers = 1_000;

    private static void Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (arguments.Length >= 2) (s_cases, s_workers) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var only = arguments.Length >= 3 ? arguments[2] : "";
        // First, while nothing else has taken memory.
        if (only is "" or "costs") Costs();
        if (only is "" or "gaps") Gaps();
    }

    private static void Gaps()
    {
        string[] models = ["unit", "mixed", "heavy"];
        var rows = new List<(string Name, double[] Gaps)>();
        for (var m = 0; m < models.Length; m++)
        {
            var load = new Workload(models[m], s_cases);
            Console.Error.WriteLine($"{load.Model}: {load.Classes:n0} classes, {load.SumMs / 1000:n0} s in all, longest {load.LongestMs / 1000:n1} s, bound {load.BoundMs(s_workers) / 1000:n1} s");
            var row = 0;
            foreach (var (name, run) in Ways(load))
            {
                if (rows.Count <= row) rows.Add((name, new double[models.Length]));
                var watch = Stopwatch.StartNew();
                rows[row++].Gaps[m] = run();
                Console.Error.WriteLine($"  {name}: {rows[row - 1].Gaps[m]:p2} ({watch.Elapsed.TotalSeconds:n1} s)");
            }
        }

        Console.WriteLine($"| {s_cases:n0} cases, {s_workers:n0} workers: longer than the bound by | {string.Join(" | ", models)} |");
        Console.WriteLine("|---|--:|--:|--:|");
        foreach (var (name, gaps) in rows) Console.WriteLine($"| {name} | {string.Join(" | ", gaps.Select(g => (g * 100).ToString(g < 0.1 ? "0.00" : "0", CultureInfo.InvariantCulture) + " %"))} |");
        Console.WriteLine();
    }

    private static IEnumerable<(string Name, Func<double> Run)> Ways(Workload load)
    {
        var (cases, listed) = (load.Ms.Length, Enumerable.Range(0, load.Ms.Length));
        var estimates = load.Estimates(Knowledge.Good);
        yield return ("**Rondo, `worksteal`** (good history)", () => Stealing(Knowledge.Good));
        yield return ("the same, a tenth unknown, the rest wrong by 1.6", () => Stealing(new Knowledge(0.1, 0.5)));
        yield return ("the same, history wrong by 2.7", () => Stealing(new Knowledge(0.02, 1)));
        yield return ("the same, nothing known", () => Stealing(Knowledge.Nothing));
        yield return ("the same, a twentieth of the workers gone for good at half time; bound of those that stay", () => Gap(new WorkStealing(load.Units(Knowledge.Good), s_workers), lost: 0.05));
        yield return ("**Rondo, `load`**", () => Gap(new Fifo(load.Units(Knowledge.Good), s_workers, sendsAhead: true)));
        yield return ("**Rondo, `loadclass`**", () => Gap(new Fifo(WorkUnits.LargestFirst(load.ClassUnits(Knowledge.Good)), s_workers, sendsAhead: true)));
        yield return ("**Rondo, `worksteal`, whole classes**", () => Gap(new WorkStealing(load.ClassUnits(Knowledge.Good), s_workers)));
        yield return ("by hash (nextest `hash:`)", () => Gap(Fixed.ByHash(cases, s_workers)));
        yield return ("in turn (nextest `slice:`)", () => Gap(Fixed.InTurn(cases, s_workers)));
        yield return ("blocks of equal number (Playwright `--shard`)", () => Gap(Fixed.InBlocks(cases, s_workers)));
        yield return ("longest first by history, fixed (pytest-split, Knapsack, CircleCI)", () => Gap(Fixed.LongestFirst(estimates, s_workers)));
        yield return ("xdist `load`", () => Gap(new XdistLoad(cases, s_workers), keepsLast: true));
        yield return ("xdist `worksteal`", () => Gap(new XdistWorkSteal(cases, s_workers), keepsLast: true));
        yield return ("whole classes, those with most cases first, two cases ahead (xdist `loadscope`)", () => Gap(new OneList(ByNumber(load), s_workers, 2, _ => 1), keepsLast: true));
        yield return ("one at a time, as listed (nextest, Ginkgo)", () => Gap(new OneList(OneList.Singles(listed), s_workers, 0, _ => 1)));
        yield return ("one at a time and one ahead, longest first by history", () => Gap(new OneList(OneList.Singles(listed.OrderByDescending(i => estimates[i])), s_workers, 1, _ => 1)));
        yield return ("guided: an equal share of what is left", () => Gap(new OneList(OneList.Singles(listed), s_workers, 0, left => (left + s_workers - 1) / s_workers)));
        yield return ("factoring: half of that", () => Gap(new OneList(OneList.Singles(listed), s_workers, 0, left => (left + (2 * s_workers) - 1) / (2 * s_workers))));

        double Stealing(Knowledge knowledge) => Gap(new WorkStealing(load.Units(knowledge), s_workers));

        double Gap(Scheduler scheduler, bool keepsLast = false, double lost = 0)
        {
            var half = lost > 0 ? load.BoundMs(s_workers) / 2 : double.PositiveInfinity;
            var cluster = new Cluster(scheduler, load.Ms, new ClusterOptions { Workers = s_workers, KeepsLast = keepsLast, LossAtMs = half, LossShare = lost });
            cluster.Run();
            var bound = lost > 0 ? Math.Max(half + ((load.SumMs - (half * s_workers)) / (s_workers * (1 - lost))), load.LongestMs) : load.BoundMs(s_workers);
            return (cluster.MakespanMs / bound) - 1;
        }
    }

    private static List<IReadOnlyList<CaseIndex>> ByNumber(Workload load)
    {
        var classes = new List<List<CaseIndex>>();
        for (var i = 0; i < load.Ms.Length; i++)
        {
            if (i == 0 || load.Class[i] != load.Class[i - 1]) classes.Add([]);
            classes[^1].Add(new CaseIndex(i));
        }

        return [.. classes.OrderByDescending(c => c.Count)];
    }

    private static void Costs()
    {
        Console.WriteLine($"| {s_cases:n0} cases, {s_workers:n0} workers | events | CPU of scheduler and simulation | events in a second of it | memory of units | and scheduler | largest resident so far | messages | recalls | deaths |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var (name, model, knowledge, crash) in new[]
        {
            ("unit", "unit", Knowledge.Good, 0.0), ("mixed", "mixed", Knowledge.Good, 0), ("heavy", "heavy", Knowledge.Good, 0),
            ("mixed, nothing known", "mixed", Knowledge.Nothing, 0), ("mixed, 1 % of the cases kill their worker", "mixed", Knowledge.Good, 0.01),
        })
        {
            var load = new Workload(model, s_cases);
            var before = Managed();
            var units = load.Units(knowledge);
            var ofUnits = Managed() - before;
            var cpu = Cpu();
            var scheduler = new SafeScheduler(units, new WorkStealing(units, s_workers), note => throw new InvalidOperationException(note));
            var cluster = new Cluster(scheduler, load.Ms, new ClusterOptions { Workers = s_workers, Crash = crash });
            cluster.Run();
            cpu = Cpu() - cpu;
            var ofAll = Managed() - before;
            Console.WriteLine($"| {name} | {cluster.Events:n0} | {cpu.TotalSeconds:0.0} s | {cluster.Events / cpu.TotalSeconds:n0} | {ofUnits / 1e6:n0} MB | {ofAll / 1e6:n0} MB | {Peak() / 1e6:n0} MB | {cluster.Messages:n0} | {cluster.Recalls:n0} | {cluster.Deaths:n0} |");
            GC.KeepAlive((scheduler, load, cluster));
        }

        Console.WriteLine();
        Console.WriteLine($".NET {Environment.Version}, {Environment.ProcessorCount} processors.");
        Console.WriteLine();
    }

    private static TimeSpan Cpu()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }

    private static long Peak()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }

    private static long Managed() => GC.GetTotalMemory(forceFullCollection: true);
}
