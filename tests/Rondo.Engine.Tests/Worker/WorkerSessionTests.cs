using System.Runtime.CompilerServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Tests.Worker;

/// <summary>Ambient values, limits, stray errors, output, rows, and what a worker does when it is told to.</summary>
[TestClass]
[DoNotParallelize]
public sealed class WorkerSessionTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly AsyncLocal<string?> s_ambient = new();

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = WorkerBench.NewLog();

    // ---- ambient values

    [TestMethod]
    [DataRow(FixtureScope.Test)]
    [DataRow(FixtureScope.Class)]
    [DataRow(FixtureScope.Worker)]
    public void What_a_fixture_puts_into_the_context_is_seen_by_its_tests_and_its_teardown_from_the_first_on(FixtureScope scope)
    {
        var catalog = new WrittenCatalog().Use<string>("F", scope, async (use, _) =>
        {
            await Task.Yield();
            s_ambient.Value = "fixture";
            await use("");
            _log.Enqueue("teardown " + s_ambient.Value);
        });
        catalog.Class("C").Test("A", Ambient("a"), "F").Sync("B", _ => _log.Enqueue("b " + s_ambient.Value), "F").Test("Free", Ambient("free"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("a fixture", _log);
        Assert.Contains("b fixture", _log);
        Assert.Contains("teardown fixture", _log);
        if (scope == FixtureScope.Test) Assert.Contains("free ", _log);
    }

    [TestMethod]
    public void A_synchronous_fixture_gives_its_ambient_values_too_and_an_asynchronous_one_cannot()
    {
        var catalog = new WrittenCatalog()
            .Value("Sync", FixtureScope.Worker, _ => s_ambient.Value = "sync")
            .Async("Async", FixtureScope.Test, async _ =>
            {
                await Task.Yield();
                s_ambient.Value = "async";
                return "";
            });
        catalog.Class("C").Test("A", Ambient("a"), "Sync Async");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("a sync", Assert.ContainsSingle(_log));
    }

    [TestMethod]
    public void What_one_test_puts_into_the_context_no_other_sees()
    {
        var catalog = new WrittenCatalog().Value("F", FixtureScope.Worker, _ => "");
        catalog.Class("C").Test("A", async _ =>
        {
            s_ambient.Value = "a";
            await Task.Yield();
        }, "F").Sync("B", _ => s_ambient.Value = "b").Test("C", Ambient("c"), "F").Sync("D", _ => _log.Enqueue("d " + s_ambient.Value));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        CollectionAssert.AreEqual((string[])["c ", "d "], _log.ToArray());
    }

    [TestMethod]
    public void The_test_context_is_that_of_the_test_and_there_is_none_in_a_wide_fixture()
    {
        var catalog = new WrittenCatalog()
            .Value("Wide", FixtureScope.Class, _ => Note("wide " + TestContext.Current?.Id))
            .Use<string>("Narrow", FixtureScope.Test, async (use, _) =>
            {
                _log.Enqueue("narrow " + TestContext.Current?.Id);
                await use("");
            });
        catalog.Class("C").Test("A", _ => Task.FromResult(Note("a " + TestContext.Current?.Id)), "Wide Narrow").Sync("B", _ => Note("b " + TestContext.Current?.Id));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        CollectionAssert.AreEqual((string[])["wide ", "narrow N.C.A", "a N.C.A", "b N.C.B"], _log.ToArray());
    }

    // ---- limits

    [TestMethod]
    public void A_test_that_observes_its_token_times_out_and_is_torn_down()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, values) =>
        {
            await use("");
            _log.Enqueue($"teardown, cancelled: {((CancellationToken)values[0]!).IsCancellationRequested}");
        }, "#CancellationToken");
        catalog.Class("C").Test("T", values => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, (CancellationToken)values[1]!), "F #CancellationToken", "timeout=100");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("RND3030", Assert.IsInstanceOfType<Outcome.TimedOut>(bench.OutcomeOf("N.C.T")).Failure.Message);
        Assert.AreEqual("teardown, cancelled: False", Assert.ContainsSingle(_log));
    }

    [TestMethod]
    public void A_callback_on_the_token_that_throws_changes_nothing_but_the_list_of_errors()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", async values =>
        {
            var stop = (CancellationToken)values[0]!;
            using var registration = stop.Register(() => throw new InvalidOperationException("in callback"));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }, "#CancellationToken", "timeout=100").Test("Next", Ambient("next"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.TimedOut>(bench.OutcomeOf("N.C.T"));
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Next"));
    }

    [TestMethod]
    [DataRow("body")]
    [DataRow("setup")]
    [DataRow("teardown")]
    public void Code_that_ignores_its_token_is_told_as_stuck_with_what_it_wrote(string where)
    {
        var never = new TaskCompletionSource();
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, _) =>
        {
            Console.WriteLine("here");
            if (where == "setup") await never.Task;
            await use("");
            if (where == "teardown") await never.Task;
        }, more: "timeout=100|teardown=100");
        catalog.Class("C").Test("T", _ => where == "body" ? never.Task : throw new InvalidOperationException("body"), "F", "timeout=100");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.T");
        var stuck = bench.Await<Message.Stuck>();

        Assert.AreEqual(0, stuck.Case);
        Assert.AreEqual("here\n", stuck.Output);
        Assert.Contains(where switch { "body" => "RND3031", "setup" => "RND3020", _ => "RND3021" }, stuck.Failure.Message);
        if (where == "teardown") Assert.AreEqual("body", Assert.ContainsSingle(stuck.Failure.Others).Message);
    }

    [TestMethod]
    public void A_setup_that_gives_its_value_too_late_fails_its_tests_and_is_torn_down_all_the_same()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Worker, async (use, values) =>
        {
            var late = new TaskCompletionSource();
            using var registration = ((CancellationToken)values[0]!).Register(late.SetResult);
            await late.Task;
            await use("");
            _log.Enqueue("torn down");
        }, "#CancellationToken", "timeout=100");
        catalog.Class("C").Test("T", Ambient("t"), "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("RND3020", bench.FailureOf("N.C.T").Message);
        Assert.AreEqual("torn down", Assert.ContainsSingle(_log));
    }

    [TestMethod]
    public void Setups_and_the_body_are_announced_in_the_order_in_which_they_run()
    {
        var catalog = new WrittenCatalog().Value("A", FixtureScope.Worker, _ => "").Use<string>("B", FixtureScope.Test, async (use, _) => await use(""), more: "timeout=7000|teardown=8000");
        catalog.Class("C").Test("T", Ambient("t"), "A B", "timeout=9000");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var phases = bench.Said.OfType<Message.Working>().Where(w => w.Case == 0).Select(w => $"{w.Phase} {w.What} {w.LimitMs}");
        CollectionAssert.AreEqual((string[])["Body  9000", "Setup N.Fixtures.A 300000", "Setup N.Fixtures.B 7000", "Body  9000", "Teardown N.Fixtures.B 8000"], phases.ToArray());
    }

    // ---- stray errors

    [TestMethod]
    [DataRow("async void")]
    [DataRow("pool")]
    [DataRow("thread")]
    [DataRow("task")]
    [DataRow("post")]
    public void An_error_that_nobody_awaits_fails_the_test_that_started_the_work(string kind)
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("Guilty", async values =>
        {
            await Task.Yield();
            switch (kind)
            {
                case "async void": ThrowLater(); break;
                case "pool": ThreadPool.QueueUserWorkItem(_ => throw new InvalidOperationException("stray")); break;
                case "thread":
                    var thread = new Thread(() => throw new InvalidOperationException("stray"));
                    thread.Start();
                    thread.Join();
                    break;
                case "post": ((EventLoop)values[0]!).Post(() => throw new InvalidOperationException("stray")); break;
                case "task":
                    Forget();
                    await CollectAsync();
                    break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }, "#EventLoop").Test("Innocent", Ambient("next"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("stray", bench.FailureOf("N.C.Guilty").Message);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Innocent"));
        Assert.IsEmpty(bench.TeardownErrors);
    }

    [TestMethod]
    public void A_stray_error_of_a_wide_fixture_is_told_under_its_name()
    {
        var thrown = new ManualResetEventSlim();
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Worker, async (use, _) =>
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                thrown.Wait(s_patience);
                throw new InvalidOperationException("stray");
            });
            await use("");
        });
        catalog.Class("C").Test("T", async _ =>
        {
            thrown.Set();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }, "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
        Assert.AreEqual("N.Fixtures.F.stray", Assert.ContainsSingle(bench.TeardownErrors).Type);
    }

    [TestMethod]
    public void An_error_after_its_test_has_ended_is_told_under_the_tests_name()
    {
        var go = new TaskCompletionSource();
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("Gone", async _ =>
        {
            ThrowWhen(go.Task);
            await Task.Yield();
        }).Test("Later", async _ =>
        {
            go.SetResult();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        });
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Later"));
        Assert.AreEqual("N.C.Gone.stray", Assert.ContainsSingle(bench.TeardownErrors).Type);
    }

    // ---- leaks

    [TestMethod]
    [DataRow("warn")]
    [DataRow("fail")]
    [DataRow("off")]
    public void What_a_test_leaves_on_its_loop_is_told_as_the_run_wants_it(string leaks)
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("Leaks", async values =>
        {
            _ = ((TimeProvider)values[0]!).CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
            await Task.Yield();
        }, "#TimeProvider").Test("Clean", async values => await Task.Delay(TimeSpan.FromMilliseconds(1), (TimeProvider)values[0]!), "#TimeProvider");
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Leaks = leaks });

        bench.RunAll();

        Assert.AreEqual(leaks == "fail", bench.OutcomeOf("N.C.Leaks") is Outcome.Failed);
        Assert.HasCount(leaks == "warn" ? 1 : 0, bench.Results["N.C.Leaks"].Notes);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Clean"));
        Assert.IsEmpty(bench.Results["N.C.Clean"].Notes);
    }

    [TestMethod]
    public void The_loop_of_a_test_ends_with_it()
    {
        EventLoop? loop = null;
        CancellationToken token = default;
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", _ =>
        {
            loop = EventLoop.Current;
            token = loop!.Token;
            return Task.CompletedTask;
        });
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual(LoopState.Closed, loop!.State);
        Assert.IsTrue(token.IsCancellationRequested);
        Assert.IsEmpty(bench.Results["N.C.T"].Notes);
    }

    // ---- output

    [TestMethod]
    public void Each_test_gets_exactly_what_it_and_its_own_work_wrote()
    {
        var catalog = new WrittenCatalog().Value("Wide", FixtureScope.Worker, _ => Write("wide\n"));
        var late = new TaskCompletionSource();
        catalog.Class("C").Test("A", async values =>
        {
            Console.Write("a1 ");
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Console.WriteLine("a"))));
            Console.Error.Write("err");
            System.Diagnostics.Trace.Write("trace");
            ((TestContext)values[1]!).Output.Write("context");
            _ = WriteWhen(late.Task);
        }, "Wide #TestContext").Sync("B", _ =>
        {
            late.SetResult();
            Console.Write("b");
        });
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        var a = bench.Results["N.C.A"];
        Assert.AreEqual("a1 " + string.Concat(Enumerable.Repeat("a\n", 50)) + "tracecontext", a.Output);
        Assert.AreEqual("err", a.ErrorOutput);
        Assert.AreEqual("b", bench.Results["N.C.B"].Output);
    }

    // ---- rows

    [TestMethod]
    public void Rows_are_read_again_only_as_far_as_they_are_needed_once_and_the_source_is_closed()
    {
        var given = 0;
        IEnumerable<int> Source()
        {
            try
            {
                for (var i = 1; i <= 5; i++)
                {
                    given++;
                    yield return i;
                }
            }
            finally
            {
                _log.Enqueue("closed");
            }
        }

        var planner = RowsCatalog(() => RowSource.Of([1, 2, 3, 4, 5], n => [n]));
        using var plans = new WorkerBench(planner);
        plans.GivePlan();
        plans.Finish();
        using var bench = new WorkerBench(RowsCatalog(() => RowSource.Of(Source(), n => [n])));
        bench.GivePlan(plans.Plan);

        bench.RunCase("N.C.R(2)");
        bench.RunCase("N.C.R(1)");
        bench.Finish();

        Assert.AreEqual(2, given);
        CollectionAssert.AreEqual((string[])["row 2", "row 1", "closed"], _log.ToArray());
    }

    [TestMethod]
    public void A_row_that_differs_or_is_missing_here_fails_alone()
    {
        using var plans = new WorkerBench(RowsCatalog(() => RowSource.Of([1, 2, 3], n => [n])));
        plans.GivePlan();
        plans.Finish();
        using var bench = new WorkerBench(RowsCatalog(() => RowSource.Of([1, 7], n => [n])));
        bench.GivePlan(plans.Plan);

        foreach (var planned in plans.Plan.Cases) bench.RunCase(planned.Id);
        bench.Finish();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.R(1)"));
        Assert.Contains("RND3051", bench.FailureOf("N.C.R(2)").Message);
        Assert.Contains("RND3050", bench.FailureOf("N.C.R(3)").Message);
    }

    [TestMethod]
    public void A_source_that_throws_or_is_cancelled_by_itself_keeps_its_rows_and_tells_why()
    {
        static async IAsyncEnumerable<int> Source([EnumeratorCancellation] CancellationToken stop = default)
        {
            await Task.Yield();
            yield return 1;
            stop.ThrowIfCancellationRequested();
            throw new OperationCanceledException("no network");
        }

        using var bench = new WorkerBench(RowsCatalog(() => RowSource.Of(Source(), n => [n])));

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.R(1)"));
        Assert.Contains("cancelled", bench.FailureOf("N.C.R").Message);
    }

    [TestMethod]
    public void Reading_a_row_is_announced_with_its_own_limit_and_not_that_of_the_test()
    {
        using var plans = new WorkerBench(RowsCatalog(() => RowSource.Of([1], n => [n]), "timeout=500"));
        plans.GivePlan();
        plans.Finish();
        using var bench = new WorkerBench(RowsCatalog(() => RowSource.Of([1], n => [n]), "timeout=500"));
        bench.GivePlan(plans.Plan);

        bench.RunCase("N.C.R(1)");
        bench.Finish();

        var phases = bench.Said.OfType<Message.Working>().Where(w => w.Case == 0).Select(w => $"{w.Phase} {w.LimitMs}");
        CollectionAssert.AreEqual((string[])["Body 500", "Setup 60000", "Body 500"], phases.ToArray());
    }

    // ---- orders

    [TestMethod]
    public void Work_is_given_back_while_a_test_blocks_the_pump()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("Blocks", _ =>
        {
            entered.Set();
            leave.Wait(s_patience);
            return Task.CompletedTask;
        }, more: "waits=Allow").Test("B", Ambient("b")).Test("C", Ambient("c"));
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();
        bench.Assign("N.C.Blocks", "N.C.B", "N.C.C");
        Assert.IsTrue(entered.Wait(s_patience));

        bench.Tell(new Message.Recall([0, 2]));
        var back = bench.Await<Message.GaveBack>();
        leave.Set();
        bench.Await<Message.Finished>();
        bench.Await<Message.Finished>();
        bench.Finish();

        CollectionAssert.AreEqual((int[])[2], back.Cases.ToArray());
        Assert.AreEqual("b ", Assert.ContainsSingle(_log));
    }

    [TestMethod]
    [DataRow("body")]
    [DataRow("setup")]
    public void A_case_that_is_cancelled_by_the_run_was_not_run_and_is_torn_down(string where)
    {
        using var entered = new ManualResetEventSlim();
        async Task Wait(CancellationToken stop)
        {
            entered.Set();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }

        var catalog = new WrittenCatalog().Use<string>("Outer", FixtureScope.Test, async (use, _) =>
        {
            await use("");
            _log.Enqueue("torn down");
        }).Use<string>("F", FixtureScope.Test, async (use, values) =>
        {
            if (where == "setup") await Wait((CancellationToken)values[0]!);
            await use("");
        }, "#CancellationToken Outer");
        catalog.Class("C").Test("T", values => Wait((CancellationToken)values[1]!), "F #CancellationToken");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();
        bench.Assign("N.C.T");
        Assert.IsTrue(entered.Wait(s_patience));

        bench.Tell(new Message.CancelRunning("interrupted"));
        var finished = bench.Await<Message.Finished>();
        bench.Finish();

        Assert.AreEqual(new Outcome.NotRun("interrupted"), finished.Result.Outcome);
        Assert.AreEqual("torn down", Assert.ContainsSingle(_log));
    }

    [TestMethod]
    public void A_worker_retires_after_a_blocking_wait_was_broken_off_and_gives_its_work_back()
    {
        if (!LoopHost.SupportsWaitHook) Assert.Inconclusive("This runtime tells nobody of blocking waits.");
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("Blocks", _ =>
        {
            YieldAsync().Wait(CancellationToken.None);
            return Task.CompletedTask;
        }, more: "waits=Fail").Test("B", Ambient("b"));
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.Blocks", "N.C.B");
        var finished = bench.Await<Message.Finished>();
        var back = bench.Await<Message.GaveBack>();
        bench.Await<Message.Retiring>();
        bench.Finish();

        Assert.IsInstanceOfType<Outcome.Failed>(finished.Result.Outcome);
        CollectionAssert.AreEqual((int[])[1], back.Cases.ToArray());
        Assert.IsEmpty(_log);
    }

    private static async Task YieldAsync() => await Task.Yield();

    private static async void ThrowLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("stray");
    }

    private static async void ThrowWhen(Task when)
    {
        await when;
        throw new InvalidOperationException("stray");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => _ = Task.Run(() => throw new InvalidOperationException("stray"));

    // Until the forgotten task is collected; a deadline, in case something holds it.
    private static async Task CollectAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static async Task WriteWhen(Task when)
    {
        await when;
        Console.Write("late");
    }

    private static string Write(string text)
    {
        Console.Write(text);
        return text;
    }

    private string Note(string text)
    {
        _log.Enqueue(text);
        return text;
    }

    private Func<object?[], Task> Ambient(string name) => async _ =>
    {
        await Task.Yield();
        _log.Enqueue($"{name} {s_ambient.Value}");
    };

    private WrittenCatalog RowsCatalog(Func<RowSource> rows, string more = "") =>
        new WrittenCatalog().Class("C").Rows("R", rows, values => Task.FromResult(Note("row " + values[0])), more: more).End();
}
