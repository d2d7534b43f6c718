using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Tests.Planning;

namespace Rondo.Engine.Tests.Report;

[TestClass]
public sealed class DivisionTextTests
{
    [TestMethod]
    public void Longest_first_is_shown_as_it_would_be_given()
    {
        Assert.AreEqual(
            """
            2 workers (by -n 2). --dist worksteal. 7 cases in 5 units of work, expected to take 1.26 s one after the other, without 1 unit of unknown duration.
            Given in about this order; a worker that has nothing takes over what others have not begun. Who runs what depends on how long each takes.

            unit 1: 1 case, 900 ms, with locks
              B.Locked

            unit 2: 1 case, 100 ms, in a process of its own
              B.Isolated

            unit 3: 1 case, duration unknown
              B.New

            unit 4: 3 cases, 60 ms
              A.One
              A.Two
              A.Three

            unit 5: 1 case, 200 ms, serial
              B.Serial

            """.ReplaceLineEndings("\n"),
            TextOf(Distribution.WorkSteal, 2));
    }

    [TestMethod]
    [DataRow(Distribution.Load, 2, false, "Given in this order, each unit to a worker that is free, where it stays.")]
    [DataRow(Distribution.LoadFile, 3, false, "Given in this order, each unit to a worker that is free, where it stays.")]
    [DataRow(Distribution.WorkSteal, 2, true, "Given in this order, each unit to a worker that is free, where it stays.")]
    [DataRow(Distribution.WorkSteal, 1, false, "w0 runs all of it, in about this order.")]
    [DataRow(Distribution.WorkSteal, 1, true, "w0 runs all of it, in this order.")]
    [DataRow(Distribution.No, 1, true, "w0 runs all of it, in this order.")]
    [DataRow(Distribution.Load, 0, false, "This process and one beside it run all of it in turn, in this order.")]
    public void It_says_what_is_not_known_before_the_run(object distribution, int workers, bool isOrdered, string expected) =>
        Assert.StartsWith(expected, TextOf((Distribution)distribution, workers, isOrdered).Split('\n')[1]);

    [TestMethod]
    public void What_cannot_be_followed_is_said_instead() =>
        Assert.AreEqual("RONDO_AUTO_WORKERS is 'x'. [RND2003]", DivisionText.Of(new Division(new Plan([]), [], new WorkerCount(0, "", "RONDO_AUTO_WORKERS is 'x'. [RND2003]"), Distribution.Load, false)));

    [TestMethod]
    public void An_empty_plan_has_one_line() =>
        Assert.AreEqual("1 worker (by -n 1). --dist load. 0 cases in 0 units of work.\n", DivisionText.Of(new Division(new Plan([]), [], new WorkerCount(1, "1 worker (by -n 1)."), Distribution.Load, false)));

    private static string TextOf(Distribution distribution, int workers, bool isOrdered = false)
    {
        var catalog = Sample.Catalog(
            Sample.Table("class||A|A.cs|1|loop=Class", "test|One|1|sync", "test|Two|2|sync", "test|Three|3|sync"),
            Sample.Table("class||B|B.cs|1", "test|Isolated|1|sync|isolated=1", "test|Serial|2|sync|serial=1", "test|Locked|3|sync|lock=W:db", "test|New|4|sync"));
        var plan = Sample.Plan(catalog);
        var history = new Dictionary<string, double> { ["A.One"] = 10, ["A.Two"] = 20, ["A.Three"] = 30, ["B.Isolated"] = 100, ["B.Serial"] = 200, ["B.Locked"] = 900 };
        var units = WorkUnits.Of(plan, catalog, id => history.TryGetValue(id, out var ms) ? ms : null, claims: ClaimBook.Of(plan, catalog), distribution: distribution);
        return DivisionText.Of(new Division(plan, units, new WorkerCount(workers, $"{workers} workers (by -n {workers})."), distribution, isOrdered));
    }
}
