namespace Rondo.Engine.Control;

/// <summary>Counts down the limit of what a worker does now, from look to look of the controller; a look that came much too late means that this process was stopped or starved,
/// and counts little.</summary>
internal sealed class PhaseLimit(TimeProvider time)
{
    private static readonly TimeSpan s_longestStep = TimeSpan.FromMilliseconds(1500);

    private TimeSpan? _left;
    private TimeSpan _step;
    private long _lookedAt;

    /// <summary>By how much the last limit was over when it was seen to be.</summary>
    public TimeSpan Overrun { get; private set; }

    public bool IsRunning => _left is not null;

    /// <summary>Starts again, from now. Zero means no limit.</summary>
    /// <param name="longestStep">What a look counts at most; null for the usual.</param>
    public void Start(TimeSpan limit, TimeSpan? longestStep = null)
    {
        _left = limit == TimeSpan.Zero ? null : limit;
        _step = longestStep ?? s_longestStep;
        _lookedAt = time.GetTimestamp();
    }

    public void Stop() => _left = null;

    /// <summary>The time since the last look does not count: the worker was stopped.</summary>
    public void Skip() => _lookedAt = time.GetTimestamp();

    /// <summary>Looks.</summary>
    /// <returns>True, once, when the limit is over.</returns>
    public bool Passes()
    {
        if (_left is not { } left) return false;
        var now = time.GetTimestamp();
        var step = time.GetElapsedTime(_lookedAt, now);
        _lookedAt = now;
        left -= step < _step ? step : _step;
        _left = left > TimeSpan.Zero ? left : null;
        if (_left is not null) return false;
        Overrun = -left;
        return true;
    }
}
