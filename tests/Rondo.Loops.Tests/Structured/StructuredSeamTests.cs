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

        var armed = loop.Run(async stopLoop =>
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

        var leaks = loop.Run(async stopLoop =>
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
    public void A_schedule_policy_gives_each_child_a_lane_of_its_own_with_the_same_owner()
    {
        var loop = EventLoop.Create(new EventLoopOptions { Name = "shuffled", Policy = SchedulePolicy.Shuffle(1) });
        var lanes = new Dictionary<string, LoopLane>();

        loop.Run(async stopLoop =>
        {
            await TaskGroup.RunAsync(async group =>
            {
                _ = group.Start(stop => SeeAsync("a"));
                group.StartBackground(stop => SeeAsync("b"));
                await group.StartAndWaitReadyAsync<int>(async (ready, _) =>
                {
                    await SeeAsync("c");
                    ready(1);
                });
                await SeeAsync("body");
            });
        });

        Assert.HasCount(4, lanes.Values.Distinct());
        Assert.HasCount(1, lanes.Values.Select(lane => lane.Owner).Distinct());

        async Task SeeAsync(string who)
        {
            lanes[who] = (LoopLane)SynchronizationContext.Current!;
            await Task.Yield();
            Assert.AreSame(lanes[who], SynchronizationContext.Current);
        }
    }

    [TestMethod]
    public async Task A_race_between_two_children_is_found_with_one_switch()
    {
        var report = await Explore.RunAsync(async () =>
        {
            int balance = 0;
            await TaskGroup.RunAsync(group =>
            {
                _ = group.Start(stop => PayInAsync());
                _ = group.Start(stop => PayInAsync());
                return Task.CompletedTask;
            });
            if (balance != 2) throw new FormatException($"balance {balance}");

            async Task PayInAsync()
            {
                await Task.Yield();
                int seen = balance;
                await Task.Yield();
                balance = seen + 1;
            }
        });

        Assert.IsInstanceOfType<FormatException>(report.Failure);
        Assert.IsLessThanOrEqualTo(20, report.FailedAt);
    }

    [TestMethod]
    public void What_a_child_waits_for_is_named_when_the_body_can_never_finish()
    {
        var loop = EventLoop.Create(new EventLoopOptions { Clock = LoopClock.Virtual() });

        var stalled = Assert.ThrowsExactly<LoopStalledException>(() => loop.Run(stopLoop => TaskGroup.RunAsync(group =>
        {
            _ = group.Start(stop => WaitForNobodyAsync());
            return Task.CompletedTask;
        })));

        Assert.Contains(nameof(WaitForNobodyAsync), stalled.Message);

        static async Task WaitForNobodyAsync() => await new TaskCompletionSource().Task;
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
        _ = group.Start(stop => throw new FormatException("boom"), "bomb");

        var error = await Assert.ThrowsExactlyAsync<AggregateException>(group.CloseAsync);

        CollectionAssert.AreEqual(new[] { "bomb" }, Wait.Names(error));
        Assert.IsTrue(cancelled);
        Assert.ThrowsExactly<LoopException>(() => { _ = group.Start(Wait.Forever); });
    }

    [TestMethod]
    public void A_host_opens_a_group_on_a_lane_and_hears_what_keeps_it_open()
    {
        using var host = LoopHost.StartThread("group");
        var lane = EventLoop.Create(new() { Host = host }).OpenLane("owner");
        var scope = CancelScope.OpenAtBorder("a request", parent: null, default, lane.Loop.Clock);
        var group = TaskGroup.OpenOn(lane, CancelScope.OpenIn(scope, "its group"));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LoopLane? at = null;
        _ = group.Start(async _ => { at = (LoopLane?)SynchronizationContext.Current; await gate.Task; }, "first");
        group.StartBackground(Wait.Forever, "second");
        var third = group.Start(_ => Task.CompletedTask, "third");
        Until.Done(third);

        Until.True(() => group.Unfinished.Count == 2, "the end of the third");
        CollectionAssert.AreEqual(new[] { "first", "second" }, group.Unfinished.Select(child => child.Name).ToArray());
        Assert.AreSame(lane, at);
        gate.SetResult();
        Assert.IsEmpty(Until.Done(group.CloseAndTellAsync()));
        Assert.IsEmpty(group.Unfinished);
        Assert.IsFalse(scope.IsCancelled);
    }

    [TestMethod]
    public async Task A_group_that_tells_gives_its_failures_instead_of_throwing_them()
    {
        using var host = LoopHost.StartThread("group");
        var lane = EventLoop.Create(new() { Host = host }).OpenLane("owner");
        var group = TaskGroup.OpenOn(lane, CancelScope.OpenAtBorder("a request", parent: null, default));
        _ = group.Start(_ => throw new FormatException("first"), "bomb");
        _ = group.Start(async stop =>
        {
            try { await Wait.Forever(stop); }
            catch (OperationCanceledException) { throw new NotSupportedException("second"); }
        });

        var failures = await group.CloseAndTellAsync();

        CollectionAssert.AreEqual(new[] { "first", "second" }, failures.Select(error => error.Message).ToArray());
        Assert.AreEqual("'bomb' failed with FormatException: first", group.Scope.Reason);
        Assert.AreEqual(0, lane.Close().Count);
    }

    [TestMethod]
    public void Children_of_a_group_that_nobody_awaits_are_a_leak_of_their_lane()
    {
        var loop = EventLoop.Create(new() { Name = "left" });
        var lane = loop.OpenLane("careless");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Run(stop => lane.RunAsync(async () =>
        {
            _ = TaskGroup.RunAsync(group => { _ = group.Start(stop => gate.Task); _ = group.Start(stop => gate.Task); return Task.CompletedTask; });
            await Task.Yield();
        }));

        Assert.AreEqual(new LoopLeak(LeakKind.Child, "2 children of a task group still running", "careless"), Assert.ContainsSingle(lane.Close()));
        gate.SetResult();
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
}
