using System.Text.Json.Nodes;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>An IDE's test explorer sees what the console sees.</summary>
[TestClass]
public sealed class Ides
{
    [TestMethod]
    [DataRow("CasesAndNames")]
    [DataRow("FailingTest")]
    [DataRow("SkippedTests")]
    public async Task Discovery_and_run_give_the_same_tests_as_the_console(string project)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var plain = await UserRun.StartAsync(project, "-n", "2");
        var console = await plain.EndAsync();
        await using var ide = await IdeClient.StartAsync(project, stop.Token);

        var discovered = await ide.NodesAsync("testing/discoverTests", null, stop.Token);
        var run = await ide.NodesAsync("testing/runTests", null, stop.Token);
        var again = await ide.NodesAsync("testing/runTests", discovered.Values.Take(1), stop.Token);
        await ide.ExitAsync(stop.Token);

        CollectionAssert.AreEquivalent(console.Ids(), discovered.Keys.ToArray());
        foreach (var one in console.Cases) Assert.AreEqual(one.Outcome, StateOf(run[one.Id]), one.Id);
        Assert.HasCount(console.Cases.Count, run);
        CollectionAssert.AreEqual(discovered.Keys.Take(1).ToArray(), again.Keys.ToArray());
        Assert.AreNotEqual("", (string?)discovered.Values.First()["location.file"] ?? "");
    }

    [TestMethod]
    public async Task A_chosen_test_that_kills_its_process_leaves_the_server_alive()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var ide = await IdeClient.StartAsync("KillsItsWorker", stop.Token);
        var discovered = await ide.NodesAsync("testing/discoverTests", null, stop.Token);

        var killed = await ide.NodesAsync("testing/runTests", [discovered["Killing.Deadly.By_fail_fast"]], stop.Token);
        var healthy = await ide.NodesAsync("testing/runTests", [discovered["Killing.Healthy.Runs_once(1)"]], stop.Token);
        await ide.ExitAsync(stop.Token);
        var ended = await ide.Run.EndAsync(20);

        Assert.IsTrue(StateOf(killed["Killing.Deadly.By_fail_fast"]) is "error" or "failed", StateOf(killed["Killing.Deadly.By_fail_fast"]));
        Assert.AreEqual("passed", StateOf(healthy["Killing.Healthy.Runs_once(1)"]));
        Assert.IsEmpty(ended.LeftProcesses);
    }

    [TestMethod]
    public async Task A_virtual_test_that_can_never_finish_is_told_at_once_beside_the_connection_of_the_host()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var ide = await IdeClient.StartAsync("VirtualTime", stop.Token, "-n", "0");
        var discovered = await ide.NodesAsync("testing/discoverTests", null, stop.Token);
        var test = discovered.Single(node => node.Key.EndsWith("Tests.Can_never_finish", StringComparison.Ordinal));

        var run = await ide.NodesAsync("testing/runTests", [test.Value], stop.Token);
        await ide.ExitAsync(stop.Token);

        Assert.Contains("RND3070", run[test.Key].ToJsonString());
    }

    private static string StateOf(JsonObject node) => (string?)node["execution-state"] ?? "";
}
