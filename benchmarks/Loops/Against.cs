using System.Diagnostics;
using Rondo.Loops;

/// <summary>What a loop costs beside what the base library has for the same thing, and what one for each test costs.</summary>
internal static class Against
{
    private const int Times = 100_000;
    private const int Wakes = 2_000;
    private const int Timers = 20_000;
    private const int Tests = 10_000;

    /// <summary>The least of five short runs: on a machine with other load, one that was not interrupted.</summary>
    public static double Least(Func<double> run) => Enumerable.Range(0, 5).Min(_ => run());

    public static double PoolHop() => Task.Run(static async () =>
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++) await Task.Yield();
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Times;
    }).GetAwaiter().GetResult();

    public static double Post() => EventLoop.Create().Run(async _ =>
    {
        var lane = SynchronizationContext.Current!;
        var ran = new Counter(Times);
        SendOrPostCallback callback = static state => ((Counter)state!).Count();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++) lane.Post(callback, ran);
        await ran.Done;
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Times;
    });

    // One thread works them off, so that it is the queue that is measured.
    public static double PoolQueue() => Task.Run(static async () =>
    {
        var ran = new Counter(Times);
        Action<Counter> callback = static state => state.Count();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++) ThreadPool.UnsafeQueueUserWorkItem(callback, ran, preferLocal: true);
        await ran.Done;
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Times;
    }).GetAwaiter().GetResult();

    public static double ForeignPost()
    {
        using var host = LoopHost.StartThread("pump");
        var loop = EventLoop.Create(new EventLoopOptions { Host = host });
        var lane = loop.OpenLane("test");
        var ran = new Counter(Times);
        SendOrPostCallback callback = static state => ((Counter)state!).Count();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++) lane.Post(callback, ran);
        ran.Done.GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Times;
    }

    public static double ForeignWake()
    {
        using var one = LoopHost.StartThread("one");
        using var two = LoopHost.StartThread("two");
        var here = EventLoop.Create(new EventLoopOptions { Host = one }).OpenLane("here");
        var there = EventLoop.Create(new EventLoopOptions { Host = two }).OpenLane("there");
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = Wakes;
        SendOrPostCallback? ping = null, pong = null;
        ping = _ => there.Post(pong!, null);
        pong = _ =>
        {
            if (--left > 0) here.Post(ping, null);
            else done.SetResult();
        };
        var started = Stopwatch.GetTimestamp();
        here.Post(ping, null);
        done.Task.GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / Wakes / 2;
    }

    public static double SemaphoreWake()
    {
        using var ping = new Semaphore(0, int.MaxValue);
        using var pong = new Semaphore(0, int.MaxValue);
        var other = new Thread(() =>
        {
            for (var i = 0; i < Wakes; i++)
            {
                ping.WaitOne();
                pong.Release();
            }
        });
        other.Start();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Wakes; i++)
        {
            ping.Release();
            pong.WaitOne();
        }
        var time = Stopwatch.GetElapsedTime(started).TotalMicroseconds / Wakes / 2;
        other.Join();
        return time;
    }

    public static double LoopTimer() => EventLoop.Create().Run(static async _ =>
    {
        var clock = EventLoop.Current!.Clock;
        return await TimersAsync((callback, state) => clock.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    });

    public static double SystemTimer() => Task.Run(static () => TimersAsync(static (callback, state) => new Timer(callback, state, 0, Timeout.Infinite))).GetAwaiter().GetResult();

    /// <summary>As the engine does for each test: the pump is there and turns.</summary>
    public static (double Microseconds, double Bytes) LoopPerTest(BlockingWaits waits, bool takesToken = false)
    {
        const int Loops = 5_000;
        using var host = LoopHost.StartThread("pump");
        var engine = EventLoop.Create(new EventLoopOptions { Host = host, BlockingWaits = BlockingWaits.Allow });
        return engine.OpenLane("engine").RunAsync(async () =>
        {
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < Loops; i++)
            {
                var loop = EventLoop.Create(new EventLoopOptions { Name = "test", Owner = "test", Host = host });
                var lane = loop.OpenLane("test", waits);
                if (takesToken) _ = loop.Token;
                await lane.RunAsync(static () => Task.CompletedTask);
                await loop.CloseAsync(TimeSpan.FromMilliseconds(200));
                lane.Close();
            }
            return (Stopwatch.GetElapsedTime(started).TotalMicroseconds / Loops, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)Loops);
        }).GetAwaiter().GetResult();
    }

    public static double WaitingTests() => EventLoop.Create().Run(static async _ =>
    {
        var loop = EventLoop.Current!;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Tests).Select(number => TestAsync(loop.OpenLane("test"), () => Task.Delay(TimeSpan.FromMilliseconds(50), loop.Clock))));
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    });

    public static double WaitingTestsOnPool() => Task.Run(static async () =>
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Tests).Select(static _ => Task.Run(static async () => await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System))));
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }).GetAwaiter().GetResult();

    public static double VirtualTests() => EventLoop.Create(new EventLoopOptions { Clock = LoopClock.Virtual() }).Run(static async _ =>
    {
        var loop = EventLoop.Current!;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Tests).Select(number => TestAsync(loop.OpenLane("test"), async () =>
        {
            for (var i = 0; i < 5; i++) await Task.Delay(TimeSpan.FromSeconds(12), loop.Clock);
        })));
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    });

    public static double VirtualTestsInTurn()
    {
        using var host = LoopHost.StartThread("pump");
        var engine = EventLoop.Create(new EventLoopOptions { Host = host, BlockingWaits = BlockingWaits.Allow, IsSupervisor = true });
        return engine.OpenLane("engine").RunAsync(async () =>
        {
            var started = Stopwatch.GetTimestamp();
            for (var number = 0; number < Tests; number++)
            {
                var loop = EventLoop.Create(new EventLoopOptions { Host = host, Clock = LoopClock.Virtual(), RealTimeLimit = Timeout.InfiniteTimeSpan });
                var lane = loop.OpenLane("test");
                await lane.RunAsync(async () =>
                {
                    for (var i = 0; i < 5; i++) await Task.Delay(TimeSpan.FromSeconds(12), loop.Clock);
                });
                await loop.CloseAsync(TimeSpan.FromMilliseconds(200));
            }
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }).GetAwaiter().GetResult();
    }

    private static async Task TestAsync(LoopLane lane, Func<Task> body)
    {
        await lane.RunAsync(body);
        lane.Close();
    }

    private static async Task<double> TimersAsync(Func<TimerCallback, object, IDisposable> make)
    {
        var fired = new Counter(Timers);
        var timers = new IDisposable[Timers];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Timers; i++) timers[i] = make(static state => ((Counter)state!).Count(), fired);
        await fired.Done;
        var time = Stopwatch.GetElapsedTime(started).TotalNanoseconds / Timers;
        foreach (var timer in timers) timer.Dispose();
        return time;
    }

    private sealed class Counter(int of)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = of;

        public Task Done => _done.Task;

        public void Count()
        {
            if (Interlocked.Decrement(ref _left) == 0) _done.SetResult();
        }
    }
}
