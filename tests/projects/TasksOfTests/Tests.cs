using Rondo;
using Rondo.Loops;

public class Tests(TaskGroup early)
{
    [Test] public async Task Children_that_still_run_are_awaited(TaskGroup tasks)
    {
        _ = tasks.Start(async _ =>
        {
            await Task.Delay(50);
            Journal.Add("the child has ended");
        });
        await Task.Yield();
        Journal.Add("the body has ended");
    }

    [Test] public async Task Children_in_the_background_are_cancelled(TaskGroup tasks)
    {
        tasks.StartBackground(async stop =>
        {
            try { await Task.Delay(-1, stop); }
            catch (OperationCanceledException) { Journal.Add("the server was cancelled"); throw; }
        }, "server");
        await Task.Delay(10);
    }

    [Test] public async Task A_child_that_fails_cancels_the_body(TaskGroup tasks, CancellationToken stop)
    {
        _ = tasks.Start(_ => throw new FormatException("the child fails"), "bomb");
        await Task.Delay(-1, stop);
    }

    [Test] public async Task A_child_that_fails_cancels_scopes_in_the_body_too(TaskGroup tasks)
    {
        _ = tasks.Start(async _ => { await Task.Delay(10); throw new FormatException("the child fails"); });
        await CancelScope.MoveOnAfterAsync(TimeSpan.FromHours(1), scope => Task.Delay(-1, scope));
    }

    [Test] public async Task A_child_that_fails_after_the_body_fails_the_test(TaskGroup tasks)
    {
        _ = tasks.Start(async _ => { await Task.Delay(30); throw new FormatException("late child"); });
        await Task.Yield();
    }

    [Test] public async Task Several_failures_come_out_together(TaskGroup tasks)
    {
        _ = tasks.Start(async stop =>
        {
            try { await Task.Delay(-1, stop); }
            catch (OperationCanceledException) { throw new FormatException("the cleanup of the child"); }
        });
        await Task.Yield();
        throw new InvalidOperationException("the body fails");
    }

    [Test] public async Task Who_awaits_a_child_that_failed_fails_once(TaskGroup tasks) => await tasks.Start(_ => throw new FormatException("awaited child"));

    [Test] public async Task A_body_that_fails_cancels_its_children(TaskGroup tasks)
    {
        _ = tasks.Start(stop => Task.Delay(-1, stop), "patient");
        await Task.Yield();
        throw new InvalidOperationException("only the body fails");
    }

    [Test, Timeout(300)] public async Task The_time_is_over_and_a_child_still_runs(TaskGroup tasks)
    {
        _ = tasks.Start(ServeAsync, "server");
        await Task.Yield();

        static async Task ServeAsync(CancellationToken stop) => await Task.Delay(-1, stop);
    }

    [Test] public async Task Cancelling_the_group_ends_the_children_only(TaskGroup tasks, CancellationToken stop)
    {
        _ = tasks.Start(token => Task.Delay(-1, token));
        await Task.Yield();
        tasks.Cancel("enough");
        await Task.Delay(1, stop);
        Expect.True(tasks.Token.IsCancellationRequested && !stop.IsCancellationRequested, "only the children are cancelled");
        Expect.True(await CancelScope.MoveOnAfterAsync(TimeSpan.FromSeconds(30), token => Task.Delay(1, token)), "the scope of the body is not");
    }

    [Test] public async Task The_context_has_the_same_group(TaskGroup tasks)
    {
        Expect.True(ReferenceEquals(tasks, TestContext.Current!.Tasks) && ReferenceEquals(tasks, early), "one group");
        await Task.Yield();
    }

    [Test] public async Task The_context_opens_it_in_the_middle()
    {
        await Task.Yield();
        _ = TestContext.Current!.Tasks.Start(async _ => { await Task.Delay(20); Journal.Add("asked for late"); });
    }

    [Test] public void A_synchronous_test_may_block_on_its_children(TaskGroup tasks)
    {
        var answer = tasks.Start(async _ =>
        {
            await Task.Delay(20);
            Expect.True(EventLoop.Current is not null, "children run on the loop");
            return 42;
        });
        Expect.Equal(42, answer.Result);
    }

    [Test, VirtualTime] public async Task Time_moves_for_children_after_the_body(TaskGroup tasks, TimeProvider clock)
    {
        _ = tasks.Start(async stop =>
        {
            await Task.Delay(TimeSpan.FromDays(3), clock, stop);
            Journal.Add("three days later");
        });
        await Task.Yield();
    }

    [Test, VirtualTime] public async Task A_child_can_never_finish(TaskGroup tasks)
    {
        _ = tasks.Start(_ => WaitForNobodyAsync(), "hopeless");
        await Task.Yield();

        static async Task WaitForNobodyAsync() => await new TaskCompletionSource().Task;
    }

    [Test, Loop(Backend = LoopBackend.ThreadPool)] public async Task On_the_pool_as_well(TaskGroup tasks)
    {
        _ = tasks.Start(async _ => { await Task.Delay(20); Journal.Add("pooled child"); });
        await Task.Yield();
    }

    [Test] public async Task A_child_may_skip_the_test(TaskGroup tasks)
    {
        _ = tasks.Start(_ => { Skip.Because("the child says so"); return Task.CompletedTask; });
        await Task.Yield();
    }

    [Test] public async Task Without_asking_the_body_has_a_scope()
    {
        await Task.Yield();
        Expect.True(CancelScope.Current is { } scope && !scope.Token.IsCancellationRequested, "a scope of its own");
    }

    [Test, Timeout(300)] public async Task The_limit_reaches_scopes_without_a_token()
    {
        await CancelScope.RunAsync(scope => Task.Delay(-1, scope.Token));
    }
}
