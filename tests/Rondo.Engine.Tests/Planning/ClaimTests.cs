using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

[TestClass]
public sealed class ClaimTests
{
    [TestMethod]
    [DataRow("R1", "R1", false)]
    [DataRow("R1", "W1", true)]
    [DataRow("W1", "W1", true)]
    [DataRow("W1 R3", "W2 R3", false)]
    [DataRow("W1 R3", "R2 W3", true)]
    [DataRow("", "W1", false)]
    public void Readers_share_a_key_and_a_writer_does_not(string one, string other, bool conflict)
    {
        var (mine, theirs) = (SetOf(one), SetOf(other));

        Assert.AreEqual(conflict, mine.ConflictsWith(theirs));
        Assert.AreEqual(conflict, theirs.ConflictsWith(mine));
    }

    [TestMethod]
    public void Locks_of_method_class_and_fixtures_add_up_and_a_write_counts()
    {
        var catalog = Sample.CatalogWithFixtures(
            [Sample.Table("holder|N|F|f.cs", "fixture|Bank|1|Test|value|type=A|lock=W:bank", "fixture|Customer|2|Test|value|type=B|needs=fixture:N.F.Bank")],
            Sample.Table("class|N|C|f.cs|1|lock=R:db", "test|Own|1|sync|lock=W:db", "test|Reader|2|sync", "test|Through|3|sync|needs=fixture:N.F.Customer"),
            Sample.Table("class|N|D|f.cs|1|auto=N.F.Bank", "test|Auto|1|sync"),
            Sample.Table("class|N|E|f.cs|1", "test|Free|1|sync"));
        var plan = Sample.Plan(catalog);

        var book = ClaimBook.Of(plan, catalog)!;

        var (own, reader, through, auto, free) = (book[new(0)], book[new(1)], book[new(2)], book[new(3)], book[new(4)]);
        Assert.IsTrue(own.ConflictsWith(reader));
        Assert.IsTrue(through.ConflictsWith(auto));
        Assert.IsFalse(reader.ConflictsWith(through));
        Assert.IsTrue(through.ConflictsWith(own), "both use the database");
        Assert.IsTrue(free.IsEmpty);
    }

    [TestMethod]
    public void Without_claims_there_is_no_book()
    {
        var catalog = Sample.Catalog(Sample.Table("class|N|C|f.cs|1", "test|T|1|async"));

        Assert.IsNull(ClaimBook.Of(Sample.Plan(catalog), catalog));
    }

    [TestMethod]
    public void Who_asks_for_what_belongs_to_the_process_overlaps_with_nobody_there()
    {
        var catalog = Sample.CatalogWithFixtures(
            [Sample.Table("holder|N|F|f.cs", "fixture|Home|1|Test|value|type=A|needs=builtin:Patches")],
            Sample.Table("class|N|C|f.cs|1|window=8", "test|Asks|1|async|needs=builtin:Patches", "test|Through|2|async|needs=fixture:N.F.Home", "test|Not|3|async"));
        var plan = Sample.Plan(catalog);

        var windows = Overlap.WindowsOf(plan, null, ClaimBook.Of(plan, catalog));

        CollectionAssert.AreEqual(new[] { 1, 1, 8 }, windows);
    }

    [TestMethod]
    public void A_unit_knows_what_each_of_its_cases_claims()
    {
        var catalog = Sample.Catalog(Sample.Table("class|N|C|f.cs|1|loop=Class", "test|A|1|async|lock=W:a", "test|B|2|async", "test|C|3|async|lock=R:c"));
        var plan = Sample.Plan(catalog);

        var unit = Assert.ContainsSingle(WorkUnits.Of(plan, catalog, _ => null, null, ClaimBook.Of(plan, catalog)));

        Assert.AreEqual(2, unit.Claims.All.Length);
        Assert.IsTrue(unit.CaseClaims![0].HasWrite);
        Assert.IsTrue(unit.CaseClaims[1].IsEmpty);
        Assert.IsFalse(unit.CaseClaims[2].HasWrite);
    }

    [TestMethod]
    [DataRow("None", "A B+C! D! E")]
    [DataRow("Class", "A! B+C! D! E")]
    [DataRow("Test", "A! B! C! D! E")]
    public void Isolated_tests_leave_their_class_and_isolated_classes_stay_together(string option, string expected)
    {
        var catalog = Sample.Catalog(
            Sample.Table("class|N|One|f.cs|1", "test|A|1|sync"),
            Sample.Table("class|N|Two|f.cs|1|isolated=1", "test|B|1|sync", "test|C|2|sync"),
            Sample.Table("class|N|Three|f.cs|1", "test|D|1|sync|isolated=1", "test|E|2|sync|isolated=1|skip=no"));
        var plan = Sample.Plan(catalog);

        var units = WorkUnits.Of(plan, catalog, _ => null, isolation: Enum.Parse<Isolation>(option));

        Assert.AreEqual(expected, string.Join(' ', units.Select(u => string.Join('+', u.Cases.Select(c => plan[c].Test.Name)) + (u.Isolated ? "!" : ""))));
    }

    [TestMethod]
    public void Under_a_debugger_nothing_is_isolated()
    {
        var catalog = Sample.Catalog(Sample.Table("class|N|C|f.cs|1|isolated=1", "test|A|1|sync", "test|B|2|sync"));

        var units = WorkUnits.Of(Sample.Plan(catalog), catalog, _ => null, isolation: null);

        Assert.IsTrue(units is [{ Isolated: false }, { Isolated: false }]);
    }

    private static ClaimSet SetOf(string text) => ClaimSet.Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => new Claim(t[1] - '0', t[0] == 'W')));
}
