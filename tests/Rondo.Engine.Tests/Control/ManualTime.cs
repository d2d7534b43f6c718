namespace Rondo.Engine.Tests.Control;

/// <summary>A clock that moves only when it is told to, from timer to timer. Timers fire on the thread that moves it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(Timer Timer, int Version), (long Due, long Order)> _due = new();
    private long _now;
    private long _order;

    public TimeSpan Now => TimeSpan.FromTicks(Volatile.Read(ref _now));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <summary>What somebody has set the clock on the wall forward or back by.</summary>
    public TimeSpan WallClockIsOff { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(1).AddTicks(GetTimestamp()) + WallClockIsOff;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveToNextTimer()
    {
        while (true)
        {
            (Timer Timer, int Version) next;
            lock (_gate)
            {
                if (!_due.TryDequeue(out next, out var at)) return false;
                if (!next.Timer.IsCurrent(next.Version)) continue;
                _now = Math.Max(_now, at.Due);
            }

            next.Timer.Fire();
            return true;
        }
    }

    private sealed class Timer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private int _version;

        public bool IsCurrent(int version) => version == _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                _version++;
                _period = period;
                if (dueTime >= TimeSpan.Zero) time._due.Enqueue((this, _version), (time._now + dueTime.Ticks, time._order++));
                return true;
            }
        }

        public void Fire()
        {
            lock (time._gate)
            {
                if (_period > TimeSpan.Zero) time._due.Enqueue((this, _version), (time._now + _period.Ticks, time._order++));
            }

            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
