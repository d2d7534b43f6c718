// How long simulated runs take, against the bound no scheduler can beat. Parameters from published duration files (log-normal with a heavy tail).
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Scheduling;

[TestClass]
public sealed class MakespanTests
{
    private const int Cases = 20_000;

    [TestMethod]
    [DataRow(8, 0.25, 0.02, DisplayName = "8 workers, good history")]
    [DataRow(64, 0.25, 0.02, DisplayName = "64 workers, good history")]
    [DataRow(8, 0.5, 0.1, DisplayName = "8 workers, a tenth unknown")]
    [DataRow(64, 1.0, 0.02, DisplayName = "64 workers, history wrong by a factor of 2.7")]
    public void With_history_a_mixed_suite_ends_within_five_percent_of_the_bound(int workers, double noise, double unknown)
    {
        var durations = MixedDurations(seed: 11);
        var random = new Random(5);
        var units = Units.Single(Cases, i => random.NextDouble() < unknown ? null : durations[i] * Math.Exp(noise * Normal(random)), ClassOf);

        var gap = GapOf(new WorkStealing(units, workers), units, durations, workers);

        Assert.IsLessThan(0.05, gap);
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(64)]
    public void Without_history_a_run_is_not_worse_than_list_scheduling_and_two_points(int workers)
    {
        var durations = MixedDurations(seed: 12);
        var units = Units.Single(Cases, _ => null, ClassOf);

        var stealing = GapOf(new WorkStealing(units, workers), units, durations, workers);
        var list = GapOf(new Fifo(units), units, durations, workers);

        Assert.IsLessThan(list + 0.02, stealing);
    }

    [TestMethod]
    public void Atomic_classes_are_packed_longest_first()
    {
        var durations = MixedDurations(seed: 13);
        var random = new Random(6);
        var units = Enumerable.Range(0, Cases / 10).Select(c => new WorkUnit(
            [.. Enumerable.Range(c * 10, 10).Select(i => new CaseIndex(i))],
            Enumerable.Range(c * 10, 10).Sum(i => durations[i]) * Math.Exp(0.25 * Normal(random)),
            false)
        { Affinity = "C" + c }).ToArray();

        var gap = GapOf(new WorkStealing(units, 8), units, durations, 8);

        Assert.IsLessThan(0.05, gap);
    }

    private static string ClassOf(int index) => "C" + (index / 10);

    private static double GapOf(Scheduler scheduler, IReadOnlyList<WorkUnit> units, double[] durations, int workers)
    {
        var world = new World(units, scheduler, c => durations[c.Value], new WorldOptions { Workers = workers, LatencyMs = _ => 0.2, CheckIdleness = false }, 3);
        world.Run();
        var longest = units.Max(u => u.Cases.Sum(c => durations[c.Value]));
        var bound = Math.Max(durations.Sum() / workers, longest);
        var gap = (world.MakespanMs / bound) - 1;
        Console.WriteLine($"{scheduler.GetType().Name}, {workers} workers: {world.MakespanMs:0} ms, bound {bound:0} ms, gap {gap:P2}, {world.Messages} messages, {world.Recalls} recalls");
        return gap;
    }

    // 30 ms · exp(2 z), at most 20 s so that the bound is the sum and not one case; half of the variance is shared by the class.
    private static double[] MixedDurations(int seed)
    {
        var random = new Random(seed);
        var durations = new double[Cases];
        double shared = 0;
        for (var i = 0; i < Cases; i++)
        {
            if (i % 10 == 0) shared = Normal(random);
            durations[i] = Math.Min(20_000, 30 * Math.Exp(2 * Math.Sqrt(0.5) * (shared + Normal(random))));
        }

        return durations;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
