namespace Rondo.Loops;

/// <summary>Real times of the decision whether time may move.</summary>
/// <param name="Look">How soon to look again while the outside is busy.</param>
/// <param name="Quiet">How long nothing may have come from outside before time moves, once something has.</param>
/// <param name="UsualWorkers">How long pool threads must stay as busy as they always were before that is believed.</param>
/// <param name="StirredPool">How long the thread pool must have stood still before a loop is called stalled to which nothing has come from it: others use the pool too.</param>
/// <param name="Stall">How long nothing may have come from outside before a loop is called stalled to which something has come.</param>
/// <param name="Race">What comes from outside so soon after a jump may have been overtaken by it.</param>
sealed record QuietLimits(TimeSpan Look, TimeSpan Quiet, TimeSpan UsualWorkers, TimeSpan StirredPool, TimeSpan Stall, TimeSpan Race)
{
    internal static QuietLimits Default { get; } =
        new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(50));
}

/// <summary>
/// Decides from what it is told whether something outside may still come back to the loops of a virtual clock: no clock, queue or thread of its own.
/// Work on the thread pool is known exactly; sockets, raw threads and other processes are not. So there is no quiet time until something has come from outside for the
/// first time, and a short one afterwards.
/// </summary>
// The pool's counters as a sign of work outside: no prior art found; the quiet time is trio's autojump_threshold, the hold tokio's inhibition of auto-advance.
sealed class OutsideQuiet(QuietLimits limits)
{
    OutsideSnapshot _atStart, _before;
    long _timersAtJump = long.MaxValue;
    long _signals;
    TimeSpan _quietSince, _begun;
    TimeSpan _busySince = TimeSpan.MaxValue;
    bool _left = true;
    bool _signalled = true;

    // Workers that are always busy, a blocking reader say: the least that was ever seen. Believed only after it stood still for a while, as a thread may be busy by chance.
    int _usualWorkers = int.MaxValue;
    bool _usualIsSure;

    /// <summary>How long it must have been quiet before a loop that can do nothing is stalled: zero if since <see cref="Begin"/> nothing came from outside and nothing was seen there.</summary>
    internal TimeSpan QuietBeforeStall => _signalled ? limits.Stall : _left ? limits.StirredPool : TimeSpan.Zero;

    /// <summary>True if system timers are armed now that were not at the beginning.</summary>
    internal bool MoreTimersThanAtStart => _before.ArmedTimers > _atStart.ArmedTimers;

    /// <summary>True once a look since the last <see cref="Forget"/> found work outside.</summary>
    internal bool SawWork { get; private set; }

    /// <summary>True if a real timer has fired that was armed since the beginning and before the last <see cref="Forget"/>.</summary>
    internal bool AnOlderTimerFired(in OutsideSnapshot now) => _timersAtJump != long.MaxValue && _timersAtJump > _atStart.ArmedTimers && now.ArmedTimers < _timersAtJump;

    /// <summary>Looks since the last <see cref="Forget"/>.</summary>
    internal int Looks { get; private set; }

    /// <summary>Workers that are busy all the time; null while that is not sure.</summary>
    internal int? UsualWorkers => _usualIsSure ? _usualWorkers : null;

    internal TimeSpan QuietFor(TimeSpan real) => real - _quietSince;

    /// <summary>The first body begins.</summary>
    internal void Begin(TimeSpan real, in OutsideSnapshot now, long signals)
    {
        _atStart = _before = now;
        _signals = signals;
        _quietSince = _begun = real;
        _left = _signalled = false;
        SeeWorkers(now.BusyWorkers);
    }

    /// <summary>Time has moved: what was seen so far belongs to before.</summary>
    internal void Forget()
    {
        _timersAtJump = _before.ArmedTimers;
        SawWork = false;
        Looks = 0;
    }

    /// <summary>True while workers are busy as they always were, and it is not known whether they only wait: one that was there by chance at the beginning may have gone, and another may compute for a body.</summary>
    internal bool IsInDoubt(in OutsideSnapshot now, int alwaysBusy) => !_usualIsSure && Math.Min(_usualWorkers, now.BusyWorkers) > alwaysBusy;

    /// <param name="real">Real time.</param>
    /// <param name="now">What runs outside.</param>
    /// <param name="alwaysBusy">Workers that are known to be busy all the time.</param>
    /// <param name="signals">A number that grows with each post from outside, each hold, each post to a loop with another clock.</param>
    /// <param name="held">Somebody holds a loop now.</param>
    /// <param name="workerRuns">A worker of the pool computes, or waits for a processor; to be found out only if <see cref="IsInDoubt"/>.</param>
    /// <returns>Zero if time may move; else after how much real time to look again.</returns>
    internal TimeSpan Observe(TimeSpan real, in OutsideSnapshot now, int alwaysBusy, long signals, bool held, bool workerRuns = false)
    {
        SeeWorkers(now.BusyWorkers);
        // One that never ends is not waited for longer than anything else that cannot be known.
        bool works = (workerRuns && real - _begun < limits.Stall) || now.PendingItems > 0 || now.BusyWorkers > _usualWorkers || now.CompletedItems != _before.CompletedItems;
        bool timers = now.ArmedTimers > _atStart.ArmedTimers;
        _before = now;
        Looks++;
        SawWork |= works || now.ArmedTimers > _timersAtJump;
        _signalled |= timers || held || signals != _signals;
        _left |= works || _signalled;
        if (works || held || signals != _signals) _quietSince = real;
        _signals = signals;

        if (works || held)
        {
            if (_busySince == TimeSpan.MaxValue) _busySince = real;
            // What lasts is looked at less often; its post wakes the pump anyway.
            return TimeSpan.FromTicks(Math.Min(limits.Look.Ticks * 10, limits.Look.Ticks + (real - _busySince).Ticks / 10));
        }
        _busySince = TimeSpan.MaxValue;

        var needed = _left ? limits.Quiet : TimeSpan.Zero;
        bool doubt = _usualWorkers > alwaysBusy && !_usualIsSure;
        if (doubt) needed = limits.UsualWorkers;
        var left = needed - QuietFor(real);
        // One that was busy by chance is idle at the next look.
        if (left > TimeSpan.Zero) return doubt && left > limits.Look ? limits.Look : left;
        _usualIsSure = true;
        return TimeSpan.Zero;
    }

    void SeeWorkers(int busy)
    {
        if (busy >= _usualWorkers) return;
        _usualWorkers = Math.Max(0, busy);
        _usualIsSure = _usualWorkers == 0;
    }
}
