using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Fixtures of the whole run when a run is cut short, and what is shown of fixtures.</summary>
[TestClass]
public sealed class WholeRun
{
    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task A_setup_that_takes_long_ends_with_an_interrupted_run(string workers)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("ShowsFixtures", workers.Split(' '), history: null, new Dictionary<string, string> { ["SLOW_SERVER"] = "1" });
        await run.UntilAsync(r => r.Journal.CountOf("waits") == 1, "the setup waits");

        RunProcesses.Send(run.ControllerId, RunProcesses.Interrupt);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        RunProcesses.Send(run.ControllerId, RunProcesses.Interrupt);
        var ended = await run.EndAsync(20);

        Assert.AreEqual(3, ended.ExitCode, ended.Console);
        Assert.AreEqual("notrun", ended.Case("Shows.A.First").Outcome);
        Assert.IsEmpty(ended.LeftProcesses);
        Assert.DoesNotContain("bug in Rondo", ended.Console);
    }

    [TestMethod]
    public async Task A_run_that_stops_early_tears_down_what_was_set_up_for_all()
    {
        await using var run = await UserRun.StartAsync("RunFixtureWorkerDies", "-n", "2", "-x");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, ended.Console);
        Assert.AreEqual(1, ended.Journal.CountOf("server up"));
        Assert.AreEqual(1, ended.Journal.CountOf("server down"));
    }

    [TestMethod]
    [DataRow("Fixtures", "--fixtures")]
    [DataRow("SetupPlan", "--setup-plan")]
    public async Task A_listing_says_what_there_is_and_runs_nothing(string name, string option)
    {
        await using var run = await UserRun.StartAsync("ShowsFixtures", [option, "-n", "2"], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, ended.Console);
        Assert.IsEmpty(ended.Journal.Lines);
        Approved.Matches(name, Approved.Scrub(ended.Console, run));
    }

    [TestMethod]
    public async Task Each_setup_and_teardown_is_shown_when_it_begins()
    {
        await using var run = await UserRun.StartAsync("ShowsFixtures", ["--setup-show", "-n", "0", "-k", "Shows.A and not Third"], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, ended.Console);
        Approved.Matches("SetupShow", Approved.Scrub(ended.Console, run));
    }

    [TestMethod]
    public async Task The_worker_of_each_step_is_shown()
    {
        await using var run = await UserRun.StartAsync("ShowsFixtures", ["--setup-show", "-n", "2"], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.Contains("host  SETUP    Run Everywhere.Server", ended.Output);
        Assert.Contains("host  TEARDOWN Run Everywhere.Server", ended.Output);
        Assert.MatchesRegex(@"w\d +SETUP    Worker Shows\.Fixtures\.Client", ended.Output);
    }
}
