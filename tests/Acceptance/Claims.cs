using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Locks that hold across processes and on one loop, and tests with a process of their own.</summary>
[TestClass]
public sealed class Claims
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Claims));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-n 0", "test", 5)]
    [DataRow("-n 2", "test", 5)]
    [DataRow("-n 0", "class", 1)]
    public async Task The_option_isolates_tests_without_a_mark(string workers, string isolate, int processes)
    {
        await using var run = await UserRun.StartAsync("SerialRunsAlone", [.. workers.Split(' '), "--isolate", isolate, "-k", isolate == "class" ? "Solo" : "Member and not 6 and not 7 and not 8"]);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.AreEqual(processes, ended.Journal.ByProcess.Count, run.Describe());
        Assert.IsFalse(ended.Journal.ByProcess.Contains(run.ControllerId), "A test ran in the controller.");
    }

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 1")]
    public async Task A_random_order_holds_also_around_isolated_tests(string workers)
    {
        await using var run = await UserRun.StartAsync("IsolatedProcesses", [.. workers.Split(' '), "--seed", "3", "-k", "Ordinary and not alone"]);
        var first = await run.EndAsync();
        await using var again = await UserRun.StartAsync("IsolatedProcesses", [.. workers.Split(' '), "--seed", "3", "-k", "Ordinary and not alone"]);
        var second = await again.EndAsync();

        Assert.AreEqual(0, first.ExitCode, run.Describe());
        string[] Order(Ended ended) => [.. ended.Journal.Lines.Select(l => l.Text.Split(' ')[0])];
        CollectionAssert.AreEqual(Order(first), Order(second), run.Describe());
        Assert.HasCount(6, Order(first));
    }

    [TestMethod]
    public async Task Fresh_processes_are_no_restarts()
    {
        await using var run = await UserRun.StartAsync("IsolatedProcesses", "-n", "1", "--max-worker-restart", "0", "-k", "not Dies");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
    }
}
