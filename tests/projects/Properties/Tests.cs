using Rondo;
using Rondo.Loops;

public class Sums
{
    private static int s_counters;

    [Fixture] public static Counter Counter() => new(Interlocked.Increment(ref s_counters));

    [Test] public void The_order_does_not_matter() => PropertyTest.Check((int a, int b) => a + b == b + a);

    // One value of the fixture for all examples, and each example on the test's own loop.
    [Test]
    public async Task Examples_share_the_fixtures_and_the_loop_of_the_test(Counter counter, EventLoop loop)
    {
        await PropertyTest.CheckAsync(async (int number) =>
        {
            await Task.Yield();
            if (EventLoop.Current != loop) throw new Exception("another loop");
            counter.Examples++;
        });
        Expect.Equal(100, counter.Examples);
    }

    [Test]
    public async Task Is_below_a_thousand_and_seven(CancellationToken stop)
    {
        await PropertyTest.CheckAsync(async (int[] numbers) =>
        {
            await Task.Delay(1, stop);
            if (numbers.Any(n => n >= 7)) throw new ArgumentOutOfRangeException(nameof(numbers), "seven is too much");
        });
    }

    [Test, Timeout(500)]
    public async Task Ends_with_its_test(CancellationToken stop) =>
        await PropertyTest.CheckAsync(async (int number) => await Task.Delay(5, stop), new PropertyOptions { MaxTest = int.MaxValue });

    [Test] public async Task Skips() => await PropertyTest.CheckAsync((string text) => { Skip.Because("no texts here"); return Task.CompletedTask; });
}

public sealed class Counter(int number)
{
    public int Number { get; } = number;
    public int Examples { get; set; }
}
