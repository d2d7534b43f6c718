using System.Diagnostics.CodeAnalysis;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Configurations;
using Microsoft.Testing.Platform.Extensions.CommandLine;
using Microsoft.Testing.Platform.Requests;
using Rondo.Adapter;

namespace Rondo.Tests;

[TestClass]
public sealed class OptionsTests
{
    [TestMethod]
    [DataRow("n", "auto")]
    [DataRow("n", "logical")]
    [DataRow("n", "0")]
    [DataRow("dist", "worksteal")]
    [DataRow("maxfail", "1")]
    [DataRow("k", "cart and not (slow or old)")]
    [DataRow("tags", "slow or network")]
    [DataRow("capture", "no")]
    [DataRow("leaks", "off")]
    [DataRow("test-timeout", "1m30s")]
    [DataRow("seed", "-5")]
    [DataRow("durations", "0")]
    [DataRow("concurrency", "100000")]
    public async Task Good_values_are_accepted(string option, string value)
    {
        var result = await ValidateAsync(option, value);

        Assert.IsTrue(result.IsValid, result.ErrorMessage);
    }

    [TestMethod]
    [DataRow("n", "many", "a number from 0, 'auto' or 'logical'")]
    [DataRow("n", "-1", "a number from 0")]
    [DataRow("dist", "sideways", "one of worksteal")]
    [DataRow("maxprocesses", "0", "a number from 1")]
    [DataRow("maxfail", "0", "a number from 1")]
    [DataRow("max-worker-restart", "x", "a number from 0")]
    [DataRow("capture", "yes", "'auto' or 'no'")]
    [DataRow("leaks", "maybe", "'fail', 'warn' or 'off'")]
    [DataRow("test-timeout", "5", "a length of time with its unit")]
    [DataRow("seed", "1.5", "a whole number")]
    [DataRow("durations", "-1", "a number from 0")]
    [DataRow("concurrency", "0", "a number from 1 to 100000")]
    [DataRow("concurrency", "100001", "a number from 1 to 100000")]
    public async Task A_bad_value_is_named_with_its_rule_and_what_to_do(string option, string value, string rule)
    {
        var result = await ValidateAsync(option, value);

        Assert.IsFalse(result.IsValid);
        Assert.Contains($"'{value}'", result.ErrorMessage!);
        Assert.Contains(rule, result.ErrorMessage!);
        Assert.Contains("Correct the value. [RND2050]", result.ErrorMessage!);
    }

    [TestMethod]
    [DataRow("k", "(cart")]
    [DataRow("tags", "slow and")]
    public async Task A_broken_expression_is_refused_before_anything_runs(string option, string value)
    {
        var result = await ValidateAsync(option, value);

        Assert.IsFalse(result.IsValid);
        Assert.Contains("[RND2", result.ErrorMessage!);
    }

    [TestMethod]
    public void The_command_line_wins_over_the_configuration()
    {
        var settings = Settings(new() { ["n"] = ["3"] }, new() { ["rondo:n"] = "5", ["rondo:leaks"] = "off", ["rondo:x"] = "true" });

        Assert.AreEqual("3", settings.Text("n"));
        Assert.AreEqual("off", settings.Text("leaks"));
        Assert.IsTrue(settings.IsOn("x"));
        Assert.IsFalse(settings.IsOn("lf"));
    }

    [TestMethod]
    public void The_configuration_obeys_the_same_rules()
    {
        var complaints = Settings([], new() { ["rondo:n"] = "many", ["rondo:x"] = "perhaps", ["rondo:maxfail"] = "2" }).Complaints();

        Assert.HasCount(2, complaints);
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex("'rondo:n' in '.*testconfig\\.json' was given 'many', but it takes a number from 0, 'auto' or 'logical'"), complaints[0]);
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex("'rondo:x' in '.*testconfig\\.json' was given 'perhaps', but it takes true or false"), complaints[1]);
    }

    [TestMethod]
    public void Options_become_the_engines_request()
    {
        var settings = Settings(
            new() { ["n"] = ["2"], ["x"] = [], ["test-timeout"] = ["2s"], ["capture"] = ["no"], ["leaks"] = ["fail"], ["seed"] = ["9"], ["k"] = ["cart"], ["tags"] = ["slow"], ["junitxml"] = ["out/r.xml"], ["history"] = ["h"], ["lf"] = [], ["concurrency"] = ["40"] }, []);

        var request = RequestBuilder.Build(settings, new TestNodeUidListFilter(["A.B.C/Part", "A.B.D"]));

        Assert.AreEqual("2", request.Workers);
        Assert.AreEqual(1, request.MaxFail);
        Assert.AreEqual(TimeSpan.FromSeconds(2), request.TestTimeout);
        Assert.IsFalse(request.CaptureOutput);
        Assert.AreEqual("fail", request.Leaks);
        Assert.AreEqual(9, request.Seed);
        Assert.AreEqual(40, request.Concurrency);
        Assert.IsTrue(request.LastFailedOnly);
        Assert.AreEqual(Path.GetFullPath("out/r.xml"), request.JUnitFile);
        Assert.AreEqual(Path.GetFullPath("h"), request.HistoryDirectory);
        Assert.AreEqual("cart", request.Selection.Names);
        Assert.AreEqual("slow", request.Selection.Tags);
        CollectionAssert.AreEquivalent(new[] { "A.B.C", "A.B.D" }, request.Selection.Ids!.ToArray());
    }

    [TestMethod]
    public void Nothing_given_leaves_the_choice_to_the_engine()
    {
        var request = RequestBuilder.Build(Settings([], []), new NopFilter());

        Assert.IsNull(request.Workers);
        Assert.IsNull(request.MaxFail);
        Assert.IsNull(request.TestTimeout);
        Assert.IsNull(request.Selection.Ids);
        Assert.IsNull(request.Selection.HostFilter);
        Assert.IsTrue(request.CaptureOutput);
        Assert.IsNull(request.HistoryDirectory);
    }

    private static Task<Microsoft.Testing.Platform.Extensions.ValidationResult> ValidateAsync(string option, string value)
    {
        var options = new RondoOptions();
        return options.ValidateOptionArgumentsAsync(options.GetCommandLineOptions().Single(o => o.Name == option), [value]);
    }

    private static Settings Settings(Dictionary<string, string[]> commandLine, Dictionary<string, string> configuration) => new(new FakeCommandLine(commandLine), new FakeConfiguration(configuration));

    private sealed class FakeCommandLine(Dictionary<string, string[]> values) : ICommandLineOptions
    {
        public bool IsOptionSet(string optionName) => values.ContainsKey(optionName);

        public bool TryGetOptionArgumentList(string optionName, [NotNullWhen(true)] out string[]? arguments) => values.TryGetValue(optionName, out arguments);
    }

    private sealed class FakeConfiguration(Dictionary<string, string> values) : IConfiguration
    {
        public string? this[string key] => values.GetValueOrDefault(key);
    }
}
