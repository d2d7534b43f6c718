using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests.Structured;

[TestClass]
public sealed class LoopPortalOnOneThread() : LoopPortalRules(Place.OneThread)
{
    [TestMethod]
    public Task Call_on_a_thread_that_turns_a_pump_is_refused() => Place.OneThread.RunAsync(() => LoopPortal.RunAsync(portal =>
    {
        var error = Assert.ThrowsExactly<LoopException>(() => portal.Call(_ => Task.CompletedTask));
        var valued = Assert.ThrowsExactly<LoopException>(() => portal.Call(_ => Task.FromResult(1)));

        Assert.AreEqual("RND3063", error.Code);
        Assert.AreEqual("RND3063", valued.Code);
        Assert.Contains("until work on loop 'loop' has ended", error.Message);
        return Task.CompletedTask;
    }));
}

[TestClass]
public sealed class LoopPortalOnThePool() : LoopPortalRules(Place.ThreadPool);

[TestClass]
public sealed class LoopPortalWithoutALoop() : LoopPortalRules(Place.NoLoop);

public abstract class LoopPortalRules(Place place)
{
    [TestMethod]
    public Task Another_thread_calls_and_gets_what_the_work_returned() => place.RunAsync(async () =>
    {
        var home = (EventLoop.Current, SynchronizationContext.Current);
        (EventLoop?, SynchronizationContext?) inside = default;

        int result = 0;
        await LoopPortal.RunAsync(portal => OnAThread(() =>
        {
            portal.Call(async _ =>
            {
                await Task.Yield();
                inside = (EventLoop.Current, SynchronizationContext.Current);
            });
            result = portal.Call(async _ =>
            {
                await Task.Yield();
                return 7;
            });
        }));

        Assert.AreEqual(home, inside);
        Assert.AreEqual(7, result);
    });

    [TestMethod]
    public Task A_call_that_fails_fails_its_caller_and_nobody_else() => place.RunAsync(async () =>
    {
        FormatException? blocking = null, awaiting = null;
        bool went = false;

        await LoopPortal.RunAsync(async portal =>
        {
            await OnAThread(() => blocking = Assert.ThrowsExactly<FormatException>(() => portal.Call(_ => throw new FormatException("at once"))));
            awaiting = await Assert.ThrowsExactlyAsync<FormatException>(() => Task.Run(() => portal.CallAsync<int>(async _ =>
            {
                await Task.Yield();
                throw new FormatException("later");
            })));
            await Task.Yield();
            went = true;
        });

        Assert.AreEqual("at once", blocking!.Message);
        Assert.AreEqual("later", awaiting!.Message);
        Assert.IsTrue(went);
    });

    [TestMethod]
    public Task Closing_waits_for_calls_under_way() => place.RunAsync(async () =>
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool>? call = null;

        var run = LoopPortal.RunAsync(portal =>
        {
            call = portal.CallAsync(async stop =>
            {
                await gate.Task;
                return stop.IsCancellationRequested;
            });
            return Task.CompletedTask;
        });
        bool early = run.IsCompleted;
        gate.SetResult();
        await run;

        Assert.IsFalse(early);
        Assert.IsFalse(await call!);
    });

    [TestMethod]
    public Task A_portal_whose_body_has_ended_takes_no_more_calls() => place.RunAsync(async () =>
    {
        LoopPortal? kept = null;
        await LoopPortal.RunAsync(portal =>
        {
            kept = portal;
            return Task.CompletedTask;
        });

        var error = Assert.ThrowsExactly<LoopException>(() => { kept!.CallAsync(_ => Task.CompletedTask); });

        Assert.AreEqual("RND3064", error.Code);
        Assert.EndsWith("(closed)", kept!.ToString());
    });

    [TestMethod]
    public Task A_body_that_fails_cancels_the_calls_and_comes_out_as_it_is() => place.RunAsync(async () =>
    {
        Task? call = null;
        string? reason = null;

        var error = await Assert.ThrowsExactlyAsync<FormatException>(() => LoopPortal.RunAsync(portal =>
        {
            call = portal.CallAsync(async stop =>
            {
                await Wait.UntilCancelled(stop);
                reason = CancelScope.Current!.Reason;
                stop.ThrowIfCancellationRequested();
            });
            throw new FormatException("boom");
        }));

        Assert.AreEqual("boom", error.Message);
        Assert.IsTrue(call!.IsCanceled);
        Assert.AreEqual("the body of its portal failed with FormatException: boom", reason);
    });

    [TestMethod]
    public Task A_cancellation_from_outside_reaches_the_calls() => place.RunAsync(async () =>
    {
        Task? call = null;

        bool ended = await CancelScope.MoveOnAfterAsync(Wait.Soon, _ => LoopPortal.RunAsync(async portal => await (call = portal.CallAsync(Wait.Forever))));

        Assert.IsFalse(ended);
        Assert.IsTrue(call!.IsCanceled);
    });

    [TestMethod]
    public Task A_caller_that_is_cancelled_cancels_its_call() => place.RunAsync(() => LoopPortal.RunAsync(async portal =>
    {
        using var stop = new CancellationTokenSource();
        var byToken = portal.CallAsync(Wait.Forever, stop.Token);
        var other = portal.CallAsync(async _ => await Task.Yield());

        await stop.CancelAsync();
        bool byScope = await CancelScope.MoveOnAfterAsync(Wait.Soon, _ => portal.CallAsync(Wait.Forever));
        await Assert.ThrowsAsync<OperationCanceledException>(() => byToken);
        await other;

        Assert.IsFalse(byScope);
    }));

    [TestMethod]
    public Task A_callback_of_the_token_that_throws_fails_the_call() => place.RunAsync(() => LoopPortal.RunAsync(async portal =>
    {
        using var stop = new CancellationTokenSource();
        var registered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = portal.CallAsync(async token =>
        {
            token.Register(() => throw new FormatException("in a callback"));
            registered.SetResult();
            await Wait.Forever(token);
        }, stop.Token);
        await registered.Task;

        await stop.CancelAsync();
        var error = await Assert.ThrowsExactlyAsync<FormatException>(() => call);

        Assert.AreEqual("in a callback", error.Message);
    }));

    [TestMethod]
    public Task A_call_sees_the_AsyncLocals_of_its_caller() => place.RunAsync(async () =>
    {
        var local = new AsyncLocal<string?>();
        string? seen = null;

        await LoopPortal.RunAsync(portal => OnAThread(() =>
        {
            local.Value = "caller";
            seen = portal.Call(async _ =>
            {
                await Task.Yield();
                return local.Value;
            });
        }));

        Assert.AreEqual("caller", seen);
        Assert.IsNull(local.Value);
    });

    [TestMethod]
    public Task Many_threads_may_call_at_once() => place.RunAsync(async () =>
    {
        int calls = 0;

        await LoopPortal.RunAsync(portal => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OnAThread(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                portal.Call(async _ =>
                {
                    await Task.Yield();
                    Interlocked.Increment(ref calls);
                });
            }
        }))));

        Assert.AreEqual(400, calls);
    });

    [TestMethod]
    public Task What_is_no_argument_is_refused_at_once() => place.RunAsync(() => LoopPortal.RunAsync(portal =>
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => { LoopPortal.RunAsync(null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { portal.CallAsync(null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => { portal.CallAsync<int>(null!); });
        Assert.ThrowsExactly<ArgumentNullException>(() => portal.Call(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => portal.Call<int>(null!));
        return Task.CompletedTask;
    }));

    /// <summary>Runs it on a thread of its own, which turns no pump.</summary>
    static Task OnAThread(Action work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }).Start();
        return done.Task;
    }
}
