using Rondo;

namespace Faults;

public sealed record Slow;

public static class Fixtures
{
    [Fixture]
    public static async Task Slowly(Use<Slow> use, CancellationToken stop)
    {
        await use(new Slow());
        await Task.Delay(300, stop);
        Journal.Add("torn down, cancelled: " + stop.IsCancellationRequested);
    }
}

[Cooperative]
public class Together
{
    [Test, Timeout(200)]
    public async Task Takes_too_long(Slow slow, CancellationToken stop)
    {
        _ = slow;
        await Task.Delay(Timeout.InfiniteTimeSpan, stop);
    }

    [Test, Timeout(200)]
    public async Task Takes_too_long_and_is_deaf() => await new TaskCompletionSource().Task;

    [Test]
    public async Task Fails()
    {
        Console.WriteLine("of the one that fails");
        await Task.Delay(20);
        throw new Exception("no");
    }

    [Test]
    public async Task Throws_where_nobody_awaits()
    {
        Later();
        await Task.Delay(100);

        async void Later()
        {
            await Task.Delay(20);
            throw new Exception("stray");
        }
    }

    [Test]
    public async Task Blocks_on_its_own_work()
    {
        await Task.Delay(20);
        Work().Wait();

        static async Task Work() => await Task.Yield();
    }

    [Test]
    public async Task Holds_the_thread()
    {
        await Task.Delay(30);
        var until = Environment.TickCount64 + 250;
        while (Environment.TickCount64 < until) Thread.SpinWait(100);
        await Task.Yield();
    }

    [Test, Case(1), Case(2), Case(3), Case(4)]
    public async Task Is_an_innocent_neighbour(int number)
    {
        Console.WriteLine("neighbour " + number);
        await Task.Delay(800);
    }
}

public class Afterwards
{
    [Test, Case(1), Case(2)]
    public void Synchronous_tests_run_all_the_same(int number) => Journal.Add("synchronous " + number);
}
