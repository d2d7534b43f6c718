using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Worker;

/// <summary>Several cases at once in one worker: what begins when, what is shared, and whose fault stays whose.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OverlapTests
{
    private static readonly WorkerOptions s_eight = WorkerBench.Options with { Concurrency = 8 };

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = WorkerBench.NewLog();
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestMethod]
    public void Cases_run_at_once_up_to_the_window_and_those_that_must_be_alone_come_after()
    {
        var (now, most) = (0, 0);
        var catalog = new WrittenCatalog();
        var type = catalog.Class("C").Sync("Alone", _ => _log.Enqueue($"alone beside {now}")).Test("Serial", _ => Task.FromResult(Note($"serial beside {now}")), more: "serial=1")
            .Test("Pool", _ => Task.FromResult(Note($"pool beside {now}")), more: "backend=ThreadPool");
        for (var i = 0; i < 20; i++) type.Test("T" + i, Counted, more: "window=5");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign([.. bench.Plan.Cases.Select(c => c.Id)]);
        AwaitAll(bench);
        bench.Finish();

        Assert.AreEqual(5, most);
        CollectionAssert.AreEquivalent((string[])["alone beside 0", "serial beside 0", "pool beside 0"], _log.ToArray());

        async Task Counted(object?[] _)
        {
            most = Math.Max(most, ++now);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            now--;
        }
    }

    [TestMethod]
    public void Each_case_is_announced_before_any_code_of_it_runs_and_ends_once()
    {
        var catalog = new WrittenCatalog();
        var type = catalog.Class("C");
        for (var i = 0; i < 50; i++) type.Test("T" + i, async _ => await Task.Yield());
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Concurrency = 1000 });
        bench.GivePlan();

        bench.Assign([.. bench.Plan.Cases.Select(c => c.Id)]);
        AwaitAll(bench);
        bench.Finish();

        foreach (var planned in bench.Plan.Cases)
        {
            var begun = bench.Said.FindIndex(m => m is Message.Working working && working.Case == planned.Index.Value);
            var ended = bench.Said.FindIndex(m => m is Message.Finished finished && finished.Result.Case == planned.Index);
            Assert.IsInRange(0, ended, begun);
            Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf(planned.Id));
        }
    }

    [TestMethod]
    public void A_shared_fixture_is_set_up_once_for_all_and_torn_down_after_the_last()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Class, async (use, _) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            _log.Enqueue("up");
            await use("");
            _log.Enqueue("down");
        });
        catalog.Class("C").Test("A", _ => Task.FromResult(Note("a")), "F").Test("B", Waits("b"), "F");
        using var bench = new WorkerBench(catalog, s_eight);
        bench.GivePlan();
        bench.Assign("N.C.A", "N.C.B");
        bench.Await<Message.Finished>();

        // As if somebody had lost count: a scope that is over still waits for its users.
        bench.Tell(new Message.ScopeOver(FixtureScope.Class, "N.C"));
        _go.SetResult();
        bench.Await<Message.Finished>();
        bench.Finish();

        CollectionAssert.AreEqual((string[])["up", "a", "b", "down"], _log.ToArray());
    }

    [TestMethod]
    public void A_case_that_waits_for_a_fixture_that_another_sets_up_has_no_limit_for_it()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Worker, async (use, _) =>
        {
            await _go.Task;
            await use("");
        });
        catalog.Class("C").Test("A", _ => Task.CompletedTask, "F", "timeout=100").Test("B", _ => Task.CompletedTask, "F", "timeout=100");
        using var bench = new WorkerBench(catalog, s_eight);
        bench.GivePlan();
        bench.Assign("N.C.A", "N.C.B");
        var waits = Until<Message.Working>(bench, w => w is { Case: 1, Phase: WorkPhase.Setup });

        _go.SetResult();
        AwaitAll(bench);

        Assert.AreEqual(0, waits.LimitMs);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.B"));
        bench.Finish();
    }

    [TestMethod]
    public void A_fixture_that_ends_stops_those_that_use_it_and_nobody_else()
    {
        var catalog = new WrittenCatalog()
            .Use<string>("Dies", FixtureScope.Worker, async (use, _) =>
            {
                var using_ = use("");
                await _go.Task;
                throw new InvalidOperationException("gone");
            })
            .Use<string>("Lives", FixtureScope.Worker, (use, _) => use(""));
        catalog.Class("C").Test("A", Stopped, "Dies #CancellationToken").Test("B", Stopped, "Dies #CancellationToken").Test("C", _ => Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System), "Lives");
        using var bench = new WorkerBench(catalog, s_eight);
        bench.GivePlan();
        bench.Assign("N.C.A", "N.C.B", "N.C.C");
        Until<Message.Working>(bench, w => w is { Case: 2, Phase: WorkPhase.Body, LimitMs: > 0 } && bench.Said.OfType<Message.Working>().Count(other => other.Case < 2 && other.Phase == WorkPhase.Body) >= 4);

        _go.SetResult();
        AwaitAll(bench);

        Assert.Contains("gone", Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf("N.C.A")).Failure.Message);
        Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf("N.C.B"));
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.C"));
        bench.Finish();

        static Task Stopped(object?[] values) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, (CancellationToken)values[1]!);
    }

    [TestMethod]
    public void A_timeout_says_how_late_the_loop_was()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("Holds", async _ =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            var until = Environment.TickCount64 + 200;
            var turns = 0L;
            while (Environment.TickCount64 < until) turns++;
            _log.Enqueue($"{turns} turns");
        }).Test("Late", values => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, (CancellationToken)values[0]!), "#CancellationToken", "timeout=300");
        using var bench = new WorkerBench(catalog, s_eight);
        bench.GivePlan();

        bench.Assign("N.C.Holds", "N.C.Late");
        AwaitAll(bench);
        bench.Finish();

        Assert.MatchesRegex(@"The loop was up to \d{2,3} ms late", bench.FailureOf("N.C.Late").Message);
        Assert.Contains("RND3080", Assert.ContainsSingle(bench.Results["N.C.Holds"].Notes));
    }

    [TestMethod]
    public void A_test_that_ignores_its_token_is_abandoned_and_the_worker_retires_after_its_neighbours()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("Deaf", _ => new TaskCompletionSource().Task, more: "timeout=100").Test("B", Waits("b")).Test("Later", Waits("later"));
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Concurrency = 2 });
        bench.GivePlan();
        bench.Assign("N.C.Deaf", "N.C.B");
        // Given while both run, and never begun.
        bench.Assign("N.C.Later");
        var deaf = bench.Await<Message.Finished>();
        var gaveBack = bench.Await<Message.GaveBack>();
        bench.Await<Message.Retiring>();
        bench.Tell(new Message.Finish());

        _go.SetResult();
        var neighbour = bench.Await<Message.Finished>();
        bench.Await<Message.Goodbye>();

        Assert.Contains("RND3031", Assert.IsInstanceOfType<Outcome.TimedOut>(deaf.Result.Outcome).Failure.Message);
        Assert.AreEqual(2, Assert.ContainsSingle(gaveBack.Cases));
        Assert.IsInstanceOfType<Outcome.Passed>(neighbour.Result.Outcome);
    }

    [TestMethod]
    public void Rows_of_one_source_are_read_once_for_cases_that_overlap()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Rows("T", () => Rondo.Catalog.RowSource.Of(Slow(), n => [n]), async values =>
        {
            await Task.Yield();
            _log.Enqueue("ran " + values[0]);
        });
        using var bench = new WorkerBench(catalog, s_eight);
        bench.GivePlan();
        _log.Clear();

        bench.Assign([.. bench.Plan.Cases.Select(c => c.Id)]);
        AwaitAll(bench);
        bench.Finish();

        CollectionAssert.AreEquivalent((string[])["row 1", "ran 1", "row 2", "ran 2", "row 3", "ran 3"], _log.ToArray());

        async IAsyncEnumerable<int> Slow()
        {
            for (var i = 1; i <= 3; i++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
                _log.Enqueue("row " + i);
                yield return i;
            }
        }
    }

    [TestMethod]
    public void A_cancel_reaches_all_that_run()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("A", Stopped, "#CancellationToken").Test("B", Stopped, "#CancellationToken");
        using var bench = new WorkerBench(catalog, s_eight);
        bench.GivePlan();
        bench.Assign("N.C.A", "N.C.B");
        Until<Message.Working>(bench, w => w.Case == 1);

        bench.Tell(new Message.CancelRunning("enough"));
        AwaitAll(bench, 2);
        bench.Finish();

        Assert.AreEqual(new Outcome.NotRun("enough"), bench.OutcomeOf("N.C.A"));
        Assert.AreEqual(new Outcome.NotRun("enough"), bench.OutcomeOf("N.C.B"));

        static Task Stopped(object?[] values) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, (CancellationToken)values[0]!);
    }

    private string Note(string text)
    {
        _log.Enqueue(text);
        return text;
    }

    private Func<object?[], Task> Waits(string text) => async _ =>
    {
        await _go.Task;
        _log.Enqueue(text);
    };

    private static T Until<T>(WorkerBench bench, Predicate<T> wanted) where T : Message
    {
        while (true)
        {
            var message = bench.Await<T>();
            if (wanted(message)) return message;
        }
    }

    private static void AwaitAll(WorkerBench bench, int? count = null)
    {
        for (var left = count ?? bench.Plan.Cases.Count; left > 0; left--)
        {
            var finished = bench.Await<Message.Finished>();
            bench.Results.Add(bench.Plan[finished.Result.Case].Id, finished.Result);
        }
    }
}
