using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Subtests: named parts of a test with results of their own.</summary>
[TestClass]
public sealed class Parts
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Parts));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 1")]
    public async Task The_first_failed_part_is_the_last_one_when_the_run_stops_at_the_first_failure(string workers)
    {
        await using var run = await UserRun.StartAsync("PartsOfTests", [.. workers.Split(' '), "-x", "-k", "Names"]);

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        // The body ended at the part that was not begun, and that is no failure of its own.
        CollectionAssert.AreEqual(new[] { "Parts.Tests.Names", "Parts.Tests.Names/outer", "Parts.Tests.Names/outer/inner" }, ended.Ids("passed"));
        CollectionAssert.AreEqual(new[] { "Parts.Tests.Names/outer/inner#2" }, ended.Ids("failed"));
    }

    [TestMethod]
    public async Task The_id_of_a_part_runs_its_test_again_with_all_parts()
    {
        await using var run = await UserRun.StartAsync("PartsOfTests", "-n", "0", "--filter-uid", "Parts.Tests.Names/outer/inner");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.HasCount(7, ended.Cases, run.Describe());
        Assert.DoesNotContain("RND2051", ended.Console);
    }

    [TestMethod]
    public async Task What_failed_last_is_the_test_and_not_its_part()
    {
        await using var first = await UserRun.StartAsync("PartsOfTests", "-n", "0", "-k", "Names or fixture");
        var before = await first.EndAsync();
        await using var second = await UserRun.StartAsync("PartsOfTests", ["-n", "0", "--lf"], history: first.History);

        var ended = await second.EndAsync();

        Assert.AreEqual(2, before.ExitCode, first.Describe());
        Assert.AreEqual(2, ended.ExitCode, second.Describe());
        Assert.Contains("1 planned = 0 passed + 1 failed", ended.Console);
        Assert.HasCount(7, ended.Cases, second.Describe());
    }
}
