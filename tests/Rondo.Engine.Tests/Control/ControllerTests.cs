using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Tests.Planning;

namespace Rondo.Engine.Tests.Control;

/// <summary>What becomes of a run when its tests and workers misbehave, one fault at a time.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ControllerTests
{
    private static readonly RunRequest s_one = new() { Workers = "1" };
    private static readonly RunRequest s_two = new() { Workers = "2" };

    [TestMethod]
    [DataRow(Act.DieInSetup, "setup of fixture 'Fixture'")]
    [DataRow(Act.DieInBody, "while this test was running.")]
    [DataRow(Act.DieInTeardown, "teardown of 'Fixture'")]
    [DataRow(Act.CloseHandles, "lost its channel")]
    public void A_worker_that_dies_is_charged_to_the_case_it_was_running_and_to_no_other(Act death, string words)
    {
        var simulation = Simulate(("Killer", death), ("A", Act.Pass), ("B", Act.Pass));

        var report = simulation.Run(Catalog("A", "Killer", "B"), s_one);

        var crash = Assert.IsInstanceOfType<Outcome.Crashed>(simulation.OutcomeOf("Sim.C0.Killer"));
        Assert.Contains(words, crash.Failure.Message);
        Assert.AreEqual(new Account(3, 2, 1, 0, 0), report.Account);
        simulation.Check(death.ToString());
    }

    [TestMethod]
    public void A_worker_that_dies_between_two_cases_costs_neither_of_them()
    {
        var simulation = Simulate(("A", Act.PassThenDie), ("B", Act.Pass));

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.Contains("no test was running", Assert.ContainsSingle(report.TeardownErrors).Failure.Message);
        Assert.AreEqual(2, report.ExitCode);
    }

    [TestMethod]
    public void A_run_that_waits_for_one_case_says_so_and_one_that_waits_for_workers_does_not()
    {
        var uneven = new Simulation(_ => Act.Pass) { Durations = id => id.EndsWith('B') ? 5_000 : 100 }.Run(Catalog("A", "B", "C"), s_two);
        var even = new Simulation(_ => Act.Pass) { Durations = _ => 2_000 }.Run(Catalog("A", "B", "C"), s_two);
        var alone = new Simulation(_ => Act.Pass) { Durations = id => id.EndsWith('B') ? 5_000 : 100 }.Run(Catalog("A", "B", "C"), s_one);

        Assert.StartsWith("This run cannot be shorter than 5.0", uneven.Floor);
        Assert.Contains("because of Sim.C0.B (5.0", uneven.Floor);
        Assert.IsNull(even.Floor);
        Assert.IsNull(alone.Floor);
    }

    [TestMethod]
    public void Workers_hear_once_of_values_that_no_case_needs_any_more()
    {
        var fixtures = Sample.Table("holder|Sim|F|f.cs", "fixture|Db|1|Worker|use|args=1", "case|a", "case|b", "fixture|Client|2|Worker|use|needs=fixture:Sim.F.Db");
        string[] classes = [.. Enumerable.Range(0, 3).Select(c => Sample.Table($"class|Sim|C{c}|f.cs|1", "test|A|1|async|needs=fixture:Sim.F.Client", "test|B|2|async|needs=fixture:Sim.F.Db", "test|Z|3|async"))];
        var simulation = new Simulation(id => id == "Sim.C1.A[a]" ? Act.DieInBody : Act.Pass);

        var report = simulation.Run(Sample.CatalogWithFixtures([fixtures], classes), s_two);

        Assert.AreEqual(new Account(15, 14, 1, 0, 0), report.Account);
        var told = simulation.FixturesOver.ToList();
        Assert.AreEqual("Sim.F.Client[a] Sim.F.Db[a]", string.Join(' ', told.Select(t => t.Fixture).Where(f => f.EndsWith("[a]", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)));
        Assert.AreEqual(told.Distinct().Count(), told.Count);
        simulation.Check("values");
    }

    [TestMethod]
    public void More_killers_than_restarts_end_the_run_with_a_reason_for_every_case()
    {
        var names = Enumerable.Range(0, 10).Select(i => "Killer" + i).ToArray();
        var simulation = new Simulation(_ => Act.DieInBody);

        var report = simulation.Run(Simulation.CatalogOf(names), s_two with { MaxWorkerRestart = 3 });

        Assert.AreEqual(new Ending.RestartLimitReached(3), report.Ending);
        Assert.IsInRange(4, 5, report.Account.Failed);
        Assert.AreEqual(10, report.Account.Failed + report.Account.NotRun);
        Assert.AreEqual(2, report.ExitCode);
        simulation.Check("killers");
    }

    [TestMethod]
    public void A_killer_in_each_of_six_whole_classes_costs_six_cases_and_no_other()
    {
        string[] tables = [.. Enumerable.Range(0, 6).Select(c => Sample.Table($"class|Sim|C{c}|f.cs|1|loop=Class", "test|A|1|async", "test|Killer|1|async", "test|B|1|async"))];
        var simulation = new Simulation(id => id.EndsWith("Killer", StringComparison.Ordinal) ? Act.DieInBody : Act.Pass);

        var report = simulation.Run(Sample.Catalog(tables), new RunRequest { Workers = "3" });

        Assert.AreEqual(new Account(18, 12, 6, 0, 0), report.Account);
        simulation.Check("six killers");
    }

    [TestMethod]
    public void A_data_source_that_kills_its_process_with_no_restart_left_is_blamed_and_nothing_else_runs()
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = _ => new WorkerScript { Fate = Fate.DiesWhileReadingRows } };

        var report = simulation.Run(Sample.Catalog(Sample.Table("class|Sim|C0|f.cs|1", "test|A|1|async", "test|R|2|async|rows=Rows")), s_one with { MaxWorkerRestart = 0 });

        Assert.AreEqual(new Ending.RestartLimitReached(0), report.Ending);
        Assert.AreEqual(new Account(2, 0, 1, 0, 1), report.Account);
        Assert.HasCount(1, simulation.Workers.Where(w => w.HasStarted));
        simulation.Check("rows");
    }

    [TestMethod]
    [DataRow(Fate.DiesWhileReadingRows)]
    [DataRow(Fate.SilentWhileReadingRows)]
    public void A_data_source_that_kills_or_hangs_is_an_error_of_its_test_and_the_rest_runs(Fate fate)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = i => new WorkerScript { Fate = i == 0 ? fate : Fate.Lives } };

        var report = simulation.Run(Sample.Catalog(Sample.Table("class|Sim|C0|f.cs|1", "test|A|1|async", "test|R|2|async|rows=Rows", "test|S|3|async|rows=Rows")), s_two);

        Assert.HasCount(4, report.Plan.Cases);
        Assert.IsNotNull(report.Plan.Cases.Single(c => c.Id == "Sim.C0.R").Key.Error);
        Assert.AreEqual(new Outcome.Passed(), simulation.OutcomeOf("Sim.C0.S(2)"));
        Assert.IsInstanceOfType<Ending.Complete>(report.Ending);
    }

    [TestMethod]
    public void A_data_source_that_hangs_in_this_process_is_an_error_of_its_test_and_the_rest_is_listed()
    {
        var simulation = new Simulation(_ => Act.Pass) { IsInProcess = true, Scripts = _ => new WorkerScript { Fate = Fate.SilentWhileReadingRows } };

        var report = simulation.Run(Sample.Catalog(Sample.Table("class|Sim|C0|f.cs|1", "test|A|1|async", "test|R|2|async|rows=Rows", "test|S|3|async|rows=Rows")), new RunRequest { Workers = "0" });

        Assert.IsInstanceOfType<Outcome.FixtureFailed>(simulation.OutcomeOf("Sim.C0.R"));
        Assert.Contains("'Rows' never returned", Assert.IsInstanceOfType<Outcome.NotRun>(simulation.OutcomeOf("Sim.C0.A")).Reason);
        Assert.IsInstanceOfType<Outcome.NotRun>(simulation.OutcomeOf("Sim.C0.S"));
        Assert.AreEqual(new Account(3, 0, 1, 0, 2), report.Account);
        Assert.AreEqual(3, report.ExitCode);
    }

    [TestMethod]
    public void After_the_first_failure_what_runs_may_end_and_nothing_else_starts()
    {
        var simulation = new Simulation(id => id.EndsWith("Bad", StringComparison.Ordinal) ? Act.Fail : Act.Pass) { Durations = id => id.EndsWith("Bad", StringComparison.Ordinal) ? 90 : 600 };

        var report = simulation.Run(Catalog("Bad", "Long", "C", "D", "E", "F"), s_two with { MaxFail = 1 });

        Assert.AreEqual(new Ending.FailLimitReached(1), report.Ending);
        Assert.AreEqual(new Account(6, 1, 1, 0, 4), report.Account);
        Assert.AreEqual(2, report.ExitCode);
        simulation.Check("-x");
    }

    [TestMethod]
    public void One_interrupt_lets_running_cases_end()
    {
        var simulation = new Simulation(_ => Act.Pass) { Durations = _ => 2000, Interrupts = [(500, "Ctrl-C")] };

        var report = simulation.Run(Catalog("A", "B", "C", "D"), s_two);

        Assert.AreEqual(new Ending.Interrupted("Ctrl-C"), report.Ending);
        Assert.AreEqual(new Account(4, 2, 0, 0, 2), report.Account);
        Assert.AreEqual(3, report.ExitCode);
        simulation.Check("interrupt");
    }

    [TestMethod]
    [DataRow(Fate.DiesBeforeHello, "before it was ready", "")]
    [DataRow(Fate.DiesAfterHello, "before it was ready", "RND4012")]
    [DataRow(Fate.DiesOnThePlan, "before it was ready", "RND4012")]
    [DataRow(Fate.ClosesLinkAfterHello, "before it was ready", "RND4012")]
    [DataRow(Fate.DiesAfterGoodbye, "after its last result", "RND4032")]
    public void A_worker_that_ended_early_leaves_no_run_green_although_every_case_passed(Fate fate, string when, string code)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = i => new WorkerScript { Fate = i == 0 ? fate : Fate.Lives } };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.AreEqual(3, report.ExitCode);
        Assert.AreEqual(new EarlyEnd("w0", 1000, when), Assert.ContainsSingle(report.EarlyEnds));
        Assert.Contains(code, string.Join('\n', simulation.Notes));
        Assert.Contains("worker w0 (process 1000) " + when, RunSummary.Of(report));
        simulation.Check(fate.ToString());
    }

    [TestMethod]
    public void A_question_to_a_worker_that_is_still_starting_costs_a_worker_and_no_run()
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = i => new WorkerScript { Fate = i == 0 ? Fate.AskedBeforeHello : Fate.Lives } };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.AreEqual(0, report.ExitCode);
        Assert.IsEmpty(report.EarlyEnds);
        Assert.Contains("SIGUSR1", string.Join('\n', simulation.Notes));
    }

    [TestMethod]
    public void A_failed_case_outweighs_a_worker_that_ended_early()
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.Fail : Act.Pass) { Scripts = i => new WorkerScript { Fate = i == 0 ? Fate.DiesAfterHello : Fate.Lives } };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.AreEqual(2, report.ExitCode);
        Assert.HasCount(1, report.EarlyEnds);
    }

    [TestMethod]
    [DataRow(Fate.NeverConnects)]
    [DataRow(Fate.SilentOnThePlan)]
    [DataRow(Fate.StaysAfterGoodbye)]
    public void A_worker_that_the_run_ended_itself_is_no_early_end(Fate fate)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = i => new WorkerScript { Fate = i == 0 ? fate : Fate.Lives } };

        var report = simulation.Run(Catalog("A"), s_one);

        Assert.IsEmpty(report.EarlyEnds);
        Assert.AreEqual(0, report.ExitCode);
    }

    [TestMethod]
    public void A_case_that_holds_the_loop_is_reported_a_second_after_its_limit()
    {
        var simulation = Simulate(("Hangs", Act.Silent), ("B", Act.Pass));

        var report = simulation.Run(Catalog("Hangs", "B"), s_one);

        Assert.IsInstanceOfType<Outcome.TimedOut>(simulation.OutcomeOf("Sim.C0.Hangs"));
        var ms = report.Results[report.Plan.Cases.Single(c => c.Id == "Sim.C0.Hangs").Index].Duration.TotalMilliseconds;
        // Setup, limit, grace, two ticks, stacks.
        Assert.IsInRange(20 + 1_000 + 1_000 + simulation.StacksMs, 20 + 1_000 + 1_000 + 250 + simulation.StacksMs, ms);
        Assert.AreEqual(new Account(2, 1, 1, 0, 0), report.Account);
        simulation.Check("held");
    }

    [TestMethod]
    public void In_this_process_a_case_that_holds_the_loop_is_reported_little_more_than_a_second_after_its_limit()
    {
        var simulation = new Simulation(_ => Act.Silent) { IsInProcess = true, StacksMs = 100 };

        var report = simulation.Run(Catalog("Hangs"), new RunRequest { Workers = "0" });

        Assert.IsInRange(2_000.0, 2_600.0, report.Results[new CaseIndex(0)].Duration.TotalMilliseconds);
        Assert.AreEqual(3, report.ExitCode);
    }

    [TestMethod]
    public void Who_looks_on_hears_what_each_worker_runs_and_for_how_long()
    {
        var simulation = new Simulation(_ => Act.Pass) { Durations = _ => 5_000 };

        simulation.Run(Catalog("A", "B", "C"), s_two with { LookEvery = TimeSpan.FromMilliseconds(500) });

        Assert.IsInRange(15, 30, simulation.Seen.Count);
        var busy = simulation.Seen.First(n => n.Running == 2);
        Assert.AreEqual((3, 0, 1), (busy.Planned, busy.Done, busy.Waiting));
        CollectionAssert.AreEqual(new[] { "w0", "w1" }, busy.Workers.Select(w => w.Name).ToArray());
        var longest = simulation.Seen.SelectMany(n => n.Workers).SelectMany(w => w.Running).Max(r => r.Elapsed);
        Assert.IsInRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5.2), longest);
        Assert.AreEqual(2, simulation.Seen[^1].Done);
    }

    [TestMethod]
    public void Nobody_is_shown_anything_who_did_not_ask()
    {
        var simulation = new Simulation(_ => Act.Pass);

        simulation.Run(Catalog("A", "B"), s_two);

        Assert.IsEmpty(simulation.Seen);
    }

    [TestMethod]
    public void A_worker_without_processor_time_is_not_taken_for_one_that_hangs()
    {
        var simulation = new Simulation(id => id.EndsWith('A') ? Act.StarvedForAWhile : Act.Pass) { SilenceMs = 4_500 };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.HasCount(1, simulation.Workers);
    }

    [TestMethod]
    [DataRow(Act.StarvedForAWhile, "does not answer at all")]
    [DataRow(Act.ForgetsItsLimit, "although its loop turns")]
    public void A_worker_that_cannot_be_judged_is_ended_five_seconds_after_the_limit(Act act, string words)
    {
        var simulation = new Simulation(id => id.EndsWith('A') ? act : Act.Pass) { SilenceMs = 600_000, StacksMs = 100 };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.Contains(words, Assert.IsInstanceOfType<Outcome.TimedOut>(simulation.OutcomeOf("Sim.C0.A")).Failure.Message);
        Assert.IsInRange(4_900.0, 5_900.0, report.Results[new CaseIndex(0)].Duration.TotalMilliseconds);
        Assert.AreEqual(new Account(2, 1, 1, 0, 0), report.Account);
    }

    [TestMethod]
    public void Time_in_which_a_worker_is_stopped_counts_in_no_limit()
    {
        var simulation = new Simulation(_ => Act.Pass) { Durations = _ => 90_000, LimitMs = 31_000, Scripts = _ => new WorkerScript { Stopped = (5_000, 70_000) } };

        var report = simulation.Run(Catalog("A"), s_one);

        Assert.AreEqual(new Account(1, 1, 0, 0, 0), report.Account);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(-1)]
    public void A_clock_on_the_wall_that_jumps_an_hour_decides_nothing(int hours)
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.Silent : Act.Pass) { Durations = _ => 900 };
        using var jump = simulation.Time.CreateTimer(_ => simulation.Time.WallClockIsOff = TimeSpan.FromHours(hours), null, TimeSpan.FromMilliseconds(400), Timeout.InfiniteTimeSpan);

        var report = simulation.Run(Catalog("A", "B", "C"), s_one);

        Assert.AreEqual(new Account(3, 2, 1, 0, 0), report.Account);
        Assert.IsLessThan(10.0, report.Duration.TotalSeconds);
        Assert.IsLessThan(4.0, report.Results.Values.Max(r => r.Duration).TotalSeconds);
        simulation.Check("jump");
    }

    [TestMethod]
    [DataRow("SIGTERM")]
    [DataRow("SIGHUP")]
    public void After_one_SIGTERM_what_ends_within_five_seconds_has_its_own_outcome(string by)
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.Fail : Act.Pass) { Durations = _ => 4_500, LimitMs = 600_000, Interrupts = [(500, by)] };

        var report = simulation.Run(Catalog("A", "B", "C", "D"), s_two);

        Assert.AreEqual(new Ending.Interrupted(by), report.Ending);
        Assert.AreEqual(new Account(4, 1, 1, 0, 2), report.Account);
        Assert.AreEqual(3, report.ExitCode);
        simulation.Check("terminated");
    }

    [TestMethod]
    [DataRow(Act.Pass, 6.0, 8.0)]
    [DataRow(Act.Silent, 8.4, 9.0)]
    public void What_still_runs_five_seconds_after_SIGTERM_is_cancelled_and_three_later_it_is_ended(Act act, double from, double to)
    {
        var simulation = new Simulation(_ => act) { Durations = _ => 18_000, LimitMs = 600_000, Interrupts = [(500, "SIGTERM")] };

        var report = simulation.Run(Catalog("A", "B", "C"), s_two);

        Assert.AreEqual(new Account(3, 0, 0, 0, 3), report.Account);
        Assert.Contains("while this case was running", Assert.IsInstanceOfType<Outcome.NotRun>(simulation.OutcomeOf("Sim.C0.A")).Reason);
        if (act == Act.Silent) Assert.IsInRange(from, to, report.Duration.TotalSeconds);
        simulation.Check("terminated");
    }

    [TestMethod]
    [DataRow("Ctrl-C", 1.8)]
    [DataRow("SIGTERM", 1.8)]
    public void The_second_interrupt_ends_what_runs_within_its_moment(string by, double seconds)
    {
        var simulation = new Simulation(_ => Act.Silent) { LimitMs = 600_000, Interrupts = [(500, by), (800, by)] };

        var report = simulation.Run(Catalog("A", "B", "C"), s_two);

        Assert.AreEqual(new Account(3, 0, 0, 0, 3), report.Account);
        Assert.Contains("while this case was running", Assert.IsInstanceOfType<Outcome.NotRun>(simulation.OutcomeOf("Sim.C0.A")).Reason);
        Assert.IsLessThan(seconds, report.Duration.TotalSeconds);
        simulation.Check("twice");
    }

    [TestMethod]
    public void A_third_interrupt_does_not_wait_for_the_moment_of_the_second()
    {
        var simulation = new Simulation(_ => Act.Silent) { LimitMs = 600_000, Interrupts = [(500, "its host"), (800, "its host"), (1000, "SIGTERM")] };

        var report = simulation.Run(Catalog("A", "B", "C"), s_two);

        Assert.IsLessThan(1.2, report.Duration.TotalSeconds);
        simulation.Check("thrice");
    }

    [TestMethod]
    [DataRow(10)]
    [DataRow(30)]
    [DataRow(200)]
    public void An_interrupt_while_rows_are_read_or_workers_start_leaves_no_process(int atMs)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = _ => new WorkerScript { StartMs = atMs == 10 ? 300 : 20 }, Durations = _ => 900, Interrupts = [(atMs, "Ctrl-C")] };

        var report = simulation.Run(Sample.Catalog(Sample.Table("class|Sim|C0|f.cs|1", "test|A|1|async", "test|R|2|async|rows=Rows", "test|S|3|async|rows=Rows")), s_two);

        Assert.AreEqual(3, report.ExitCode);
        simulation.Check("early");
    }

    [TestMethod]
    public void Workers_that_are_killed_from_outside_while_they_start_are_replaced_for_longer_than_those_that_fail()
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = i => new WorkerScript { Fate = i < 7 ? Fate.KilledBeforeHello : Fate.Lives } };

        var report = simulation.Run(Catalog("A", "B"), s_two);

        Assert.AreEqual(2, report.Account.Passed);
        Assert.AreEqual(3, report.ExitCode);
        simulation.Check("killed");
    }

    [TestMethod]
    public void Workers_that_are_always_killed_while_they_start_end_the_run()
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = _ => new WorkerScript { Fate = Fate.KilledBeforeHello } };

        var report = simulation.Run(Catalog("A", "B"), s_two);

        Assert.IsInstanceOfType<Ending.Broken>(report.Ending);
        Assert.AreEqual(2, report.Account.NotRun);
        Assert.IsLessThanOrEqualTo(12, simulation.Workers.Count);
        simulation.Check("killed");
    }

    [TestMethod]
    [DataRow(Fate.CannotStart)]
    [DataRow(Fate.NeverConnects)]
    [DataRow(Fate.DiesBeforeHello)]
    [DataRow(Fate.SilentBeforeHello)]
    [DataRow(Fate.DiesAfterHello)]
    [DataRow(Fate.SilentAfterHello)]
    [DataRow(Fate.ClosesLinkAfterHello)]
    [DataRow(Fate.DiesOnThePlan)]
    [DataRow(Fate.SilentOnThePlan)]
    public void Workers_that_never_get_ready_end_the_run_with_the_reason_and_no_endless_restarts(Fate fate)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = _ => new WorkerScript { Fate = fate } };

        var report = simulation.Run(Catalog("A", "B"), s_two);

        Assert.IsInstanceOfType<Ending.Broken>(report.Ending);
        Assert.AreEqual(2, report.Account.NotRun);
        Assert.AreEqual(3, report.ExitCode);
        Assert.IsLessThanOrEqualTo(6, simulation.Workers.Count);
        simulation.Check(fate.ToString());
    }

    [TestMethod]
    [DataRow(Fate.NeverConnects)]
    [DataRow(Fate.SilentBeforeHello)]
    [DataRow(Fate.ClosesLinkAfterHello)]
    [DataRow(Fate.SilentOnThePlan)]
    public void One_worker_that_never_gets_ready_costs_only_time(Fate fate)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = i => new WorkerScript { Fate = i == 0 ? fate : Fate.Lives } };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        simulation.Check(fate.ToString());
    }

    [TestMethod]
    public void A_hanging_case_whose_process_cannot_be_killed_is_left_behind()
    {
        var simulation = new Simulation(id => id.EndsWith('A') ? Act.Silent : Act.Pass) { Scripts = i => new WorkerScript { CannotBeKilled = i == 0 } };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.IsInstanceOfType<Outcome.TimedOut>(simulation.OutcomeOf("Sim.C0.A"));
        Assert.AreEqual(new Account(2, 1, 1, 0, 0), report.Account);
        simulation.Check("unkillable");
    }

    [TestMethod]
    public void A_case_that_ends_while_its_stacks_are_read_is_not_called_hanging_and_neither_is_the_next()
    {
        var simulation = new Simulation(id => id.EndsWith('A') ? Act.SilentForAWhile : Act.Pass) { SilenceMs = 3_000, StacksMs = 2_000 };

        var report = simulation.Run(Catalog("A", "B", "C"), s_one);

        Assert.AreEqual(new Account(3, 3, 0, 0, 0), report.Account);
        simulation.Check("late");
    }

    [TestMethod]
    public void An_idle_worker_is_not_held_to_the_limit_of_the_teardown_it_has_done()
    {
        // C0 ends at once and its scope is torn down; its worker then waits while a serial case runs elsewhere for minutes.
        string[] tables =
        [
            Sample.Table("class|Sim|C0|f.cs|1|loop=Class", "test|A|1|async"),
            Sample.Table("class|Sim|C1|f.cs|1", "test|Long|1|async", "test|Serial|2|async|serial=1"),
        ];
        var simulation = new Simulation(_ => Act.Pass) { Durations = id => id.EndsWith("Long", StringComparison.Ordinal) ? 30_000 : 30, LimitMs = 600_000 };

        var report = simulation.Run(Sample.Catalog(tables), s_two);

        Assert.IsNotEmpty(simulation.ScopesOver);
        Assert.IsEmpty(report.TeardownErrors);
        Assert.AreEqual(0, report.ExitCode);
    }

    [TestMethod]
    public void A_worker_that_retires_is_replaced_and_counts_as_no_restart()
    {
        var simulation = new Simulation(_ => Act.PassThenRetire);

        var report = simulation.Run(Catalog("A", "B", "C", "D"), s_one with { MaxWorkerRestart = 0 });

        Assert.AreEqual(new Account(4, 4, 0, 0, 0), report.Account);
        Assert.HasCount(4, simulation.Workers.Where(w => w.HasStarted));
        simulation.Check("retire");
    }

    [TestMethod]
    public void A_result_that_comes_twice_counts_once()
    {
        var simulation = new Simulation(_ => Act.FinishTwice);

        var report = simulation.Run(Catalog("A", "B", "C"), s_two);

        Assert.AreEqual(new Account(3, 3, 0, 0, 0), report.Account);
        simulation.Check("twice");
    }

    [TestMethod]
    [DataRow(Fate.SilentInTeardown, 2)]
    [DataRow(Fate.DiesInTeardown, 2)]
    [DataRow(Fate.FailsInTeardown, 2)]
    [DataRow(Fate.StaysAfterGoodbye, 0)]
    public void What_goes_wrong_in_a_shared_teardown_is_an_error_beside_the_account(Fate fate, int exitCode)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = _ => new WorkerScript { Fate = fate } };

        var report = simulation.Run(Catalog("A"), s_one);

        Assert.AreEqual(new Account(1, 1, 0, 0, 0), report.Account);
        Assert.AreEqual(exitCode, report.ExitCode);
        if (exitCode != 0) Assert.AreEqual("Shared.teardown", Assert.ContainsSingle(report.TeardownErrors).Id);
        simulation.Check(fate.ToString());
    }

    [TestMethod]
    [DataRow(Fate.Lives)]
    [DataRow(Fate.DiesInTeardown)]
    [DataRow(Fate.FailsInTeardown)]
    [DataRow(Fate.DiesWhileReadingRows)]
    public void Finding_the_cases_ends_whatever_the_worker_does(Fate fate)
    {
        var simulation = new Simulation(_ => Act.Pass) { Scripts = _ => new WorkerScript { Fate = fate } };

        var plan = simulation.Discover(Sample.Catalog(Sample.Table("class|Sim|C0|f.cs|1", "test|A|1|async", "test|R|2|async|rows=Rows")), s_two);

        Assert.HasCount(fate == Fate.DiesWhileReadingRows ? 2 : 3, plan.Cases);
    }

    [TestMethod]
    public void A_test_that_never_returns_in_this_process_ends_the_run_with_the_rest_listed()
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.Stuck : Act.Pass) { IsInProcess = true };

        var report = simulation.Run(Catalog("A", "B", "C"), new RunRequest { Workers = "0" });

        Assert.IsInstanceOfType<Ending.Broken>(report.Ending);
        Assert.AreEqual(new Account(3, 1, 1, 0, 1), report.Account);
        Assert.Contains("-n 0", Assert.IsInstanceOfType<Outcome.NotRun>(simulation.OutcomeOf("Sim.C0.C")).Reason);
        Assert.AreEqual(3, report.ExitCode);
    }

    [TestMethod]
    public void Two_interrupts_leave_a_test_in_this_process_that_does_not_listen()
    {
        var simulation = new Simulation(_ => Act.Silent) { IsInProcess = true, LimitMs = 600_000, Interrupts = [(500, "Ctrl-C"), (800, "Ctrl-C")] };

        var report = simulation.Run(Catalog("A", "B"), new RunRequest { Workers = "0" });

        Assert.AreEqual(new Account(2, 0, 0, 0, 2), report.Account);
        Assert.IsLessThan(4.0, report.Duration.TotalSeconds);
        Assert.AreEqual(3, report.ExitCode);
    }

    [TestMethod]
    public void A_run_in_this_process_goes_to_its_end()
    {
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.Fail : Act.Pass) { IsInProcess = true };

        var report = simulation.Run(Sample.Catalog(Sample.Table("class|Sim|C0|f.cs|1", "test|A|1|async", "test|B|1|async", "test|R|2|async|rows=Rows")), new RunRequest { Workers = "0" });

        Assert.AreEqual(new Account(4, 3, 1, 0, 0), report.Account);
        Assert.HasCount(1, simulation.Workers);
        simulation.Check("in process");
    }

    // ---- attempts

    [TestMethod]
    [DataRow(Act.FailThenPass, typeof(Outcome.Passed), 2)]
    [DataRow(Act.FailThenDie, typeof(Outcome.Crashed), 2)]
    [DataRow(Act.FailThenStuck, typeof(Outcome.TimedOut), 2)]
    public void The_first_attempt_is_kept_whatever_becomes_of_the_second(Act act, Type outcome, int attempt)
    {
        var simulation = Simulate(("Shaky", act), ("A", Act.Pass));

        var report = simulation.Run(Catalog("A", "Shaky"), s_one);

        var result = report.Results.Values.Single(r => report.Plan[r.Case].Id == "Sim.C0.Shaky");
        Assert.IsInstanceOfType(result.Outcome, outcome);
        Assert.AreEqual(attempt, result.Attempt);
        Assert.AreEqual("at first", Assert.ContainsSingle(result.Earlier).Outcome.FailureOrNull!.Message);
        simulation.Check(act.ToString());
    }

    [TestMethod]
    [DataRow(false, 0)]
    [DataRow(true, 2)]
    public void A_flaky_case_counts_as_passed_and_fails_the_run_only_when_asked_to(bool failOnFlaky, int exitCode)
    {
        var simulation = Simulate(("Shaky", Act.FailThenPass), ("A", Act.Pass));

        var report = simulation.Run(Catalog("A", "Shaky"), s_one with { FailOnFlaky = failOnFlaky });

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.AreEqual("Sim.C0.Shaky", report.Plan[Assert.ContainsSingle(report.Flaky)].Id);
        Assert.AreEqual(exitCode, report.ExitCode);
    }

    [TestMethod]
    public void A_failed_attempt_does_not_count_for_a_limit_of_failures()
    {
        var simulation = Simulate(("Shaky", Act.FailThenPass), ("A", Act.Pass), ("B", Act.Pass));

        var report = simulation.Run(Catalog("Shaky", "A", "B"), s_one with { MaxFail = 1 });

        Assert.AreEqual(new Account(3, 3, 0, 0, 0), report.Account);
    }

    [TestMethod]
    public void The_second_attempt_of_a_case_that_is_cut_off_leaves_it_failed()
    {
        var simulation = new Simulation(_ => Act.FailThenPass) { Durations = _ => 3_000, LimitMs = 0, Interrupts = [(2_500, "Ctrl-C"), (2_600, "Ctrl-C"), (2_700, "Ctrl-C")] };

        var report = simulation.Run(Catalog("Shaky"), s_one);

        Assert.AreEqual(new Account(1, 0, 1, 0, 0), report.Account);
        Assert.Contains("was not brought to its end", Assert.ContainsSingle(Assert.ContainsSingle(report.Results).Value.Notes));
        Assert.AreEqual(3, report.ExitCode);
        simulation.Check("cut off");
    }

    private static Simulation Simulate(params (string Name, Act Act)[] acts) => new(id => acts.First(a => id.EndsWith("." + a.Name, StringComparison.Ordinal)).Act);

    private static TestCatalog Catalog(params string[] names) => Simulation.CatalogOf(names);
}
