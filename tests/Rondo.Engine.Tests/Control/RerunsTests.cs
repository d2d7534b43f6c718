using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Tests.Planning;
using Rondo.Engine.Tests.Report;

namespace Rondo.Engine.Tests.Control;

/// <summary>Attempts in processes of their own, limits that end quietly, and what a run says of slow tests.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RerunsTests
{
    private static readonly RunRequest s_again = new() { Workers = "2", RetriesElsewhere = true, Retries = 2 };

    [TestMethod]
    [DataRow(Act.Fail)]
    [DataRow(Act.DieInBody)]
    [DataRow(Act.Stuck)]
    [DataRow(Act.Silent)]
    public void A_case_that_always_fails_is_tried_as_often_as_allowed_each_time_in_a_fresh_worker(Act act)
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? act : Act.Pass);

        var report = simulation.Run(Simulation.CatalogOf(["A", "B", "C"]), s_again);

        var result = report.Results[report.Plan.Cases.Single(c => c.Id == "Sim.C0.B").Index];
        Assert.AreEqual(Tally.Failed, result.Outcome.Tally);
        Assert.AreEqual((3, 3), (result.Attempt, result.MaxAttempts));
        Assert.AreSequenceEqual([1, 2], [.. result.Earlier.Select(e => e.Attempt)]);
        Assert.HasCount(3, simulation.RunsOf("Sim.C0.B").Distinct());
        Assert.HasCount(1, simulation.RunsOf("Sim.C0.A"));
        simulation.Check(act.ToString());
    }

    [TestMethod]
    public void One_that_passes_then_is_flaky()
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.FailThenPass : Act.Pass);

        var report = simulation.Run(Simulation.CatalogOf(["A", "B"]), s_again);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.AreEqual("Sim.C0.B", report.Plan[Assert.ContainsSingle(report.Flaky)].Id);
        Assert.AreEqual(0, report.ExitCode);
    }

    [TestMethod]
    public void Another_attempt_waits_until_everything_else_has_run_and_its_pause_is_over()
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.FailThenPass : Act.Pass) { Durations = id => id.EndsWith('A') ? 5_000 : 60 };

        var report = simulation.Run(Simulation.CatalogOf(["A"], ["B"]), s_again with { RetryDelay = TimeSpan.FromSeconds(20) });

        Assert.AreEqual("Sim.C1.B", simulation.Reported[^1].Id);
        Assert.IsInRange(20.0, 22.5, report.Duration.TotalSeconds);
        simulation.Check("pause");
    }

    [TestMethod]
    [DataRow("", 4, 16.0, 18.0)]
    [DataRow("", 2, 33.0, 35.0)]
    [DataRow("", 1, 66.0, 68.0)]
    [DataRow("|serial=1", 4, 66.0, 68.0)]
    [DataRow("|lock=R:db", 4, 46.0, 48.0)]
    public void Further_attempts_run_on_all_workers_but_those_that_claim_something_or_are_serial_one_at_a_time(string marks, int workers, double from, double until)
    {
        // An attempt that fails takes two thirds of the time.
        var simulation = new Simulation(_ => Act.FailThenPass) { Durations = _ => 10_000 };

        var report = simulation.Run(Sample.Catalog(Sample.Table("class|Sim|C0|f.cs|1", "test|A|1|async" + marks, "test|B|2|async" + marks, "test|C|3|async" + marks, "test|D|4|async" + marks)), s_again with { Workers = workers.ToString(System.Globalization.CultureInfo.InvariantCulture) });

        Assert.AreEqual(new Account(4, 4, 0, 0, 0), report.Account);
        Assert.IsInRange(from, until, report.Duration.TotalSeconds);
        simulation.Check(marks);
    }

    [TestMethod]
    public void What_runs_alone_comes_after_the_others_and_no_attempt_meets_the_one_before()
    {
        var reruns = new Reruns(s_again, TimeProvider.System);
        var plan = Samples.PlanOf("A.B.Alone", "A.B.One", "A.B.Two");
        foreach (var planned in plan.Cases)
            Assert.IsTrue(reruns.TryAdd(planned, new CaseResult(planned.Index, new Outcome.Failed(Samples.Boom)) { MayBeRetried = true }, isAlone: planned.Index.Value == 0));

        var first = reruns.TakeDue([])!;
        reruns.TryAdd(plan.Cases[1], new CaseResult(new(1), new Outcome.Failed(Samples.Boom)) { MayBeRetried = true, Earlier = first.Earlier }, isAlone: false);
        var second = reruns.TakeDue([first])!;

        Assert.AreEqual("1 2", $"{first.Case.Value} {second.Case.Value}");
        Assert.IsNull(reruns.TakeDue([first, second]));
        Assert.AreEqual(1, reruns.TakeDue([second])!.Case.Value);
        var last = reruns.TakeDue([])!;
        Assert.AreEqual(0, last.Case.Value);
        Assert.IsNull(reruns.TakeDue([last]));
    }

    [TestMethod]
    public void The_pauses_double_up_to_a_minute_or_the_first_one()
    {
        var second = TimeSpan.FromSeconds(1);

        Assert.AreSequenceEqual([1.0, 2, 4, 8, 16, 32, 60, 60], [.. Enumerable.Range(1, 8).Select(n => Attempts.PauseBefore(second, n).TotalSeconds)]);
        Assert.AreEqual(90, Attempts.PauseBefore(90 * second, 5).TotalSeconds);
        Assert.AreEqual(TimeSpan.Zero, Attempts.PauseBefore(TimeSpan.Zero, 1000));
        Assert.AreEqual(60, Attempts.PauseBefore(second, int.MaxValue).TotalSeconds);
    }

    [TestMethod]
    public void What_waits_for_another_attempt_when_the_run_is_interrupted_has_failed()
    {
        var simulation = new Simulation(_ => Act.Fail) { Interrupts = [(3_000, "Ctrl-C")] };

        var report = simulation.Run(Simulation.CatalogOf(["A"]), s_again with { RetryDelay = TimeSpan.FromMinutes(10) });

        var result = report.Results.Values.Single();
        Assert.IsInstanceOfType<Outcome.Failed>(result.Outcome);
        Assert.Contains("It was not tried again, because the run was interrupted by Ctrl-C", Assert.ContainsSingle(result.Notes));
        Assert.AreEqual(3, report.ExitCode);
        simulation.Check("interrupted");
    }

    [TestMethod]
    public void A_failure_is_counted_when_it_is_final()
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.FailThenPass : Act.Pass);

        var report = simulation.Run(Simulation.CatalogOf(["A", "B", "C"]), s_again with { MaxFail = 1 });

        Assert.AreEqual(new Account(3, 3, 0, 0, 0), report.Account);
        Assert.IsInstanceOfType<Ending.Complete>(report.Ending);
    }

    [TestMethod]
    public void A_worker_that_hangs_is_asked_to_end_before_it_is_killed()
    {
        var polite = new Simulation(_ => Act.Silent);
        polite.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1" });
        var deaf = new Simulation(_ => Act.Silent) { Scripts = _ => new WorkerScript { IsDeafToTerm = true } };
        deaf.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1" });

        Assert.AreSequenceEqual(["terminate"], polite.Workers[0].Ends);
        Assert.AreSequenceEqual(["terminate", "kill"], deaf.Workers[0].Ends);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_dump_is_written_if_asked_and_that_there_is_none_is_said(bool works)
    {
        var simulation = new Simulation(_ => Act.Silent) { Dump = works ? new DumpWritten("/d/x.dmp", null) : new DumpWritten(null, "No dump was written.") };

        var report = simulation.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1", DumpOnHang = "mini", DumpFolder = "/d" });

        var result = report.Results.Values.Single();
        Assert.AreEqual(works ? "/d/x.dmp" : null, result.Attachments.SingleOrDefault()?.Path);
        Assert.AreEqual(!works, result.Outcome.FailureOrNull!.Message.Contains("No dump was written.", StringComparison.Ordinal));
        Assert.AreEqual("mini /d/hang-w0-1000.dmp", Assert.ContainsSingle(simulation.DumpsAsked));
    }

    [TestMethod]
    public void A_slow_case_is_told_of_whenever_the_time_has_doubled()
    {
        var simulation = new Simulation(_ => Act.Pass) { Durations = _ => 45_000, LimitMs = 600_000 };

        simulation.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1", SlowAfter = TimeSpan.FromSeconds(10) });

        Assert.AreSequenceEqual([10.0, 20, 40], [.. simulation.SlowCases.Select(s => Math.Floor(s.Elapsed.TotalSeconds))]);
        Assert.AreSequenceEqual(["in the setup of 'Fixture'", "", "in the teardown of 'Fixture'"], [.. simulation.SlowCases.Select(s => s.Doing)]);
    }

    [TestMethod]
    public void By_default_a_minute_is_slow_and_zero_is_never()
    {
        var asIs = new Simulation(_ => Act.Pass) { Durations = _ => 130_000, LimitMs = 600_000 };
        asIs.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1" });
        var never = new Simulation(_ => Act.Pass) { Durations = _ => 130_000, LimitMs = 600_000 };
        never.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1", SlowAfter = TimeSpan.Zero });

        Assert.HasCount(2, asIs.SlowCases);
        Assert.IsEmpty(never.SlowCases);
    }

    [TestMethod]
    [DataRow(Act.Silent, true)]
    [DataRow(Act.Pass, false)]
    [DataRow(Act.StarvedForAWhile, false)]
    public void A_loop_that_is_held_for_the_stall_limit_is_given_up_and_one_that_turns_is_not(Act act, bool isStalled)
    {
        var simulation = new Simulation(_ => act) { Durations = _ => 30_000, LimitMs = 600_000, SilenceMs = 20_000 };

        var report = simulation.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1", StallTimeout = TimeSpan.FromSeconds(8) });

        var outcome = report.Results.Values.Single().Outcome;
        Assert.AreEqual(isStalled, outcome is Outcome.TimedOut, outcome.ToString());
        if (isStalled) Assert.Contains("--stall-timeout", outcome.FailureOrNull!.Message);
        // It is held after two thirds of 30 s; then 8 s, a question's time of 2 s at most, and the stacks.
        if (isStalled) Assert.IsInRange(28.0, 31.0, report.Duration.TotalSeconds);
    }
}
