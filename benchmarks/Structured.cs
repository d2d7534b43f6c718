using System.Diagnostics;
using System.Globalization;
using Rondo.Loops;

namespace Benchmarks;

/// <summary>What a task group, a cancel scope and a limiter cost beside what the base library has for the same thing. In this process: they are calls, not runs.</summary>
internal static class Structured
{
    private const int Times = 20_000;
    private const int Rounds = 9;
    private const int WarmUps = 3;

    private static readonly CapacityLimiter s_limiter = new(1);
    private static readonly SemaphoreSlim s_semaphore = new(1);

    private static readonly (string What, Func<Task> Ours, string Beside, Func<Task> Theirs)[] s_pairs =
    [
        ("TaskGroup, two children", GroupOfTwo, "Task.WhenAll of two", () => Task.WhenAll(YieldAsync(), YieldAsync())),
        ("TaskGroup, 100 children", GroupOfMany, "Task.WhenAll of 100", () => Task.WhenAll(Enumerable.Range(0, 100).Select(_ => YieldAsync()))),
        ("CancelScope.RunAsync, token unused", () => CancelScope.RunAsync(static _ => YieldAsync()), "an async method", OneMoreAsync),
        ("CancelScope.FailAfterAsync", () => CancelScope.FailAfterAsync(TimeSpan.FromMinutes(1), static _ => YieldAsync()), "CancellationTokenSource with a time limit", WithSourceAsync),
        ("CapacityLimiter, free", LimitedAsync, "SemaphoreSlim, free", WithSemaphoreAsync),
    ];

    public static int Run()
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ns and bytes for one; ratio: median of the ratios of {Rounds} rounds, in which the two take turns."));
        foreach (var (place, loop) in Places())
        {
            // Until the compiler has had its second look at everything.
            for (var i = 0; i < WarmUps; i++)
            {
                foreach (var pair in s_pairs) _ = (Measure(loop, pair.Ours), Measure(loop, pair.Theirs));
            }

            Console.WriteLine($"\n| {place} | ns | bytes | beside | ns | bytes | ratio of time |\n|---|--:|--:|---|--:|--:|--:|");
            foreach (var pair in s_pairs)
            {
                var rounds = Enumerable.Range(0, Rounds).Select(_ => (Ours: Measure(loop, pair.Ours), Theirs: Measure(loop, pair.Theirs))).ToList();
                var ratios = rounds.Select(r => r.Ours.Ns / r.Theirs.Ns).Order().ToList();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {pair.What} | {rounds.Min(r => r.Ours.Ns):0} | {rounds.Min(r => r.Ours.Bytes):0} | {pair.Beside} | {rounds.Min(r => r.Theirs.Ns):0} | {rounds.Min(r => r.Theirs.Bytes):0} | {ratios[Rounds / 2]:0.0} |"));
            }
        }

        return 0;
    }

    private static IEnumerable<(string Place, EventLoop Loop)> Places()
    {
        yield return ("single-thread loop", EventLoop.Create(new() { Name = "single" }));
        yield return ("thread-pool loop", EventLoop.Create(new() { Name = "pool", Backend = LoopBackend.ThreadPool }));
    }

    private static (double Ns, double Bytes) Measure(EventLoop loop, Func<Task> what) => loop.Run(async _ =>
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++) await what();
        var time = Stopwatch.GetElapsedTime(start);
        return (time.TotalNanoseconds / Times, (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (double)Times);
    });

    private static Task GroupOfTwo() => TaskGroup.RunAsync(static group =>
    {
        group.Start(static _ => YieldAsync(), "a");
        group.Start(static _ => YieldAsync(), "b");
        return Task.CompletedTask;
    });

    private static Task GroupOfMany() => TaskGroup.RunAsync(static group =>
    {
        for (var i = 0; i < 100; i++) group.Start(static _ => YieldAsync(), "a");
        return Task.CompletedTask;
    });

    private static async Task YieldAsync() => await Task.Yield();

    private static async Task OneMoreAsync() => await YieldAsync();

    private static async Task WithSourceAsync()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMinutes(1), EventLoop.Current!.Clock);
        await YieldAsync();
    }

    private static async Task LimitedAsync()
    {
        using (await s_limiter.AcquireAsync()) await YieldAsync();
    }

    private static async Task WithSemaphoreAsync()
    {
        await s_semaphore.WaitAsync();
        try
        {
            await YieldAsync();
        }
        finally
        {
            s_semaphore.Release();
        }
    }
}
