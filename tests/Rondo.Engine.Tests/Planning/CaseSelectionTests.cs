using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class CaseSelectionTests
{
    private static readonly TestCatalog s_catalog = Sample.Catalog(
        Sample.Table("class|Shop|CartTests|C.cs|1|tag=shop", "test|Empty|1|sync", "test|Totals|2|sync|args=1", "case|'a\\\\/b'", "case|2", "test|Rounds|3|sync|args=1|rows=Rows|tag=slow"),
        Sample.Table("class|Shop|ChatTests|D.cs|1", "test|Empty|1|sync", "test|Over|2|sync|args=1|rows=R|tag=slow", "test|Over|3|sync|args=1|rows=R"));

    private static readonly Plan s_all = PlanBuilder.Build(s_catalog, _ => new RowsFound([new Row("1", null, null, ["odd"], null), new Row("2", null, null, [], null)]));

    private readonly List<string> _notes = [];

    [TestMethod]
    public void Everything_is_chosen_by_default() => Assert.AreSame(s_all, CaseSelection.Select(s_all, Selection.All, null, _notes.Add));

    [TestMethod]
    public void Everything_that_is_set_must_agree_and_the_rest_is_numbered_anew()
    {
        var selection = new Selection { Names = "cart", Tags = "slow", HostFilter = c => !c.Id.EndsWith("(2)", StringComparison.Ordinal) };

        var plan = CaseSelection.Select(s_all, selection, null, _notes.Add);

        Assert.AreEqual("Shop.CartTests.Rounds(1)", Assert.ContainsSingle(plan.Cases).Id);
        Assert.AreEqual(new CaseIndex(0), plan.Cases[0].Index);
    }

    [TestMethod]
    public void What_is_deselected_is_left_out_also_of_what_was_asked_for_by_id()
    {
        Assert.AreSequenceEqual(["Shop.CartTests.Empty"], Ids(new Selection { Names = "cart", Deselected = "totals or rounds" }));
        Assert.IsEmpty(Ids(new Selection { Ids = new HashSet<string> { "Shop.ChatTests.Empty" }, Deselected = "chat" }));
        Assert.IsFalse(new Selection { Deselected = "chat" }.IsAll);
    }

    [TestMethod]
    public void Without_any_earlier_run_everything_runs_and_the_reason_is_told()
    {
        var plan = CaseSelection.Select(s_all, Selection.All, new HashSet<string>(), _notes.Add, hasHistory: false);

        Assert.AreSame(s_all, plan);
        Assert.AreEqual("--lf: no earlier run is known, so all chosen cases run.", Assert.ContainsSingle(_notes));
    }

    [TestMethod]
    public void Tags_of_rows_count() => Assert.AreSequenceEqual(
        ["Shop.CartTests.Rounds(1)", "Shop.ChatTests.Over(1)", "Shop.ChatTests.Over(1)#2"],
        Ids(new Selection { Tags = "odd" }));

    [TestMethod]
    public void An_id_of_a_subtest_chooses_its_case()
    {
        var ids = Ids(new Selection { Ids = new HashSet<string> { "Shop.ChatTests.Empty/A/B", @"Shop.CartTests.Totals('a\/b')/A" } });

        Assert.AreSequenceEqual([@"Shop.CartTests.Totals('a\/b')", "Shop.ChatTests.Empty"], ids);
        Assert.IsEmpty(_notes);
    }

    [TestMethod]
    [DataRow("Shop.CartTests.Emtpy", "Shop.CartTests.Empty")]
    [DataRow("shop.carttests.empty", "Shop.CartTests.Empty")]
    [DataRow("Shop.CartTests.Totals('a long argument that is not there any more')", @"Shop.CartTests.Totals('a\/b')")]
    [DataRow("CartTests.Empty", "Shop.CartTests.Empty")]
    public void An_unknown_id_is_noted_with_what_was_probably_meant(string id, string near)
    {
        Assert.IsEmpty(Ids(new Selection { Ids = new HashSet<string> { id } }));

        Assert.AreEqual($"There is no case '{id}'. Did you mean '{near}'?", Assert.ContainsSingle(_notes));
    }

    [TestMethod]
    public void An_unknown_id_near_nothing_is_noted_plainly_and_many_are_counted()
    {
        Ids(new Selection { Ids = Enumerable.Range(0, 13).Select(i => $"unheard of {i:00}").ToHashSet() });

        Assert.HasCount(11, _notes);
        Assert.AreEqual("There is no case 'unheard of 00'.", _notes[0]);
        Assert.AreEqual("There are 3 further ids without a case.", _notes[10]);
    }

    [TestMethod]
    public void Last_failed_runs_only_those_within_the_selection()
    {
        var plan = CaseSelection.Select(s_all, new Selection { Names = "Chat" }, new HashSet<string> { "Shop.ChatTests.Empty/Part", "Shop.CartTests.Empty" }, _notes.Add);

        Assert.AreEqual("Shop.ChatTests.Empty", Assert.ContainsSingle(plan.Cases).Id);
        Assert.IsEmpty(_notes);
    }

    [TestMethod]
    [DataRow(new string[0], "nothing failed in the last run")]
    [DataRow(new[] { "Shop.CartTests.Empty" }, "none of the 1 cases that failed in the last run is among the chosen ones")]
    public void Last_failed_with_nothing_to_run_again_runs_all_and_says_so(string[] failed, string note)
    {
        var plan = CaseSelection.Select(s_all, new Selection { Names = "Chat" }, failed.ToHashSet(), _notes.Add);

        Assert.HasCount(5, plan.Cases);
        Assert.Contains(note, Assert.ContainsSingle(_notes));
    }

    [TestMethod]
    public void What_is_left_is_numbered_anew_and_counted()
    {
        var left = CaseSelection.LeftOf(s_all, id => id.StartsWith("Shop.ChatTests.", StringComparison.Ordinal), _notes.Add);

        Assert.AreSequenceEqual(s_all.Cases.Select(c => c.Id).Where(id => id.StartsWith("Shop.ChatTests.", StringComparison.Ordinal)), left.Cases.Select(c => c.Id));
        Assert.AreSequenceEqual(Enumerable.Range(0, left.Cases.Count), left.Cases.Select(c => c.Index.Value));
        Assert.AreEqual($"--rest: {left.Cases.Count} of the {s_all.Cases.Count} chosen cases were left.", Assert.ContainsSingle(_notes));
    }

    [TestMethod]
    public void Where_nothing_is_left_nothing_is_chosen_and_the_reason_is_told()
    {
        var left = CaseSelection.LeftOf(s_all, _ => false, _notes.Add);

        Assert.IsEmpty(left.Cases);
        Assert.Contains("--rest: nothing is left.", Assert.ContainsSingle(_notes));
    }

    [TestMethod]
    public void An_unreadable_expression_is_refused()
    {
        Assert.Contains("[RND2002]", Assert.ThrowsExactly<ArgumentException>(() => Ids(new Selection { Names = "a and" })).Message);
        Assert.Contains("[RND2002]", Assert.ThrowsExactly<ArgumentException>(() => Ids(new Selection { Tags = "(" })).Message);
    }

    [TestMethod]
    [DataRow("cart", null, null, "Shop.CartTests.Rounds", true)]
    [DataRow("chat", null, null, "Shop.CartTests.Rounds", true)]
    [DataRow("not cart", null, null, "Shop.CartTests.Rounds", false)]
    [DataRow("not cart and chat", null, null, "Shop.CartTests.Rounds", false)]
    [DataRow(null, "odd", null, "Shop.CartTests.Rounds", true)]
    [DataRow(null, "not slow", null, "Shop.CartTests.Rounds", false)]
    [DataRow(null, "slow", null, "Shop.CartTests.Empty", false)]
    [DataRow(null, "not slow", null, "Shop.ChatTests.Over", true)]
    [DataRow(null, null, "Shop.CartTests.Rounds(7)#2", "Shop.CartTests.Rounds", true)]
    [DataRow(null, null, "Shop.CartTests.RoundsMore(7)", "Shop.CartTests.Rounds", false)]
    [DataRow(null, null, "Shop.CartTests.Rounds", "Shop.CartTests.Rounds", true)]
    public void A_data_source_need_not_be_read_only_if_no_row_can_match(string? names, string? tags, string? id, string test, bool expected)
    {
        var selection = new Selection { Names = names, Tags = tags, Ids = id is null ? null : new HashSet<string> { id } };
        var tests = s_catalog.Classes.SelectMany(c => c.Tests).Where(t => t.Id == test);

        foreach (var overload in tests) Assert.AreEqual(expected, CaseSelection.MayMatch(overload, selection));
    }

    [TestMethod]
    public void Leaving_sources_unread_changes_no_selection()
    {
        string?[] names = [null, "cart", "not cart", "1", "over or rounds", "not over"], tags = [null, "slow", "not slow", "odd", "not odd", "shop and odd"];
        foreach (var selection in names.SelectMany(n => tags.Select(t => new Selection { Names = n, Tags = t })))
        {
            var partial = PlanBuilder.Build(s_catalog, test => CaseSelection.MayMatch(s_catalog.Test(test), selection)
                ? new RowsFound([new Row("1", null, null, ["odd"], null), new Row("2", null, null, [], null)])
                : null);

            Assert.AreEqual(CaseSelection.Select(s_all, selection, null, _ => { }).Hash, CaseSelection.Select(partial, selection, null, _ => { }).Hash, selection.ToString());
        }
    }

    private List<string> Ids(Selection selection) => CaseSelection.Select(s_all, selection, null, _notes.Add).Cases.Select(c => c.Id).ToList();
}
