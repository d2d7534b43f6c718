using Microsoft.Testing.Platform.Extensions.Messages;
using Rondo.Adapter;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Tests;

[TestClass]
public sealed class NodesTests
{
    [TestMethod]
    public void A_discovered_case_says_where_it_stands_and_what_it_is()
    {
        var node = Catalogs.Nodes().Discovered(Catalogs.Case("1", tags: ["slow", "money"]));

        Assert.AreEqual("Shop.Checkout.OrderTests.Is_paid(1)", node.Uid.Value);
        Assert.AreEqual("order is paid", node.DisplayName);
        Assert.IsNotNull(node.Properties.SingleOrDefault<DiscoveredTestNodeStateProperty>());
        var method = node.Properties.Single<TestMethodIdentifierProperty>();
        Assert.AreEqual("Shop.Checkout|OrderTests|Is_paid|System.Threading.Tasks.Task", $"{method.Namespace}|{method.TypeName}|{method.MethodName}|{method.ReturnTypeFullName}");
        CollectionAssert.AreEqual(new[] { "System.Int32" }, method.ParameterTypeFullNames);
        var place = node.Properties.Single<TestFileLocationProperty>();
        Assert.AreEqual("/src/OrderTests.cs:12", $"{place.FilePath}:{place.LineSpan.Start.Line}");
        CollectionAssert.AreEquivalent(new[] { "Tag=slow", "Tag=money" }, node.Properties.OfType<TestMetadataProperty>().Select(t => $"{t.Key}={t.Value}").ToArray());
    }

    [TestMethod]
    public void Each_failure_of_parts_is_shown_once_by_the_part()
    {
        var planned = Catalogs.Case();
        PartResult[] parts = [new PartResult("A", Outcome.Passed.Instance), new PartResult("B", new Outcome.Failed(Catalogs.Boom)) { Output = "b speaks" }];
        var result = Catalogs.Result(new Outcome.Failed(new Failure(PartsOfCase.FailureType, "1 of 2 parts failed: B.", null))) with { Parts = parts, Worker = "w3" };

        var whole = Catalogs.Nodes().Finished(planned, result).Single();
        var nodes = Catalogs.Nodes().PartsOf(planned, result).ToList();

        Assert.IsNotNull(whole.Properties.SingleOrDefault<PassedTestNodeStateProperty>());
        Assert.Contains("1 of 2 parts failed: B.", whole.Properties.Single<StandardOutputProperty>().StandardOutput);
        CollectionAssert.AreEqual(new[] { planned.Id + "/A", planned.Id + "/B" }, nodes.ConvertAll(n => n.Uid.Value));
        Assert.AreEqual(planned.DisplayName + "/B", nodes[1].DisplayName);
        Assert.Contains(Catalogs.Boom.Message, nodes[1].Properties.Single<FailedTestNodeStateProperty>().Exception!.Message);
        Assert.Contains("b speaks", nodes[1].Properties.Single<StandardOutputProperty>().StandardOutput);
        Assert.Contains("ran on w3", nodes[1].Properties.Single<StandardOutputProperty>().StandardOutput);
    }

    [TestMethod]
    public void Each_outcome_has_its_state()
    {
        (Outcome Outcome, Type State)[] expected =
        [
            (Outcome.Passed.Instance, typeof(PassedTestNodeStateProperty)),
            (new Outcome.Failed(Catalogs.Boom), typeof(FailedTestNodeStateProperty)),
            (new Outcome.Skipped("why"), typeof(SkippedTestNodeStateProperty)),
            (new Outcome.TimedOut(Catalogs.Boom), typeof(TimeoutTestNodeStateProperty)),
            (new Outcome.FixtureFailed("Db", Catalogs.Boom), typeof(ErrorTestNodeStateProperty)),
            (new Outcome.Crashed(Catalogs.Boom), typeof(ErrorTestNodeStateProperty)),
            (new Outcome.Lost("gone"), typeof(ErrorTestNodeStateProperty)),
            (new Outcome.NotRun("interrupted"), typeof(SkippedTestNodeStateProperty)),
        ];

        var states = expected.Select(e => Finished(Catalogs.Result(e.Outcome)).Properties.Single<TestNodeStateProperty>().GetType()).ToArray();

        CollectionAssert.AreEqual(expected.Select(e => e.State).ToArray(), states);
    }

    [TestMethod]
    public void Skips_and_cases_that_were_not_run_give_their_reason()
    {
        var skipped = Finished(Catalogs.Result(new Outcome.Skipped("no network"))).Properties.Single<SkippedTestNodeStateProperty>();
        var notRun = Finished(Catalogs.Result(new Outcome.NotRun("stopped by -x"))).Properties.Single<SkippedTestNodeStateProperty>();

        Assert.AreEqual("no network", skipped.Explanation);
        Assert.AreEqual("not run: stopped by -x", notRun.Explanation);
    }

    [TestMethod]
    public void A_failure_keeps_its_type_its_stack_and_every_further_error()
    {
        var failure = Catalogs.Boom with { Others = [new Failure("System.IO.IOException", "teardown", "   at Shop.Close()")] };

        var error = Finished(Catalogs.Result(new Outcome.Failed(failure))).Properties.Single<FailedTestNodeStateProperty>().Exception!;

        Assert.AreEqual("System.InvalidOperationException: boom\n\nand then: System.IO.IOException: teardown\n   at Shop.Close()", error.Message);
        Assert.AreEqual("   at Shop.Pay()", error.StackTrace);
    }

    [TestMethod]
    public void An_error_never_shows_a_type_of_ours()
    {
        var error = Finished(Catalogs.Result(new Outcome.FixtureFailed("Db", Catalogs.Boom))).Properties.Single<ErrorTestNodeStateProperty>().Exception!;

        Assert.AreEqual("System.InvalidOperationException: boom\n   at Shop.Pay()", error.Message);
        Assert.IsNull(error.StackTrace);
    }

    [TestMethod]
    public void A_failed_case_ends_with_the_line_that_runs_it_again()
    {
        var result = Catalogs.Result(new Outcome.Failed(Catalogs.Boom)) with { Output = "before", Notes = ["a leak"], Attempt = 2 };

        var output = Catalogs.Nodes(seed: 7).Finished(Catalogs.Case("'a b'"), result).Single().Properties.Single<StandardOutputProperty>().StandardOutput;

        Assert.AreEqual("before\nnote: a leak\nRondo: ran on w1, attempt 2, seed 7\nagain: '/bin/shop tests' --filter-uid 'Shop.Checkout.OrderTests.Is_paid('\\''a b'\\'')'\n", output);
    }

    [TestMethod]
    public void Every_attempt_is_an_update_of_the_one_node_and_the_last_one_counts()
    {
        var nodes = Catalogs.Nodes().Finished(Catalogs.Case(), Flaky).ToList();

        Assert.HasCount(1, nodes.Select(n => n.Uid.Value).Distinct().ToList());
        Assert.AreSequenceEqual(["1 True", "2 False"], nodes.Select(n => n.Properties.Single<RetryAttemptProperty>()).Select(a => $"{a.AttemptNumber} {a.IsSuperseded}").ToArray());
        Assert.IsNotNull(nodes[0].Properties.SingleOrDefault<FailedTestNodeStateProperty>());
        Assert.IsNotNull(nodes[1].Properties.SingleOrDefault<PassedTestNodeStateProperty>());
        Assert.DoesNotContain("again:", nodes[0].Properties.Single<StandardOutputProperty>().StandardOutput);
    }

    [TestMethod]
    public void A_client_that_counts_nodes_gets_only_the_last_attempt_with_what_came_before_in_its_output()
    {
        var node = Assert.ContainsSingle(new Nodes(null, RerunCommand.Unknown, null, everyAttempt: false).Finished(Catalogs.Case(), Flaky));

        var output = node.Properties.Single<StandardOutputProperty>().StandardOutput;
        Assert.Contains("flaky: passed in attempt 2 of 3\nattempt 1 of 3 failed", output);
        Assert.Contains("System.InvalidOperationException: boom", output);
        Assert.Contains("output: before", output);
    }

    [TestMethod]
    public void A_passed_case_carries_its_own_output_and_nothing_of_ours()
    {
        var node = Finished(Catalogs.Result(Outcome.Passed.Instance) with { Output = "hello", ErrorOutput = "careful" });

        Assert.AreEqual("hello", node.Properties.Single<StandardOutputProperty>().StandardOutput);
        Assert.AreEqual("careful", node.Properties.Single<StandardErrorProperty>().StandardError);
        Assert.AreEqual(1500d, node.Properties.Single<TimingProperty>().GlobalTiming.Duration.TotalMilliseconds);
    }

    [TestMethod]
    public void A_failed_teardown_is_an_error_of_its_own()
    {
        var node = Catalogs.Nodes().TeardownFailed(new TeardownError("Shop.Fixtures.Db.teardown@w1", "w1", Catalogs.Boom));

        Assert.AreEqual("Shop.Fixtures.Db.teardown@w1", node.Uid.Value);
        Assert.IsNotNull(node.Properties.SingleOrDefault<ErrorTestNodeStateProperty>());
    }

    [TestMethod]
    [DataRow("", "Shop.Checkout", "/Shop.Tests/Shop.Checkout/OrderTests/Is_paid")]
    [DataRow("", "", "/Shop.Tests//OrderTests/Is_paid")]
    [DataRow("'a \\/ 5%'", "Shop", "/Shop.Tests/Shop/OrderTests/Is_paid('a \\%2F 5%25')")]
    public void Tree_filters_see_four_parts_whatever_the_arguments_are(string arguments, string space, string expected)
    {
        Assert.AreEqual(expected, Nodes.PathOf(Catalogs.Case(arguments, space)));
    }

    [TestMethod]
    [DataRow("A.B.C", "A.B.C")]
    [DataRow("A.B.C/Part/Inner", "A.B.C")]
    [DataRow("A.B.C('a \\/ b')", "A.B.C('a \\/ b')")]
    [DataRow("A.B.C('a \\/ b')/Part", "A.B.C('a \\/ b')")]
    [DataRow("A.B.C('a\\\\')/Part", "A.B.C('a\\\\')")]
    public void A_part_is_run_again_by_its_test(string uid, string id)
    {
        Assert.AreEqual(id, RequestBuilder.TestOf(uid));
    }

    private static CaseResult Flaky => Catalogs.Result(Outcome.Passed.Instance) with
    {
        Attempt = 2,
        MaxAttempts = 3,
        Earlier = [Catalogs.Result(new Outcome.Failed(Catalogs.Boom)) with { MaxAttempts = 3, Output = "before" }],
    };

    private static TestNode Finished(CaseResult result) => Catalogs.Nodes().Finished(Catalogs.Case(), result).Single();
}
