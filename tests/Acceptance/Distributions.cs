using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>How cases reach workers.</summary>
[TestClass]
public sealed class Distributions
{
    [TestMethod]
    [DataRow("load", "")]
    [DataRow("loadscope", "class:")]
    [DataRow("loadclass", "class:")]
    [DataRow("loadfile", "file:")]
    [DataRow("loadgroup", "group:")]
    public async Task What_belongs_together_runs_in_one_process(string kind, string key)
    {
        await using var run = await UserRun.StartAsync("Distributions", "-n", "2", "--dist", kind);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.AreEqual(new Account(10, 10, 0, 0, 0), Account.Find(ended.Console));
        foreach (var together in ended.Journal.Lines.Where(l => key.Length > 0 && l.Text.StartsWith("in " + key, StringComparison.Ordinal)).GroupBy(l => l.Text))
            Assert.HasCount(1, together.Select(l => l.Process).Distinct(), together.Key + "\n" + ended.Journal);
    }

    [TestMethod]
    public async Task Without_a_distribution_one_worker_runs_the_plan_in_order()
    {
        await using var run = await UserRun.StartAsync("Distributions", "--dist", "no");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.Contains("1 worker (by --dist no)", ended.Console);
        Assert.HasCount(1, ended.Journal.ByProcess);
        Assert.AreSequenceEqual(["One.A", "One.B", "One.C", "One.D", "Two.A", "Two.B", "Two.C"], ended.Journal.Of("Given.").Where(id => !id.StartsWith("Three", StringComparison.Ordinal)));
        Assert.EndsWith("Three.C", ended.Journal.Of("Given.")[^1]);
    }

    [TestMethod]
    [DataRow("Plan", "-n 2")]
    [DataRow("PlanByFile", "-n 2 --dist loadfile")]
    [DataRow("PlanInProcess", "-n 0 --dist load -k Three")]
    public async Task The_plan_is_listed_and_nothing_runs(string name, string options)
    {
        await using var run = await UserRun.StartAsync("Distributions", ["--plan", .. options.Split(' ')], history: null, reports: false);

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, ended.Console);
        Assert.IsEmpty(ended.Journal.Lines);
        Approved.Matches(name, Approved.Scrub(ended.Console, run));
    }

    [TestMethod]
    public async Task The_plan_knows_what_an_earlier_run_took_and_what_failed_in_it()
    {
        await using var first = await UserRun.StartAsync("SomeFail", "-n", "2");
        await first.EndAsync();
        var history = await ContentsAsync(first.History);

        await using var plan = await UserRun.StartAsync("SomeFail", ["--plan", "-n", "2", "--lf"], first.History, reports: false);
        var ended = await plan.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, ended.Console);
        Assert.Contains("3 cases in 3 units of work, expected to take ", ended.Console);
        Assert.DoesNotContain("unknown", ended.Console);
        Assert.AreEqual(history, await ContentsAsync(first.History), "The plan is no run.");
    }

    [TestMethod]
    public async Task A_crash_costs_one_test_and_not_the_class_it_belongs_to()
    {
        await using var run = await UserRun.StartAsync("KillsItsWorker", "-n", "1", "--dist", "loadfile", "--max-worker-restart", "20");

        var ended = await run.EndAsync();

        Assert.AreEqual(new Account(16, 8, 8, 0, 0), Account.Find(ended.Console), ended.Console);
    }

    private static async Task<string> ContentsAsync(string folder)
    {
        var text = "";
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)) text += file + "\n" + await File.ReadAllTextAsync(file) + "\n";
        return text;
    }
}
