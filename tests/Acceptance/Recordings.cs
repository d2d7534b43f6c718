using System.Text.Json;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Run logs of real runs: every report is made again from them, and several are one run.</summary>
[TestClass]
public sealed class Recordings
{
    [TestMethod]
    [DataRow("-n 2")]
    [DataRow("-n 1")]
    public async Task Every_report_can_be_made_again_from_the_log(string workers)
    {
        await using var run = await UserRun.StartAsync("EverythingHappens", [.. workers.Split(' '), "--seed", "7", "--timeline", "../page.html"], history: null);
        var recorded = await run.EndAsync();
        Assert.AreEqual(2, recorded.ExitCode, run.Describe());

        await using var again = await UserRun.StartAsync("EverythingHappens", ["--replay", run.RunLogPath, "--junitxml", Path.Combine(run.Folder, "again.xml"), "--timeline", Path.Combine(run.Folder, "again.html")], history: null, reports: false);
        var shown = await again.EndAsync();

        Assert.AreEqual(2, shown.ExitCode, again.Describe());
        Assert.AreEqual(File.ReadAllText(run.JUnitPath), File.ReadAllText(Path.Combine(run.Folder, "again.xml")));
        Assert.AreEqual(SummaryOf(recorded), SummaryOf(shown));
        Assert.AreEqual(File.ReadAllText(Path.Combine(run.Folder, "page.html")).Length, File.ReadAllText(Path.Combine(run.Folder, "again.html")).Length);
        Assert.IsEmpty(shown.Journal.Lines);
    }

    // From the first crash to the account: what the engine says at the end of a run.
    private static string SummaryOf(Ended ended)
    {
        var from = ended.Output.IndexOf("worker w", StringComparison.Ordinal);
        var until = ended.Output.IndexOf(" planned = ", StringComparison.Ordinal);
        Assert.IsTrue(from >= 0 && until > from, ended.Console);
        return ended.Output[from..ended.Output.IndexOf('\n', until)];
    }
}
