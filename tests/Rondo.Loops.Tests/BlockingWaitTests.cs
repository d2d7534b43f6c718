using System.Runtime.CompilerServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>Real blocks of a real pump, with the process as it is. Only the times are shorter than usual.</summary>
[TestClass]
public sealed class BlockingWaitTests
{
    static readonly WaitLimits s_short = new(Slice: TimeSpan.FromMilliseconds(5), Quiet: TimeSpan.FromMilliseconds(100), Warn: TimeSpan.FromMilliseconds(400));

    [TestMethod]
    public void This_runtime_tells_of_blocking_waits() => Assert.IsTrue(LoopHost.SupportsWaitHook);

    [TestMethod]
    public void Result_over_an_await_on_the_own_lane_is_broken_with_a_message_that_says_all()
    {
        var (lane, error) = Blocked(() => _ = Later().Result);

        var deadlock = Assert.IsInstanceOfType<LoopDeadlockException>(error);
        Assert.AreEqual("RND3001", deadlock.Code);
        Assert.AreEqual("loop under test", deadlock.LoopName);
        Assert.AreEqual("the blocked one", deadlock.Owner);
        Assert.Contains("'the blocked one' has blocked the thread of loop 'loop under test' for", deadlock.Message);
        Assert.Contains("1 continuation of its own is queued behind it (async method BlockingWaitTests.Later)", deadlock.Message);
        Assert.Contains("Await instead of .Result", deadlock.Message);
        Assert.Contains("[BlockingWaits]", deadlock.Message);
        Assert.Contains(nameof(Result_over_an_await_on_the_own_lane_is_broken_with_a_message_that_says_all), deadlock.StackTrace!);
        Assert.AreSame(deadlock, lane.BrokenDeadlock);
    }

    [TestMethod]
    public void Every_way_to_wait_for_ones_own_continuation_is_broken()
    {
        var ways = new (string Name, Action Block)[]
        {
            ("Wait", () => Later().Wait()),
            ("GetResult", () => Later().GetAwaiter().GetResult()),
            ("WaitAll", () => Task.WaitAll(Later(), Later())),
            ("WaitOne", () => ((IAsyncResult)Later()).AsyncWaitHandle.WaitOne()),
            ("SemaphoreSlim", () => { using var semaphore = new SemaphoreSlim(0); _ = After(() => semaphore.Release()); semaphore.Wait(); }),
            ("ManualResetEventSlim", () => { using var set = new ManualResetEventSlim(); _ = After(set.Set); set.Wait(); }),
            ("Monitor.Wait", () => { object gate = new(); _ = After(() => { lock (gate) Monitor.Pulse(gate); }); lock (gate) Monitor.Wait(gate); }),
        };

        foreach (var (name, block) in ways)
        {
            var (_, error) = Blocked(block);

            Assert.IsInstanceOfType<LoopDeadlockException>(error, name);
        }
    }

    [TestMethod]
    public void A_delay_of_the_loop_that_only_the_blocked_thread_could_fire_is_a_deadlock_too()
    {
        var (_, error) = Blocked(() => Task.Delay(TimeSpan.FromMilliseconds(10), EventLoop.Current!.Clock).Wait());

        Assert.IsInstanceOfType<LoopDeadlockException>(error);
    }

    [TestMethod]
    public void An_honest_wait_beside_a_poller_of_its_own_is_not_blamed()
    {
        bool done = false;

        var (lane, error) = Blocked(() =>
        {
            _ = PollForEver();
            // Longer than several quiet times, on purpose: this is the false positive that was measured.
            Task.Run(() => Thread.Sleep(300)).Wait();
            done = true;
        });

        Assert.IsNull(error);
        Assert.IsTrue(done);
        Assert.IsNull(lane.BrokenWait);

        static async Task PollForEver()
        {
            while (!EventLoop.Current!.Token.IsCancellationRequested) await Task.Delay(10);
        }
    }

    [TestMethod]
    public void A_wait_for_another_lanes_work_is_warned_of_and_then_suspected()
    {
        LoopLane? neighbour = null;

        var (lane, error) = Blocked(loop =>
        {
            neighbour = loop.OpenLane("the neighbour");
            neighbour.RunAsync(() => Task.CompletedTask).Wait();
        }, stallLimit: TimeSpan.FromMilliseconds(900));

        var stalled = Assert.IsInstanceOfType<LoopStalledException>(error);
        Assert.AreEqual("RND3002", stalled.Code);
        Assert.Contains("Suspected deadlock", stalled.Message);
        Assert.Contains("Blocked while others have work on this thread: 'the neighbour' (1)", stalled.Message);
        string warning = Assert.ContainsSingle(lane.TakeWarnings());
        Assert.Contains("'the neighbour' (1)", warning);
        Assert.Contains(nameof(A_wait_for_another_lanes_work_is_warned_of_and_then_suspected), warning);
        Assert.IsNull(lane.BrokenDeadlock);
        Assert.AreSame(stalled, lane.BrokenWait);
    }

    [TestMethod]
    public void A_wait_with_a_time_limit_is_no_deadlock()
    {
        bool? ended = null;

        var (lane, error) = Blocked(() => ended = Later().Wait(TimeSpan.FromMilliseconds(300)));

        Assert.IsNull(error);
        Assert.IsFalse(ended);
        Assert.IsNull(lane.BrokenWait);
    }

    [TestMethod]
    public void A_contended_lock_that_is_released_is_entered_and_one_held_by_the_own_continuation_is_broken()
    {
        object gate = new();
        bool entered = false;

        var (_, honest) = Blocked(() =>
        {
            using var held = new ManualResetEventSlim();
            _ = Task.Run(() => { lock (gate) { held.Set(); Thread.Sleep(150); } });
            SpinWait.SpinUntil(() => held.IsSet);
            lock (gate) entered = true;
        });
        var (_, dead) = Blocked(() =>
        {
            using var held = new ManualResetEventSlim();
            using var release = new ManualResetEventSlim();
            var holder = new Thread(() => { lock (gate) { held.Set(); release.Wait(); } }) { IsBackground = true };
            holder.Start();
            SpinWait.SpinUntil(() => held.IsSet);
            _ = After(release.Set);
            try { lock (gate) Assert.Fail("The lock was entered while another thread held it."); }
            finally { release.Set(); holder.Join(); }
        });

        Assert.IsNull(honest);
        Assert.IsTrue(entered);
        Assert.IsInstanceOfType<LoopDeadlockException>(dead);
        Assert.IsFalse(Monitor.IsEntered(gate));
    }

    [TestMethod]
    public void Locks_and_events_are_usable_after_a_deadlock_was_broken()
    {
        object gate = new();
        bool stillHeld = false, worksAgain = false;

        Blocked(() =>
        {
            lock (gate)
            {
                try
                {
                    _ = After(() => { });
                    Monitor.Wait(gate);
                }
                catch (LoopDeadlockException) { stillHeld = Monitor.IsEntered(gate); }
            }
            using var semaphore = new SemaphoreSlim(0);
            try
            {
                _ = After(() => { });
                semaphore.Wait();
            }
            catch (LoopDeadlockException) { }
            semaphore.Release();
            worksAgain = semaphore.Wait(TimeSpan.FromSeconds(5)) && !Monitor.IsEntered(gate);
        });

        Assert.IsTrue(stillHeld);
        Assert.IsTrue(worksAgain);
    }

    [TestMethod]
    public void A_deadlock_that_the_code_swallowed_or_wrapped_is_known_to_the_lane()
    {
        var (swallowing, none) = Blocked(() =>
        {
            try { Later().Wait(); }
            catch (Exception) { /* as careless code does */ }
        });
        var (wrapping, initializer) = Blocked(() => RuntimeHelpers.RunClassConstructor(typeof(BlocksInItsInitializer).TypeHandle));

        Assert.IsNull(none);
        Assert.IsNotNull(swallowing.BrokenDeadlock);
        Assert.IsInstanceOfType<LoopDeadlockException>(Assert.IsInstanceOfType<TypeInitializationException>(initializer).InnerException);
        Assert.IsNotNull(wrapping.BrokenDeadlock);
    }

    [TestMethod]
    public void Neighbours_on_the_pump_go_on_after_a_deadlock_was_broken()
    {
        var loop = NewLoop(null, BlockingWaits.FailOnDeadlock);

        var (error, neighbours) = loop.Run(async _ =>
        {
            var running = Enumerable.Range(0, 20).Select(i => loop.OpenLane($"neighbour {i}").RunAsync(async () =>
            {
                for (int k = 0; k < 20; k++) await Task.Delay(1);
                return SynchronizationContext.Current!.ToString()!;
            })).ToList();
            var blocked = loop.OpenLane("blocked").RunAsync(async () => { await Task.Delay(3); Later().Wait(); });
            return (await Assert.ThrowsExactlyAsync<LoopDeadlockException>(() => blocked), await Task.WhenAll(running));
        });

        Assert.AreEqual("blocked", error.Owner);
        for (int i = 0; i < neighbours.Length; i++) Assert.StartsWith($"lane 'neighbour {i}'", neighbours[i]);
    }

    [TestMethod]
    public void Fail_refuses_every_blocking_wait_at_once_bounded_or_not_and_no_mere_look()
    {
        var (lane, error) = Blocked(() => Task.Delay(Timeout.InfiniteTimeSpan).Wait(), BlockingWaits.Fail);
        var (_, bounded) = Blocked(() => Task.Delay(Timeout.InfiniteTimeSpan).Wait(TimeSpan.FromHours(1)), BlockingWaits.Fail);
        var (_, look) = Blocked(() => { using var set = new ManualResetEvent(false); set.WaitOne(0); _ = Task.CompletedTask.Wait(1000); }, BlockingWaits.Fail);

        Assert.AreEqual("RND3003", Assert.IsInstanceOfType<LoopException>(error).Code);
        Assert.AreSame(error, lane.BrokenWait);
        Assert.AreEqual("RND3003", Assert.IsInstanceOfType<LoopException>(bounded).Code);
        Assert.IsNull(look);
    }

    [TestMethod]
    public void Warn_only_tells()
    {
        var loop = NewLoop(null, BlockingWaits.Warn);
        var lane = loop.OpenLane("the warned one");
        var warnings = new List<string>();
        using var release = new ManualResetEventSlim();
        // A thread and not a task: a busy worker of the pool would be life outside.
        var reader = new Thread(() =>
        {
            SpinWait.SpinUntil(() => { warnings.AddRange(lane.TakeWarnings()); return warnings.Count != 0; }, TimeSpan.FromSeconds(20));
            release.Set();
        });

        loop.Run(stop => lane.RunAsync(() =>
        {
            _ = After(() => { });
            reader.Start();
            release.Wait();
            return Task.CompletedTask;
        }));
        reader.Join();

        Assert.Contains("Deadlock: 'the warned one'", Assert.ContainsSingle(warnings));
        Assert.IsNull(lane.BrokenWait);
    }

    [TestMethod]
    public void A_lane_has_its_own_policy_whatever_its_loop_or_its_neighbours_say()
    {
        using var host = LoopHost.StartThread("policies");
        var strict = NewLoop(host, BlockingWaits.Fail);
        var allowing = strict.OpenLane("allowing", BlockingWaits.Allow);
        var failing = strict.OpenLane("failing");

        bool allowed = Until.Done(allowing.RunAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<LoopException>(() => failing.RunAsync(() => { Task.Delay(Timeout.InfiniteTimeSpan).Wait(); return Task.CompletedTask; }));
            return Task.Delay(20).Wait(TimeSpan.FromSeconds(10));
        }));

        Assert.IsTrue(allowed);
        Assert.IsFalse(allowing.IsWaitNotificationRequired());
        Assert.IsTrue(failing.IsWaitNotificationRequired());
    }

    [TestMethod]
    public void The_own_locks_of_the_library_are_never_taken_for_a_blocking_wait()
    {
        using var host = LoopHost.StartThread("strict");
        using var target = LoopHost.StartThread("target");
        var lane = NewLoop(host, BlockingWaits.Fail).OpenLane("the poster");
        var busy = EventLoop.Create(new() { Host = target, BlockingWaits = BlockingWaits.Allow });
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 3).Select(_ => Task.Run(() => { while (!stop.IsCancellationRequested) busy.Context!.Post(static _ => { }, null); })).ToArray();

        Until.Done(lane.RunAsync(() =>
        {
            for (int i = 0; i < 100_000; i++) busy.Context!.Post(static _ => { }, null);
            return Task.CompletedTask;
        }));
        stop.Cancel();

        Until.Done(Task.WhenAll(others));
        Assert.IsNull(lane.BrokenWait);
    }

    static EventLoop NewLoop(LoopHost? host, BlockingWaits policy, TimeSpan? stallLimit = null) => EventLoop.Create(new()
    {
        Name = "loop under test",
        Host = host,
        BlockingWaits = policy,
        WaitLimits = s_short,
        StallLimit = stallLimit ?? TimeSpan.FromSeconds(30),
    });

    static (LoopLane Lane, Exception? Error) Blocked(Action block, BlockingWaits policy = BlockingWaits.FailOnDeadlock) => Blocked(_ => block(), policy);

    /// <summary>Runs the block in the middle of a body on a fresh pump; gives what came out of it.</summary>
    static (LoopLane Lane, Exception? Error) Blocked(Action<EventLoop> block, BlockingWaits policy = BlockingWaits.FailOnDeadlock, TimeSpan? stallLimit = null)
    {
        var loop = NewLoop(null, policy, stallLimit);
        var lane = loop.OpenLane("the blocked one");
        // On this thread: one that waited for a pump elsewhere would be a busy worker of the pool, and life outside.
        var error = loop.Run(_ => lane.RunAsync(async () =>
        {
            await Task.Yield();
            try { block(loop); }
            catch (Exception thrown) { return thrown; }
            return null;
        }));
        // Pollers of the block end here, so that they are no life for the next test.
        Until.Done(loop.CloseAsync());
        return (lane, error);
    }

    static async Task<int> Later()
    {
        await Task.Yield();
        return 7;
    }

    static async Task After(Action then)
    {
        await Task.Yield();
        then();
    }

    static class BlocksInItsInitializer
    {
        static BlocksInItsInitializer() => Later().Wait();
    }
}
