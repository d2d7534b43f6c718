using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Tests.Report;
using Rondo.Engine.Tests.Wire;

namespace Rondo.Engine.Tests.RunLog;

/// <summary>Logs as a run again: one, several beside each other, several after each other, damaged ones.</summary>
[TestClass]
public sealed class RecordingTests
{
    private static readonly Outcome s_failed = new Outcome.Failed(Samples.Boom);

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void What_was_reported_is_reported_again()
    {
        foreach (var report in new[] { Samples.Everything(), Samples.Attempts() })
        {
            using var folder = new TempFolder();
            WriteLog(folder.At("log.jsonl"), report);

            var again = Recording.Read([folder.At("log.jsonl")], catalog: null);

            Assert.AreEqual(JUnit(report), JUnit(again.Report));
            Assert.AreEqual(RunSummary.Of(report), RunSummary.Of(again.Report));
            Assert.AreEqual(report.ExitCode, again.Report.ExitCode);
        }
    }

    [TestMethod]
    public void Names_tags_and_places_of_tests_come_back()
    {
        using var folder = new TempFolder();
        var plan = Samples.PlanOf("A.B.One(1)", "A.B.One(2)", "C.Two");
        plan = new Plan([plan.Cases[0] with { DisplayName = "the first" }, plan.Cases[1] with { Marks = Marks.None with { Tags = ["slow", "net"] } }, plan.Cases[2]]);
        using (var log = RunLogWriter.Open("r", null, folder.At("log.jsonl"), TimeProvider.System, _ => { })) log.Planned(plan);

        var shown = Recording.Read([folder.At("log.jsonl")], catalog: null).Report.Plan;

        CollectionAssert.AreEqual(plan.Cases.Select(c => (c.Id, c.DisplayName, c.Test.Class.FullName, c.Test.Class.File, c.Test.Name, c.Test.Line, string.Join(' ', c.Marks.Tags))).ToList(),
            shown.Cases.Select(c => (c.Id, c.DisplayName, c.Test.Class.FullName, c.Test.Class.File, c.Test.Name, c.Test.Line, string.Join(' ', c.Marks.Tags))).ToList());
    }

    [TestMethod]
    public void A_run_that_was_killed_has_lost_what_was_running_and_the_rest_not_run()
    {
        var killed = Log("r1", 0, ["A.B.One", "A.B.Two", "A.B.Three"], end: false, Done(0, Outcome.Passed.Instance), new RunLogEvent.CaseStarted(new(1), "w0") { AtMs = 500 }, new RunLogEvent.Noted("later") { AtMs = 700 });

        var report = Recording.Of([killed], null).Report;

        Assert.AreEqual("3 planned = 1 passed + 1 failed + 0 skipped + 1 not run", RunSummary.AccountLine(report.Account));
        Assert.IsInstanceOfType<Outcome.Lost>(report.Results[new(1)].Outcome);
        Assert.AreEqual(TimeSpan.FromMilliseconds(200), report.Results[new(1)].Duration);
        Assert.AreEqual(3, report.ExitCode);
        Assert.Contains("[RND5013]", report.Notes[^1]);
    }

    [TestMethod]
    public void A_damaged_record_is_counted_and_its_case_is_lost()
    {
        using var folder = new TempFolder();
        WriteLog(folder.At("log.jsonl"), Samples.Attempts());
        var lines = File.ReadAllLines(folder.At("log.jsonl"));
        var hit = Array.FindIndex(lines, l => l.Contains("CaseFinished", StringComparison.Ordinal) && l.Contains("Is_shaky", StringComparison.Ordinal));
        lines[hit] = lines[hit].Replace("passed", "failed", StringComparison.Ordinal);
        File.WriteAllLines(folder.At("log.jsonl"), lines);

        var report = Recording.Read([folder.At("log.jsonl")], null).Report;

        Assert.IsInstanceOfType<Outcome.Lost>(report.Results[new(0)].Outcome);
        Assert.StartsWith("1 record of the run log '", report.Notes[^1]);
        Assert.EndsWith("[RND5011]", report.Notes[^1]);
        Assert.AreEqual(2, report.ExitCode);
    }

    [TestMethod]
    public void The_account_knows_how_many_there_were_when_the_plan_and_a_teardown_are_lost()
    {
        using var folder = new TempFolder();
        var whole = Samples.Attempts();
        WriteLog(folder.At("log.jsonl"), whole with { TeardownErrors = [new TeardownError("A.F.teardown", "w0", Samples.Boom)] });
        var lines = File.ReadAllLines(folder.At("log.jsonl")).Where(l => !l.Contains("\"Planned\"", StringComparison.Ordinal) && !l.Contains("Crashes_then", StringComparison.Ordinal) && !l.Contains("TeardownFailed", StringComparison.Ordinal));
        File.WriteAllLines(folder.At("log.jsonl"), lines);

        var report = Recording.Read([folder.At("log.jsonl")], null).Report;

        Assert.HasCount(3, report.Results);
        Assert.AreEqual("(lost).case 2 of run " + whole.RunId, report.Plan.Cases[2].Id);
        Assert.IsInstanceOfType<Outcome.Lost>(report.Results[new(2)].Outcome);
        Assert.AreEqual("(lost).1.teardown", Assert.ContainsSingle(report.TeardownErrors).Id);
    }

    [TestMethod]
    public void Any_damage_ends_in_an_account_of_every_planned_case_and_never_in_green()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TempFolder();
        var plan = Samples.PlanOf([.. Enumerable.Range(0, 30).Select(i => $"N.C{i % 3}.T({i})")]);
        var results = plan.Cases.ToDictionary(c => c.Index, c => new CaseResult(c.Index, Outcome.Passed.Instance) { Worker = "w0" });
        WriteLog(folder.At("log.jsonl"), new RunReport(plan, results, [], Account.Of(plan, results), new Ending.Complete()) { RunId = "r", WorkersText = "one", Duration = TimeSpan.FromSeconds(1) });
        var bytes = File.ReadAllBytes(folder.At("log.jsonl"));

        for (var i = 0; i < 500; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var n = random.Next(1, 30); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) damaged = damaged[..random.Next(damaged.Length)];
            var content = RunLogReader.ReadAll(new MemoryStream(damaged));
            if (!content.IsRunLog) continue;

            var report = Recording.Of([RecordedRun.Of("log", content)], null).Report;

            Assert.AreEqual(report.Plan.Cases.Count, report.Results.Count);
            foreach (var (index, result) in report.Results) Assert.IsTrue(result.Outcome is Outcome.Passed or Outcome.Lost or Outcome.NotRun, result.Outcome + " of " + index);
            if (content.Lost > 0) Assert.IsTrue(report.Notes.Any(n => n.EndsWith("[RND5011]", StringComparison.Ordinal)) && (report.ExitCode != 0 || report.Account.Passed == 30), $"exit code {report.ExitCode}");
            Assert.IsNotEmpty(JUnit(report));
        }
    }

    [TestMethod]
    public void An_attempt_that_was_followed_by_one_elsewhere_is_not_the_end()
    {
        var failed = Done(0, s_failed);
        failed = failed with { Result = failed.Result with { MayBeRetried = true } };

        var report = Recording.Of([Log("r1", 0, ["A.B.One"], end: true, failed, Done(0, Outcome.Passed.Instance), Done(0, s_failed))], null).Report;

        Assert.IsInstanceOfType<Outcome.Passed>(report.Results[new(0)].Outcome);
    }

    [TestMethod]
    public void Shards_are_one_run()
    {
        var one = Log("r1", 0, ["A.B.One", "A.B.Two"], end: true, Done(0, Outcome.Passed.Instance), Done(1, s_failed));
        var two = Log("r2", 100, ["A.B.Three", "C.D.Four"], end: true, Done(0, Outcome.Passed.Instance), Done(1, new Outcome.Skipped("not here")));

        var report = Recording.Of([two, one], null).Report;

        Assert.AreEqual("4 planned = 2 passed + 1 failed + 1 skipped + 0 not run", RunSummary.AccountLine(report.Account));
        CollectionAssert.AreEqual(new[] { "A.B.One", "A.B.Two", "A.B.Three", "C.D.Four" }, report.Plan.Cases.Select(c => c.Id).ToList());
        CollectionAssert.AreEqual(new[] { "1/w0", "1/w0", "2/w0", "2/w0" }, report.Plan.Cases.Select(c => report.Results[c.Index].Worker).ToList());
        Assert.AreEqual(2, report.ExitCode);
        // They went on at once, for the most part.
        Assert.AreEqual(TimeSpan.FromMilliseconds(1100), report.Duration);
    }

    [TestMethod]
    public void The_order_of_the_files_and_a_copy_of_one_change_nothing_but_a_note()
    {
        var one = Log("r1", 0, ["A.B.One", "A.B.Two"], end: true, Done(0, Outcome.Passed.Instance), Done(1, s_failed));
        var two = Log("r2", 5000, ["A.B.Two"], end: true, Done(0, Outcome.Passed.Instance));
        var early = Log("r1", 0, ["A.B.One", "A.B.Two"], end: false, Done(0, Outcome.Passed.Instance));

        var shown = Recording.Of([one, two], null).Report;
        var mixed = Recording.Of([two, early, one, two], null).Report;

        Assert.AreEqual(JUnit(shown), JUnit(mixed));
        Assert.HasCount(2, mixed.Notes.Where(n => n.EndsWith("[RND5014]", StringComparison.Ordinal)).ToList());
    }

    [TestMethod]
    public void A_rerun_that_passes_makes_the_case_flaky_and_the_run_converges()
    {
        var one = Log("r1", 0, ["A.B.One", "A.B.Two", "A.B.Three"], end: true, Done(0, Outcome.Passed.Instance), Done(1, s_failed), Done(2, s_failed));
        var two = Log("r2", 5000, ["A.B.Two", "A.B.Three"], end: true, Done(0, Outcome.Passed.Instance), Done(1, new Outcome.Crashed(Samples.Boom)));
        var three = Log("r3", 9000, ["A.B.Three"], end: true, Done(0, Outcome.Passed.Instance));

        var before = Recording.Of([one, two], null).Report;
        var after = Recording.Of([one, two, three], null).Report;

        Assert.AreEqual("3 planned = 2 passed + 1 failed + 0 skipped + 0 not run", RunSummary.AccountLine(before.Account));
        Assert.AreEqual(2, before.ExitCode);
        Assert.AreEqual("3 planned = 3 passed + 0 failed + 0 skipped + 0 not run", RunSummary.AccountLine(after.Account));
        Assert.AreEqual(0, after.ExitCode);
        Assert.AreEqual(2, Recording.Of([one, two, three], null, failOnFlaky: true).Report.ExitCode);
        CollectionAssert.AreEqual(new[] { 1, 2 }, after.Flaky.Select(f => f.Value).ToList());
        var last = after.Results[new(2)];
        Assert.AreEqual("flaky: passed in attempt 3 of 3", Attempts.FlakyText(last));
        CollectionAssert.AreEqual(new[] { "Failed 1 1/w0", "Crashed 2 2/w0" }, last.Earlier.Select(e => $"{e.Outcome.GetType().Name} {e.Attempt} {e.Worker}").ToList());
        Assert.AreEqual(TimeSpan.FromSeconds(3), after.Duration);
    }

    [TestMethod]
    public void What_a_rerun_does_not_come_to_stays_as_it_was_and_a_skip_undoes_nothing()
    {
        var one = Log("r1", 0, ["A.B.One", "A.B.Two", "A.B.Three"], end: true, Done(0, s_failed), Done(1, s_failed), Done(2, Outcome.Passed.Instance));
        var two = Log("r2", 5000, ["A.B.One", "A.B.Two", "A.B.Three"], end: true, Done(0, new Outcome.NotRun("-x was reached")), Done(1, new Outcome.Skipped("gone")), Done(2, s_failed));

        var report = Recording.Of([one, two], null).Report;

        Assert.IsInstanceOfType<Outcome.Failed>(report.Results[new(0)].Outcome);
        Assert.IsEmpty(report.Results[new(0)].Earlier);
        Assert.IsInstanceOfType<Outcome.Failed>(report.Results[new(1)].Outcome);
        Assert.Contains("was skipped: gone", report.Results[new(1)].Notes[^1]);
        Assert.IsInstanceOfType<Outcome.Failed>(report.Results[new(2)].Outcome);
        Assert.Contains("It had passed in an earlier run of these 2.", report.Results[new(2)].Notes[^1]);
    }

    [TestMethod]
    public void A_killed_run_and_one_of_all_it_left_are_a_whole_run()
    {
        var killed = Log("r1", 0, ["A.B.One", "A.B.Two", "A.B.Three"], end: false, Done(0, Outcome.Passed.Instance), new RunLogEvent.CaseStarted(new(1), "w0"));
        var rest = Log("r2", 5000, ["A.B.Two", "A.B.Three"], end: true, Done(0, Outcome.Passed.Instance), Done(1, Outcome.Passed.Instance));

        var report = Recording.Of([killed, rest], null).Report;

        Assert.AreEqual("3 planned = 3 passed + 0 failed + 0 skipped + 0 not run", RunSummary.AccountLine(report.Account));
        Assert.IsInstanceOfType<Ending.Complete>(report.Ending);
        Assert.AreEqual(0, report.ExitCode);
        Assert.AreEqual(1, Assert.ContainsSingle(report.Flaky).Value);
    }

    [TestMethod]
    public void A_teardown_that_failed_is_over_when_a_later_run_tore_the_same_fixture_down()
    {
        var took = new FixtureTime("A.F", FixtureScope.Worker, true, TimeSpan.Zero, TimeSpan.Zero);
        var one = Log("r1", 0, ["A.B.One"], end: true, Done(0, Outcome.Passed.Instance), new RunLogEvent.TeardownFailed(new TeardownError("A.F.teardown@w0", "w0", Samples.Boom)), new RunLogEvent.TeardownFailed(new TeardownError("A.G.teardown@w0", "w0", Samples.Boom)));
        var two = Log("r2", 5000, ["A.B.One"], end: true, Done(0, Outcome.Passed.Instance), new RunLogEvent.FixtureTook("w1", took, Samples.Morning));

        var report = Recording.Of([one, two], null).Report;

        Assert.AreEqual("A.G.teardown@w0", Assert.ContainsSingle(report.TeardownErrors).Id);
        Assert.Contains("'A.F.teardown@w0' failed in run 1 and not in a later one", report.Notes[^1]);
    }

    [TestMethod]
    public void Logs_of_several_programs_are_refused()
    {
        var one = Log("r1", 0, ["A.B.One"], end: true);
        var other = Log("r2", 0, ["A.B.One"], end: true, "Other.Tests");

        var error = Assert.ThrowsExactly<RunLogException>(() => Recording.Of([one, other], null));

        Assert.Contains("'Shop.Tests'", error.Message);
        Assert.Contains("'Other.Tests'", error.Message);
        Assert.EndsWith("[RND5012]", error.Message);
    }

    [TestMethod]
    public void What_is_no_log_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("junit.xml"), "<testsuites/>\n");

        foreach (var file in new[] { folder.At("junit.xml"), folder.At("not-there.jsonl"), folder.Path })
            Assert.EndsWith("[RND5010]", Assert.ThrowsExactly<RunLogException>(() => Recording.Read([file], null)).Message);
    }

    [TestMethod]
    public void A_shard_that_is_missing_is_named_and_the_report_is_not_green()
    {
        RecordedRun Shard(int number) => Log("r" + number, number, [$"A.B.T{number}"], end: true, options: [KeyValuePair.Create("shard", $"{number}/3")], what: [Done(0, Outcome.Passed.Instance)]);

        var some = Recording.Of([Shard(1), Shard(3)], null).Report;

        Assert.Contains("Of 3 shards these are missing: 2.", some.Notes[^1]);
        Assert.EndsWith("[RND5016]", some.Notes[^1]);
        Assert.AreEqual(3, some.ExitCode);
        Assert.AreEqual(0, Recording.Of([Shard(1), Shard(2), Shard(3)], null).Report.ExitCode);
        Assert.AreEqual(0, Recording.Of([Shard(2)], null).Report.ExitCode);
    }

    [TestMethod]
    [DataRow("A.B.One", "A.B")]
    [DataRow("A.B.One(1.5, 'x.y')", "A.B")]
    [DataRow("A.B+C.One[sqlite]", "A.B+C")]
    [DataRow("Class.One#2", "Class")]
    [DataRow("no class", "(lost)")]
    [DataRow("", "(lost)")]
    [DataRow(".x", "(lost)")]
    public void A_class_is_found_in_an_id_when_the_plan_is_lost(string id, string type)
    {
        var recorded = RecordedCase.Of(id, null);

        Assert.AreEqual(type, recorded.ClassName);
        Assert.StartsWith(type + ".", recorded.Id);
        Assert.EndsWith(id, recorded.Id);
    }

    private static RecordedRun Log(string runId, int atMs, string[] ids, bool end, params RunLogEvent[] what) => Log(runId, atMs, ids, end, "Shop.Tests", [], what);

    private static RecordedRun Log(string runId, int atMs, string[] ids, bool end, string assembly) => Log(runId, atMs, ids, end, assembly, []);

    private static RecordedRun Log(string runId, int atMs, string[] ids, bool end, KeyValuePair<string, string>[] options, RunLogEvent[] what) => Log(runId, atMs, ids, end, "Shop.Tests", options, what);

    private static RecordedRun Log(string runId, int atMs, string[] ids, bool end, string assembly, KeyValuePair<string, string>[] options, params RunLogEvent[] what)
    {
        List<RunLogEvent> events =
        [
            new RunLogEvent.Started(runId, new ProcessIdentity(1, "1", "m"), Samples.Morning.AddMilliseconds(atMs), options) { Assembly = assembly },
            new RunLogEvent.Planned("h", ids.Length, 0, ids),
            .. what,
        ];
        if (end) events.Add(new RunLogEvent.Ended(new Account(0, 0, 0, 0, 0), new Ending.Complete()) { AtMs = 1000, Duration = TimeSpan.FromSeconds(1) });
        return RecordedRun.Of(runId + ".jsonl", new RunLogContent(events, 0, true));
    }

    private static RunLogEvent.CaseFinished Done(int index, Outcome outcome) => new(new CaseResult(new(index), outcome) { Worker = outcome is Outcome.NotRun ? "" : "w0" });

    // As the controller and its memory write it.
    private static void WriteLog(string file, RunReport report)
    {
        using var log = RunLogWriter.Open("r", null, file, TimeProvider.System, message => Assert.Fail(message));
        log.Started(report.RunId, report.FailOnFlaky ? [KeyValuePair.Create("fail-on-flaky", "")] : []);
        log.Planned(report.Plan);
        log.Add(new RunLogEvent.Divided(2, report.WorkersText, []));
        foreach (var result in report.Results.Values) log.Add(new RunLogEvent.CaseFinished(result));
        foreach (var error in report.TeardownErrors) log.Add(new RunLogEvent.TeardownFailed(error));
        foreach (var note in report.Notes) log.Add(new RunLogEvent.Noted(note));
        log.Add(new RunLogEvent.Ended(report.Account, report.Ending) { Duration = report.Duration, TeardownErrors = report.TeardownErrors.Count, EarlyEnds = report.EarlyEnds });
    }

    private static string JUnit(RunReport report)
    {
        using var stream = new MemoryStream();
        JUnitReport.Write(stream, report, new JUnitContext { HostName = "m" });
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
