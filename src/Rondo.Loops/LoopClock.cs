using System.Diagnostics;

namespace Rondo.Loops;

/// <summary>The time of a loop: the only object that reads it. As a <see cref="TimeProvider"/> it can be handed to everything that takes one.</summary>
/// <remarks>A clock may be shared by many loops. <see cref="EventLoop.Clock"/> is the same time bound to one loop: its timers fire on that loop.</remarks>
public abstract class LoopClock : TimeProvider
{
    private protected LoopClock() { }

    /// <summary>The system's time. Timers created on it directly fire on the thread pool, as with <see cref="TimeProvider.System"/>.</summary>
    public static LoopClock Real { get; } = new RealClock();

    // Monotonic, in units of 100 ns. Due times of loop timers are counted in it.
    internal abstract long NowTicks { get; }

    sealed class RealClock : LoopClock
    {
        internal override long NowTicks => Stopwatch.GetElapsedTime(0).Ticks;

        public override string ToString() => "real time";
    }
}

/// <summary>A clock's time with timers that fire on one loop. Reading passes through; invariant: <see cref="Source"/> is never bound itself.</summary>
sealed class BoundClock(EventLoop loop, LoopClock source) : LoopClock
{
    internal LoopClock Source => source;

    internal bool IsOfClosedLoop => loop.State == LoopState.Closed;

    internal override long NowTicks => source.NowTicks;

    public override TimeZoneInfo LocalTimeZone => source.LocalTimeZone;

    public override long TimestampFrequency => source.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => source.GetUtcNow();

    public override long GetTimestamp() => source.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return loop.CreateTimer(callback, state, dueTime, period);
    }

    public override string ToString() => $"{source} on loop '{loop.Name}'";
}
