using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>What a pump survives, and what happens to those who wait for it when it does not.</summary>
[TestClass]
public sealed class PumpDeathTests
{
    [TestMethod]
    public void Whatever_users_code_throws_on_a_pump_the_pump_goes_on()
    {
        using var host = LoopHost.StartThread("survivor");
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("careless");
        var timer = loop.Clock.CreateTimer(_ => throw new FormatException("timer"), null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);

        lane.Post(_ => throw new FormatException("callback"), null);
        var body = lane.RunAsync(() => { FailAtOnce(); FailLater(); return Task.CompletedTask; });
        loop.Post(() => throw new FormatException("post"));
        var failed = lane.RunAsync(() => throw new FormatException("body"));
        Until.Done(body);
        Assert.ThrowsExactly<FormatException>(() => Until.Done(failed));
        var scheduled = Task.Factory.StartNew(() => throw new FormatException("task"), CancellationToken.None, TaskCreationOptions.None, loop.Scheduler);
        Assert.ThrowsExactly<FormatException>(() => Until.Done(scheduled));

        var all = new List<string>();
        Until.True(() =>
        {
            all.AddRange(lane.TakeStrayExceptions().Concat(((LoopLane)loop.Context!).TakeStrayExceptions()).Select(error => error.Message));
            return all.Count == 5;
        }, "all stray exceptions");
        CollectionAssert.AreEquivalent(new[] { "timer", "callback", "at once", "later", "post" }, all);
        Assert.AreEqual(7, Until.Done(lane.RunAsync(() => Task.FromResult(7))));
        timer.Dispose();

        static async void FailLater()
        {
            await Task.Yield();
            throw new FormatException("later");
        }

#pragma warning disable CS1998 // It throws before it could await.
        static async void FailAtOnce() => throw new FormatException("at once");
#pragma warning restore CS1998
    }

    [TestMethod]
    public void A_thread_that_is_interrupted_while_it_sleeps_goes_on()
    {
        using var host = LoopHost.StartThread("interrupted");
        var lane = EventLoop.Create(new() { Host = host }).OpenLane("owner");
        var thread = Until.Done(lane.RunAsync(() => Task.FromResult(Thread.CurrentThread)));
        Until.True(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "the sleep of the pump");

        thread.Interrupt();

        Assert.AreSame(thread, Until.Done(lane.RunAsync(async () => { await Task.Yield(); return Thread.CurrentThread; })));
    }

    [TestMethod]
    public void A_pump_that_dies_tells_everybody_who_waits_for_it()
    {
        using var host = LoopHost.StartThread("mortal");
        var loop = EventLoop.Create(new() { Name = "one", Host = host });
        var other = EventLoop.Create(new() { Name = "two", Host = host, Clock = LoopClock.Virtual() });
        var begun = new CountdownEvent(3);
        var forTask = loop.OpenLane("waits for a task").RunAsync(async () => { begun.Signal(); await new TaskCompletionSource().Task; });
        var forTimer = loop.OpenLane("waits for a timer").RunAsync(async () => { begun.Signal(); await Task.Delay(TimeSpan.FromHours(1), loop.Clock); });
        var withHold = other.RunAsync(async _ => { using var hold = other.Hold("outside"); begun.Signal(); await new TaskCompletionSource().Task; });
        begun.Wait(TimeSpan.FromSeconds(20));
        var idle = other.WaitIdleAsync();
        Task? queued = null;

        host.Command(() =>
        {
            queued = loop.OpenLane("never begun").RunAsync(() => throw new InvalidOperationException("It must not begin without its loop."));
            throw new NotSupportedException("planted");
        });

        Told(forTask, "waits for a task");
        Told(forTimer, "waits for a timer");
        Told(withHold, "two");
        Told(idle, null);
        Told(queued!, "never begun");
        Assert.ThrowsExactly<LoopClosedException>(() => loop.RunAsync(_ => Task.CompletedTask));
        var report = Until.Done(loop.CloseAsync());
        Assert.AreEqual(2, report.Leaks.Count(leak => leak.Kind == LeakKind.RunningBody));

        static void Told(Task task, string? owner)
        {
            var error = Assert.ThrowsExactly<LoopException>(() => Until.Done(task));
            Assert.AreEqual("RND3065", error.Code);
            Assert.AreEqual(owner, error.Owner);
            Assert.IsInstanceOfType<NotSupportedException>(error.InnerException);
        }
    }

    [TestMethod]
    public void A_body_that_was_told_may_end_on_the_pool_all_the_same()
    {
        using var host = LoopHost.StartThread("mortal");
        var loop = EventLoop.Create(new() { Host = host });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new ManualResetEventSlim();
        bool cleanedUp = false;
        var body = loop.RunAsync(async _ =>
        {
            begun.Set();
            try { await gate.Task; }
            finally { cleanedUp = true; }
        });
        begun.Wait(TimeSpan.FromSeconds(20));
        host.Command(() => throw new NotSupportedException("planted"));
        Assert.ThrowsExactly<LoopException>(() => Until.Done(body));

        gate.SetResult();

        Until.True(() => Volatile.Read(ref cleanedUp), "the finally block");
        Until.True(() => loop.Statistics.RunningBodies == 0, "the account");
    }

    [TestMethod]
    public void Who_turns_a_pump_that_dies_is_told_and_so_is_who_wants_to_turn_it_again()
    {
        var loop = EventLoop.Create(new() { Name = "private" });

        var error = Assert.ThrowsExactly<LoopException>(() => loop.Run(async _ =>
        {
            loop.Host.CommandBehind(() => throw new NotSupportedException("planted"));
            await new TaskCompletionSource().Task;
        }));
        var again = Assert.ThrowsExactly<LoopException>(() => loop.Run(_ => Task.CompletedTask));

        Assert.AreEqual("RND3065", error.Code);
        Assert.Contains("NotSupportedException: planted", error.Message);
        Assert.AreEqual("RND3065", again.Code);
    }
}
