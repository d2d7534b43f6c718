namespace Rondo.Loops;

// Who kept the pump for long without a break, and who is told of it: the lane's owner, and whoever watches several of them.
public sealed partial class LoopHost
{
    static void TellOfHold(Action<LongCallback> hear, in Work work, TimeSpan held)
    {
        if (held > LongCallback.Limit) hear(new LongCallback(work.Lane!, held, work.State is LaneRun ? "what comes before its first await" : AsyncNames.Describe(work.Callback, work.State)));
    }

    /// <summary>Pump thread, inside a callback: that this one blocks is known to its lane.</summary>
    internal void BlockIsTold() => _toldOfBlockIn = _executed;

    void TellOfLongCallback(LoopLane lane, in Work work, TimeSpan took)
    {
        // Those that allow blocking asked not to be watched, and what the wait hook has told is told.
        if (lane.BlockingWaits == BlockingWaits.Allow || _toldOfBlockIn == _executed) return;
        lane.AddWarning($"'{lane.Owner}' has kept the thread of loop '{lane.Loop.Name}' busy for {LoopText.Duration(took)} without a break{AsyncNames.InRun(work.Callback, work.State)}. " +
            "Nothing else on this thread could run meanwhile, its time limit included. Await Task.Delay instead of Thread.Sleep, and give long computations to Task.Run.");
    }
}
