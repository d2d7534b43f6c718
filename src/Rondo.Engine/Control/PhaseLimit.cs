namespace Rondo.Engine.Control;

/// <summary>Counts down the limit of what a worker does now, in steps of the controller's tick; a step that took too long means that this process was stopped, and counts little.</summary>
internal sealed class PhaseLimit
{
    private static readonly TimeSpan s_longestStep = TimeSpan.FromMilliseconds(1500);

    private TimeSpan? _left;

    /// <summary>Starts again. Zero means no limit.</summary>
    public void Start(TimeSpan limit) => _left = limit == TimeSpan.Zero ? null : limit;

    public void Stop() => _left = null;

    /// <summary>Takes one step.</summary>
    /// <returns>True, once, when the limit is over.</returns>
    public bool Passes(TimeSpan step)
    {
        if (_left is not { } left) return false;
        left -= step < s_longestStep ? step : s_longestStep;
        _left = left > TimeSpan.Zero ? left : null;
        return _left is null;
    }
}
