using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Control;

[TestClass]
[DoNotParallelize]
public sealed class StressTests
{
    [TestMethod]
    public void Everything_is_run_again_and_again_until_the_time_is_up_and_reported_once()
    {
        var (simulation, stress, report) = Run(id => id.EndsWith('B') ? Act.Fail : Act.Pass, seconds: 5, ms: 30);

        Assert.IsInstanceOfType<Ending.Complete>(report.Ending);
        Assert.AreSequenceEqual(["Sim.C0.A", "Sim.C0.B"], report.Plan.Cases.Select(c => c.Id));
        Assert.AreEqual(new Account(2, 1, 1, 0, 0), report.Account);
        // Two workers, five seconds, 30 ms each.
        Assert.IsGreaterThan(100, stress.Count);
        Assert.IsGreaterThanOrEqualTo(stress.Failures - 2, stress.Count - stress.Failures, "each about as often");
        Assert.IsLessThanOrEqualTo(stress.Failures + 2, stress.Count - stress.Failures, "each about as often");
        Assert.AreEqual("Sim.C0.B", Assert.ContainsSingle(simulation.Reported).Id, "A failure is shown at once and once, what passes at the end of the series.");
        Assert.AreEqual(2, report.ExitCode);
        var failed = report.Results[report.Plan.Cases[1].Index];
        Assert.Contains($"Failed in {stress.Failures} of {stress.Failures} runs; this is the first failure, of run 1.", failed.Notes);
        Assert.Contains($"Passed in {stress.Count - stress.Failures} runs; its time is their mean.", report.Results[report.Plan.Cases[0].Index].Notes);

        stress.ShowRest(report);

        Assert.AreSequenceEqual(["Sim.C0.B", "Sim.C0.A"], simulation.Reported.Select(r => r.Id));
    }

    [TestMethod]
    public void A_series_until_the_first_failure_ends_with_it()
    {
        var begun = 0;
        var (_, stress, report) = Run(_ => Interlocked.Increment(ref begun) == 40 ? Act.Fail : Act.Pass, seconds: 600, ms: 20, untilFailure: true);

        Assert.AreEqual(1, stress.Failures);
        Assert.IsTrue(stress.IsOver);
        Assert.IsLessThan(60, stress.Count, "What was on its way may still end.");
        Assert.IsInstanceOfType<Ending.Complete>(report.Ending);
        Assert.AreEqual(2, report.ExitCode);
    }

    [TestMethod]
    public void With_a_random_ready_order_the_seed_that_brings_the_copys_order_again_is_shown()
    {
        var simulation = new Simulation(_ => Act.Fail);
        var stress = new Stress(TimeSpan.Zero, isUntilFailure: false, simulation, simulation.Time, readyOrderSeed: 77);

        var report = simulation.Run(Simulation.CatalogOf(["A"]), new RunRequest { Workers = "1", StressFor = TimeSpan.Zero, Stress = stress, ReadyOrderSeed = 77 });

        var note = report.Results[report.Plan.Cases[0].Index].Notes.Single(n => n.Contains("--seed", StringComparison.Ordinal));
        var seed = int.Parse(note[(note.LastIndexOf(' ') + 1)..].TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);
        // What a worker makes of seed and id, for the copy in that run and for the test in another one.
        Assert.AreEqual(77 ^ CaseSeed.Of("Sim.C0.A@1"), seed ^ CaseSeed.Of("Sim.C0.A"));
    }

    [TestMethod]
    public void Each_is_run_at_least_once_however_short_the_time()
    {
        var (_, stress, report) = Run(_ => Act.Pass, seconds: 0.01, ms: 900);

        Assert.AreEqual(new Account(2, 2, 0, 0, 0), report.Account);
        Assert.IsGreaterThanOrEqualTo(2, stress.Count);
        Assert.IsLessThanOrEqualTo(4, stress.Count);
        Assert.AreEqual(0, report.ExitCode);
    }

    [TestMethod]
    public void What_takes_its_worker_along_is_counted_and_the_series_goes_on_until_the_limit_of_restarts()
    {
        var (_, stress, report) = Run(id => id.EndsWith('A') ? Act.DieInBody : Act.Pass, seconds: 60, ms: 20, restarts: 5);

        Assert.IsInstanceOfType<Ending.RestartLimitReached>(report.Ending);
        Assert.IsInstanceOfType<Outcome.Crashed>(report.Results[report.Plan.Cases[0].Index].Outcome);
        Assert.IsInstanceOfType<Outcome.Passed>(report.Results[report.Plan.Cases[1].Index].Outcome);
        Assert.AreEqual(6, stress.Failures);
    }

    [TestMethod]
    public void An_interrupt_ends_the_series_and_what_was_not_run_is_said()
    {
        var simulation = new Simulation(_ => Act.Pass) { Durations = _ => 3_000, Interrupts = [(1_000, "Ctrl-C")] };
        var stress = new Stress(TimeSpan.FromSeconds(60), isUntilFailure: false, simulation, simulation.Time);

        var report = simulation.Run(Simulation.CatalogOf(["A", "B", "C"]), new RunRequest { Workers = "1", StressFor = TimeSpan.FromSeconds(60), Stress = stress });

        Assert.IsInstanceOfType<Ending.Interrupted>(report.Ending);
        Assert.AreEqual(new Account(3, 1, 0, 0, 2), report.Account);
        Assert.AreEqual(3, report.ExitCode);
    }

    [TestMethod]
    public void The_next_run_of_a_series_is_planned_by_what_the_last_one_took()
    {
        var simulation = new Simulation(_ => Act.Pass) { Durations = _ => 10 };
        var stress = new Stress(TimeSpan.FromSeconds(10), isUntilFailure: false, simulation, simulation.Time);
        var request = new RunRequest { Workers = "2", StressFor = TimeSpan.FromSeconds(10), Stress = stress };

        simulation.Run(Simulation.CatalogOf(["A"]), request);
        var first = stress.Count;
        simulation.Run(Simulation.CatalogOf(["A"]), request);

        // Unknown is 20 ms: 10 s on two workers are 1000 of them, and half the time is left.
        Assert.AreEqual(1000, first);
        Assert.IsGreaterThan(700, stress.Count - first);
    }

    private static (Simulation Simulation, Stress Stress, RunReport Report) Run(Func<string, Act> acts, double seconds, int ms, bool untilFailure = false, int? restarts = null)
    {
        var simulation = new Simulation(acts) { Durations = _ => ms };
        var stress = new Stress(TimeSpan.FromSeconds(seconds), untilFailure, simulation, simulation.Time);
        var report = simulation.Run(Simulation.CatalogOf(["A", "B"]), new RunRequest { Workers = "2", StressFor = TimeSpan.FromSeconds(seconds), UntilFailure = untilFailure, MaxFail = untilFailure ? 1 : null, MaxWorkerRestart = restarts, Stress = stress });
        return (simulation, stress, report);
    }
}
