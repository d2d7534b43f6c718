using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Planning;

/// <summary>Marks that decide whether, how often and when a case runs, as far as the plan knows them.</summary>
[TestClass]
public sealed class RunMarksTests
{
    private static readonly TestCatalog s_explicit = Sample.Catalog(
        Sample.Table("class|Shop|Tests|C.cs|1", "test|Ordinary|1|sync", "test|Nightly|2|sync|explicit=takes a night|tag=slow", "test|Prints|3|sync|args=1|rows=R|explicit=needs a printer"),
        Sample.Table("class|Shop|ByHand|D.cs|1|explicit=by hand", "test|Turns|1|sync"));

    private readonly List<string> _notes = [];

    // ---- repetitions

    [TestMethod]
    public void Each_case_stands_as_often_as_it_is_repeated_behind_its_backend()
    {
        var catalog = Sample.Catalog(Sample.Table(
            "class||C|C.cs|1|repeat=2",
            "test|Plain|1|sync",
            "test|Cases|2|sync|args=1|repeat=1", "case|7", "case|8|name=eight",
            "test|Both|3|async|matrix=SingleThread ThreadPool",
            "test|Skipped|4|sync|skip=why"));

        var ids = Sample.Plan(catalog).Cases.Select(c => c.Id);

        Assert.AreSequenceEqual(
            ["C.Plain[1]", "C.Plain[2]", "C.Cases(7)[1]", "C.Cases(eight)[1]", "C.Both[SingleThread][1]", "C.Both[SingleThread][2]", "C.Both[ThreadPool][1]", "C.Both[ThreadPool][2]", "C.Skipped[1]", "C.Skipped[2]"],
            ids.ToArray());
    }

    [TestMethod]
    public void Equal_rows_are_counted_behind_the_repetition()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|sync|args=1|rows=R|repeat=2"));

        var plan = PlanBuilder.Build(catalog, _ => new RowsFound([new Row("1", null, null, [], null), new Row("1", null, null, [], null)]));

        Assert.AreSequenceEqual(["C.M(1)[1]", "C.M(1)[2]", "C.M(1)[1]#2", "C.M(1)[2]#2"], plan.Cases.Select(c => c.Id).ToArray());
    }

    [TestMethod]
    public void What_stands_for_a_source_that_failed_is_one_case()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|sync|args=1|rows=R|repeat=2"));

        var plan = PlanBuilder.Build(catalog, _ => new RowsFound([], "broken"));

        Assert.AreEqual("C.M", Assert.ContainsSingle(plan.Cases).Id);
    }

    [TestMethod]
    public void A_display_name_shows_the_repetition()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|async|args=1|names=n|display={n} pieces|repeat=1|matrix=SingleThread ThreadPool", "case|7"));

        var shown = Sample.Plan(catalog).Cases.Select(c => c.DisplayName);

        Assert.AreSequenceEqual(["7 pieces [SingleThread][1]", "7 pieces [ThreadPool][1]"], shown.ToArray());
    }

    [TestMethod]
    public void A_worker_rebuilds_repeated_cases_in_any_order()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|async|repeat=3|matrix=SingleThread ThreadPool|retry=2", "test|N|2|sync"));
        var seed = Random.Shared.Next();
        var plan = Sample.Plan(catalog).Shuffled(seed);

        var again = PlanBuilder.FromEntries(catalog, PlanBuilder.ToEntries(plan));

        Assert.AreEqual(plan.Hash, again.Hash, $"seed {seed}");
        Assert.AreSequenceEqual(plan.Cases.Select(c => c.Repetition).ToArray(), again.Cases.Select(c => c.Repetition).ToArray());
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(3)]
    public void A_repetition_that_the_test_does_not_have_is_refused(int repetition)
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|sync|repeat=2"));

        var error = Assert.ThrowsExactly<PlanMismatchException>(() => PlanBuilder.FromEntries(catalog, [new PlanEntry(0, 0, -1, null, null) { Repetition = repetition }]));

        Assert.Contains($"repetition {repetition} of C.M", error.Message);
    }

    // ---- marks

    [TestMethod]
    public void Each_property_is_decided_by_the_nearest_mark_that_sets_it()
    {
        var catalog = Sample.Catalog(Sample.Table(
            "class||C|C.cs|1|xfail=class|strict=1|retry=5|unless=T.M|unlessWhy=class|priority=3",
            "test|Inherits|1|sync",
            "test|Sets|2|sync|xfail=method|retry=0|unless=T.N|unlessWhy=method|priority=-3",
            "test|Lenient|3|sync|strict=0"));

        var marks = Sample.Plan(catalog).Cases.Select(c => c.Marks).Select(m => $"{m.ExpectedFailure} {m.ExpectedStrict} {m.Retry} {m.Condition} {m.Priority}");

        Assert.AreSequenceEqual(
            [
                "class True 5 Condition { Member = T.M, Reason = class } 3",
                "method True 0 Condition { Member = T.N, Reason = method } -3",
                "class False 5 Condition { Member = T.M, Reason = class } 3",
            ],
            marks.ToArray());
    }

    [TestMethod]
    public void One_row_can_be_expected_to_fail()
    {
        var catalog = Sample.Catalog(Sample.Table("class||C|C.cs|1", "test|M|1|sync|args=1|timeout=5", "case|1", "case|2|xfail=odd", "test|R|2|sync|args=1|rows=Rows"));

        var plan = PlanBuilder.Build(catalog, _ => new RowsFound([new Row("1", null, null, [], null) { ExpectedFailure = "row" }, new Row("2", null, null, [], null)]));

        Assert.AreSequenceEqual([null, "odd", "row", null], plan.Cases.Select(c => c.Marks.ExpectedFailure).ToArray());
        Assert.AreEqual(5, plan.Cases[1].Marks.TimeoutMs);
    }

    // ---- explicit tests

    [TestMethod]
    public void Explicit_tests_are_left_out_unless_asked_for()
    {
        var all = PlanBuilder.Build(s_explicit, _ => new RowsFound([new Row("'laser'", null, null, [], null)]));

        Assert.AreSequenceEqual(["Shop.Tests.Ordinary"], Chosen(all, new Selection()));
        Assert.HasCount(4, Chosen(all, new Selection { Explicit = true }));
        Assert.AreSequenceEqual(["Shop.Tests.Nightly"], Chosen(all, new Selection { Explicit = true, Tags = "slow" }));
        Assert.AreSequenceEqual(["Shop.Tests.Nightly"], Chosen(all, new Selection { Ids = new HashSet<string> { "Shop.Tests.Nightly" } }));
        Assert.IsEmpty(_notes);
    }

    [TestMethod]
    public void A_choice_of_nothing_but_explicit_tests_is_explained()
    {
        var chosen = Chosen(Sample.Plan(s_explicit), new Selection { Names = "turns" });

        Assert.IsEmpty(chosen);
        var note = Assert.ContainsSingle(_notes);
        Assert.Contains("Shop.ByHand.Turns", note);
        Assert.Contains("by hand", note);
        Assert.Contains("[RND2010]", note);
    }

    [TestMethod]
    public void Rows_of_explicit_tests_are_read_only_for_those_who_want_them()
    {
        var prints = s_explicit.Classes[0].Tests[2];

        Assert.IsFalse(CaseSelection.MayMatch(prints, new Selection()));
        Assert.IsTrue(CaseSelection.MayMatch(prints, new Selection { Explicit = true }));
        Assert.IsTrue(CaseSelection.MayMatch(prints, new Selection { Ids = new HashSet<string> { "Shop.Tests.Prints('laser')" } }));
        Assert.IsFalse(CaseSelection.MayMatch(prints, new Selection { Ids = new HashSet<string> { "Shop.Tests.Ordinary" } }));
    }

    // ---- priorities

    [TestMethod]
    public void Higher_priorities_come_first_and_equal_ones_stay_in_order()
    {
        var catalog = Sample.Catalog(
            Sample.Table("class||A|A.cs|1", "test|One|1|sync", "test|Late|2|sync|priority=-1", "test|Two|3|sync", "test|Early|4|sync|priority=2"),
            Sample.Table("class||B|B.cs|1|priority=1", "test|Three|1|sync", "test|Four|2|sync"));

        var plan = Sample.Plan(catalog).ByPriority();

        Assert.AreSequenceEqual(["A.Early", "B.Three", "B.Four", "A.One", "A.Two", "A.Late"], plan.Cases.Select(c => c.Id).ToArray());
        Assert.AreSequenceEqual([0, 1, 2, 3, 4, 5], plan.Cases.Select(c => c.Index.Value).ToArray());
    }

    [TestMethod]
    public void Without_priorities_the_plan_stays_as_it_is()
    {
        var plan = Sample.Plan(Sample.Catalog(Sample.Table("class||A|A.cs|1|priority=0", "test|One|1|sync")));

        Assert.AreSame(plan, plan.ByPriority());
    }

    [TestMethod]
    public void A_unit_goes_by_the_highest_priority_of_its_cases()
    {
        var catalog = Sample.Catalog(Sample.Table("class||A|A.cs|1|loop=Class", "test|One|1|sync", "test|Two|2|sync|priority=4"), Sample.Table("class||B|B.cs|1|priority=-2", "test|Three|1|sync"));

        var units = WorkUnits.Of(Sample.Plan(catalog), catalog, _ => null);

        Assert.AreSequenceEqual([4, -2], units.Select(u => u.Priority).ToArray());
    }

    private string[] Chosen(Plan all, Selection selection) => [.. CaseSelection.Select(all, selection, null, _notes.Add).Cases.Select(c => c.Id)];
}
