using System.Diagnostics;

namespace Rondo.Loops;

/// <summary>
/// Time that moves only when nothing can run: the pump, having nothing ready, asks <see cref="Consider"/>, and it jumps to the next timer. All loops of one clock are on one pump, so its
/// state has one thread; <see cref="NowTicks"/> is read by anybody.
/// Time moves only for somebody: while a body or async void method of its loops has not ended, or an advance is waited for. Timers alone do not move it.
/// </summary>
// Semantics after trio's MockClock, tokio's paused time and Kotlin's runTest; docs/loops.md has the table.
sealed class VirtualClock : LoopClock
{
    internal static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(250);
    const int MostRemembered = 1024;

    readonly DateTimeOffset _start;
    // Behind it DateTimeOffset ends: a timer due there is as good as never.
    readonly long _end;

    // Under _gate: who uses it. Read by the pump without it, as a snapshot.
    readonly Lock _gate = new();
    volatile EventLoop[] _loops = [];
    LoopHost? _host;

    // Pump thread only, from here…
    readonly List<(long Target, TaskCompletionSource Done)> _advances = [];
    // What ran since the last jump: an operation whose continuation is among it began after the jump.
    readonly List<object?> _ranSinceJump = [];
    OutsideQuiet? _outside;
    TimeSpan _begun;
    TimeSpan _jumpedAt = TimeSpan.MinValue;
    TimeSpan _jumpSize;
    int _threadsAtStart;
    int _awake;
    // … to here.

    // Set by whoever ends the last of the overlapping bodies: the next begins with a new look outside.
    volatile bool _over = true;

    // Interlocked: bodies and async void methods that have not ended.
    int _waiting;
    long _signals;
    long _now;
    long _jumps;

    internal VirtualClock(DateTimeOffset start)
    {
        _start = start.ToUniversalTime();
        _end = (DateTimeOffset.MaxValue - _start).Ticks;
    }

    internal TimerHeap Timers { get; } = new();

    internal override long NowTicks => Volatile.Read(ref _now);

    /// <summary>Pump thread: true if it may jump to a timer of its own.</summary>
    internal bool MayMove => Volatile.Read(ref _waiting) != 0 && Timers.TryPeekDue(out _);

    internal long Jumps => Volatile.Read(ref _jumps);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start.AddTicks(NowTicks);

    public override long GetTimestamp() => NowTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var loop = EventLoop.Current is { } here && ReferenceEquals(here.VirtualClock, this) ? here : _loops.FirstOrDefault() ?? throw LoopException.NoLoopFollows(this);
        return loop.CreateTimer(callback, state, dueTime, period);
    }

    public override Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LoopHost? host;
        lock (_gate)
        {
            host = _host;
            if (host is null)
            {
                MoveTo(Later(_now, by));
                return Task.CompletedTask;
            }
        }
        // A pump that has ended advances nothing; its loops are of no use either.
        if (!host.Command(() => AddAdvance(by, done))) done.SetException(LoopException.NoLoopFollows(this));
        return done.Task;
    }

    public override string ToString() => $"virtual time {GetUtcNow():yyyy-MM-dd HH:mm:ss.fff}";

    /// <summary>A loop will follow this clock.</summary>
    internal void Attach(EventLoop loop)
    {
        lock (_gate)
        {
            if (_host is not null && !ReferenceEquals(_host, loop.Host)) throw LoopException.ClockOfAnotherPump(this, loop, _loops[0]);
            if (_host is null)
            {
                _host = loop.Host;
                _outside = null;
                _host.Command(() => loop.Host.Follow(this));
            }
            _loops = [.. _loops, loop];
        }
    }

    /// <summary>A loop has closed.</summary>
    internal void Detach(EventLoop loop)
    {
        lock (_gate)
        {
            _loops = [.. _loops.Where(other => !ReferenceEquals(other, loop))];
            if (_loops.Length != 0 || _host is not { } host) return;
            _host = null;
            host.Command(() => host.Unfollow(this));
        }
    }

    /// <summary>Any thread: a body or async void method has begun, for which time may have to move.</summary>
    internal void WaitBegins() => Interlocked.Increment(ref _waiting);

    internal void WaitEnds()
    {
        if (Interlocked.Decrement(ref _waiting) == 0) _over = true;
    }

    /// <summary>Any thread: somebody holds a loop, or posted to a loop with another clock. From now on something may come back.</summary>
    internal void SomethingLeaves() => Interlocked.Increment(ref _signals);

    /// <summary>Pump thread: a body begins. With the first of those that overlap, what is outside is looked at as it was before.</summary>
    internal void BodyBegins(EventLoop loop)
    {
        if (!_over) return;
        _over = false;
        _outside = new OutsideQuiet(loop.QuietLimits);
        _begun = RealNow;
        _outside.Begin(_begun, Look(loop), Volatile.Read(ref _signals));
        _threadsAtStart = loop.OutsideWork.Threads();
        _jumpedAt = TimeSpan.MinValue;
        _ranSinceJump.Clear();
    }

    /// <summary>Pump thread: this has run.</summary>
    internal void Ran(object? state)
    {
        if (_ranSinceJump.Count < MostRemembered) _ranSinceJump.Add(state);
    }

    /// <summary>Pump thread: work came to a lane of this clock from outside the pump, or from a loop with another clock.</summary>
    internal void CameFromOutside(in Work work)
    {
        Interlocked.Increment(ref _signals);
        var lane = work.Lane!;
        lane.Loop.CountForeignPost(work);
        if (_jumpedAt == TimeSpan.MinValue || _outside is not { } outside) return;
        var after = RealNow - _jumpedAt;
        if (after > lane.Loop.QuietLimits.Race) return;
        // Begun since the jump, as far as one can tell: it comes to what has run since, or work outside was seen that was not there before. A real timer that is older and has fired now is plain.
        bool older = outside is { Looks: > 0, SawWork: false } && _ranSinceJump.Count < MostRemembered && !_ranSinceJump.Contains(work.State);
        if (!older && !outside.AnOlderTimerFired(Look(lane.Loop))) return;
        lane.Loop.TellRace(new TimeRace(lane.Loop.Name, lane.Owner, AsyncNames.Describe(work.Callback, work.State), _jumpSize, after), lane);
    }

    /// <summary>Pump thread, between batches.</summary>
    internal void MakeDueTimersReady()
    {
        if (!Timers.HasEntries) return;
        while (Timers.TryTakeDue(_now, out var timer)) timer.MakeReady(_now);
    }

    /// <summary>Pump thread, now and then while there is always something ready: then nobody asks to consider, and only the limit can end it.</summary>
    internal void LookAtLimit()
    {
        if ((++_awake & 255) == 0 && Volatile.Read(ref _waiting) != 0) CheckLimit(RealNow);
    }

    /// <summary>Pump thread, with nothing ready anywhere: moves time, or gives a verdict, or says how long to wait for the outside.</summary>
    /// <returns>Milliseconds after which to ask again; 0 if something was done, <see cref="Timeout.Infinite"/> if only a post can change anything.</returns>
    internal int Consider()
    {
        var loops = _loops;
        if (loops.Length == 0 || Volatile.Read(ref _waiting) == 0 && _advances.Count == 0) return Timeout.Infinite;
        var loop = loops[0];
        _outside ??= BeginWithoutBody(loop);

        var real = RealNow;
        if (CheckLimit(real)) return 0;

        bool held = Array.Exists(loops, static one => one.IsHeld);
        var now = Look(loop);
        int alwaysBusy = Math.Min(loop.OutsideWork.WorkersAlwaysBusy, now.BusyWorkers);
        // On a machine with too much to do a worker that computes stands still for longer than one would wait.
        bool workerRuns = _outside.IsInDoubt(now, alwaysBusy) && loop.OutsideWork.APoolWorkerRuns();
        var wait = _outside.Observe(real, now, alwaysBusy, Volatile.Read(ref _signals), held, workerRuns);
        int busy = _outside.UsualWorkers ?? alwaysBusy;
        if (busy != loop.OutsideWork.WorkersAlwaysBusy) loop.OutsideWork.WorkersAlwaysBusy = busy;
        if (wait > TimeSpan.Zero) return InMilliseconds(wait);
        if (loop.Host.HasMail) return 0;

        if (TellAdvances()) return 0;
        long next = Timers.TryPeekDue(out long due) && due <= _end ? due : long.MaxValue;
        foreach (var (target, _) in _advances) next = Math.Min(next, target);
        if (next == long.MaxValue) return ConsiderStall(loops, real);

        _jumpSize = TimeSpan.FromTicks(next - _now);
        _jumpedAt = real;
        _jumps++;
        _ranSinceJump.Clear();
        _outside.Forget();
        MoveTo(next);
        return 0;
    }

    /// <summary>The thread of the pump that died: nobody moves this time any more.</summary>
    internal void PumpDied(LoopException error)
    {
        foreach (var (_, done) in _advances) done.TrySetException(error);
        _advances.Clear();
    }

    static TimeSpan RealNow => TimeSpan.FromTicks(Real.NowTicks);

    static OutsideSnapshot Look(EventLoop loop)
    {
        using (OwnLock.Quietly()) return loop.OutsideWork.Look();
    }

    static int InMilliseconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalMilliseconds));

    long Later(long now, TimeSpan by) => Math.Min(_end, now + Math.Min(by.Ticks, long.MaxValue - now));

    void MoveTo(long ticks) => Volatile.Write(ref _now, ticks);

    void AddAdvance(TimeSpan by, TaskCompletionSource done) => _advances.Add((Later(_now, by), done));

    OutsideQuiet BeginWithoutBody(EventLoop loop)
    {
        _begun = RealNow;
        var outside = new OutsideQuiet(loop.QuietLimits);
        outside.Begin(_begun, Look(loop), Volatile.Read(ref _signals));
        return outside;
    }

    // Nothing is ready and nothing is due: whatever was to happen up to now has happened.
    bool TellAdvances()
    {
        if (_advances.Count == 0) return false;
        long now = _now;
        var reached = _advances.FindAll(one => one.Target <= now);
        _advances.RemoveAll(one => one.Target <= now);
        foreach (var (_, done) in reached) done.SetResult();
        return reached.Count != 0;
    }

    int ConsiderStall(EventLoop[] loops, TimeSpan real)
    {
        var limits = loops[0].QuietLimits;
        if (Volatile.Read(ref _waiting) == 0) return Timeout.Infinite;
        var quietFor = _outside!.QuietFor(real);
        var needed = _outside.QuietBeforeStall;
        if (quietFor < needed) return InMilliseconds(needed - quietFor);

        // The looks that cost something come last. A waiting socket, a new system timer or a neighbour's timer may come back at any time: then only the limit ends it.
        var work = loops[0].OutsideWork;
        bool mayComeBack;
        using (OwnLock.Quietly()) mayComeBack = _outside.MoreTimersThanAtStart || loops[0].Host.NeighboursMayWake(loops) || work.ASocketMayWait();
        if (mayComeBack) return (int)s_lookAgain.TotalMilliseconds;
        if (quietFor < limits.Stall && work.Threads() > _threadsAtStart) return InMilliseconds(limits.Stall - quietFor);

        bool told = false;
        foreach (var loop in loops) told |= loop.FailBodies(lane => LoopStalledException.CanNeverFinish(lane, needed >= limits.Stall));
        // Async void methods alone have nobody to tell.
        return told ? 0 : Timeout.Infinite;
    }

    bool CheckLimit(TimeSpan real)
    {
        bool told = false;
        foreach (var loop in _loops)
        {
            if (loop.RealTimeLimit == Timeout.InfiniteTimeSpan || real - _begun < loop.RealTimeLimit || Debugger.IsAttached) continue;
            told |= loop.FailBodies(lane => LoopStalledException.TooMuchRealTime(lane, loop.RealTimeLimit, TimeSpan.FromTicks(_now), _jumps), olderThan: real - loop.RealTimeLimit);
        }
        return told;
    }
}
