using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Options that choose tests, stop early, or write reports, over the projects Selection and SomeFail.</summary>
[TestClass]
public sealed class Selecting
{
    private const string Hot = "Choosing.Hot.Coffee.";
    private const string Cold = "Choosing.Cold.Cake.";

    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Selecting));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-k espresso", Hot + "Espresso")]
    [DataRow("-k latte and not oat and not moo", Hot + "Latte('cow')")]
    [DataRow("-k carrots", Cold + "Orange")]
    [DataRow("-k (cheese or espresso) and not hot", Cold + "Cheese")]
    [DataRow("--tags slow", Cold + "Cheese|" + Hot + "Filter")]
    [DataRow("--tags slow and drink", Hot + "Filter")]
    [DataRow("--tags not drink and not slow", Cold + "Orange")]
    [DataRow("--filter-uid " + Hot + "Espresso", Hot + "Espresso")]
    [DataRow("--filter-uid " + Hot + "Latte('cow')", Hot + "Latte('cow')")]
    [DataRow("--deselect latte or slow or filter or cheese", Cold + "Orange|" + Hot + "Espresso")]
    [DataRow("--treenode-filter /*/Choosing.Cold/*/*", Cold + "Cheese|" + Cold + "Orange")]
    [DataRow("--treenode-filter /**[Tag=slow]", Cold + "Cheese|" + Hot + "Filter")]
    public async Task An_option_chooses(string option, string ids)
    {
        var (name, value) = (option[..option.IndexOf(' ', StringComparison.Ordinal)], option[(option.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        await using var run = await UserRun.StartAsync("Selection", "-n", "0", name, value);

        var ended = await run.EndAsync();

        Assert.AreEqual(ids.Replace("|", "\n", StringComparison.Ordinal), string.Join('\n', ended.Ids()), run.Describe());
        Assert.AreEqual(0, ended.ExitCode);
    }

    [TestMethod]
    public async Task An_id_with_quotes_chooses_its_case()
    {
        await using var run = await UserRun.StartAsync("Selection", "-n", "0", "--filter-uid", Hot + "Latte('say \\u0022moo\\u0022')");

        var ended = await run.EndAsync();

        CollectionAssert.AreEqual(new[] { Hot + "Latte('say \\u0022moo\\u0022')" }, ended.Ids(), run.Describe());
    }

    [TestMethod]
    [DataRow("--filter-uid", "No.Such.Test")]
    [DataRow("-k", "tea")]
    [DataRow("--tags", "quick")]
    public async Task Choosing_nothing_ends_with_exit_code_eight(string option, string value)
    {
        await using var run = await UserRun.StartAsync("Selection", "-n", "2", option, value);

        var ended = await run.EndAsync();

        Assert.AreEqual(8, ended.ExitCode, run.Describe());
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    [DataRow("-k", "(latte")]
    [DataRow("-k", "and")]
    [DataRow("-n", "many")]
    [DataRow("--test-timeout", "20")]
    [DataRow("--dist", "alphabetically")]
    [DataRow("--deselect", "(latte")]
    [DataRow("--isolate", "everything")]
    [DataRow("--lf", "--ff")]
    [DataRow("--sw", "-n2")]
    [DataRow("--no-such-option", "1")]
    public async Task A_wrong_command_line_ends_with_exit_code_five(string option, string value)
    {
        await using var run = await UserRun.StartAsync("Selection", option, value);

        var ended = await run.EndAsync();

        Assert.AreEqual(5, ended.ExitCode, run.Describe());
        Assert.Contains(option.TrimStart('-'), ended.Console);
    }

    [TestMethod]
    [DataRow("-n0", "main")]
    [DataRow("-n=0", "main")]
    public async Task The_number_of_workers_may_stick_to_its_option(string option, string worker)
    {
        await using var run = await UserRun.StartAsync("Selection", option);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.HasCount(7, ended.Cases);
        Assert.Contains(worker, File.ReadAllText(run.JUnitPath));
    }

    [TestMethod]
    public async Task Listing_shows_every_case_and_runs_none()
    {
        await using var run = await UserRun.StartAsync("SomeFail", ["--list-tests"], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        for (var i = 1; i <= 9; i++) Assert.Contains($"Number({i})", ended.Output);
        Assert.IsEmpty(run.Journal.Lines);
    }

    [TestMethod]
    public async Task Listing_shows_rows_of_data_sources()
    {
        await using var run = await UserRun.StartAsync("RowsFromSources", ["--list-tests"], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.Contains("Rounds(1.25, 1)", ended.Output);
        Assert.Contains("Speaks('two')", ended.Output);
    }

    [TestMethod]
    [DataRow("-n 0", "-x", 1)]
    [DataRow("-n 0", "--maxfail 2", 2)]
    [DataRow("-n 1", "-x", 1)]
    [DataRow("-n 2", "--maxfail 2", 2)]
    public async Task A_limit_of_failures_stops_the_run_and_lists_the_rest(string workers, string option, int limit)
    {
        await using var run = await UserRun.StartAsync("SomeFail", [.. workers.Split(' '), .. option.Split(' ')]);

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.HasCount(9, ended.Cases);
        Assert.AreEqual(9, Account.Find(ended.Console)?.Planned);
        Assert.IsGreaterThanOrEqualTo(limit, ended.Ids("failed").Length);
        if (workers != "-n 2") Assert.HasCount(limit, ended.Ids("failed"));
        foreach (var one in ended.Cases.Where(c => c.Outcome == "notrun"))
        {
            Assert.Contains("not run", one.Message);
            Assert.Contains(one.Id, ended.Console);
        }
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task The_last_failed_run_again_until_nothing_fails(string workers)
    {
        var number = workers.Split(' ');
        var well = new Dictionary<string, string> { ["ALL_WELL"] = "yes" };
        await using var first = await UserRun.StartAsync("SomeFail", number);
        await first.EndAsync();

        await using var again = await UserRun.StartAsync("SomeFail", [.. number, "--lf"], first.History);
        var onlyFailed = await again.EndAsync();
        await using var fixedNow = await UserRun.StartAsync("SomeFail", [.. number, "--lf"], first.History, well);
        var passed = await fixedNow.EndAsync();
        await using var last = await UserRun.StartAsync("SomeFail", [.. number, "--lf"], first.History, well);
        var all = await last.EndAsync();

        string[] multiples = ["Limits.Tests.Number(3)", "Limits.Tests.Number(6)", "Limits.Tests.Number(9)"];
        CollectionAssert.AreEqual(multiples, onlyFailed.Ids(), again.Describe());
        CollectionAssert.AreEqual(multiples, passed.Ids("passed"), fixedNow.Describe());
        Assert.HasCount(9, all.Ids("passed"), last.Describe());
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex("nothing failed|no failed|none failed|everything", System.Text.RegularExpressions.RegexOptions.IgnoreCase), all.Console);
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 1")]
    public async Task Failed_and_new_tests_run_first(string workers)
    {
        var number = workers.Split(' ');
        await using var some = await UserRun.StartAsync("SomeFail", [.. number, "--deselect", "8"]);
        await some.EndAsync();

        await using var run = await UserRun.StartAsync("SomeFail", [.. number, "--ff", "--nf"], some.History);
        var ended = await run.EndAsync();

        Assert.HasCount(9, ended.Cases, run.Describe());
        Assert.AreEqual("3 6 9 8 1 2 4 5 7", string.Join(' ', OrderOf(run)), run.Describe());
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("")]
    public async Task Stepwise_goes_from_failure_to_failure(string workers)
    {
        var number = workers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var well = new Dictionary<string, string> { ["ALL_WELL"] = "yes" };
        await using var first = await UserRun.StartAsync("SomeFail", [.. number, "--sw"]);
        var stopped = await first.EndAsync();
        await using var again = await UserRun.StartAsync("SomeFail", [.. number, "--sw"], first.History);
        var still = await again.EndAsync();
        await using var mended = await UserRun.StartAsync("SomeFail", [.. number, "--sw"], first.History, well);
        var passed = await mended.EndAsync();
        await using var last = await UserRun.StartAsync("SomeFail", [.. number, "--sw"], first.History, well);
        var all = await last.EndAsync();

        Assert.AreEqual(2, stopped.ExitCode, first.Describe());
        Assert.AreEqual("1 2 3", string.Join(' ', OrderOf(first)), first.Describe());
        Assert.AreEqual("3", string.Join(' ', OrderOf(again)), again.Describe());
        Assert.Contains("begins at 'Limits.Tests.Number(3)'", still.Console);
        Assert.AreEqual("3 4 5 6 7 8 9", string.Join(' ', OrderOf(mended)), mended.Describe());
        Assert.AreEqual(0, passed.ExitCode);
        Assert.HasCount(9, all.Ids("passed"), last.Describe());
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("")]
    public async Task Stepwise_goes_on_behind_a_failure_that_is_left_out(string workers)
    {
        var number = workers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var first = await UserRun.StartAsync("SomeFail", [.. number, "--sw"]);
        await first.EndAsync();
        await using var behind = await UserRun.StartAsync("SomeFail", [.. number, "--sw-skip"], first.History);
        var stopped = await behind.EndAsync();
        await using var again = await UserRun.StartAsync("SomeFail", [.. number, "--sw"], first.History);
        await again.EndAsync();

        Assert.AreEqual("1 2 3", string.Join(' ', OrderOf(first)), first.Describe());
        Assert.AreEqual("4 5 6", string.Join(' ', OrderOf(behind)), behind.Describe());
        Assert.AreEqual(2, stopped.ExitCode, behind.Describe());
        Assert.Contains("leaves out 'Limits.Tests.Number(3)'", stopped.Console);
        Assert.AreEqual("3", string.Join(' ', OrderOf(again)), again.Describe());
    }

    // In the order in which they began.
    private static string[] OrderOf(UserRun run) => [.. run.Journal.Of("number ")];

    [TestMethod]
    public async Task The_command_after_a_failure_runs_that_test_again()
    {
        await using var run = await UserRun.StartAsync("FailingTest", "-n", "2");
        var ended = await run.EndAsync();
        var line = ended.Console.Split('\n').FirstOrDefault(l => l.Contains("--filter-uid", StringComparison.Ordinal) && l.Contains("Total_is_right", StringComparison.Ordinal));
        Assert.IsNotNull(line, $"No line that runs the failed test again.\n{run.Describe()}");

        var command = line[line.IndexOf("--filter-uid", StringComparison.Ordinal)..].Trim();
        var again = await Tool.RunAsync(run.Folder, TimeSpan.FromMinutes(1), "sh", "-c", $"\"{new UserProject("FailingTest").Executable}\" {command} -n 0 --history \"{run.History}\"");

        Assert.AreEqual(2, again.ExitCode, again.Output);
        Assert.AreEqual(1, Account.Find(again.Output)?.Planned, again.Output);
    }

    [TestMethod]
    public async Task The_seed_gives_the_same_run_and_is_shown()
    {
        await using var run = await UserRun.StartAsync("Selection", "-n", "2", "--seed", "42");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.Contains("42", ended.Console);
    }

    [TestMethod]
    public async Task The_slowest_tests_are_listed()
    {
        await using var run = await UserRun.StartAsync("SomeFail", "-n", "1", "--durations", "3");

        var ended = await run.EndAsync();

        Assert.Contains("slowest", ended.Output);
    }

    [TestMethod]
    public async Task Live_output_streams_while_the_test_runs()
    {
        await using var run = await UserRun.StartAsync("CapturedOutput", "-n", "1", "--capture", "no");

        var ended = await run.EndAsync();

        Assert.Contains("[w0] --- Capturing.Left.Speaks\n[w0] left 0\n", ended.Output);
        Assert.Contains("[w0] left 19\n", ended.Output);
        Assert.Contains("left 19", ended.Case("Capturing.Left.Speaks").Output);
        Assert.AreEqual(2, ended.ExitCode, run.Describe());
    }

    [TestMethod]
    public async Task History_lies_beside_the_project_unless_told_otherwise()
    {
        await Workshop.Built;
        var project = new UserProject("FirstTest");
        var folder = Path.Combine(project.BuildFolder, ".rondo");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);

        await using var run = UserRun.Start(project.Executable, ["-n", "0"], reports: false, historyBesideProject: true);
        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.IsTrue(Directory.Exists(folder), $"'{folder}' was not made.");
        Assert.IsTrue(File.Exists(Path.Combine(folder, ".gitignore")), "It has no .gitignore of its own.");
    }
}
