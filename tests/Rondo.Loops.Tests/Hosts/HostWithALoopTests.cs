using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>Where a loop may be asked to run, and what comes of it: a result, or an error that names both sides, never a hang.</summary>
[TestClass]
public sealed class HostWithALoopTests
{
    static int RunOne() => EventLoop.Create(new() { Name = "inner" }).Run(async _ =>
    {
        await Task.Yield();
        await Task.Run(() => { });
        await Task.Delay(1, CancellationToken.None);
        return 7;
    });

    static T OnThread<T>(Func<T> body)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try { result.SetResult(body()); }
            catch (Exception error) { result.SetException(error); }
        })
        { IsBackground = true }.Start();
        return Until.Done(result.Task);
    }

    [TestMethod]
    public void Under_a_users_context_a_run_keeps_its_own_continuations_and_gives_the_context_back()
    {
        using var ui = new SmallDispatcher();
        var thread = new Thread(ui.Run) { IsBackground = true };
        thread.Start();
        var done = new TaskCompletionSource<(int Result, bool SameContext)>(TaskCreationOptions.RunContinuationsAsynchronously);

        ui.TryPost(() =>
        {
            var before = SynchronizationContext.Current;
            done.SetResult((RunOne(), SynchronizationContext.Current == before));
        });

        Assert.AreEqual((7, true), Until.Done(done.Task));
        ui.Shutdown();
        thread.Join();
    }

    [TestMethod]
    public void Work_for_the_users_context_that_is_awaited_inside_a_run_on_its_thread_waits_until_the_run_is_over()
    {
        using var ui = new SmallDispatcher();
        var thread = new Thread(ui.Run) { IsBackground = true };
        thread.Start();
        var done = new TaskCompletionSource<(bool InTime, bool After)>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The run holds the user's thread, so what needs that thread needs a limit; afterwards it is done.
        ui.TryPost(() =>
        {
            var theirs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            SynchronizationContext.Current!.Post(_ => theirs.SetResult(), null);
            var loop = EventLoop.Create();
            bool inTime = loop.Run(async _ => await Task.WhenAny(theirs.Task, Task.Delay(TimeSpan.FromMilliseconds(30), loop.Clock)) == theirs.Task);
            ui.TryPost(() => done.SetResult((inTime, theirs.Task.IsCompleted)));
        });

        Assert.AreEqual((false, true), Until.Done(done.Task));
        ui.Shutdown();
        thread.Join();
    }

    [TestMethod]
    public void On_a_thread_of_the_pool_a_run_gives_its_result() => Assert.AreEqual(7, Until.Done(Task.Run(RunOne)));

    [TestMethod]
    public void As_many_runs_as_the_pool_has_threads_do_not_starve_each_other()
    {
        var runs = Enumerable.Range(0, Environment.ProcessorCount * 4).Select(_ => Task.Run(RunOne)).ToArray();

        foreach (var run in runs) Assert.AreEqual(7, Until.Done(run));
    }

    [TestMethod]
    public void Inside_a_lane_a_run_is_refused_at_once_wherever_the_pump_is()
    {
        using var host = LoopHost.StartThread("outer");
        var outer = EventLoop.Create(new() { Name = "outer", Host = host });
        var lane = outer.OpenLane("request 1");

        var error = Assert.ThrowsExactly<LoopNestedRunException>(() => Until.Done(lane.RunAsync(async () =>
        {
            await Task.Yield();
            RunOne();
        })));

        Assert.AreEqual("RND3005", error.Code);
        Assert.Contains("'request 1' on loop 'outer'", error.Message);
        Assert.Contains("Await RunAsync", error.Message);
    }

    [TestMethod]
    public void Inside_a_lane_what_is_advised_works()
    {
        using var host = LoopHost.StartThread("outer");
        var outer = EventLoop.Create(new() { Name = "outer", Host = host });

        var sum = Until.Done(outer.RunAsync(async _ =>
        {
            var beside = EventLoop.Create(new() { Name = "beside" });
            using var other = LoopHost.StartThread("other");
            var elsewhere = EventLoop.Create(new() { Name = "elsewhere", Host = other });
            int first = await beside.RunAsync(async _ => { await Task.Yield(); return 1; });
            int second = await elsewhere.RunAsync(async _ => { await Task.Yield(); return 2; });
            return first + second + await Task.Run(RunOne);
        }));

        Assert.AreEqual(10, sum);
    }

    [TestMethod]
    public void Inside_a_body_of_a_thread_pool_loop_a_run_gives_its_result()
    {
        var loop = EventLoop.Create(new() { Backend = LoopBackend.ThreadPool });

        Assert.AreEqual(7, Until.Done(loop.RunAsync(async _ => { await Task.Yield(); return RunOne(); })));
    }

    [TestMethod]
    public void In_a_static_constructor_a_run_gives_its_result() => Assert.AreEqual(7, OnThread(() => MadeByARun.Value));

    static class MadeByARun
    {
        internal static readonly int Value;

        static MadeByARun() => Value = RunOne();
    }

    [TestMethod]
    public void In_a_finalizer_a_run_gives_its_result()
    {
        Abandon();
        Until.True(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Volatile.Read(ref Finalized.Result) != 0;
        }, "the finalizer");

        Assert.AreEqual(7, Finalized.Result);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Abandon() => _ = new Finalized();
    }

    sealed class Finalized
    {
        internal static int Result;

        ~Finalized() => Volatile.Write(ref Result, RunOne());
    }

    [TestMethod]
    public void A_cell_after_the_other_runs_in_one_process_and_leaves_nothing()
    {
        var results = OnThread(() => Enumerable.Range(0, 200).Select(_ =>
        {
            var loop = EventLoop.Create();
            int result = loop.Run(async _ => { await Task.Yield(); return 7; });
            return result + Until.Done(loop.CloseAsync()).Leaks.Count;
        }).Distinct().ToArray());

        CollectionAssert.AreEqual(new[] { 7 }, results);
    }

    [TestMethod]
    public void A_cell_that_fails_leaves_the_thread_fit_for_the_next()
    {
        int result = OnThread(() =>
        {
            Assert.ThrowsExactly<FormatException>(() => EventLoop.Create().Run(async _ => { await Task.Yield(); throw new FormatException(); }));
            Assert.ThrowsExactly<LoopStalledException>(() => EventLoop.Create(new() { Clock = LoopClock.Virtual() }).Run(_ => new TaskCompletionSource().Task));
            Assert.IsNull(LoopHost.Current);
            Assert.IsNull(SynchronizationContext.Current);
            return RunOne();
        });

        Assert.AreEqual(7, result);
    }

    [TestMethod]
    public void A_host_that_turns_on_a_users_thread_leaves_the_users_context_alone()
    {
        var seen = OnThread(() =>
        {
            var mine = new SynchronizationContext();
            SynchronizationContext.SetSynchronizationContext(mine);
            using var stop = new CancellationTokenSource();
            var host = LoopHost.ForThisThread();
            var loop = EventLoop.Create(new() { Host = host });
            SynchronizationContext? inside = null;
            loop.Post(() =>
            {
                inside = SynchronizationContext.Current;
                stop.Cancel();
            });
            host.Run(stop.Token);
            return (Inside: inside == loop.Context, After: SynchronizationContext.Current == mine);
        });

        Assert.AreEqual((true, true), seen);
    }
}
