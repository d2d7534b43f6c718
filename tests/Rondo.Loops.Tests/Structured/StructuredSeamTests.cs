using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests.Structured;

/// <summary>What structured code has to do with the loop it is on, and what a host can do with it.</summary>
[TestClass]
public sealed class StructuredSeamTests
{
    [TestMethod]
    public void A_deadline_counts_on_the_clock_of_the_loop_and_is_gone_with_its_scope()
    {
        var loop = EventLoop.Create();

        var armed = loop.Run(async _ =>
        {
            int without = -1, inside = -1, inPool = -1;
            await CancelScope.RunAsync(_ => Task.FromResult(without = loop.Statistics.ArmedTimers));
            await CancelScope.MoveOnAfterAsync(Wait.Never, async _ =>
            {
                inside = loop.Statistics.ArmedTimers;
                // No loop is current there, but the scope around has one.
                await Task.Run(() => CancelScope.FailAfterAsync(Wait.Never, async _ =>
                {
                    await loop.WaitIdleAsync();
                    inPool = loop.Statistics.ArmedTimers;
                }));
            });
            await loop.WaitIdleAsync();
            return (without, inside, inPool, after: loop.Statistics.ArmedTimers);
        });

        Assert.AreEqual((0, 1, 2, 0), armed);
    }

    [TestMethod]
    public async Task A_loop_that_closes_cancels_the_scopes_on_it()
    {
        using var host = LoopHost.StartThread("scopes");
        var loop = EventLoop.Create(new() { Host = host, Name = "demo" });
        string? reason = null;
        bool caught = true, shielded = false;
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = loop.OpenLane("body").RunAsync(async () =>
        {
            try
            {
                caught = !await CancelScope.MoveOnAfterAsync(Wait.Never, stop =>
                {
                    waiting.SetResult();
                    return Wait.Forever(stop);
                });
            }
            finally
            {
                await CancelScope.ShieldAsync(Wait.Never, async _ =>
                {
                    await Task.Yield();
                    shielded = true;
                });
                await CancelScope.RunAsync(scope =>
                {
                    reason = scope.Reason;
                    return Task.CompletedTask;
                });
            }
        });
        await waiting.Task;

        var report = await loop.CloseAsync(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<OperationCanceledException>(() => body);

        Assert.AreEqual("", string.Join(", ", report.Leaks));
        Assert.AreEqual("loop 'demo' is closing", reason);
        Assert.IsTrue(caught);
        Assert.IsTrue(shielded);
    }

    [TestMethod]
    public void Children_run_on_the_lane_of_their_group_so_that_what_they_leave_has_its_owner()
    {
        var loop = EventLoop.Create();
        var lane = loop.OpenLane("owner");

        var leaks = loop.Run(async _ =>
        {
            await lane.RunAsync(() => TaskGroup.RunAsync(group =>
            {
                group.Start(_ =>
                {
                    loop.Clock.CreateTimer(static _ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
                    return Task.CompletedTask;
                });
                return Task.CompletedTask;
            }));
            return lane.Close();
        });

        Assert.AreEqual(LeakKind.Timer, Assert.ContainsSingle(leaks).Kind);
        Assert.AreEqual("owner", leaks[0].Owner);
    }

    [TestMethod]
    public void Children_start_in_order_on_a_lane()
    {
        var order = new List<int>();

        EventLoop.Create().Run(_ => TaskGroup.RunAsync(group =>
        {
            for (int i = 0; i < 5; i++)
            {
                int number = i;
                group.Start(_ =>
                {
                    order.Add(number);
                    return Task.CompletedTask;
                });
            }
            return Task.CompletedTask;
        }));

        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, order);
    }

    [TestMethod]
    public void A_loop_can_give_each_child_a_lane_of_its_own()
    {
        var loop = EventLoop.Create();
        var lanes = new LaneForEach();
        loop.ChildLanes = lanes;
        var seen = new List<string>();

        loop.Run(async _ =>
        {
            await TaskGroup.RunAsync(async group =>
            {
                group.Start(SeeAsync, "a");
                group.StartBackground(SeeAsync, "b");
                await group.StartAndWaitReadyAsync<int>(async (ready, stop) =>
                {
                    await SeeAsync(stop);
                    ready(1);
                }, "c");
            });
            seen.Add(((LoopLane)SynchronizationContext.Current!).Owner);
        });

        CollectionAssert.AreEqual(new[] { "a", "b", "c", "a", "b", "c", "loop" }, seen);
        CollectionAssert.AreEquivalent(new[] { "a", "b", "c" }, lanes.Ended);

        async Task SeeAsync(CancellationToken stop)
        {
            seen.Add(((LoopLane)SynchronizationContext.Current!).Owner);
            await Task.Yield();
            seen.Add(((LoopLane)SynchronizationContext.Current!).Owner);
        }
    }

    [TestMethod]
    public async Task A_host_opens_and_closes_a_group_without_a_body()
    {
        using var stop = new CancellationTokenSource();
        var group = TaskGroup.Open(CancelScope.OpenAtBorder("a request", parent: null, stop.Token));
        bool cancelled = false;
        group.StartBackground(async token =>
        {
            await Wait.UntilCancelled(token);
            cancelled = true;
        });
        _ = group.Start(_ => throw new FormatException("boom"), "bomb");

        var error = await Assert.ThrowsExactlyAsync<AggregateException>(group.CloseAsync);

        CollectionAssert.AreEqual(new[] { "bomb" }, Wait.Names(error));
        Assert.IsTrue(cancelled);
        Assert.ThrowsExactly<LoopException>(() => { _ = group.Start(Wait.Forever); });
    }

    [TestMethod]
    public async Task A_host_s_token_cancels_a_scope_at_a_border()
    {
        using var stop = new CancellationTokenSource();
        var group = TaskGroup.Open(CancelScope.OpenAtBorder("a request", parent: null, stop.Token));
        var child = group.Start(Wait.Forever);

        await stop.CancelAsync();
        await group.CloseAsync();

        Assert.IsTrue(child.IsCanceled);
        Assert.AreEqual("the work around it was cancelled", group.Scope.Reason);
    }

    [TestMethod]
    public Task What_is_current_can_be_left_behind_at_a_border() => CancelScope.RunAsync(async around =>
    {
        var border = CancelScope.OpenAtBorder("a request", parent: null, default);

        var (inside, cancelled) = await BehindAsync();
        border.End();

        Assert.AreSame(border, inside);
        Assert.IsFalse(cancelled);
        Assert.AreSame(around, CancelScope.Current);

        async Task<(CancelScope?, bool)> BehindAsync()
        {
            CancelScope.Enter(border);
            around.Cancel();
            await Task.Yield();
            bool cancelled = true;
            await CancelScope.RunAsync(scope =>
            {
                cancelled = scope.Token.IsCancellationRequested;
                return Task.CompletedTask;
            });
            return (CancelScope.Current, cancelled);
        }
    });

    [TestMethod]
    public async Task A_group_whose_lane_has_closed_still_ends()
    {
        using var host = LoopHost.StartThread("late");
        var loop = EventLoop.Create(new() { Host = host });
        var lane = loop.OpenLane("short");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = lane.RunAsync(() => TaskGroup.RunAsync(async group =>
        {
            started.SetResult();
            await gate.Task;
            group.Start(_ =>
            {
                ended.SetResult();
                return Task.CompletedTask;
            });
        }));
        await started.Task;

        lane.Close();
        gate.SetResult();
        await ended.Task;
        await body;

        Assert.IsTrue(body.IsCompletedSuccessfully);
    }

    sealed class LaneForEach : IChildLanes
    {
        internal List<string> Ended { get; } = [];

        public LoopLane Begin(LoopLane home, string child) => home.Loop.OpenLane(child);

        public void End(LoopLane lane)
        {
            Ended.Add(lane.Owner);
            Assert.IsEmpty(lane.Close());
        }
    }
}
