using System.Diagnostics;
using Rondo;

[assembly: Cooperative]

// How many run in this process now, and the most that ever did.
internal static class Running
{
    public static int Now;
    public static int Most;

    public static async Task Through(Func<Task> body)
    {
        Most = Math.Max(Most, ++Now);
        try
        {
            await body();
        }
        finally
        {
            Now--;
        }
    }
}

public class Waiting
{
    private static readonly AsyncLocal<string?> s_mine = new();

    [Test, CasesFrom(nameof(Numbers))]
    public Task Each_has_its_own_context_output_and_loop(int number, TestContext context, CancellationToken stop) => Running.Through(async () =>
    {
        s_mine.Value = "of " + number;
        var loop = context.Loop;
        for (var step = 1; step <= 4; step++)
        {
            Console.WriteLine($"{number} out {step}");
            Console.Error.WriteLine($"{number} error {step}");
            Trace.WriteLine($"{number} trace {step}");
            await Task.Delay(30, stop);
            Expect.True(ReferenceEquals(TestContext.Current, context), "the context of this test");
            Expect.True(ReferenceEquals(Rondo.Loops.EventLoop.Current, loop), "the loop of this test");
            Expect.Equal("of " + number, s_mine.Value);
        }
    });

    public static IEnumerable<int> Numbers() => Enumerable.Range(100, 40);

    [Test, Case(1), Case(2)]
    public Task Time_is_its_own_too(int hours, TimeProvider time) => Running.Through(() => Overtake(hours, time));

    private static async Task Overtake(int hours, TimeProvider time)
    {
        var from = time.GetTimestamp();
        await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        Expect.True(time.GetElapsedTime(from) < TimeSpan.FromMinutes(hours), "real time");
    }
}

[VirtualTime]
public class Jumping
{
    [Test, Case(1), Case(2), Case(3)]
    public Task Each_jumps_in_its_own_time(int days, TimeProvider time) => Running.Through(async () =>
    {
        var from = time.GetUtcNow();
        await Task.Delay(TimeSpan.FromDays(days), time);
        Expect.Equal(TimeSpan.FromDays(days), time.GetUtcNow() - from);
    });
}

public class Apart
{
    [Test]
    public void A_synchronous_test_has_no_neighbours() => Expect.Equal(0, Running.Now);

    [Test, Serial]
    public async Task A_serial_test_has_no_neighbours()
    {
        Expect.Equal(0, Running.Now);
        await Task.Delay(20);
        Expect.Equal(0, Running.Now);
    }

    [Test, Cooperative(Window = 1)]
    public async Task A_window_of_one_takes_a_test_out()
    {
        Expect.Equal(0, Running.Now);
        await Task.Delay(20);
        Expect.Equal(0, Running.Now);
    }

    [Test, Rondo.Loop(Backend = Rondo.Loops.LoopBackend.ThreadPool)]
    public async Task What_runs_on_the_pool_has_no_neighbours()
    {
        Expect.Equal(0, Running.Now);
        await Task.Delay(20);
        Expect.Equal(0, Running.Now);
    }
}

public class Afterwards
{
    // With other tests of its worker, but never at once with them.
    [Test, Serial]
    public void At_the_end_many_had_run_at_once() => Expect.True(Running.Most is 0 or > 3, $"{Running.Most} at once");
}
