using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class WorkUnitsTests
{
    private static readonly string s_fixtures = Sample.Table(
        "holder||F|F.cs",
        "fixture|Db|1|Class|use|type=Db",
        "fixture|Repo|2|Test|value|type=Repo|needs=fixture:F.Db",
        "fixture|Plain|3|Worker|value|type=Plain",
        "fixture|Looped|4|Test|value|type=Looped|loop=Class");

    [TestMethod]
    [DataRow("", "needs=fixture:F.Repo", true, DisplayName = "a need, through another fixture")]
    [DataRow("ctor=builtin:TestContext fixture:F.Db", "", true, DisplayName = "the constructor")]
    [DataRow("auto=F.Repo", "", true, DisplayName = "auto use of the class")]
    [DataRow("", "auto=F.Db", true, DisplayName = "auto use of the test")]
    [DataRow("", "loop=Class", true, DisplayName = "a loop of the test")]
    [DataRow("loop=Class", "", true, DisplayName = "a loop of the class")]
    [DataRow("", "needs=fixture:F.Looped", true, DisplayName = "the loop of a fixture")]
    [DataRow("ctor=fixture:F.Plain", "needs=fixture:F.Plain|loop=Worker", false, DisplayName = "nothing of the class")]
    public void A_class_that_shares_something_stays_whole(string type, string test, bool whole)
    {
        var catalog = Sample.CatalogWithFixtures(
            [s_fixtures],
            Sample.Table("class||A|A.cs|1|" + type, "test|One|1|sync", "test|Two|2|sync|" + test, "test|Three|3|sync"),
            Sample.Table("class||B|B.cs|1", "test|Four|1|sync", "test|Five|2|sync"));

        var units = WorkUnits.Of(Sample.Plan(catalog), catalog, _ => null);

        Assert.AreEqual(whole ? "0,1,2 3 4" : "0 1 2 3 4", string.Join(" ", units.Select(u => string.Join(",", u.Cases.Select(c => c.Value)))));
        Assert.AreEqual("A", units[0].Affinity);
        Assert.AreEqual("B", units[^1].Affinity);
    }

    [TestMethod]
    public void A_serial_case_makes_its_unit_serial()
    {
        var catalog = Sample.Catalog(
            Sample.Table("class||A|A.cs|1|loop=Class", "test|One|1|sync", "test|Two|2|sync|serial=1"),
            Sample.Table("class||B|B.cs|1", "test|Three|1|sync|serial=1", "test|Four|2|sync"));

        var units = WorkUnits.Of(Sample.Plan(catalog), catalog, _ => null);

        Assert.AreSequenceEqual([true, true, false], units.Select(u => u.Serial));
    }

    [TestMethod]
    public void Expected_times_add_up_and_new_cases_count_like_their_neighbours()
    {
        var catalog = Sample.Catalog(
            Sample.Table("class||A|A.cs|1|loop=Class", "test|One|1|sync", "test|Two|2|sync", "test|New|3|sync"),
            Sample.Table("class||B|B.cs|1", "test|Known|1|sync", "test|Unknown|2|sync", "test|Skipped|3|sync|skip=no", "test|Broken|4|sync"));
        var history = new Dictionary<string, double> { ["A.One"] = 10, ["A.Two"] = 30, ["B.Known"] = 7, ["B.Skipped"] = 900, ["B.Broken"] = double.NaN };

        var units = WorkUnits.Of(Sample.Plan(catalog), catalog, id => history.TryGetValue(id, out var ms) ? ms : null);

        Assert.AreEqual(60, units[0].ExpectedMs);
        Assert.AreEqual(7, units[1].ExpectedMs);
        Assert.IsNull(units[2].ExpectedMs);
        Assert.IsLessThan(1, units[3].ExpectedMs!.Value);
        Assert.IsNull(units[4].ExpectedMs);
    }

    [TestMethod]
    [DataRow("WorkSteal", "A1 A2 B1 B2 C1 C2+C3")]
    [DataRow("Load", "A1 A2 B1 B2 C1 C2+C3")]
    [DataRow("No", "A1 A2 B1 B2 C1 C2+C3")]
    [DataRow("LoadClass", "A1+A2 B1+B2 C1 C2+C3")]
    [DataRow("LoadScope", "A1+A2 B1+B2 C1 C2+C3")]
    [DataRow("LoadFile", "A1+A2+B1+B2 C1 C2+C3")]
    [DataRow("LoadGroup", "A1 A2+B1+C2+C3 B2 C1")]
    public void The_distribution_says_what_else_stays_together(string distribution, string expected)
    {
        var catalog = Sample.Catalog(
            Sample.Table("class||A|f.cs|1", "test|A1|1|sync", "test|A2|2|sync|group=db"),
            Sample.Table("class||B|f.cs|5", "test|B1|6|sync|group=db", "test|B2|7|sync|group=db|group=net"),
            Sample.Table("class||C|g.cs|1|loop=Class", "test|C1|1|sync|isolated=1", "test|C2|2|sync", "test|C3|3|sync|group=db"));

        Assert.AreEqual(expected, Shape(catalog, Enum.Parse<Distribution>(distribution)));
    }

    [TestMethod]
    public void Several_groups_are_one_in_any_order()
    {
        var catalog = Sample.Catalog(Sample.Table("class||A|f.cs|1", "test|A1|1|sync|group=b|group=a", "test|A2|2|sync|group=a|group=b", "test|A3|3|sync|group=a"));

        Assert.AreEqual("A1+A2 A3", Shape(catalog, Distribution.LoadGroup));
    }

    [TestMethod]
    public void What_stays_whole_joins_the_groups_of_all_its_cases()
    {
        var catalog = Sample.Catalog(
            Sample.Table("class||A|f.cs|1", "test|A1|1|sync|group=x", "test|A2|2|sync|group=y", "test|A3|3|sync|group=z"),
            Sample.Table("class||B|f.cs|5|loop=Class", "test|B1|6|sync|group=y", "test|B2|7|sync|group=x"));

        Assert.AreEqual("A1+A2+B1+B2 A3", Shape(catalog, Distribution.LoadGroup));
    }

    [TestMethod]
    public void The_largest_come_first_by_duration_where_all_are_known_and_else_by_number()
    {
        var units = new[] { Unit(0, 1, 10), Unit(1, 3, 20), Unit(4, 2, 500), Unit(6, 1, 1) with { Priority = 1 }, Unit(7, 1, 20) };

        Assert.AreEqual("6 4 1 7 0", Firsts(WorkUnits.LargestFirst(units)));
        units[4] = units[4] with { ExpectedMs = null };
        Assert.AreEqual("6 1 4 0 7", Firsts(WorkUnits.LargestFirst(units)));

        static WorkUnit Unit(int first, int count, double ms) => new([.. Enumerable.Range(first, count).Select(i => new CaseIndex(i))], ms, false);
        static string Firsts(IReadOnlyList<WorkUnit> units) => string.Join(' ', units.Select(u => u.Cases[0].Value));
    }

    private static string Shape(TestCatalog catalog, Distribution distribution)
    {
        var plan = Sample.Plan(catalog);
        return string.Join(' ', WorkUnits.Of(plan, catalog, _ => null, distribution: distribution).Select(u => string.Join('+', u.Cases.Select(c => plan[c].Test.Name))));
    }
}
