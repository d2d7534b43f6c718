using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Worker;

/// <summary>When values are made, who gets them, and how they end.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FixtureLifeTests
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = WorkerBench.NewLog();

    private string Log => string.Join(' ', _log);

    [TestMethod]
    public void Wide_values_live_longer_and_everything_ends_in_reverse()
    {
        var catalog = new WrittenCatalog();
        foreach (var scope in (FixtureScope[])[FixtureScope.Test, FixtureScope.Class, FixtureScope.Namespace, FixtureScope.Worker])
        {
            var name = scope.ToString()[..1];
            catalog.Use<string>(name, scope, Used(name));
        }

        catalog.Class("C1").Test("T1", Logs("t1"), "T C N W").Test("T2", Logs("t2"), "T C N W").End().Class("C2").Test("T3", Logs("t3"), "T C N W");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("+W +N +C +T t1 -T +T t2 -T +C +T t3 -T -C -C -N -W", Log);
        Assert.IsTrue(bench.Results.Values.All(r => r.Outcome is Outcome.Passed));
    }

    [TestMethod]
    public void Nothing_is_set_up_that_no_test_asks_for()
    {
        var catalog = new WrittenCatalog().Use<string>("A", FixtureScope.Worker, Used("A")).Use<string>("B", FixtureScope.Worker, Used("B"));
        catalog.Class("C").Test("T", Logs("t"), "B");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("+B t -B", Log);
    }

    [TestMethod]
    public void A_scope_that_is_over_is_torn_down_alone_and_at_once()
    {
        var catalog = new WrittenCatalog().Use<string>("W", FixtureScope.Worker, Used("W")).Use<string>("C", FixtureScope.Class, Used("C"), "W");
        catalog.Class("C1").Test("T1", Logs("t1"), "C").End().Class("C2").Test("T2", Logs("t2"), "C").Test("T3", Logs("t3"), "C");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.RunCase("N.C1.T1");
        bench.RunCase("N.C2.T2");
        bench.Tell(new Message.ScopeOver(FixtureScope.Class, "N.C1"));
        bench.RunCase("N.C2.T3");
        bench.Finish();

        Assert.AreEqual("+W +C t1 +C t2 -C t3 -C -W", Log);
    }

    [TestMethod]
    public void A_namespace_is_that_of_the_declaration_and_holds_those_below_it()
    {
        var catalog = new WrittenCatalog().Use<string>("Outer", FixtureScope.Namespace, Used("outer"), space: "A").Use<string>("Inner", FixtureScope.Namespace, Used("inner"), "A:Outer", space: "A.B");
        catalog.Class("C1", "A.B").Test("T1", Logs("t1"), "A.B:Inner").End()
            .Class("C2", "A.B.C").Test("T2", Logs("t2"), "A.B:Inner").End()
            .Class("C3", "A").Test("T3", Logs("t3"), "A:Outer");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.RunCase("A.B.C1.T1");
        bench.RunCase("A.B.C.C2.T2");
        bench.Tell(new Message.ScopeOver(FixtureScope.Namespace, "A.B.C"));
        bench.Tell(new Message.ScopeOver(FixtureScope.Namespace, "A.B"));
        bench.RunCase("A.C3.T3");
        bench.Finish();

        Assert.AreEqual("+outer +inner t1 t2 -inner t3 -outer", Log);
    }

    [TestMethod]
    public void After_a_scope_is_torn_down_the_worker_says_that_it_is_idle()
    {
        var catalog = new WrittenCatalog().Use<string>("C", FixtureScope.Class, Used("C"));
        catalog.Class("C1").Test("T1", Logs("t1"), "C").End().Class("C2").Test("T2", Logs("t2"));
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();
        bench.RunCase("N.C1.T1");

        bench.Tell(new Message.ScopeOver(FixtureScope.Class, "N.C1"));
        bench.RunCase("N.C2.T2");

        var shared = bench.Said.OfType<Message.Working>().Where(w => w.Case == -1).ToList();
        Assert.AreEqual(new Message.Working(-1, WorkPhase.Body, "", 0), shared[^1]);
        Assert.AreEqual(WorkPhase.Teardown, shared[0].Phase);
    }

    [TestMethod]
    [DataRow("use")]
    [DataRow("value")]
    [DataRow("task")]
    public void A_setup_that_fails_fails_each_dependant_with_the_original_error_and_is_not_tried_again(string shape)
    {
        var calls = 0;
        var catalog = new WrittenCatalog().Add("W", FixtureScope.Worker, shape, "", "", "N", (_, _, _) =>
        {
            calls++;
            var error = new InvalidOperationException("no database");
            return shape switch { "value" => throw error, "task" => Task.FromException<object?>(error), _ => Task.FromException(error) };
        });
        catalog.Use<string>("T", FixtureScope.Test, Used("T"), "W").Class("C").Test("A", Logs("a"), "W").Test("B", Logs("b"), "T").Test("Free", Logs("free"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        foreach (var id in (string[])["N.C.A", "N.C.B"])
        {
            Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf(id));
            Assert.AreEqual("no database", bench.FailureOf(id).Message);
        }

        Assert.AreEqual("free", Log);
        Assert.AreEqual(1, calls);
        Assert.IsEmpty(bench.TeardownErrors);
    }

    [TestMethod]
    public void Every_error_of_a_teardown_is_kept_in_order_behind_that_of_the_body()
    {
        var catalog = new WrittenCatalog();
        foreach (var name in (string[])["A", "B", "C"])
        {
            catalog.Use<string>(name, FixtureScope.Test, async (use, _) =>
            {
                await use(name);
                throw new InvalidOperationException("teardown of " + name);
            });
        }

        catalog.Class("C").Test("T", _ => throw new InvalidOperationException("body"), "A B C");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var failure = bench.FailureOf("N.C.T");
        Assert.AreEqual("body", failure.Message);
        CollectionAssert.AreEqual((string[])["C", "B", "A"], failure.Others.Select(o => o.Message[^1..]).ToArray());
    }

    [TestMethod]
    public void An_error_in_a_shared_teardown_is_told_with_the_fixtures_name_and_the_others_still_end()
    {
        var catalog = new WrittenCatalog().Use<string>("A", FixtureScope.Worker, Used("A")).Use<string>("B", FixtureScope.Worker, async (use, _) =>
        {
            await use("");
            throw new InvalidOperationException("torn");
        });
        catalog.Class("C").Test("T", Logs("t"), "A B");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("+A t -A", Log);
        var error = Assert.ContainsSingle(bench.TeardownErrors);
        Assert.AreEqual(("N.Fixtures.B.teardown", "torn"), (error.Type, error.Message));
    }

    [TestMethod]
    [DataRow(FixtureScope.Test)]
    [DataRow(FixtureScope.Worker)]
    public void A_fixture_that_does_not_await_its_use_fails_who_needs_it(FixtureScope scope)
    {
        var catalog = new WrittenCatalog().Use<string>("F", scope, (use, values) =>
        {
            _ = use("value");
            return Task.CompletedTask;
        });
        catalog.Class("C").Test("A", Logs("a"), "F").Test("B", Logs("b"), "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("RND3023", bench.FailureOf("N.C.A").Message);
        Assert.Contains("RND3023", bench.FailureOf("N.C.B").Message);
        Assert.AreEqual("", Log);
    }

    [TestMethod]
    public void A_fixture_that_ends_while_a_test_uses_it_cancels_that_test_and_gives_the_reason()
    {
        var crash = new TaskCompletionSource();
        var catalog = new WrittenCatalog().Use<string>("Server", FixtureScope.Worker, async (use, _) => await await Task.WhenAny(use("value"), crash.Task));
        catalog.Class("C").Test("A", async values =>
        {
            crash.SetException(new InvalidOperationException("server died"));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, (CancellationToken)values[1]!);
        }, "Server #CancellationToken").Test("B", Logs("b"), "Server").Test("Other", Logs("other"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf("N.C.A"));
        Assert.AreEqual("server died", bench.FailureOf("N.C.A").Message);
        Assert.AreEqual("server died", bench.FailureOf("N.C.B").Message);
        Assert.AreEqual("other", Log);
        Assert.IsEmpty(bench.TeardownErrors);
    }

    [TestMethod]
    public void A_fixture_that_dies_when_nobody_uses_it_is_an_error_all_the_same()
    {
        var crash = new TaskCompletionSource();
        var died = new TaskCompletionSource();
        var catalog = new WrittenCatalog().Use<string>("Server", FixtureScope.Worker, async (use, _) =>
        {
            var first = await Task.WhenAny(use("value"), crash.Task);
            died.SetResult();
            await first;
        });
        catalog.Class("C").Test("A", Logs("a"), "Server").Test("B", async _ =>
        {
            crash.SetException(new InvalidOperationException("server died"));
            await died.Task;
        });
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.B"));
        var error = Assert.ContainsSingle(bench.TeardownErrors);
        Assert.AreEqual(("N.Fixtures.Server.teardown", "server died"), (error.Type, error.Message));
    }

    [TestMethod]
    public void A_second_use_is_an_error_of_the_fixture()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, _) =>
        {
            await use("one");
            await use("two");
        });
        catalog.Class("C").Test("T", values => Logs((string)values[0]!)(values), "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("one", Log);
        Assert.Contains("RND3024", bench.FailureOf("N.C.T").Message);
    }

    [TestMethod]
    public void A_fixture_that_never_calls_use_says_so()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, (_, _) => Task.CompletedTask);
        catalog.Class("C").Test("T", Logs("t"), "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("RND3022", bench.FailureOf("N.C.T").Message);
    }

    [TestMethod]
    public void Returned_values_are_disposed_asynchronously_if_they_can_and_left_alone_if_asked()
    {
        var catalog = new WrittenCatalog()
            .Value("Both", FixtureScope.Test, _ => new Both(_log))
            .Async("Sync", FixtureScope.Test, _ => Task.FromResult<object?>(new OnlySync(_log)))
            .Value("Left", FixtureScope.Test, _ => new Both(_log), more: "dispose=0");
        catalog.Class("C").Test("T", Logs("t"), "Both Sync Left");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("t sync async", Log);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("dispose=0")]
    public void A_value_that_a_wider_fixture_gave_is_not_disposed_by_a_narrower_one(string wideMark)
    {
        var shared = new Both(_log);
        var catalog = new WrittenCatalog().Value("Wide", FixtureScope.Worker, _ => shared, more: wideMark).Value("Same", FixtureScope.Test, values => values[0], "Wide");
        catalog.Class("C").Test("A", Logs("a"), "Same").Test("B", Logs("b"), "Same");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual(wideMark.Length == 0 ? "a b async" : "a b", Log);
    }

    [TestMethod]
    public void Instance_fixtures_run_on_the_tests_own_object_and_end_before_it_does()
    {
        var catalog = new WrittenCatalog().Use<string>("Db", FixtureScope.Test, Used("Db"));
        catalog.Add("Own", FixtureScope.Test, "use", "", "instance=1", "N", (self, _, use) => OwnAsync((Thing)self!, use.Use<string>()));
        catalog.Class("C", ctor: "Db", create: values => new Thing(_log, (string)values[0]!)).On("T", (self, values) => Logs($"{((Thing)self).Name}={values[0]}")(values), "Own");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("+Db new +own Db=Db -own disposed -Db", Log);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_constructor_that_throws_fails_its_test_and_nothing_else(bool hasInstanceFixture)
    {
        var catalog = new WrittenCatalog().Use<string>("Db", FixtureScope.Test, Used("Db"));
        catalog.Add("Own", FixtureScope.Test, "value", "", "instance=1", "N", (_, _, _) => "own");
        catalog.Class("C", ctor: "Db", create: _ => throw new InvalidOperationException("no object")).On("T", (_, values) => Logs("t")(values), hasInstanceFixture ? "Own" : "");
        catalog.Class("D").Test("Next", Logs("next"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("no object", bench.FailureOf("N.C.T").Message);
        Assert.AreEqual("+Db -Db next", Log);
    }

    [TestMethod]
    public void A_constructor_is_not_called_when_a_fixture_it_asks_for_has_failed()
    {
        var catalog = new WrittenCatalog();
        catalog.Add("Own", FixtureScope.Test, "value", "", "instance=1", "N", (_, _, _) => "own");
        catalog.Value("Db", FixtureScope.Test, _ => throw new InvalidOperationException("no database"));
        catalog.Class("C", ctor: "Db", create: values => new Thing(_log, (string)values[0]!)).On("T", (_, values) => Logs("t")(values), "Own");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("no database", bench.FailureOf("N.C.T").Message);
        Assert.AreEqual("", Log);
    }

    [TestMethod]
    [DataRow("fixture")]
    [DataRow("constructor")]
    [DataRow("body")]
    [DataRow("wide")]
    public void A_skip_can_come_from_anywhere(string where)
    {
        var catalog = new WrittenCatalog().Value("F", FixtureScope.Test, _ => where == "fixture" ? throw new SkipException("not here") : "");
        catalog.Value("W", FixtureScope.Worker, _ => where == "wide" ? throw new SkipException("not here") : "");
        catalog.Class("C", create: _ => where == "constructor" ? throw new SkipException("not here") : new Thing(_log, "")).On("T", (_, values) =>
        {
            Skip.Unless(where != "body", "not here");
            return Logs("t")(values);
        }, "F W");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual(new Outcome.Skipped("not here"), bench.OutcomeOf("N.C.T"));
    }

    private async Task OwnAsync(Thing self, Use<string> use)
    {
        _log.Enqueue("+own");
        await use(self.Name);
        _log.Enqueue("-own");
    }

    private Func<Use<string>, object?[], Task> Used(string name) => async (use, _) =>
    {
        _log.Enqueue("+" + name);
        await Task.Yield();
        await use(name);
        _log.Enqueue("-" + name);
    };

    private Func<object?[], Task> Logs(string text) => async _ =>
    {
        await Task.Yield();
        _log.Enqueue(text);
    };

    private sealed class Thing : IDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log;

        public Thing(System.Collections.Concurrent.ConcurrentQueue<string> log, string name)
        {
            (_log, Name) = (log, name);
            log.Enqueue("new");
        }

        public string Name { get; }

        public void Dispose() => _log.Enqueue("disposed");
    }

    private sealed class Both(System.Collections.Concurrent.ConcurrentQueue<string> log) : IDisposable, IAsyncDisposable
    {
        public void Dispose() => log.Enqueue("sync");

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            log.Enqueue("async");
        }
    }

    private sealed class OnlySync(System.Collections.Concurrent.ConcurrentQueue<string> log) : IDisposable
    {
        public void Dispose() => log.Enqueue("sync");
    }
}
