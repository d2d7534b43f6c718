using Rondo.Hosting;

namespace Rondo.Tests;

[TestClass]
[DoNotParallelize]
public sealed class ExitCodesTests
{
    [TestCleanup]
    public void Forget() => ExitCodes.Forget();

    [TestMethod]
    [DataRow(8, 0)]
    [DataRow(0, 0)]
    [DataRow(5, 5)]
    public void A_listing_runs_no_test_and_that_is_right(int platform, int expected)
    {
        ExitCodes.ReportListing();

        Assert.AreEqual(expected, ExitCodes.Final(platform));
    }

    [TestMethod]
    [DataRow(0, 0, 0)]
    [DataRow(2, 0, 2)]
    [DataRow(3, 0, 3)]
    [DataRow(3, 2, 3)]
    [DataRow(8, 0, 8)]
    [DataRow(2, 2, 2)]
    [DataRow(0, 2, 2)]
    [DataRow(0, 9, 9)]
    [DataRow(2, 13, 13)]
    [DataRow(3, 8, 3)]
    public void The_runs_verdict_reaches_the_process_unless_the_platform_is_more_specific(int verdict, int platform, int expected)
    {
        ExitCodes.Report(verdict, null);

        Assert.AreEqual(expected, ExitCodes.Final(platform));
    }

    [TestMethod]
    public void Without_a_run_the_platforms_code_stands()
    {
        Assert.AreEqual(5, ExitCodes.Final(5));
    }

    [TestMethod]
    [DataRow("2", 2, 0)]
    [DataRow("8; 2", 2, 0)]
    [DataRow("8", 2, 2)]
    [DataRow("nonsense", 2, 2)]
    public void Ignored_codes_are_ignored_as_the_platform_ignores_them(string ignored, int verdict, int expected)
    {
        ExitCodes.Report(verdict, ignored);

        Assert.AreEqual(expected, ExitCodes.Final(0));
    }
}
