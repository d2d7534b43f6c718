using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Workers that are replaced in order.</summary>
[TestClass]
public sealed class Recycled
{
    [TestMethod]
    [DataRow("--recycle-after", "2", 2)]
    [DataRow("--recycle-memory", "1", 1)]
    public async Task No_worker_runs_more_than_it_may_and_none_counts_as_a_restart(string option, string value, int most)
    {
        await using var run = await UserRun.StartAsync("Distributions", "-n", "2", "--max-worker-restart", "0", option, value);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.AreEqual(new Account(10, 10, 0, 0, 0), Account.Find(ended.Console));
        foreach (var process in ended.Journal.Lines.Where(l => l.Text.StartsWith("Given.", StringComparison.Ordinal)).GroupBy(l => l.Process)) Assert.IsLessThanOrEqualTo(most, process.Count(), ended.Journal.ToString());
        Assert.DoesNotContain("is replaced", ended.Console);
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    public async Task A_class_that_stays_whole_is_brought_to_its_end()
    {
        await using var run = await UserRun.StartAsync("ClassFixtureStaysWhole", "-n", "2", "--recycle-after", "1");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        foreach (var type in new[] { "first", "second" })
        {
            var lines = ended.Journal.Lines.Where(l => l.Text.StartsWith(type + " ", StringComparison.Ordinal)).ToArray();
            Assert.HasCount(8, lines, ended.Journal.ToString());
            Assert.HasCount(1, lines.Select(l => l.Process).Distinct(), ended.Journal.ToString());
        }

        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    public async Task This_process_is_not_replaced()
    {
        await using var run = await UserRun.StartAsync("Distributions", "-n", "0", "--recycle-after", "5");

        var ended = await run.EndAsync();

        Assert.AreEqual(5, ended.ExitCode, run.Describe());
        Assert.Contains("[RND2015]", ended.Console);
    }
}
