using Rondo;
using Rondo.Loops;

public sealed class Account
{
    public int Balance { get; private set; } = 100;

    public async Task PayAsync(int amount, int calls)
    {
        for (var i = 0; i < calls; i++) await Task.Yield();
        var before = Balance;
        await Task.Yield();
        Balance = before + amount;
    }
}

public sealed class Bank
{
    public static int Made;

    public Bank() => Made++;
}

public sealed class Till
{
    public int Sales { get; set; }
}

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)] public static Bank Bank()
    {
        Journal.Add("the bank opens");
        return new();
    }

    [Fixture] public static async Task Till(Use<Till> use, TimeProvider clock)
    {
        await Task.Delay(TimeSpan.FromHours(1), clock);
        await use(new Till());
        await Task.Delay(TimeSpan.FromHours(1), clock);
    }
}

[Explore]
public sealed class Tests(Till till, Bank bank)
{
    private readonly Account _account = new();
    private int _payments;

    [Test] public async Task Loses_a_payment_in_some_order()
    {
        await Task.WhenAll(_account.PayAsync(10, calls: 1), _account.PayAsync(20, calls: 6));
        if (_account.Balance != 130) throw new InvalidOperationException($"The balance is {_account.Balance}.");
    }

    [Test] public async Task Begins_anew_in_each_schedule()
    {
        Expect.Equal(0, till.Sales);
        await Task.WhenAll(SellAsync(), SellAsync(), SellAsync());
        Expect.Equal(3, till.Sales);
        Expect.Equal(3, _payments);
        Expect.True(bank is not null && Bank.Made == 1, "one bank for all schedules");

        async Task SellAsync()
        {
            await Task.Yield();
            till.Sales++;
            await Task.Yield();
            _payments++;
        }
    }

    [Test, Explore(Schedules = 60), VirtualTime(Start = "2026-02-28")] public async Task Has_virtual_time(TimeProvider clock)
    {
        await Task.WhenAll(WaitAsync(20), WaitAsync(30));
        Expect.Equal(3, clock.GetUtcNow().Month);

        async Task WaitAsync(int days)
        {
            await Task.Yield();
            await Task.Delay(TimeSpan.FromDays(days), clock);
        }
    }

    [Test] public async Task Locks_itself_out_in_some_order()
    {
        var (one, two) = (new SemaphoreSlim(1), new SemaphoreSlim(1));
        await Task.WhenAll(BothAsync(one, two, 1), BothAsync(two, one, 9));

        static async Task BothAsync(SemaphoreSlim first, SemaphoreSlim second, int calls)
        {
            for (var i = 0; i < calls; i++) await Task.Yield();
            await first.WaitAsync();
            await Task.Yield();
            await second.WaitAsync();
            second.Release();
            first.Release();
        }
    }

    [Test, Explore(Schedules = 20)] public async Task Says_what_left_the_loop()
    {
        await Task.WhenAll(StayAsync(), LeaveAsync());

        static async Task StayAsync() => await Task.Yield();
    }

    [Test] public async Task Blocks_itself()
    {
        await Task.Yield();
        LeaveAsync().Wait();
    }

    [Test] public async Task Can_skip_itself()
    {
        await Task.Yield();
        Skip.Because("not today");
    }

    [Test, Case(1), Case(2)] public async Task Has_cases(int number)
    {
        await Task.WhenAll(Task.Run(() => { }), Task.CompletedTask);
        Expect.True(number is 1 or 2, "a case");
    }

    private static async Task LeaveAsync()
    {
        await Task.Yield();
        await Task.Run(() => { });
    }
}

[Explore]
public sealed class Beside
{
    private static int s_runs;

    [Test] public void A_synchronous_test_runs_once() => Expect.Equal(1, ++s_runs);

    [Test, Loop(LoopScope.Class)] public async Task A_test_that_shares_its_loop_runs_once()
    {
        await Task.WhenAll(Task.Delay(1), Task.Delay(1));
        Journal.Add("shared");
    }
}
