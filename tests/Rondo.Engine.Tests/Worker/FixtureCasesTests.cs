using System.Collections.Concurrent;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Worker;

/// <summary>Values of fixtures with cases: who gets which, when they are made, and when they end.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FixtureCasesTests
{
    private static readonly AsyncLocal<string?> s_ambient = new();
    private static readonly AsyncLocal<string?> s_other = new();

    private readonly ConcurrentQueue<string> _log = WorkerBench.NewLog();

    private string Log => string.Join(' ', _log);

    [TestMethod]
    public void A_worker_that_has_all_cases_ends_a_value_before_it_makes_the_next_one()
    {
        var catalog = new WrittenCatalog().Use<string>("Db", FixtureScope.Worker, Used("db")).Cases("a b").Use<string>("Client", FixtureScope.Worker, Used("client"), "Db");
        catalog.Class("C1").Test("T1", Logs("t1"), "Client").End().Class("C2").Test("T2", Logs("t2"), "Db").Test("T3", Logs("t3"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("+db(a) +client(db(a)) t1(client(db(a))) -client(db(a)) t2(db(a)) -db(a) +db(b) +client(db(b)) t1(client(db(b))) -client(db(b)) t2(db(b)) -db(b) t3()", Log);
    }

    [TestMethod]
    public void A_value_is_made_once_also_when_cases_come_in_turns()
    {
        var catalog = new WrittenCatalog().Use<string>("Db", FixtureScope.Worker, Used("db")).Cases("a b");
        catalog.Class("C").Test("T1", Logs("t1"), "Db").Test("T2", Logs("t2"), "Db");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        foreach (var id in (string[])["N.C.T1[a]", "N.C.T1[b]", "N.C.T2[a]", "N.C.T2[b]"]) bench.RunCase(id);
        bench.Finish();

        Assert.AreEqual("+db(a) t1(db(a)) +db(b) t1(db(b)) t2(db(a)) -db(a) t2(db(b)) -db(b)", Log);
    }

    [TestMethod]
    public void The_controller_ends_values_whose_last_cases_ran_elsewhere()
    {
        var catalog = new WrittenCatalog().Use<string>("Db", FixtureScope.Worker, Used("db")).Cases("a b").Use<string>("Mine", FixtureScope.Class, Used("mine"), "Db");
        catalog.Class("C").Test("T1", Logs("t1"), "Mine").Test("T2", Logs("t2"), "Mine").End().Class("D").Test("T3", Logs("t3"), "Mine");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.RunCase("N.C.T1[a]");
        bench.RunCase("N.D.T3[b]");
        bench.Tell(new Message.FixturesOver("N.C", ["N.Fixtures.Db[a]", "N.Fixtures.Mine[a]", "N.Fixtures.Never[a]"]));
        bench.RunCase("N.C.T1[b]");
        bench.Finish();

        Assert.AreEqual(
            "+db(a) +mine(db(a)) t1(mine(db(a))) +db(b) +mine(db(b)) t3(mine(db(b))) -mine(db(b)) -mine(db(a)) -db(a) +mine(db(b)) t1(mine(db(b))) -mine(db(b)) -db(b)", Log);
    }

    [TestMethod]
    public void Narrow_fixtures_with_cases_have_a_value_for_each_test()
    {
        var catalog = new WrittenCatalog().Use<string>("Small", FixtureScope.Test, Used("small")).Cases("1 2");
        catalog.Class("C").Test("T", Logs("t"), "Small");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("+small(1) t(small(1)) -small(1) +small(2) t(small(2)) -small(2)", Log);
        CollectionAssert.AreEqual((string[])["N.C.T[1]", "N.C.T[2]"], bench.Results.Keys.ToArray());
    }

    [TestMethod]
    public void A_value_that_cannot_be_made_fails_the_tests_of_its_case_and_its_name_is_told()
    {
        var catalog = new WrittenCatalog().Value("Db", FixtureScope.Worker, values => values[0] is "a" ? throw new InvalidOperationException("no a") : values[0]).Cases("a b");
        catalog.Class("C").Test("T1", Logs("t1"), "Db").Test("T2", Logs("t2"), "Db");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        foreach (var id in (string[])["N.C.T1[a]", "N.C.T2[a]"])
        {
            var failed = (Outcome.FixtureFailed)bench.OutcomeOf(id);
            Assert.AreEqual("N.Fixtures.Db[a]", failed.Fixture);
            Assert.AreEqual("no a", failed.Failure.Message);
        }

        Assert.AreEqual("t1(b) t2(b)", Log);
    }

    [TestMethod]
    public void An_error_of_a_teardown_names_the_case()
    {
        var catalog = new WrittenCatalog().Use<string>("Db", FixtureScope.Worker, async (use, values) =>
        {
            await use((string)values[0]!);
            throw new InvalidOperationException("late " + values[0]);
        }).Cases("a b");
        catalog.Class("C").Test("T1", Logs("t1"), "Db");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("N.Fixtures.Db[a].teardown: late a|N.Fixtures.Db[b].teardown: late b", string.Join("|", bench.TeardownErrors.Select(e => $"{e.Type}: {e.Message}")));
    }

    [TestMethod]
    public void A_value_that_a_dependant_gives_on_is_disposed_once()
    {
        var catalog = new WrittenCatalog().Value("Db", FixtureScope.Worker, values => new Thing((string)values[0]!, _log)).Cases("a b").Value("Same", FixtureScope.Worker, values => values[0], "Db");
        catalog.Class("C").Test("T1", _ => Task.CompletedTask, "Same");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("disposed-a disposed-b", Log);
    }

    [TestMethod]
    public void A_test_sees_what_its_own_value_put_into_the_context_in_whatever_order_values_were_made()
    {
        var catalog = new WrittenCatalog()
            .Use<string>("Db", FixtureScope.Worker, async (use, values) =>
            {
                s_ambient.Value = (string)values[0]!;
                await use(s_ambient.Value);
                _log.Enqueue("-" + s_ambient.Value);
            }).Cases("a b")
            .Use<string>("Plain", FixtureScope.Worker, async (use, _) =>
            {
                s_other.Value = "plain";
                await use("plain");
            })
            .Use<string>("InClass", FixtureScope.Class, async (use, values) =>
            {
                _log.Enqueue($"class({s_ambient.Value})");
                await use((string)values[0]!);
            }, "Db");
        var sees = (object?[] _) =>
        {
            _log.Enqueue($"{s_ambient.Value}/{s_other.Value}");
            return Task.CompletedTask;
        };
        catalog.Class("C").Test("T1", sees, "Db Plain InClass").Test("T2", sees, "Db Plain InClass").Sync("T3", values => sees(values), "Db Plain");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        foreach (var id in (string[])["N.C.T1[a]", "N.C.T1[b]", "N.C.T2[a]", "N.C.T3[a]", "N.C.T2[b]", "N.C.T3[b]"]) bench.RunCase(id);
        bench.Finish();

        Assert.AreEqual("class(a) a/plain class(b) b/plain a/plain a/plain -a b/plain b/plain -b", Log);
    }

    private Func<Use<string>, object?[], Task> Used(string name) => async (use, values) =>
    {
        var value = $"{name}({string.Join(",", values)})";
        _log.Enqueue("+" + value);
        await Task.Yield();
        await use(value);
        _log.Enqueue("-" + value);
    };

    private Func<object?[], Task> Logs(string text) => async values =>
    {
        await Task.Yield();
        _log.Enqueue($"{text}({string.Join(",", values)})");
    };

    private sealed class Thing(string name, ConcurrentQueue<string> log) : IDisposable
    {
        public void Dispose() => log.Enqueue("disposed-" + name);
    }
}
