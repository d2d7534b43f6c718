using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;
using Rondo.Engine.Tests.Report;

namespace Rondo.Engine.Tests.Scheduling;

[TestClass]
public sealed class RunFloorTests
{
    private static readonly Plan s_plan = Samples.PlanOf("N.A.One", "N.A.Two", "N.A.Three", "N.B.Four", "N.B.Five", "N.B.Six");

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void One_long_case_is_named()
    {
        var floor = FloorOf(Singles(), [100, 9000, 100, 100, 100, 100], workers: 4);

        Assert.AreEqual("This run cannot be shorter than 9.00 s, however many workers it has, because of N.A.Two (9.00 s).", floor.Text);
        Assert.IsTrue(floor.IsWorthSaying);
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(3, true)]
    public void It_is_said_only_when_more_workers_would_not_help(int workers, bool said) =>
        Assert.AreEqual(said, FloorOf(Singles(), [3000, 2000, 1000, 1000, 1000, 500], workers).IsWorthSaying);

    [TestMethod]
    public void Short_runs_are_nobodys_trouble() => Assert.IsFalse(FloorOf(Singles(), [999, 1, 1, 1, 1, 1], 8).IsWorthSaying);

    [TestMethod]
    public void A_class_that_stays_together_is_one()
    {
        WorkUnit[] units = [new([new(0), new(1), new(2)], null, false), .. Singles()[3..]];

        var floor = FloorOf(units, [1000, 2000, 3000, 5000, 1, 1], 3);

        Assert.AreEqual(6000, floor.Ms);
        Assert.AreEqual("the 3 cases of N.A, which stay together on one worker (6.00 s)", floor.Because);
    }

    [TestMethod]
    public void Cases_that_overlap_take_as_long_as_the_longest_or_as_a_full_window()
    {
        WorkUnit[] units = [new([new(0), new(1), new(2)], null, false) { Window = 2 }, .. Singles()[3..]];

        Assert.AreEqual(3000, FloorOf(units, [1000, 1000, 3000, 1, 1, 1], 3).Ms);
        Assert.AreEqual(4500, FloorOf(units, [3000, 3000, 3000, 1, 1, 1], 3).Ms);
    }

    [TestMethod]
    public void Cases_with_one_lock_are_a_chain_and_readers_are_not()
    {
        var units = Singles();
        for (var i = 0; i < 4; i++) units[i] = units[i] with { Claims = ClaimSet.Of(new Claim(0, i < 2)) };

        var floor = FloorOf(units, [1000, 2000, 700, 900, 2500, 1], 4);

        Assert.AreEqual(3900, floor.Ms);
        Assert.AreEqual("4 cases that claim the same [ResourceLock] as N.A.One (3.90 s)", floor.Because);
        for (var i = 0; i < 4; i++) units[i] = units[i] with { Claims = ClaimSet.Of(new Claim(0, false)) };
        Assert.AreEqual(2500, FloorOf(units, [1000, 2000, 700, 900, 2500, 1], 4).Ms);
    }

    [TestMethod]
    public void Serial_cases_come_on_top()
    {
        var units = Singles();
        units[0] = units[0] with { Serial = true };
        units[1] = units[1] with { Serial = true };

        var floor = FloorOf(units, [3000, 2000, 1500, 1, 1, 1], 8);

        Assert.AreEqual("2 [Serial] cases, while which nothing else runs (5.00 s), and of N.A.Three (1.50 s)", floor.Because);
        Assert.AreEqual(6500, floor.Ms);
        Assert.AreEqual("N.A.One (9.00 s), while which nothing else runs", FloorOf([units[0], .. units[2..]], [9000, 0, 10, 1, 1, 1], 8).Because);
    }

    [TestMethod]
    public void What_nobody_knows_is_no_bound_and_counts_as_the_others_for_the_share()
    {
        var floor = FloorOf(Singles(), [2000, null, null, null, null, null], 2);

        Assert.AreEqual(2000, floor.Ms);
        Assert.AreEqual(6000, floor.ShareMs);
        Assert.IsFalse(floor.IsWorthSaying);
    }

    [TestMethod]
    public void Nothing_has_no_floor() => Assert.IsFalse(RunFloor.Of(new Plan([]), [], _ => null, 2).IsWorthSaying);

    // The real schedulers in a simulated run, with as many workers as there are units.
    [TestMethod]
    public void No_run_is_ever_shorter()
    {
        var first = Random.Shared.Next();
        TestContext.WriteLine($"first seed {first}");
        for (var seed = first; seed < first + 300; seed++)
        {
            var random = new Random(seed);
            var units = new List<WorkUnit>();
            var ids = new List<string>();
            for (var i = 0; i < 1 + random.Next(15); i++)
            {
                var claims = random.Next(3) == 0 ? ClaimSet.Of(new Claim(random.Next(2), random.Next(2) == 0)) : ClaimSet.None;
                var cases = Enumerable.Range(ids.Count, 1 + (random.Next(3) == 0 ? random.Next(4) : 0)).Select(c => new CaseIndex(c)).ToArray();
                units.Add(new WorkUnit(cases, null, random.Next(6) == 0) { Claims = claims, Window = random.Next(5) == 0 ? 3 : 1 });
                ids.AddRange(cases.Select(c => string.Create(CultureInfo.InvariantCulture, $"N.C{i}.T{c.Value}")));
            }

            if (units.Exists(u => u.Serial)) units = units.ConvertAll(u => u with { Window = 1 });
            var ms = ids.Select(_ => Math.Round(random.NextDouble() * 100, 2)).ToArray();
            var floor = RunFloor.Of(Samples.PlanOf([.. ids]), units, c => ms[c.Value], units.Count);

            foreach (var scheduler in new Scheduler[] { new WorkStealing(units, units.Count), new Fifo(units, units.Count) })
            {
                var world = new World(units, scheduler, c => ms[c.Value], new WorldOptions { Workers = units.Count, CheckIdleness = false, LatencyMs = _ => 0.001 }, seed);
                world.Run();

                Assert.IsLessThanOrEqualTo(world.MakespanMs + 0.001, floor.Ms, $"seed {seed}: {floor.Because}");
            }
        }
    }

    private static List<WorkUnit> Singles() => Units.Single(6, _ => null);

    private static RunFloor FloorOf(IReadOnlyList<WorkUnit> units, double?[] ms, int workers) => RunFloor.Of(s_plan, units, c => ms[c.Value], workers);
}
