using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;

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
}
