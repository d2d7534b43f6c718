using System.Diagnostics;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.History;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Wire;
using Rondo.Engine.Tests.Report;
using Rondo.Engine.Tests.Wire;

namespace Rondo.Engine.Tests.RunLog;

[TestClass]
public sealed class RunLogTests
{
    private static readonly Plan s_plan = Samples.PlanOf("A.B.One", "A.B.Two", "A.B.Three");

    private readonly List<string> _messages = [];
    private readonly ManualTime _time = new();

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Every_event_comes_back_as_it_was()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var any = new AnyValue(seed);
        using var folder = new TempFolder();
        var events = typeof(RunLogEvent).GetNestedTypes().SelectMany(kind => Enumerable.Range(0, 100).Select(_ => (RunLogEvent)any.Make(kind, 3)! with { AtMs = 0 })).ToList();

        using (var log = RunLogWriter.Open("r", null, folder.At("log.jsonl"), _time, _messages.Add)) events.ForEach(log.Add);

        Assert.AreEqual(AnyValue.Describe(events), AnyValue.Describe(RunLogReader.Read(folder.At("log.jsonl")).ToList()));
        Assert.IsEmpty(_messages);
    }

    [TestMethod]
    public void A_log_cut_at_any_byte_is_the_log_of_what_came_before()
    {
        using var folder = new TempFolder();
        using (var log = RunLogWriter.Open("r", null, folder.At("log.jsonl"), _time, _messages.Add)) WriteRun(log);
        var bytes = File.ReadAllBytes(folder.At("log.jsonl"));
        var whole = RunLogReader.Read(new MemoryStream(bytes)).Select(AnyValue.Describe).ToList();

        var before = 0;
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var events = RunLogReader.Read(new MemoryStream(bytes, 0, cut)).ToList();
            Assert.IsGreaterThanOrEqualTo(before, events.Count);
            before = events.Count;
            CollectionAssert.AreEqual(whole.Take(before).ToList(), events.Select(AnyValue.Describe).ToList());
        }

        Assert.HasCount(before, whole);
    }

    [TestMethod]
    public void A_log_that_is_cut_says_so_unless_a_whole_line_ends_it()
    {
        var bytes = Written();
        var lines = Lines(bytes);

        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var content = RunLogReader.ReadAll(new MemoryStream(bytes, 0, cut));

            var whole = lines.Count(l => l.End <= cut || l.End - 1 == cut);
            Assert.HasCount(whole, content.Events);
            Assert.AreEqual(lines.Exists(l => l.Start < cut && cut < l.End - 1) ? 1 : 0, content.Lost, $"cut at {cut}");
        }
    }

    [TestMethod]
    public void A_flipped_bit_costs_its_line_is_counted_and_changes_nothing_else()
    {
        var bytes = Written();
        var lines = Lines(bytes);
        var whole = RunLogReader.ReadAll(new MemoryStream(bytes)).Events.Select(AnyValue.Describe).ToList();

        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = (byte[])bytes.Clone();
                damaged[at] ^= (byte)(1 << bit);

                var content = RunLogReader.ReadAll(new MemoryStream(damaged));

                // A line end that is gone makes one line of two; behind the last one is nothing, and what was its end is no part of it.
                var hit = lines.FindIndex(l => l.Start <= at && at < l.End);
                var lost = bytes[at] != (byte)'\n' ? 1 : hit == lines.Count - 1 ? 1 : 2;
                Assert.AreEqual(lost, content.Lost, $"byte {at}, bit {bit}");
                Assert.HasCount(whole.Count - (int)content.Lost, content.Events);
                if (bit == at % 8) CollectionAssert.AreEqual(whole.Where((_, line) => line < hit || line >= hit + lost).ToList(), content.Events.Select(AnyValue.Describe).ToList());
            }
        }
    }

    [TestMethod]
    public void Lines_that_are_missing_twice_there_or_from_another_log_are_seen()
    {
        var lines = Encoding.UTF8.GetString(Written()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.AreEqual(2, Read([.. lines[..2], .. lines[4..]]).Lost);
        Assert.AreEqual(0, Read([.. lines[..4], .. lines]).Lost);
        Assert.HasCount(lines.Length, Read([.. lines[..4], .. lines]).Events);
        Assert.AreEqual(1, Read([.. lines, "{\"event\":\"Noted\",\"text\":\"by hand\"}"]).Lost);
        Assert.IsFalse(Read(["{\"event\":\"Noted\"}", "hello"]).IsRunLog);
        Assert.IsFalse(Read([]).IsRunLog);
        Assert.AreEqual(0, RunLogReader.ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(string.Join("\r\n", lines)))).Lost);

        static RunLogContent Read(string[] lines) => RunLogReader.ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n")))));
    }

    [TestMethod]
    public void An_event_of_a_newer_build_is_passed_over_and_not_lost()
    {
        var writer = new JsonWriter();
        writer.WriteStartObject();
        writer.WriteNumber("n", 7);
        writer.WriteString("event", "FromTheFuture");
        writer.WriteString("sum", RunLogChecksum.Of(writer.Written).ToString("x8", null));
        writer.WriteEndObject();
        writer.EndLine();

        var content = RunLogReader.ReadAll(new MemoryStream([.. Written(), .. writer.Written]));

        Assert.AreEqual(0, content.Lost);
        Assert.HasCount(7, content.Events);
    }

    [TestMethod]
    [DataRow("", 0u)]
    [DataRow("123456789", 0xE3069283u)]
    [DataRow("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void The_checksum_is_the_one_that_others_know(string text, uint sum) => Assert.AreEqual(sum, RunLogChecksum.Of(Encoding.UTF8.GetBytes(text)));

    [TestMethod]
    public void Times_come_from_the_monotonic_clock()
    {
        using var folder = new TempFolder();
        using (var log = RunLogWriter.Open("r", null, folder.At("log.jsonl"), _time, _messages.Add))
        {
            log.Started("r", []);
            _time.Advance(TimeSpan.FromMilliseconds(1500));
            _time.SetWallClock(DateTimeOffset.UnixEpoch);
            log.Add(new RunLogEvent.Noted("late"));
        }

        Assert.AreEqual(1500, RunLogReader.Read(folder.At("log.jsonl")).Last().AtMs);
    }

    [TestMethod]
    public void People_find_ids_in_the_log_not_only_numbers()
    {
        using var folder = new TempFolder();
        using (var log = RunLogWriter.Open("r", null, folder.At("log.jsonl"), _time, _messages.Add)) WriteRun(log);

        var line = File.ReadLines(folder.At("log.jsonl")).Single(l => l.Contains("CaseFinished", StringComparison.Ordinal));

        Assert.Contains("\"id\":\"A.B.One\"", line);
    }

    [TestMethod]
    public void A_plan_of_many_cases_takes_several_lines_and_none_is_lost()
    {
        using var folder = new TempFolder();
        var plan = Samples.PlanOf([.. Enumerable.Range(0, 2500).Select(i => "N.C.T(" + i + ")")]);
        using (var log = RunLogWriter.Open("r", null, folder.At("log.jsonl"), _time, _messages.Add)) log.Planned(plan);

        var planned = RunLogReader.Read(folder.At("log.jsonl")).Cast<RunLogEvent.Planned>().ToList();

        Assert.HasCount(3, planned);
        CollectionAssert.AreEqual(plan.Cases.Select(c => c.Id).ToList(), planned.SelectMany(p => p.Ids).ToList());
    }

    [TestMethod]
    public void Who_was_running_is_whoever_started_and_did_not_finish()
    {
        var running = RunLogReader.WhoWasRunning(
        [
            new RunLogEvent.Planned("h", 3, 0, ["A", "B", "C"]), new RunLogEvent.CaseStarted(new(0), "w0"), new RunLogEvent.CaseStarted(new(2), "w1") { AtMs = 5 },
            new RunLogEvent.CaseFinished(new CaseResult(new(0), Outcome.Passed.Instance)),
        ]);

        Assert.AreEqual(new RunningCase("C", "w1", 5), Assert.ContainsSingle(running));
    }

    [TestMethod]
    public void A_run_that_ended_is_kept_as_the_last_run()
    {
        using var temp = new TempFolder();
        var folder = new HistoryFolder(temp.At(".rondo"));

        using (var log = RunLogWriter.Open("r1", folder, temp.At("copy.jsonl"), _time, _messages.Add)) WriteRun(log);

        Assert.AreEqual(temp.Text("copy.jsonl"), File.ReadAllText(folder.LastRunFile));
        Assert.IsEmpty(Directory.GetFiles(folder.RunsFolder));
        Assert.AreEqual("*\n", temp.Text(".rondo", ".gitignore"));
        Assert.IsEmpty(CrashedRun.Find(folder, TimeProvider.System));
        Assert.IsEmpty(_messages);
    }

    [TestMethod]
    public void A_run_whose_process_is_gone_is_reported_once_with_who_was_running()
    {
        using var temp = new TempFolder();
        var folder = new HistoryFolder(temp.Path);
        Crash(folder, "r1", new ProcessIdentity(DeadProcess(), "123", Environment.MachineName));

        var found = CrashedRun.Find(folder, TimeProvider.System);

        var crashed = Assert.ContainsSingle(found);
        Assert.StartsWith("The previous run ended without an account; 'A.B.Two' was running on main.", crashed.Message);
        Assert.Contains("[RND5002]", crashed.Message);
        Assert.IsTrue(File.Exists(crashed.Log));
        Assert.IsEmpty(CrashedRun.Find(folder, TimeProvider.System));
    }

    [TestMethod]
    public void A_run_that_lives_is_no_crash_and_a_number_used_again_is()
    {
        using var temp = new TempFolder();
        var folder = new HistoryFolder(temp.Path);
        Crash(folder, "lives", ProcessIdentity.Current);
        Crash(folder, "again", ProcessIdentity.Current with { Start = "1" });
        Crash(folder, "elsewhere", new ProcessIdentity(DeadProcess(), "1", "another-machine"));

        var found = CrashedRun.Find(folder, TimeProvider.System);

        Assert.AreEqual("again", Assert.ContainsSingle(found).RunId);
        Assert.IsTrue(File.Exists(folder.RunFile("lives")));
        Assert.IsTrue(File.Exists(folder.RunFile("elsewhere")));
    }

    [TestMethod]
    public void Damaged_logs_of_crashed_runs_never_throw()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var temp = new TempFolder();
        var folder = new HistoryFolder(temp.Path);
        Crash(folder, "r", new ProcessIdentity(DeadProcess(), "1", Environment.MachineName));
        var bytes = File.ReadAllBytes(folder.RunFile("r"));

        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var n = random.Next(1, 20); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(folder.RunFile("r" + i), damaged);
        }

        Assert.IsNotEmpty(CrashedRun.Find(folder, TimeProvider.System));
        Assert.IsLessThan(7, Directory.GetFiles(folder.CrashedFolder).Length);
    }

    [TestMethod]
    public void A_log_that_cannot_be_opened_is_one_message_and_the_other_goes_on()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp.At("file"), "");

        using (var log = RunLogWriter.Open("r", new HistoryFolder(temp.At(".rondo")), temp.At("file", "log.jsonl"), _time, _messages.Add)) WriteRun(log);

        Assert.Contains("[RND5001]", Assert.ContainsSingle(_messages));
        Assert.Contains("A.B.One", temp.Text(".rondo", "last-run.jsonl"));
    }

    [TestMethod]
    public void A_full_disk_is_one_message_and_nothing_else()
    {
        if (!File.Exists("/dev/full")) Assert.Inconclusive("There is no /dev/full here.");

        using (var log = RunLogWriter.Open("r", null, "/dev/full", _time, _messages.Add))
        {
            for (var i = 0; i < 100; i++)
            {
                log.Add(new RunLogEvent.Noted("x"));
                log.Flush();
            }
        }

        Assert.Contains("'/dev/full' is not written any more", Assert.ContainsSingle(_messages));
    }

    [TestMethod]
    public void A_folder_that_disappears_under_the_run_is_one_message()
    {
        using var temp = new TempFolder();
        var folder = new HistoryFolder(temp.At(".rondo"));

        using (var log = RunLogWriter.Open("r", folder, null, _time, _messages.Add))
        {
            log.Started("r", []);
            Directory.Delete(folder.Path, recursive: true);
            WriteRun(log);
        }

        Assert.Contains("[RND5001]", Assert.ContainsSingle(_messages));
    }

    [TestMethod]
    public void Without_any_file_nothing_happens()
    {
        using (var log = RunLogWriter.Open("r", null, null, _time, _messages.Add)) WriteRun(log);

        Assert.IsEmpty(_messages);
    }

    private static void WriteRun(RunLogWriter log)
    {
        log.Started("r", [KeyValuePair.Create("-n", "4")]);
        log.Planned(s_plan);
        log.Add(new RunLogEvent.WorkerStarted("w0", 42));
        log.Add(new RunLogEvent.CaseStarted(new(0), "w0"));
        log.Add(new RunLogEvent.CaseFinished(new CaseResult(new(0), new Outcome.Failed(Samples.Boom)) { Output = "ü😀\n\0" }));
        log.Flush();
        log.Add(new RunLogEvent.WorkerEnded("w0", "exit code 0"));
        log.Add(new RunLogEvent.Ended(new Account(3, 0, 1, 0, 2), new Ending.FailLimitReached(1)));
    }

    private byte[] Written()
    {
        using var folder = new TempFolder();
        using (var log = RunLogWriter.Open("r", null, folder.At("log.jsonl"), _time, _messages.Add)) WriteRun(log);
        return File.ReadAllBytes(folder.At("log.jsonl"));
    }

    // End: behind the line end.
    private static List<(int Start, int End)> Lines(byte[] bytes)
    {
        var lines = new List<(int, int)>();
        for (int i = 0, start = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != (byte)'\n') continue;
            lines.Add((start, i + 1));
            start = i + 1;
        }

        return lines;
    }

    // A log as a run leaves it that was killed while A.B.Two was running in process.
    private static void Crash(HistoryFolder folder, string runId, ProcessIdentity process)
    {
        Directory.CreateDirectory(folder.RunsFolder);
        var writer = new JsonWriter();
        var number = 0;
        foreach (var what in new RunLogEvent[]
        {
            new RunLogEvent.Started(runId, process, Samples.Morning, []), new RunLogEvent.Planned(s_plan.Hash, 3, 0, [.. s_plan.Cases.Select(c => c.Id)]),
            new RunLogEvent.CaseStarted(new(0), "main"), new RunLogEvent.CaseFinished(new CaseResult(new(0), Outcome.Passed.Instance)), new RunLogEvent.CaseStarted(new(1), "main"),
        })
        {
            RunLogJson.Write(what, number++, s_plan, writer);
        }

        File.WriteAllBytes(folder.RunFile(runId), [.. writer.Written, .. "{\"ms\":12,\"event\":\"CaseFin"u8]);
    }

    private static int DeadProcess()
    {
        using var process = Process.Start(OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", "/c exit") : new ProcessStartInfo("/bin/true"))!;
        process.WaitForExit();
        return process.Id;
    }
}
