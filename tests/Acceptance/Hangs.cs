using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Rows 6-8 and 24 of the fault matrix: a test that never returns costs itself, and stopped time is nobody's fault.</summary>
[TestClass]
public sealed class Hangs
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Hangs));

    [TestMethod, DynamicData(nameof(Runs)), DoNotParallelize]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod, DoNotParallelize]
    public async Task The_limit_of_the_command_line_holds_for_tests_without_their_own()
    {
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "2", "-k", "Deaf", "--test-timeout", "700ms", "--max-worker-restart", "10");

        var ended = await run.EndAsync(60);

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.HasCount(4, ended.Cases.Where(c => c is { Outcome: "error", Type: "timeout" }).ToArray(), run.Describe());
        Assert.HasCount(4, ended.Journal.Of("deaf "), "A test ran twice.");
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod, DoNotParallelize]
    public async Task Time_in_which_a_worker_was_stopped_counts_in_no_limit()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "1", "-k", "Suspended");
        await run.UntilAsync(r => r.Journal.Of("suspended ").Length == 1, "the test is running");
        var worker = run.Journal.Lines.Single(l => l.Text.StartsWith("suspended ", StringComparison.Ordinal)).Process;

        RunProcesses.Send(worker, RunProcesses.Stop);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        RunProcesses.Send(worker, RunProcesses.Continue);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        run.Go();
        var ended = await run.EndAsync();

        Assert.AreEqual("passed", ended.Case("Interrupting.Suspended.Is_stopped_for_longer_than_its_limit").Outcome, run.Describe());
        Assert.AreEqual(0, ended.ExitCode);
    }

    [TestMethod, DoNotParallelize]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Stacks_are_read_from_the_process_or_where_that_is_forbidden_from_a_dump(bool fromDump)
    {
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "1", "-k", "Suspended");
        await run.UntilAsync(r => r.Journal.Of("suspended ").Length == 1, "the test is running");
        var worker = run.Journal.Lines.Single(l => l.Text.StartsWith("suspended ", StringComparison.Ordinal)).Process;
        var helper = Path.Combine(Path.GetDirectoryName(new UserProject("Interruptible").Executable)!, "rondo-stacks", "Rondo.Stacks.dll");
        string[] arguments = fromDump ? ["exec", helper, "--dump", $"{worker}"] : ["exec", helper, $"{worker}"];
        var dumps = Path.Combine(run.Folder, "dumps");
        Directory.CreateDirectory(dumps);

        var (exitCode, output) = await Tool.RunAsync(run.Folder, TimeSpan.FromSeconds(60), new Dictionary<string, string> { ["TMPDIR"] = dumps }, "dotnet", arguments);

        run.Go();
        Assert.AreEqual(0, exitCode, output);
        Assert.Contains("Rondo.Loops.LoopHost.Run(", output);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(dumps).Where(e => e.Contains("rondo-dump", StringComparison.Ordinal)), "A dump was left.");
        Assert.HasCount(1, (await run.EndAsync()).Cases);
    }

    [TestMethod, DoNotParallelize]
    public async Task A_run_that_was_suspended_as_a_whole_goes_on()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "1", "-k", "Suspended");
        await run.UntilAsync(r => r.Journal.Of("suspended ").Length == 1, "the test is running");
        var all = run.Processes;

        foreach (var process in all) RunProcesses.Send(process.Id, RunProcesses.Stop);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        foreach (var process in all) RunProcesses.Send(process.Id, RunProcesses.Continue);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        run.Go();
        var ended = await run.EndAsync();

        Assert.AreEqual("passed", ended.Case("Interrupting.Suspended.Is_stopped_for_longer_than_its_limit").Outcome, run.Describe());
    }
}
