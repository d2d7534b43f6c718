using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.History;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Tests.Report;
using Rondo.Engine.Tests.RunLog;

namespace Rondo.Engine.Tests.History;

[TestClass]
public sealed class RunHistoryTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly List<string> _messages = [];
    private readonly HistoryFolder _folder;

    public RunHistoryTests() => _folder = new HistoryFolder(_temp.At("kept"));

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    public void Dispose() => _temp.Dispose();

    [TestMethod]
    public async Task What_a_run_saves_the_next_one_knows()
    {
        await SaveAsync(("A.B.Good", 10), ("A.B.Bad", -20), ("A.B.Left", 0));
        await SaveAsync(("A.B.Good", 30));

        var history = await ReadAsync();

        CollectionAssert.AreEqual(new List<double> { 10, 30 }, history.Of("A.B.Good")!.Ms.ToList());
        Assert.AreEqual("A.B.Bad", Assert.ContainsSingle(history.LastFailed));
        Assert.AreEqual(20, history.ExpectedMs("A.B.Bad"));
        Assert.IsNull(history.Of("A.B.Left"));
        Assert.IsNull(history.ExpectedMs("A.B.Unknown"));
        Assert.IsEmpty(_messages);
    }

    [TestMethod]
    public async Task A_case_that_was_not_run_keeps_its_failure_and_one_that_passes_loses_it()
    {
        await SaveAsync(("A.B.One", -5), ("A.B.Two", -5));
        await SaveAsync(("A.B.One", 0), ("A.B.Two", 5));

        var history = await ReadAsync();

        Assert.AreEqual("A.B.One", Assert.ContainsSingle(history.LastFailed));
    }

    [TestMethod]
    public async Task What_was_planned_and_not_run_is_left_until_it_passes_whatever_it_was_before()
    {
        await SaveAsync(("A.B.Cut", 5), ("A.B.Good", 5), ("A.B.Bad", -5));
        await SaveAsync(("A.B.Cut", 0), ("A.B.Good", 5), ("A.B.Bad", 0));
        var cut = await ReadAsync();

        await SaveAsync(false, ("A.B.Cut", 5));
        var after = await ReadAsync();

        Assert.AreEqual("A.B.Cut A.B.Bad A.B.New", string.Join(' ', new[] { "A.B.Cut", "A.B.Good", "A.B.Bad", "A.B.New" }.Where(cut.IsLeft)));
        Assert.AreEqual("A.B.Bad", string.Join(' ', new[] { "A.B.Cut", "A.B.Good", "A.B.Bad" }.Where(after.IsLeft)));
        Assert.AreEqual("A.B.Bad", Assert.ContainsSingle(cut.LastFailed));
    }

    [TestMethod]
    [DataRow("n", "2", "A.B.Bad A.B.Cut")]
    [DataRow("dist", "each", "A.B.Good A.B.Bad A.B.Cut")]
    [DataRow("stress", "00:01:00", "A.B.Good A.B.Bad A.B.Cut")]
    [DataRow("repeat-until-failure", "", "A.B.Good A.B.Bad A.B.Cut")]
    public async Task A_run_that_was_killed_is_remembered_by_its_log_unless_its_cases_were_copies(string option, string value, string left)
    {
        var plan = Samples.PlanOf("A.B.Good", "A.B.Bad", "A.B.Cut");
        using (var log = RunLogWriter.Open("r", null, _temp.At("killed.jsonl"), TimeProvider.System, Say))
        {
            log.Started("r", [KeyValuePair.Create(option, value)]);
            log.Planned(plan);
            log.Add(new RunLogEvent.CaseFinished(Result(0, 5)));
            log.Add(new RunLogEvent.CaseStarted(new(1), "w0"));
        }

        await new CrashedRun("r", [], _temp.At("killed.jsonl")).RememberAsync(_folder, TimeProvider.System, Say);
        var history = await ReadAsync();

        Assert.AreEqual(left, string.Join(' ', plan.Cases.Select(c => c.Id).Where(history.IsLeft)));
        Assert.AreEqual(left.StartsWith("A.B.Bad", StringComparison.Ordinal) ? 1 : 0, history.LastFailed.Count);
        Assert.IsEmpty(_messages);
    }

    [TestMethod]
    [DataRow("7", 7.0)]
    [DataRow("1 2 3 4", 3.0)]
    [DataRow("10 10 10 10 10 10 10 10 10 5000", 10.0)]
    [DataRow("1 2 3 4 5 6 7 8 9 10 11 12", 10.0)]
    public void The_estimate_is_robust_and_on_the_slow_side(string durations, double expected)
    {
        CaseRecord? record = null;
        foreach (var ms in durations.Split(' ')) record = CaseRecord.After(record, Result(0, double.Parse(ms, CultureInfo.InvariantCulture)), 1);

        Assert.AreEqual(expected, record!.ExpectedMs);
        Assert.IsLessThanOrEqualTo(CaseRecord.Kept, record.Ms.Length);
    }

    [TestMethod]
    public void Limits_and_crashes_are_failures_without_a_duration()
    {
        var timedOut = CaseRecord.After(null, new CaseResult(new(0), new Outcome.TimedOut(Samples.Boom)) { Duration = TimeSpan.FromMinutes(10) }, 1);
        var skipped = CaseRecord.After(timedOut, new CaseResult(new(0), new Outcome.Skipped("why")), 2);

        Assert.AreEqual(Tally.Failed, timedOut.Last);
        Assert.IsEmpty(timedOut.Ms);
        Assert.AreEqual(Tally.Skipped, skipped.Last);
    }

    [TestMethod]
    public async Task Cases_that_fifty_whole_runs_did_not_plan_are_forgotten_and_filtered_runs_do_not_count()
    {
        await SaveAsync(("A.B.Old", 1));
        for (var i = 0; i < 60; i++) await SaveAsync(false, ("A.B.New", 1));
        for (var i = 0; i < RunHistory.KeptRuns; i++) await SaveAsync(("A.B.New", 1));
        Assert.IsNotNull((await ReadAsync()).Of("A.B.Old"));

        await SaveAsync(("A.B.New", 1));

        Assert.IsNull((await ReadAsync()).Of("A.B.Old"));
    }

    [TestMethod]
    public async Task Runs_at_once_in_one_folder_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(run => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++) await SaveAsync(($"A.B.Run{run}_{i}", 10 + run), ("A.B.Common", 1));
        }, TestContext.CancellationToken)));

        var history = await ReadAsync();

        for (var run = 0; run < 8; run++)
        {
            for (var i = 0; i < 5; i++) Assert.AreEqual(10 + run, history.ExpectedMs($"A.B.Run{run}_{i}"));
        }

        Assert.StartsWith("{\"rondo-history\":1,\"run\":40}\n", File.ReadAllText(_folder.HistoryFile));
        Assert.IsEmpty(_messages);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*.tmp-*"));
    }

    [TestMethod]
    public async Task A_lock_that_is_never_given_back_is_a_message()
    {
        await SaveAsync(("A.B.One", 1));
        await using var held = new FileStream(_folder.LockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        await SaveAsync(("A.B.Two", 1));

        Assert.Contains("[RND5005]", Assert.ContainsSingle(_messages));
        Assert.IsNull((await ReadAsync()).Of("A.B.Two"));
    }

    [TestMethod]
    public async Task A_file_cut_at_any_byte_gives_what_is_whole_and_heals()
    {
        await SaveAsync(("A.B.One", 1), ("A.B.Two", -2.5));
        var whole = await File.ReadAllBytesAsync(_folder.HistoryFile, TestContext.CancellationToken);
        var firstLine = Array.IndexOf(whole, (byte)'\n') + 1;

        for (var cut = 0; cut < whole.Length; cut++)
        {
            foreach (var aside in Directory.GetFiles(_folder.Path, "*.damaged-*")) File.Delete(aside);
            _messages.Clear();
            await File.WriteAllBytesAsync(_folder.HistoryFile, whole[..cut], TestContext.CancellationToken);

            var history = await ReadAsync();
            var asideNow = Directory.GetFiles(_folder.Path, "*.damaged-*").Length;
            var second = await ReadAsync();

            Assert.IsLessThanOrEqualTo(1, _messages.Count);
            Assert.AreEqual(asideNow, _messages.Count);
            if (cut > firstLine && whole[cut - 1] != '\n') Assert.HasCount(1, _messages);
            Assert.AreEqual(history.ExpectedMs("A.B.One"), second.ExpectedMs("A.B.One"));
        }
    }

    [TestMethod]
    public async Task Bit_flips_never_throw_and_never_make_a_wrong_number_huge()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await SaveAsync(("A.B.One", 1), ("A.B.Two", -2.5), ("A.B.Three", 1234.567));
        var whole = await File.ReadAllBytesAsync(_folder.HistoryFile, TestContext.CancellationToken);

        for (var i = 0; i < 20_000; i++)
        {
            var damaged = (byte[])whole.Clone();
            for (var n = random.Next(1, 5); n > 0; n--) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var text = HistoryText.Read(Encoding.UTF8.GetString(damaged));
            foreach (var record in text.Cases.Values) Assert.IsTrue(record.ExpectedMs is null or >= 0 and <= HistoryText.MaxMs);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{}")]
    [DataRow("hello\nworld\n")]
    [DataRow("{\"rondo-history\":2,\"run\":1}\n")]
    [DataRow("[1]")]
    [DataRow("{\"rondo-history\":\"1\"}")]
    [DataRow("\0\0\0\0")]
    public async Task Foreign_and_newer_files_are_set_aside_whole_and_the_run_goes_on(string content)
    {
        Directory.CreateDirectory(_folder.Path);
        await File.WriteAllTextAsync(_folder.HistoryFile, content, TestContext.CancellationToken);

        var history = await ReadAsync();
        await SaveAsync(("A.B.One", 1));

        Assert.IsTrue(history.IsEmpty);
        Assert.Contains("[RND5004]", Assert.ContainsSingle(_messages));
        Assert.AreEqual(content, await File.ReadAllTextAsync(_folder.HistoryFile + ".damaged-1", TestContext.CancellationToken));
        Assert.AreEqual(1, (await ReadAsync()).ExpectedMs("A.B.One"));
    }

    [TestMethod]
    public async Task A_conflict_of_version_control_costs_its_own_lines_only()
    {
        await SaveAsync(("A.B.One", 1), ("A.B.Two", 2));
        var lines = await File.ReadAllLinesAsync(_folder.HistoryFile, TestContext.CancellationToken);
        await File.WriteAllLinesAsync(_folder.HistoryFile, [lines[0], "<<<<<<< HEAD", lines[1], "=======", ">>>>>>> theirs", lines[2]], TestContext.CancellationToken);

        var history = await ReadAsync();

        Assert.AreEqual(1, history.ExpectedMs("A.B.One"));
        Assert.AreEqual(2, history.ExpectedMs("A.B.Two"));
        Assert.Contains("2 cases could be kept", Assert.ContainsSingle(_messages));
    }

    [TestMethod]
    public async Task A_folder_in_the_files_place_is_set_aside()
    {
        Directory.CreateDirectory(_folder.HistoryFile);

        var history = await ReadAsync();
        await SaveAsync(("A.B.One", 1));

        Assert.IsTrue(history.IsEmpty);
        Assert.Contains("it is a folder", Assert.ContainsSingle(_messages));
        Assert.IsTrue(File.Exists(_folder.HistoryFile));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task A_read_only_folder_can_be_read_and_not_writing_is_a_message()
    {
        if (Environment.UserName == "root") Assert.Inconclusive("Needs a Unix user whom permissions stop.");
        await SaveAsync(("A.B.One", 1));
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetUnixFileMode(_folder.LockFile, UnixFileMode.UserRead);

        var history = await ReadAsync();
        await SaveAsync(("A.B.Two", 1));

        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.AreEqual(1, history.ExpectedMs("A.B.One"));
        Assert.Contains("[RND5005]", Assert.ContainsSingle(_messages));
    }

    [TestMethod]
    public async Task A_folder_that_cannot_be_made_is_a_message()
    {
        File.WriteAllText(_temp.At("file"), "");
        var folder = new HistoryFolder(_temp.At("file", "below"));

        var history = await RunHistory.ReadAsync(folder, TimeProvider.System, _messages.Add);
        await history.SaveAsync(Samples.PlanOf("A.B.C"), Results(("A.B.C", 1)), true, TimeProvider.System, _messages.Add);

        Assert.Contains("[RND5003]", Assert.ContainsSingle(_messages));
    }

    [TestMethod]
    public void The_option_wins_over_the_environment_over_the_project_over_the_program()
    {
        var project = Directory.CreateDirectory(_temp.At("project")).FullName;
        var program = Directory.CreateDirectory(_temp.At("built", "bin", "debug")).FullName;
        File.WriteAllText(_temp.At("built", "My.csproj"), "");

        Assert.AreEqual(_temp.At("o"), HistoryFolder.Find(_temp.At("o"), _temp.At("e"), project, program)!.Path);
        Assert.AreEqual(_temp.At("e"), HistoryFolder.Find(null, _temp.At("e"), project, program)!.Path);
        Assert.AreEqual(_temp.At("project", ".rondo"), HistoryFolder.Find(null, null, project, program)!.Path);
        Assert.AreEqual(_temp.At("built", ".rondo"), HistoryFolder.Find(null, "", _temp.At("moved away"), program)!.Path);
        Assert.IsNull(HistoryFolder.Find(null, null, null, _temp.At("project")));
    }

    [TestMethod]
    public async Task A_folder_the_user_named_gets_no_gitignore()
    {
        await SaveAsync(("A.B.One", 1));

        Assert.IsFalse(File.Exists(_temp.At("kept", ".gitignore")));
    }

    [TestMethod]
    public async Task Without_a_folder_nothing_is_known_and_nothing_kept()
    {
        var history = await RunHistory.ReadAsync(null, TimeProvider.System, _messages.Add);
        await history.SaveAsync(Samples.PlanOf("A.B.C"), Results(("A.B.C", 1)), true, TimeProvider.System, _messages.Add);

        Assert.IsTrue(history.IsEmpty);
        Assert.IsEmpty(_messages);
    }

    private Task<RunHistory> ReadAsync() => RunHistory.ReadAsync(_folder, TimeProvider.System, Say);

    private Task SaveAsync(params (string Id, double Ms)[] cases) => SaveAsync(true, cases);

    private async Task SaveAsync(bool wholeSuite, params (string Id, double Ms)[] cases)
    {
        var history = await ReadAsync();
        await history.SaveAsync(Samples.PlanOf([.. cases.Select(c => c.Id)]), Results(cases), wholeSuite, TimeProvider.System, Say);
    }

    private void Say(string message)
    {
        lock (_messages) _messages.Add(message);
    }

    private static Dictionary<CaseIndex, CaseResult> Results(params (string Id, double Ms)[] cases) =>
        cases.Select((c, i) => Result(i, c.Ms)).ToDictionary(r => r.Case);

    // Zero: not run. Negative: failed after so long.
    private static CaseResult Result(int index, double ms) =>
        new(new(index), ms == 0 ? new Outcome.NotRun("stopped") : ms < 0 ? new Outcome.Failed(Samples.Boom) : Outcome.Passed.Instance) { Duration = TimeSpan.FromMilliseconds(Math.Abs(ms)) };
}
