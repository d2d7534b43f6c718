using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Profiles of testconfig.json in real runs; the rules themselves are tested in Rondo.Tests.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Profiles
{
    private const string Config = """
        { "rondo": { "profiles": { "ci": { "n": "1", "overrides": [ { "k": "Fails", "retries": 1 } ] } } } }
        """;

    [TestMethod]
    [DataRow("0")]
    [DataRow("2")]
    public async Task An_override_holds_for_the_tests_it_chooses_wherever_they_run(string workers)
    {
        using var config = new ConfigFile(Config);
        await using var run = await UserRun.StartAsync("Interruptible", "--config-file", config.Path, "--profile", "ci", "-n", workers, "-k", "AtOnce");

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        Assert.Contains("\nattempt:Fails\n2", ended.Case("Interrupting.AtOnce.Fails").Everything);
        Assert.Contains("ran on", ended.Console);
        Assert.Contains(", attempt 2", ended.Console);
    }

    [TestMethod]
    public async Task What_holds_for_a_test_is_shown_on_request_and_nothing_runs()
    {
        using var config = new ConfigFile(Config);
        await using var run = await UserRun.StartAsync("Interruptible", ["--config-file", config.Path, "--show-settings", "-k", "AtOnce.Fails"], null, new Dictionary<string, string> { ["RONDO_PROFILE"] = "ci" });

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.Contains("  profile              ci         the variable 'RONDO_PROFILE'\n", ended.Output);
        Assert.Contains($"  n                    1          the profile 'ci' in '{config.Path}'\n", ended.Output);
        Assert.Contains($"Interrupting.AtOnce.Fails\n  retries              1          overrides[0] of profile 'ci' in {config.Path} (k: Fails)\n", ended.Output);
        Assert.IsEmpty(ended.Journal.Of("over "));
    }

    [TestMethod]
    [DataRow("--profile cd", "[RND2082]", "has: ci.")]
    [DataRow("--profile ci", "[RND2080]", "Is 'overrides' meant?")]
    public async Task What_cannot_be_meant_ends_the_program_with_5_and_runs_nothing(string arguments, string code, string says)
    {
        using var config = new ConfigFile(code == "[RND2080]" ? Config.Replace("overrides", "overides", StringComparison.Ordinal) : Config);
        await using var run = await UserRun.StartAsync("Interruptible", ["--config-file", config.Path, "-k", "AtOnce", .. arguments.Split(' ')]);

        var ended = await run.EndAsync();

        Assert.AreEqual(5, ended.ExitCode, run.Describe());
        Assert.Contains(code, ended.Console);
        Assert.Contains(says, ended.Console);
        Assert.IsEmpty(ended.Journal.Of("over "));
    }

    private sealed class ConfigFile : IDisposable
    {
        public ConfigFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
