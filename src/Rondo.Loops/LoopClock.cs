using System.Diagnostics;

namespace Rondo.Loops;

/// <summary>The time of a loop: the only object that reads it. As a <see cref="TimeProvider"/> it can be handed to everything that takes one.</summary>
/// <remarks>A clock may be shared by many loops. <see cref="EventLoop.Clock"/> is the same time bound to one loop: its timers fire on that loop.</remarks>
public abstract class LoopClock : TimeProvider
{
    private protected LoopClock() { }

    /// <summary>The system's time. Timers created on it directly fire on the thread pool, as with <see cref="TimeProvider.System"/>.</summary>
    public static LoopClock Real { get; } = new RealClock();

    /// <summary>
    /// Makes a clock whose time stands still while anything can run, and jumps to the next timer when nothing can. Hours of waiting take milliseconds, always in the same order: of due time, then
    /// of making.
    /// </summary>
    /// <param name="start">Where its time begins; null for 2000-01-01 00:00 UTC. The time zone is UTC.</param>
    /// <returns>A new clock, for <see cref="EventLoopOptions.Clock"/> of one loop or of several on one pump; those share its time, which moves only when none of them can run.</returns>
    /// <remarks>
    /// Time moves while a body (<c>Run</c>, <c>RunAsync</c>) or async void method of its loops has not ended, or somebody awaits <see cref="AdvanceAsync"/>. It waits for work on the thread pool and for
    /// <see cref="EventLoop.Hold"/>; what else is outside (sockets, other threads, real timers such as <c>Task.Delay(1000)</c>) it cannot see. A timer made on the clock itself belongs to the current
    /// loop, or else to the first that follows the clock.
    /// </remarks>
    public static LoopClock Virtual(DateTimeOffset? start = null) => new VirtualClock(start ?? VirtualClock.Epoch);

    /// <summary>Moves virtual time forward, from one due timer to the next, each time running all that becomes ready.</summary>
    /// <param name="by">Zero or more; zero runs what is due now.</param>
    /// <returns>Completes when the time is reached and everything due until then has run, the work that came of it included. Time goes no further before that.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    /// <exception cref="LoopException">RND3072: this is real time, which nobody can move, or the pump of its loops has ended.</exception>
    /// <remarks>
    /// Any thread; the loops' pump must be turned by somebody. Like a jump, it waits for work on the thread pool and for holds. While no loop follows the clock, time moves at once.
    /// </remarks>
    public virtual Task AdvanceAsync(TimeSpan by) => throw LoopException.RealTimeCannotMove(this);

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

    public override Task AdvanceAsync(TimeSpan by) => source.AdvanceAsync(by);

    public override long GetTimestamp() => source.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return loop.CreateTimer(callback, state, dueTime, period);
    }

    public override string ToString() => $"{source} on loop '{loop.Name}'";
}
