using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Tests.Worker;

/// <summary>The corners of what a test starts: the rules that users see are in tests/projects/TasksOfTests and TasksOfFixtures.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TasksOfTestsTests
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = WorkerBench.NewLog();

    [TestMethod]
    public void A_group_is_refused_when_nobody_asked_before_the_end_of_the_body()
    {
        TestContext? context = null;
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, values) =>
        {
            context = (TestContext)values[0]!;
            await use("f");
            _ = context.Tasks;
        }, "#TestContext");
        catalog.Class("C").Test("T", _ => Task.CompletedTask, "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("[RND3043]", bench.FailureOf("N.C.T").Message);
        Assert.Contains("test 'N.C.T'", bench.FailureOf("N.C.T").Message);
    }

    [TestMethod]
    public void A_group_that_was_used_refuses_more_after_the_body()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, values) =>
        {
            var context = (TestContext)values[0]!;
            await use("f");
            _ = context.Tasks.Start(_ => Task.CompletedTask);
        }, "#TestContext");
        catalog.Class("C").Test("T", _ => TestContext.Current!.Tasks.Start(_ => Task.CompletedTask), "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("[RND3060]", bench.FailureOf("N.C.T").Message);
    }

    [TestMethod]
    public void Children_of_a_test_whose_setup_fails_are_ended()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, (use, values) =>
        {
            ((TestContext)values[0]!).Tasks.StartBackground(async stop =>
            {
                try { await ForEver(stop); }
                finally { _log.Enqueue("child ended"); }
            });
            throw new FormatException("no setup");
        }, "#TestContext");
        catalog.Class("C").Test("T", _ => Note("body"), "F");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf("N.C.T"));
        Assert.AreEqual("child ended", string.Join(' ', _log));
        Assert.IsEmpty(bench.Results["N.C.T"].Notes);
    }

    [TestMethod]
    public void A_child_that_ignores_its_token_makes_the_test_stuck_and_is_named()
    {
        var catalog = new WrittenCatalog();
        var never = new TaskCompletionSource();
        catalog.Class("C").Test("T", values => { _ = ((TaskGroup)values[0]!).Start(_ => never.Task, "deaf"); return Task.CompletedTask; }, "#TaskGroup", "timeout=100");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.T");
        var stuck = bench.Await<Message.Stuck>();

        Assert.Contains("[RND3031]", stuck.Failure.Message);
        Assert.Contains("Its body had ended. Children of its task group that have not ended: 'deaf'", stuck.Failure.Message);
        never.SetResult();
    }

    [TestMethod]
    public void A_child_that_failed_is_told_when_the_body_never_ends()
    {
        var catalog = new WrittenCatalog();
        var never = new TaskCompletionSource();
        catalog.Class("C").Test("T", values => { _ = ((TaskGroup)values[0]!).Start(_ => throw new FormatException("the cause")); return never.Task; }, "#TaskGroup", "timeout=100");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.T");
        var stuck = bench.Await<Message.Stuck>();

        Assert.Contains("the cause", Assert.ContainsSingle(stuck.Failure.Others).Message);
        never.SetResult();
    }

    [TestMethod]
    public void A_test_that_closes_its_own_loop_still_waits_for_its_children()
    {
        var catalog = new WrittenCatalog();
        var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        catalog.Class("C").Test("T", async values =>
        {
            _ = ((TaskGroup)values[0]!).Start(async _ => { await later.Task; _log.Enqueue("child"); });
            await ((EventLoop)values[1]!).CloseAsync(TimeSpan.Zero);
            ThreadPool.UnsafeQueueUserWorkItem(_ => later.SetResult(), null);
        }, "#TaskGroup #EventLoop");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("child", string.Join(' ', _log));
    }

    [TestMethod]
    public void Failures_stand_in_the_order_in_which_they_happened()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C")
            .Test("Child_first", async values =>
            {
                var tasks = (TaskGroup)values[0]!;
                _ = tasks.Start(_ => throw new FormatException("child"));
                try { await ForEver((CancellationToken)values[1]!); }
                catch (OperationCanceledException) { throw new NotSupportedException("body"); }
            }, "#TaskGroup #CancellationToken")
            .Test("Body_first", async values =>
            {
                var tasks = (TaskGroup)values[0]!;
                _ = tasks.Start(async stop =>
                {
                    try { await ForEver(stop); }
                    catch (OperationCanceledException) { throw new FormatException("child"); }
                });
                await Task.Yield();
                throw new AggregateException(new NotSupportedException("body"), new AggregateException(new ArgumentException("inner")));
            }, "#TaskGroup");
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.AreEqual("child body", string.Join(' ', bench.FailureOf("N.C.Child_first").Others.Select(o => o.Message)));
        Assert.AreEqual("body inner child", string.Join(' ', bench.FailureOf("N.C.Body_first").Others.Select(o => o.Message)));
    }

    [TestMethod]
    public void A_start_of_time_that_is_no_moment_fails_the_asynchronous_tests_of_the_mark_and_nothing_else()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C", more: "virtual=1|start=28.13.2026").Test("T", _ => Note("T")).Sync("S", _ => _log.Enqueue("S")).Test("U", _ => Note("U"), more: "start=2026-02-28")
            .End().Class("D").Test("T", _ => Note("D"));
        using var bench = new WorkerBench(catalog);

        bench.RunAll();

        Assert.Contains("[RND1035]", bench.FailureOf("N.C.T").Message);
        Assert.Contains("28.13.2026", bench.FailureOf("N.C.T").Message);
        Assert.AreEqual("S U D", string.Join(' ', _log));
    }

    [TestMethod]
    public void A_fixture_of_a_test_is_known_by_its_test()
    {
        Assert.AreEqual("A.B.C(1, 'cup of tea')", Engine.Worker.LaneOwners.Charged(Engine.Worker.LaneOwners.Of("N.Fixtures.F", "A.B.C(1, 'cup of tea')")));
        Assert.AreEqual("A.B.C(1, 'cup of tea')", Engine.Worker.LaneOwners.Charged("A.B.C(1, 'cup of tea')"));
        Assert.AreEqual("N.Fixtures.F", Engine.Worker.LaneOwners.Charged(Engine.Worker.LaneOwners.Of("N.Fixtures.F", null)));
    }

    private static async Task ForEver(CancellationToken stop)
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cancelled = stop.Register(() => never.TrySetCanceled(stop));
        await never.Task;
    }

    private Task Note(string text)
    {
        _log.Enqueue(text);
        return Task.CompletedTask;
    }
}
