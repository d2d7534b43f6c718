using System.Globalization;
using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Tests that are run several times: <c>--stress</c>, <c>--repeat-until-failure</c>, <c>--dist each</c>.</summary>
[TestClass]
public sealed partial class Again
{
    private static readonly string[] s_all = ["Sharing.Alone", "Sharing.One", "Sharing.Two", "Tests.Fails_in_its_seventh_run", "Tests.Is_skipped", "Tests.Stands"];

    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Again));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("0")]
    [DataRow("2")]
    public async Task Under_stress_everything_runs_again_and_again_and_a_rare_failure_is_found_and_counted(string workers)
    {
        await using var run = await UserRun.StartAsync("Wobbles", "-n", workers, "--stress", "2s", "--timeline", "../page.html");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.AreEqual(new Account(6, 4, 1, 1, 0), Account.Find(ended.Console), run.Describe());
        Assert.AreSequenceEqual(s_all, ended.Ids());
        Assert.Contains("the seventh run in this process", ended.Case("Tests.Fails_in_its_seventh_run").Message);
        var (runs, failures) = StressOf(ended);
        Assert.AreEqual(ended.Journal.Lines.Count(l => l.Text.StartsWith("ran ", StringComparison.Ordinal)), runs, run.Describe());
        Assert.IsInRange(1, workers == "0" ? 1 : 20, failures);
        // Each of several workers had it seven times.
        Assert.IsGreaterThanOrEqualTo(5 * 7 * int.Parse(workers, CultureInfo.InvariantCulture), runs);
        Assert.Contains($"Failed in {failures} of ", ended.Case("Tests.Fails_in_its_seventh_run").Everything);
        Assert.MatchesRegex(PassedRuns(), ended.Case("Tests.Stands").Everything);
        Assert.HasCount(1, ShownFailures().Matches(ended.Output), ended.Console);
        Assert.Contains("Tests.Stands@2", File.ReadAllText(run.RunLogPath));
        Assert.IsTrue(File.Exists(Path.Combine(run.Folder, "page.html")), run.Describe());
        Assert.IsEmpty(ended.LeftProcesses);

        // What failed in any of its runs failed in the last run.
        await using var again = await UserRun.StartAsync("Wobbles", ["-n", "1", "--lf"], run.History);
        Assert.AreSequenceEqual(["Tests.Fails_in_its_seventh_run"], (await again.EndAsync()).Ids());
    }

    [TestMethod]
    public async Task Until_the_first_failure()
    {
        await using var run = await UserRun.StartAsync("Wobbles", "-n", "1", "--repeat-until-failure");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.AreEqual(1, StressOf(ended).Failures, run.Describe());
        // What was on its way to the worker ran as well.
        var runs = ended.Journal.Lines.Count(l => l.Text.StartsWith("ran Tests.Fails_in_its_seventh_run@", StringComparison.Ordinal));
        Assert.IsInRange(7, 7 + 64, runs, run.Describe());
        Assert.Contains($"Failed in 1 of {runs} runs; this is the first failure, of run 7.", ended.Case("Tests.Fails_in_its_seventh_run").Everything);
    }

    [TestMethod]
    public async Task What_never_fails_ends_when_the_time_is_up()
    {
        await using var run = await UserRun.StartAsync("Wobbles", "-n", "2", "--repeat-until-failure", "--stress", "1s", "-k", "Stands or Sharing");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.AreEqual(new Account(4, 4, 0, 0, 0), Account.Find(ended.Console));
        Assert.AreEqual(0, StressOf(ended).Failures);
        Assert.IsGreaterThan(8, StressOf(ended).Runs);
    }

    [TestMethod]
    public async Task Ctrl_C_ends_a_series_with_what_is_known()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Wobbles", "-n", "2", "--stress", "10m", "-k", "Stands");
        await run.UntilAsync(r => r.Journal.Lines.Count > 20, "it has run often");

        RunProcesses.Send(run.ControllerId, 2);
        var ended = await run.EndAsync();

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.AreEqual(new Account(1, 1, 0, 0, 0), Account.Find(ended.Console), run.Describe());
        Assert.AreEqual(ended.Journal.Lines.Count(l => l.Text.StartsWith("ran ", StringComparison.Ordinal)), StressOf(ended).Runs, run.Describe());
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    public async Task Each_worker_runs_everything()
    {
        await using var run = await UserRun.StartAsync("Wobbles", "-n", "3", "--dist", "each");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.AreEqual(new Account(18, 15, 0, 3, 0), Account.Find(ended.Console), run.Describe());
        Assert.AreSequenceEqual(s_all.SelectMany(id => new[] { id + "@w0", id + "@w1", id + "@w2" }), ended.Ids());
        var processes = ended.Journal.Lines.Where(l => l.Text.StartsWith("ran ", StringComparison.Ordinal) && !l.Text.Contains("Alone", StringComparison.Ordinal)).ToLookup(l => l.Text[^2..], l => l.Process);
        Assert.HasCount(3, processes);
        foreach (var worker in processes) Assert.HasCount(1, worker.Distinct(), ended.Journal.ToString());
        Assert.HasCount(3, processes.SelectMany(p => p).Distinct());
        Assert.HasCount(3, ended.Journal.Lines.Where(l => l.Text == "thing"), ended.Journal.ToString());

        // History knows the tests by their own ids.
        await using var plan = await UserRun.StartAsync("Wobbles", ["-n", "2", "--plan"], run.History);
        Assert.DoesNotContain("unknown", (await plan.EndAsync()).Output, plan.Describe());
    }

    [TestMethod]
    public async Task A_test_chosen_by_its_id_runs_in_each_worker()
    {
        await using var run = await UserRun.StartAsync("Wobbles", "-n", "2", "--dist", "each", "--filter-uid", "Tests.Stands");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.AreSequenceEqual(["Tests.Stands@w0", "Tests.Stands@w1"], ended.Ids());
        Assert.DoesNotContain("[RND2051]", ended.Console);
    }

    [TestMethod]
    public async Task A_copy_whose_worker_dies_goes_on_in_another_one()
    {
        await using var run = await UserRun.StartAsync("KillsItsWorker", "-n", "2", "--dist", "each", "--max-worker-restart", "100");

        var ended = await run.EndAsync();
        await using var once = await UserRun.StartAsync("KillsItsWorker", "-n", "2", "--max-worker-restart", "100");
        var single = await once.EndAsync();

        Assert.AreSequenceEqual(single.Ids().SelectMany(id => new[] { id + "@w0", id + "@w1" }).Order(StringComparer.Ordinal), ended.Ids());
        foreach (var planned in single.Cases)
        {
            foreach (var copy in new[] { "@w0", "@w1" }) Assert.AreEqual(planned.Outcome, ended.Case(planned.Id + copy).Outcome, planned.Id + copy);
        }
    }

    [TestMethod]
    [DataRow("--dist each -n 0")]
    [DataRow("--dist each --stress 1s")]
    [DataRow("--dist each --sw")]
    [DataRow("--stress 1s --sw")]
    public async Task What_cannot_be_followed_together_is_refused(string options)
    {
        await using var run = await UserRun.StartAsync("Wobbles", options.Split(' '));

        var ended = await run.EndAsync();

        Assert.AreEqual(5, ended.ExitCode, run.Describe());
        Assert.Contains("[RND2015]", ended.Console);
        Assert.IsEmpty(ended.Journal.Lines);
    }

    private static (int Runs, int Failures) StressOf(Ended ended)
    {
        var line = StressLine().Match(ended.Console);
        Assert.IsTrue(line.Success, ended.Console);
        return (NumberOf(line.Groups[1].Value), line.Groups[2].Success ? NumberOf(line.Groups[2].Value) : 0);
    }

    private static int NumberOf(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"note: Stress: ([\d,]+) runs? of \d+ tests? in .*; (?:none failed|([\d,]+) of them failed)")]
    private static partial Regex StressLine();

    [GeneratedRegex(@"Passed in \d+ runs")]
    private static partial Regex PassedRuns();

    [GeneratedRegex(@"^failed .*Fails_in_its_seventh_run", RegexOptions.Multiline)]
    private static partial Regex ShownFailures();
}
