using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>Cases of asyncio's, trio's and anyio's own suites that no other test here holds; docs/design/loop-conformance.md has all of them.</summary>
[TestClass]
public sealed class ConformanceTests
{
    [TestMethod]
    public void A_callback_never_runs_inside_the_post_that_queued_it()
    {
        var loop = EventLoop.Create();
        var told = new List<string>();

        loop.Run(async _ =>
        {
            loop.Post(() => told.Add("callback"));
            told.Add("poster");
            await Task.Yield();
        });

        Assert.AreEqual("poster callback", string.Join(' ', told));
    }

    [TestMethod]
    public void A_callback_that_fails_keeps_none_of_those_behind_it_from_running()
    {
        var loop = EventLoop.Create();
        var told = new List<int>();

        var error = Assert.ThrowsExactly<AggregateException>(() => loop.Run(async _ =>
        {
            for (int i = 0; i < 3; i++)
            {
                int number = i;
                loop.Post(() =>
                {
                    told.Add(number);
                    if (number == 1) throw new FormatException("boom");
                });
            }
            await loop.WaitIdleAsync();
        }));

        Assert.AreEqual("0 1 2", string.Join(' ', told));
        Assert.AreEqual("boom", Assert.ContainsSingle(error.InnerExceptions).Message);
    }

    [TestMethod]
    public void A_run_may_follow_a_run_and_takes_what_the_first_left_queued()
    {
        var loop = EventLoop.Create();
        var told = new List<string>();

        loop.Run(_ =>
        {
            loop.Post(() => told.Add("left"));
            return Task.CompletedTask;
        });
        told.Add("between");
        loop.Run(async _ => await Task.Yield());

        Assert.AreEqual("between left", string.Join(' ', told));
    }

    [TestMethod]
    public void A_cancellation_of_main_comes_out_of_the_run()
    {
        var loop = EventLoop.Create();
        using var stop = new CancellationTokenSource();

        var error = Assert.ThrowsExactly<TaskCanceledException>(() => loop.Run(async _ =>
        {
            var wait = Task.Delay(Timeout.InfiniteTimeSpan, loop.Clock, stop.Token);
            stop.Cancel();
            await wait;
        }));

        Assert.AreEqual(stop.Token, error.CancellationToken);
    }

    [TestMethod]
    public void A_limit_that_comes_with_the_result_leaves_the_result_that_was_ready_first()
    {
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual() });

        int result = loop.Run(async stop =>
        {
            // With RunContinuationsAsynchronously the limit would hear of the answer only after it has fired itself.
            var answer = new TaskCompletionSource<int>();
            loop.Clock.CreateTimer(_ => answer.SetResult(7), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            return await answer.Task.WaitAsync(TimeSpan.FromSeconds(1), loop.Clock, stop);
        });

        Assert.AreEqual(7, result);
    }

    [TestMethod]
    public void A_delay_of_nothing_is_over_at_once_and_does_not_let_others_run()
    {
        var loop = EventLoop.Create();
        var told = new List<string>();

        loop.Run(async _ =>
        {
            loop.Post(() => told.Add("other"));
            await Task.Delay(TimeSpan.Zero, loop.Clock);
            await Task.CompletedTask;
            told.Add("after awaits of what is complete");
            await Task.Yield();
            told.Add("after a yield");
        });

        Assert.AreEqual("after awaits of what is complete, other, after a yield", string.Join(", ", told));
    }

    [TestMethod]
    public void Each_callback_has_the_ambient_values_of_its_poster_and_its_changes_reach_no_other()
    {
        var loop = EventLoop.Create();
        var ambient = new AsyncLocal<int>();
        var told = new List<int>();

        loop.Run(async _ =>
        {
            ambient.Value = 1;
            loop.Post(() =>
            {
                told.Add(ambient.Value);
                ambient.Value = 2;
            });
            loop.Post(() => told.Add(ambient.Value));
            await loop.WaitIdleAsync();
            told.Add(ambient.Value);
        });

        Assert.AreEqual("1 1 1", string.Join(' ', told));
    }

    [TestMethod]
    public void Several_who_wait_for_idleness_are_told_together_once_the_last_work_is_done()
    {
        var loop = EventLoop.Create();
        var told = new List<string>();

        loop.Run(async _ =>
        {
            var first = IdleAsync("a");
            var second = IdleAsync("b");
            for (int i = 0; i < 5; i++)
            {
                await Task.Yield();
                told.Add($"{i}");
            }
            await Task.WhenAll(first, second);
        });

        Assert.AreEqual("0 1 2 3 4", string.Join(' ', told.Take(5)));
        Assert.HasCount(7, told);

        async Task IdleAsync(string who)
        {
            await loop.WaitIdleAsync();
            told.Add(who);
        }
    }

    [TestMethod]
    public void An_asynchronous_sequence_that_is_left_early_is_disposed_on_the_loop()
    {
        var loop = EventLoop.Create();
        EventLoop? disposedOn = null;

        loop.Run(async _ =>
        {
            await foreach (int number in NumbersAsync())
                if (number == 2) break;
        });

        Assert.AreSame(loop, disposedOn);

        async IAsyncEnumerable<int> NumbersAsync()
        {
            try
            {
                for (int i = 0; ; i++)
                {
                    await Task.Yield();
                    yield return i;
                }
            }
            finally
            {
                await Task.Yield();
                disposedOn = EventLoop.Current;
            }
        }
    }

    [TestMethod]
    public void The_end_of_main_does_not_end_what_it_started_but_the_close_of_the_loop_tells_of_it()
    {
        var loop = EventLoop.Create();
        loop.Run(_ =>
        {
            Beside();
            return Task.CompletedTask;
        });

        var report = Until.Done(loop.CloseAsync(TimeSpan.Zero));

        Assert.AreEqual(LeakKind.AsyncVoid, report.Leaks[0].Kind);

        static async void Beside() => await Task.Delay(Timeout.Infinite);
    }
}
