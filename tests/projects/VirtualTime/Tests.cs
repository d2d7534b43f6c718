using Rondo;
using Rondo.Loops;

public sealed record Machine(TimeProvider Clock);

public sealed record Invoices(TimeProvider Clock, DateTimeOffset Made);

public static class Fixtures
{
    [Fixture] public static async Task Invoices(Use<Invoices> use, TimeProvider clock)
    {
        await Task.Delay(TimeSpan.FromDays(1), clock);
        await use(new Invoices(clock, clock.GetUtcNow()));
        await Task.Delay(TimeSpan.FromDays(1), clock);
        Journal.Add("torn down at " + clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
    }

    // RND1043 where it is used: that its time is real is what is shown here.
    [Fixture(FixtureScope.Worker)] public static Machine Machine(TimeProvider clock) => new(clock);
}

[VirtualTime(Start = "2026-02-28")]
public class Tests
{
    [Test] public async Task Waits_for_a_month(TimeProvider clock, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromDays(31), clock, stop);
        Expect.Equal(new DateTimeOffset(2026, 3, 31, 0, 0, 0, TimeSpan.Zero), clock.GetUtcNow());
        Expect.True(ReferenceEquals(clock, EventLoop.Current!.Clock), "the clock of the loop");
    }

    [Test] public async Task Its_own_fixtures_share_its_time(Invoices invoices, TimeProvider clock)
    {
        Expect.Equal(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), invoices.Made);
        await Task.Delay(TimeSpan.FromDays(1), invoices.Clock);
        Expect.Equal(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), clock.GetUtcNow());
    }

#pragma warning disable RND1043 // that its time is real is the point
    [Test, VirtualTime(Start = "2999-01-01")] public async Task Wider_fixtures_live_in_real_time(Machine machine, TimeProvider clock)
    {
        await Task.Delay(TimeSpan.FromDays(1), clock);
        Expect.Equal(2999, clock.GetUtcNow().Year);
        Expect.True(machine.Clock.GetUtcNow().Year < 2999, "the machine's clock is real");
    }
#pragma warning restore RND1043

    [Test, VirtualTime(Start = "1999-12-31T23:59:59Z")] public async Task Starts_where_the_nearest_mark_says(TimeProvider clock)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), clock);
        Expect.Equal(2000, clock.GetUtcNow().Year);
    }

    [Test] public async Task A_limit_of_the_clock_comes_after_what_is_due_before(TimeProvider clock)
    {
        var late = Task.Delay(TimeSpan.FromHours(2), clock);
        try
        {
            await late.WaitAsync(TimeSpan.FromHours(1), clock);
        }
        catch (TimeoutException)
        {
            Expect.Equal(1, clock.GetUtcNow().Hour);
            return;
        }

        throw new Exception("no limit");
    }

    [Test] public async Task Work_of_the_pool_is_waited_for(TimeProvider clock)
    {
        var before = clock.GetUtcNow();
        var sum = await Task.Run(() => Enumerable.Range(0, 3_000_000).Sum(i => (long)i)).WaitAsync(TimeSpan.FromSeconds(1), clock);
        Expect.True(sum > 0, "a sum");
        Expect.Equal(before, clock.GetUtcNow());
    }

    [Test] public void A_synchronous_test_beside_them_is_not_concerned() => Expect.True(EventLoop.Current is null, "no loop");

    [Test] public async Task Can_never_finish()
    {
        await Task.Yield();
        await WaitsForNobodyAsync();
    }

    [Test, Timeout(600)] public async Task The_limit_of_the_test_is_real_time(TimeProvider clock, CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromDays(1), stop.IsCancellationRequested ? TimeProvider.System : clock, stop);
            if (clock.GetUtcNow().Year > 9000) await Task.Delay(-1, stop);
        }
    }

    private static async Task WaitsForNobodyAsync() => await new TaskCompletionSource().Task;
}

[VirtualTime, Loop(LoopScope.Class)]
public class OnOneLoop
{
    [Test, Case(1), Case(2), Case(3)] public async Task Each_goes_on_where_the_last_one_stopped(int number, TimeProvider clock)
    {
        var before = clock.GetUtcNow();
        await Task.Delay(TimeSpan.FromDays(1), clock);
        Expect.Equal(number - 1, (before - new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).Days);
    }
}
