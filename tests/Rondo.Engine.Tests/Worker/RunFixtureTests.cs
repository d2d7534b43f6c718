using Rondo.Catalog;
using Rondo.Engine.Results;
using Rondo.Engine.Tests.Wire;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Worker;

/// <summary>Fixtures of the whole run, from the side of the process that holds them and from the side of those that use them.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RunFixtureTests
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = WorkerBench.NewLog();

    private string Log => string.Join(' ', _log);

    [TestMethod]
    public void The_host_sets_up_what_it_is_told_with_what_that_needs_and_ends_in_reverse()
    {
        var catalog = new WrittenCatalog().Use<string>("A", FixtureScope.Run, Used("A")).Use<string>("B", FixtureScope.Run, Used("B"), "A").Use<string>("C", FixtureScope.Run, Used("C"));
        using var bench = Host(catalog);

        var b = SetUp(bench, "B");
        var a = SetUp(bench, "A");
        bench.Finish();

        Assert.AreEqual("B(A)", Text(b));
        Assert.AreEqual("A", Text(a));
        Assert.AreEqual("+A +B -B -A", Log);
    }

    [TestMethod]
    public void Two_requests_for_one_fixture_are_one_setup()
    {
        var go = new TaskCompletionSource();
        var catalog = new WrittenCatalog().Use<string>("A", FixtureScope.Run, async (use, _) =>
        {
            _log.Enqueue("+A");
            await go.Task;
            await use("a");
        });
        using var bench = Host(catalog);

        bench.Tell(new Message.SetUpRunFixture("N.Fixtures.A"));
        bench.Tell(new Message.SetUpRunFixture("N.Fixtures.A"));
        go.SetResult();

        Assert.AreEqual("a", Text(bench.Await<Message.RunFixtureReady>()));
        Assert.AreEqual("a", Text(bench.Await<Message.RunFixtureReady>()));
        Assert.AreEqual("+A", Log);
    }

    [TestMethod]
    public void Who_needs_a_fixture_that_failed_has_its_error_and_the_others_go_on()
    {
        var catalog = new WrittenCatalog()
            .Async("Bad", FixtureScope.Run, _ => throw new FormatException("no"))
            .Value("Needs", FixtureScope.Run, _ => "x", "Bad")
            .Value("Skips", FixtureScope.Run, _ => throw new SkipException("not here"))
            .Value("Good", FixtureScope.Run, _ => "good");
        using var bench = Host(catalog);

        Assert.AreEqual("no", SetUp(bench, "Needs").Failure?.Message);
        Assert.AreEqual("not here", SetUp(bench, "Skips").Skip);
        Assert.AreEqual("good", Text(SetUp(bench, "Good")));
    }

    [TestMethod]
    public void A_setup_that_only_awaits_for_ever_does_not_hold_up_the_others()
    {
        var catalog = new WrittenCatalog()
            .Use<string>("Slow", FixtureScope.Run, async (use, _) =>
            {
                await new TaskCompletionSource().Task;
                await use("never");
            }, more: "timeout=50")
            .Value("Good", FixtureScope.Run, _ => "good");
        using var bench = Host(catalog);

        Assert.Contains("RND3020", SetUp(bench, "Slow").Failure!.Message);
        Assert.AreEqual("good", Text(SetUp(bench, "Good")));
        bench.Finish();
    }

    [TestMethod]
    public void A_run_that_is_cancelled_cancels_a_setup()
    {
        var catalog = new WrittenCatalog().Use<string>("Slow", FixtureScope.Run, async (use, values) =>
        {
            _log.Enqueue("+Slow");
            await Task.Delay(TimeSpan.FromHours(1), TimeProvider.System, (CancellationToken)values[0]!);
            await use("never");
        }, "#CancellationToken");
        using var bench = Host(catalog);
        bench.Tell(new Message.SetUpRunFixture("N.Fixtures.Slow"));
        bench.Await<Message.Working>();

        bench.Tell(new Message.CancelRunning("Ctrl-C"));

        Assert.IsNotNull(bench.Await<Message.RunFixtureReady>().Failure);
        bench.Finish();
    }

    [TestMethod]
    public void A_fixture_that_ends_while_it_is_in_use_is_told_of()
    {
        var end = new TaskCompletionSource();
        var catalog = new WrittenCatalog().Use<string>("Early", FixtureScope.Run, async (use, values) =>
        {
            _ = use("early");
            await end.Task;
            throw new FormatException("over");
        });
        using var bench = Host(catalog);
        SetUp(bench, "Early");

        end.SetResult();

        Assert.AreEqual("over", bench.Await<Message.RunFixtureEnded>().Failure.Message);
        bench.Finish();
        Assert.IsEmpty(bench.TeardownErrors);
    }

    [TestMethod]
    public void A_value_that_is_too_large_is_an_error_and_what_was_set_up_is_torn_down()
    {
        var catalog = new WrittenCatalog().Use<string>("Large", FixtureScope.Run, async (use, _) =>
        {
            await use(new string('x', 5_000_000));
            _log.Enqueue("-Large");
        });
        using var bench = Host(catalog);

        Assert.Contains("RND3103", SetUp(bench, "Large").Failure!.Message);
        bench.Finish();

        Assert.AreEqual("-Large", Log);
    }

    [TestMethod]
    public void A_worker_asks_once_and_each_case_has_the_same_copy()
    {
        using var bench = User(new WrittenCatalog().Use<string>("A", FixtureScope.Run, Used("A")).Value("W", FixtureScope.Worker, values => "w of " + values[0], "A"));

        bench.Assign("N.C.T1", "N.C.T2");
        Assert.AreEqual("N.Fixtures.A", bench.Await<Message.NeedRunFixture>().Key);
        bench.Tell(new Message.RunFixtureValue("N.Fixtures.A", Base64("a"), null, null));
        bench.Await<Message.Finished>();
        bench.Await<Message.Finished>();

        Assert.AreEqual("t1:a,w of a t2:a,w of a", Log);
        Assert.ContainsSingle(bench.Said.OfType<Message.NeedRunFixture>());
    }

    [TestMethod]
    public async Task What_runs_with_a_lost_value_fails_with_the_reason_and_the_worker_is_replaced()
    {
        using var bench = User(new WrittenCatalog().Use<string>("A", FixtureScope.Run, Used("A")).Value("W", FixtureScope.Worker, values => "w of " + values[0], "A"), waits: true);
        bench.Assign("N.C.T1", "N.C.T2");
        bench.Await<Message.NeedRunFixture>();
        bench.Tell(new Message.RunFixtureValue("N.Fixtures.A", Base64("a"), null, null));
        await MessageLinkContract.UntilAsync(() => !_log.IsEmpty);

        bench.Tell(new Message.RunFixturesLost(["N.Fixtures.A"], new Failure("RunFixtureLost", "The host died.", null)) { IsLost = true });

        var result = bench.Await<Message.Finished>().Result;
        Assert.AreEqual("The host died.", Assert.IsInstanceOfType<Outcome.FixtureFailed>(result.Outcome).Failure.Message);
        bench.Await<Message.Retiring>();
        Assert.AreEqual(1, bench.Said.OfType<Message.GaveBack>().Single().Cases.Single());
        bench.Finish();
    }

    [TestMethod]
    public void An_idle_worker_that_had_a_lost_value_is_replaced_at_once()
    {
        using var bench = User(new WrittenCatalog().Use<string>("A", FixtureScope.Run, Used("A")).Value("W", FixtureScope.Worker, values => "w of " + values[0], "A"));
        bench.Assign("N.C.T1");
        bench.Await<Message.NeedRunFixture>();
        bench.Tell(new Message.RunFixtureValue("N.Fixtures.A", Base64("a"), null, null));
        bench.Await<Message.Finished>();

        bench.Tell(new Message.RunFixturesLost(["N.Fixtures.A"], new Failure("RunFixtureLost", "The host died.", null)) { IsLost = true });

        bench.Await<Message.Retiring>();
        bench.Finish();
    }

    [TestMethod]
    [DataRow(FixtureScope.Class)]
    [DataRow(FixtureScope.Namespace)]
    [DataRow(FixtureScope.Worker)]
    public void The_limit_of_the_first_test_does_not_reach_the_setup_of_a_wider_fixture(FixtureScope scope)
    {
        var catalog = new WrittenCatalog().Use<string>("A", scope, async (use, values) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, (CancellationToken)values[0]!);
            await use("a");
        }, "#CancellationToken");
        catalog.Class("C").Sync("T", values => Assert.AreEqual("a", values[0]), "A", "timeout=50");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
    }

    [TestMethod]
    public void The_limit_of_a_test_does_not_count_while_it_waits_for_a_fixture_of_the_run()
    {
        var catalog = new WrittenCatalog().Use<string>("A", FixtureScope.Run, Used("A"));
        catalog.Class("C").Test("T", _ => Task.CompletedTask, "A", "timeout=50");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();
        bench.Assign("N.C.T");
        bench.Await<Message.NeedRunFixture>();
        Assert.IsFalse(bench.Running.Wait(TimeSpan.FromMilliseconds(200), CancellationToken.None));

        bench.Tell(new Message.RunFixtureValue("N.Fixtures.A", Base64("a"), null, null));

        Assert.IsInstanceOfType<Outcome.Passed>(bench.Await<Message.Finished>().Result.Outcome);
    }

    [TestMethod]
    public void When_a_setup_fails_midway_what_was_set_up_is_torn_down_and_all_errors_are_told()
    {
        var catalog = new WrittenCatalog()
            .Use<string>("First", FixtureScope.Test, async (use, _) =>
            {
                await use("first");
                throw new FormatException("first teardown");
            })
            .Use<string>("Second", FixtureScope.Test, async (use, _) =>
            {
                await use("second");
                throw new FormatException("second teardown");
            }, "First")
            .Async("Third", FixtureScope.Test, _ => throw new FormatException("third setup"), "Second");
        catalog.Class("C").Test("T", _ => throw new InvalidOperationException("never"), "Third");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var failure = bench.FailureOf("N.C.T");
        Assert.AreEqual("third setup", failure.Message);
        Assert.AreEqual("second teardown, first teardown", string.Join(", ", failure.Others.Select(o => o.Message[(o.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..])));
    }

    // Two cases in one class, each with both values.
    private WorkerBench User(WrittenCatalog catalog, bool waits = false)
    {
        catalog.Class("C").Test("T1", Body("t1"), "A W").Test("T2", Body("t2"), "A W");
        var bench = new WorkerBench(catalog);
        bench.GivePlan();
        return bench;

        Func<object?[], Task> Body(string name) => async values =>
        {
            _log.Enqueue($"{name}:{values[0]},{values[1]}");
            if (waits) await Task.Delay(TimeSpan.FromHours(1), TimeProvider.System, TestContext.Current!.CancellationToken);
        };
    }

    private static WorkerBench Host(WrittenCatalog catalog)
    {
        var bench = new WorkerBench(catalog);
        bench.GivePlan(new Engine.Planning.Plan([]));
        return bench;
    }

    private static Message.RunFixtureReady SetUp(WorkerBench bench, string name)
    {
        bench.Tell(new Message.SetUpRunFixture("N.Fixtures." + name));
        return bench.Await<Message.RunFixtureReady>();
    }

    private static string? Text(Message.RunFixtureReady ready) => new ValueReader(Convert.FromBase64String(ready.Value)).ReadString();

    private static string Base64(string text)
    {
        var writer = new ValueWriter();
        writer.WriteString(text);
        return Convert.ToBase64String(writer.Written);
    }

    private Func<Use<string>, object?[], Task> Used(string name) => async (use, values) =>
    {
        _log.Enqueue("+" + name);
        await use(name + (values.Length == 0 ? "" : "(" + string.Join(',', values) + ")"));
        _log.Enqueue("-" + name);
    };
}
