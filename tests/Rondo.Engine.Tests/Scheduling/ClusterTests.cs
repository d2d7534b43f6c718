using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;
using SchedulingBenchmarks;

namespace Rondo.Engine.Tests.Scheduling;

/// <summary>A small form of benchmarks/Scheduling: the same workers, messages and models of durations, and how far from the bound a run may end.</summary>
[TestClass]
public sealed class ClusterTests
{
    private const int Cases = 20_000;
    private const int Workers = 64;

    [TestMethod]
    [DataRow("unit", 0.015)]
    [DataRow("mixed", 0.015)]
    [DataRow("heavy", 0.015)]
    public void With_a_good_history_a_run_ends_close_to_the_bound(string model, double gap) => Assert.IsLessThan(gap, GapOf(model, Knowledge.Good));

    [TestMethod]
    [DataRow("unit", 0.1, 0.5)]
    [DataRow("mixed", 0.1, 0.5)]
    [DataRow("heavy", 0.1, 0.5)]
    [DataRow("unit", 0.02, 1.0)]
    [DataRow("mixed", 0.02, 1.0)]
    [DataRow("heavy", 0.02, 1.0)]
    public void With_a_poor_history_it_is_a_few_percent(string model, double unknown, double noise) => Assert.IsLessThan(0.03, GapOf(model, new Knowledge(unknown, noise)));

    [TestMethod]
    [DataRow("unit")]
    [DataRow("mixed")]
    [DataRow("heavy")]
    public void Without_history_it_keeps_the_bound_of_list_scheduling(string model)
    {
        // Graham's: an equal share and the longest case. Which order is better is luck where nothing is known.
        for (var seed = 1; seed <= 3; seed++)
        {
            var load = new Workload(model, Cases / 2, seed);
            var cluster = new Cluster(new WorkStealing(load.Units(Knowledge.Nothing), Workers), load.Ms, new ClusterOptions { Workers = Workers });

            cluster.Run();

            Assert.IsLessThan((load.SumMs / Workers + load.LongestMs) * 1.02, cluster.MakespanMs);
        }
    }

    [TestMethod]
    [DataRow("mixed")]
    [DataRow("heavy")]
    public void When_workers_die_every_case_ends_once_and_the_run_goes_on(string model)
    {
        var load = new Workload(model, Cases);
        foreach (var scheduler in new Scheduler[] { new WorkStealing(load.Units(Knowledge.Good), Workers), new Fifo(load.Units(Knowledge.Good), Workers, sendsAhead: true), new WorkStealing(load.ClassUnits(Knowledge.Good), Workers) })
        {
            var cluster = new Cluster(scheduler, load.Ms, new ClusterOptions { Workers = Workers, Crash = 0.01 });

            cluster.Run();

            Assert.IsInRange(100, 300, cluster.Deaths);
        }
    }

    [TestMethod]
    public void When_a_twentieth_of_the_workers_is_gone_at_half_time_the_others_take_over()
    {
        var load = new Workload("unit", Cases);
        var half = load.BoundMs(Workers) / 2;
        var cluster = new Cluster(new WorkStealing(load.Units(Knowledge.Good), Workers), load.Ms, new ClusterOptions { Workers = Workers, LossAtMs = half, LossShare = 0.05 });

        cluster.Run();

        var bound = half + ((load.SumMs - (half * Workers)) / (Workers * 0.95));
        Assert.AreEqual(3, cluster.Deaths);
        Assert.IsLessThan(1.03, cluster.MakespanMs / bound);
    }

    [TestMethod]
    public void What_others_do_runs_every_case_once_and_ends_later()
    {
        var load = new Workload("unit", Cases);
        var ours = GapOf("unit", Knowledge.Good);
        (string Name, Scheduler Scheduler, bool KeepsLast)[] others =
        [
            ("hash", Fixed.ByHash(Cases, Workers), false),
            ("slice", Fixed.InTurn(Cases, Workers), false),
            ("blocks", Fixed.InBlocks(Cases, Workers), false),
            ("fixed", Fixed.LongestFirst(load.Estimates(Knowledge.Good), Workers), false),
            ("load", new XdistLoad(Cases, Workers), true),
            ("worksteal", new XdistWorkSteal(Cases, Workers), true),
            ("one", new OneList(OneList.Singles(Enumerable.Range(0, Cases)), Workers, 0, _ => 1), false),
        ];

        foreach (var (name, scheduler, keepsLast) in others) Assert.IsGreaterThan(ours, GapOf(load, scheduler, keepsLast), name);
    }

    [TestMethod]
    public void The_bound_and_the_models_are_what_they_say()
    {
        foreach (var (model, mean) in new[] { ("unit", 15.4), ("mixed", 222.0), ("heavy", 290.0) })
        {
            var load = new Workload(model, 200_000);

            Assert.IsInRange(mean * 0.85, mean * 1.15, load.SumMs / 200_000, model);
            Assert.AreEqual(10.5, 200_000.0 / load.Classes, 1, model);
            Assert.AreEqual(Math.Max(load.LongestMs, load.SumMs / 10), load.BoundMs(10));
        }
    }

    private static double GapOf(string model, Knowledge knowledge)
    {
        var load = new Workload(model, Cases);
        return GapOf(load, new WorkStealing(load.Units(knowledge), Workers));
    }

    private static double GapOf(Workload load, Scheduler scheduler, bool keepsLast = false)
    {
        var cluster = new Cluster(scheduler, load.Ms, new ClusterOptions { Workers = Workers, KeepsLast = keepsLast });
        cluster.Run();
        var gap = (cluster.MakespanMs / load.BoundMs(Workers)) - 1;
        Console.WriteLine($"{load.Model}, {scheduler.GetType().Name}: {gap:P2} above the bound of {load.BoundMs(Workers):0} ms, {cluster.Messages} messages, {cluster.Recalls} recalls");
        return gap;
    }
}
