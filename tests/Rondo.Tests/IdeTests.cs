namespace Rondo.Tests;

[TestClass]
public sealed class IdeTests
{
    [TestMethod]
    public async Task An_ide_lists_all_cases_with_their_places()
    {
        await using var ide = await IdeClient.ConnectAsync("");

        var nodes = await ide.DiscoverAsync();

        Assert.HasCount(10, nodes);
        var node = nodes["Sample.Plain.Takes_arguments(1, 'EUR')"];
        Assert.EndsWith("Behaviours.cs", node["location.file"]!.ToString());
        Assert.AreEqual("Sample.Plain", node["location.type"]!.ToString());
    }

    [TestMethod]
    public async Task An_ide_runs_what_it_asked_for_and_may_ask_again()
    {
        await using var ide = await IdeClient.ConnectAsync("fail");
        var all = await ide.DiscoverAsync();
        var wanted = new[] { "Sample.Plain.Passes", "Sample.Plain.Fails", "Sample.Plain.Is_skipped" };

        var first = await ide.RunAsync(wanted.Select(id => all[id]));
        var second = await ide.RunAsync([all["Sample.Plain.Fails"]]);

        CollectionAssert.AreEquivalent(wanted, first.Keys.ToArray());
        Assert.AreEqual("passed|failed|skipped", string.Join('|', wanted.Select(id => first[id]["execution-state"]!.ToString())));
        Assert.AreEqual("System.InvalidOperationException: it failed", first["Sample.Plain.Fails"]["error.message"]!.ToString());
        CollectionAssert.AreEquivalent(new[] { "Sample.Plain.Fails" }, second.Keys.ToArray());
    }

    [TestMethod]
    public async Task A_failed_test_is_no_failure_of_the_server()
    {
        await using var ide = await IdeClient.ConnectAsync("fail");

        var nodes = await ide.RunAsync(null);
        var exitCode = await ide.ExitAsync();

        Assert.AreEqual("failed", nodes["Sample.Plain.Fails"]["execution-state"]!.ToString());
        Assert.AreEqual(0, exitCode);
    }
}
