using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>What people see while a run goes on: on a terminal, in a log, under 'dotnet test'.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class Consoles
{
    private const int Width = 90;

    [TestMethod]
    public async Task A_terminal_shows_what_each_worker_runs_and_failures_above_it_and_is_clean_at_the_end()
    {
        await using var run = await StartOnTerminalAsync("-n 2 -k 'Waits_for_the_word or Fails'");
        string[] during = [];
        await run.UntilAsync(r => (during = Screen.After(r.Output, Width)).Any(SaysOf("w0").IsMatch) && during.Any(SaysOf("w1").IsMatch) && during.Any(l => l.StartsWith("failed Fails", StringComparison.Ordinal)), "both workers and the failure are drawn");

        run.Go();
        var ended = await run.EndAsync();

        var failure = Array.FindIndex(during, l => l.StartsWith("failed Fails", StringComparison.Ordinal));
        var worker = Array.FindIndex(during, l => SaysOf("w0").IsMatch(l));
        Assert.IsInRange(0, worker - 1, failure, $"The failure stands above what is drawn.\n{string.Join('\n', during)}");
        Assert.IsTrue(Array.Exists(during, l => Totals().IsMatch(l)), string.Join('\n', during));
        var after = Screen.After(ended.Output, Width);
        Assert.IsFalse(Array.Exists(after, l => SaysOf("w[01]").IsMatch(l) || Totals().IsMatch(l)), $"Something drawn was left.\n{string.Join('\n', after)}");
        Assert.IsTrue(Array.Exists(after, l => l.StartsWith("9 planned = 8 passed + 1 failed", StringComparison.Ordinal)), string.Join('\n', after));
        Assert.AreEqual(2, ended.ExitCode, run.Describe());
    }

    [TestMethod]
    [DataRow("TERM", "dumb", "")]
    [DataRow("CI", "true", "")]
    [DataRow("NO_COLOR", "1", "")]
    [DataRow("LANG", "C", "--no-progress")]
    public async Task A_terminal_that_is_not_to_be_drawn_on_gets_lines_only(string variable, string value, string option)
    {
        await using var run = await StartOnTerminalAsync("-n 1 --heartbeat 500ms --filter-uid Interrupting.Tests.Waits_for_the_word(1) " + option, (variable, value));
        await run.UntilAsync(r => r.Output.Contains("; w0: Interrupting.Tests.Waits_for_the_word(1), ", StringComparison.Ordinal), "a sign of life");

        run.Go();
        var ended = await run.EndAsync();

        // Ends of a line are left as they are on the way to a terminal; no cursor is moved.
        Assert.IsFalse(MovesCursor().IsMatch(ended.Output), ended.Output);
        Assert.AreEqual(0, ended.ExitCode, run.Describe());
    }

    [TestMethod]
    public async Task A_log_gets_a_sign_of_life_after_each_silence_that_says_what_runs_where()
    {
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "2", "--heartbeat", "500ms", "-k", "Needs_it");
        await run.UntilAsync(r => Signs().Count(r.Output) >= 2, "two signs of life");

        run.Go();
        var ended = await run.EndAsync();

        Assert.Contains("; w0: Interrupting.WithFixture.Needs_it(", ended.Output);
        Assert.Contains(", setup of '", ended.Output);
        Assert.DoesNotContain("\u001b", ended.Output);
        Assert.AreEqual(0, ended.ExitCode, run.Describe());
    }

    [TestMethod]
    public async Task Who_wants_no_signs_of_life_gets_none()
    {
        await using var run = await UserRun.StartAsync("Interruptible", "-n", "1", "--heartbeat", "0", "--filter-uid", "Interrupting.Tests.Waits_for_the_word(1)");
        await run.UntilAsync(r => r.Journal.Of("waiting ").Length == 1, "the test runs");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System);

        run.Go();
        var ended = await run.EndAsync();

        Assert.AreEqual(0, Signs().Count(ended.Output), ended.Output);
        Assert.AreEqual(0, ended.ExitCode, run.Describe());
    }

    [TestMethod]
    public async Task In_this_process_what_tests_write_is_streamed_with_its_test()
    {
        await using var run = await UserRun.StartAsync("CapturedOutput", "-n", "0", "--capture", "no", "-k", "Left");

        var ended = await run.EndAsync();

        Assert.Contains("[main] --- Capturing.Left.Speaks\n[main] left 0\n", ended.Output);
        Assert.Contains("[main] left complains\n", ended.Output);
        Assert.Contains("left complains", ended.Case("Capturing.Left.Speaks").Everything);
    }

    private static async Task<UserRun> StartOnTerminalAsync(string arguments, params (string Name, string Value)[] environment)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Needs a terminal made by 'script' of util-linux, so it runs on Linux only.");
        if (!File.Exists("/usr/bin/script")) Assert.Inconclusive("Needs a terminal, which the program 'script' (package util-linux or bsdutils) makes; it is not installed.");
        await Workshop.Built;
        var variables = new Dictionary<string, string> { ["TERM"] = "xterm-256color", ["LANG"] = "C.UTF-8", ["NO_COLOR"] = "" };
        foreach (var server in (string[])["CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "TEAMCITY_VERSION", "JENKINS_URL", "BUILDKITE", "CIRCLECI", "APPVEYOR", "TRAVIS", "CODEBUILD_BUILD_ID"]) variables[server] = "";
        foreach (var (name, value) in environment) variables[name] = value;
        var command = $"stty cols {Width} rows 30; exec '{new UserProject("Interruptible").Executable}' {arguments.Replace("(", "'('", StringComparison.Ordinal).Replace(")", "')'", StringComparison.Ordinal)}";
        return UserRun.Start("/usr/bin/script", ["-qec", command, "/dev/null"], environment: variables, reports: false);
    }

    private static Regex SaysOf(string worker) => new($@"^{worker}  Interrupting\.Tests\.Waits_for_the_word\(\d\)  \d+\.\d s\s*$", RegexOptions.Multiline);

    [GeneratedRegex(@"^\d+ of 9 done, [01] failed, \d+ waiting, after ")]
    private static partial Regex Totals();

    [GeneratedRegex("^Rondo: .* done, ", RegexOptions.Multiline)]
    private static partial Regex Signs();

    [GeneratedRegex(@"\u001b\[\d*[A-HJK]")]
    private static partial Regex MovesCursor();
}
