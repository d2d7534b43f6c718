using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class ThreadPoolBackendTests
{
    static EventLoop NewLoop() => EventLoop.Create(new() { Name = "pool loop", Backend = LoopBackend.ThreadPool });

    [TestMethod]
    public async Task A_body_runs_on_the_pool_without_a_context_and_still_knows_its_loop()
    {
        await using var loop = NewLoop();
        var local = new AsyncLocal<string?> { Value = "caller" };

        var seen = await loop.OpenLane("test").RunAsync(async () =>
        {
            await Task.Yield();
            var inside = EventLoop.Current;
            return (Thread.CurrentThread.IsThreadPoolThread, SynchronizationContext.Current, inside, local.Value);
        });

        Assert.AreEqual((true, null, loop, "caller"), seen);
        Assert.IsNull(EventLoop.Current);
        Assert.IsNull(loop.Context);
        Assert.AreSame(TaskScheduler.Default, loop.Scheduler);
    }

    [TestMethod]
    public void Run_gives_result_and_exception_as_on_the_single_thread()
    {
        var loop = NewLoop();

        int result = loop.Run(async _ => { await Task.Yield(); return 7; });
        var error = Assert.ThrowsExactly<FormatException>(() => loop.Run(async _ => { await Task.Yield(); throw new FormatException("boom"); }));

        Assert.AreEqual(7, result);
        Assert.AreEqual("boom", error.Message);
    }

    [TestMethod]
    public void Posted_callbacks_that_fail_are_kept_and_timers_are_counted()
    {
        var loop = NewLoop();
        var lane = loop.OpenLane("careless");
        var timers = Until.Done(lane.RunAsync(async () =>
        {
            lane.Post(_ => throw new FormatException("boom"), null);
            loop.Clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
            await Task.Delay(TimeSpan.FromMilliseconds(1), loop.Clock);
            await loop.WaitIdleAsync();
            return lane.Statistics.ArmedTimers;
        }));

        var report = Until.Done(loop.CloseAsync(TimeSpan.FromMilliseconds(10)));

        Assert.AreEqual(1, timers);
        CollectionAssert.AreEquivalent(new[]
        {
            new LoopLeak(LeakKind.Timer, "1 armed timer", "careless"),
            new LoopLeak(LeakKind.StrayException, "FormatException: boom", "careless"),
        }, report.Leaks.ToArray());
    }

    [TestMethod]
    public void Closing_waits_for_a_body_within_the_grace()
    {
        var loop = NewLoop();
        var gate = new TaskCompletionSource();
        var body = loop.RunAsync(async _ => await gate.Task);

        var closing = loop.CloseAsync(TimeSpan.FromSeconds(10));
        bool early = closing.IsCompleted;
        gate.SetResult();

        Assert.IsFalse(early);
        Assert.IsEmpty(Until.Done(closing).Leaks);
        Until.Done(body);
    }

    [TestMethod]
    public void A_single_thread_lane_started_from_a_pool_body_is_on_its_own_loop_everywhere()
    {
        using var host = LoopHost.StartThread("inner");
        var inner = EventLoop.Create(new() { Host = host, Name = "inner" });

        var seen = NewLoop().Run(_ => inner.OpenLane("inner lane").RunAsync(async () => (EventLoop.Current, await Task.Run(() => EventLoop.Current))));

        Assert.AreSame(inner, seen.Item1);
        Assert.IsNull(seen.Item2);
    }
}
