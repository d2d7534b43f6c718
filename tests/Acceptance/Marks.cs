using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Marks and options that decide whether, how often and when tests run.</summary>
[TestClass]
public sealed class Marks
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Marks));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task Retries_for_all_leave_marks_as_they_are(string workers)
    {
        await using var run = await UserRun.StartAsync("Retries", [.. workers.Split(' '), "--retries", "5"]);

        var ended = await run.EndAsync();

        Assert.AreEqual("passed", ended.Case("Tests.Fails_without_a_mark").Outcome, run.Describe());
        Assert.AreEqual("failed", ended.Case("MarkedClass.The_nearest_wins").Outcome);
        Assert.AreEqual("failed", ended.Case("Tests.Never_passes").Outcome);
        Assert.DoesNotContain("boom 3", ended.Case("Tests.Never_passes").Everything);
        Assert.Contains("flaky (7)", ended.Console);
    }

    [TestMethod]
    [DataRow("", 0)]
    [DataRow("--fail-on-flaky", 2)]
    public async Task A_flaky_test_fails_the_run_only_when_asked_to(string option, int exitCode)
    {
        await using var run = await UserRun.StartAsync("Retries", ["-n", "1", "-k", "Passes_in_the_second", .. option.Length == 0 ? [] : new[] { option }]);

        var ended = await run.EndAsync();

        Assert.AreEqual(exitCode, ended.ExitCode, run.Describe());
        Assert.AreEqual(new Account(1, 1, 0, 0, 0), Account.Find(ended.Console));
        Assert.AreEqual(option.Length > 0, ended.Console.Contains("so the run fails (--fail-on-flaky)", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("2")]
    public async Task The_run_log_keeps_every_attempt(string workers)
    {
        await using var run = await UserRun.StartAsync("Retries", "-n", workers, "-k", "Passes_in_the_last");

        await run.EndAsync();

        var finished = Assert.ContainsSingle(File.ReadLines(run.RunLogPath).Where(l => l.Contains("\"CaseFinished\"", StringComparison.Ordinal)));
        Assert.Contains("\"earlier\":[", finished);
        Assert.Contains("boom 1", finished);
        Assert.Contains("boom 2", finished);
    }

    [TestMethod]
    [DataRow("--explicit", "MarkedClass.By_hand|Tests.Nightly|Tests.Ordinary|Tests.Prints('laser')")]
    [DataRow("--explicit --tags slow", "Tests.Nightly")]
    [DataRow("--filter-uid Tests.Nightly", "Tests.Nightly")]
    [DataRow("--filter-uid Tests.Prints('laser')", "Tests.Prints('laser')")]
    public async Task Explicit_tests_run_when_they_are_asked_for(string options, string ids)
    {
        await using var run = await UserRun.StartAsync("ExplicitTests", ["-n", "0", .. options.Split(' ')]);

        var ended = await run.EndAsync();

        Assert.AreEqual(ids.Replace("|", "\n", StringComparison.Ordinal), string.Join('\n', ended.Ids("passed")), run.Describe());
        Assert.AreEqual(0, ended.ExitCode);
    }

    [TestMethod]
    public async Task A_filter_that_fits_only_explicit_tests_says_so()
    {
        await using var run = await UserRun.StartAsync("ExplicitTests", "-n", "0", "--tags", "slow");

        var ended = await run.EndAsync();

        Assert.AreEqual(8, ended.ExitCode, run.Describe());
        Assert.Contains("RND2010", ended.Console);
        Assert.Contains("takes a night", ended.Console);
    }

    [TestMethod]
    [DataRow("", "Ordinary", "Nightly")]
    [DataRow("--explicit", "Nightly", "no other name")]
    public async Task Listing_leaves_explicit_tests_out_unless_asked_for(string option, string shown, string hidden)
    {
        await using var run = await UserRun.StartAsync("ExplicitTests", ["--list-tests", .. option.Length == 0 ? [] : new[] { option }], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.Contains(shown, ended.Output);
        Assert.DoesNotContain(hidden, ended.Output);
    }
}
