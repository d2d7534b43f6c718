using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Rows 25 and 26 of the fault matrix. Ctrl-C goes to the whole group of the terminal, so the group gets the signal here.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Interrupts
{
    [TestMethod]
    [DataRow("-n 0", 1)]
    [DataRow("-n 2", 2)]
    public async Task The_first_interrupt_lets_running_tests_finish_and_lists_the_rest(string workers, int running)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", [.. workers.Split(' '), "-k", "Waits_for_the_word"]);
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length == running, "the tests are running");

        RunProcesses.Send(-run.ControllerId, RunProcesses.Interrupt);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        Assert.IsNotEmpty(run.Processes, "The run did not wait for the running tests.");
        run.Go();
        var ended = await run.EndAsync(20);

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.HasCount(8, ended.Cases, run.Describe());
        Assert.HasCount(running, ended.Ids("passed"), run.Describe());
        Assert.HasCount(8 - running, ended.Ids("notrun"), run.Describe());
        Assert.HasCount(running, ended.Journal.Of("waiting "), "A test was started after the signal.");
        Assert.Contains("interrupted", ended.Console);
        foreach (var id in ended.Ids("notrun")) Assert.Contains(id, ended.Console);
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    [DataRow("-n 0", "Waits_for_the_word", "waiting ")]
    [DataRow("-n 2", "Waits_for_the_word", "waiting ")]
    [DataRow("-n 0", "Deaf", "deaf ")]
    [DataRow("-n 2", "Deaf", "deaf ")]
    public async Task The_second_interrupt_ends_everything_now(string workers, string tests, string sign)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", [.. workers.Split(' '), "-k", tests]);
        await run.UntilAsync(r => r.Journal.Of(sign).Length >= 1, "a test is running");
        RunProcesses.Send(-run.ControllerId, RunProcesses.Interrupt);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);

        var before = TimeProvider.System.GetTimestamp();
        RunProcesses.Send(-run.ControllerId, RunProcesses.Interrupt);
        var ended = await run.EndAsync(20);

        Assert.IsLessThan(2.5, TimeProvider.System.GetElapsedTime(before).TotalSeconds, "The second interrupt took too long.");
        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task The_third_interrupt_ends_the_process_without_a_report(string workers)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", [.. workers.Split(' '), "-k", "Deaf"]);
        await run.UntilAsync(r => r.Journal.Of("deaf ").Length >= 1, "a test is running");

        var before = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 3; i++)
        {
            // Signals of one kind that arrive at once are one.
            if (i > 0) await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
            RunProcesses.Send(-run.ControllerId, RunProcesses.Interrupt);
        }

        var ended = await run.EndAsync(20);

        Assert.IsLessThan(2.5, TimeProvider.System.GetElapsedTime(before).TotalSeconds, "The third interrupt took too long.");
        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    [DataRow("-n 0", "WaitsInDataSource", "reading rows", 1)]
    [DataRow("-n 2", "WaitsInDataSource", "reading rows", 1)]
    [DataRow("-n 0", "Interruptible", "setting up", 2)]
    [DataRow("-n 2", "Interruptible", "setting up", 2)]
    public async Task Two_interrupts_end_a_run_that_reads_rows_or_sets_up_fixtures(string workers, string project, string sign, int planned)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync(project, [.. workers.Split(' '), "-k", "With"]);
        await run.UntilAsync(r => r.Journal.CountOf(sign) >= 1, "it is " + sign);

        RunProcesses.Send(-run.ControllerId, RunProcesses.Interrupt);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        RunProcesses.Send(-run.ControllerId, RunProcesses.Interrupt);
        var ended = await run.EndAsync(10);

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.HasCount(planned, ended.Ids("notrun"), run.Describe());
        Assert.HasCount(planned, ended.Cases);
        Assert.Contains("interrupted by Ctrl-C", ended.Console);
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    [DataRow("-n 0", 1, RunProcesses.Terminate)]
    [DataRow("-n 2", 2, RunProcesses.Terminate)]
    [DataRow("-n 2", 2, RunProcesses.HangUp)]
    public async Task A_request_to_terminate_lets_running_tests_finish(string workers, int running, int signal)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", [.. workers.Split(' '), "-k", "Waits_for_the_word"]);
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length == running, "the tests are running");

        RunProcesses.Send(-run.ControllerId, signal);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        run.Go();
        var ended = await run.EndAsync(10);

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.HasCount(running, ended.Ids("passed"), run.Describe());
        Assert.HasCount(8 - running, ended.Ids("notrun"), run.Describe());
        Assert.Contains(signal == RunProcesses.HangUp ? "interrupted by SIGHUP" : "interrupted by SIGTERM", ended.Console);
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    [DataRow("-n 0", 1)]
    [DataRow("-n 2", 2)]
    public async Task A_request_to_terminate_cancels_what_still_runs_after_five_seconds_and_reports(string workers, int running)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", [.. workers.Split(' '), "-k", "Listens"]);
        await run.UntilAsync(r => r.Journal.Of("listening ").Length == running, "the tests are running");

        RunProcesses.Send(-run.ControllerId, RunProcesses.Terminate);
        var ended = await run.EndAsync(10);

        Assert.IsGreaterThan(4.5, ended.Elapsed.TotalSeconds);
        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.HasCount(3, ended.Cases, run.Describe());
        Assert.HasCount(3, ended.Ids("notrun"), run.Describe());
        Assert.HasCount(running, ended.Journal.Of("cleaned up "), "A running test could not clean up.");
        Assert.Contains("SIGTERM", ended.Console);
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    public async Task An_interrupt_while_workers_start_leaves_nothing_behind()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "4", "-k", "Waits_for_the_word");
        await run.UntilAsync(r => r.Workers.Count >= 1, "the first worker is starting");

        RunProcesses.Send(-run.ControllerId, RunProcesses.Interrupt);
        run.Go();
        var ended = await run.EndAsync(20);

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.IsEmpty(ended.LeftProcesses);
    }
}
