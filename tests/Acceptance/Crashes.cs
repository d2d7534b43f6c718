using System.Globalization;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Rows 1-4, 9-13, 15 and 32 of the fault matrix: whatever dies, one test pays, and nothing is left behind.</summary>
[TestClass]
public sealed class Crashes
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Crashes));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 1")]
    [DataRow("-n 2")]
    public async Task A_detached_child_fails_the_run_when_leaks_do(string workers)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("LeaksADetachedChild", [.. workers.Split(' '), "-k", "Leaves_a_detached_child and not dies", "--leaks", "fail"]);

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.AreEqual("passed", ended.Case("Tests.Leaves_a_detached_child").Outcome);
        var leak = Assert.ContainsSingle(ended.Cases.Where(c => c.Id.StartsWith("Tests.Leaves_a_detached_child.leak", StringComparison.Ordinal)), run.Describe());
        Assert.Contains("sleep 301", leak.Message);
        Assert.IsEmpty(ended.LeftProcesses);
    }

    // A fault of ours, planted by reflection: what users do never ends a pump. It must be told, and nothing may wait for ever.
    [TestMethod]
    [DataRow("-n 0", 3, "notrun")]
    [DataRow("-n 1", 2, "passed")]
    public async Task A_pump_that_dies_costs_the_test_that_ran_and_says_why(string workers, int exitCode, string others)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("PumpDies", workers.Split(' '));

        var ended = await run.EndAsync();

        Assert.AreEqual(exitCode, ended.ExitCode, run.Describe());
        Assert.AreEqual("error crash", $"{ended.Case("Tests.Ends_the_pump_of_its_worker").Outcome} {ended.Case("Tests.Ends_the_pump_of_its_worker").Type}", run.Describe());
        Assert.HasCount(3, ended.Ids(others).Where(id => id.StartsWith("Tests.Runs_beside_it", StringComparison.Ordinal)).ToArray(), run.Describe());
        Assert.Contains("RND3065", ended.Console + ended.Case("Tests.Ends_the_pump_of_its_worker").Everything);
        Assert.Contains("planted in the pump", ended.Console + ended.Case("Tests.Ends_the_pump_of_its_worker").Everything);
    }

    [TestMethod]
    public async Task A_worker_killed_from_outside_costs_the_test_that_ran_in_it()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "2", "-k", "Waits_for_the_word");
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length == 2, "two tests are running");
        var victim = run.Journal.Lines.First(l => l.Text.StartsWith("waiting ", StringComparison.Ordinal));

        RunProcesses.Send(victim.Process, RunProcesses.Kill);
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length >= 3, "a replacement runs another test");
        run.Go();
        var ended = await run.EndAsync();

        var blamed = ended.Case($"Interrupting.Tests.Waits_for_the_word({victim.Text["waiting ".Length..]})");
        Assert.AreEqual("error crash", $"{blamed.Outcome} {blamed.Type}", run.Describe());
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex("SIGKILL|signal 9"), blamed.Message);
        Assert.HasCount(7, ended.Ids("passed"), run.Describe());
        Assert.HasCount(8, ended.Journal.Of("waiting ").Distinct().ToArray());
        Assert.HasCount(8, ended.Journal.Of("waiting "), "A test ran twice.");
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    public async Task Workers_killed_again_and_again_reach_the_limit_of_restarts()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("KillsItsWorker", "-n", "1", "--max-worker-restart", "2", "-k", "Deadly");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.HasCount(3, ended.Ids("error"), run.Describe());
        Assert.HasCount(5, ended.Ids("notrun"), run.Describe());
        Assert.Contains("2", ended.Console);
    }

    [TestMethod]
    [DataRow("By_fail_fast")]
    [DataRow("By_exit_zero")]
    [DataRow("By_exit_of_libc")]
    [DataRow("By_signal")]
    public async Task In_process_a_crash_is_never_green_and_the_next_run_names_the_test(string test)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("KillsItsWorker", "-n", "0", "-k", test);
        var ended = await run.EndAsync();

        await using var next = await UserRun.StartAsync("KillsItsWorker", ["-n", "0", "-k", "Healthy"], run.History);
        var nextEnded = await next.EndAsync();

        Assert.AreNotEqual(0, ended.ExitCode, run.Describe());
        Assert.AreEqual(0, nextEnded.ExitCode, next.Describe());
        Assert.Contains("Killing.Deadly." + test, nextEnded.Console);
    }

    [TestMethod]
    public async Task No_process_outlives_a_killed_controller()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "3");
        await run.UntilAsync(r => r.Journal.Lines.Count >= 3 && r.Workers.Count >= 3, "three workers are busy");

        RunProcesses.Send(run.ControllerId, RunProcesses.Kill);

        var end = TimeProvider.System.GetTimestamp();
        while (run.Processes.Count > 0)
        {
            Assert.IsLessThan(5.0, TimeProvider.System.GetElapsedTime(end).TotalSeconds, "Left after 5 s: " + UserRun.Names(run.Processes));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    [TestMethod]
    [DataRow("Has_a_child")]
    [DataRow("Has_a_detached_child")]
    public async Task No_child_of_a_test_outlives_a_killed_controller(string test)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "1", "-k", test);
        await run.UntilAsync(r => r.Journal.Of("child ").Length == 1, "the test has a child");

        RunProcesses.Send(run.ControllerId, RunProcesses.Kill);

        var end = TimeProvider.System.GetTimestamp();
        while (run.Processes.Count > 0)
        {
            Assert.IsLessThan(5.0, TimeProvider.System.GetElapsedTime(end).TotalSeconds, "Left after 5 s: " + UserRun.Names(run.Processes));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    [TestMethod]
    [DataRow("start", "before it was ready", "RND4011")]
    [DataRow("end", "after its last result", "RND4032")]
    public async Task A_worker_killed_outside_of_every_test_costs_none_but_the_run_is_not_green(string place, string when, string code)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("WaitsAtBothEnds", ["-n", "2"], null, new Dictionary<string, string> { ["WAIT_AT"] = place });
        await run.UntilAsync(r => r.Journal.Of("waits at the ").Length == 1, "a worker waits");
        var victim = run.Journal.Lines.Single(l => l.Text.StartsWith("waits", StringComparison.Ordinal)).Process;

        RunProcesses.Send(victim, RunProcesses.Kill);
        var ended = await run.EndAsync(20);

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.HasCount(4, ended.Ids("passed"), run.Describe());
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex($"ended early, so the run is not green: worker w\\d \\(process {victim}\\) {when}"), ended.Console);
        Assert.Contains($"(process {victim}) was ended by signal 9 (SIGKILL)", ended.Console);
        Assert.Contains(code, ended.Console);
    }

    [TestMethod]
    public async Task The_run_log_of_a_killed_controller_tells_every_outcome_so_far_and_who_was_running()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "1", "-k", "AtOnce or Waits_for_the_word");
        // What a worker said a moment ago may still be on its way.
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length == 1 && KilledRun.Read(r.RunLogPath) is { Outcomes.Count: 4, Running.Count: 1 }, "the log knows the test that is running after the others");

        RunProcesses.Send(run.ControllerId, RunProcesses.Kill);
        await using var next = await UserRun.StartAsync("Interruptible", ["-n", "0", "-k", "nothing_at_all"], run.History);
        var ended = await next.EndAsync();

        var log = KilledRun.Read(run.RunLogPath);
        CollectionAssert.AreEquivalent(
            new[] { "Is_over(1) passed", "Is_over(2) passed", "Is_over(3) passed", "Fails failed" }.Select(o => "Interrupting.AtOnce." + o).ToArray(),
            log.Outcomes.Select(o => $"{o.Key} {o.Value}").ToArray());
        Assert.HasCount(13, log.Planned);
        var running = Assert.ContainsSingle(log.Running);
        Assert.AreEqual($"Interrupting.Tests.Waits_for_the_word({run.Journal.Of("waiting ")[0]})", running);
        Assert.IsFalse(log.HasEnd);
        Assert.AreEqual(8, ended.ExitCode, next.Describe());
        Assert.Contains($"'{running}' was running", ended.Console);
    }

    [TestMethod]
    [DoNotParallelize]
    public async Task Too_few_handles_end_the_run_with_a_reason()
    {
        RunProcesses.RequireSignals();
        await Workshop.Built;
        foreach (var handles in new[] { 60, 100, 150 })
        {
            await using var run = UserRun.Start("prlimit", ["--nofile=" + handles.ToString(CultureInfo.InvariantCulture), new UserProject("WorkerFixtureOnce").Executable, "-n", "4"]);

            var ended = await run.EndAsync(40);

            Assert.IsEmpty(ended.LeftProcesses, run.Describe());
            Assert.IsTrue(ended.ExitCode != 0 || Account.Find(ended.Console) == new Account(8, 8, 0, 0, 0), $"Exit code 0 with {handles} handles, but not everything passed.\n{run.Describe()}");
            Assert.AreNotEqual("", ended.Console.Trim(), "Not a word about what went wrong.");
        }
    }
}
