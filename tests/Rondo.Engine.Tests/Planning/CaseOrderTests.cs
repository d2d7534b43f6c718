using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class CaseOrderTests
{
    private static readonly Plan s_plan = Sample.Plan(Sample.Catalog(Sample.Table("class|N|C|f.cs|1", "test|A|1|sync", "test|B|2|sync", "test|C|3|sync", "test|D|4|sync", "test|E|5|sync")));

    private readonly List<string> _notes = [];

    [TestMethod]
    [DataRow("D B", null, "B D A C E")]
    [DataRow(null, "A B D E", "C A B D E")]
    [DataRow("E", "A B D E", "E C A B D")]
    [DataRow("", "A B C D E", "A B C D E")]
    [DataRow("A B C D E", null, "A B C D E")]
    [DataRow("Gone", null, "A B C D E")]
    public void Failed_cases_come_first_then_new_ones_then_the_rest(string? failed, string? known, string expected)
    {
        var plan = CaseOrder.Of(s_plan, failed is null ? null : Ids(failed), known is null ? null : Ids(known).Contains);

        Assert.AreEqual(expected, Names(plan));
        for (var i = 0; i < plan.Cases.Count; i++) Assert.AreEqual(i, plan.Cases[i].Index.Value);
    }

    [TestMethod]
    public void A_failed_part_brings_its_case_to_the_front() =>
        Assert.AreEqual("C A B D E", Names(CaseOrder.Of(s_plan, new HashSet<string> { "N.C.C/part" }, null)));

    [TestMethod]
    [DataRow("C E", "A B C D E", "C D E", "begins at 'N.C.C'")]
    [DataRow("C", "A C D E", "B C D E", "1 of the cases before it")]
    [DataRow("A", "A B C D E", "A B C D E", "begins at 'N.C.A', which failed when it last ran.")]
    [DataRow("", "A B", "A B C D E", "begins with the first")]
    [DataRow("Gone", "A B", "A B C D E", "begins with the first")]
    public void Stepwise_begins_at_the_first_failed_case_and_keeps_new_ones_before_it(string failed, string known, string expected, string note)
    {
        var plan = CaseOrder.FromFirstFailed(s_plan, Ids(failed), Ids(known).Contains, withoutIt: false, _notes.Add);

        Assert.AreEqual(expected, Names(plan));
        Assert.Contains(note, Assert.ContainsSingle(_notes));
    }

    [TestMethod]
    [DataRow("C E", "A B C D E", "D E", "leaves out 'N.C.C', which failed when it last ran, and begins behind it; 2 of the cases before it")]
    [DataRow("C", "A C D E", "B D E", "1 of the cases before it")]
    [DataRow("A", "A", "B C D E", "leaves out 'N.C.A', which failed when it last ran, and begins behind it.")]
    [DataRow("E", "A B C D E", "", "leaves out 'N.C.E'")]
    [DataRow("", "A B", "A B C D E", "--sw-skip: none of the chosen cases failed")]
    public void Stepwise_may_leave_out_the_case_at_which_it_would_begin(string failed, string known, string expected, string note)
    {
        var plan = CaseOrder.FromFirstFailed(s_plan, Ids(failed), Ids(known).Contains, withoutIt: true, _notes.Add);

        Assert.AreEqual(expected, Names(plan));
        for (var i = 0; i < plan.Cases.Count; i++) Assert.AreEqual(i, plan.Cases[i].Index.Value);
        Assert.Contains(note, Assert.ContainsSingle(_notes));
    }

    private static HashSet<string> Ids(string names) => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => "N.C." + n)];

    private static string Names(Plan plan) => string.Join(' ', plan.Cases.Select(c => c.Test.Name));
}
