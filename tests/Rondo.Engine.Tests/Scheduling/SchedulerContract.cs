using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Scheduling;

/// <summary>What every kind of scheduler must do in every world.</summary>
public abstract class SchedulerContract
{
    private const int Worlds = 1500;

    internal abstract Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed);

    /// <summary>No worker may be idle while another has more than one unit that could move.</summary>
    internal virtual bool NeverIdle => true;

    /// <summary>The same where cases overlap: what fills a window was given before it is known who will be idle, and comes back only from who recalls.</summary>
    internal virtual bool NeverIdleWithOverlap => NeverIdle;

    [TestMethod]
    public void Every_case_ends_once_in_calm_worlds() => RunWorlds(0, seed => new WorldOptions { Workers = 1 + (seed % 6), LatencyMs = r => r.NextDouble() });

    [TestMethod]
    public void Every_case_ends_once_when_messages_are_late() =>
        RunWorlds(100_000, seed => new WorldOptions { Workers = 1 + (seed % 6), LatencyMs = r => r.NextDouble() * 40, JoinMs = r => r.NextDouble() * 200 });

    [TestMethod]
    public void Every_case_ends_once_when_workers_crash_retire_and_join_late() => RunWorlds(200_000, seed => new WorldOptions
    {
        Workers = 1 + (seed % 6),
        LatencyMs = r => r.NextDouble() * (seed % 3 == 0 ? 40 : 1),
        JoinMs = r => r.NextDouble() * 100,
        Crash = 0.1,
        Retire = 0.1,
    });

    [TestMethod]
    public void Every_case_ends_once_when_cases_overlap() => RunWorlds(300_000, seed => new WorldOptions
    {
        Workers = 1 + (seed % 4),
        LatencyMs = r => r.NextDouble() * (seed % 3 == 0 ? 40 : 1),
        JoinMs = r => r.NextDouble() * 100,
        Crash = seed % 2 == 0 ? 0 : 0.05,
        Retire = seed % 2 == 0 ? 0 : 0.05,
    }, overlap: true);

    [TestMethod]
    public void Conflicting_cases_never_run_at_once() => RunWorlds(400_000, seed => new WorldOptions
    {
        Workers = 1 + (seed % 6),
        LatencyMs = r => r.NextDouble() * (seed % 3 == 0 ? 40 : 1),
        JoinMs = r => r.NextDouble() * 100,
        Crash = seed % 2 == 0 ? 0 : 0.08,
        Retire = seed % 2 == 0 ? 0 : 0.08,
    }, bound: true);

    [TestMethod]
    public void Conflicting_cases_never_run_at_once_where_cases_overlap() => RunWorlds(500_000, seed => new WorldOptions
    {
        Workers = 1 + (seed % 4),
        LatencyMs = r => r.NextDouble() * (seed % 3 == 0 ? 40 : 1),
        JoinMs = r => r.NextDouble() * 100,
        Crash = seed % 2 == 0 ? 0 : 0.05,
        Retire = seed % 2 == 0 ? 0 : 0.05,
    }, overlap: true, bound: true);

    [TestMethod]
    public void A_writer_waits_for_the_readers_before_it_and_not_for_those_after_it()
    {
        // Two readers at a time, each a little longer than the one before it waited: without a rule the key would never be free.
        var units = Units.Single(60, _ => null);
        for (var i = 0; i < units.Count; i++) units[i] = units[i] with { Claims = ClaimSet.Of(new Claim(0, i == 10)) };
        var world = new World(units, Make(units, 2, 0), i => 50 + (i.Value % 2 * 25), new WorldOptions { CheckIdleness = NeverIdle }, 0);

        world.Run();

        Assert.IsLessThan(20, world.BeganAt.Count(b => b.Value < world.BeganAt[10]), "The writer came late.");
    }

    [TestMethod]
    public void Readers_run_at_once_and_writers_of_different_keys_too()
    {
        var units = Units.Single(40, _ => 100.0);
        for (var i = 0; i < units.Count; i++) units[i] = units[i] with { Claims = i % 2 == 0 ? ClaimSet.Of(new Claim(0, false)) : ClaimSet.Of(new Claim(i, true)) };
        var world = new World(units, Make(units, 4, 0), _ => 100, new WorldOptions { Workers = 4, CheckIdleness = NeverIdle }, 0);

        world.Run();

        Assert.IsLessThan(1300, world.MakespanMs);
    }

    [TestMethod]
    public void One_key_for_all_makes_a_chain_and_does_not_stop_the_others()
    {
        var units = Units.Single(40, _ => 100.0);
        for (var i = 0; i < 20; i++) units[i] = units[i] with { Claims = ClaimSet.Of(new Claim(0, true)) };
        var world = new World(units, Make(units, 2, 0), _ => 100, new WorldOptions { CheckIdleness = NeverIdle }, 0);

        world.Run();

        Assert.IsLessThan(2300, world.MakespanMs);
    }

    [TestMethod]
    public void Overlapping_cases_with_keys_of_their_own_fill_the_window_of_one_worker()
    {
        var units = Units.Single(50, _ => 1000.0).ConvertAll(u => u with { Window = 64 });
        for (var i = 0; i < units.Count; i++) units[i] = units[i] with { Claims = ClaimSet.Of(new Claim(i, true), new Claim(1000, false)) };
        var world = new World(units, Make(units, 1, 0), _ => 1000, new WorldOptions { Workers = 1, CheckIdleness = NeverIdleWithOverlap }, 0);

        world.Run();

        // One that lost half of what was decided fills it half.
        Assert.IsGreaterThanOrEqualTo(NeverIdle ? 50 : 20, world.MostAtOnce);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Each_isolated_unit_has_a_worker_of_its_own(int workers)
    {
        var units = Units.Single(12, _ => 10.0);
        for (var i = 0; i < units.Count; i += 3) units[i] = units[i] with { Isolated = true };
        var world = new World(units, Make(units, workers, 0), _ => 10, new WorldOptions { Workers = workers, CheckIdleness = NeverIdle }, 0);

        world.Run();

        for (var i = 0; i < units.Count; i += 3) Assert.AreEqual(new CaseIndex(i), Assert.ContainsSingle(world.RanOn(world.EndedBy[i])));
        // One for each isolated unit, and the others run on as few as there may be at once; or a few more where the order asks for it.
        Assert.IsLessThanOrEqualTo(4 + 4 + workers, world.WorkersEver);
    }

    [TestMethod]
    public void Thousands_of_cases_with_one_key_take_no_time_to_decide()
    {
        var units = Units.Single(4_000, _ => 1.0);
        for (var i = 0; i < units.Count; i++) units[i] = units[i] with { Claims = i % 2 == 0 ? ClaimSet.Of(new Claim(0, true)) : ClaimSet.Of(new Claim(i, true), new Claim(0, false)) };
        var watch = System.Diagnostics.Stopwatch.StartNew();

        new World(units, Make(units, 8, 0), _ => 1, new WorldOptions { Workers = 8, CheckIdleness = false }, 0).Run();

        Console.WriteLine($"{GetType().Name}: {watch.Elapsed.TotalMilliseconds:0} ms");
        Assert.IsLessThan(20_000, watch.Elapsed.TotalMilliseconds);
    }

    [TestMethod]
    [DataRow(1, 64, 64)]
    [DataRow(2, 64, 64)]
    [DataRow(2, 10_000, 150)]
    public void The_window_of_each_worker_fills(int workers, int window, int expected)
    {
        var units = Units.Single(300, _ => 1000).ConvertAll(u => u with { Window = window });
        var world = new World(units, Make(units, workers, 0), _ => 1000, new WorldOptions { Workers = workers, CheckIdleness = NeverIdleWithOverlap }, 0);

        world.Run();

        Assert.IsGreaterThanOrEqualTo(expected, world.MostAtOnce);
        var waves = Math.Ceiling(300.0 / workers / Math.Min(window, expected));
        Assert.IsLessThan((waves * 1000) + 500, world.MakespanMs);
    }

    [TestMethod]
    public void The_same_events_give_the_same_actions()
    {
        var units = RandomUnits(new Random(7));
        var runs = Enumerable.Range(0, 2).Select(_ =>
        {
            var recorder = new Recorder(Make(units, 3, 7));
            new World(units, recorder, index => 1 + (index.Value % 9), new WorldOptions { Workers = 3, Crash = 0.05, CheckIdleness = NeverIdle }, 7).Run();
            return recorder.Text;
        }).ToArray();

        Assert.AreEqual(runs[0], runs[1]);
    }

    [TestMethod]
    public void Nothing_to_do_releases_at_once()
    {
        var scheduler = Make([], 1, 0);

        var actions = scheduler.Handle(new SchedulerEvent.WorkerReady(new WorkerNumber(0)));

        Assert.AreEqual(new SchedulerAction.Release(new WorkerNumber(0)), Assert.ContainsSingle(actions));
    }

    [TestMethod]
    public void Events_about_strangers_change_nothing()
    {
        var units = Units.Single(3);
        var scheduler = Make(units, 1, 0);
        var stranger = new WorkerNumber(9);

        scheduler.Handle(new SchedulerEvent.Started(stranger, new CaseIndex(1)));
        scheduler.Handle(new SchedulerEvent.GaveBack(stranger, [new CaseIndex(0), new CaseIndex(77)]));
        scheduler.Handle(new SchedulerEvent.WorkerGone(stranger));
        scheduler.Handle(new SchedulerEvent.Finished(stranger, new CaseIndex(99), 1));

        Assert.HasCount(3, scheduler.Waiting);
        new World(units, scheduler, _ => 1, new WorldOptions { CheckIdleness = NeverIdle }, 0).Run();
    }

    [TestMethod]
    public void A_case_that_got_its_outcome_while_it_waited_is_not_given()
    {
        var units = Units.Single(3);
        var scheduler = Make(units, 1, 0);
        var worker = new WorkerNumber(0);

        scheduler.Handle(new SchedulerEvent.Finished(worker, new CaseIndex(1), 0));
        var given = new List<int>();
        var actions = scheduler.Handle(new SchedulerEvent.WorkerReady(worker));
        for (var i = 0; i < 10 && !actions.OfType<SchedulerAction.Release>().Any(); i++)
        {
            var cases = actions.OfType<SchedulerAction.Assign>().SelectMany(a => a.Cases).ToArray();
            given.AddRange(cases.Select(c => c.Value));
            actions = [.. cases.SelectMany(c => scheduler.Handle(new SchedulerEvent.Finished(worker, c, 1)))];
        }

        Assert.AreSequenceEqual([0, 2], given);
    }

    private void RunWorlds(int firstSeed, Func<int, WorldOptions> options, bool overlap = false, bool bound = false)
    {
        for (var seed = firstSeed; seed < firstSeed + Worlds; seed++)
        {
            try
            {
                var random = new Random(seed);
                var units = RandomUnits(random, overlap);
                if (bound) Bind(units, random);
                var durations = units.SelectMany(u => u.Cases).ToDictionary(c => c, _ => random.Next(4) == 0 ? random.NextDouble() * 300 : random.NextDouble() * 10);
                var world = options(seed) with { CheckIdleness = overlap ? NeverIdleWithOverlap : NeverIdle };
                new World(units, Make(units, world.Workers, seed), c => durations[c], world, seed).Run();
            }
            catch (Exception error)
            {
                throw new AssertFailedException($"{GetType().Name}, seed {seed}: {error}", error);
            }
        }
    }

    private static List<WorkUnit> RandomUnits(Random random, bool overlap = false)
    {
        var units = new List<WorkUnit>();
        var next = 0;
        int serial = random.Next(3), atomic = random.Next(3), unknown = random.Next(3);
        for (var left = random.Next(40); left > 0; left--)
        {
            var size = random.Next(4) < atomic ? 1 + random.Next(5) : 1;
            units.Add(new WorkUnit(
                [.. Enumerable.Range(next, size).Select(i => new CaseIndex(i))],
                random.Next(3) < unknown ? null : Math.Pow(10, (random.NextDouble() * 4) - 1) * size,
                random.Next(8) < serial)
            {
                Affinity = "C" + random.Next(5),
            });
            if (overlap && !units[^1].Serial && random.Next(3) > 0) units[^1] = units[^1] with { Window = random.Next(2) == 0 ? 2 + random.Next(4) : 1000 };
            next += size;
        }

        return units;
    }

    // Few keys, so that there is trouble; some units with other claims in each case; some isolated.
    private static void Bind(List<WorkUnit> units, Random random)
    {
        var (keys, claimed, isolated) = (1 + random.Next(4), random.Next(1, 4), random.Next(3));
        for (var i = 0; i < units.Count; i++)
        {
            if (random.Next(6) < isolated) units[i] = units[i] with { Isolated = true };
            if (random.Next(4) >= claimed) continue;
            ClaimSet[] each = [.. units[i].Cases.Select(_ => ClaimSet.Of(Enumerable.Range(0, random.Next(3)).Select(_ => new Claim(random.Next(keys), random.Next(3) == 0))))];
            units[i] = units[i] with { Claims = each.Aggregate((a, b) => a.With(b)), CaseClaims = each };
        }
    }

    private sealed class Recorder(Scheduler inner) : Scheduler
    {
        public string Text { get; private set; } = "";

        public override IReadOnlyList<CaseIndex> Waiting => inner.Waiting;

        public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
        {
            var actions = inner.Handle(what);
            foreach (var action in actions)
            {
                Text += action switch
                {
                    SchedulerAction.Assign a => $"assign {a.Worker} {string.Join(" ", a.Cases)}\n",
                    SchedulerAction.Recall r => $"recall {r.Worker} {string.Join(" ", r.Cases)}\n",
                    _ => action + "\n",
                };
            }

            return actions;
        }
    }
}

internal static class Units
{
    /// <summary>Units of one case each.</summary>
    public static List<WorkUnit> Single(int count, Func<int, double?>? expectedMs = null, Func<int, string>? affinity = null) =>
        [.. Enumerable.Range(0, count).Select(i => new WorkUnit([new CaseIndex(i)], expectedMs is null ? 1 : expectedMs(i), false) { Affinity = affinity?.Invoke(i) ?? "" })];
}

[TestClass]
public sealed class FifoTests : SchedulerContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) => new Fifo(units, workers);

    [TestMethod]
    public void With_one_worker_the_order_is_exact_whatever_is_claimed_or_isolated()
    {
        var units = Units.Single(40, _ => null);
        for (var i = 0; i < units.Count; i++)
            units[i] = units[i] with { Isolated = i % 7 == 3, Claims = i % 3 == 0 ? ClaimSet.Of(new Claim(i % 2, true)) : ClaimSet.None, Window = i % 11 == 5 ? 4 : 1 };
        var world = new World(units, Make(units, 1, 0), _ => 5, new WorldOptions { Workers = 1, LatencyMs = r => r.NextDouble() * 10, JoinMs = _ => 100 }, 1);

        world.Run();

        Assert.AreSequenceEqual(Enumerable.Range(0, 40), world.BeganAt.OrderBy(b => b.Value).Select(b => b.Key));
    }

    internal override bool NeverIdleWithOverlap => false;
}

/// <summary>What every <c>--dist load…</c> is.</summary>
[TestClass]
public sealed class FifoThatSendsAheadTests : SchedulerContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) => new Fifo(units, workers, sendsAhead: true);

    // What was sent ahead stays where it is.
    internal override bool NeverIdle => false;

    [TestMethod]
    public void Short_cases_are_sent_ahead_and_ever_fewer_of_them()
    {
        var scheduler = Make(Units.Single(100, _ => 1), 2, 0);
        Begin(scheduler, 0, 1);

        var first = Given(scheduler.Handle(new SchedulerEvent.Finished(new WorkerNumber(0), new CaseIndex(0), 1)));
        var later = Given(scheduler.Handle(new SchedulerEvent.Finished(new WorkerNumber(1), new CaseIndex(1), 1)));

        // One because it has nothing, the rest ahead: until it holds an eighth of what is left.
        Assert.AreSequenceEqual(Enumerable.Range(2, 11), first);
        Assert.IsLessThan(first.Count, later.Count);
    }

    [TestMethod]
    public void The_last_cases_are_given_one_at_a_time()
    {
        var units = Units.Single(100, _ => null);
        var world = new World(units, Make(units, 2, 0), _ => 10, new WorldOptions(), 1);

        world.Run();

        Assert.IsLessThan(520, world.MakespanMs);
    }

    [TestMethod]
    public void Nothing_is_sent_ahead_behind_a_long_case()
    {
        var scheduler = Make(Units.Single(100, i => i == 3 ? 5000 : null), 2, 0);
        Begin(scheduler, 0, 1);

        var afterLong = Given(scheduler.Handle(new SchedulerEvent.Finished(new WorkerNumber(0), new CaseIndex(0), 150)));
        var afterShort = Given(scheduler.Handle(new SchedulerEvent.Finished(new WorkerNumber(1), new CaseIndex(1), 1)));

        Assert.AreSequenceEqual([2], afterLong);
        Assert.AreSequenceEqual([3], afterShort);
    }

    [TestMethod]
    public void A_long_case_waits_for_a_worker_that_has_nothing()
    {
        var scheduler = Make(Units.Single(100, i => i == 3 ? 5000 : null), 2, 0);
        Begin(scheduler, 0, 1);

        var given = Given(scheduler.Handle(new SchedulerEvent.Finished(new WorkerNumber(0), new CaseIndex(0), 1)));

        Assert.AreSequenceEqual([2], given);
    }

    [TestMethod]
    public void A_unit_with_claims_is_not_passed_over_for_ever()
    {
        var units = Units.Single(200, _ => 1);
        units[20] = units[20] with { Claims = ClaimSet.Of(new Claim(0, true)) };
        var world = new World(units, Make(units, 2, 0), _ => 1, new WorldOptions { CheckIdleness = false }, 1);

        world.Run();

        Assert.IsLessThan(40, world.BeganAt.Count(b => b.Value < world.BeganAt[20]));
    }

    [TestMethod]
    public void One_worker_runs_all_in_order()
    {
        var units = Units.Single(60, i => i % 7 == 0 ? 300 : null);
        var world = new World(units, Make(units, 1, 0), c => c.Value % 5 == 0 ? 200 : 1, new WorldOptions { Workers = 1 }, 1);

        world.Run();

        Assert.AreSequenceEqual(Enumerable.Range(0, 60), world.RanOn(0).Select(c => c.Value));
    }

    // Both have a case.
    private static void Begin(Scheduler scheduler, params int[] workers)
    {
        foreach (var worker in workers)
        {
            foreach (var index in Given(scheduler.Handle(new SchedulerEvent.WorkerReady(new WorkerNumber(worker))))) scheduler.Handle(new SchedulerEvent.Started(new WorkerNumber(worker), new CaseIndex(index)));
        }
    }

    private static List<int> Given(IReadOnlyList<SchedulerAction> actions) => [.. actions.OfType<SchedulerAction.Assign>().SelectMany(a => a.Cases).Select(c => c.Value)];
}

[TestClass]
public sealed class WorkStealingContractTests : SchedulerContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) => new WorkStealing(units, workers);
}
