using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Control;

/// <summary>Several cases at once in one worker, as the controller sees it: who is blamed, who runs again, and whose limit counts.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OverlapTests
{
    private static readonly RunRequest s_one = new() { Workers = "1", Concurrency = 8 };

    [TestMethod]
    public void Cases_overlap_up_to_the_concurrency_that_was_asked_for()
    {
        var simulation = Simulate(("A", Act.Pass), ("B", Act.Pass), ("C", Act.Pass), ("D", Act.Pass));

        var together = simulation.Run(Catalog("A", "B", "C", "D"), s_one).Duration;
        var alone = Simulate(("A", Act.Pass), ("B", Act.Pass), ("C", Act.Pass), ("D", Act.Pass)).Run(Catalog("A", "B", "C", "D"), s_one with { Concurrency = 1 }).Duration;

        Assert.IsGreaterThan(100, (alone - together).TotalMilliseconds);
        simulation.Check("together");
    }

    [TestMethod]
    [DataRow(Act.DieInSetup)]
    [DataRow(Act.DieInBody)]
    [DataRow(Act.DieInTeardown)]
    [DataRow(Act.CloseHandles)]
    public void Of_several_that_ran_when_their_worker_died_the_one_that_did_it_is_blamed_and_the_others_keep_their_own_result(Act act)
    {
        var simulation = new Simulation(id => id.EndsWith("Kills", StringComparison.Ordinal) ? act : id.EndsWith('C') ? Act.Fail : Act.Pass) { Durations = id => id.EndsWith("Kills", StringComparison.Ordinal) ? 30 : 90 };

        var report = simulation.Run(Catalog("A", "Kills", "C", "D"), s_one);

        Assert.AreEqual(new Account(4, 2, 2, 0, 0), report.Account);
        var crash = Assert.IsInstanceOfType<Outcome.Crashed>(simulation.OutcomeOf("Sim.C0.Kills"));
        Assert.Contains("run again alone, it did this", crash.Failure.Message);
        Assert.IsInstanceOfType<Outcome.Failed>(simulation.OutcomeOf("Sim.C0.C"));
        var other = report.Results[new CaseIndex(0)];
        Assert.AreEqual(2, other.Attempt);
        Assert.Contains("RND4050", Assert.ContainsSingle(other.Notes));
        simulation.Check("several");
    }

    [TestMethod]
    public void When_none_of_them_does_it_alone_the_run_is_not_green()
    {
        var deaths = 0;
        var simulation = new Simulation(id => id.EndsWith('B') && Interlocked.Increment(ref deaths) == 1 ? Act.DieInBody : Act.Pass);

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.Contains("none of them did it", Assert.ContainsSingle(report.TeardownErrors).Failure.Message);
        Assert.AreEqual(2, report.ExitCode);
    }

    [TestMethod]
    public void Those_that_ran_beside_a_case_that_does_not_end_run_again()
    {
        var simulation = new Simulation(id => id.EndsWith("Stuck", StringComparison.Ordinal) ? Act.Stuck : Act.Pass) { Durations = id => id.EndsWith("Stuck", StringComparison.Ordinal) ? 30 : 2_900, LimitMs = 5_000 };

        var report = simulation.Run(Catalog("A", "Stuck", "C"), s_one);

        Assert.AreEqual(new Account(3, 2, 1, 0, 0), report.Account);
        Assert.IsInstanceOfType<Outcome.TimedOut>(simulation.OutcomeOf("Sim.C0.Stuck"));
        Assert.Contains("'Sim.C0.Stuck'", Assert.ContainsSingle(report.Results[new CaseIndex(0)].Notes));
        Assert.HasCount(2, simulation.RunsOf("Sim.C0.A"));
        Assert.HasCount(1, simulation.RunsOf("Sim.C0.Stuck"));
        simulation.Check("stuck");
    }

    [TestMethod]
    public void A_case_whose_limit_passes_while_a_neighbour_holds_the_loop_is_not_blamed()
    {
        // A's body needs 450 ms of its second and then waits behind B, which computes for longer than that, within the limit that both have.
        var simulation = new Simulation(id => id.EndsWith('B') ? Act.SilentForAWhile : Act.Pass) { SilenceMs = 1_700, Durations = id => id.EndsWith('B') ? 30 : 1_350 };

        var report = simulation.Run(Catalog("A", "B"), s_one);

        Assert.IsInstanceOfType<Outcome.Passed>(simulation.OutcomeOf("Sim.C0.A"));
        Assert.AreEqual(2, report.Account.Passed);
    }

    [TestMethod]
    public void The_one_that_holds_the_loop_past_its_own_limit_is_blamed_and_its_neighbours_run_again()
    {
        var simulation = Simulate(("A", Act.Pass), ("Holds", Act.Silent), ("C", Act.Pass));

        var report = simulation.Run(Catalog("A", "Holds", "C"), s_one);

        Assert.AreEqual(new Account(3, 2, 1, 0, 0), report.Account);
        Assert.IsInstanceOfType<Outcome.TimedOut>(simulation.OutcomeOf("Sim.C0.Holds"));
        simulation.Check("held");
    }

    [TestMethod]
    public void When_the_run_is_stopped_before_they_run_again_each_says_that_one_of_them_did_it()
    {
        var simulation = Simulate(("A", Act.Pass), ("Kills", Act.DieInBody));

        var report = simulation.Run(Catalog("A", "Kills"), s_one with { MaxWorkerRestart = 0 });

        Assert.AreEqual(2, report.Account.Failed);
        foreach (var result in report.Results.Values) Assert.Contains("one of them did it", Assert.IsInstanceOfType<Outcome.Crashed>(result.Outcome).Failure.Message);
        Assert.AreEqual(2, report.ExitCode);
    }

    [TestMethod]
    public void When_the_one_that_did_it_ends_the_run_the_others_are_not_run_and_say_who_it_was()
    {
        var simulation = new Simulation(id => id.EndsWith("Kills", StringComparison.Ordinal) ? Act.DieInBody : Act.Pass) { Durations = id => id.EndsWith("Kills", StringComparison.Ordinal) ? 30 : 90 };

        var report = simulation.Run(Catalog("Kills", "B", "C"), s_one with { MaxFail = 1 });

        Assert.AreEqual(new Account(3, 0, 1, 0, 2), report.Account);
        Assert.IsInstanceOfType<Outcome.Crashed>(simulation.OutcomeOf("Sim.C0.Kills"));
        foreach (var other in (string[])["Sim.C0.B", "Sim.C0.C"]) Assert.Contains("'Sim.C0.Kills' did the same when it was run again alone", Assert.IsInstanceOfType<Outcome.NotRun>(simulation.OutcomeOf(other)).Reason);
        Assert.IsEmpty(report.TeardownErrors);
    }

    [TestMethod]
    public void Only_the_death_of_all_counts_against_the_restarts_not_that_which_finds_who_did_it()
    {
        var simulation = Simulate(("A", Act.Pass), ("Kills", Act.DieInBody), ("C", Act.Pass));

        var report = simulation.Run(Catalog("A", "Kills", "C"), s_one with { MaxWorkerRestart = 1 });

        Assert.IsInstanceOfType<Ending.Complete>(report.Ending);
        Assert.AreEqual(new Account(3, 2, 1, 0, 0), report.Account);
    }

    [TestMethod]
    public void A_worker_that_retires_lets_those_that_run_come_to_their_end()
    {
        var simulation = new Simulation(id => id.EndsWith('A') ? Act.PassThenRetire : Act.Pass) { Durations = id => id.EndsWith('A') ? 60 : 13_500, LimitMs = 6_000 };

        var report = simulation.Run(Catalog("A", "B", "C"), s_one);

        Assert.AreEqual(new Account(3, 3, 0, 0, 0), report.Account);
        foreach (var id in (string[])["A", "B", "C"]) Assert.HasCount(1, simulation.RunsOf("Sim.C0." + id));
        simulation.Check("retired");
    }

    private static TestCatalog Catalog(params string[] tests) => Simulation.CatalogOf(tests);

    private static Simulation Simulate(params (string Name, Act Act)[] acts) => new(id => acts.Single(a => id.EndsWith("." + a.Name, StringComparison.Ordinal)).Act);
}
