using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests.Structured;

[TestClass]
public sealed class CapacityLimiterOnOneThread() : CapacityLimiterRules(Place.OneThread);

[TestClass]
public sealed class CapacityLimiterOnThePool() : CapacityLimiterRules(Place.ThreadPool);

[TestClass]
public sealed class CapacityLimiterWithoutALoop() : CapacityLimiterRules(Place.NoLoop);

public abstract class CapacityLimiterRules(Place place)
{
    [TestMethod]
    public Task No_more_than_the_total_are_in_at_once() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(3);
        int inside = 0, most = 0;

        await TaskGroup.RunAsync(group =>
        {
            for (int i = 0; i < 200; i++)
            {
                group.Start(async stop =>
                {
                    using (await limiter.AcquireAsync(stop))
                    {
                        int now = Interlocked.Increment(ref inside);
                        lock (limiter) most = Math.Max(most, now);
                        await Task.Yield();
                        Interlocked.Decrement(ref inside);
                    }
                });
            }
            return Task.CompletedTask;
        });

        Assert.IsTrue(most is > 0 and <= 3, $"{most} at once");
        Assert.AreEqual(3, limiter.Available);
    });

    [TestMethod]
    public Task Waiters_are_let_in_in_the_order_of_asking() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(1);
        var first = await limiter.AcquireAsync();
        var waiting = Enumerable.Range(0, 5).Select(_ => limiter.AcquireAsync().AsTask()).ToList();

        var held = first;
        for (int i = 0; i < 5; i++)
        {
            held.Dispose();
            held = await waiting[i];
            Assert.AreEqual(4 - i, waiting.Count(task => !task.IsCompleted));
        }
        held.Dispose();

        Assert.AreEqual(1, limiter.Available);
    });

    [TestMethod]
    public Task A_newcomer_does_not_overtake_who_was_let_in() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(1);
        var first = await limiter.AcquireAsync();
        var second = limiter.AcquireAsync().AsTask();

        first.Dispose();
        var third = limiter.AcquireAsync().AsTask();
        (await second).Dispose();
        (await third).Dispose();

        Assert.AreEqual(1, limiter.Available);
    });

    [TestMethod]
    public Task A_waiter_that_is_cancelled_takes_nothing_with_it() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(1);
        using var stop = new CancellationTokenSource();
        var first = await limiter.AcquireAsync();
        var second = limiter.AcquireAsync(stop.Token).AsTask();
        var third = limiter.AcquireAsync().AsTask();

        await stop.CancelAsync();
        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => second);
        first.Dispose();
        (await third).Dispose();

        Assert.AreEqual(stop.Token, error.CancellationToken);
        Assert.AreEqual(1, limiter.Available);
    });

    [TestMethod]
    public Task The_scope_around_ends_the_wait_without_a_token() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(0);

        bool waited = await CancelScope.MoveOnAfterAsync(Wait.Soon, async _ => (await limiter.AcquireAsync()).Dispose());
        bool already = await CancelScope.MoveOnAfterAsync(TimeSpan.Zero, async _ => (await limiter.AcquireAsync()).Dispose());

        Assert.IsFalse(waited);
        Assert.IsFalse(already);
        Assert.AreEqual("0 of 0 places held, 0 waiting", limiter.ToString());
    });

    [TestMethod]
    public Task A_cancelled_token_gets_no_place_even_if_one_is_free() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(1);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await limiter.AcquireAsync(new CancellationToken(canceled: true)));

        Assert.AreEqual(1, limiter.Available);
    });

    [TestMethod]
    public Task To_give_a_place_back_twice_does_no_harm() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(2);
        var one = await limiter.AcquireAsync();
        using var other = await limiter.AcquireAsync();

        one.Dispose();
        one.Dispose();

        Assert.AreEqual(1, limiter.Available);
    });

    [TestMethod]
    public Task Raising_the_total_lets_waiters_in_and_lowering_it_takes_no_place_away() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(0);
        var waiting = Enumerable.Range(0, 3).Select(_ => limiter.AcquireAsync().AsTask()).ToList();

        limiter.Total = 2;
        var first = await waiting[0];
        var second = await waiting[1];
        bool third = waiting[2].IsCompleted;
        limiter.Total = 1;
        first.Dispose();
        bool thirdThen = waiting[2].IsCompleted;
        int available = limiter.Available;
        second.Dispose();
        (await waiting[2]).Dispose();

        Assert.IsFalse(third);
        Assert.IsFalse(thirdThen);
        Assert.AreEqual(0, available);
        Assert.AreEqual(1, limiter.Available);
        Assert.AreEqual(1, limiter.Total);
    });

    [TestMethod]
    public Task A_total_below_zero_is_refused() => place.RunAsync(() =>
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CapacityLimiter(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CapacityLimiter(1).Total = -1);
        return Task.CompletedTask;
    });

    [TestMethod]
    public Task No_place_is_lost_when_waiters_are_cancelled_while_places_are_given_back() => place.RunAsync(async () =>
    {
        var limiter = new CapacityLimiter(2);
        int entered = 0, left = 0;

        await TaskGroup.RunAsync(group =>
        {
            for (int i = 0; i < 300; i++)
            {
                int turn = i;
                group.Start(async _ =>
                {
                    using var stop = new CancellationTokenSource();
                    var canceller = Task.Run(() =>
                    {
                        if (turn % 3 != 0) stop.Cancel();
                    });
                    try
                    {
                        using (await limiter.AcquireAsync(stop.Token))
                        {
                            Interlocked.Increment(ref entered);
                            await Task.Yield();
                        }
                    }
                    catch (OperationCanceledException)
                    {
                        Interlocked.Increment(ref left);
                    }
                    await canceller;
                });
            }
            return Task.CompletedTask;
        });

        Assert.AreEqual(300, entered + left);
        Assert.IsTrue(entered >= 100);
        Assert.AreEqual("0 of 2 places held, 0 waiting", limiter.ToString());
    });
}
