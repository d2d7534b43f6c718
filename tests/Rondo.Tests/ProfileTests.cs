using System.Diagnostics.CodeAnalysis;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Configurations;
using Rondo.Adapter;
using Rondo.Engine.Planning;

namespace Rondo.Tests;

/// <summary>The section of <c>testconfig.json</c>: profiles, overrides, and what is wrong in it.</summary>
[TestClass]
public sealed class ProfileTests
{
    private const string Good = """
        {
          // The platform has sections of its own.
          "platformOptions": { "anything": 1 },
          "rondo": {
            "n": "3", "retries": 1,
            "overrides": [ { "k": "Says", "retries": 5, "test-timeout": "1m" } ],
            "profiles": {
              "ci": { "retries": 2, "x": true, "overrides": [ { "tags": "slow", "retries": 4 }, { "k": "Plain", "isolate": "class" } ] },
              "quick": { "n": 0 },
            }
          }
        }
        """;

    [TestMethod]
    public void Who_is_nearer_wins()
    {
        using var file = new TemporaryFile(Good);
        Dictionary<string, string> section = new() { ["rondo:n"] = "3", ["rondo:retries"] = "1" };

        var none = SettingsOf.File(file.Path, section);
        var ci = SettingsOf.File(file.Path, section, ("profile", "ci"));
        var both = SettingsOf.File(file.Path, section, ("profile", "ci"), ("retries", "7"));

        Assert.AreEqual((3, 1, false), (none.Number("n"), none.Number("retries"), none.IsOn("x")));
        Assert.AreEqual((3, 2, true), (ci.Number("n"), ci.Number("retries"), ci.IsOn("x")));
        Assert.AreEqual((3, 7, true), (both.Number("n"), both.Number("retries"), both.IsOn("x")));
        foreach (var settings in (Settings[])[none, ci, both]) Assert.IsEmpty(settings.Complaints());
    }

    [TestMethod]
    public void A_variable_chooses_a_profile_and_the_command_line_another()
    {
        using var file = new TemporaryFile(Good);

        Assert.AreEqual("quick", SettingsOf.With(file.Path, [], "quick").Profile);
        Assert.AreEqual("ci", SettingsOf.With(file.Path, [], "quick", ("profile", "ci")).Profile);
        Assert.AreEqual("quick", SettingsOf.File(file.Path, new() { ["rondo:profile"] = "quick" }).Profile);
        Assert.IsNull(SettingsOf.File(file.Path).Profile);
    }

    [TestMethod]
    public void Overrides_of_the_profile_come_before_those_of_the_section_and_the_command_line_beats_both()
    {
        using var file = new TemporaryFile(Good);

        var ci = SettingsOf.File(file.Path, [], ("profile", "ci")).Overrides();
        var given = SettingsOf.File(file.Path, [], ("profile", "ci"), ("retries", "0")).Overrides();

        Assert.HasCount(3, ci);
        Assert.AreEqual(("slow", 4, (int?)null), (ci[0].Tags, ci[0].Retries, ci[0].TestTimeoutMs));
        Assert.AreEqual(Isolation.Class, ci[1].Isolation);
        Assert.AreEqual(("Says", 5, 60_000), (ci[2].Names, ci[2].Retries, ci[2].TestTimeoutMs));
        Assert.StartsWith("overrides[0] of the section in ", ci[2].Source);
        Assert.IsTrue(given.All(o => o.Retries is null));
        Assert.AreEqual(60_000, given[2].TestTimeoutMs);
    }

    [TestMethod]
    [DataRow("""{ "rondo": { "retrys": 2 } }""", "RND2080", "Is 'retries' meant?")]
    [DataRow("""{ "rondo": { "profiles": { "ci": { "profiles": {} } } } }""", "RND2080", "'rondo:profiles:ci'")]
    [DataRow("""{ "rondo": { "n": [4] } }""", "RND2081", "is a list, but it takes a number from 0")]
    [DataRow("""{ "rondo": [] }""", "RND2081", "an object with settings")]
    [DataRow("""{ "rondo": { "profiles": { "ci": 3 } } }""", "RND2081", "'rondo:profiles:ci'")]
    [DataRow("""{ "rondo": { "profiles": { "ci": { "retries": "many" } } } }""", "RND2050", "'rondo:profiles:ci:retries'")]
    [DataRow("""{ "rondo": { "overrides": [ { "k": "cart and", "retries": 1 } ] } }""", "RND2002", "'rondo:overrides:0:k'")]
    [DataRow("""{ "rondo": { "overrides": [ { "retries": 1 } ] } }""", "RND2083", "does not choose its tests")]
    [DataRow("""{ "rondo": { "overrides": [ { "k": "cart" } ] } }""", "RND2083", "says nothing about its tests")]
    [DataRow("""{ "rondo": { "overrides": [ { "k": "cart", "leaks": "fail" } ] } }""", "RND2080", "There are: isolate, k, retries, tags, test-timeout.")]
    public void What_is_wrong_in_the_file_is_said_with_its_place_and_what_there_is(string text, string code, string says)
    {
        using var file = new TemporaryFile(text);

        var complaint = Assert.ContainsSingle(SettingsOf.File(file.Path).Complaints());

        Assert.Contains($"[{code}]", complaint);
        Assert.Contains(says, complaint);
        Assert.Contains(file.Path, complaint);
    }

    [TestMethod]
    public void A_profile_that_does_not_exist_is_refused_with_those_that_do()
    {
        using var file = new TemporaryFile(Good);
        using var without = new TemporaryFile("""{ "rondo": { } }""");

        var complaint = Assert.ContainsSingle(SettingsOf.File(file.Path, [], ("profile", "cd")).Complaints());

        Assert.Contains("The profile 'cd' was chosen by the command line", complaint);
        Assert.Contains("has: ci, quick.", complaint);
        Assert.Contains("[RND2082]", complaint);
        Assert.Contains("has no profiles", Assert.ContainsSingle(SettingsOf.File(without.Path, [], ("profile", "cd")).Complaints()));
        Assert.Contains("There is no section 'rondo'", Assert.ContainsSingle(SettingsOf.File("/nowhere/testconfig.json", [], ("profile", "cd")).Complaints()));
    }

    [TestMethod]
    public void What_is_no_json_is_left_to_the_platform()
    {
        using var file = new TemporaryFile("{ rondo");

        Assert.IsEmpty(SettingsOf.File(file.Path).Complaints());
    }

    [TestMethod]
    public void The_listing_tells_for_run_and_test_what_holds_and_who_said_so()
    {
        using var file = new TemporaryFile(Good);
        var settings = SettingsOf.File(file.Path, new() { ["rondo:n"] = "3", ["rondo:retries"] = "1" }, ("profile", "ci"), ("leaks", "off"));
        var plain = Catalogs.Case();
        var slow = plain with { Id = plain.Id + "2", Marks = plain.Marks with { Tags = ["slow"], TimeoutMs = 90_500 } };

        var text = SettingsListing.Of(settings, new Plan([plain, slow]), selectsAll: false);

        Assert.Contains("  profile              ci         the command line\n", text);
        Assert.Contains("  leaks                off        the command line\n", text);
        Assert.Contains($"  retries              2          the profile 'ci' in '{file.Path}'\n", text);
        Assert.Contains($"{plain.Id}\n  retries              2          the profile 'ci'", text);
        Assert.Contains($"{slow.Id}\n  retries              4          overrides[0] of profile 'ci' in {file.Path} (tags: slow)\n", text);
        Assert.Contains("  test-timeout         1m30s500ms the mark [Timeout]\n", text);
        Assert.Contains("  test-timeout         10m        default\n", text);
    }
}

/// <summary>Settings over a file of their own.</summary>
internal static class SettingsOf
{
    public static Settings File(string path) => With(path, [], null);

    public static Settings File(string path, Dictionary<string, string> configuration, params (string Name, string Value)[] commandLine) => With(path, configuration, null, commandLine);

    public static Settings With(string path, Dictionary<string, string> configuration, string? profileVariable, params (string Name, string Value)[] commandLine)
    {
        var options = commandLine.ToDictionary(o => o.Name, o => new[] { o.Value });
        options["config-file"] = [path];
        return new Settings(new CommandLine(options), new Configuration(configuration), name => name == "RONDO_PROFILE" ? profileVariable : null);
    }

    private sealed class CommandLine(Dictionary<string, string[]> values) : ICommandLineOptions
    {
        public bool IsOptionSet(string optionName) => values.ContainsKey(optionName);

        public bool TryGetOptionArgumentList(string optionName, [NotNullWhen(true)] out string[]? arguments) => values.TryGetValue(optionName, out arguments);
    }

    private sealed class Configuration(Dictionary<string, string> values) : IConfiguration
    {
        public string? this[string key] => values.GetValueOrDefault(key);
    }
}

/// <summary>A file that goes with the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(string text)
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
