namespace Rondo.Loops;

/// <summary>
/// A timer that fires as work of the lane it was created on. Any thread may change or dispose it; its place in the heap belongs to the pump thread.
/// The latest change wins: each takes a version, and a change or firing of an older version does nothing, so that a disposed timer never fires, even if it was already queued.
/// </summary>
sealed class LoopTimer : ITimer
{
    static readonly SendOrPostCallback s_fire = static state => ((LoopTimer)state!).Fire();

    readonly TimerCallback _callback;
    readonly object? _state;
    readonly ExecutionContext? _context = ExecutionContext.Capture();
    long _version;
    long _firingVersion;
    long _period;
    volatile bool _disposed;

    internal LoopTimer(LoopLane lane, TimerCallback callback, object? state)
    {
        Lane = lane;
        _callback = callback;
        _state = state;
    }

    internal LoopLane Lane { get; }

    internal TimerCallback Callback => _callback;

    internal object? State => _state;

    // Written by the heap: 0 when not armed.
    internal long ArmedAs { get; set; }

    internal long Due { get; set; }

    // The lane's list of armed timers, under the lane's lock.
    internal LoopTimer? Previous { get; set; }
    internal LoopTimer? Next { get; set; }
    internal bool IsListed { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        CheckTime(dueTime);
        CheckTime(period);
        if (_disposed) return false;

        long version = Interlocked.Increment(ref _version);
        long now = Lane.Loop.Clock.NowTicks;
        long due = dueTime == Timeout.InfiniteTimeSpan ? -1 : now + Math.Min(dueTime.Ticks, long.MaxValue - now);
        long periodTicks = period <= TimeSpan.Zero ? 0 : period.Ticks;
        return ApplyOnPump(version, due, periodTicks);
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        long version = Interlocked.Increment(ref _version);
        // Elsewhere the list may lag behind; the pump thread knows.
        if (IsListed || !Lane.Host.IsHere) ApplyOnPump(version, -1, 0);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    bool ApplyOnPump(long version, long due, long period)
    {
        if (!Lane.Host.IsHere) return ApplyThroughTheDoor(version, due, period);
        Apply(version, due, period);
        return true;
    }

    // Apart, so that only this way pays for the closure.
    bool ApplyThroughTheDoor(long version, long due, long period) => Lane.Host.Command(() => Apply(version, due, period));

    void Apply(long version, long due, long period)
    {
        if (Volatile.Read(ref _version) != version) return;
        _period = period;
        if (due < 0)
        {
            Lane.Timers.Disarm(this);
            Lane.Unlist(this);
        }
        else
        {
            Lane.Timers.Arm(this, due);
            Lane.List(this);
            if (Lane.Host.IsGuest) Lane.Host.AskForTurn();
        }
    }

    /// <summary>Pump thread: the heap has just given this timer out as due.</summary>
    internal void MakeReady(long now)
    {
        _firingVersion = Volatile.Read(ref _version);
        // A closed lane gets one last firing, as late work; a periodic timer does not go on for nobody.
        if (_period > 0 && !Lane.IsClosed && !_disposed) Lane.Timers.Arm(this, Math.Max(Due + _period, now));
        else Lane.Unlist(this);
        if (!_disposed) Lane.Post(s_fire, this);
    }

    void Fire()
    {
        if (_disposed || Volatile.Read(ref _version) != _firingVersion) return;
        if (_context is null) _callback(_state);
        else ExecutionContext.Run(_context, static timer => { var me = (LoopTimer)timer!; me._callback(me._state); }, this);
    }

    internal static void CheckTime(TimeSpan time, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(time))] string? name = null)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, time, "A timer's due time and period are zero or more, or Timeout.InfiniteTimeSpan for never.");
    }
}

/// <summary>A timer of a thread-pool loop: the system's, with the account of its lane.</summary>
sealed class PoolTimer : ITimer
{
    readonly LoopLane _lane;
    readonly TimerCallback _callback;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    bool _armed;
    bool _periodic;

    internal PoolTimer(LoopLane lane, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, LoopClock clock)
    {
        _lane = lane;
        _callback = callback;
        _timer = clock.CreateTimer(Fire, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change(dueTime, period);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            Count(dueTime != Timeout.InfiniteTimeSpan);
            _periodic = period > TimeSpan.Zero;
            return _timer.Change(dueTime, period);
        }
    }

    public void Dispose()
    {
        lock (_gate) Count(false);
        _timer.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate) Count(false);
        return _timer.DisposeAsync();
    }

    void Fire(object? state)
    {
        lock (_gate)
            if (!_periodic) Count(false);
        _lane.RunOnPool(new SendOrPostCallback(_callback), state);
    }

    void Count(bool armed)
    {
        if (armed == _armed) return;
        _armed = armed;
        _lane.CountPoolTimer(armed ? 1 : -1);
    }
}
