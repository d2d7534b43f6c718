using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>A part of the tests on each of several machines.</summary>
[TestClass]
public sealed class Shards
{
    [TestMethod]
    public async Task Three_shards_are_exactly_the_plan_in_one_folder_and_in_folders_of_their_own()
    {
        await using var whole = await UserRun.StartAsync("Distributions", "-n", "2");
        var all = (await whole.EndAsync()).Ids();
        var empty = Path.Combine(whole.Folder, "shared");

        // Twice in one folder, where each shard changes what the next one reads; then with copies of one history.
        foreach (var history in new[] { empty, empty, null })
        {
            var ran = new List<string>();
            var splits = new HashSet<string>();
            for (var i = 1; i <= 3; i++)
            {
                await using var shard = await UserRun.StartAsync("Distributions", ["-n", i.ToString(System.Globalization.CultureInfo.InvariantCulture), "--shard", $"{i}/3", "--order", i == 2 ? "random" : "plan"], history ?? CopyOf(whole.History, whole.Folder, i));
                var ended = await shard.EndAsync();
                Assert.AreEqual(0, ended.ExitCode, shard.Describe());
                ran.AddRange(ended.Ids());
                var note = ended.Console.Split('\n').Single(l => l.StartsWith($"note: shard {i}/3: ", StringComparison.Ordinal));
                splits.Add(note[note.IndexOf("split ", StringComparison.Ordinal)..]);
            }

            Assert.AreSequenceEqual(all.Order(StringComparer.Ordinal), ran.Order(StringComparer.Ordinal));
            Assert.HasCount(1, splits);
        }
    }

    [TestMethod]
    public async Task What_failed_in_any_shard_runs_again_in_its_own()
    {
        await using var whole = await UserRun.StartAsync("SomeFail", "-n", "2");
        var failed = (await whole.EndAsync()).Ids("failed");
        var ran = new List<string>();

        for (var i = 1; i <= 3; i++)
        {
            await using var shard = await UserRun.StartAsync("SomeFail", ["-n", "0", "--lf", "--shard", $"{i}/3"], CopyOf(whole.History, whole.Folder, i));
            var ended = await shard.EndAsync();
            Assert.AreEqual(ended.Ids().Length == 0 ? 0 : 2, ended.ExitCode, shard.Describe());
            ran.AddRange(ended.Ids());
        }

        Assert.AreSequenceEqual(failed.Order(StringComparer.Ordinal), ran.Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task A_shard_with_nothing_to_do_is_no_error_and_says_so()
    {
        await using var run = await UserRun.StartAsync("Distributions", "-n", "2", "--shard", "40/40");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.Contains("Shard 40/40 is empty", ended.Console);
        Assert.AreEqual(new Account(0, 0, 0, 0, 0), Account.Find(ended.Console));
    }

    [TestMethod]
    public async Task A_shard_of_a_selection_without_tests_is_an_error_as_ever()
    {
        await using var run = await UserRun.StartAsync("Distributions", "-n", "2", "--shard", "1/2", "-k", "no_such_test");

        Assert.AreEqual(8, (await run.EndAsync()).ExitCode, run.Describe());
    }

    [TestMethod]
    [DataRow("0/3")]
    [DataRow("4/3")]
    [DataRow("one")]
    public async Task What_is_no_shard_is_refused(string value)
    {
        await using var run = await UserRun.StartAsync("Distributions", "--shard", value);

        var ended = await run.EndAsync();

        Assert.AreEqual(5, ended.ExitCode, run.Describe());
        Assert.Contains($"--shard is '{value}'", ended.Console);
        Assert.Contains("[RND2070]", ended.Console);
        Assert.IsEmpty(ended.Journal.Lines);
    }

    [TestMethod]
    public async Task The_plan_and_the_listing_are_those_of_the_shard()
    {
        var listed = new List<string>();
        for (var i = 1; i <= 2; i++)
        {
            await using var plan = await UserRun.StartAsync("Distributions", ["--plan", "-n", "2", "--shard", $"{i}/2"], history: null, reports: false);
            var ended = await plan.EndAsync();
            await using var list = await UserRun.StartAsync("Distributions", ["--list-tests", "--shard", $"{i}/2"], history: null, reports: false);
            var shown = (await list.EndAsync()).Console;

            Assert.AreEqual(0, ended.ExitCode, plan.Describe());
            Assert.Contains($"shard {i}/2: ", ended.Console);
            var ids = ended.Console.Split('\n').Where(l => l.StartsWith("  Given.", StringComparison.Ordinal)).Select(l => l.Trim()).ToArray();
            foreach (var id in ids) Assert.Contains(id[(id.LastIndexOf('.') + 1)..], shown);
            listed.AddRange(ids);
        }

        Assert.HasCount(10, listed.Distinct());
        Assert.HasCount(10, listed);
    }

    [TestMethod]
    public async Task One_of_one_is_everything()
    {
        await using var run = await UserRun.StartAsync("Distributions", "-n", "2", "--shard", "1/1");

        var ended = await run.EndAsync();

        Assert.HasCount(10, ended.Ids());
        Assert.DoesNotContain("shard", ended.Console);
    }

    private static string CopyOf(string history, string folder, int number)
    {
        var copy = Path.Combine(folder, "copy" + number);
        Directory.CreateDirectory(copy);
        File.Copy(Path.Combine(history, "history.jsonl"), Path.Combine(copy, "history.jsonl"), overwrite: true);
        return copy;
    }
}
