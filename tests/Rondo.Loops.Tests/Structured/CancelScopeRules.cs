using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests.Structured;

[TestClass]
public sealed class CancelScopeOnOneThread() : CancelScopeRules(Place.OneThread);

[TestClass]
public sealed class CancelScopeOnThePool() : CancelScopeRules(Place.ThreadPool);

[TestClass]
public sealed class CancelScopeWithoutALoop() : CancelScopeRules(Place.NoLoop);

public abstract class CancelScopeRules(Place place)
{
    [TestMethod]
    public Task MoveOnAfter_says_whether_the_body_ended_by_itself() => place.RunAsync(async () =>
    {
        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Never, async _ => await Task.Yield());
        bool cut = !await CancelScope.MoveOnAfterAsync(Wait.Soon, Wait.Forever);

        Assert.IsTrue(ended);
        Assert.IsTrue(cut);
    });

    [TestMethod]
    public Task FailAfter_turns_its_deadline_into_a_TimeoutException() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<TimeoutException>(() => CancelScope.FailAfterAsync(TimeSpan.FromMilliseconds(5), Wait.Forever));

        Assert.AreEqual("The work was not done within its limit of 5ms and was cancelled.", error.Message);
        Assert.IsInstanceOfType<OperationCanceledException>(error.InnerException);
    });

    [TestMethod]
    public Task FailAfter_gives_the_result() => place.RunAsync(async () =>
    {
        int result = await CancelScope.FailAfterAsync(Wait.Never, async _ =>
        {
            await Task.Yield();
            return 7;
        });
        var error = await Assert.ThrowsExactlyAsync<TimeoutException>(() => CancelScope.FailAfterAsync(Wait.Soon, async stop =>
        {
            await Wait.Forever(stop);
            return 7;
        }));

        Assert.AreEqual(7, result);
        Assert.IsNotNull(error.InnerException);
    });

    [TestMethod]
    public Task A_cancellation_is_caught_by_the_outer_scope_if_that_is_cancelled() => place.RunAsync(async () =>
    {
        bool wentOn = false;

        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Soon, async _ =>
        {
            await CancelScope.MoveOnAfterAsync(Wait.Never, Wait.Forever);
            wentOn = true;
        });

        Assert.IsFalse(ended);
        Assert.IsFalse(wentOn);
    });

    [TestMethod]
    public Task A_cancellation_is_caught_by_the_inner_scope_if_only_that_is_cancelled() => place.RunAsync(async () =>
    {
        bool inner = true;

        bool outer = await CancelScope.MoveOnAfterAsync(Wait.Never, async _ => inner = await CancelScope.MoveOnAfterAsync(Wait.Soon, Wait.Forever));

        Assert.IsFalse(inner);
        Assert.IsTrue(outer);
    });

    [TestMethod]
    public Task Of_two_cancelled_scopes_the_outermost_catches() => place.RunAsync(async () =>
    {
        var passed = new List<string>();

        await CancelScope.RunAsync(async outer =>
        {
            await CancelScope.RunAsync(async inner =>
            {
                inner.Cancel();
                outer.Cancel();
                // The token of the inner scope is in the exception, and decides nothing.
                await Wait.Forever(inner.Token);
            });
            passed.Add("inner");
        });
        passed.Add("outer");

        CollectionAssert.AreEqual(new[] { "outer" }, passed);
    });

    [TestMethod]
    public Task A_cancelled_scope_stays_cancelled() => place.RunAsync(async () =>
    {
        int thrown = 0;

        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Soon, async stop =>
        {
            for (int i = 0; i < 3; i++)
            {
                try { await Wait.Forever(stop); }
                catch (OperationCanceledException) { thrown++; }
            }
            await Wait.Forever(stop);
        });

        Assert.AreEqual(3, thrown);
        Assert.IsFalse(ended);
    });

    [TestMethod]
    public Task A_time_of_zero_cancels_before_the_body_is_called() => place.RunAsync(async () =>
    {
        bool called = false;

        bool ended = await CancelScope.MoveOnAfterAsync(TimeSpan.Zero, stop =>
        {
            called = true;
            return Wait.Forever(stop);
        });

        Assert.IsTrue(called);
        Assert.IsFalse(ended);
    });

    [TestMethod]
    public Task Work_that_does_not_look_at_its_token_is_not_cut() => place.RunAsync(async () =>
    {
        bool ended = await CancelScope.MoveOnAfterAsync(TimeSpan.Zero, async _ => await Task.Yield());

        Assert.IsTrue(ended);
    });

    [TestMethod]
    public Task FailAfter_is_no_error_if_the_work_ends_late_by_itself() => place.RunAsync(async () =>
    {
        int result = await CancelScope.FailAfterAsync(TimeSpan.Zero, async _ =>
        {
            await Task.Yield();
            return 7;
        });

        Assert.AreEqual(7, result);
    });

    [TestMethod]
    public Task A_shield_keeps_out_what_comes_from_outside() => place.RunAsync(async () =>
    {
        bool cancelledInside = true;
        TimeSpan? remaining = null;

        await CancelScope.RunAsync(async scope =>
        {
            scope.Cancel();
            await CancelScope.ShieldAsync(Wait.Never, async stop =>
            {
                await Task.Yield();
                cancelledInside = stop.IsCancellationRequested;
                remaining = CancelScope.Current!.Remaining;
                bool inner = await CancelScope.MoveOnAfterAsync(Wait.Soon, Wait.Forever);
                Assert.IsFalse(inner);
            });
        });

        Assert.IsFalse(cancelledInside);
        Assert.IsTrue(remaining > TimeSpan.FromMinutes(1));
    });

    [TestMethod]
    public Task Cleanup_in_a_shield_is_done_while_the_cancellation_passes() => place.RunAsync(async () =>
    {
        var done = new List<string>();

        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Soon, async stop =>
        {
            try
            {
                await Wait.Forever(stop);
            }
            finally
            {
                await CancelScope.ShieldAsync(Wait.Never, async _ =>
                {
                    await Task.Yield();
                    done.Add("cleanup");
                });
                done.Add("after the shield");
            }
        });

        CollectionAssert.AreEqual(new[] { "cleanup", "after the shield" }, done);
        Assert.IsFalse(ended);
    });

    [TestMethod]
    public Task After_a_shield_the_cancellation_is_there_again() => place.RunAsync(async () =>
    {
        bool after = false;

        await CancelScope.RunAsync(async scope =>
        {
            await CancelScope.ShieldAsync(Wait.Never, _ =>
            {
                scope.Cancel();
                return Task.CompletedTask;
            });
            await Wait.Forever(scope.Token);
            after = true;
        });

        Assert.IsFalse(after);
    });

    [TestMethod]
    public Task A_shield_that_outlasts_its_grace_is_cancelled_and_says_so() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<TimeoutException>(() => CancelScope.ShieldAsync(TimeSpan.FromMilliseconds(5), Wait.Forever));

        Assert.AreEqual("The shielded work outlasted its grace of 5ms and was cancelled.", error.Message);
    });

    [TestMethod]
    public Task A_shield_that_outlasts_its_grace_says_so_also_if_the_work_ended_by_itself() => place.RunAsync(async () =>
    {
        bool ended = false;

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => CancelScope.ShieldAsync(Wait.Soon, async stop =>
        {
            await Wait.UntilCancelled(stop);
            ended = true;
        }));

        Assert.IsTrue(ended);
    });

    [TestMethod]
    public Task A_shield_may_be_cancelled_from_inside() => place.RunAsync(async () =>
    {
        bool went = false;

        await CancelScope.ShieldAsync(Wait.Never, stop =>
        {
            CancelScope.Current!.Cancel("enough");
            return Wait.Forever(stop);
        });
        went = true;

        Assert.IsTrue(went);
    });

    [TestMethod]
    public Task A_shield_needs_a_limit() => place.RunAsync(() =>
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { CancelScope.ShieldAsync(Timeout.InfiniteTimeSpan, _ => Task.CompletedTask); });

        Assert.Contains("A shield needs a limit", error.Message);
        return Task.CompletedTask;
    });

    [TestMethod]
    public Task Cancel_ends_the_scope_normally_and_the_first_reason_stays() => place.RunAsync(async () =>
    {
        string? before = "", reason = null, inner = null;

        await CancelScope.RunAsync(async scope =>
        {
            before = scope.Reason;
            scope.Cancel("first");
            scope.Cancel("second");
            reason = scope.Reason;
            await CancelScope.RunAsync(nested =>
            {
                inner = nested.Reason;
                return Wait.Forever(nested.Token);
            });
        });

        Assert.IsNull(before);
        Assert.AreEqual("first", reason);
        Assert.AreEqual("first", inner);
    });

    [TestMethod]
    public Task A_scope_can_be_cancelled_from_another_thread() => place.RunAsync(async () =>
    {
        bool went = false;

        await CancelScope.RunAsync(async scope =>
        {
            var thread = new Thread(() => scope.Cancel("from afar"));
            thread.UnsafeStart();
            await Wait.Forever(scope.Token);
        });
        went = true;

        Assert.IsTrue(went);
    });

    [TestMethod]
    public Task FailAfter_that_was_cut_by_Cancel_is_no_timeout() => place.RunAsync(async () =>
    {
        await CancelScope.FailAfterAsync(Wait.Never, stop =>
        {
            CancelScope.Current!.Cancel("enough");
            return Wait.Forever(stop);
        });
        var error = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => CancelScope.FailAfterAsync(Wait.Never, async stop =>
        {
            CancelScope.Current!.Cancel("enough");
            await Wait.Forever(stop);
            return 7;
        }));

        Assert.AreEqual("The work was cancelled: enough.", error.Message);
    });

    [TestMethod]
    public Task A_deadline_can_be_moved_and_taken_away() => place.RunAsync(async () =>
    {
        TimeSpan? without = TimeSpan.Zero;
        string? reason = null;

        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Never, async stop =>
        {
            CancelScope.Current!.CancelAfter(Timeout.InfiniteTimeSpan);
            without = CancelScope.Current.Remaining;
            CancelScope.Current.CancelAfter(TimeSpan.FromMilliseconds(3));
            await Wait.UntilCancelled(stop);
            reason = CancelScope.Current.Reason;
            stop.ThrowIfCancellationRequested();
        });

        Assert.IsNull(without);
        Assert.IsFalse(ended);
        Assert.AreEqual("its time limit of 3ms has passed", reason);
    });

    [TestMethod]
    public Task Remaining_is_the_nearest_deadline_around() => place.RunAsync(() => CancelScope.RunAsync(async scope =>
    {
        var none = scope.Remaining;
        scope.CancelAfter(TimeSpan.FromHours(1));
        TimeSpan? wider = null, nearer = null;
        await CancelScope.MoveOnAfterAsync(TimeSpan.FromHours(5), _ =>
        {
            wider = CancelScope.Current!.Remaining;
            return Task.CompletedTask;
        });
        await CancelScope.MoveOnAfterAsync(TimeSpan.FromMinutes(1), _ =>
        {
            nearer = CancelScope.Current!.Remaining;
            return Task.CompletedTask;
        });
        scope.Cancel();

        Assert.IsNull(none);
        Assert.IsTrue(wider > TimeSpan.FromMinutes(1) && wider <= TimeSpan.FromHours(1), wider.ToString());
        Assert.IsTrue(nearer > TimeSpan.Zero && nearer <= TimeSpan.FromMinutes(1), nearer.ToString());
        Assert.AreEqual(TimeSpan.Zero, scope.Remaining);
    }));

    [TestMethod]
    public Task A_deadline_may_be_farther_away_than_a_system_timer_can_be() => place.RunAsync(async () =>
    {
        TimeSpan? days = null, longest = null;

        await CancelScope.MoveOnAfterAsync(TimeSpan.FromDays(60), _ =>
        {
            days = CancelScope.Current!.Remaining;
            return Task.CompletedTask;
        });
        await CancelScope.MoveOnAfterAsync(TimeSpan.MaxValue, _ =>
        {
            longest = CancelScope.Current!.Remaining;
            return Task.CompletedTask;
        });

        Assert.IsTrue(days > TimeSpan.FromDays(59));
        Assert.IsTrue(longest > TimeSpan.FromDays(10_000));
    });

    [TestMethod]
    public Task Current_is_the_innermost_scope_and_flows_wherever_the_code_goes() => place.RunAsync(async () =>
    {
        Assert.IsNull(CancelScope.Current);
        await CancelScope.RunAsync(async outer =>
        {
            Assert.AreSame(outer, CancelScope.Current);
            await CancelScope.RunAsync(async inner =>
            {
                Assert.AreSame(inner, CancelScope.Current);
                await Task.Yield();
                Assert.AreSame(inner, CancelScope.Current);
                Assert.AreSame(inner, await Task.Run(() => CancelScope.Current));
                await Task.Yield();
                Assert.AreSame(inner, CancelScope.Current);
            });
            Assert.AreSame(outer, CancelScope.Current);
        });
        Assert.IsNull(CancelScope.Current);
    });

    [TestMethod]
    public Task A_scope_opened_in_Task_Run_belongs_to_the_scope_around() => place.RunAsync(async () =>
    {
        bool wentOn = false;

        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Soon, async _ =>
        {
            await Task.Run(() => CancelScope.MoveOnAfterAsync(Wait.Never, Wait.Forever));
            wentOn = true;
        });

        Assert.IsFalse(ended);
        Assert.IsFalse(wentOn);
    });

    [TestMethod]
    public Task Work_that_outlives_its_scope_is_told_so() => place.RunAsync(async () =>
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<(string, string, string?)>? leaked = null;

        await CancelScope.RunAsync(_ =>
        {
            leaked = LeakAsync();
            return Task.CompletedTask;
        });
        gate.SetResult();
        var (token, deadline, reason) = await leaked!;

        Assert.AreEqual("RND3062", token);
        Assert.AreEqual("RND3062", deadline);
        Assert.IsNull(reason);

        async Task<(string, string, string?)> LeakAsync()
        {
            await gate.Task;
            var over = CancelScope.Current!;
            var token = Assert.ThrowsExactly<LoopException>(() => over.Token);
            var deadline = Assert.ThrowsExactly<LoopException>(() => over.CancelAfter(Wait.Never));
            Assert.Contains("Token of the cancel scope of RunAsync was asked for after the scope had ended.", token.Message);
            over.Cancel();
            return (token.Code, deadline.Code, over.Reason);
        }
    });

    [TestMethod]
    public Task A_scope_opened_by_work_that_outlived_its_own_belongs_to_what_is_around_that() => place.RunAsync(async () =>
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string? reason = null;

        await CancelScope.RunAsync(async outer =>
        {
            Task? leaked = null;
            await CancelScope.RunAsync(_ =>
            {
                leaked = LeakAsync();
                return Task.CompletedTask;
            });
            outer.Cancel("outer");
            gate.SetResult();
            await leaked!;
        });

        Assert.AreEqual("outer", reason);

        async Task LeakAsync()
        {
            await gate.Task;
            await CancelScope.RunAsync(scope =>
            {
                reason = scope.Reason;
                return Task.CompletedTask;
            });
        }
    });

    [TestMethod]
    public Task An_OperationCanceledException_that_no_scope_asked_for_passes() => place.RunAsync(async () =>
    {
        using var foreign = new CancellationTokenSource();
        await foreign.CancelAsync();

        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => CancelScope.MoveOnAfterAsync(Wait.Never, _ => Wait.Forever(foreign.Token)));

        Assert.AreEqual(foreign.Token, error.CancellationToken);
    });

    [TestMethod]
    public Task A_failure_of_the_body_comes_out_as_it_is() => place.RunAsync(async () =>
    {
        var plain = await Assert.ThrowsExactlyAsync<FormatException>(() => CancelScope.RunAsync(_ => throw new FormatException("boom")));
        var late = await Assert.ThrowsExactlyAsync<FormatException>(() => CancelScope.FailAfterAsync(Wait.Soon, async stop =>
        {
            await Wait.UntilCancelled(stop);
            throw new FormatException("in cleanup");
        }));
        var shielded = await Assert.ThrowsExactlyAsync<FormatException>(() => CancelScope.ShieldAsync(Wait.Soon, async stop =>
        {
            await Wait.UntilCancelled(stop);
            throw new FormatException("in the shield");
        }));

        Assert.AreEqual("boom, in cleanup, in the shield", $"{plain.Message}, {late.Message}, {shielded.Message}");
    });

    [TestMethod]
    public Task A_callback_that_throws_at_the_deadline_fails_the_scope() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => CancelScope.MoveOnAfterAsync(Wait.Soon, async stop =>
        {
            stop.Register(() => throw new FormatException("in a callback"));
            await Wait.Forever(stop);
        }));

        CollectionAssert.AreEqual(new[] { "in a callback" }, Wait.Messages(error));
    });

    [TestMethod]
    public Task A_callback_that_throws_comes_out_of_Cancel() => place.RunAsync(() => CancelScope.RunAsync(scope =>
    {
        scope.Token.Register(() => throw new FormatException("in a callback"));

        var error = Assert.ThrowsExactly<AggregateException>(() => scope.Cancel());

        CollectionAssert.AreEqual(new[] { "in a callback" }, Wait.Messages(error));
        return Task.CompletedTask;
    }));

    [TestMethod]
    public Task Of_two_threads_that_cancel_at_once_each_comes_back_to_a_cancelled_token() => place.RunAsync(async () =>
    {
        const int rounds = 20_000;
        var scopes = new CancelScope[rounds];
        for (int i = 0; i < rounds; i++)
        {
            scopes[i] = CancelScope.Open("the race");
            _ = scopes[i].Token;
        }
        int arrived = 0;

        int tooEarly = (await Task.WhenAll(Task.Run(Cancel), Task.Run(Cancel))).Sum();

        foreach (var scope in scopes) scope.End();
        Assert.AreEqual(0, tooEarly, $"Of {2 * rounds} calls of Cancel so many came back before the token was cancelled.");

        int Cancel()
        {
            int early = 0;
            for (int i = 0; i < rounds; i++)
            {
                Interlocked.Increment(ref arrived);
                var spin = new SpinWait();
                while (Volatile.Read(ref arrived) < 2 * (i + 1)) spin.SpinOnce(sleep1Threshold: -1);
                scopes[i].Cancel();
                if (!scopes[i].Token.IsCancellationRequested) early++;
            }
            return early;
        }
    });

    [TestMethod]
    public Task What_is_no_argument_is_refused_at_once() => place.RunAsync(() => CancelScope.RunAsync(scope =>
    {
        var less = TimeSpan.FromMilliseconds(-2);
        Assert.ThrowsExactly<ArgumentNullException>(() => { CancelScope.RunAsync(null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { CancelScope.MoveOnAfterAsync(Wait.Never, null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { CancelScope.FailAfterAsync(Wait.Never, null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { CancelScope.FailAfterAsync<int>(Wait.Never, null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { CancelScope.ShieldAsync(Wait.Never, null!); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { CancelScope.MoveOnAfterAsync(less, _ => Task.CompletedTask); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { CancelScope.FailAfterAsync(less, _ => Task.CompletedTask); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { CancelScope.FailAfterAsync(less, _ => Task.FromResult(1)); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { CancelScope.ShieldAsync(less, _ => Task.CompletedTask); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => scope.CancelAfter(less));
        return Task.CompletedTask;
    }));

    [TestMethod]
    public Task A_body_that_returns_null_is_told_so() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => CancelScope.MoveOnAfterAsync(Wait.Never, _ => null!));

        Assert.Contains("The body of MoveOnAfterAsync returned null instead of a task.", error.Message);
    });

    [TestMethod]
    public Task Many_scopes_may_be_nested() => place.RunAsync(async () =>
    {
        int deepest = 0;

        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Soon, stop => DownAsync(500, stop));

        Assert.AreEqual(500, deepest);
        Assert.IsFalse(ended);

        Task DownAsync(int levels, CancellationToken stop)
        {
            deepest++;
            return levels == 1 ? Wait.Forever(stop) : CancelScope.MoveOnAfterAsync(Wait.Never, inner => DownAsync(levels - 1, inner));
        }
    });
}
