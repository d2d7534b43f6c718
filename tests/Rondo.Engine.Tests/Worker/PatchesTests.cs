using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Worker;

[TestClass]
[DoNotParallelize]
public sealed class PatchesTests
{
    private const string Variable = "RONDO_PATCHED";

    [TestMethod]
    public void Everything_is_put_back_in_reverse_when_the_test_fails()
    {
        var (directory, input) = (Environment.CurrentDirectory, Console.In);
        var seen = "";
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", values =>
        {
            var patches = (Patches)values[0]!;
            patches.SetEnvironmentVariable(Variable, "one");
            patches.SetEnvironmentVariable(Variable, "two");
            patches.SetCurrentDirectory(Path.GetTempPath());
            patches.SetConsoleInput(new StringReader("typed\n"));
            seen = $"{Environment.GetEnvironmentVariable(Variable)} {Console.ReadLine()} {Environment.CurrentDirectory == directory}";
            throw new FormatException("it fails");
        }, "#Patches");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("two typed False", seen);
        Assert.IsNull(Environment.GetEnvironmentVariable(Variable));
        Assert.AreEqual(directory, Environment.CurrentDirectory);
        Assert.AreSame(input, Console.In);
        Assert.AreEqual("it fails", bench.FailureOf("N.C.T").Message);
    }

    [TestMethod]
    public void They_last_until_the_last_teardown_and_are_one_for_a_test_and_its_fixtures()
    {
        var seen = "";
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, values) =>
        {
            ((Patches)values[0]!).SetEnvironmentVariable(Variable, "fixture");
            await use("f");
            seen += Environment.GetEnvironmentVariable(Variable);
        }, "#Patches");
        catalog.Class("C").Test("T", values =>
        {
            seen += Environment.GetEnvironmentVariable(Variable) + " ";
            ((Patches)values[1]!).SetEnvironmentVariable(Variable, "test");
            return Task.CompletedTask;
        }, "F #Patches");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("fixture test", seen);
        Assert.IsNull(Environment.GetEnvironmentVariable(Variable));
    }

    [TestMethod]
    public void After_the_test_nothing_can_be_changed()
    {
        Patches? kept = null;
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", values => kept = (Patches)values[0]!, "#Patches");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("[RND3091]", Assert.ThrowsExactly<RondoUsageException>(() => kept!.SetEnvironmentVariable(Variable, "late")).Message);
        Assert.IsNull(Environment.GetEnvironmentVariable(Variable));
    }

    [TestMethod]
    public void What_cannot_be_put_back_fails_the_test()
    {
        var before = Environment.CurrentDirectory;
        var doomed = Directory.CreateTempSubdirectory("rondo-doomed").FullName;
        try
        {
            Environment.CurrentDirectory = doomed;
            var catalog = new WrittenCatalog();
            catalog.Class("C").Sync("T", values =>
            {
                ((Patches)values[0]!).SetCurrentDirectory(before);
                Directory.Delete(doomed);
            }, "#Patches");
            using var bench = new WorkerBench(catalog);

            bench.RunAll();

            Assert.Contains("[RND3092]", bench.FailureOf("N.C.T").Message);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [TestMethod]
    public void A_test_that_asks_for_them_has_no_neighbours_however_it_asks()
    {
        var catalog = new WrittenCatalog().Value("F", FixtureScope.Test, _ => "f", "#Patches").Value("G", FixtureScope.Test, _ => "g", "F").Value("H", FixtureScope.Test, _ => "h");
        catalog.Class("C").Test("Asks", _ => Task.CompletedTask, "#Patches").Test("Through_fixtures", _ => Task.CompletedTask, "G").Test("By_itself", _ => Task.CompletedTask, "H");
        catalog.Class("D", ctor: "#Patches", create: _ => new object()).On("By_constructor", (_, _) => Task.CompletedTask);
        var read = catalog.Read();
        var plan = PlanBuilder.Build(read, _ => null);
        var claims = ClaimBook.Of(plan, read);

        var windows = plan.Cases.ToDictionary(c => c.Test.Name, c => Overlap.WindowOf(c, 8, claims));

        Assert.AreEqual(8, windows["By_itself"]);
        Assert.AreEqual(1, windows["Asks"]);
        Assert.AreEqual(1, windows["Through_fixtures"]);
        Assert.IsTrue(claims!.IsAlone(plan.Cases.Single(c => c.Test.Name == "By_constructor").Index));
    }
}
