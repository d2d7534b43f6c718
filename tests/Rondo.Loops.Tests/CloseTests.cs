using System.Collections.Concurrent;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class CloseTests
{
    [TestMethod]
    public void A_loop_that_left_nothing_reports_nothing_and_refuses_new_work()
    {
        var loop = EventLoop.Create(new() { Name = "clean" });
        loop.Run(async _ => await Task.Yield());

        var report = Until.Done(loop.CloseAsync());

        Assert.IsEmpty(report.Leaks);
        Assert.AreEqual(LoopState.Closed, loop.State);
        Refuses(() => loop.Run(_ => Task.CompletedTask));
        Refuses(() => loop.RunAsync(_ => Task.CompletedTask));
        Refuses(() => loop.OpenLane("late"));
        Refuses(() => loop.Hold("late"));
        Refuses(() => loop.WaitIdleAsync());
        Refuses(() => loop.Clock.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.Zero));
        Refuses(() => loop.Context!.Send(_ => { }, null));

        static void Refuses(Action use)
        {
            var error = Assert.ThrowsExactly<LoopClosedException>(use);
            Assert.AreEqual("RND3004", error.Code);
            Assert.Contains("'clean'", error.Message);
        }
    }

    [TestMethod]
    public void What_is_left_after_the_grace_is_listed_with_kind_name_and_owner()
    {
        var loop = EventLoop.Create(new() { Name = "left", Owner = "the loop" });
        var never = new TaskCompletionSource();
        loop.Run(async stop =>
        {
            var lane = loop.OpenLane("careless");
            await lane.RunAsync(() =>
            {
                WaitFor(never.Task);
                _ = Task.Delay(TimeSpan.FromHours(1), loop.Clock);
                _ = lane.RunAsync(() => never.Task);
                return Task.CompletedTask;
            });
            loop.Hold("a server of mine");
        });

        var report = Until.Done(loop.CloseAsync(TimeSpan.FromMilliseconds(20)));

        CollectionAssert.AreEquivalent(new[]
        {
            new LoopLeak(LeakKind.AsyncVoid, "1 async void method still running", "careless"),
            new LoopLeak(LeakKind.RunningBody, "1 body not completed", "careless"),
            new LoopLeak(LeakKind.Timer, "armed timer: timer of Task.Delay", "careless"),
            new LoopLeak(LeakKind.Hold, "hold: a server of mine", "the loop"),
        }, report.Leaks.ToArray());

        static async void WaitFor(Task task) => await task;
    }

    [TestMethod]
    public void The_token_is_cancelled_and_work_that_heeds_it_ends_within_the_grace()
    {
        var loop = EventLoop.Create();
        bool cleanedUp = false;
        loop.Run(stop =>
        {
            _ = loop.OpenLane("server").RunAsync(async () =>
            {
                try { await Task.Delay(Timeout.InfiniteTimeSpan, loop.Clock, stop); }
                catch (OperationCanceledException) { await Task.Yield(); cleanedUp = true; }
            });
            return Task.CompletedTask;
        });

        var report = Until.Done(loop.CloseAsync(TimeSpan.FromSeconds(10)));

        Assert.IsEmpty(report.Leaks);
        Assert.IsTrue(cleanedUp);
        Assert.IsTrue(loop.Token.IsCancellationRequested);
    }

    [TestMethod]
    public void Closing_on_a_pump_that_turns_elsewhere_waits_for_it_and_is_done_once()
    {
        using var host = LoopHost.StartThread("closing");
        var loop = EventLoop.Create(new() { Host = host });
        var gate = new TaskCompletionSource();
        var body = loop.RunAsync(async _ => await gate.Task);

        var first = loop.CloseAsync(TimeSpan.FromSeconds(10));
        var second = loop.CloseAsync();
        Assert.AreEqual(LoopState.Closing, loop.State);
        gate.SetResult();

        Assert.IsEmpty(Until.Done(first).Leaks);
        Assert.AreSame(first, second);
        Assert.IsTrue(body.IsCompletedSuccessfully);
    }

    [TestMethod]
    public void A_close_that_its_own_pump_has_no_turn_left_for_is_done_all_the_same()
    {
        var other = EventLoop.Create();
        bool cancelled = false;
        Task<LoopCloseReport>? closing = null;

        // The run of the other loop ends before the pump comes by again.
        other.Run(_ =>
        {
            var beside = EventLoop.Create();
            beside.Token.Register(() => cancelled = true);
            closing = beside.CloseAsync();
            return Task.CompletedTask;
        });

        Assert.IsEmpty(Until.Done(closing!).Leaks);
        Assert.IsTrue(cancelled);
    }

    [TestMethod]
    public void A_close_from_the_own_pump_runs_what_the_token_starts_and_tells_what_that_leaves()
    {
        using var host = LoopHost.StartThread("pump");
        var outer = EventLoop.Create(new() { Host = host });

        var (clean, withLeak, ranOn) = Until.Done(outer.RunAsync(async _ =>
        {
            var first = EventLoop.Create(new() { Host = host });
            EventLoop? ranOn = null;
            first.Token.Register(() => ranOn = EventLoop.Current);
            var clean = await first.CloseAsync();
            var second = EventLoop.Create(new() { Host = host });
            second.Token.Register(() => second.Clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan));
            var withLeak = await second.CloseAsync(TimeSpan.Zero);
            return (clean, withLeak, ranOn == first);
        }));

        Assert.IsEmpty(clean.Leaks);
        Assert.AreEqual(LeakKind.Timer, Assert.ContainsSingle(withLeak.Leaks).Kind);
        Assert.IsTrue(ranOn);
    }

    [TestMethod]
    public void Without_a_grace_the_token_is_cancelled_all_the_same()
    {
        using var host = LoopHost.StartThread("no grace");
        var loop = EventLoop.Create(new() { Host = host });
        int cancelledOn = 0;
        loop.Token.Register(() => cancelledOn = Environment.CurrentManagedThreadId);

        var report = Until.Done(loop.CloseAsync(TimeSpan.Zero));

        Assert.AreEqual(host.ManagedThreadId, cancelledOn);
        Assert.IsEmpty(report.Leaks);
    }

    [TestMethod]
    public void A_continuation_for_a_closed_lane_is_run_on_the_pool_and_reported_once_by_name()
    {
        using var host = LoopHost.StartThread("late");
        var reports = new ConcurrentQueue<LateWork>();
        host.LateWork += reports.Enqueue;
        host.LateWork += _ => throw new InvalidOperationException("a handler's fault");
        var loop = EventLoop.Create(new() { Name = "short", Host = host });
        var lane = loop.OpenLane("the closed one");
        var gate = new TaskCompletionSource();
        (bool OnPool, SynchronizationContext? Context) resumed = default;
        Task? orphan = null;
        Until.Done(lane.RunAsync(() => { orphan = Orphan(); return Task.CompletedTask; }));
        lane.Close();

        Until.Done(loop.OpenLane("the resumer").RunAsync(() => { gate.SetResult(); return Task.CompletedTask; }));
        Until.Done(orphan!);

        Assert.AreEqual((true, null), resumed);
        Assert.AreEqual(new LateWork("short", "the closed one", "async method CloseTests.A_continuation_for_a_closed_lane_is_run_on_the_pool_and_reported_once_by_name.Orphan",
            "'the resumer' on loop 'short'")
        { LoopOwner = "short" }, Assert.ContainsSingle(reports));

        async Task Orphan()
        {
            await gate.Task;
            resumed = (Thread.CurrentThread.IsThreadPoolThread, SynchronizationContext.Current);
            await Task.Yield();
        }
    }

    [TestMethod]
    public void Work_still_queued_when_its_lane_closes_is_a_leak_and_runs_late()
    {
        using var host = LoopHost.StartThread("late");
        var reports = new ConcurrentQueue<LateWork>();
        host.LateWork += reports.Enqueue;
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("queued");
        var ran = new TaskCompletionSource<bool>();

        var leaks = Until.Done(loop.RunAsync(_ =>
        {
            lane.Post(_ => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread), null);
            return Task.FromResult(lane.Close());
        }));

        Assert.AreEqual(LeakKind.QueuedWork, Assert.ContainsSingle(leaks).Kind);
        Assert.IsTrue(Until.Done(ran.Task));
        Assert.AreEqual("queued", Assert.ContainsSingle(reports).LaneOwner);
    }

    [TestMethod]
    public void An_async_void_method_that_fails_after_its_lane_closed_is_reported_and_ends_nothing()
    {
        using var host = LoopHost.StartThread("late");
        var reports = new ConcurrentQueue<LateWork>();
        host.LateWork += reports.Enqueue;
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("gone");
        var gate = new TaskCompletionSource();
        Until.Done(lane.RunAsync(() => { FailLater(); return Task.CompletedTask; }));
        lane.Close();

        gate.SetResult();
        Until.True(() => reports.Any(report => report.Exception is not null), "the report of the exception");
        Until.True(() => lane.TakeStrayExceptions().Any(error => error.Message == "late boom"), "the exception on the lane");

        async void FailLater()
        {
            await gate.Task;
            throw new FormatException("late boom");
        }
    }

    [TestMethod]
    public void A_timer_of_a_closed_lane_fires_once_more_as_late_work_and_is_no_timer_any_more()
    {
        using var host = LoopHost.StartThread("late");
        var reports = new ConcurrentQueue<LateWork>();
        host.LateWork += reports.Enqueue;
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("ticker");
        int ticks = 0;
        Until.Done(lane.RunAsync(() =>
        {
            loop.Clock.CreateTimer(_ => ticks++, null, TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(1));
            return Task.CompletedTask;
        }));

        var leak = Assert.ContainsSingle(lane.Close());
        Until.True(() => !reports.IsEmpty && lane.Statistics.ArmedTimers == 0, "the last tick");

        Assert.AreEqual(LeakKind.Timer, leak.Kind);
        Assert.Contains(nameof(A_timer_of_a_closed_lane_fires_once_more_as_late_work_and_is_no_timer_any_more), leak.What);
        Assert.HasCount(1, reports);
        Until.True(() => ticks == 1, "the tick itself");
    }

    [TestMethod]
    public void Closing_from_a_body_of_the_loop_lists_that_body_and_ends_all_the_same()
    {
        using var host = LoopHost.StartThread("suicide");
        var loop = EventLoop.Create(new() { Host = host, Owner = "itself" });

        var report = Until.Done(loop.RunAsync(async _ => await loop.CloseAsync(TimeSpan.FromMilliseconds(10))));

        Assert.AreEqual(new LoopLeak(LeakKind.RunningBody, "1 body not completed", "itself"), Assert.ContainsSingle(report.Leaks));
    }

    [TestMethod]
    public void Stray_exceptions_nobody_took_are_in_the_report()
    {
        using var host = LoopHost.StartThread("strays");
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("careless");
        lane.Post(_ => throw new FormatException("boom"), null);
        Until.Done(loop.WaitIdleAsync());

        var report = Until.Done(loop.CloseAsync());

        Assert.AreEqual(new LoopLeak(LeakKind.StrayException, "FormatException: boom", "careless"), Assert.ContainsSingle(report.Leaks));
    }

    [TestMethod]
    public void The_end_of_a_pump_drops_nothing()
    {
        var host = LoopHost.StartThread("ending");
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("poster");
        int ran = 0;
        lane.Send(_ =>
        {
            for (int i = 0; i < 100; i++) lane.Post(_ => Interlocked.Increment(ref ran), null);
            _ = host.DisposeAsync().AsTask();
        }, null);

        host.Dispose();
        lane.Post(_ => Interlocked.Increment(ref ran), null);

        Until.True(() => Volatile.Read(ref ran) == 101, "all posted work");
        Assert.ThrowsExactly<LoopClosedException>(() => lane.RunAsync(() => Task.CompletedTask));
    }
}
