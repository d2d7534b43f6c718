namespace Rondo.Loops;

/// <summary>What to do about a blocking wait that goes on.</summary>
enum WaitVerdict
{
    /// <summary>Nothing yet, or nothing more.</summary>
    Wait,

    /// <summary>Tell: it lasts.</summary>
    Warn,

    /// <summary>Nothing but this thread could end it.</summary>
    Deadlock,

    /// <summary>It lasts longer than any wait should; nobody knows why.</summary>
    Stalled,
}

/// <summary>Real times of the verdict.</summary>
/// <param name="Slice">How often a blocked wait is looked at.</param>
/// <param name="Quiet">For how long everything outside must have stood still before a wait is called a deadlock.</param>
/// <param name="Warn">When a wait that is not proved is told of.</param>
sealed record WaitLimits(TimeSpan Slice, TimeSpan Quiet, TimeSpan Warn)
{
    internal static WaitLimits Default { get; } = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1));
}

/// <summary>
/// Decides about one blocking wait from what is told to it: no clock, no queue, no thread of its own.
/// A deadlock is: no time limit, own work queued behind the block, and for the whole quiet time the pool stood still and no more timers were armed than when the body began.
/// Elapsed time with a queue is no proof: a poller beside an honest wait has one too.
/// Each verdict but "wait" is given once.
/// </summary>
sealed class DeadlockVerdict(WaitLimits limits, TimeSpan stallLimit, bool hasTimeLimit, OutsideSnapshot atStart)
{
    OutsideSnapshot? _before;
    TimeSpan _stillSince;
    bool _warned, _calledDeadlock, _calledStalled;

    internal WaitVerdict Observe(TimeSpan elapsed, int ownWorkQueued, OutsideSnapshot outside)
    {
        // Standing still is a matter of two looks; the first can only begin it.
        bool still = _before is { } before && ownWorkQueued > 0 && IsStill(before, outside);
        if (!still) _stillSince = elapsed;
        _before = outside;

        if (!hasTimeLimit && !_calledDeadlock && still && elapsed - _stillSince >= limits.Quiet)
        {
            // Whoever is told of the deadlock needs no warning that it lasts.
            _calledDeadlock = _warned = true;
            return WaitVerdict.Deadlock;
        }
        if (!hasTimeLimit && !_calledStalled && stallLimit != Timeout.InfiniteTimeSpan && elapsed >= stallLimit)
        {
            _calledStalled = true;
            return WaitVerdict.Stalled;
        }
        if (!_warned && elapsed >= limits.Warn)
        {
            _warned = true;
            return WaitVerdict.Warn;
        }
        return WaitVerdict.Wait;
    }

    bool IsStill(OutsideSnapshot before, OutsideSnapshot now) =>
        now.PendingItems == 0
        && now.BusyWorkers <= atStart.BusyWorkers
        && now.CompletedItems == before.CompletedItems
        && now.ArmedTimers <= atStart.ArmedTimers;
}

/// <summary>What runs outside the loop's thread and could end a wait, at one moment.</summary>
/// <param name="PendingItems">Queued on the thread pool.</param>
/// <param name="BusyWorkers">Pool threads that run something.</param>
/// <param name="CompletedItems">Done by the pool since the process began.</param>
/// <param name="ArmedTimers">System timers of the process.</param>
readonly record struct OutsideSnapshot(long PendingItems, int BusyWorkers, long CompletedItems, long ArmedTimers);

interface IOutsideWork
{
    OutsideSnapshot Look();

    /// <summary>Pool threads that somebody has found to be busy all the time. Whoever sees fewer lowers it.</summary>
    int WorkersAlwaysBusy { get; set; }

    /// <summary>False only if no asynchronous socket can be waiting. Costs a look at every open file.</summary>
    bool ASocketMayWait();

    /// <summary>Threads besides those of the pool; 0 where it is not known.</summary>
    int Threads();

    /// <summary>True if a worker of the pool, not the calling thread, computes or waits for a processor; false where it is not known.</summary>
    bool APoolWorkerRuns();
}

/// <summary>The process as it is. What it cannot see: sockets and files in flight, other threads, other processes.</summary>
sealed class ProcessOutsideWork : IOutsideWork
{
    // Of the process, so that each loop need not find it out again.
    static int s_workersAlwaysBusy;

    readonly bool _countsThreads;

    ProcessOutsideWork(bool countsThreads) => _countsThreads = countsThreads;

    internal static ProcessOutsideWork Instance { get; } = new(countsThreads: true);

    /// <summary>For loops that are made thousands of times a second: to count threads costs more than the rest.</summary>
    internal static ProcessOutsideWork WithoutThreads { get; } = new(countsThreads: false);

    public OutsideSnapshot Look() => new(ThreadPool.PendingWorkItemCount, BusyWorkers(), ThreadPool.CompletedWorkItemCount, Timer.ActiveCount - LoopHost.Alarms);

    public int WorkersAlwaysBusy { get => Volatile.Read(ref s_workersAlwaysBusy); set => Volatile.Write(ref s_workersAlwaysBusy, value); }

    public bool ASocketMayWait() => ProcessFacts.ASocketMayWait();

    public int Threads() => _countsThreads ? ProcessFacts.BesidesThePool() : 0;

    public bool APoolWorkerRuns() => ProcessFacts.APoolWorkerRuns();

    internal static int BusyWorkers()
    {
        ThreadPool.GetMaxThreads(out int most, out _);
        ThreadPool.GetAvailableThreads(out int free, out _);
        // Who looks is the pump; if its thread is of the pool, it is not among those who could end a wait of its own.
        return most - free - (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    }
}

/// <summary>
/// How many pool threads are busy all the time, whatever the bodies do (a blocking reader of the host, say): the least of the recent looks, taken when the pump sleeps and when
/// bodies begin. A single look would count a thread that is busy by chance, and then an honest job could hide behind it. Pump thread only.
/// </summary>
sealed class PoolFloor
{
    const int Looks = 16;
    const int ApartMs = 5;

    // Of the process, since timers are; each a number that was true once, so writers of several pumps need no order. 0 is no look.
    static readonly long[] s_timersPlusOne = new long[Looks];
    static int s_nextTimers;

    readonly int[] _looks = new int[Looks];
    long _lastLook = long.MinValue;
    int _next;

    internal void Sample()
    {
        long now = Environment.TickCount64;
        if (_lastLook != long.MinValue && now - _lastLook < ApartMs) return;
        _lastLook = now;
        _looks[_next] = ProcessOutsideWork.BusyWorkers();
        Volatile.Write(ref s_timersPlusOne[(uint)Interlocked.Increment(ref s_nextTimers) % Looks], Timer.ActiveCount + 1);
        _next = (_next + 1) % Looks;
    }

    /// <summary>
    /// System timers that are armed all the time: the least of the recent looks. A timer that happened to be armed when a body began, and is gone, must not hide one that the body waits for. Any thread.
    /// </summary>
    internal static long TimersAtMost(long now)
    {
        foreach (ref long look in s_timersPlusOne.AsSpan())
            if (Volatile.Read(ref look) is var seen and not 0) now = Math.Min(now, seen - 1);
        return now;
    }

    /// <summary>The floor, which is never above what is seen now. Until enough was seen it is 0: when in doubt, no deadlock.</summary>
    internal int AtMost(int now)
    {
        Sample();
        int floor = now;
        foreach (int look in _looks) floor = Math.Min(floor, look);
        return floor;
    }
}
