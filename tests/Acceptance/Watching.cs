using System.Globalization;
using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>What becomes of tests that stall, what a run says when it is asked, and attempts in processes of their own.</summary>
[TestClass]
public sealed partial class Watching
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Watching));

    [TestMethod, DynamicData(nameof(Runs)), DoNotParallelize]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod, DoNotParallelize]
    public async Task Each_attempt_in_another_process_has_a_number_of_its_own()
    {
        await using var run = await UserRun.StartAsync("RetriesElsewhere", "-n", "2", "-k", "Leaves_its_process", "--retry-in", "process");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        var attempts = ended.Journal.Of("attempt ").Select(l => l.Split(' ')).ToArray();
        Assert.AreSequenceEqual(["1", "2"], [.. attempts.Select(a => a[0])]);
        Assert.AreNotEqual(attempts[0][2], attempts[1][2], "Both ran in one process.");
    }

    [TestMethod, DoNotParallelize]
    public async Task Without_processes_attempts_are_made_in_place()
    {
        await using var run = await UserRun.StartAsync("RetriesElsewhere", "-n", "0", "-k", "Is_always_wrong", "--retry-in", "process");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.HasCount(2, ended.Journal.Of("wrong "));
    }

    [TestMethod, DoNotParallelize]
    public async Task An_interrupted_run_keeps_what_failed_before_its_pause_is_over()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("RetriesElsewhere", "-n", "1", "-k", "Is_always_wrong", "--retry-in", "process", "--retry-delay", "10m");
        await run.UntilAsync(r => r.Journal.Of("wrong 1").Length == 1 && r.Workers.Count == 0, "the first attempt has failed and its worker is gone");

        RunProcesses.Send(run.ControllerId, RunProcesses.Interrupt);
        var ended = await run.EndAsync();

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        var failed = ended.Case("Tests.Is_always_wrong");
        Assert.AreEqual("failed", failed.Outcome);
        Assert.Contains("It was not tried again, because the run was interrupted by Ctrl-C", failed.Everything);
    }

    [TestMethod, DoNotParallelize]
    [DataRow("0")]
    [DataRow("2")]
    public async Task A_run_that_is_asked_says_what_every_worker_does(string workers)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", workers, "-k", "Suspended");
        await run.UntilAsync(r => r.Journal.Of("suspended ").Length == 1, "the test is running");

        // As 'pkill -USR1' does: to all of them.
        foreach (var process in run.Processes) RunProcesses.Send(process.Id, RunProcesses.User1);
        await run.UntilAsync(r => r.Describe().Contains("Is_stopped_for_longer_than_its_limit, ", StringComparison.Ordinal), "the run answers");
        run.Go();
        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.MatchesRegex(Answer(), ended.Output);
    }

    [TestMethod, DoNotParallelize]
    public async Task A_slow_test_is_told_of_and_again_when_the_time_has_doubled()
    {
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "1", "-k", "Suspended", "--slow", "700ms");
        await run.UntilAsync(r => SlowLines(r.Describe()).Count == 2, "it is told of twice");
        run.Go();
        var ended = await run.EndAsync();

        var times = SlowLines(ended.Output).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) * (m.Groups[2].Value == "s" ? 1000 : 1)).ToArray();
        Assert.HasCount(2, times, run.Describe());
        Assert.IsGreaterThanOrEqualTo(700, times[0]);
        Assert.IsGreaterThanOrEqualTo(1400, times[1]);
    }

    [TestMethod, DoNotParallelize]
    public async Task A_worker_that_hangs_leaves_a_dump_if_asked()
    {
        await using var run = await UserRun.StartAsync("Stalls", "-n", "1", "-k", "Sleeps", "--test-timeout", "300ms", "--dump-on-hang", "mini");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        var dump = Assert.ContainsSingle(Directory.GetFiles(Path.Combine(run.Folder, "r"), "hang-w0-*.dmp"));
        Assert.IsGreaterThan(10_000, new FileInfo(dump).Length);
        Assert.Contains(dump, ended.Case("Tests.Sleeps").Everything);
    }

    [TestMethod, DoNotParallelize]
    public async Task A_dump_that_cannot_be_written_is_no_more_than_a_sentence()
    {
        await using var run = await UserRun.StartAsync("Stalls", ["-n", "1", "-k", "Sleeps", "--test-timeout", "300ms", "--dump-on-hang", "mini"], null, new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0" });

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.AreEqual("error", ended.Case("Tests.Sleeps").Outcome);
        Assert.Contains("RND4081", ended.Case("Tests.Sleeps").Everything);
    }

    private static MatchCollection SlowLines(string text) => Slow().Matches(text);

    [GeneratedRegex(@"slow: Interrupting\.Suspended\.\S+ has been running for ([\d.]+) (ms|s)")]
    private static partial Regex Slow();

    [GeneratedRegex(@"Rondo: 0 of 1 done, .*\n(  w\d .*\n)*  (w\d \(process \d+\)|main): Interrupting\.Suspended\.Is_stopped_for_longer_than_its_limit, ")]
    private static partial Regex Answer();
}
