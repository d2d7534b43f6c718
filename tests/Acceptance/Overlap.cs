using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Several tests at once on one loop, and the faults that pytest-asyncio-cooperative has there.</summary>
[TestClass]
public sealed class Overlap
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Overlap));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 1")]
    public async Task The_first_failure_stops_what_has_not_begun_and_lets_what_runs_end(string workers)
    {
        await using var run = await UserRun.StartAsync("OverlapOfFaults", [.. workers.Split(' '), "-x", "--concurrency", "2", "-k", "Fails or neighbour"]);

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.AreEqual("failed", ended.Case("Faults.Together.Fails").Outcome);
        Assert.AreEqual(5, ended.Cases.Count, run.Describe());
        // At most the one beside it, and one that took the place of it before the order came.
        Assert.IsInRange(0, 2, ended.Ids("passed").Length, run.Describe());
        Assert.IsGreaterThanOrEqualTo(2, ended.Ids("notrun").Length, run.Describe());
    }

    [TestMethod]
    public async Task A_test_that_holds_the_thread_is_named_with_its_method()
    {
        await using var run = await UserRun.StartAsync("OverlapOfFaults", "-n", "1", "-k", "Holds_the_thread or neighbour");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        var holder = ended.Case("Faults.Together.Holds_the_thread").Everything;
        Assert.Contains("RND3080", holder);
        Assert.Contains("async method Together.Holds_the_thread", holder);
        Assert.DoesNotContain("RND3080", ended.Case("Faults.Together.Is_an_innocent_neighbour(1)").Everything);
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 1")]
    public async Task With_a_concurrency_of_one_nothing_overlaps(string workers)
    {
        await using var run = await UserRun.StartAsync("OverlapSharesFixtures", [.. workers.Split(' '), "--concurrency", "1", "-k", "diamond"]);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        var lines = ended.Journal.Lines.Select(l => l.Text[0]).ToArray();
        Assert.IsTrue(lines.SequenceEqual(lines.Order()) || lines.SequenceEqual(lines.OrderDescending()), run.Describe());
    }

    [TestMethod]
    public async Task An_interrupt_lets_all_that_run_at_once_come_to_their_end()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("OverlapWithKiller", "-n", "1", "-k", "Is_innocent and not fails");
        await run.UntilAsync(r => r.Journal.Lines.Count(l => l.Text.EndsWith("begins", StringComparison.Ordinal)) == 5, "five tests are running");

        RunProcesses.Send(run.ControllerId, RunProcesses.Interrupt);
        var ended = await run.EndAsync();

        Assert.AreEqual(3, ended.ExitCode, run.Describe());
        Assert.HasCount(5, ended.Ids("passed"), run.Describe());
    }
}
