using FsCheck;
using FsCheck.Fluent;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class PlanBuilderTests
{
    private static readonly string s_shop = Sample.Table(
        "class|Shop|CartTests|CartTests.cs|3|tag=shop|timeout=700",
        "test|Empty|5|async",
        "test|Totals|7|sync|args=2|names=amount currency cart|display={0} in {currency}",
        "case|1, 'EUR'",
        "case|2, 'USD'|name=two/dollars",
        "case|3, 'XXX'|skip=no such currency",
        "test|Rounds|9|sync|args=1|names=value|rows=Rows|tag=slow");

    [TestMethod]
    public void Cases_come_in_order_of_declaration_with_readable_ids()
    {
        var plan = PlanBuilder.Build(Sample.Catalog(s_shop), _ => new RowsFound([Row("1.25"), Row("2.5", "half")]));

        Assert.AreSequenceEqual(
            ["Shop.CartTests.Empty", "Shop.CartTests.Totals(1, 'EUR')", @"Shop.CartTests.Totals(two\/dollars)", "Shop.CartTests.Totals(3, 'XXX')", "Shop.CartTests.Rounds(1.25)", "Shop.CartTests.Rounds(half)"],
            plan.Cases.Select(c => c.Id));
        Assert.AreSequenceEqual(Enumerable.Range(0, 6), plan.Cases.Select(c => c.Index.Value));
        Assert.AreSequenceEqual([-1, 0, 1, 2, 0, 1], plan.Cases.Select(c => c.Key.Row));
    }

    [TestMethod]
    public void People_see_the_display_name_or_the_name_in_the_class()
    {
        var plan = PlanBuilder.Build(Sample.Catalog(s_shop), _ => new RowsFound([Row("1.25")]));

        Assert.AreSequenceEqual(["Empty", "1 in EUR", "2 in USD", "3 in XXX", "Rounds(1.25)"], plan.Cases.Select(c => c.DisplayName));
    }

    [TestMethod]
    public void Equal_ids_get_a_number_in_order_of_declaration()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|sync", "test|M|2|sync|args=1", "case|1", "case|1", "test|M|3|sync|args=1", "case|1", "test|M|4|sync"));

        var plan = Sample.Plan(catalog);

        Assert.AreSequenceEqual(["C.M", "C.M(1)", "C.M(1)#2", "C.M(1)#3", "C.M#2"], plan.Cases.Select(c => c.Id));
    }

    [TestMethod]
    public void A_number_never_collides_with_a_name_that_looks_like_one()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M#2|1|sync", "test|M|2|sync", "test|M|3|sync", "test|M#2|4|sync", "test|M#3|5|sync"));

        var plan = Sample.Plan(catalog);

        Assert.AreSequenceEqual(["C.M#2", "C.M", "C.M#3", "C.M#2#2", "C.M#3#2"], plan.Cases.Select(c => c.Id));
        Assert.AreEqual(plan.Hash, PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan)).Hash);
    }

    [TestMethod]
    public void Rows_before_an_error_count_and_the_error_is_a_case_of_its_own()
    {
        var plan = PlanBuilder.Build(Sample.Catalog(s_shop), _ => new RowsFound([Row("1.25")], "it threw"));

        Assert.AreEqual("Shop.CartTests.Rounds(1.25)", plan.Cases[4].Id);
        Assert.IsNull(plan.Cases[4].Key.Error);
        Assert.AreEqual("Shop.CartTests.Rounds", plan.Cases[5].Id);
        Assert.AreEqual("it threw", plan.Cases[5].Key.Error);
    }

    [TestMethod]
    public void A_source_without_a_row_is_an_error()
    {
        var plan = PlanBuilder.Build(Sample.Catalog(s_shop), _ => new RowsFound([]));

        Assert.AreEqual("Shop.CartTests.Rounds", plan.Cases[^1].Id);
        Assert.Contains("'Rows' of Shop.CartTests.Rounds gave no row", plan.Cases[^1].Key.Error!);
        Assert.Contains("[RND2004]", plan.Cases[^1].Key.Error!);
    }

    [TestMethod]
    public void A_source_that_was_not_read_gives_no_case_unless_its_test_is_skipped()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|Wanted|1|sync|args=1|rows=R", "test|Skipped|2|sync|args=1|rows=R|skip=broken"));

        var plan = Sample.Plan(catalog);

        Assert.AreEqual("C.Skipped", Assert.ContainsSingle(plan.Cases).Id);
        Assert.AreEqual("broken", plan.Cases[0].Marks.Skip);
        Assert.AreEqual(plan.Hash, PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan)).Hash);
    }

    [TestMethod]
    public void Marks_of_a_row_win_over_those_of_its_test_and_tags_add_up()
    {
        var row = new Row("1", null, "not today", ["odd"], 5);

        var marks = PlanBuilder.Build(Sample.Catalog(s_shop), _ => new RowsFound([row])).Cases[^1].Marks;

        Assert.AreEqual("not today", marks.Skip);
        Assert.AreEqual(5, marks.TimeoutMs);
        Assert.AreSequenceEqual(["odd", "slow", "shop"], marks.Tags);
    }

    [TestMethod]
    public void A_skipped_constant_case_keeps_the_other_marks_of_its_test()
    {
        var marks = PlanBuilder.Build(Sample.Catalog(s_shop), _ => null).Cases[3].Marks;

        Assert.AreEqual("no such currency", marks.Skip);
        Assert.AreEqual(700, marks.TimeoutMs);
        Assert.AreSequenceEqual(["shop"], marks.Tags);
    }

    [TestMethod]
    public void Each_case_of_an_asynchronous_test_stands_once_for_each_backend_of_its_matrix()
    {
        var catalog = Sample.Catalog(Sample.Table(
            "class||C|C.cs|1|matrix=SingleThread ThreadPool",
            "test|M|1|async",
            "test|N|2|async|args=1|display=n is {0}", "case|1", "case|1|name=one/more",
            "test|Rows|3|async|args=1|rows=R",
            "test|Sync|4|sync",
            "test|Alone|5|async|backend=ThreadPool",
            "test|Other|6|async|matrix=ThreadPool SingleThread"));

        var plan = PlanBuilder.Build(catalog, _ => new RowsFound([Row("7"), Row("7")], "then it threw"));

        Assert.AreSequenceEqual(
            ["C.M[SingleThread]", "C.M[ThreadPool]", "C.N(1)[SingleThread]", "C.N(1)[ThreadPool]", @"C.N(one\/more)[SingleThread]", @"C.N(one\/more)[ThreadPool]",
            "C.Rows(7)[SingleThread]", "C.Rows(7)[ThreadPool]", "C.Rows(7)[SingleThread]#2", "C.Rows(7)[ThreadPool]#2", "C.Rows", "C.Sync", "C.Alone", "C.Other[ThreadPool]", "C.Other[SingleThread]"],
            plan.Cases.Select(c => c.Id));
        Assert.AreSequenceEqual(
            [LoopBackend.SingleThread, LoopBackend.ThreadPool, LoopBackend.ThreadPool, LoopBackend.ThreadPool],
            new[] { 0, 1, 12, 13 }.Select(i => plan.Cases[i].Marks.Backend!.Value));
        Assert.AreEqual("n is 1 [ThreadPool]", plan.Cases[3].DisplayName);
        var rebuilt = PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan));
        Assert.AreSequenceEqual(plan.Cases.Select(c => (c.Id, c.Variant, c.Marks.Backend)), rebuilt.Cases.Select(c => (c.Id, c.Variant, c.Marks.Backend)));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(-2)]
    public void A_backend_that_the_matrix_does_not_have_is_refused(int variant)
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|async|matrix=SingleThread ThreadPool"));

        var error = Assert.ThrowsExactly<PlanMismatchException>(() => PlanBuilder.FromEntries(catalog, [new PlanEntry(0, 0, -1, null, null, 1, variant)]));

        Assert.Contains($"backend {variant} of C.M", error.Message);
    }

    [TestMethod]
    [DataRow("async|explore=1", true)]
    [DataRow("async|explore=1|loop=Test", true)]
    [DataRow("async|explore=1|loop=Class", false)]
    [DataRow("async|explore=1|backend=ThreadPool", false)]
    [DataRow("sync|explore=1", false)]
    [DataRow("async", false)]
    public void A_case_is_explored_where_it_can_be(string test, bool expected) =>
        Assert.AreEqual(expected, Sample.Plan(Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|" + test))).Cases[0].IsExplored);

    [TestMethod]
    public void The_seed_of_a_case_is_the_same_for_ever() => Assert.AreEqual(1353971291, CaseSeed.Of("C.M"));

    [TestMethod]
    public void A_worker_rebuilds_the_very_same_plan_also_of_a_selection()
    {
        var catalog = Sample.Catalog(s_shop);
        var all = PlanBuilder.Build(catalog, _ => new RowsFound([Row("1"), Row("1"), Row("1")], "then it threw"));
        var part = new Plan([.. all.Cases.Where((_, i) => i is 2 or 5 or 7).Select((c, i) => c with { Index = new CaseIndex(i) })]);

        foreach (var plan in new[] { all, part })
        {
            var rebuilt = PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan));

            Assert.AreEqual(plan.Hash, rebuilt.Hash);
            Assert.AreSequenceEqual(plan.Cases, rebuilt.Cases, new SameCase());
        }
    }

    [TestMethod]
    [DataRow(1, 0, -1, false, "class number 1")]
    [DataRow(-1, 0, -1, false, "class number -1")]
    [DataRow(0, 3, -1, false, "test number 3 of Shop.CartTests")]
    [DataRow(0, 1, 3, false, "case 3 of Shop.CartTests.Totals")]
    [DataRow(0, 1, -1, false, "case -1 of Shop.CartTests.Totals")]
    [DataRow(0, 0, 0, false, "case 0 of Shop.CartTests.Empty")]
    [DataRow(0, 2, -1, false, "case -1 of Shop.CartTests.Rounds")]
    [DataRow(0, 0, 0, true, "a row of Shop.CartTests.Empty")]
    [DataRow(0, 2, -1, true, "row -1 of Shop.CartTests.Rounds")]
    public void An_entry_that_this_build_does_not_have_is_refused_by_name(int type, int method, int number, bool row, string named)
    {
        var entry = new PlanEntry(type, method, number, row ? Row("1") : null, null);

        var error = Assert.ThrowsExactly<PlanMismatchException>(() => PlanBuilder.FromEntries(Sample.Catalog(s_shop), [entry]));

        Assert.Contains(named, error.Message);
        Assert.Contains("[RND2001]", error.Message);
    }

    [TestMethod]
    public void Ids_are_unique_whatever_the_rows_are_called() => Prop.ForAll(
        Gen.Elements<string?>(null, "a", "a#2", "a)#2", "#2", "", "a/b", "\"").ArrayOf().ToArbitrary(),
        names =>
        {
            var catalog = Sample.Catalog(s_shop);
            var plan = PlanBuilder.Build(catalog, _ => new RowsFound([.. names.Select(n => Row("1", n))]));
            var rebuilt = PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan));
            return plan.Cases.Select(c => c.Id).Distinct().Count() == plan.Cases.Count && rebuilt.Hash == plan.Hash && plan.Cases.All(c => !c.Id.Contains('"'));
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    [DataRow("1, 'EUR'", "1|'EUR'")]
    [DataRow("'a, b', [1, 2], R { X = 1, Y = 'q' }", "'a, b'|[1, 2]|R { X = 1, Y = 'q' }")]
    [DataRow(@"'it\'s, so', it's, 3", @"'it\'s, so'|it's|3")]
    [DataRow("1, 2, 3, 4", "1|2|3, 4")]
    [DataRow("", "")]
    public void Arguments_are_cut_at_the_commas_between_them(string arguments, string expected) =>
        Assert.AreEqual(expected, string.Join('|', DisplayText.Split(arguments, 3)));

    [TestMethod]
    public void A_shortened_argument_ends_where_it_was_cut()
    {
        var text = ArgumentText.FormatAll([new string('x', 200) + ", y", 7, new string('\'', 90)]);

        var parts = DisplayText.Split(text, 3);

        Assert.HasCount(3, parts);
        Assert.AreEqual("7", parts[1]);
    }

    [TestMethod]
    [DataRow("{0}-{1}", "1-a/b")]
    [DataRow("{second} {third} {9} {", "a/b {third} {9} {")]
    [DataRow("{{0}} {0}", "{0} 1")]
    [DataRow("plain", "plain")]
    public void Placeholders_are_filled_leniently(string format, string expected)
    {
        var test = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|sync|args=2|names=first second third")).Classes[0].Tests[0];

        Assert.AreEqual(expected, DisplayText.Fill(format, @"1, 'a\/b'", test));
    }

    private static Row Row(string arguments, string? name = null) => new(arguments, name, null, [], null);

    private sealed class SameCase : IEqualityComparer<PlannedCase>
    {
        public bool Equals(PlannedCase? x, PlannedCase? y) =>
            (x!.Index, x.Id, x.DisplayName, x.Test, x.Key, x.Occurrence, x.Marks.Skip, x.Marks.TimeoutMs) == (y!.Index, y.Id, y.DisplayName, y.Test, y.Key, y.Occurrence, y.Marks.Skip, y.Marks.TimeoutMs) &&
            x.Marks.Tags.SequenceEqual(y.Marks.Tags);

        public int GetHashCode(PlannedCase planned) => planned.Id.GetHashCode(StringComparison.Ordinal);
    }
}
