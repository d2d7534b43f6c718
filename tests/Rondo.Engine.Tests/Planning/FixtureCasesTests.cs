using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class FixtureCasesTests
{
    private static readonly string s_holder = Sample.Table(
        "holder|N|F|f.cs",
        "fixture|Db|1|Worker|value|args=1", "case|sqlite", "case|'a b'|name=other",
        "fixture|Client|2|Class|value|needs=fixture:N.F.Db",
        "fixture|Mode|3|Class|value|args=1", "case|1", "case|2",
        "fixture|Small|4|Test|value|args=1", "case|true", "case|false|skip=not now",
        "fixture|Plain|5|Worker|value");

    [TestMethod]
    public void A_test_is_multiplied_by_the_cases_of_all_fixtures_it_uses_widest_first_and_arguments_stay_slowest()
    {
        var plan = Plan("class|N|T|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Small fixture:N.F.Client", "case|7", "case|8");

        Assert.AreEqual(
            "N.T.M(7)[sqlite][true] N.T.M(7)[sqlite][false] N.T.M(8)[sqlite][true] N.T.M(8)[sqlite][false] "
            + "N.T.M(7)[other][true] N.T.M(7)[other][false] N.T.M(8)[other][true] N.T.M(8)[other][false]", Ids(plan));
        Assert.AreEqual("not now", plan.Cases[1].Marks.Skip);
        Assert.IsNull(plan.Cases[0].Marks.Skip);
    }

    [TestMethod]
    public void Constructor_auto_use_and_matrix_count_too_and_a_test_without_such_a_fixture_is_left_alone()
    {
        var plan = Plan("class|N|T|t.cs|1|ctor=fixture:N.F.Small", "test|ByConstructor|1|async|matrix=SingleThread ThreadPool", "test|Static|2|sync|instance=0", "test|Plain|3|sync|instance=0|needs=fixture:N.F.Plain");

        Assert.AreEqual(
            "N.T.ByConstructor[true][SingleThread] N.T.ByConstructor[true][ThreadPool] N.T.ByConstructor[false][SingleThread] N.T.ByConstructor[false][ThreadPool] N.T.Static N.T.Plain",
            Ids(plan));
        Assert.AreEqual("N.T.M[1] N.T.M[2]", Ids(Plan("class|N|T|t.cs|1|auto=N.F.Mode", "test|M|1|sync")));
    }

    [TestMethod]
    public void Cases_of_wide_fixtures_are_brought_together_across_classes_and_the_rest_stays_in_order()
    {
        var plan = Sample.Plan(Sample.CatalogWithFixtures([s_holder],
            Sample.Table("class|N|A|t.cs|1", "test|First|1|sync", "test|M|2|sync|needs=fixture:N.F.Db", "test|Last|3|sync"),
            Sample.Table("class|N|B|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Mode fixture:N.F.Db", "test|K|2|sync|needs=fixture:N.F.Mode"),
            Sample.Table("class|N|C|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Db", "test|Small|2|sync|needs=fixture:N.F.Small")));

        Assert.AreEqual(
            "N.A.First N.A.M[sqlite] N.B.M[sqlite][1] N.B.M[sqlite][2] N.C.M[sqlite] N.A.M[other] N.B.M[other][1] N.B.M[other][2] N.C.M[other] N.A.Last N.B.K[1] N.B.K[2] N.C.Small[true] N.C.Small[false]", Ids(plan));
        for (var i = 0; i < plan.Cases.Count; i++) Assert.AreEqual(i, plan.Cases[i].Index.Value);
    }

    [TestMethod]
    public void A_worker_rebuilds_the_same_plan_and_refuses_combinations_that_do_not_exist()
    {
        var catalog = Sample.CatalogWithFixtures([s_holder], Sample.Table("class|N|T|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Db fixture:N.F.Small", "test|K|2|sync"));
        var plan = Sample.Plan(catalog);
        var entries = PlanBuilder.ToEntries(plan);

        Assert.AreEqual(plan.Hash, PlanBuilder.FromEntries(catalog, entries).Hash);
        foreach (var wrong in (int[])[4, -1, -2])
            Assert.Contains("RND2001", Assert.ThrowsExactly<PlanMismatchException>(() => PlanBuilder.FromEntries(catalog, [entries[0] with { FixtureVariant = wrong }])).Message);
        Assert.Contains("RND2001", Assert.ThrowsExactly<PlanMismatchException>(() => PlanBuilder.FromEntries(catalog, [entries.Single(e => e.FixtureVariant < 0) with { FixtureVariant = 0 }])).Message);
    }

    [TestMethod]
    public void A_fixture_has_a_key_of_its_own_for_each_case_behind_it_and_equal_cases_stay_apart()
    {
        var catalog = Sample.CatalogWithFixtures(
            [Sample.Table("holder|N|F|f.cs", "fixture|A|1|Worker|value|args=1", "case|x", "case|x", "fixture|B|2|Test|value|needs=fixture:N.F.A builtin:WorkerInfo|args=1", "case|1", "case|2", "fixture|C|3|Worker|value")],
            Sample.Table("class|N|T|t.cs|1", "test|M|1|sync|needs=fixture:N.F.B fixture:N.F.C"));
        var plan = Sample.Plan(catalog);

        Assert.AreEqual("N.T.M[x][1] N.T.M[x][2] N.T.M[x][1]#2 N.T.M[x][2]#2", Ids(plan));
        var b = catalog.Fixture("N.F.B", plan.Cases[3]);
        Assert.AreEqual("N.F.B[x#2][2]", b.Key);
        Assert.AreEqual(1, b.Row);
        Assert.AreEqual("N.F.A[x#2]", b.Needs[0].Fixture);
        Assert.AreEqual("WorkerInfo", b.Needs[1].BuiltIn);
        Assert.AreEqual(1, catalog.Fixture(b.Needs[0].Fixture!).Row);
        Assert.AreSame(b, catalog.Fixture("N.F.B[x#2][2]"));
        Assert.AreSame(catalog.Fixture("N.F.C"), catalog.Fixture("N.F.C", plan.Cases[3]));
    }

    [TestMethod]
    public void Values_are_over_with_the_last_case_that_runs_with_them()
    {
        var catalog = Sample.CatalogWithFixtures([s_holder],
            Sample.Table("class|N|A|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Client", "test|K|2|sync|needs=fixture:N.F.Db"),
            Sample.Table("class|N|B|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Db fixture:N.F.Small"));
        var plan = Sample.Plan(catalog);
        var ends = FixtureEnds.Of(plan, catalog)!;

        var over = plan.Cases.Select(c => c.Id + ": " + string.Join(" ", ends.Finished(c).Order(StringComparer.Ordinal))).ToList();

        Assert.AreEqual(
            "N.A.M[sqlite]: N.F.Client[sqlite]|N.A.K[sqlite]: |N.B.M[sqlite][true]: N.F.Db[sqlite]|N.B.M[sqlite][false]: |N.A.M[other]: N.F.Client[other]|N.A.K[other]: |N.B.M[other][true]: N.F.Db[other]|N.B.M[other][false]: ",
            string.Join("|", over));
    }

    [TestMethod]
    public void Nothing_is_counted_where_no_fixture_with_cases_outlives_a_test()
    {
        var catalog = Sample.CatalogWithFixtures([Sample.Table("holder|N|F|f.cs", "fixture|A|1|Test|value|args=1", "case|x", "case|y")], Sample.Table("class|N|T|t.cs|1", "test|M|1|sync|needs=fixture:N.F.A"));

        Assert.IsNull(FixtureEnds.Of(Sample.Plan(catalog), catalog));
    }

    [TestMethod]
    public void Too_many_combinations_are_one_case_that_says_so()
    {
        var fixtures = Enumerable.Range(0, 21).SelectMany(i => (string[])[$"fixture|F{i}|1|Test|value|args=1", "case|0", "case|1"]);
        var needs = string.Join(' ', Enumerable.Range(0, 21).Select(i => $"fixture:N.F.F{i}"));
        var catalog = Sample.CatalogWithFixtures([Sample.Table(["holder|N|F|f.cs", .. fixtures])], Sample.Table("class|N|T|t.cs|1", $"test|M|1|sync|needs={needs}"));
        var plan = Sample.Plan(catalog);

        var only = Assert.ContainsSingle(plan.Cases);
        Assert.AreEqual("N.T.M", only.Id);
        Assert.Contains("RND2020", only.Key.Error!);
        Assert.AreEqual(plan.Hash, PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan)).Hash);
    }

    [TestMethod]
    public void Cases_with_the_same_cases_of_wide_fixtures_go_together()
    {
        var catalog = Sample.CatalogWithFixtures([s_holder],
            Sample.Table("class|N|A|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Db fixture:N.F.Small"), Sample.Table("class|N|B|t.cs|1", "test|M|1|sync|needs=fixture:N.F.Db", "test|K|2|sync|needs=fixture:N.F.Small"));

        var affinities = WorkUnits.Of(Sample.Plan(catalog), catalog, _ => null).Select(u => u.Affinity).ToList();

        Assert.AreEqual("N.F.Db[sqlite] N.F.Db[sqlite] N.F.Db[sqlite] N.F.Db[other] N.F.Db[other] N.F.Db[other] N.B N.B", string.Join(" ", affinities));
    }

    [TestMethod]
    public void Any_arrangement_sets_up_each_value_once_in_one_stretch_of_the_widest_scope()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var records = new List<string> { "holder|N|F|f.cs" };
            var fixtures = random.Next(1, 6);
            for (var f = 0; f < fixtures; f++)
            {
                records.Add($"fixture|F{f}|1|{(string[])["Worker", "Namespace", "Class", "Test"] switch { var s => s[random.Next(4)] }}|value|args=1");
                for (var c = random.Next(1, 4); c > 0; c--) records.Add($"case|{c}");
            }

            var classes = Enumerable.Range(0, random.Next(1, 5)).Select(t => Sample.Table(
            [
                $"class|N|T{t}|t.cs|1",
                .. Enumerable.Range(0, random.Next(1, 5)).Select(m =>
                    $"test|M{m}|1|sync|needs={string.Join(' ', Enumerable.Range(0, fixtures).Where(_ => random.Next(3) == 0).Select(f => $"fixture:N.F.F{f}"))}"),
            ])).ToArray();
            var catalog = Sample.CatalogWithFixtures([Sample.Table([.. records])], classes);
            var plan = Sample.Plan(catalog);

            var why = $"seed {seed}, round {round}\n{string.Join("\n", records)}\n{string.Join("\n", classes)}\n{Ids(plan)}";
            Assert.AreEqual(plan.Cases.Count, plan.Cases.Select(c => c.Id).Distinct().Count(), why);
            Assert.AreEqual(plan.Hash, PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan)).Hash, why);
            var widest = catalog.Fixtures.Where(f => f.Scope != FixtureScope.Test).OrderByDescending(f => f.Scope).ThenBy(f => f.Number).FirstOrDefault(f => plan.Cases.Any(c => catalog.VariantsOf(c.Test).Fixtures.Contains(f)));
            if (widest is null || widest.Scope == FixtureScope.Class) continue;
            var stretches = plan.Cases.Select(c => catalog.VariantsOf(c.Test).Fixtures is var all && all.Contains(widest) ? catalog.Fixture(widest.Key, c).Key : null).Aggregate(new List<string?>(), (seen, key) =>
            {
                if (seen.Count == 0 || seen[^1] != key) seen.Add(key);
                return seen;
            }).OfType<string>().ToList();
            Assert.AreEqual(stretches.Distinct().Count(), stretches.Count, why);
        }
    }

    [TestMethod]
    public void The_cases_of_a_product_are_made_when_they_are_looked_at()
    {
        var catalog = Sample.Catalog(Sample.Table("class|N|T|t.cs|1", "test|Grid|1|sync|args=2|names=x y", "values|1|2|3", "values|'a'|'b'", "test|Shown|2|sync|args=1|arguments=1|names=db word|display={word}!", "values|'w'"));
        var plan = Sample.Plan(catalog);

        Assert.AreEqual("N.T.Grid(1, 'a') N.T.Grid(1, 'b') N.T.Grid(2, 'a') N.T.Grid(2, 'b') N.T.Grid(3, 'a') N.T.Grid(3, 'b') N.T.Shown('w')", Ids(plan));
        Assert.AreEqual("w!", plan.Cases[^1].DisplayName);
        Assert.AreEqual(plan.Hash, PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan)).Hash);
    }

    private static Plan Plan(params string[] records) => Sample.Plan(Sample.CatalogWithFixtures([s_holder], Sample.Table(records)));

    private static string Ids(Plan plan) => string.Join(" ", plan.Cases.Select(c => c.Id));
}
