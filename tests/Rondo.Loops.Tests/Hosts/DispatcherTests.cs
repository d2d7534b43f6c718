using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>Somebody else's dispatcher as the thread on which lanes run.</summary>
[TestClass]
public sealed class DispatcherTests
{
    public required TestContext TestContext { get; set; }

    static (SmallDispatcher Dispatcher, LoopHost Host) Start()
    {
        var dispatcher = new SmallDispatcher();
        return (dispatcher, LoopHost.StartThread("ui", () => dispatcher));
    }

    [TestMethod]
    public async Task Code_runs_on_the_dispatchers_thread_with_the_lane_as_its_context()
    {
        var (dispatcher, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("window");

        var seen = await lane.RunAsync(async () =>
        {
            var first = (Environment.CurrentManagedThreadId, SynchronizationContext.Current, EventLoop.Current);
            await Task.Yield();
            await Task.Run(() => { });
            await Task.Delay(1, CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(1), loop.Clock);
            return (first, last: (Environment.CurrentManagedThreadId, SynchronizationContext.Current, EventLoop.Current));
        });

        Assert.AreEqual((dispatcher.ThreadId, lane, loop), seen.first);
        Assert.AreEqual((dispatcher.ThreadId, lane, loop), seen.last);
    }

    [TestMethod]
    public async Task Work_of_the_dispatcher_has_its_turn_between_batches_and_its_own_context()
    {
        var (dispatcher, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });
        SynchronizationContext? theirs = null;
        bool stop = false;

        await loop.RunAsync(async _ =>
        {
            dispatcher.TryPost(() => (theirs, stop) = (SynchronizationContext.Current, true));
            while (!Volatile.Read(ref stop)) await Task.Yield();
        });

        Assert.AreEqual("Context", theirs!.GetType().Name);
    }

    [TestMethod]
    public async Task What_the_dispatchers_own_code_posts_comes_in_order_though_it_is_the_same_thread()
    {
        var (dispatcher, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("window");
        var told = new List<string>();

        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        dispatcher.TryPost(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                int number = i;
                lane.Post(_ => told.Add($"post {number}"), null);
            }
            loop.Clock.CreateTimer(_ => fired.SetResult(), null, TimeSpan.FromMilliseconds(5), Timeout.InfiniteTimeSpan);
            told.Add("dispatcher");
        });
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.AreEqual("dispatcher, post 0, post 1, post 2", string.Join(", ", told));
    }

    [TestMethod]
    public async Task A_nested_frame_runs_the_lanes_inside_it()
    {
        var (dispatcher, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("window");
        var told = new List<string>();
        bool closed = false;

        await lane.RunAsync(async () =>
        {
            _ = CloseTheDialogAsync();
            told.Add("opens");
            dispatcher.RunFrame(() => closed);
            told.Add("closed");
            await Task.Yield();
            told.Add("goes on");
        });

        Assert.AreEqual("opens, closes, closed, goes on", string.Join(", ", told));
        Assert.AreEqual(0, lane.Statistics.Queued);

        async Task CloseTheDialogAsync()
        {
            await Task.Yield();
            told.Add("closes");
            closed = true;
        }
    }

    [TestMethod]
    public async Task An_idle_guest_asks_for_nothing()
    {
        var (dispatcher, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });
        await loop.RunAsync(async _ => await Task.Yield());
        await loop.WaitIdleAsync();
        int before = dispatcher.Ran;

        var timer = loop.Clock.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(50), Timeout.InfiniteTimeSpan);
        Until.True(() => loop.Statistics.ArmedTimers == 0, "the timer has fired");
        timer.Dispose();

        Assert.IsLessThan(10, dispatcher.Ran - before);
    }

    [TestMethod]
    public async Task Timers_fire_in_order_of_due_time_and_the_earliest_rings_first()
    {
        var (_, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });
        var told = new List<int>();

        await loop.RunAsync(async _ =>
        {
            await Task.WhenAll(new[] { 60, 20, 40, 1 }.Select(async ms =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(ms), loop.Clock);
                told.Add(ms);
            }));
        });

        Assert.AreEqual("1 20 40 60", string.Join(' ', told));
    }

    [TestMethod]
    public async Task Leaks_strays_and_late_work_are_told_as_on_any_pump()
    {
        var (_, host) = Start();
        await using var mine = host;
        var late = new TaskCompletionSource<LateWork>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.LateWork += late.SetResult;
        await using var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("window");
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await lane.RunAsync(async () =>
        {
            Hanging();
            Failing();
            await Task.Yield();
        });
        var leaks = lane.Close();
        never.SetResult();

        Assert.AreEqual(LeakKind.AsyncVoid, Assert.ContainsSingle(leaks).Kind);
        Assert.AreEqual("boom", Assert.ContainsSingle(lane.TakeStrayExceptions()).Message);
        Assert.AreEqual("window", (await late.Task.WaitAsync(TimeSpan.FromSeconds(20))).LaneOwner);

        async void Hanging() => await never.Task;

        async void Failing()
        {
            await Task.Yield();
            throw new FormatException("boom");
        }
    }

    [TestMethod]
    public async Task A_deadlock_on_the_dispatchers_thread_is_broken()
    {
        var (_, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });

        var error = await Assert.ThrowsExactlyAsync<LoopDeadlockException>(() => loop.OpenLane("window").RunAsync(() =>
        {
            YieldAsync().Wait();
            return Task.CompletedTask;
        }));

        Assert.AreEqual("RND3001", error.Code);

        static async Task YieldAsync() => await Task.Yield();
    }

    [TestMethod]
    public async Task An_attached_pump_runs_on_the_thread_that_turns_the_dispatcher_and_ends_with_its_next_turn()
    {
        using var dispatcher = new SmallDispatcher();
        var thread = new Thread(dispatcher.Run) { IsBackground = true };
        thread.Start();
        var host = LoopHost.Attach(dispatcher);
        var loop = EventLoop.Create(new() { Host = host });

        int ranOn = await loop.RunAsync(async _ =>
        {
            await Task.Yield();
            return Environment.CurrentManagedThreadId;
        });
        await loop.CloseAsync();
        host.Dispose();
        Until.True(() => host.HasEnded, "the end of the pump");
        dispatcher.Shutdown();
        thread.Join();

        Assert.AreEqual(thread.ManagedThreadId, ranOn);
        Assert.ThrowsExactly<LoopClosedException>(() => { EventLoop.Create(new() { Host = host }).RunAsync(_ => Task.CompletedTask); });
    }

    [TestMethod]
    public async Task What_needs_to_know_all_that_could_run_next_is_refused()
    {
        var (_, host) = Start();
        await using var mine = host;

        var time = Assert.ThrowsExactly<LoopException>(() => EventLoop.Create(new() { Name = "timed", Host = host, Clock = LoopClock.Virtual() }));
        var policy = Assert.ThrowsExactly<LoopException>(() => EventLoop.Create(new() { Name = "shuffled", Host = host, Policy = SchedulePolicy.Shuffle(1) }));

        Assert.AreEqual(("RND3012", "RND3012"), (time.Code, policy.Code));
        Assert.Contains("'timed' cannot have a virtual clock on pump 'ui'", time.Message);
        Assert.Contains("a schedule policy", policy.Message);
    }

    [TestMethod]
    public async Task Nobody_else_can_turn_it()
    {
        var (_, host) = Start();
        await using var mine = host;
        await using var loop = EventLoop.Create(new() { Host = host });

        // Who turns it is known by its type once it has turned.
        await loop.RunAsync(_ => Task.CompletedTask);
        var elsewhere = Assert.ThrowsExactly<LoopException>(() => loop.Run(_ => Task.CompletedTask));
        var inside = await Assert.ThrowsExactlyAsync<LoopNestedRunException>(() => loop.RunAsync(_ =>
        {
            loop.Run(_ => Task.CompletedTask);
            return Task.CompletedTask;
        }));

        Assert.AreEqual(("RND3006", "RND3005"), (elsewhere.Code, inside.Code));
        Assert.Contains("dispatcher 'SmallDispatcher' turns it", elsewhere.Message);
    }

    [TestMethod]
    public async Task A_dispatcher_that_cannot_be_made_fails_what_was_started_and_what_is_started_later()
    {
        await using var host = LoopHost.StartThread("ui", () => throw new FormatException("no display"));
        var loop = EventLoop.Create(new() { Host = host });

        var first = await Assert.ThrowsExactlyAsync<LoopException>(() => StartAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        var second = Assert.ThrowsExactly<LoopException>(() => { StartAsync(); });

        Assert.AreEqual("RND3013", first.Code);
        Assert.Contains("FormatException: no display", first.Message);
        Assert.IsInstanceOfType<FormatException>(first.InnerException);
        Assert.AreSame(first, second);

        Task StartAsync() => loop.OpenLane("window").RunAsync(() => Task.CompletedTask);
    }

    [TestMethod]
    public async Task A_dispatcher_that_ends_fails_every_pending_body()
    {
        var (dispatcher, host) = Start();
        await using var mine = host;
        var loop = EventLoop.Create(new() { Host = host });
        var never = new TaskCompletionSource();

        var pending = loop.RunAsync(_ => never.Task);
        await loop.RunAsync(_ => Task.CompletedTask);
        dispatcher.Shutdown();
        var error = await Assert.ThrowsExactlyAsync<LoopException>(() => pending.WaitAsync(TimeSpan.FromSeconds(20)));

        Assert.AreEqual("RND3013", error.Code);
        Assert.Contains("its Run returned", error.Message);
    }

    // Never disposed of: a thread that was started late comes to it when its test is over.
    private static readonly ManualResetEventSlim s_over = new();

    [TestMethod]
    public async Task A_dispatcher_that_breaks_its_contract_is_told_how()
    {
        using var inPlace = new SmallDispatcher { Instead = callback => callback() };
        // The threads stay, so that none gets the number of another.
        using var everywhere = new SmallDispatcher { Instead = callback => new Thread(() => { callback(); s_over.Wait(); }) { IsBackground = true }.Start() };
        using var refusing = new SmallDispatcher { Refuses = true };

        var messages = new List<string>();
        foreach (var dispatcher in new[] { inPlace, everywhere, refusing })
        {
            var loop = EventLoop.Create(new() { Host = LoopHost.Attach(dispatcher) });
            var error = await Assert.ThrowsExactlyAsync<LoopException>(async () =>
            {
                for (int i = 0; i < 100; i++) await loop.RunAsync(async _ => await Task.Yield()).WaitAsync(TimeSpan.FromSeconds(20));
            });
            messages.Add(error.Message);
        }

        s_over.Set();
        Assert.Contains("it ran a callback inside TryPost", messages[0]);
        Assert.Contains("it ran callbacks on thread", messages[1]);
        Assert.Contains("it takes no callbacks any more", messages[2]);
        Assert.Contains("RND3014", messages[0]);
        Assert.Contains("RND3013", messages[2]);
    }

    [TestMethod]
    public void Disposing_it_from_its_own_thread_or_before_it_runs_waits_for_nobody()
    {
        var (dispatcher, host) = Start();
        dispatcher.TryPost(host.Dispose);
        Until.True(() => host.HasEnded, "the end of the pump");

        for (int i = 0; i < 50; i++) LoopHost.StartThread("short", () => new SmallDispatcher()).Dispose();
    }

    [TestMethod]
    public void Random_histories_keep_the_order_of_each_lane_and_lose_nothing()
    {
        for (int round = 0; round < 10; round++)
        {
            int seed = Random.Shared.Next();
            TestContext.WriteLine($"seed {seed}");

            RunHistory(seed);
        }
    }

    // Posts from the pump, from the dispatcher's own code and from other threads; timers; nested frames. All of it must run, in the order of each poster.
    static void RunHistory(int seed)
    {
        var (dispatcher, host) = Start();
        using var mine = host;
        var loop = EventLoop.Create(new() { Host = host });
        var lanes = Enumerable.Range(0, 3).Select(i => loop.OpenLane($"lane {i}")).ToArray();
        var seen = lanes.ToDictionary(lane => lane, _ => new List<(int Poster, int Number)>());
        int posted = 0, ran = 0, wrong = 0, depth = 0;

        void PostOne(Random random, int poster, int number)
        {
            Interlocked.Increment(ref posted);
            var lane = lanes[random.Next(lanes.Length)];
            int kind = random.Next(12);
            lane.Post(_ =>
            {
                Interlocked.Increment(ref ran);
                if (SynchronizationContext.Current != lane || Environment.CurrentManagedThreadId != dispatcher.ThreadId) wrong++;
                seen[lane].Add((poster, number));
                switch (kind)
                {
                    case 0:
                        Interlocked.Increment(ref posted);
                        loop.Clock.CreateTimer(_ => Interlocked.Increment(ref ran), null, TimeSpan.FromMilliseconds(number % 4), Timeout.InfiniteTimeSpan);
                        break;
                    case 1 when depth < 3:
                        depth++;
                        int until = dispatcher.Ran + 2;
                        dispatcher.TryPost(() => { });
                        dispatcher.TryPost(() => { });
                        dispatcher.RunFrame(() => dispatcher.Ran >= until);
                        depth--;
                        break;
                }
            }, null);
        }

        var threads = Enumerable.Range(0, 3).Select(poster =>
        {
            var random = new Random(seed + poster);
            var thread = new Thread(() =>
            {
                for (int number = 0; number < 200; number++) PostOne(random, poster, number);
            });
            thread.Start();
            return thread;
        }).ToArray();
        var theirs = new Random(seed + 10);
        for (int number = 0; number < 100; number++)
        {
            int mineNumber = number;
            dispatcher.TryPost(() => PostOne(theirs, 100, mineNumber));
        }
        foreach (var thread in threads) thread.Join();
        Until.True(() => Volatile.Read(ref ran) == Volatile.Read(ref posted) && ran >= 700, $"all has run (seed {seed}: {ran} of {posted})");

        Assert.AreEqual(0, wrong, $"seed {seed}");
        foreach (var (lane, order) in seen)
            foreach (var poster in order.GroupBy(one => one.Poster).Where(one => one.Key < 100))
                Assert.IsTrue(poster.Zip(poster.Skip(1)).All(pair => pair.First.Number < pair.Second.Number), $"seed {seed}: {lane}, poster {poster.Key}");
    }
}
