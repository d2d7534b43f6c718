using System.Collections.Concurrent;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class PumpTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void Random_histories_of_posts_timers_and_closes_keep_each_posters_order_and_lose_nothing()
    {
        for (int round = 0; round < 20; round++)
        {
            int seed = Random.Shared.Next();
            TestContext.WriteLine($"seed {seed}");

            RunHistory(seed);
        }
    }

    /// <summary>Several threads and the pump itself post to lanes of two loops, arm timers, and close lanes, at random. Every piece of work must run exactly once.</summary>
    static void RunHistory(int seed)
    {
        var random = new Random(seed);
        using var host = LoopHost.StartThread($"history {seed}");
        EventLoop[] loops = [EventLoop.Create(new() { Host = host, Name = "a" }), EventLoop.Create(new() { Host = host, Name = "b", BlockingWaits = BlockingWaits.Allow })];
        // Lanes that stay are watched for order; those that close only for loss.
        var staying = Enumerable.Range(0, 3).Select(i => loops[i % 2].OpenLane($"staying {i}")).ToArray();
        var closing = Enumerable.Range(0, 3).Select(i => loops[i % 2].OpenLane($"closing {i}")).ToArray();
        int posters = random.Next(1, 5), each = random.Next(50, 500);
        var seen = staying.ToDictionary(lane => lane, _ => new List<(int Poster, int Number)>());
        int posted = 0, ran = 0, wrongContext = 0;

        void PostOne(Random mine, int poster, int number)
        {
            Interlocked.Increment(ref posted);
            if (mine.Next(4) == 0)
            {
                closing[mine.Next(closing.Length)].Post(_ => Interlocked.Increment(ref ran), null);
                return;
            }
            var lane = staying[mine.Next(staying.Length)];
            lane.Post(_ =>
            {
                Interlocked.Increment(ref ran);
                if (SynchronizationContext.Current != lane) Interlocked.Increment(ref wrongContext);
                seen[lane].Add((poster, number));
                if (number % 10 != 0) return;

                Interlocked.Increment(ref posted);
                lane.Loop.Clock.CreateTimer(_ => Interlocked.Increment(ref ran), null, TimeSpan.FromMilliseconds(number % 3), Timeout.InfiniteTimeSpan);
            }, null);
        }

        var threads = Enumerable.Range(0, posters).Select(poster =>
        {
            var mine = new Random(seed + poster + 1);
            var thread = new Thread(() =>
            {
                for (int i = 0; i < each; i++)
                {
                    PostOne(mine, poster, i);
                    if (i == each / 2 && poster < closing.Length) closing[poster].Close();
                }
            });
            thread.Start();
            return thread;
        }).ToList();
        Until.Done(loops[0].RunAsync(async _ =>
        {
            var mine = new Random(seed);
            for (int i = 0; i < each; i++)
            {
                PostOne(mine, poster: -1, i);
                if (mine.Next(5) == 0) await Task.Yield();
            }
        }));
        threads.ForEach(thread => thread.Join());

        Until.True(() => Volatile.Read(ref ran) == Volatile.Read(ref posted), $"all work run (seed {seed}): {ran} of {posted}");
        Assert.AreEqual(0, wrongContext, $"seed {seed}");
        foreach (var (lane, order) in seen)
            foreach (var ofOne in order.GroupBy(item => item.Poster, item => item.Number))
                Assert.IsTrue(ofOne.SequenceEqual(ofOne.Order()), $"Posts of poster {ofOne.Key} on {lane} are out of order (seed {seed}).");
        Until.True(() => staying.All(lane => lane.Statistics is { Queued: 0, ArmedTimers: 0 }), $"a clean account (seed {seed})");
        foreach (var loop in loops) Assert.IsEmpty(Until.Done(loop.CloseAsync()).Leaks, $"seed {seed}");
    }

    [TestMethod]
    public void A_callback_that_queues_itself_for_ever_keeps_neither_timers_nor_other_threads_out()
    {
        using var host = LoopHost.StartThread("busy");
        var loop = EventLoop.Create(new() { Host = host });
        bool stop = false;
        void Again() { if (!Volatile.Read(ref stop)) loop.Post(Again); }
        loop.Post(Again);

        bool timer = Until.Done(loop.RunAsync(async _ => { await Task.Delay(TimeSpan.FromMilliseconds(5), loop.Clock); return true; }));
        var posted = new TaskCompletionSource<bool>();
        loop.Context!.Post(_ => posted.SetResult(true), null);
        bool foreign = Until.Done(posted.Task);
        Volatile.Write(ref stop, true);

        Assert.IsTrue(timer && foreign);
    }

    [TestMethod]
    public void Loops_on_one_pump_share_its_thread_and_keep_their_own_continuations()
    {
        using var host = LoopHost.StartThread("shared");
        var wide = EventLoop.Create(new() { Host = host, Name = "wide" });
        var narrow = EventLoop.Create(new() { Host = host, Name = "narrow" });
        var request = new TaskCompletionSource<TaskCompletionSource<string>>();

        var server = wide.RunAsync(async _ =>
        {
            var answer = await request.Task;
            answer.SetResult(EventLoop.Current!.Name);
            await Task.Yield();
            return EventLoop.Current!.Name;
        });
        string client = Until.Done(narrow.RunAsync(async _ =>
        {
            var answer = new TaskCompletionSource<string>();
            request.SetResult(answer);
            return $"{await answer.Task} answered {EventLoop.Current!.Name}";
        }));

        Assert.AreEqual("wide answered narrow", client);
        Assert.AreEqual("wide", Until.Done(server));
    }

    [TestMethod]
    public void Run_of_a_pump_returns_when_it_is_told_and_goes_on_later_with_what_was_left()
    {
        using var host = LoopHost.ForThisThread();
        Assert.AreSame(host, LoopHost.ForThisThread());
        var loop = EventLoop.Create(new() { Host = host });
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        bool ran = false;

        loop.Post(() => { first.Cancel(); loop.Post(() => { ran = true; second.Cancel(); }); });
        host.Run(first.Token);
        bool before = ran;
        host.Run(second.Token);

        Assert.IsFalse(before);
        Assert.IsTrue(ran);
        Assert.IsFalse(host.IsTurning);
    }

    [TestMethod]
    public void A_sleeping_pump_wakes_for_a_post_and_for_its_stop()
    {
        var host = LoopHost.StartThread("sleeper");
        var loop = EventLoop.Create(new() { Host = host });

        for (int i = 0; i < 200; i++) Assert.AreEqual(i, Until.Done(loop.RunAsync(_ => Task.FromResult(i))));
        host.Dispose();

        Assert.AreEqual(0, host.ManagedThreadId);
    }

    [TestMethod]
    public void A_pump_turns_only_on_its_own_thread_and_only_once_at_a_time()
    {
        using var host = LoopHost.StartThread("mine");
        var loop = EventLoop.Create(new() { Host = host, Name = "elsewhere" });
        var idle = EventLoop.Create(new() { Name = "nobody turns it" });

        var wrongThread = Assert.ThrowsExactly<LoopException>(() => loop.Run(_ => Task.CompletedTask));
        var nobody = Assert.ThrowsExactly<LoopException>(() => { _ = idle.RunAsync(_ => Task.CompletedTask); });

        Assert.AreEqual("RND3006", wrongThread.Code);
        Assert.Contains("it belongs to thread 'mine'", wrongThread.Message);
        Assert.AreEqual("RND3006", nobody.Code);
        Assert.Contains("'nobody turns it'", nobody.Message);
    }

    [TestMethod]
    public void The_heartbeat_tells_from_outside_who_blocks_the_pump_and_since_when()
    {
        using var host = LoopHost.StartThread("heart");
        var loop = EventLoop.Create(new() { Host = host, Name = "heart loop" });
        using var release = new ManualResetEventSlim();
        Until.Done(loop.WaitIdleAsync());
        Until.True(() => host.Heartbeat.InCallbackFor is null, "an idle pump");
        long before = host.Heartbeat.Executed;

        var body = loop.OpenLane("the hog", BlockingWaits.Allow).RunAsync(() => { release.Wait(); return Task.CompletedTask; });
        Until.True(() => host.Heartbeat.InCallbackFor > TimeSpan.FromMilliseconds(50), "a callback that lasts");
        var during = host.Heartbeat;
        release.Set();
        Until.Done(body);

        Assert.AreEqual(("the hog", "heart loop", before + 1), (during.LaneOwner, during.LoopName, during.Executed));
        Until.True(() => host.Heartbeat is { InCallbackFor: null, LaneOwner: null }, "the end of the callback");
    }

    [TestMethod]
    public void WaitIdle_waits_for_what_is_queued_and_held_but_not_for_timers()
    {
        using var host = LoopHost.StartThread("idle");
        var loop = EventLoop.Create(new() { Host = host });
        int steps = 0;
        loop.Post(Step);
        using var timer = loop.Clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        Until.Done(loop.WaitIdleAsync());
        int afterQueue = steps;

        var hold = loop.Hold("something outside");
        var idle = loop.WaitIdleAsync();
        loop.Context!.Send(_ => { }, null);
        bool early = idle.IsCompleted;
        hold.Dispose();
        hold.Dispose();
        Until.Done(idle);

        Assert.AreEqual(100, afterQueue);
        Assert.IsFalse(early);
        Assert.AreEqual(0, loop.Statistics.Holds);

        void Step() { if (++steps < 100) loop.Post(Step); }
    }

    [TestMethod]
    public void Disposing_from_a_callback_of_the_pump_itself_ends_it_after_that_batch()
    {
        var host = LoopHost.StartThread("ends itself");
        var loop = EventLoop.Create(new() { Host = host });

        var body = loop.RunAsync(_ => { host.Dispose(); return Task.CompletedTask; });

        Until.Done(body);
        Until.True(() => !host.IsTurning, "the end of the thread");
    }
}
