using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class CaseCopiesTests
{
    private static readonly TestCatalog s_catalog = Sample.Catalog(Sample.Table("class|Sim|C|f.cs|1", "test|A|1|async", "test|B|2|async|skip=not today", "test|C|3|async|serial=1", "test|D|4|async|lock=W:k"));

    [TestMethod]
    public void For_workers_everything_stands_once_for_each_and_ids_end_with_the_workers()
    {
        var copies = CaseCopies.ForWorkers(Sample.Plan(s_catalog), 2);

        Assert.AreSequenceEqual(["Sim.C.A@w0", "Sim.C.B@w0", "Sim.C.C@w0", "Sim.C.D@w0", "Sim.C.A@w1", "Sim.C.B@w1", "Sim.C.C@w1", "Sim.C.D@w1"], copies.Plan.Cases.Select(c => c.Id));
        Assert.AreSequenceEqual(Enumerable.Range(0, 8), copies.Plan.Cases.Select(c => c.Index.Value));
        Assert.AreSequenceEqual(copies.Original.Cases.Concat(copies.Original.Cases).Select(c => c.Id), copies.Plan.Cases.Select(c => c.OwnId));
        Assert.AreSequenceEqual(copies.Original.Cases.Concat(copies.Original.Cases), copies.Plan.Cases.Select(copies.OriginalOf));
    }

    [TestMethod]
    public void Numbered_copies_of_what_is_skipped_stand_once()
    {
        var copies = CaseCopies.Numbered(Sample.Plan(s_catalog), first: 7, count: 2);

        Assert.AreSequenceEqual(["Sim.C.A@7", "Sim.C.B@7", "Sim.C.C@7", "Sim.C.D@7", "Sim.C.A@8", "Sim.C.C@8", "Sim.C.D@8"], copies.Plan.Cases.Select(c => c.Id));
    }

    [TestMethod]
    public void A_worker_makes_the_same_plan_of_what_it_is_sent()
    {
        var plan = CaseCopies.ForWorkers(Sample.Plan(s_catalog), 3).Plan;
        var sent = (Message.PlanCases)FrameCodec.Decode(FrameCodec.Encode(new Message.PlanCases(plan.Hash, 3, PlanBuilder.ToEntries(plan))));

        var rebuilt = PlanBuilder.FromEntries(s_catalog, sent.Entries);

        Assert.AreEqual(plan.Hash, rebuilt.Hash);
        Assert.AreSequenceEqual(plan.Cases.Select(c => (c.Id, c.DisplayName, c.Copy)), rebuilt.Cases.Select(c => (c.Id, c.DisplayName, c.Copy)));
    }

    [TestMethod]
    public void A_case_failed_if_one_of_its_copies_did()
    {
        var copies = CaseCopies.ForWorkers(Sample.Plan(s_catalog), 2);
        var results = copies.Plan.Cases.ToDictionary(c => c.Index, c => new CaseResult(c.Index, c.Id switch
        {
            "Sim.C.A@w1" => new Outcome.Failed(new Failure("E", "no", null)),
            "Sim.C.D@w0" => new Outcome.NotRun("the end"),
            { } id when id.Contains(".B@", StringComparison.Ordinal) => new Outcome.Skipped("not today"),
            _ => Outcome.Passed.Instance,
        }));

        var folded = copies.Fold(results);

        Assert.AreSequenceEqual([Tally.Failed, Tally.Skipped, Tally.Passed, Tally.Passed], copies.Original.Cases.Select(c => folded[c.Index].Outcome.Tally));
        Assert.AreSequenceEqual(copies.Original.Cases.Select(c => c.Index), copies.Original.Cases.Select(c => folded[c.Index].Case));
    }

    [TestMethod]
    public void Each_copy_is_a_unit_with_a_process_of_its_own_and_what_makes_others_wait_has_further_ones()
    {
        var plan = CaseCopies.ForWorkers(Sample.Plan(s_catalog), 2).Plan;

        var units = WorkUnits.Of(plan, s_catalog, _ => null, claims: ClaimBook.Of(plan, s_catalog), distribution: Distribution.Each);

        Assert.AreSequenceEqual(["A@w0 B@w0", "C@w0", "D@w0", "A@w1 B@w1", "C@w1", "D@w1"], units.Select(u => string.Join(' ', u.Cases.Select(c => plan[c].NameInClass))));
        Assert.IsTrue(units.All(u => u.Isolated));
        Assert.AreSequenceEqual([false, true, false, false, true, false], units.Select(u => u.Serial));
        Assert.AreSequenceEqual([true, true, false, true, true, false], units.Select(u => u.Claims.IsEmpty));
    }
}
