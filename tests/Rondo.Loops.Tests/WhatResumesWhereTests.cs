using System.Threading.Channels;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>The table of what code runs where after which construct. Facts of .NET on a lane; a change in one of them changes what users see.</summary>
[TestClass]
public sealed class WhatResumesWhereTests
{
    const string Lane = "lane", Pool = "pool", Other = "other";

    [TestMethod]
    public void Awaits_resume_on_the_lane_that_their_code_started_on()
    {
        Check(
            ("Task.Yield", Lane, async here => { await Task.Yield(); return here(); }
        ),
            ("Task.Delay of the system", Lane, async here => { await Task.Delay(2); return here(); }
        ),
            ("Task.Delay of the loop", Lane, async here => { await Task.Delay(TimeSpan.FromMilliseconds(2), EventLoop.Current!.Clock); return here(); }
        ),
            ("Task.Run", Lane, async here => { await Task.Run(() => { }); return here(); }
        ),
            ("Task.WhenAll", Lane, async here => { await Task.WhenAll(Task.Delay(1), Task.Run(() => { })); return here(); }
        ),
            ("SemaphoreSlim.WaitAsync", Lane, async here =>
            {
                using var semaphore = new SemaphoreSlim(0);
                _ = Task.Run(semaphore.Release);
                await semaphore.WaitAsync();
                return here();
            }
        ),
            ("a channel written on the pool", Lane, async here =>
            {
                var channel = Channel.CreateUnbounded<int>();
                _ = Task.Run(() => channel.Writer.TryWrite(1));
                await channel.Reader.ReadAsync();
                return here();
            }
        ),
            ("PeriodicTimer of the loop", Lane, async here =>
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2), EventLoop.Current!.Clock);
                await timer.WaitForNextTickAsync();
                return here();
            }
        ),
            ("a WaitAsync that times out on the loop", Lane, async here =>
            {
                await Assert.ThrowsExactlyAsync<TimeoutException>(() => new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromMilliseconds(2), EventLoop.Current!.Clock));
                return here();
            }
        ));
    }

    [TestMethod]
    public void ConfigureAwait_false_leaves_the_lane_only_for_what_is_not_complete()
    {
        Check(
            ("an incomplete task", Pool, async here => { await Task.Delay(2).ConfigureAwait(false); return here(); }
        ),
            ("a completed task", Lane, async here => { await Task.CompletedTask.ConfigureAwait(false); return here(); }
        ),
            ("the caller of a method that left", Lane, async here =>
            {
                await Leave();
                return here();
                static async Task Leave() => await Task.Delay(2).ConfigureAwait(false);
            }
        ));
    }

    [TestMethod]
    public void Bodies_of_pool_work_run_on_the_pool_and_those_of_the_schedulers_on_the_lane()
    {
        Check(
            ("Task.Run", Pool, here => Task.Run(here)),
            ("an await inside Task.Run", Pool, here => Task.Run(async () => { await Task.Yield(); return here(); })),
            ("StartNew without a scheduler", Pool, here => Task.Factory.StartNew(here, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current)),
            ("ContinueWith", Pool, here => Task.CompletedTask.ContinueWith(_ => here(), TaskScheduler.Default)),
            ("StartNew on the scheduler of the context", Lane, here => Task.Factory.StartNew(here, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.FromCurrentSynchronizationContext())),
            ("StartNew on the loop's scheduler", Other, here => Task.Factory.StartNew(here, CancellationToken.None, TaskCreationOptions.None, EventLoop.Current!.Scheduler)));
    }

    [TestMethod]
    public void Callbacks_of_timers_tokens_and_progress_run_where_their_clock_or_context_is()
    {
        Check(
            ("a timer of the loop", Lane, async here =>
            {
                var fired = new TaskCompletionSource<string>();
                using var timer = EventLoop.Current!.Clock.CreateTimer(_ => fired.SetResult(here()), null, TimeSpan.FromMilliseconds(2), Timeout.InfiniteTimeSpan);
                return await fired.Task;
            }
        ),
            ("a system timer", Pool, async here =>
            {
                var fired = new TaskCompletionSource<string>();
                using var timer = new Timer(_ => fired.SetResult(here()), null, 2, Timeout.Infinite);
                return await fired.Task;
            }
        ),
            ("a time limit of the loop", Lane, async here =>
            {
                var fired = new TaskCompletionSource<string>();
                using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(2), EventLoop.Current!.Clock);
                using var registration = limit.Token.Register(() => fired.SetResult(here()));
                return await fired.Task;
            }
        ),
            ("a system time limit", Pool, async here =>
            {
                var fired = new TaskCompletionSource<string>();
                using var limit = new CancellationTokenSource(2);
                using var registration = limit.Token.Register(() => fired.SetResult(here()));
                return await fired.Task;
            }
        ),
            ("a registration that asks for the context", Lane, async here =>
            {
                var fired = new TaskCompletionSource<string>();
                using var source = new CancellationTokenSource();
                using var registration = source.Token.Register(() => fired.SetResult(here()), useSynchronizationContext: true);
                await Task.Run(source.Cancel);
                return await fired.Task;
            }
        ),
            ("Progress<T>", Lane, async here =>
            {
                var told = new TaskCompletionSource<string>();
                IProgress<int> progress = new Progress<int>(_ => told.SetResult(here()));
                await Task.Run(() => progress.Report(1));
                return await told.Task;
            }
        ));
    }

    [TestMethod]
    public void Completing_a_promise_on_the_lane_runs_its_awaiter_inline_unless_the_promise_says_otherwise()
    {
        var inlined = EventLoop.Create().Run(async _ => (await RanInside(TaskCreationOptions.None), await RanInside(TaskCreationOptions.RunContinuationsAsynchronously)));

        Assert.AreEqual((true, false), inlined);

        static async Task<bool> RanInside(TaskCreationOptions options)
        {
            var promise = new TaskCompletionSource(options);
            bool ran = false;
            var waiter = Wait();
            promise.SetResult();
            bool inside = ran;
            await waiter;
            return inside;

            async Task Wait()
            {
                await promise.Task;
                ran = true;
            }
        }
    }

    [TestMethod]
    public void The_scheduler_of_the_loop_is_never_current_for_ordinary_code()
    {
        var loop = EventLoop.Create();

        var current = loop.Run(async _ =>
        {
            await Task.Yield();
            return TaskScheduler.Current;
        });

        Assert.AreSame(TaskScheduler.Default, current);
        Assert.AreNotSame(TaskScheduler.Default, loop.Scheduler);
    }

    static void Check(params (string What, string Expected, Func<Func<string>, Task<string>> Body)[] rows)
    {
        var wrong = new List<string>();
        foreach (var (what, expected, body) in rows)
        {
            var loop = EventLoop.Create();
            loop.Run(async _ =>
            {
                var lane = loop.OpenLane("table");
                int pumpThread = Environment.CurrentManagedThreadId;
                // The loop's own lane is neither this lane nor the pool.
                string Here() => SynchronizationContext.Current switch
                {
                    null when Environment.CurrentManagedThreadId != pumpThread => Pool,
                    var context when Environment.CurrentManagedThreadId != pumpThread => $"{context} on a wrong thread",
                    var context => ReferenceEquals(context, lane) ? Lane : Other,
                };
                string actual = await lane.RunAsync(() => body(Here));
                if (actual != expected) wrong.Add($"{what}: {actual} instead of {expected}");
            });
        }
        Assert.IsEmpty(wrong, string.Join("; ", wrong));
    }
}
