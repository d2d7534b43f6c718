using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>
/// The table of waits in docs/loops.md, a test for each row, with the limits as they are. Each prints what it measured. The times asserted are generous, because the machine may be busy; the
/// table has what an idle one measures.
/// </summary>
[TestClass]
public sealed class BlockingWaitTable
{
    enum Verdict { None, Note, Deadlock, Suspicion }

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Result_of_an_own_async_method() => Row(Verdict.Deadlock, () => _ = Later().Result);

    [TestMethod]
    public void Wait_in_a_static_constructor() => Row(Verdict.Deadlock, () => RuntimeHelpers.RunClassConstructor(typeof(WaitsInItsConstructor).TypeHandle));

    [TestMethod]
    public void Result_under_a_lock() => Row(Verdict.Deadlock, () =>
    {
        object gate = new();
        try { lock (gate) _ = Later().Result; }
        finally { Assert.IsFalse(Monitor.IsEntered(gate)); }
    });

    [TestMethod]
    public void Lazy_whose_factory_waits() => Row(Verdict.Deadlock, () => _ = new Lazy<int>(() => Later().Result).Value);

    [TestMethod]
    public void SemaphoreSlim_released_by_an_own_continuation() => Row(Verdict.Deadlock, () =>
    {
        using var semaphore = new SemaphoreSlim(0);
        _ = After(() => semaphore.Release());
        semaphore.Wait();
    });

    [TestMethod]
    public void ManualResetEventSlim_set_by_an_own_continuation() => Row(Verdict.Deadlock, () =>
    {
        using var set = new ManualResetEventSlim();
        _ = After(set.Set);
        set.Wait();
    });

    [TestMethod]
    public void BlockingCollection_filled_by_an_own_continuation() => Row(Verdict.Deadlock, () =>
    {
        using var items = new BlockingCollection<int>();
        _ = After(() => items.Add(1));
        items.Take();
    });

    [TestMethod]
    public void Delay_of_the_loops_clock() => Row(Verdict.Deadlock, loop => Task.Delay(TimeSpan.FromMilliseconds(10), loop.Clock).Wait());

    [TestMethod]
    public void Task_Run_that_awaits_the_loop() => Row(Verdict.Deadlock, () =>
    {
        var lane = (LoopLane)SynchronizationContext.Current!;
        Task.Run(async () => await lane.RunAsync(() => Task.CompletedTask)).Wait();
    });

    [TestMethod]
    public void Join_of_a_thread_that_waits_for_the_loop() => Row(Verdict.Deadlock, () =>
    {
        var lane = SynchronizationContext.Current!;
        var thread = new Thread(() => lane.Send(static _ => { }, null)) { IsBackground = true };
        thread.Start();
        thread.Join();
    });

    [TestMethod]
    public void Lock_whose_holder_waits_for_the_loop() => Row(Verdict.Deadlock, () =>
    {
        object gate = new();
        var lane = SynchronizationContext.Current!;
        using var held = new ManualResetEventSlim();
        new Thread(() =>
        {
            lock (gate)
            {
                held.Set();
                lane.Send(static _ => { }, null);
            }
        })
        { IsBackground = true }.Start();
        SpinWait.SpinUntil(() => held.IsSet);
        lock (gate) { }
    });

    [TestMethod]
    public void Task_Run_that_blocks_a_pool_thread_on_the_loop_is_a_suspicion() => Row(Verdict.Suspicion, () =>
    {
        var lane = SynchronizationContext.Current!;
        Started(() => lane.Send(static _ => { }, null)).Wait();
    }, stallLimit: TimeSpan.FromMilliseconds(1300));

    [TestMethod]
    public void Work_of_another_lane_is_a_suspicion() => Row(Verdict.Suspicion, loop => loop.OpenLane("neighbour").RunAsync(() => Task.CompletedTask).Wait(), stallLimit: TimeSpan.FromMilliseconds(1300));

    [TestMethod]
    public void Task_Run_Result_is_honest() => Row(Verdict.None, () => Started(() => Work(400)).Wait());

    [TestMethod]
    public void Task_Run_with_an_own_poller_beside_is_honest() => Row(Verdict.None, () =>
    {
        _ = PollForEver();
        Task.Run(() => Work(600)).Wait();
    });

    [TestMethod]
    public void System_timer_with_own_work_queued_is_honest() => Row(Verdict.None, () =>
    {
        _ = After(static () => { });
        Task.Delay(400).Wait();
    });

    [TestMethod]
    public void SemaphoreSlim_released_by_the_pool_is_honest() => Row(Verdict.None, () =>
    {
        using var semaphore = new SemaphoreSlim(0);
        _ = After(static () => { });
        _ = Task.Run(() => { Work(400); semaphore.Release(); });
        semaphore.Wait();
    });

    [TestMethod]
    public void ManualResetEventSlim_with_a_limit_is_honest() => Row(Verdict.None, () =>
    {
        using var set = new ManualResetEventSlim();
        _ = After(set.Set);
        Assert.IsFalse(set.Wait(400));
    });

    [TestMethod]
    public void Join_of_a_working_thread_is_honest() => Row(Verdict.None, () =>
    {
        var thread = new Thread(() => Work(400)) { IsBackground = true };
        thread.Start();
        thread.Join();
    });

    [TestMethod]
    public void BlockingCollection_filled_by_the_pool_is_honest() => Row(Verdict.None, () =>
    {
        using var items = new BlockingCollection<int>();
        _ = After(static () => { });
        _ = Task.Run(() => { Work(400); items.Add(1); });
        items.Take();
    });

    [TestMethod]
    public void Parallel_For_is_honest() => Row(Verdict.None, () =>
    {
        _ = After(static () => { });
        Parallel.For(0, 4, static _ => Work(150));
    });

    [TestMethod]
    public void Lock_held_by_the_pool_is_honest() => Row(Verdict.None, () =>
    {
        object gate = new();
        using var held = new ManualResetEventSlim();
        _ = After(static () => { });
        _ = Task.Run(() => { lock (gate) { held.Set(); Work(400); } });
        SpinWait.SpinUntil(() => held.IsSet);
        lock (gate) { }
    });

    [TestMethod]
    public void Pending_socket_is_honest_while_nothing_of_its_own_is_queued() => Row(Verdict.None, () => WaitForASocket(400));

    [TestMethod]
    public void Pending_socket_with_own_work_queued_is_blamed() => Row(Verdict.Deadlock, () =>
    {
        // The known limit: a socket cannot be seen, and here everything that can be seen stands still.
        _ = After(static () => { });
        WaitForASocket(2000);
    });

    [TestMethod]
    public void Honest_wait_of_more_than_a_second_gets_a_note() => Row(Verdict.Note, () => Task.Run(() => Work(1200)).Wait());

    [TestMethod]
    public void Sleep_is_noted_when_it_is_over() => Row(Verdict.Note, () => Work(1100), noteContains: "has kept the thread of loop 'the loop' busy for 1.");

    [TestMethod]
    public void Neighbours_on_the_loop_go_on_after_a_deadlock()
    {
        var loop = EventLoop.Create(new() { Name = "the loop" });
        var log = new List<int>();

        var error = loop.Run(async _ =>
        {
            var neighbour = loop.OpenLane("neighbour").RunAsync(async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    log.Add(i);
                    await Task.Delay(20);
                }
            });
            var blocked = loop.OpenLane("blocked").RunAsync(async () => { await Task.Delay(30); Later().Wait(); });
            var thrown = await Assert.ThrowsExactlyAsync<LoopDeadlockException>(() => blocked);
            await neighbour;
            return thrown;
        });

        Assert.AreEqual("blocked", error.Owner);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, log);
        Until.Done(loop.CloseAsync());
    }

    void Row(Verdict expected, Action block, TimeSpan? stallLimit = null, string? noteContains = null, [CallerMemberName] string row = "") => Row(expected, _ => block(), stallLimit, noteContains, row);

    void Row(Verdict expected, Action<EventLoop> block, TimeSpan? stallLimit = null, string? noteContains = null, [CallerMemberName] string row = "")
    {
        var loop = EventLoop.Create(new() { Name = "the loop", StallLimit = stallLimit ?? TimeSpan.FromSeconds(30) });
        var lane = loop.OpenLane("the owner");
        double blockedMs = 0;
        // On this thread: one that waited for a pump elsewhere would be a busy worker of the pool, and life outside.
        var error = loop.Run(_ => lane.RunAsync(async () =>
        {
            await Task.Yield();
            var watch = Stopwatch.StartNew();
            try
            {
                block(loop);
                return null;
            }
            catch (Exception thrown)
            {
                return thrown;
            }
            finally
            {
                blockedMs = watch.Elapsed.TotalMilliseconds;
            }
        }));
        Until.Done(loop.CloseAsync());

        var warnings = lane.TakeWarnings();
        var broken = (error as TypeInitializationException)?.InnerException ?? error;
        var verdict = broken switch
        {
            LoopDeadlockException => Verdict.Deadlock,
            LoopStalledException => Verdict.Suspicion,
            null => warnings.Count == 0 ? Verdict.None : Verdict.Note,
            _ => throw new AssertFailedException($"It failed with {broken}"),
        };
        TestContext.WriteLine($"{row}: {verdict} after {blockedMs:0} ms");
        Assert.AreEqual(expected, verdict, string.Join(' ', warnings));
        Assert.AreEqual(expected is Verdict.Deadlock or Verdict.Suspicion, lane.BrokenWait is not null);
        if (expected == Verdict.Deadlock) Assert.IsLessThan(2000, blockedMs);
        if (noteContains is not null) Assert.Contains(noteContains, Assert.ContainsSingle(warnings));
    }

    // A wait for a task that has not started runs it in place.
    static Task Started(Action work)
    {
        var started = new ManualResetEventSlim();
        var task = Task.Run(() => { started.Set(); work(); });
        SpinWait.SpinUntil(() => started.IsSet);
        return task;
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

    static async Task PollForEver()
    {
        while (!EventLoop.Current!.Token.IsCancellationRequested) await Task.Delay(10);
    }

    // Real time of a real wait: that is what the rows are about.
    static void Work(int ms) => Thread.Sleep(ms);

    static void WaitForASocket(int ms)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var server = listener.AcceptTcpClient();
        // A raw thread, which nobody sees either.
        var answer = new Thread(() =>
        {
            Work(ms);
            try { server.GetStream().WriteByte(1); }
            catch (Exception) { /* the wait was broken, and the socket is gone */ }
        })
        { IsBackground = true };
        answer.Start();
        client.GetStream().ReadAsync(new byte[1]).AsTask().Wait();
    }

    static class WaitsInItsConstructor
    {
        static WaitsInItsConstructor() => Later().Wait();
    }
}
