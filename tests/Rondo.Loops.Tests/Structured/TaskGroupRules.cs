// Above 600 lines because a rule of task groups is looked for in one place: each test is one.
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests.Structured;

[TestClass]
public sealed class TaskGroupOnOneThread() : TaskGroupRules(Place.OneThread);

[TestClass]
public sealed class TaskGroupOnThePool() : TaskGroupRules(Place.ThreadPool);

[TestClass]
public sealed class TaskGroupWithoutALoop() : TaskGroupRules(Place.NoLoop);

public abstract class TaskGroupRules(Place place)
{
    [ThreadStatic] static bool t_inStart;

    sealed class Nasty : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override System.Collections.IDictionary Data => throw new InvalidOperationException("no data");
    }

    static Task FailAsync(CancellationToken stop) => throw new FormatException("boom");

    [TestMethod]
    public Task A_group_ends_only_when_body_and_children_have_ended() => place.RunAsync(async () =>
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int ended = 0;

        var group = TaskGroup.RunAsync(group =>
        {
            for (int i = 0; i < 3; i++)
            {
                group.Start(async _ =>
                {
                    await gate.Task;
                    Interlocked.Increment(ref ended);
                });
            }
            return Task.CompletedTask;
        });
        bool early = group.IsCompleted;
        gate.SetResult();
        await group;

        Assert.IsFalse(early);
        Assert.AreEqual(3, ended);
    });

    [TestMethod]
    public Task A_group_without_children_ends_with_its_body() => place.RunAsync(async () =>
    {
        bool ran = false;

        await TaskGroup.RunAsync(async _ =>
        {
            await Task.Yield();
            ran = true;
        });

        Assert.IsTrue(ran);
    });

    [TestMethod]
    public Task A_child_is_never_called_inside_Start() => place.RunAsync(async () =>
    {
        bool inside = true;

        await TaskGroup.RunAsync(group =>
        {
            t_inStart = true;
            group.Start(_ =>
            {
                inside = t_inStart;
                return Task.CompletedTask;
            });
            t_inStart = false;
            return Task.CompletedTask;
        });

        Assert.IsFalse(inside);
    });

    [TestMethod]
    public Task The_task_of_a_child_has_ended_when_the_group_has() => place.RunAsync(async () =>
    {
        for (int i = 0; i < 200; i++)
        {
            Task? plain = null;
            Task<int>? valued = null;

            await TaskGroup.RunAsync(group =>
            {
                plain = group.Start(async _ => await Task.Yield());
                valued = group.Start(async _ =>
                {
                    await Task.Yield();
                    return 7;
                });
                return Task.CompletedTask;
            });

            Assert.IsTrue(plain!.IsCompletedSuccessfully);
            Assert.IsTrue(valued!.IsCompletedSuccessfully);
            Assert.AreEqual(7, await valued);
        }
    });

    [TestMethod]
    public Task The_first_failure_cancels_the_rest() => place.RunAsync(async () =>
    {
        bool cancelled = false;
        string? reason = null;

        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(async stop =>
            {
                await Wait.UntilCancelled(stop);
                cancelled = true;
                reason = CancelScope.Current!.Reason;
            });
            group.Start(_ => throw new FormatException("boom"), "bomb");
            return Task.CompletedTask;
        }));

        Assert.AreEqual("boom", Assert.ContainsSingle(error.InnerExceptions).Message);
        Assert.AreEqual("bomb", error.InnerExceptions[0].Data["rondo.child"]);
        Assert.IsTrue(cancelled);
        Assert.AreEqual("'bomb' failed with FormatException: boom", reason);
    });

    [TestMethod]
    public Task A_body_that_fails_cancels_the_children() => place.RunAsync(async () =>
    {
        bool cancelled = false;

        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group =>
        {
            group.Start(async stop =>
            {
                await Wait.UntilCancelled(stop);
                cancelled = true;
            });
            await Task.Yield();
            throw new FormatException("boom");
        }));

        CollectionAssert.AreEqual(new[] { "boom" }, Wait.Messages(error));
        CollectionAssert.AreEqual(new[] { "body" }, Wait.Names(error));
        Assert.IsTrue(cancelled);
    });

    [TestMethod]
    public Task A_child_that_fails_cancels_the_body() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group =>
        {
            group.Start(async _ =>
            {
                await Task.Yield();
                throw new FormatException("boom");
            }, "bomb");
            await Wait.Forever(group.Token);
        }));

        CollectionAssert.AreEqual(new[] { "bomb" }, Wait.Names(error));
    });

    [TestMethod]
    public Task All_failures_come_out_in_order_with_the_names_of_their_children() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group =>
        {
            var first = group.Start(_ => throw new FormatException("one"), "first");
            group.Start(async stop =>
            {
                await Wait.UntilCancelled(stop);
                throw new InvalidOperationException("two");
            }, "cleanup");
            await first.ContinueWith(_ => { }, TaskScheduler.Default);
        }));

        CollectionAssert.AreEqual(new[] { "one", "two" }, Wait.Messages(error));
        CollectionAssert.AreEqual(new[] { "first", "cleanup" }, Wait.Names(error));
        Assert.Contains("2 failures in a task group: 'first', 'cleanup'.", error.Message);
    });

    [TestMethod]
    public Task All_failures_of_a_child_that_awaits_many_come_out() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(_ => Task.WhenAll(Task.FromException(new FormatException("one")), Task.FromException(new FormatException("two"))), "both");
            return Task.CompletedTask;
        }));

        CollectionAssert.AreEqual(new[] { "one", "two" }, Wait.Messages(error));
        CollectionAssert.AreEqual(new[] { "both", "both" }, Wait.Names(error));
    });

    [TestMethod]
    public Task Failures_of_a_group_inside_are_flattened_and_keep_the_name_of_their_child() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(_ => TaskGroup.RunAsync(inner =>
            {
                inner.Start(_ => throw new FormatException("deep"), "inner");
                return Task.CompletedTask;
            }), "outer");
            return Task.CompletedTask;
        }));

        Assert.AreEqual("deep", Assert.ContainsSingle(error.InnerExceptions).Message);
        CollectionAssert.AreEqual(new[] { "inner" }, Wait.Names(error));
    });

    [TestMethod]
    public Task Who_awaits_a_child_that_failed_does_not_fail_a_second_time() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group => await group.Start<int>(_ => throw new FormatException("boom"), "bomb")));

        CollectionAssert.AreEqual(new[] { "boom" }, Wait.Messages(error));
        CollectionAssert.AreEqual(new[] { "bomb" }, Wait.Names(error));
    });

    [TestMethod]
    public async Task A_child_that_failed_and_that_nobody_awaits_is_not_unobserved()
    {
        var unobserved = new List<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            lock (unobserved) unobserved.AddRange(args.Exception.InnerExceptions.Select(one => one.Message));
        }
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await place.RunAsync(() => Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
            {
                group.Start(_ => throw new FormatException("watched: at once"));
                group.Start<int>(async _ =>
                {
                    await Task.Yield();
                    throw new FormatException("watched: later");
                });
                group.StartBackground(async stop =>
                {
                    await Wait.UntilCancelled(stop);
                    throw new FormatException("watched: in the background");
                });
                return Task.CompletedTask;
            })));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }

        Assert.IsFalse(unobserved.Exists(message => message.StartsWith("watched", StringComparison.Ordinal)), string.Join(", ", unobserved));
    }

    [TestMethod]
    public Task An_OperationCanceledException_is_a_failure_if_nothing_around_was_cancelled() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(_ => Task.FromCanceled(new CancellationToken(canceled: true)), "gave up");
            return Task.CompletedTask;
        }));

        Assert.IsInstanceOfType<OperationCanceledException>(Assert.ContainsSingle(error.InnerExceptions));
        CollectionAssert.AreEqual(new[] { "gave up" }, Wait.Names(error));
    });

    [TestMethod]
    public Task Cancel_ends_the_group_normally_and_its_children_as_cancelled() => place.RunAsync(async () =>
    {
        Task? child = null;
        string? reason = null;

        await TaskGroup.RunAsync(async group =>
        {
            child = group.Start(Wait.Forever);
            await Task.Yield();
            group.Cancel("done");
            reason = CancelScope.Current!.Reason;
            group.Cancel("again");
            Assert.AreEqual("done", CancelScope.Current.Reason);
            await Wait.Forever(group.Token);
        });

        Assert.IsTrue(child!.IsCanceled);
        Assert.AreEqual("done", reason);
    });

    [TestMethod]
    public Task A_child_is_called_also_in_a_cancelled_group() => place.RunAsync(async () =>
    {
        bool? cancelled = null;

        await TaskGroup.RunAsync(group =>
        {
            group.Cancel();
            group.Start(stop =>
            {
                cancelled = stop.IsCancellationRequested;
                return Task.CompletedTask;
            });
            return Task.CompletedTask;
        });

        Assert.IsTrue(cancelled);
    });

    [TestMethod]
    public Task A_cancellation_from_outside_comes_out_as_one_exception_with_the_reason() => place.RunAsync(() => CancelScope.RunAsync(async scope =>
    {
        var error = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(Wait.Forever);
            group.Start(Wait.Forever);
            scope.Cancel("closing time");
            return Task.CompletedTask;
        }));

        Assert.AreEqual("The task group was cancelled from outside: closing time.", error.Message);
        Assert.IsTrue(error.CancellationToken.IsCancellationRequested);
    }));

    [TestMethod]
    public Task A_failure_is_not_lost_in_a_cancellation_from_outside() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => CancelScope.RunAsync(scope => TaskGroup.RunAsync(group =>
        {
            group.Start(Wait.Forever);
            group.Start(async stop =>
            {
                await Wait.UntilCancelled(stop);
                throw new FormatException("in cleanup");
            });
            scope.Cancel();
            return Task.CompletedTask;
        })));

        CollectionAssert.AreEqual(new[] { "in cleanup" }, Wait.Messages(error));
    });

    [TestMethod]
    public Task A_group_that_nothing_was_cut_in_ends_normally_in_a_cancelled_scope() => place.RunAsync(() => CancelScope.RunAsync(async scope =>
    {
        bool went = false;

        scope.Cancel();
        await TaskGroup.RunAsync(group =>
        {
            group.Start(async _ => await Task.Yield());
            return Task.CompletedTask;
        });
        went = true;

        Assert.IsTrue(went);
    }));

    [TestMethod]
    public Task Cancelling_a_group_cancels_the_groups_inside() => place.RunAsync(async () =>
    {
        int cancelled = 0;

        await TaskGroup.RunAsync(async outer =>
        {
            outer.Start(_ => TaskGroup.RunAsync(inner =>
            {
                for (int i = 0; i < 2; i++)
                {
                    inner.Start(async stop =>
                    {
                        try { await Wait.Forever(stop); }
                        finally { Interlocked.Increment(ref cancelled); }
                    });
                }
                return Task.CompletedTask;
            }));
            await Task.Yield();
            outer.Cancel();
        });

        Assert.AreEqual(2, cancelled);
    });

    [TestMethod]
    public Task A_group_inside_that_is_cancelled_leaves_the_outer_alone() => place.RunAsync(async () =>
    {
        bool outerCancelled = true;

        await TaskGroup.RunAsync(async outer =>
        {
            await TaskGroup.RunAsync(inner =>
            {
                inner.Start(Wait.Forever);
                inner.Cancel();
                return Task.CompletedTask;
            });
            outerCancelled = outer.Token.IsCancellationRequested;
        });

        Assert.IsFalse(outerCancelled);
    });

    [TestMethod]
    public Task Collect_lets_all_run_on_and_gives_all_failures() => place.RunAsync(async () =>
    {
        bool cancelled = true;
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group =>
        {
            group.Start(async stop =>
            {
                await failed.Task;
                cancelled = stop.IsCancellationRequested;
                throw new FormatException("two");
            });
            try { await group.Start(_ => throw new FormatException("one")); }
            catch (FormatException) { failed.SetResult(); }
        }, GroupPolicy.Collect));

        CollectionAssert.AreEqual(new[] { "one", "two" }, Wait.Messages(error));
        Assert.IsFalse(cancelled);
    });

    [TestMethod]
    public Task FirstSuccess_cancels_the_rest_and_forgets_their_failures() => place.RunAsync(async () =>
    {
        Task<int>? winner = null;
        string? reason = null;

        await TaskGroup.RunAsync(async group =>
        {
            try { await group.Start(_ => throw new FormatException("lost")); }
            catch (FormatException) { /* One that loses early. */ }
            group.Start(async stop =>
            {
                await Wait.UntilCancelled(stop);
                reason = CancelScope.Current!.Reason;
                throw new FormatException("lost late");
            });
            winner = group.Start(async _ =>
            {
                await Task.Yield();
                return 7;
            }, "winner");
        }, GroupPolicy.FirstSuccess);

        Assert.AreEqual(7, await winner!);
        Assert.AreEqual("'winner' was the first to succeed", reason);
    });

    [TestMethod]
    public Task FirstSuccess_fails_if_all_failed() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(_ => throw new FormatException("one"));
            group.Start(_ => throw new FormatException("two"));
            return Task.CompletedTask;
        }, GroupPolicy.FirstSuccess));

        CollectionAssert.AreEquivalent(new[] { "one", "two" }, Wait.Messages(error));
    });

    [TestMethod]
    public Task The_end_of_the_body_is_no_success_of_FirstSuccess() => place.RunAsync(async () =>
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool cancelled = true;

        var group = TaskGroup.RunAsync(group =>
        {
            group.Start(async stop =>
            {
                await gate.Task;
                cancelled = stop.IsCancellationRequested;
            });
            return Task.CompletedTask;
        }, GroupPolicy.FirstSuccess);
        gate.SetResult();
        await group;

        Assert.IsFalse(cancelled);
    });

    [TestMethod]
    public Task The_end_of_a_background_child_is_no_success_of_FirstSuccess() => place.RunAsync(async () =>
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group =>
        {
            group.StartBackground(_ =>
            {
                gone.SetResult();
                return Task.CompletedTask;
            });
            await gone.Task;
            group.Start(async _ =>
            {
                await Task.Yield();
                throw new FormatException("lost");
            });
        }, GroupPolicy.FirstSuccess));

        CollectionAssert.AreEqual(new[] { "lost" }, Wait.Messages(error));
    });

    [TestMethod]
    public Task A_background_child_is_cancelled_when_the_others_have_ended() => place.RunAsync(async () =>
    {
        bool childCancelled = true, serverCancelled = false;
        string? reason = null;

        await TaskGroup.RunAsync(group =>
        {
            group.StartBackground(async stop =>
            {
                await Wait.UntilCancelled(stop);
                serverCancelled = true;
                reason = CancelScope.Current!.Reason;
                stop.ThrowIfCancellationRequested();
            });
            group.Start(async stop =>
            {
                await Task.Yield();
                childCancelled = stop.IsCancellationRequested;
            });
            return Task.CompletedTask;
        });

        Assert.IsFalse(childCancelled);
        Assert.IsTrue(serverCancelled);
        Assert.AreEqual("the other parts of its task group have ended", reason);
    });

    [TestMethod]
    public Task A_background_child_that_fails_cancels_the_rest() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group =>
        {
            group.StartBackground(_ => throw new FormatException("boom"), "server");
            await Wait.Forever(group.Token);
        }));

        CollectionAssert.AreEqual(new[] { "server" }, Wait.Names(error));
    });

    [TestMethod]
    [DataRow(GroupPolicy.FailFast)]
    [DataRow(GroupPolicy.Collect)]
    [DataRow(GroupPolicy.FirstSuccess)]
    public Task A_background_child_that_fails_while_it_is_cancelled_fails_the_group(GroupPolicy policy) => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.StartBackground(async stop =>
            {
                await Wait.UntilCancelled(stop);
                throw new FormatException("in cleanup");
            });
            group.Start(async _ => await Task.Yield());
            return Task.CompletedTask;
        }, policy));

        CollectionAssert.AreEqual(new[] { "in cleanup" }, Wait.Messages(error));
    });

    [TestMethod]
    public Task A_background_child_may_end_before_the_others() => place.RunAsync(async () =>
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool cancelled = true;

        await TaskGroup.RunAsync(async group =>
        {
            group.StartBackground(_ =>
            {
                gone.SetResult();
                return Task.CompletedTask;
            });
            await gone.Task;
            cancelled = group.Token.IsCancellationRequested;
        });

        Assert.IsFalse(cancelled);
    });

    [TestMethod]
    public Task A_child_that_is_ready_gives_its_value_and_goes_on() => place.RunAsync(async () =>
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool ended = false, endedBefore = true;
        int port = 0;

        await TaskGroup.RunAsync(async group =>
        {
            port = await group.StartAndWaitReadyAsync<int>(async (ready, _) =>
            {
                await Task.Yield();
                ready(8080);
                await gate.Task;
                ended = true;
            });
            endedBefore = ended;
            gate.SetResult();
        });

        Assert.AreEqual(8080, port);
        Assert.IsFalse(endedBefore);
        Assert.IsTrue(ended);
    });

    [TestMethod]
    public Task A_child_that_fails_before_it_is_ready_fails_its_starter_and_nobody_else() => place.RunAsync(async () =>
    {
        FormatException? caught = null;
        bool cancelled = true;

        await TaskGroup.RunAsync(async group =>
        {
            caught = await Assert.ThrowsExactlyAsync<FormatException>(() => group.StartAndWaitReadyAsync<int>(async (_, _) =>
            {
                await Task.Yield();
                throw new FormatException("boom");
            }, "server"));
            cancelled = group.Token.IsCancellationRequested;
        });

        Assert.AreEqual("boom", caught!.Message);
        Assert.AreEqual("server", caught.Data["rondo.child"]);
        Assert.IsFalse(cancelled);
    });

    [TestMethod]
    public Task A_failure_before_ready_that_the_body_does_not_catch_is_one_failure() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
            group.StartAndWaitReadyAsync<int>((_, _) => throw new FormatException("boom"), "server")));

        CollectionAssert.AreEqual(new[] { "boom" }, Wait.Messages(error));
        CollectionAssert.AreEqual(new[] { "server" }, Wait.Names(error));
    });

    [TestMethod]
    public Task Many_failures_before_ready_are_all_told_to_the_starter() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
            group.StartAndWaitReadyAsync<int>((_, _) => Task.WhenAll(Task.FromException(new FormatException("one")), Task.FromException(new FormatException("two"))))));
        var ofGroup = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group => group.StartAndWaitReadyAsync<int>((_, _) => TaskGroup.RunAsync(inner =>
        {
            inner.Start(_ => throw new FormatException("one"));
            inner.Start(_ => throw new FormatException("two"));
            return Task.CompletedTask;
        }))));

        CollectionAssert.AreEqual(new[] { "one", "two" }, Wait.Messages(error));
        CollectionAssert.AreEquivalent(new[] { "one", "two" }, Wait.Messages(ofGroup));
    });

    [TestMethod]
    public Task A_child_that_cancels_only_itself_before_it_is_ready_has_just_ended() => place.RunAsync(() => TaskGroup.RunAsync(async group =>
    {
        var error = await Assert.ThrowsExactlyAsync<LoopException>(() => group.StartAndWaitReadyAsync<int>((_, stop) =>
        {
            CancelScope.Current!.Cancel();
            return Wait.Forever(stop);
        }));

        Assert.AreEqual("RND3061", error.Code);
    }));

    [TestMethod]
    public Task A_child_that_fails_after_it_was_ready_fails_the_group() => place.RunAsync(async () =>
    {
        int value = 0;

        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(async group =>
        {
            value = await group.StartAndWaitReadyAsync<int>((ready, _) =>
            {
                ready(1);
                throw new FormatException("boom");
            }, "server");
            await Wait.Forever(group.Token);
        }));

        Assert.AreEqual(1, value);
        CollectionAssert.AreEqual(new[] { "server" }, Wait.Names(error));
    });

    [TestMethod]
    public Task A_child_that_ends_without_being_ready_is_an_error_of_its_starter() => place.RunAsync(() => TaskGroup.RunAsync(async group =>
    {
        var error = await Assert.ThrowsExactlyAsync<LoopException>(() => group.StartAndWaitReadyAsync<int>(async (_, _) => await Task.Yield(), "server"));

        Assert.AreEqual("RND3061", error.Code);
        Assert.Contains("'server' ended without calling ready", error.Message);
    }));

    [TestMethod]
    public Task Ready_for_the_second_time_is_an_error_in_the_child() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group => group.StartAndWaitReadyAsync<int>((ready, _) =>
        {
            ready(1);
            ready(2);
            return Task.CompletedTask;
        })));

        Assert.AreEqual("RND3061", ((LoopException)Assert.ContainsSingle(error.InnerExceptions)).Code);
    });

    [TestMethod]
    public Task A_starter_that_is_cancelled_before_ready_takes_the_child_with_it() => place.RunAsync(async () =>
    {
        string? reason = null;
        bool endedFirst = false, groupCancelled = true;

        await TaskGroup.RunAsync(async group =>
        {
            await Assert.ThrowsExactlyAsync<TimeoutException>(() => CancelScope.FailAfterAsync(Wait.Soon, _ => group.StartAndWaitReadyAsync<int>(async (ready, stop) =>
            {
                await Wait.UntilCancelled(stop);
                reason = CancelScope.Current!.Reason;
                ready(1);
                await Task.Yield();
                endedFirst = true;
                stop.ThrowIfCancellationRequested();
            }, "server")));
            Assert.IsTrue(endedFirst);
            groupCancelled = group.Token.IsCancellationRequested;
        });

        Assert.AreEqual("whoever waited for 'server' to be ready was cancelled", reason);
        Assert.IsFalse(groupCancelled);
    });

    [TestMethod]
    public Task A_starter_that_is_cancelled_after_ready_leaves_the_child_alone() => place.RunAsync(async () =>
    {
        bool cancelled = true;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await TaskGroup.RunAsync(async group =>
        {
            await CancelScope.RunAsync(async scope =>
            {
                await group.StartAndWaitReadyAsync<int>(async (ready, stop) =>
                {
                    ready(1);
                    await gate.Task;
                    cancelled = stop.IsCancellationRequested;
                });
                scope.Cancel();
            });
            gate.SetResult();
        });

        Assert.IsFalse(cancelled);
    });

    [TestMethod]
    public Task A_starter_in_a_cancelled_group_gets_the_cancellation() => place.RunAsync(() => TaskGroup.RunAsync(async group =>
    {
        group.Cancel();

        await Assert.ThrowsAsync<OperationCanceledException>(() => group.StartAndWaitReadyAsync<int>(async (ready, stop) =>
        {
            await Wait.Forever(stop);
            ready(1);
        }));
    }));

    [TestMethod]
    public Task A_child_that_is_not_ready_keeps_the_group_open() => place.RunAsync(async () =>
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int>? starting = null;
        bool childStarted = false;

        var run = TaskGroup.RunAsync(group =>
        {
            starting = group.StartAndWaitReadyAsync<int>(async (ready, _) =>
            {
                await gate.Task;
                group.Start(_ =>
                {
                    childStarted = true;
                    return Task.CompletedTask;
                });
                ready(1);
            });
            return Task.CompletedTask;
        });
        bool early = run.IsCompleted;
        gate.SetResult();
        await run;

        Assert.IsFalse(early);
        Assert.AreEqual(1, await starting!);
        Assert.IsTrue(childStarted);
    });

    [TestMethod]
    public Task Nothing_starts_in_a_group_that_has_ended() => place.RunAsync(async () =>
    {
        TaskGroup? kept = null;
        await TaskGroup.RunAsync(group =>
        {
            kept = group;
            return Task.CompletedTask;
        });

        LoopException[] errors =
        [
            Assert.ThrowsExactly<LoopException>(() => { kept!.Start(Wait.Forever); }),
            Assert.ThrowsExactly<LoopException>(() => { kept!.Start(_ => Task.FromResult(1)); }),
            Assert.ThrowsExactly<LoopException>(() => kept!.StartBackground(Wait.Forever)),
            Assert.ThrowsExactly<LoopException>(() => { kept!.StartAndWaitReadyAsync<int>((_, _) => Task.CompletedTask); }),
        ];
        kept!.Cancel();

        Assert.IsTrue(Array.TrueForAll(errors, error => error.Code == "RND3060"));
        Assert.Contains("StartBackground was called on a task group that has ended.", errors[2].Message);
        Assert.AreEqual("task group (ended)", kept.ToString());
    });

    [TestMethod]
    public Task A_child_may_start_children_after_the_body_has_ended() => place.RunAsync(async () =>
    {
        var order = new List<string>();

        await TaskGroup.RunAsync(group =>
        {
            group.Start(async _ =>
            {
                await Task.Yield();
                group.Start(async _ =>
                {
                    await Task.Yield();
                    lock (order) order.Add("grandchild");
                });
            });
            return Task.CompletedTask;
        });

        CollectionAssert.AreEqual(new[] { "grandchild" }, order);
    });

    [TestMethod]
    public Task A_child_is_in_the_scope_of_its_group_wherever_it_was_started() => place.RunAsync(async () =>
    {
        CancelScope? ofGroup = null, ofChild = null;
        bool cancelled = true;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await TaskGroup.RunAsync(async group =>
        {
            ofGroup = CancelScope.Current;
            await CancelScope.RunAsync(scope =>
            {
                group.Start(async stop =>
                {
                    ofChild = CancelScope.Current;
                    await gate.Task;
                    cancelled = stop.IsCancellationRequested;
                });
                scope.Cancel();
                return Task.CompletedTask;
            });
            gate.SetResult();
        });

        Assert.AreSame(ofGroup, ofChild);
        Assert.IsFalse(cancelled);
    });

    [TestMethod]
    public Task A_child_started_on_another_thread_runs_where_the_group_was_opened() => place.RunAsync(async () =>
    {
        var home = (EventLoop.Current, SynchronizationContext.Current);
        (EventLoop?, SynchronizationContext?) child = default, later = default;

        await TaskGroup.RunAsync(async group =>
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() =>
            {
                group.Start(async _ =>
                {
                    child = (EventLoop.Current, SynchronizationContext.Current);
                    await Task.Yield();
                    later = (EventLoop.Current, SynchronizationContext.Current);
                });
                started.SetResult();
            });
            thread.UnsafeStart();
            await started.Task;
        });

        Assert.AreEqual(home, child);
        Assert.AreEqual(home, later);
    });

    [TestMethod]
    public Task Children_started_from_many_threads_are_all_waited_for() => place.RunAsync(async () =>
    {
        const int Threads = 4, Each = 500;
        int ended = 0;

        await TaskGroup.RunAsync(group => Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                group.Start(async _ =>
                {
                    await Task.Yield();
                    Interlocked.Increment(ref ended);
                });
            }
        }))));

        Assert.AreEqual(Threads * Each, ended);
    });

    [TestMethod]
    public Task A_child_sees_the_AsyncLocals_of_its_starter_and_keeps_its_own_to_itself() => place.RunAsync(async () =>
    {
        var local = new AsyncLocal<string?> { Value = "outside" };
        string? seen = null, after = null;

        await TaskGroup.RunAsync(async group =>
        {
            local.Value = "starter";
            await group.Start(_ =>
            {
                seen = local.Value;
                local.Value = "child";
                return Task.CompletedTask;
            });
            after = local.Value;
        });

        Assert.AreEqual("starter", seen);
        Assert.AreEqual("starter", after);
        Assert.AreEqual("outside", local.Value);
    });

    [TestMethod]
    public Task A_child_started_without_flow_has_its_scope_all_the_same() => place.RunAsync(async () =>
    {
        CancelScope? ofGroup = null, ofChild = null;

        await TaskGroup.RunAsync(group =>
        {
            ofGroup = CancelScope.Current;
            using (ExecutionContext.SuppressFlow())
            {
                group.Start(_ =>
                {
                    ofChild = CancelScope.Current;
                    return Task.CompletedTask;
                });
            }
            return Task.CompletedTask;
        });

        Assert.AreSame(ofGroup, ofChild);
        Assert.IsNull(CancelScope.Current);
    });

    [TestMethod]
    public Task A_child_without_a_name_is_called_by_its_number_and_method() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(_ => Task.CompletedTask);
            group.Start(FailAsync);
            return Task.CompletedTask;
        }));

        CollectionAssert.AreEqual(new[] { "child 2 (TaskGroupRules.FailAsync)" }, Wait.Names(error));
    });

    [TestMethod]
    public Task A_body_or_child_that_returns_null_is_told_so() => place.RunAsync(async () =>
    {
        var body = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(_ => null!));
        var child = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Start(_ => null!, "nothing");
            return Task.CompletedTask;
        }));

        CollectionAssert.AreEqual(new[] { "The body of a task group returned null instead of a task. Return a task, for instance Task.CompletedTask." }, Wait.Messages(body));
        Assert.Contains("The child 'nothing' of a task group returned null", Wait.Messages(child)[0]);
    });

    [TestMethod]
    public Task What_is_no_argument_is_refused_at_once() => place.RunAsync(() => TaskGroup.RunAsync(group =>
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => { TaskGroup.RunAsync(null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { group.Start(null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { group.Start<int>(null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => group.StartBackground(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => { group.StartAndWaitReadyAsync<int>(null!); });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => { TaskGroup.RunAsync(_ => Task.CompletedTask, (GroupPolicy)7); });
        return Task.CompletedTask;
    }));

    [TestMethod]
    public Task A_callback_of_the_token_that_throws_fails_the_group() => place.RunAsync(async () =>
    {
        var error = await Assert.ThrowsExactlyAsync<AggregateException>(() => TaskGroup.RunAsync(group =>
        {
            group.Token.Register(() => throw new FormatException("in a callback"));
            group.Start(_ => throw new FormatException("boom"), "bomb");
            return Task.CompletedTask;
        }));

        CollectionAssert.AreEqual(new[] { "boom", "in a callback" }, Wait.Messages(error));
        CollectionAssert.AreEqual(new[] { "bomb", "a cancellation callback" }, Wait.Names(error));
    });

    [TestMethod]
    public Task An_exception_whose_Message_throws_is_a_failure_like_any() => place.RunAsync(async () =>
    {
        string? reason = null;
        var nasty = new Nasty();

        AggregateException? error = null;
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                group.Start(_ => throw nasty, "bomb");
                await Wait.UntilCancelled(group.Token);
                reason = CancelScope.Current!.Reason;
            });
        }
        catch (AggregateException caught)
        {
            error = caught;
        }

        Assert.AreSame(nasty, Assert.ContainsSingle(error!.InnerExceptions));
        Assert.AreEqual("'bomb' failed with Nasty", reason);
    });

    [TestMethod]
    public Task The_current_scope_is_the_old_one_after_the_group() => place.RunAsync(() => CancelScope.RunAsync(async scope =>
    {
        await TaskGroup.RunAsync(async group =>
        {
            group.Start(async _ => await Task.Yield());
            await Task.Yield();
        });

        Assert.AreSame(scope, CancelScope.Current);
    }));
}
