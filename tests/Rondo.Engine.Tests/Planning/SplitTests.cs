using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;
using Rondo.Engine.Tests.Report;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class SplitTests
{
    private const int Worlds = 400;

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Each_case_is_in_exactly_one_shard_and_units_stay_whole() => InWorlds(world =>
    {
        var shards = world.Shards();

        Assert.AreSequenceEqual(world.Plan.Cases.Select(c => c.Id).Order(StringComparer.Ordinal), shards.SelectMany(s => s.Plan.Cases).Select(c => c.Id).Order(StringComparer.Ordinal));
        foreach (var shard in shards)
        {
            Assert.AreEqual(world.Plan.Cases.Count, shard.AllCases);
            Assert.AreSequenceEqual(shard.Plan.Cases.Select(c => world.IndexOf(c.Id)).Order(), shard.Plan.Cases.Select(c => world.IndexOf(c.Id)), "The order of the plan is kept.");
            var own = shard.Plan.Cases.Select(c => c.Id).ToHashSet();
            foreach (var unit in world.Units) Assert.HasCount(1, unit.Cases.Select(c => own.Contains(world.Plan[c].Id)).Distinct(), "A unit was split.");
        }
    });

    [TestMethod]
    public void No_shard_has_more_than_an_equal_share_and_the_longest_unit() => InWorlds(world =>
    {
        var shards = world.Shards();

        // A piece of several units is at most a twentieth of a share.
        var share = shards[0].AllMs / shards.Count;
        var longest = Math.Max(share / 20, world.Units.Max(world.WeightOf));
        foreach (var shard in shards) Assert.IsLessThanOrEqualTo(share + ((1 - (1.0 / shards.Count)) * longest) + 0.001 * world.Units.Count, shard.Ms);
        Assert.AreEqual(shards[0].AllMs, shards.Sum(s => s.Ms), 0.01);
    });

    [TestMethod]
    public void Every_machine_comes_to_the_same_whatever_its_culture_and_the_order_of_its_history() => InWorlds(world =>
    {
        var shards = world.Shards();
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(world.Seed % 2 == 0 ? "tr-TR" : "de-DE");
        try
        {
            world.ReverseHistory();
            var again = world.Shards();

            for (var i = 0; i < shards.Count; i++) Assert.AreSequenceEqual(shards[i].Plan.Cases.Select(c => c.Id), again[i].Plan.Cases.Select(c => c.Id));
            Assert.HasCount(1, shards.Concat(again).Select(s => s.Name).Distinct());
            Assert.AreEqual(shards[0].Text, again[0].Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    });

    [TestMethod]
    public void Single_cases_in_another_order_are_divided_in_the_same_way()
    {
        var random = new Random(3);
        var ids = Enumerable.Range(0, 200).Select(i => $"N.C{i % 17}.T{i}").ToArray();
        var ms = ids.ToDictionary(id => id, _ => Math.Exp(3 * random.NextDouble()));
        var one = SplitOf(Samples.PlanOf(ids), ms);
        random.Shuffle(ids);

        var other = SplitOf(Samples.PlanOf(ids), ms);

        Assert.AreEqual(one.Name, other.Name);
        Assert.AreSequenceEqual(one.Plan.Cases.Select(c => c.Id).Order(StringComparer.Ordinal), other.Plan.Cases.Select(c => c.Id).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void With_many_short_cases_shards_differ_by_a_few_percent()
    {
        var random = new Random(4);
        var ids = Enumerable.Range(0, 3000).Select(i => $"N.C{i / 12}.T{i}").ToArray();
        var ms = ids.ToDictionary(id => id, _ => 5 * Math.Exp(1.5 * (random.NextDouble() + random.NextDouble() - 1)));

        var shards = Enumerable.Range(1, 7).Select(i => SplitOf(Samples.PlanOf(ids), ms, i, 7)).ToArray();

        Assert.IsLessThan(1.02, shards.Max(s => s.Ms) / shards.Min(s => s.Ms));
        // Neighbours stay together: a class of twelve is on few machines.
        var onMachines = shards.SelectMany((s, i) => s.Plan.Cases.Select(c => (c.Test.Class.FullName, i))).Distinct().GroupBy(c => c.FullName).Average(g => g.Count());
        Assert.IsLessThan(2, onMachines);
    }

    [TestMethod]
    public void Without_history_cases_are_divided_by_their_number()
    {
        var ids = Enumerable.Range(0, 100).Select(i => $"N.C{i / 3}.T{i}").ToArray();

        var shards = Enumerable.Range(1, 3).Select(i => SplitOf(Samples.PlanOf(ids), [], i, 3)).ToArray();

        foreach (var shard in shards) Assert.IsInRange(31, 36, shard.Plan.Cases.Count);
        Assert.StartsWith("shard 2/3: ", shards[1].Text);
        Assert.Contains("of 100 cases, divided by their number, as no duration is known; split ", shards[1].Text);
    }

    [TestMethod]
    public void An_unknown_duration_is_that_of_its_class_or_else_of_the_others()
    {
        var plan = Samples.PlanOf("N.Slow.A", "N.Slow.B", "N.Slow.C", "N.New.D", "N.Quick.E", "N.Quick.F", "N.Quick.G");
        var ms = new Dictionary<string, double> { ["N.Slow.A"] = 1000, ["N.Slow.B"] = 3000, ["N.Quick.E"] = 10, ["N.Quick.F"] = 11 };

        var split = SplitOf(plan, ms, 1, 2);

        // 1000 + 3000 + 3000 (the upper of two), 1000 of all for D, 10 + 11 + 11; and half a millisecond for each.
        Assert.AreEqual(8035.5, split.AllMs, 0.001);
        Assert.Contains("(3 cases of unknown duration were estimated)", split.Text);
    }

    [TestMethod]
    public void More_machines_than_units_leave_some_empty_and_none_is_lost()
    {
        var plan = Samples.PlanOf("N.A.A", "N.B.B");

        var shards = Enumerable.Range(1, 5).Select(i => SplitOf(plan, [], i, 5)).ToArray();

        Assert.AreEqual("1 1 0 0 0", string.Join(' ', shards.Select(s => s.Plan.Cases.Count).OrderDescending()));
    }

    [TestMethod]
    public void Another_division_has_another_name()
    {
        var plan = Samples.PlanOf("N.A.A", "N.A.B", "N.A.C", "N.A.D");
        var ms = new Dictionary<string, double> { ["N.A.A"] = 10, ["N.A.B"] = 10, ["N.A.C"] = 10, ["N.A.D"] = 10 };

        var names = new[]
        {
            SplitOf(plan, ms).Name,
            SplitOf(plan, ms, 1, 3).Name,
            SplitOf(plan, new Dictionary<string, double>(ms) { ["N.A.A"] = 500 }).Name,
            SplitOf(Samples.PlanOf("N.A.A", "N.A.B", "N.A.C"), ms).Name,
        };

        Assert.HasCount(4, names.Distinct());
        Assert.AreEqual(names[0], SplitOf(plan, ms, 2).Name);
    }

    [TestMethod]
    [DataRow("1/2", 1, 2)]
    [DataRow("10/10", 10, 10)]
    [DataRow("3/10000", 3, 10_000)]
    public void A_shard_is_read(string text, int number, int count)
    {
        Assert.IsNull(Shard.Complaint(text));
        Assert.AreEqual(new Shard(number, count), Shard.Of(text));
    }

    [TestMethod]
    [DataRow("0/2")]
    [DataRow("3/2")]
    [DataRow("1/0")]
    [DataRow("1/10001")]
    [DataRow("-1/2")]
    [DataRow("1")]
    [DataRow("/2")]
    [DataRow("1/")]
    [DataRow("1/2/3")]
    [DataRow("1 / 2")]
    [DataRow("a/b")]
    [DataRow("1:2")]
    [DataRow("")]
    public void What_is_no_shard_is_refused(string text)
    {
        Assert.EndsWith("[RND2070]", Shard.Complaint(text));
        Assert.IsNull(Shard.Of(text));
    }

    [TestMethod]
    public void One_of_one_is_no_shard()
    {
        Assert.IsNull(Shard.Complaint("1/1"));
        Assert.IsNull(Shard.Of("1/1"));
        Assert.IsNull(Shard.Of(null));
    }

    private static Split SplitOf(Plan plan, Dictionary<string, double> ms, int number = 1, int count = 2) =>
        Split.Of(plan, [.. plan.Cases.Select(c => new WorkUnit([c.Index], null, false) { Affinity = c.Test.Class.FullName })], id => ms.TryGetValue(id, out var known) ? known : null, new Shard(number, count));

    private void InWorlds(Action<World> check)
    {
        var first = Random.Shared.Next();
        TestContext.WriteLine($"first seed {first}");
        for (var seed = first; seed < first + Worlds; seed++)
        {
            try
            {
                check(new World(seed));
            }
            catch (Exception error)
            {
                throw new AssertFailedException($"seed {seed}: {error}", error);
            }
        }
    }

    private sealed class World
    {
        private readonly Random _random;
        private Dictionary<string, double> _history = new(StringComparer.Ordinal);
        private readonly int _machines;

        public World(int seed)
        {
            Seed = seed;
            _random = new Random(seed);
            _machines = 2 + _random.Next(6);
            var ids = new List<string>();
            for (var type = 0; type < 1 + _random.Next(12); type++)
            {
                // Names that cultures sort in different ways.
                for (var test = 0; test < 1 + _random.Next(15); test++) ids.Add($"N.{"iIıİäzZ"[_random.Next(7)]}{type}.T{test}");
            }

            Plan = Samples.PlanOf([.. ids.Distinct()]);
            var units = new List<WorkUnit>();
            foreach (var type in Plan.Cases.GroupBy(c => c.Test.Class.FullName))
            {
                var whole = _random.Next(4) == 0;
                if (whole) units.Add(new WorkUnit([.. type.Select(c => c.Index)], null, false) { Affinity = type.Key });
                else units.AddRange(type.Select(c => new WorkUnit([c.Index], null, false) { Affinity = type.Key }));
            }

            Units = units;
            var unknown = _random.Next(4) * 0.33;
            foreach (var planned in Plan.Cases)
            {
                if (_random.NextDouble() >= unknown) _history.Add(planned.Id, Math.Round(Math.Exp(_random.NextDouble() * 8), 3));
            }
        }

        public int Seed { get; }

        public Plan Plan { get; }

        public IReadOnlyList<WorkUnit> Units { get; }

        public IReadOnlyList<Split> Shards() => [.. Enumerable.Range(1, _machines).Select(i => Split.Of(Plan, Units, id => _history.TryGetValue(id, out var ms) ? ms : null, new Shard(i, _machines)))];

        public int IndexOf(string id) => Plan.TryFind(id, out var index) ? index.Value : -1;

        /// <summary>At most: an unknown case is as long as the longest of all.</summary>
        public double WeightOf(WorkUnit unit) => unit.Cases.Sum(c => 0.5 + (_history.TryGetValue(Plan[c].Id, out var ms) ? ms : _history.Count == 0 ? 100 : _history.Values.Max()));

        public void ReverseHistory() => _history = _history.Reverse().ToDictionary(StringComparer.Ordinal);
    }
}
