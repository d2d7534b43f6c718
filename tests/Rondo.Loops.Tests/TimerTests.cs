using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class TimerTests
{
    [TestMethod]
    public void Timers_fire_in_order_of_due_time_and_then_of_making()
    {
        var order = Fire(async loop =>
        {
            var told = new List<string>();
            Arm("late", 30); Arm("first of equals", 10); Arm("second of equals", 10); Arm("at once", 0); Arm("third of equals", 10);
            while (told.Count < 5) await Task.Yield();
            return told;

            void Arm(string name, int ms) => loop.Clock.CreateTimer(_ => told.Add(name), null, TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan);
        });

        Assert.AreEqual("at once, first of equals, second of equals, third of equals, late", string.Join(", ", order));
    }

    [TestMethod]
    public void A_timer_runs_under_the_ExecutionContext_of_its_maker_and_on_its_lane()
    {
        var local = new AsyncLocal<string?>();

        var seen = Fire(async loop =>
        {
            var lane = loop.OpenLane("maker");
            var fired = new TaskCompletionSource<(string?, bool)>();
            await lane.RunAsync(() =>
            {
                local.Value = "maker";
                loop.Clock.CreateTimer(_ => fired.SetResult((local.Value, SynchronizationContext.Current == lane)), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                return Task.CompletedTask;
            });
            return await fired.Task;
        });

        Assert.AreEqual(("maker", true), seen);
    }

    [TestMethod]
    public void A_timer_that_was_disposed_or_changed_never_fires_as_it_was_even_if_it_was_already_queued()
    {
        var fired = Fire(async loop =>
        {
            var told = new List<string>();
            ITimer? second = null, third = null;
            loop.Clock.CreateTimer(_ => { told.Add("first"); second!.Dispose(); third!.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan); }, null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            second = loop.Clock.CreateTimer(_ => told.Add("second"), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            third = loop.Clock.CreateTimer(_ => told.Add("third"), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            while (told.Count == 0) await Task.Yield();
            await loop.WaitIdleAsync();
            Assert.IsFalse(second.Change(TimeSpan.Zero, TimeSpan.Zero));
            Assert.AreEqual(1, loop.Statistics.ArmedTimers);
            third.Dispose();
            Assert.AreEqual(0, loop.Statistics.ArmedTimers);
            return told;
        });

        Assert.AreEqual("first", Assert.ContainsSingle(fired));
    }

    [TestMethod]
    public void A_periodic_timer_ticks_until_it_is_disposed_from_any_thread()
    {
        int ticks = Fire(async loop =>
        {
            int ticks = 0;
            var timer = loop.Clock.CreateTimer(_ => ticks++, null, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));
            while (ticks < 5) await Task.Yield();
            await Task.Run(timer.Dispose);
            int then = ticks;
            await Task.Delay(TimeSpan.FromMilliseconds(10), loop.Clock);
            Assert.AreEqual(0, loop.Statistics.ArmedTimers);
            return ticks - then;
        });

        Assert.AreEqual(0, ticks);
    }

    [TestMethod]
    public void A_timer_made_on_another_thread_fires_on_the_loop()
    {
        using var host = LoopHost.StartThread("foreign timers");
        var loop = EventLoop.Create(new() { Host = host });
        var fired = new TaskCompletionSource<int>();

        using var timer = loop.Clock.CreateTimer(_ => fired.SetResult(Environment.CurrentManagedThreadId), null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);

        int firedOn = Until.Done(fired.Task);
        Assert.AreEqual(host.ManagedThreadId, firedOn);
    }

    [TestMethod]
    public void Many_timers_that_were_disarmed_are_dropped_from_the_heap()
    {
        int entries = Fire(async loop =>
        {
            for (int i = 0; i < 10_000; i++) loop.Clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan).Dispose();
            using var last = loop.Clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
            await Task.Yield();
            return loop.Host.Timers.Entries;
        });

        Assert.IsLessThan(200, entries);
    }

    [TestMethod]
    public void A_negative_time_is_refused_by_name()
    {
        var loop = EventLoop.Create();

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => loop.Clock.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(-2), Timeout.InfiniteTimeSpan));

        Assert.AreEqual("dueTime", error.ParamName);
    }

    [TestMethod]
    public void The_bound_clock_tells_the_time_of_its_source()
    {
        var loop = EventLoop.Create(new() { Clock = EventLoop.Create().Clock });

        Assert.AreEqual(TimeProvider.System.TimestampFrequency, loop.Clock.TimestampFrequency);
        Assert.AreEqual(TimeProvider.System.LocalTimeZone, loop.Clock.LocalTimeZone);
        Assert.IsLessThan(TimeSpan.FromMinutes(1), (TimeProvider.System.GetUtcNow() - loop.Clock.GetUtcNow()).Duration());
    }

    static T Fire<T>(Func<EventLoop, Task<T>> body)
    {
        var loop = EventLoop.Create();
        return loop.Run(_ => body(loop));
    }
}
