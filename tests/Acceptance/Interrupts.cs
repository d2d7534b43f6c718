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
    [DataRow("-n 0", 1)]
    [DataRow("-n 2", 2)]
    public async Task A_request_to_terminate_cancels_what_runs_and_reports(string workers, int running)
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", [.. workers.Split(' '), "-k", "Listens"]);
        await run.UntilAsync(r => r.Journal.Of("listening ").Length == running, "the tests are running");

        RunProcesses.Send(-run.ControllerId, RunProcesses.Terminate);
        var ended = await run.EndAsync(10);

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

    [TestMethod]
    public async Task A_closed_terminal_ends_the_run()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "2", "-k", "Waits_for_the_word");
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length == 2, "two tests are running");

        RunProcesses.Send(-run.ControllerId, 1);
        run.Go();
        var ended = await run.EndAsync(20);

        Assert.AreNotEqual(0, ended.ExitCode, run.Describe());
        Assert.IsEmpty(ended.LeftProcesses);
    }
}
