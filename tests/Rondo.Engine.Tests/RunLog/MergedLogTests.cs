using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Tests.Report;

namespace Rondo.Engine.Tests.RunLog;

/// <summary>One log of several: what was given together and what was merged is the same run.</summary>
[TestClass]
public sealed class MergedLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_merged_log_is_replayed_as_the_logs_are()
    {
        string[] logs = [Log("whole", 0, failing: 3), Log("killed", 10, ends: false), Damaged(Log("damaged", 20)), Log("again", 30)];

        Merge("all", logs);

        Assert.AreEqual(Shown(logs), Shown([_folder.At("all")]));
        Assert.Contains("[RND5011]", Shown(logs));
        Assert.Contains("[RND5013]", Shown(logs));
    }

    [TestMethod]
    public void A_merged_log_can_be_merged_again_also_into_itself()
    {
        string[] logs = [Log("one", 0, failing: 1), Damaged(Log("two", 10)), Log("three", 20, ends: false)];
        Merge("all", logs[0], logs[1]);

        Merge("all", _folder.At("all"), logs[2]);

        Assert.AreEqual(Shown(logs), Shown([_folder.At("all")]));
    }

    [TestMethod]
    public void The_same_log_twice_counts_once_and_that_is_told_as_ever()
    {
        var log = Log("one", 0);

        Merge("all", log, log);

        Assert.AreEqual(Shown([log, log]), Shown([_folder.At("all")]));
        Assert.Contains("[RND5014]", Shown([_folder.At("all")]));
    }

    [TestMethod]
    public void A_run_of_which_nothing_is_left_is_missed()
    {
        Merge("all", Log("one", 0), Log("two", 10));
        var lines = File.ReadAllLines(_folder.At("all"));
        File.WriteAllLines(_folder.At("all"), lines.Where(l => l.StartsWith("{\"run\":1,\"of\":2,\"line\"", StringComparison.Ordinal)));

        var error = Assert.ThrowsExactly<RunLogException>(() => Recording.Read([_folder.At("all")], null));

        Assert.Contains("[RND5010]", error.Message);
    }

    [TestMethod]
    public void A_log_that_cannot_be_written_is_told()
    {
        var log = Log("one", 0);
        Directory.CreateDirectory(_folder.At("all"));

        var trouble = MergedLog.WriteFile(_folder.At("all"), [log]);

        Assert.IsNotNull(trouble);
    }

    [TestMethod]
    public void Any_damage_to_it_is_refused_or_accounted_for_and_never_greener()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Merge("all", Log("one", 0), Log("two", 10, first: 20));
        var bytes = File.ReadAllBytes(_folder.At("all"));
        var green = 0;

        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var n = random.Next(1, 20); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) damaged = damaged[..random.Next(damaged.Length)];
            File.WriteAllBytes(_folder.At("damaged"), damaged);
            try
            {
                var report = Recording.Read([_folder.At("damaged")], null).Report;

                // What harms only the names of the files, or a byte that was what it is, harms no result.
                if (report.ExitCode == 0) Assert.AreEqual(40, report.Account.Passed, $"seed {seed}, {i}");
                if (report.ExitCode == 0) green++;
            }
            catch (RunLogException)
            {
                // Refused.
            }
        }

        Assert.IsLessThan(300, green);
        Assert.AreEqual(0, Recording.Read([_folder.At("all")], null).Report.ExitCode);
    }

    [TestMethod]
    public void A_run_of_which_nobody_knows_how_many_cases_it_had_makes_the_whole_not_green()
    {
        // Without its plan, the case that ended last, and its account.
        var lines = File.ReadAllLines(Log("one", 0)).ToList();
        lines.RemoveAll(l => l.Contains("\"Planned\"", StringComparison.Ordinal) || l.Contains("T(19)", StringComparison.Ordinal) || l.Contains("\"Ended\"", StringComparison.Ordinal));
        File.WriteAllLines(_folder.At("one.jsonl"), lines);

        var report = Recording.Read([_folder.At("one.jsonl"), Log("two", 10, first: 20)], null).Report;

        Assert.AreEqual(39, report.Account.Passed);
        Assert.AreEqual(3, report.ExitCode);
        Assert.Contains("one.jsonl' is damaged", ((Ending.Broken)report.Ending).Why);
    }

    private void Merge(string name, params string[] logs) => Assert.IsNull(MergedLog.WriteFile(_folder.At(name), logs));

    // Everything that is made of logs.
    private string Shown(string[] logs)
    {
        var recording = Recording.Read(logs, null);
        using var junit = new MemoryStream();
        JUnitReport.Write(junit, recording.Report, new JUnitContext { HostName = recording.HostName });
        var notes = new List<string>();
        TimelinePage.WriteFile(_folder.At("page.html"), recording, new RerunCommand(["t"], ShellQuote.Here), notes.Add);
        Assert.IsEmpty(notes);
        return System.Text.Encoding.UTF8.GetString(junit.ToArray()) + RunSummary.Of(recording.Report) + File.ReadAllText(_folder.At("page.html"));
    }

    private string Log(string name, int minute, int failing = -1, bool ends = true, int first = 0)
    {
        var file = _folder.At(name + ".jsonl");
        var plan = Samples.PlanOf([.. Enumerable.Range(first, 20).Select(i => $"N.C{i % 3}.T({i})")]);
        using var log = RunLogWriter.Open("r", null, file, new Clock(Samples.Morning.AddMinutes(minute)), message => Assert.Fail(message));
        log.Started(name, [], "Shop.Tests");
        log.Planned(plan);
        log.Add(new RunLogEvent.Divided(1, "one worker", []));
        foreach (var planned in plan.Cases)
        {
            log.Add(new RunLogEvent.CaseStarted(planned.Index, "w0"));
            if (!ends && planned.Index.Value == 15) return file;
            log.Add(new RunLogEvent.CaseFinished(new CaseResult(planned.Index, planned.Index.Value == failing ? new Outcome.Failed(Samples.Boom) : Outcome.Passed.Instance) { Worker = "w0", StartedAt = Samples.Morning }));
        }

        log.Add(new RunLogEvent.Ended(new Account(20, failing < 0 ? 20 : 19, failing < 0 ? 0 : 1, 0, 0), new Ending.Complete()) { Duration = TimeSpan.FromSeconds(1) });
        return file;
    }

    // In the middle and at its end.
    private static string Damaged(string file)
    {
        var lines = File.ReadAllLines(file);
        lines[7] = lines[7].Replace("w0", "w1", StringComparison.Ordinal);
        File.WriteAllLines(file, [.. lines[..^1], lines[^1][..^4]]);
        return file;
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => 0;
    }
}
