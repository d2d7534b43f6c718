using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class LaneTests
{
    [TestMethod]
    public void A_body_runs_with_its_lane_current_and_its_caller_continues_on_the_callers_own()
    {
        var loop = EventLoop.Create();

        loop.Run(async _ =>
        {
            var caller = SynchronizationContext.Current;
            var lane = loop.OpenLane("body");

            var inside = await lane.RunAsync(async () =>
            {
                var first = SynchronizationContext.Current;
                await Task.Yield();
                return (first, second: SynchronizationContext.Current);
            });

            Assert.AreSame(lane, inside.first);
            Assert.AreSame(lane, inside.second);
            Assert.AreSame(caller, SynchronizationContext.Current);
        });
    }

    [TestMethod]
    public async Task A_caller_without_a_context_never_continues_inside_the_body_s_stack()
    {
        using var host = LoopHost.StartThread("lanes");
        await using var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("body");
        int pump = await lane.RunAsync(() => Task.FromResult(Environment.CurrentManagedThreadId));

        for (int i = 0; i < 100; i++)
        {
            await lane.RunAsync(async () => await Task.Yield()).ConfigureAwait(false);

            Assert.AreNotEqual(pump, Environment.CurrentManagedThreadId);
            Assert.IsNull(SynchronizationContext.Current);
        }
    }

    [TestMethod]
    public void A_body_sees_the_AsyncLocals_of_its_caller_and_a_raw_callback_leaves_none_behind()
    {
        var local = new AsyncLocal<string?>();
        var loop = EventLoop.Create();

        var seen = loop.Run(async _ =>
        {
            var lane = loop.OpenLane("body");
            local.Value = "caller";
            string? body = await lane.RunAsync(async () =>
            {
                await Task.Yield();
                return local.Value;
            });
            string? next = "not run";
            lane.Post(_ => local.Value = "raw callback", null);
            lane.Post(_ => next = local.Value, null);
            await loop.WaitIdleAsync();
            return (body, next);
        });

        Assert.AreEqual(("caller", null), seen);
    }

    [TestMethod]
    public void A_callback_that_leaves_a_context_behind_does_not_move_the_next_one()
    {
        var loop = EventLoop.Create();
        SynchronizationContext? next = null;
        var lane = loop.OpenLane("lane");

        loop.Run(async _ =>
        {
            lane.Post(_ => SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()), null);
            lane.Post(_ => next = SynchronizationContext.Current, null);
            await loop.WaitIdleAsync();
        });

        Assert.AreSame(lane, next);
    }

    [TestMethod]
    public void Exceptions_and_cancellation_of_a_body_arrive_as_they_are()
    {
        var loop = EventLoop.Create();
        var boom = new FormatException("boom");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        loop.Run(async _ =>
        {
            var lane = loop.OpenLane("body");

            Assert.AreSame(boom, await Assert.ThrowsExactlyAsync<FormatException>(() => lane.RunAsync(() => throw boom)));
            Assert.AreSame(boom, await Assert.ThrowsExactlyAsync<FormatException>(() => lane.RunAsync(async () => { await Task.Yield(); throw boom; })));
            var stopped = lane.RunAsync(() => Task.FromCanceled(cancelled.Token));
            var error = await Assert.ThrowsExactlyAsync<TaskCanceledException>(() => stopped);
            Assert.AreEqual(cancelled.Token, error.CancellationToken);
            Assert.IsTrue(stopped.IsCanceled);
            Assert.Contains("returned null", (await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => lane.RunAsync(() => null!))).Message);
        });
    }

    [TestMethod]
    public void Exceptions_nobody_can_await_are_kept_by_the_lane_they_belong_to()
    {
        var loop = EventLoop.Create();

        var (first, second) = loop.Run(async _ =>
        {
            var one = loop.OpenLane("one");
            var two = loop.OpenLane("two");
            await one.RunAsync(() => { Fail("async void of one"); return Task.CompletedTask; });
            await two.RunAsync(() => Task.CompletedTask);
            two.Post(_ => throw new InvalidOperationException("callback of two"), null);
            await one.RunAsync(() =>
            {
                loop.Clock.CreateTimer(_ => throw new InvalidOperationException("timer of one"), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                return Task.CompletedTask;
            });
            while (one.Statistics is not { AsyncVoidRunning: 0, ArmedTimers: 0, Queued: 0 }) await Task.Yield();
            await loop.WaitIdleAsync();
            return (one.TakeStrayExceptions(), two.TakeStrayExceptions());
        });

        Assert.AreEqual("async void of one, timer of one", string.Join(", ", first.Select(error => error.Message).Order()));
        Assert.AreEqual("callback of two", Assert.ContainsSingle(second).Message);

        static async void Fail(string message)
        {
            await Task.Yield();
            throw new InvalidOperationException(message);
        }
    }

    [TestMethod]
    public void Run_throws_the_stray_exceptions_of_its_own_lane_when_main_succeeded()
    {
        var loop = EventLoop.Create();

        var error = Assert.ThrowsExactly<AggregateException>(() => loop.Run(async _ =>
        {
            SynchronizationContext.Current!.Post(_ => throw new FormatException("stray"), null);
            await Task.Yield();
        }));

        Assert.AreEqual("stray", Assert.ContainsSingle(error.InnerExceptions).Message);
    }

    [TestMethod]
    public void Async_void_methods_are_counted_per_lane()
    {
        var loop = EventLoop.Create();
        var gate = new TaskCompletionSource();

        var counts = loop.Run(async _ =>
        {
            var one = loop.OpenLane("one");
            var two = loop.OpenLane("two");
            await one.RunAsync(() => { Wait(); Wait(); return Task.CompletedTask; });
            int during = one.Statistics.AsyncVoidRunning, other = two.Statistics.AsyncVoidRunning;
            gate.SetResult();
            await loop.WaitIdleAsync();
            return (during, other, after: one.Statistics.AsyncVoidRunning);
        });

        Assert.AreEqual((2, 0, 0), counts);

        async void Wait() => await gate.Task;
    }

    [TestMethod]
    public void Send_runs_in_place_on_the_pump_blocks_elsewhere_and_throws_what_the_callback_threw()
    {
        using var host = LoopHost.StartThread("sends");
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("target");
        int pump = 0;

        lane.Send(_ => pump = Environment.CurrentManagedThreadId, null);
        var error = Assert.ThrowsExactly<FormatException>(() => lane.Send(_ => throw new FormatException("boom"), null));
        bool inPlace = Until.Done(loop.RunAsync(_ =>
        {
            bool ran = false;
            lane.Send(_ => ran = SynchronizationContext.Current == lane, null);
            return Task.FromResult(ran && SynchronizationContext.Current == loop.Context);
        }));

        Assert.AreEqual(host.ManagedThreadId, pump);
        Assert.AreEqual("boom", error.Message);
        Assert.IsTrue(inPlace);
        lane.Close();
        Assert.AreEqual("RND3004", Assert.ThrowsExactly<LoopClosedException>(() => lane.Send(_ => { }, null)).Code);
    }

    [TestMethod]
    public void Post_of_the_loop_flows_the_ExecutionContext_and_stays_on_the_current_lane()
    {
        var local = new AsyncLocal<string?>();
        var loop = EventLoop.Create();
        LoopLane? lane = null;
        (string?, bool) seen = default;

        loop.Run(async _ =>
        {
            lane = loop.OpenLane("lane");
            await lane.RunAsync(() =>
            {
                local.Value = "flows";
                loop.Post(() => seen = (local.Value, SynchronizationContext.Current == lane));
                return Task.CompletedTask;
            });
            await loop.WaitIdleAsync();
        });

        Assert.AreEqual(("flows", true), seen);
    }

    [TestMethod]
    [DataRow(true, "of the poster")]
    [DataRow(false, null)]
    public void A_raw_post_runs_under_the_context_of_its_poster_only_on_a_lane_that_carries_it(bool carries, string? expected)
    {
        var local = new AsyncLocal<string?>();
        var loop = EventLoop.Create();
        string? seen = "nothing ran";

        loop.Run(async _ =>
        {
            var lane = loop.OpenLane("lane");
            lane.FlowsContext = carries;
            await lane.RunAsync(() =>
            {
                local.Value = "of the poster";
                SynchronizationContext.Current!.Post(_ => (seen, local.Value) = (local.Value, "left behind"), null);
                return Task.CompletedTask;
            });
            await loop.WaitIdleAsync();
        });

        Assert.AreEqual(expected, seen);
        Assert.IsNull(local.Value);
    }

    [TestMethod]
    public void Current_is_the_loop_inside_and_null_after_leaving_it()
    {
        var loop = EventLoop.Create();

        var seen = loop.Run(async _ => (EventLoop.Current, await Task.Run(() => EventLoop.Current)));

        Assert.AreSame(loop, seen.Item1);
        Assert.IsNull(seen.Item2);
    }
}
