using System.Diagnostics.CodeAnalysis;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Configurations;
using Microsoft.Testing.Platform.Extensions.CommandLine;
using Microsoft.Testing.Platform.Requests;
using Rondo.Adapter;
using Rondo.Engine.Planning;

namespace Rondo.Tests;

[TestClass]
public sealed class OptionsTests
{
    [TestMethod]
    [DataRow("n", "auto")]
    [DataRow("n", "logical")]
    [DataRow("n", "0")]
    [DataRow("dist", "worksteal")]
    [DataRow("dist", "load")]
    [DataRow("dist", "loadscope")]
    [DataRow("dist", "loadclass")]
    [DataRow("dist", "loadfile")]
    [DataRow("dist", "loadgroup")]
    [DataRow("dist", "no")]
    [DataRow("maxfail", "1")]
    [DataRow("k", "cart and not (slow or old)")]
    [DataRow("tags", "slow or network")]
    [DataRow("capture", "no")]
    [DataRow("leaks", "off")]
    [DataRow("test-timeout", "1m30s")]
    [DataRow("seed", "-5")]
    [DataRow("durations", "0")]
    [DataRow("ready-order", "random")]
    [DataRow("schedule", "s1.0-3-1.x-0-2")]
    [DataRow("schedule", "fifo")]
    [DataRow("concurrency", "100000")]
    [DataRow("retries", "0")]
    [DataRow("retries", "1000")]
    [DataRow("deselect", "cart or slow")]
    [DataRow("isolate", "class")]
    public async Task Good_values_are_accepted(string option, string value)
    {
        var result = await ValidateAsync(option, value);

        Assert.IsTrue(result.IsValid, result.ErrorMessage);
    }

    [TestMethod]
    [DataRow("n", "many", "a number from 0, 'auto' or 'logical'")]
    [DataRow("n", "-1", "a number from 0")]
    [DataRow("dist", "sideways", "one of worksteal, load, loadscope, loadclass, loadfile, loadgroup, each, no")]
    [DataRow("maxprocesses", "0", "a number from 1")]
    [DataRow("maxfail", "0", "a number from 1")]
    [DataRow("max-worker-restart", "x", "a number from 0")]
    [DataRow("capture", "yes", "'auto' or 'no'")]
    [DataRow("leaks", "maybe", "'fail', 'warn' or 'off'")]
    [DataRow("test-timeout", "5", "a length of time with its unit")]
    [DataRow("seed", "1.5", "a whole number")]
    [DataRow("durations", "-1", "a number from 0")]
    [DataRow("retries", "-1", "a number from 0 to 1000")]
    [DataRow("retries", "1001", "a number from 0 to 1000")]
    [DataRow("isolate", "all", "'none', 'class' or 'test'")]
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
    [DataRow("deselect", "not")]
    public async Task A_broken_expression_is_refused_before_anything_runs(string option, string value)
    {
        var result = await ValidateAsync(option, value);

        Assert.IsFalse(result.IsValid);
        Assert.Contains("[RND2", result.ErrorMessage!);
    }

    [TestMethod]
    [DataRow("s1.0-3")]
    [DataRow("again")]
    public async Task A_schedule_that_cannot_be_read_is_refused_before_anything_runs(string text)
    {
        var result = await ValidateAsync("schedule", text);

        Assert.IsFalse(result.IsValid);
        Assert.Contains($"The schedule '{text}' cannot be read", result.ErrorMessage!);
        Assert.Contains("[RND3073]", result.ErrorMessage!);
    }

    // order, ready order, seed -> seeds of the order of tests, of the order on their loops, of explored tests; "?" is any number.
    [TestMethod]
    [DataRow(null, null, null, "- - -")]
    [DataRow(null, null, "9", "9 - 9")]
    [DataRow("plan", null, "9", "- - 9")]
    [DataRow("random", null, "9", "9 - 9")]
    [DataRow("random", null, null, "? - ?")]
    [DataRow(null, "random", "9", "- 9 9")]
    [DataRow(null, "random", null, "- ? ?")]
    [DataRow("random", "random", null, "? ? ?")]
    [DataRow("plan", "fifo", null, "- - -")]
    public void A_seed_shuffles_what_was_asked_for(string? order, string? readyOrder, string? seed, string expected)
    {
        var given = new Dictionary<string, string[]>();
        if (order is not null) given["order"] = [order];
        if (readyOrder is not null) given["ready-order"] = [readyOrder];
        if (seed is not null) given["seed"] = [seed];

        var request = RequestBuilder.Build(Settings(given, []), new NopFilter());

        int?[] seeds = [request.Seed, request.ReadyOrderSeed, request.ExploreSeed];
        Assert.AreEqual(expected, string.Join(' ', seeds.Select(s => s is null ? "-" : seed is null ? "?" : s.Value.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        Assert.IsLessThanOrEqualTo(1, seeds.Where(s => s is not null).Distinct().Count());
    }

    [TestMethod]
    [DataRow("lf= ff=", "--lf and --ff")]
    [DataRow("ff= seed=3", "--ff and --seed, which asks for a random order,")]
    [DataRow("nf= order=random", "--nf and --order random")]
    [DataRow("sw= order=random", "--sw and --order random")]
    [DataRow("sw= ff=", "--sw and --ff")]
    [DataRow("sw= nf=", "--sw and --nf")]
    [DataRow("sw= n=2", "--sw and -n 2")]
    [DataRow("sw= n=logical", "--sw and -n logical")]
    [DataRow("sw= maxfail=2", "--sw and --maxfail 2")]
    [DataRow("sw-skip= order=random", "--sw-skip and --order random")]
    [DataRow("sw-skip= ff=", "--sw-skip and --ff")]
    [DataRow("sw-skip= n=2", "--sw-skip and -n 2")]
    [DataRow("sw-skip= maxfail=2", "--sw-skip and --maxfail 2")]
    [DataRow("sw= sw-skip= nf=", "--sw and --nf")]
    [DataRow("sw= sw-skip= n=1", null)]
    [DataRow("dist=no n=4", "--dist no and -n 4")]
    [DataRow("dist=no n=logical", "--dist no and -n logical")]
    [DataRow("dist=no n=auto", null)]
    [DataRow("dist=no n=0", null)]
    [DataRow("dist=load n=4", null)]
    [DataRow("dist=each n=0", "--dist each and -n 0")]
    [DataRow("dist=each sw=", "--dist each and --sw")]
    [DataRow("dist=each stress=1m", "--dist each and --stress 1m")]
    [DataRow("dist=each repeat-until-failure=", "--dist each and --repeat-until-failure")]
    [DataRow("stress=1m sw=", "--sw and --stress 1m")]
    [DataRow("dist=each n=3 seed=4", null)]
    [DataRow("stress=1m repeat-until-failure= n=0", null)]
    [DataRow("ff= nf=", null)]
    [DataRow("lf= nf=", null)]
    [DataRow("lf= sw= x= n=1", null)]
    [DataRow("sw= n=auto maxfail=1", null)]
    [DataRow("sw= n=0", null)]
    [DataRow("ff= seed=3 order=plan", null)]
    [DataRow("nf= seed=3 ready-order=random", null)]
    [DataRow("replay=a k=x", "--replay and -k")]
    [DataRow("replay=a rest=", "--replay and --rest")]
    [DataRow("rest= lf=", "--rest and --lf")]
    [DataRow("rest= sw=", "--rest and --sw")]
    [DataRow("rest= ff= x= shard=1/2", null)]
    [DataRow("replay=a filter-uid=b", "--replay and --filter-uid")]
    [DataRow("replay=a junitxml=b timeline=c runlog=e durations=3 fail-on-flaky= history=d", null)]
    public void Options_that_contradict_each_other_are_refused(string given, string? refused)
    {
        var commandLine = given.Split(' ').Select(g => g.Split('=')).ToDictionary(g => g[0], g => g[1].Length == 0 ? Array.Empty<string>() : [g[1]]);

        var complaints = Settings(commandLine, []).Complaints();

        if (refused is null)
        {
            Assert.IsEmpty(complaints);
            return;
        }

        Assert.StartsWith(refused + " contradict each other: ", Assert.ContainsSingle(complaints));
        Assert.EndsWith("[RND2015]", complaints[0]);
    }

    [TestMethod]
    public void The_distribution_becomes_the_engines()
    {
        Assert.AreEqual(Distribution.LoadGroup, RequestBuilder.Build(Settings(new() { ["dist"] = ["loadgroup"] }, []), new NopFilter()).Distribution);
        Assert.AreEqual(Distribution.No, RequestBuilder.Build(Settings(new() { ["dist"] = ["no"] }, []), new NopFilter()).Distribution);
        Assert.AreEqual(Distribution.WorkSteal, RequestBuilder.Build(Settings([], []), new NopFilter()).Distribution);
    }

    [TestMethod]
    public void Defaults_in_a_file_do_not_contradict_a_replay() => Assert.IsEmpty(Settings(new() { ["replay"] = ["a", "b"] }, new() { ["rondo:n"] = "4", ["rondo:retries"] = "2" }).Complaints());

    [TestMethod]
    public void Several_logs_can_be_replayed()
    {
        var arity = new RondoOptions().GetCommandLineOptions().Single(o => o.Name == "replay").Arity;

        Assert.IsGreaterThan(1, arity.Max);
        CollectionAssert.AreEqual(new[] { "a", "b" }, Settings(new() { ["replay"] = ["a", "b"] }, []).Texts("replay").ToArray());
        CollectionAssert.AreEqual(new[] { "c" }, Settings([], new() { ["rondo:replay"] = "c" }).Texts("replay").ToArray());
        Assert.IsEmpty(Settings([], []).Texts("replay"));
    }

    [TestMethod]
    public void A_contradiction_is_found_wherever_its_halves_stand()
    {
        var complaint = Assert.ContainsSingle(Settings(new() { ["lf"] = [] }, new() { ["rondo:ff"] = "true" }).Complaints());

        Assert.Contains("--lf and --ff", complaint);
    }

    [TestMethod]
    public void Options_of_choosing_and_isolating_become_the_engines_request()
    {
        var request = RequestBuilder.Build(Settings(new() { ["deselect"] = ["slow"], ["ff"] = [], ["nf"] = [], ["isolate"] = ["test"] }, []), new NopFilter());
        var stepwise = RequestBuilder.Build(Settings(new() { ["sw"] = [] }, []), new NopFilter());

        Assert.AreEqual("slow", request.Selection.Deselected);
        Assert.IsFalse(request.Selection.IsAll);
        Assert.IsTrue(request.FailedFirst && request.NewFirst && !request.Stepwise);
        Assert.AreEqual(Engine.Planning.Isolation.Test, request.Isolate);
        Assert.IsTrue(stepwise.Stepwise);
        Assert.AreEqual(1, stepwise.MaxFail);
        Assert.IsFalse(stepwise.StepwiseSkip);
        var behind = RequestBuilder.Build(Settings(new() { ["sw-skip"] = [] }, []), new NopFilter());
        Assert.IsTrue(behind.Stepwise && behind.StepwiseSkip);
        Assert.AreEqual(1, behind.MaxFail);
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
            new() { ["n"] = ["2"], ["x"] = [], ["test-timeout"] = ["2s"], ["capture"] = ["no"], ["leaks"] = ["fail"], ["seed"] = ["9"], ["k"] = ["cart"], ["tags"] = ["slow"], ["junitxml"] = ["out/r.xml"], ["history"] = ["h"], ["lf"] = [], ["rest"] = [], ["concurrency"] = ["40"], ["retries"] = ["2"], ["fail-on-flaky"] = [], ["explicit"] = [] }, []);

        var request = RequestBuilder.Build(settings, new TestNodeUidListFilter(["A.B.C/Part", "A.B.D"]));

        Assert.AreEqual("2", request.Workers);
        Assert.AreEqual(1, request.MaxFail);
        Assert.AreEqual(TimeSpan.FromSeconds(2), request.TestTimeout);
        Assert.IsFalse(request.CaptureOutput);
        Assert.AreEqual("fail", request.Leaks);
        Assert.AreEqual(9, request.Seed);
        Assert.AreEqual(40, request.Concurrency);
        Assert.IsTrue(request.LastFailedOnly);
        Assert.IsTrue(request.OnlyWhatIsLeft);
        Assert.AreEqual(2, request.Retries);
        Assert.IsTrue(request.FailOnFlaky);
        Assert.IsTrue(request.Selection.Explicit);
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
