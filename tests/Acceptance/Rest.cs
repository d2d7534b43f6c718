using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary><c>--rest</c>: the same command again and again until everything has passed once, and nothing twice that has.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Rest
{
    private static readonly Dictionary<string, string> s_mended = new() { ["ALL_WELL"] = "1" };

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task What_failed_and_what_was_not_run_is_all_that_the_next_run_has_until_nothing_is_left(string workers)
    {
        string[] command = [.. workers.Split(' '), "--rest"];
        await using var first = await UserRun.StartAsync("SomeFail", [.. command, "-x"]);
        var stopped = await first.EndAsync();
        await using var second = await UserRun.StartAsync("SomeFail", command, first.History);
        var failing = await second.EndAsync();
        await using var third = await UserRun.StartAsync("SomeFail", command, first.History, s_mended);
        var mended = await third.EndAsync();
        await using var fourth = await UserRun.StartAsync("SomeFail", command, first.History, s_mended);
        var over = await fourth.EndAsync();

        Assert.AreEqual(2, stopped.ExitCode, first.Describe());
        Assert.IsNotEmpty(stopped.Ids("notrun"), first.Describe());
        Assert.Contains($"--rest: {stopped.Ids("failed", "notrun").Length} left, of which {stopped.Ids("failed").Length} failed and {stopped.Ids("notrun").Length} were not run.", stopped.Console);
        Assert.AreEqual(2, failing.ExitCode, second.Describe());
        Assert.AreSequenceEqual(stopped.Ids("failed", "notrun"), failing.Ids());
        Assert.Contains($"--rest: {failing.Ids().Length} of the 9 chosen cases were left.", failing.Console);
        Assert.AreEqual(0, mended.ExitCode, third.Describe());
        Assert.AreSequenceEqual(["Limits.Tests.Number(3)", "Limits.Tests.Number(6)", "Limits.Tests.Number(9)"], mended.Ids());
        Assert.Contains("--rest: nothing is left.", mended.Console);
        Assert.AreEqual(0, over.ExitCode, fourth.Describe());
        Assert.IsEmpty(over.Cases);
        Assert.IsEmpty(over.Journal.Lines);
        Assert.Contains("--rest: nothing is left. All 9 chosen cases", over.Console);
    }

    [TestMethod]
    [DataRow("-n 0", 1)]
    [DataRow("-n 2", 2)]
    public async Task What_an_interrupt_kept_from_running_is_left(string workers, int running)
    {
        RunProcesses.RequireSignals();
        string[] command = [.. workers.Split(' '), "-k", "Waits_for_the_word", "--rest"];
        await using var first = await UserRun.StartAsync("Interruptible", command);
        await first.UntilAsync(r => r.Journal.Of("waiting ").Length == running, "the tests are running");
        RunProcesses.Send(-first.ControllerId, RunProcesses.Interrupt);
        await first.UntilAsync(r => r.Output.Contains("finishing the tests", StringComparison.Ordinal), "the interrupt was heard");
        first.Go();
        var interrupted = await first.EndAsync();

        await using var second = await UserRun.StartAsync("Interruptible", command, first.History);
        second.Go();
        var ended = await second.EndAsync();

        Assert.AreEqual(3, interrupted.ExitCode, first.Describe());
        Assert.HasCount(8 - running, interrupted.Ids("notrun"), first.Describe());
        Assert.AreEqual(0, ended.ExitCode, second.Describe());
        Assert.AreSequenceEqual(interrupted.Ids("notrun"), ended.Ids("passed"));
        Assert.Contains("--rest: nothing is left.", ended.Console);
    }

    [TestMethod]
    [DataRow("-n 0", 1)]
    [DataRow("-n 2", 2)]
    public async Task What_a_killed_run_had_not_finished_is_left(string workers, int running)
    {
        RunProcesses.RequireSignals();
        string[] command = [.. workers.Split(' '), "-k", "Waits_for_the_word or Is_over"];
        await using var first = await UserRun.StartAsync("Interruptible", command);
        // What a worker knows and has not said yet is lost with its run.
        await first.UntilAsync(r => r.Journal.Of("waiting ").Length == running && KilledRun.Read(r.RunLogPath) is { Outcomes.Count: 3 }, "the tests are running, and what is over has been told");
        string[] victims = [.. first.Journal.Of("waiting ").Select(n => $"Interrupting.Tests.Waits_for_the_word({n})").Order(StringComparer.Ordinal)];
        RunProcesses.Send(first.ControllerId, RunProcesses.Kill);
        await first.EndAsync();

        await using var second = await UserRun.StartAsync("Interruptible", [.. command, "--rest"], first.History);
        second.Go();
        var ended = await second.EndAsync();
        await using var third = await UserRun.StartAsync("Interruptible", [.. command, "--rest"], first.History);
        var over = await third.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, second.Describe());
        Assert.HasCount(8, ended.Ids("passed"), second.Describe());
        Assert.IsEmpty(ended.Journal.Of("over "), "What had passed ran again.");
        Assert.Contains("RND5002", ended.Console);
        foreach (var victim in victims) Assert.Contains(victim, ended.Ids("passed"));
        Assert.AreEqual(0, over.ExitCode, third.Describe());
        Assert.IsEmpty(over.Cases);
    }

    [TestMethod]
    public async Task A_selection_without_tests_is_an_error_as_ever_and_shards_keep_their_parts()
    {
        await using var none = await UserRun.StartAsync("SomeFail", "-n", "0", "--rest", "-k", "no_such_test");
        var nothing = await none.EndAsync();
        var ran = new List<string>();
        await using var whole = await UserRun.StartAsync("SomeFail", "-n", "2");
        var failed = (await whole.EndAsync()).Ids("failed");
        for (var i = 1; i <= 3; i++)
        {
            await using var shard = await UserRun.StartAsync("SomeFail", ["-n", "0", "--rest", "--shard", $"{i}/3"], whole.History);
            var ended = await shard.EndAsync();
            Assert.AreEqual(ended.Ids().Length == 0 ? 0 : 2, ended.ExitCode, shard.Describe());
            ran.AddRange(ended.Ids());
        }

        Assert.AreEqual(8, nothing.ExitCode, none.Describe());
        Assert.AreSequenceEqual(failed, ran.Order(StringComparer.Ordinal));
    }
}
