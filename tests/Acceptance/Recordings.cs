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

        await using var again = await ReplayAsync(run, "--junitxml", Path.Combine(run.Folder, "again.xml"), "--timeline", Path.Combine(run.Folder, "again.html"));
        var shown = await again.EndAsync();

        Assert.AreEqual(2, shown.ExitCode, again.Describe());
        Assert.AreEqual(File.ReadAllText(run.JUnitPath), File.ReadAllText(Path.Combine(run.Folder, "again.xml")));
        Assert.AreEqual(SummaryOf(recorded), SummaryOf(shown));
        Assert.AreEqual(File.ReadAllText(Path.Combine(run.Folder, "page.html")), File.ReadAllText(Path.Combine(run.Folder, "again.html")));
        Assert.IsEmpty(shown.Journal.Lines);
        // Nothing of the page's own log is left.
        Assert.IsEmpty(recorded.LeftFiles.Where(f => f.EndsWith(".jsonl", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task A_timeline_needs_no_other_option(string workers)
    {
        await using var run = await UserRun.StartAsync("FirstTest", [.. workers.Split(' '), "--timeline", "sub/page.html"], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, ended.Console);
        Assert.Contains("<h1>Test run of <span class=\"name\">FirstTest</span></h1>", File.ReadAllText(Path.Combine(run.Folder, "w", "sub", "page.html")));
        Assert.Contains("page.html", ended.Console);
        Assert.IsEmpty(ended.LeftFiles.Where(f => f.EndsWith(".jsonl", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Reruns_of_what_failed_converge_to_one_report_that_passes()
    {
        await using var first = await UserRun.StartAsync("EverythingHappens", "-n", "2");
        Assert.AreEqual(2, (await first.EndAsync()).ExitCode, first.Describe());
        await using var second = await UserRun.StartAsync("EverythingHappens", ["-n", "1", "-k", "Fails or Kills or Needs or Rattles or Has_parts or Arguments or too_long"], first.History, new Dictionary<string, string> { ["ALL_WELL"] = "1" });
        Assert.AreEqual(0, (await second.EndAsync()).ExitCode, second.Describe());

        // In any order.
        await using var both = await ReplayAsync(second, first.RunLogPath, "--junitxml", Path.Combine(first.Folder, "both.xml"));
        var shown = await both.EndAsync();
        await using var strict = await ReplayAsync(first, second.RunLogPath, "--fail-on-flaky");

        Assert.AreEqual(0, shown.ExitCode, both.Describe());
        Assert.AreEqual(2, (await strict.EndAsync()).ExitCode, strict.Describe());
        Assert.Contains("21 planned = 19 passed + 0 failed + 2 skipped + 0 not run", shown.Console);
        Assert.Contains("Everything.Shop.Fails: flaky: passed in attempt 2 of 2", shown.Console);
        Assert.Contains("'Everything.Fixtures.Rattling.teardown", shown.Console);
        var cases = JUnitCase.ReadAll(Path.Combine(first.Folder, "both.xml"));
        Assert.HasCount(21, cases.Where(c => !c.Id.Contains("Has_parts/", StringComparison.Ordinal)).ToList());
        var fails = cases.Single(c => c.Id == "Everything.Shop.Fails");
        Assert.AreEqual("passed", fails.Outcome);
        Assert.Contains("the order was paid twice", fails.Everything);
    }

    [TestMethod]
    public async Task One_log_of_several_is_replayed_to_the_same_files_as_they_are()
    {
        await using var first = await UserRun.StartAsync("EverythingHappens", "-n", "2");
        Assert.AreEqual(2, (await first.EndAsync()).ExitCode, first.Describe());
        await using var second = await UserRun.StartAsync("EverythingHappens", ["-n", "1", "--rest"], first.History, new Dictionary<string, string> { ["ALL_WELL"] = "1" });
        await second.EndAsync();
        await using var several = await ReplayAsync(first, second.RunLogPath, "--junitxml", Path.Combine(first.Folder, "several.xml"), "--timeline", Path.Combine(first.Folder, "several.html"), "--runlog", Path.Combine(first.Folder, "all.jsonl"));
        var shown = await several.EndAsync();
        File.Delete(first.RunLogPath);
        File.Delete(second.RunLogPath);

        await using var merged = await UserRun.StartAsync("EverythingHappens", ["--replay", Path.Combine(first.Folder, "all.jsonl"), "--junitxml", Path.Combine(first.Folder, "merged.xml"), "--timeline", Path.Combine(first.Folder, "merged.html")], history: null, reports: false);
        var again = await merged.EndAsync();

        Assert.AreEqual(shown.ExitCode, again.ExitCode, merged.Describe());
        Assert.AreEqual(File.ReadAllText(Path.Combine(first.Folder, "several.xml")), File.ReadAllText(Path.Combine(first.Folder, "merged.xml")));
        Assert.AreEqual(File.ReadAllText(Path.Combine(first.Folder, "several.html")), File.ReadAllText(Path.Combine(first.Folder, "merged.html")));
        Assert.Contains("2 recorded runs", again.Console);
        Assert.AreEqual(Account.Find(shown.Console), Account.Find(again.Console));
    }

    [TestMethod]
    public async Task A_log_whose_controller_was_killed_says_who_was_running_and_what_was_not_run()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "2", "-k", "Waits_for_the_word or AtOnce");
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length == 2, "two tests are running");
        // What is heard is written when the controller has nothing else to do.
        await run.UntilAsync(r => KilledRun.Read(r.RunLogPath).Running.Count(id => id.Contains("Waits", StringComparison.Ordinal)) == 2, "the log says so");
        RunProcesses.Send(run.ControllerId, RunProcesses.Kill);
        await run.EndAsync();

        await using var again = await ReplayAsync(run, "--junitxml", Path.Combine(run.Folder, "again.xml"), "--timeline", Path.Combine(run.Folder, "again.html"));
        var shown = await again.EndAsync();
        var cases = JUnitCase.ReadAll(Path.Combine(run.Folder, "again.xml"));

        Assert.AreEqual(3, shown.ExitCode, again.Describe());
        Assert.Contains("[RND5013]", shown.Console);
        Assert.HasCount(13, cases);
        Assert.HasCount(2, cases.Where(c => c.Type == "lost" && c.Id.Contains("Waits_for_the_word", StringComparison.Ordinal)).ToList());
        Assert.AreEqual(6, cases.Count(c => c.Outcome == "notrun" && c.Id.Contains("Waits_for_the_word", StringComparison.Ordinal)));
        Assert.Contains("data", File.ReadAllText(Path.Combine(run.Folder, "again.html")));
    }

    [TestMethod]
    public async Task A_damaged_log_is_shown_as_far_as_it_goes()
    {
        await using var run = await UserRun.StartAsync("SomeFail", "-n", "1");
        await run.EndAsync();
        var bytes = File.ReadAllBytes(run.RunLogPath);
        var at = System.Text.Encoding.UTF8.GetString(bytes).IndexOf("\"outcome\":\"passed\"", StringComparison.Ordinal);
        bytes[at + 12] ^= 1;
        File.WriteAllBytes(run.RunLogPath, bytes);

        await using var again = await ReplayAsync(run);
        var shown = await again.EndAsync();

        Assert.AreEqual(2, shown.ExitCode, again.Describe());
        Assert.Contains("1 record of the run log", shown.Console);
        Assert.Contains("[RND5011]", shown.Console);
        Assert.Contains("9 planned = 5 passed + 4 failed + 0 skipped + 0 not run", shown.Console);
    }

    [TestMethod]
    public async Task What_cannot_be_replayed_is_a_bad_command_line()
    {
        await using var run = await UserRun.StartAsync("SomeFail", "-n", "1");
        await run.EndAsync();
        await using var other = await UserRun.StartAsync("FirstTest", "-n", "1");
        await other.EndAsync();

        await CheckAsync("RND5010", run.JUnitPath);
        await CheckAsync("RND5010", "not-there.jsonl");
        await CheckAsync("RND5012", run.RunLogPath, other.RunLogPath);
        await CheckAsync("RND2015", run.RunLogPath, "-k", "Number");
        await CheckAsync("RND2015", run.RunLogPath, "--filter-uid", "Limits.Tests.Number(1)");

        static async Task CheckAsync(string code, params string[] arguments)
        {
            await using var replay = await UserRun.StartAsync("SomeFail", ["--replay", .. arguments], history: null, reports: false);
            var ended = await replay.EndAsync();

            Assert.AreEqual(5, ended.ExitCode, replay.Describe());
            Assert.Contains($"[{code}]", ended.Console);
            Assert.IsEmpty(ended.Journal.Lines);
        }
    }

    // With the program that wrote the log.
    private static Task<UserRun> ReplayAsync(UserRun run, params string[] more) =>
        UserRun.StartAsync(Path.GetFileName(run.Project), ["--replay", run.RunLogPath, .. more], history: null, reports: false);

    // From the first crash to the account: what the engine says at the end of a run.
    private static string SummaryOf(Ended ended)
    {
        var from = ended.Output.IndexOf("worker w", StringComparison.Ordinal);
        var until = ended.Output.IndexOf(" planned = ", StringComparison.Ordinal);
        Assert.IsTrue(from >= 0 && until > from, ended.Console);
        return ended.Output[from..ended.Output.IndexOf('\n', until)];
    }
}
