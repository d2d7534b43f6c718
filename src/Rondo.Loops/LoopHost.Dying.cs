namespace Rondo.Loops;

// What a pump knows of the bodies under way on its loops, and what becomes of them when it cannot go on.
public sealed partial class LoopHost
{
    // Under _runsGate: bodies that have begun here and not ended, newest first. For the death of the pump: none of them may wait for ever.
    readonly object _runsGate = new();
    LaneRun? _firstRun;

    // Why it died; null for a pump that lives or ended in order.
    volatile Exception? _diedOf;

    internal void Add(LaneRun run)
    {
        using (OwnLock.Enter(_runsGate))
        {
            run.NextOnHost = _firstRun;
            if (_firstRun is not null) _firstRun.PreviousOnHost = run;
            _firstRun = run;
        }
    }

    internal void Remove(LaneRun run)
    {
        using (OwnLock.Enter(_runsGate))
        {
            if (run.PreviousOnHost is { } previous) previous.NextOnHost = run.NextOnHost;
            else if (ReferenceEquals(_firstRun, run)) _firstRun = run.NextOnHost;
            if (run.NextOnHost is { } next) next.PreviousOnHost = run.PreviousOnHost;
            run.NextOnHost = run.PreviousOnHost = null;
        }
    }

    /// <summary>Bodies that have begun on a lane and not ended, oldest first. Any thread.</summary>
    internal List<LaneRun> RunsOf(LoopLane? lane)
    {
        List<LaneRun> runs = [];
        using (OwnLock.Enter(_runsGate))
            for (var run = _firstRun; run is not null; run = run.NextOnHost)
                if (lane is null || ReferenceEquals(run.Lane, lane)) runs.Add(run);
        runs.Reverse();
        return runs;
    }

    /// <summary>The pump cannot go on: everybody who waits for a body of its loops is told, and nothing waits for ever. What is queued or resumed from here on runs on the thread pool.</summary>
    void Die(Exception death)
    {
        _diedOf = death;
        var pending = RunsOf(null);
        End();
        foreach (var run in pending) run.GiveUp(LoopException.PumpDied(this, run.Lane.Loop.Name, run.Lane.Owner, death));
        foreach (var watch in _watches) watch.Fail(LoopException.PumpDied(this, "", null, death));
        foreach (var clock in _clocks) clock.PumpDied(LoopException.PumpDied(this, "", null, death));
    }
}
