// What runs inside one process: all groups in turn in each round, so that whatever disturbs the machine disturbs all of them; the first round warms up and is dropped.
// dotnet run -c Release --project benchmarks/Loops [rounds]
using System.Diagnostics;
using System.Globalization;
using Rondo.Loops;

const int Hops = 100_000;
var rounds = args is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 9;
Measure[] all =
[
    new("await on a loop: one hop", "ns", () => Against.Least(Hop)),
    new("await on the thread pool: one hop", "ns", () => Against.Least(Against.PoolHop)),
    new("post to the own lane, run", "ns", () => Against.Least(Against.Post)),
    new("queue to the thread pool's local queue, run", "ns", () => Against.Least(Against.PoolQueue)),
    new("post from another thread to a busy pump, run", "ns", Against.ForeignPost),
    new("wake a sleeping pump from another, one way", "µs", Against.ForeignWake),
    new("wake a thread by a semaphore, one way", "µs", Against.SemaphoreWake),
    new("timer of a loop: make, fire", "ns", () => Against.Least(Against.LoopTimer)),
    new("timer of the system: make, fire", "ns", () => Against.Least(Against.SystemTimer)),
    new("await on a loop with virtual time: one hop", "ns", HopVirtual),
    new("await on a loop with a schedule policy (Shuffle): one hop", "ns", HopShuffled),
    new("32 days and an hour of waiting, 3,603 jumps", "ms", Month),
    new("10,000 flows of five delays each", "ms", Flows),
    new("loop and lane as for a test, empty body, close: host exists", "µs", () => Against.LoopPerTest(BlockingWaits.FailOnDeadlock).Microseconds),
    new("the same, bytes", "bytes", () => Against.LoopPerTest(BlockingWaits.FailOnDeadlock).Bytes),
    new("the same where blocking is allowed", "µs", () => Against.LoopPerTest(BlockingWaits.Allow).Microseconds),
    new("the same when the test has taken the loop's token", "µs", () => Against.LoopPerTest(BlockingWaits.FailOnDeadlock, takesToken: true).Microseconds),
    new("10,000 tests of 50 ms, a lane each, at once on one loop", "ms", Against.WaitingTests),
    new("the same on the thread pool", "ms", Against.WaitingTestsOnPool),
    new("10,000 tests with a virtual minute each, a lane each, at once", "ms", Against.VirtualTests),
    new("the same, one after the other, a loop each", "ms", Against.VirtualTestsInTurn),
    new("new loop, empty body, close: real time", "µs", () => LoopsAsync(virtualTime: false).GetAwaiter().GetResult()),
    new("new loop, empty body, close: virtual time", "µs", () => LoopsAsync(virtualTime: true).GetAwaiter().GetResult()),
    new("verdict 'can never finish', whole Run", "ms", NeverFinishes),
    new("schedules of a lost update's size (22 steps)", "per s", () => Schedules(2, 9)),
    new("schedules of 4 flows, 83 steps", "per s", () => Schedules(4, 20)),
];

var results = all.ToDictionary(m => m, _ => new List<double>());
for (var round = 0; round <= rounds; round++)
{
    foreach (var measure in all)
    {
        var value = measure.Run();
        if (round > 0) results[measure].Add(value);
        else measure.Cold = value;
    }
}

Console.WriteLine($".NET {Environment.Version}, {Environment.ProcessorCount} processors, {rounds} rounds");
Console.WriteLine("| | unit | best | median | worst | first (cold) |\n|---|---|--:|--:|--:|--:|");
foreach (var measure in all)
{
    var sorted = results[measure].Order().ToList();
    if (measure.Unit == "per s") sorted.Reverse();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {measure.Name} | {measure.Unit} | {sorted[0]:#,0.##} | {sorted[sorted.Count / 2]:#,0.##} | {sorted[^1]:#,0.##} | {measure.Cold:#,0.##} |"));
}

// Pairs that were measured in the same round.
(string Ours, string Theirs)[] pairs =
[
    ("await on a loop: one hop", "await on the thread pool: one hop"),
    ("post to the own lane, run", "queue to the thread pool's local queue, run"),
    ("wake a sleeping pump from another, one way", "wake a thread by a semaphore, one way"),
    ("timer of a loop: make, fire", "timer of the system: make, fire"),
    ("10,000 tests of 50 ms, a lane each, at once on one loop", "the same on the thread pool"),
];
Console.WriteLine("\n| ratio of time | median | best | worst |\n|---|--:|--:|--:|");
foreach (var (ours, theirs) in pairs)
{
    var mine = results.Single(r => r.Key.Name == ours).Value;
    var other = results.Single(r => r.Key.Name == theirs).Value;
    var ratios = mine.Zip(other, static (a, b) => a / b).Order().ToList();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {ours} / {theirs} | {ratios[ratios.Count / 2]:0.00} | {ratios[0]:0.00} | {ratios[^1]:0.00} |"));
}

static double Hop() => HopOn(new EventLoopOptions());

static double HopVirtual() => HopOn(new EventLoopOptions { Clock = LoopClock.Virtual() });

static double HopShuffled() => HopOn(new EventLoopOptions { Policy = SchedulePolicy.Shuffle(1) });

static double HopOn(EventLoopOptions options) => EventLoop.Create(options).Run(async _ =>
{
    var started = Stopwatch.GetTimestamp();
    for (var i = 0; i < Hops; i++) await Task.Yield();
    return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Hops;
});

static double Month()
{
    var started = Stopwatch.GetTimestamp();
    var loop = EventLoop.Create(new EventLoopOptions { Clock = LoopClock.Virtual() });
    loop.Run(async stop =>
    {
        await Task.Delay(TimeSpan.FromHours(1), loop.Clock, stop);
        using var limit = new CancellationTokenSource(TimeSpan.FromDays(2), loop.Clock);
        try { await Task.Delay(Timeout.InfiniteTimeSpan, loop.Clock, limit.Token); }
        catch (OperationCanceledException) { }
        try { await new TaskCompletionSource().Task.WaitAsync(TimeSpan.FromDays(30), loop.Clock, stop); }
        catch (TimeoutException) { }
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1), loop.Clock);
        for (var i = 0; i < 3600; i++) await ticks.WaitForNextTickAsync(stop);
    });
    return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
}

static double Flows()
{
    var started = Stopwatch.GetTimestamp();
    var random = new Random(1);
    var loop = EventLoop.Create(new EventLoopOptions { Clock = LoopClock.Virtual() });
    loop.Run(_ => Task.WhenAll(Enumerable.Range(0, 10_000).Select(async _ =>
    {
        for (var i = 0; i < 5; i++) await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 60_000)), loop.Clock);
    })));
    return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
}

static async Task<double> LoopsAsync(bool virtualTime)
{
    await using var host = LoopHost.StartThread("pump");
    var outer = EventLoop.Create(new EventLoopOptions { Host = host });
    return await outer.RunAsync(async _ =>
    {
        const int count = 2000;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var loop = EventLoop.Create(new EventLoopOptions { Host = host, Clock = virtualTime ? LoopClock.Virtual() : LoopClock.Real });
            await loop.RunAsync(_ => Task.CompletedTask);
            await loop.CloseAsync();
        }
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / count;
    });
}

static double NeverFinishes()
{
    var started = Stopwatch.GetTimestamp();
    var loop = EventLoop.Create(new EventLoopOptions { Clock = LoopClock.Virtual() });
    try { loop.Run(_ => new TaskCompletionSource().Task); }
    catch (LoopStalledException) { return Stopwatch.GetElapsedTime(started).TotalMilliseconds; }
    throw new InvalidOperationException("It finished.");
}

static double Schedules(int flows, int steps)
{
    var report = Explore.RunAsync(() => Task.WhenAll(Enumerable.Repeat(steps, flows).Select(Steps)), new ExploreOptions { Schedules = 5000, Time = Timeout.InfiniteTimeSpan }).GetAwaiter().GetResult();
    return report.Schedules / report.Elapsed.TotalSeconds;
}

static async Task Steps(int count)
{
    for (var i = 0; i < count; i++) await Task.Yield();
}

internal sealed class Measure(string name, string unit, Func<double> run)
{
    public string Name => name;

    public string Unit => unit;

    public double Run() => run();

    public double Cold { get; set; }
}
