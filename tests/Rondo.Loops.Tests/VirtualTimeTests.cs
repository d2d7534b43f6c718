using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class VirtualTimeTests
{
    static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [TestMethod]
    public void A_month_of_waiting_passes_at_once()
    {
        var started = Stopwatch.GetTimestamp();

        var moved = OnVirtualTime(async loop =>
        {
            long before = loop.Clock.GetTimestamp();
            await Task.Delay(s_hour, loop.Clock);
            using var limit = new CancellationTokenSource(TimeSpan.FromDays(2), loop.Clock);
            await Assert.ThrowsAsync<OperationCanceledException>(() => Task.Delay(Timeout.InfiniteTimeSpan, limit.Token));
            await Assert.ThrowsAsync<TimeoutException>(() => new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromDays(30), loop.Clock));
            return loop.Clock.GetElapsedTime(before);
        });

        Assert.AreEqual(TimeSpan.FromDays(32) + s_hour, moved);
        Assert.IsLessThan(TimeSpan.FromMinutes(1), Stopwatch.GetElapsedTime(started));
    }

    [TestMethod]
    public void Time_begins_at_a_fixed_moment_in_UTC_unless_told_otherwise()
    {
        var start = new DateTimeOffset(2030, 5, 1, 12, 0, 0, TimeSpan.FromHours(2));

        var clock = LoopClock.Virtual();
        var told = LoopClock.Virtual(start);

        Assert.AreEqual(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), clock.GetUtcNow());
        Assert.AreEqual(TimeZoneInfo.Utc, clock.LocalTimeZone);
        Assert.AreEqual(TimeSpan.Zero, clock.GetLocalNow().Offset);
        Assert.AreEqual(TimeSpan.TicksPerSecond, clock.TimestampFrequency);
        Assert.AreEqual(start.UtcDateTime, told.GetUtcNow().UtcDateTime);
    }

    [TestMethod]
    public void Timers_due_at_the_same_instant_fire_in_order_of_making_also_those_made_at_that_instant()
    {
        var order = OnVirtualTime(async loop =>
        {
            var told = new List<string>();
            Arm("late", 30); Arm("first of equals", 10); Arm("second of equals", 10); Arm("at once", 0);
            loop.Clock.CreateTimer(_ => Arm("made at that instant", 0), null, TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
            Arm("third of equals", 10);
            await Task.Delay(TimeSpan.FromSeconds(1), loop.Clock);
            return told;

            void Arm(string name, int ms) => loop.Clock.CreateTimer(_ => told.Add(name), null, TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan);
        });

        Assert.AreEqual("at once, first of equals, second of equals, third of equals, made at that instant, late", string.Join(", ", order));
    }

    [TestMethod]
    public void A_periodic_timer_ticks_at_each_of_its_times()
    {
        var ticks = OnVirtualTime(async loop =>
        {
            var ticks = new List<TimeSpan>();
            long start = loop.Clock.GetTimestamp();
            await using var timer = loop.Clock.CreateTimer(_ => ticks.Add(loop.Clock.GetElapsedTime(start)), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
            await Task.Delay(TimeSpan.FromMinutes(25), loop.Clock);
            return ticks;
        });

        Assert.AreEqual("00:01:00, 00:11:00, 00:21:00", string.Join(", ", ticks));
    }

    [TestMethod]
    public void Time_stands_still_while_anything_is_ready()
    {
        var (before, after) = OnVirtualTime(async loop =>
        {
            var delay = Task.Delay(TimeSpan.FromMilliseconds(1), loop.Clock);
            for (int i = 0; i < 1000; i++) await Task.Yield();
            bool done = delay.IsCompleted;
            await delay;
            return (done, loop.Clock.GetTimestamp());
        });

        Assert.IsFalse(before);
        Assert.AreEqual(TimeSpan.TicksPerMillisecond, after);
    }

    [TestMethod]
    public void Work_on_the_thread_pool_is_waited_for()
    {
        int overtaken = 0;

        for (int i = 0; i < 40; i++)
        {
            overtaken += OnVirtualTime(async loop =>
            {
                var limit = Task.Delay(TimeSpan.FromSeconds(1), loop.Clock);
                var work = i % 2 == 0 ? Task.Run(() => Thread.Sleep(5)) : Task.Run(async () => { for (int k = 0; k < 3; k++) await Task.Run(() => Thread.SpinWait(20_000)); });
                return await Task.WhenAny(work, limit) == limit ? 1 : 0;
            });
        }

        Assert.AreEqual(0, overtaken);
    }

    [TestMethod]
    public void A_hold_keeps_time_still_until_what_was_queued_before_its_release_has_run()
    {
        var (reached, time) = OnVirtualTime(async loop =>
        {
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var hold = loop.Hold("a device that answers");
            new Thread(() =>
            {
                Thread.Sleep(30);
                answer.SetResult();
                hold.Dispose();
            }).Start();
            var first = await Task.WhenAny(answer.Task, Task.Delay(s_hour, loop.Clock));
            return (first == answer.Task, loop.Clock.GetTimestamp());
        });

        Assert.IsTrue(reached);
        Assert.AreEqual(0, time);
    }

    [TestMethod]
    public void WaitIdleAsync_comes_before_the_jump()
    {
        var (time, delayed) = OnVirtualTime(async loop =>
        {
            var delay = Task.Delay(s_hour, loop.Clock);
            await loop.WaitIdleAsync();
            return (loop.Clock.GetTimestamp(), !delay.IsCompleted);
        });

        Assert.AreEqual(0, time);
        Assert.IsTrue(delayed);
    }

    [TestMethod]
    public void AdvanceAsync_runs_what_becomes_due_on_the_way_with_the_work_that_comes_of_it()
    {
        var told = OnVirtualTime(async loop =>
        {
            var told = new List<string>();
            _ = Step("a", 10);
            _ = Step("b", 25);
            await loop.Clock.AdvanceAsync(TimeSpan.FromMinutes(30));
            told.Add($"now {Minutes()}");
            await loop.Clock.AdvanceAsync(TimeSpan.Zero);
            return told;

            async Task Step(string name, int minutes)
            {
                for (int i = 0; i < 3; i++)
                {
                    await Task.Delay(TimeSpan.FromMinutes(minutes), loop.Clock);
                    await Task.Yield();
                    told.Add($"{name}{Minutes()}");
                }
            }

            double Minutes() => TimeSpan.FromTicks(loop.Clock.GetTimestamp()).TotalMinutes;
        });

        Assert.AreEqual("a10, a20, b25, a30, now 30", string.Join(", ", told));
    }

    [TestMethod]
    public void AdvanceAsync_works_from_another_thread_without_any_body()
    {
        using var host = LoopHost.StartThread("advanced");
        var loop = EventLoop.Create(new() { Host = host, Clock = LoopClock.Virtual() });
        int ticks = 0;
        loop.Clock.CreateTimer(_ => ticks++, null, s_hour, s_hour);

        Until.Done(loop.Clock.AdvanceAsync(TimeSpan.FromHours(3.5)));

        Assert.AreEqual(3, ticks);
        Assert.AreEqual(TimeSpan.FromHours(3.5).Ticks, loop.Clock.GetTimestamp());
    }

    [TestMethod]
    public void A_clock_that_no_loop_follows_is_advanced_at_once_and_has_no_timers()
    {
        var clock = LoopClock.Virtual();

        Assert.IsTrue(clock.AdvanceAsync(s_hour).IsCompletedSuccessfully);
        var error = Assert.ThrowsExactly<LoopException>(() => clock.CreateTimer(_ => { }, null, s_hour, s_hour));

        Assert.AreEqual(s_hour.Ticks, clock.GetTimestamp());
        Assert.AreEqual("RND3072", error.Code);
    }

    [TestMethod]
    public async Task Real_time_cannot_be_advanced_nor_any_time_by_less_than_nothing()
    {
        var error = await Assert.ThrowsExactlyAsync<LoopException>(() => EventLoop.Create().Clock.AdvanceAsync(s_hour));
        Assert.AreEqual("RND3072", error.Code);

        await Assert.ThrowsExactlyAsync<ArgumentOutOfRangeException>(() => LoopClock.Virtual().AdvanceAsync(-s_hour));
    }

    [TestMethod]
    public void Timers_alone_do_not_move_time()
    {
        using var host = LoopHost.StartThread("nobody waits");
        var loop = EventLoop.Create(new() { Host = host, Clock = LoopClock.Virtual() });
        Until.Done(loop.RunAsync(_ => Task.CompletedTask));
        int ticks = 0;
        using var timer = loop.Clock.CreateTimer(_ => ticks++, null, s_hour, s_hour);

        Until.Done(loop.WaitIdleAsync());

        Assert.AreEqual(0, ticks);
        Assert.AreEqual(0, loop.Clock.GetTimestamp());
    }

    [TestMethod]
    public void A_timer_made_on_the_clock_itself_belongs_to_the_loop_that_follows_it()
    {
        var clock = LoopClock.Virtual();
        var loop = EventLoop.Create(new() { Clock = clock });

        bool here = loop.Run(async _ =>
        {
            await Task.Delay(s_hour, clock);
            return EventLoop.Current == loop;
        });

        Assert.IsTrue(here);
        Assert.AreEqual(s_hour.Ticks, clock.GetTimestamp());
    }

    [TestMethod]
    public void Loops_of_one_clock_share_its_time_and_wait_for_each_other()
    {
        using var host = LoopHost.StartThread("shared");
        var clock = LoopClock.Virtual();
        var first = EventLoop.Create(new() { Host = host, Clock = clock, Name = "first" });
        var second = EventLoop.Create(new() { Host = host, Clock = clock, Name = "second" });
        var told = new List<string>();

        Until.Done(RunBothAsync());

        Assert.AreEqual("second 1, first 2, second 3, first 4", string.Join(", ", told));

        Task RunBothAsync() => Task.WhenAll(first.RunAsync(_ => Walk(first, 2, 0)), second.RunAsync(_ => Walk(second, 1, 1)));

        async Task Walk(EventLoop loop, int begin, int busy)
        {
            await Task.Delay(TimeSpan.FromHours(begin), loop.Clock);
            for (int i = 0; i < busy * 100; i++) await Task.Yield();
            told.Add($"{loop.Name} {TimeSpan.FromTicks(clock.GetTimestamp()).TotalHours}");
            await Task.Delay(TimeSpan.FromHours(2), loop.Clock);
            told.Add($"{loop.Name} {TimeSpan.FromTicks(clock.GetTimestamp()).TotalHours}");
        }
    }

    [TestMethod]
    public void A_loop_with_real_time_on_the_same_pump_is_not_hurried()
    {
        using var host = LoopHost.StartThread("both");
        var real = EventLoop.Create(new() { Host = host, Name = "real" });
        var loop = EventLoop.Create(new() { Host = host, Name = "virtual", Clock = LoopClock.Virtual() });

        var waited = real.RunAsync(async _ =>
        {
            long start = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(30), real.Clock);
            return Stopwatch.GetElapsedTime(start);
        });
        Until.Done(loop.RunAsync(_ => Task.Delay(TimeSpan.FromDays(1), loop.Clock)));

        Assert.IsFalse(waited.IsCompleted && Until.Done(waited) < TimeSpan.FromMilliseconds(30));
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(30), Until.Done(waited));
        Assert.AreEqual(TimeSpan.FromDays(1).Ticks, loop.Clock.GetTimestamp());
    }

    [TestMethod]
    public void One_clock_cannot_be_followed_from_two_pumps_at_once()
    {
        var clock = LoopClock.Virtual();
        var first = EventLoop.Create(new() { Clock = clock, Name = "first" });

        var error = Assert.ThrowsExactly<LoopException>(() => EventLoop.Create(new() { Clock = clock, Name = "second" }));
        Until.Done(first.CloseAsync(TimeSpan.Zero));
        var later = EventLoop.Create(new() { Clock = clock, Name = "later" });

        Assert.AreEqual("RND3072", error.Code);
        Assert.Contains("'second'", error.Message);
        later.Run(_ => Task.Delay(s_hour, clock));
        Assert.AreEqual(s_hour.Ticks, clock.GetTimestamp());
    }

    [TestMethod]
    public void A_loop_on_the_thread_pool_cannot_have_virtual_time()
    {
        var error = Assert.ThrowsExactly<LoopException>(() => EventLoop.Create(new() { Backend = LoopBackend.ThreadPool, Clock = LoopClock.Virtual() }));

        Assert.AreEqual("RND3072", error.Code);
    }

    [TestMethod]
    public void A_timer_too_far_for_the_calendar_is_never_due()
    {
        var error = Assert.ThrowsExactly<LoopStalledException>(() => OnVirtualTime(async loop =>
        {
            using var never = loop.Clock.CreateTimer(_ => { }, null, TimeSpan.MaxValue, Timeout.InfiniteTimeSpan);
            await new TaskCompletionSource().Task;
            return 0;
        }));

        Assert.AreEqual("RND3070", error.Code);
    }

    [TestMethod]
    public void Closing_does_not_wait_for_timers_of_which_nobody_waits_and_lists_them()
    {
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual() });
        loop.Run(_ =>
        {
            loop.Clock.CreateTimer(_ => { }, null, s_hour, s_hour);
            return Task.CompletedTask;
        });
        long started = Stopwatch.GetTimestamp();

        var report = Until.Done(loop.CloseAsync(TimeSpan.FromSeconds(15)));

        Assert.AreEqual(LeakKind.Timer, Assert.ContainsSingle(report.Leaks).Kind);
        Assert.IsLessThan(TimeSpan.FromSeconds(10), Stopwatch.GetElapsedTime(started));
    }

    [TestMethod]
    public void An_answer_from_outside_soon_after_a_jump_is_told_as_a_race()
    {
        var outside = new QuietOutside();
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual(), OutsideWork = outside, QuietLimits = QuietLimits.Default with { Race = s_hour } });
        var told = new List<TimeRace>();
        loop.TimeRaced += told.Add;
        var lane = loop.OpenLane("racer");

        loop.Run(async _ =>
        {
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var asked = lane.RunAsync(() => Ask(answer.Task));
            await Task.Delay(s_hour, loop.Clock);
            // The loop has looked around and found nothing when the answer comes.
            int looks = outside.Looks;
            var hold = loop.Hold("an answer");
            new Thread(() =>
            {
                Until.True(() => outside.Looks > looks + 1, "a look");
                answer.SetResult();
                hold.Dispose();
            }).Start();
            await asked;
        });

        var race = Assert.ContainsSingle(told);
        Assert.AreEqual(("racer", s_hour), (race.LaneOwner, race.Jump));
        Assert.Contains("Ask", race.What);
        Assert.AreEqual(1, loop.Statistics.TimeRaces);
        Assert.Contains("overtaken real work", Assert.ContainsSingle(lane.TakeWarnings()));

        static async Task Ask(Task answer) => await answer;
    }

    [TestMethod]
    public void A_real_delay_that_virtual_time_overtook_is_told_as_a_race()
    {
        var outside = new QuietOutside();
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual(), OutsideWork = outside, QuietLimits = QuietLimits.Default with { Race = s_hour } });

        loop.Run(async _ =>
        {
            outside.ArmedTimers = 1;
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            // Not by an assertion of the framework: that leaves the loop, and its way back would be told as well.
            bool isOver = false;
            try { await answer.Task.WaitAsync(TimeSpan.FromSeconds(1), loop.Clock); }
            catch (TimeoutException) { isOver = true; }
            Assert.IsTrue(isOver);
            outside.ArmedTimers = 0;
            // Awaited before it can be answered.
            var asked = Ask(answer.Task);
            new Thread(answer.SetResult).Start();
            await asked;
        });

        Assert.AreEqual(1, loop.Statistics.TimeRaces);

        static async Task Ask(Task answer) => await answer;
    }

    [TestMethod]
    public void An_operation_that_began_after_the_jump_is_no_race()
    {
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual() });

        loop.Run(async _ =>
        {
            await Task.Delay(s_hour, loop.Clock);
            await Task.Run(() => Thread.Sleep(2));
            await Helper();
        });

        Assert.AreEqual(0, loop.Statistics.TimeRaces);
        Assert.AreEqual(1, loop.Statistics.Jumps);

        static async Task Helper() => await Task.Run(() => Thread.SpinWait(1000));
    }

    [TestMethod]
    public void A_socket_on_this_machine_is_waited_for()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int late = OnVirtualTime(async loop =>
        {
            using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var hold = loop.Hold("the server");
            var echo = Echo();
            await client.ConnectAsync(listener.LocalEndpoint);
            await client.SendAsync(new byte[] { 1 });
            return await Task.WhenAny(client.ReceiveAsync(new byte[1]), Task.Delay(s_hour, loop.Clock)) is Task<int> ? 0 : 1;

            async Task Echo()
            {
                using var server = await listener.AcceptSocketAsync();
                await server.ReceiveAsync(new byte[1]);
                await server.SendAsync(new byte[] { 2 });
            }
        });

        Assert.AreEqual(0, late);
    }

    static T OnVirtualTime<T>(Func<EventLoop, Task<T>> body)
    {
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual() });
        return loop.Run(_ => body(loop));
    }
}
