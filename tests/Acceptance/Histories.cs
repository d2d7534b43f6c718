using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Rows 29 and 30 of the fault matrix: a damaged history is never a failed run, and runs in one folder do not harm each other.</summary>
[TestClass]
public sealed class Histories
{
    [TestMethod]
    [DataRow("empty")]
    [DataRow("cut in half")]
    [DataRow("without its last byte")]
    [DataRow("bytes of no meaning")]
    [DataRow("a version from the future")]
    [DataRow("a folder in its place")]
    public async Task A_damaged_history_is_set_aside_with_a_word(string damage)
    {
        await using var first = await UserRun.StartAsync("SomeFail", "-n", "2");
        await first.EndAsync();
        var files = Directory.GetFiles(first.History, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is not (".gitignore" or "history.lock")).ToArray();
        Assert.IsNotEmpty(files, "The run wrote no history.");
        foreach (var file in files) Damage(file, damage);

        await using var second = await UserRun.StartAsync("SomeFail", ["-n", "2"], first.History);
        var ended = await second.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, second.Describe());
        Assert.HasCount(6, ended.Ids("passed"));
        Assert.HasCount(3, ended.Ids("failed"));
        if (damage is "bytes of no meaning" or "a version from the future") Assert.Contains("history", ended.Console, StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public async Task Eight_runs_in_one_folder_do_not_harm_each_other()
    {
        await using var first = await UserRun.StartAsync("SomeFail", "-n", "1");
        await first.EndAsync();
        var runs = new List<UserRun>();
        try
        {
            for (var i = 0; i < 8; i++) runs.Add(await UserRun.StartAsync("SomeFail", ["-n", "2"], first.History));
            var ids = new HashSet<string>();
            foreach (var run in runs)
            {
                var ended = await run.EndAsync(120);

                Assert.AreEqual(2, ended.ExitCode, run.Describe());
                Assert.HasCount(6, ended.Ids("passed"), run.Describe());
                Assert.HasCount(3, ended.Ids("failed"), run.Describe());
                Assert.IsEmpty(ended.LeftProcesses);
                Assert.IsTrue(ids.Add(RunIdOf(run)), "Two runs have the same id.");
            }
        }
        finally
        {
            foreach (var run in runs) await run.DisposeAsync();
        }

        await using var last = await UserRun.StartAsync("SomeFail", ["-n", "0", "--lf"], first.History);
        string[] multiples = ["Limits.Tests.Number(3)", "Limits.Tests.Number(6)", "Limits.Tests.Number(9)"];
        CollectionAssert.AreEqual(multiples, (await last.EndAsync()).Ids(), last.Describe());
    }

    private static string RunIdOf(UserRun run)
    {
        var match = System.Text.RegularExpressions.Regex.Match(File.ReadAllText(run.JUnitPath), "\\b[0-9a-f]{32}\\b");
        Assert.IsTrue(match.Success, "The JUnit file holds no run id.");
        return match.Value;
    }

    private static void Damage(string file, string how)
    {
        var content = File.ReadAllBytes(file);
        switch (how)
        {
            case "empty": File.WriteAllBytes(file, []); break;
            case "cut in half": File.WriteAllBytes(file, content[..(content.Length / 2)]); break;
            case "without its last byte": File.WriteAllBytes(file, content[..Math.Max(0, content.Length - 1)]); break;
            case "bytes of no meaning": File.WriteAllBytes(file, [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 31 % 256))]); break;
            case "a version from the future": File.WriteAllText(file, "rondo-history 999\n{\"version\":999}\n"); break;
            case "a folder in its place":
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
        }
    }
}
