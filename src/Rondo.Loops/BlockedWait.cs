namespace Rondo.Loops;

/// <summary>
/// A blocking wait on the pump's thread, watched in slices from inside the wait itself. Runs in the blocked code's stack: what is thrown here comes out of the wait.
/// Rules: takes no lock that users' code can hold, and waits for nothing but what the code waits for.
/// </summary>
static class BlockedWait
{
    const int TimedOut = 258; // WAIT_TIMEOUT, on every system

    internal static int Watch(LoopLane lane, IntPtr[] handles, bool waitAll, int limitMs)
    {
        if (lane.BlockingWaits == BlockingWaits.Fail) throw Broken(lane, LoopException.BlockingRefused(lane));

        var limits = lane.Loop.WaitLimits;
        int sliceMs = (int)limits.Slice.TotalMilliseconds;
        long started = LoopClock.Real.NowTicks;
        // Most waits are short: nothing is set up before the first slice has passed.
        int first = LoopLane.WaitWithoutWatching(handles, waitAll, limitMs < 0 ? sliceMs : Math.Min(limitMs, sliceMs));
        if (first != TimedOut || limitMs >= 0 && limitMs <= sliceMs) return first;

        var verdict = new DeadlockVerdict(limits, lane.Loop.StallLimit, hasTimeLimit: limitMs >= 0, lane.OutsideAtStart);
        while (true)
        {
            var elapsed = TimeSpan.FromTicks(LoopClock.Real.NowTicks - started);
            long leftMs = limitMs < 0 ? long.MaxValue : limitMs - (long)elapsed.TotalMilliseconds;
            if (leftMs <= 0) return LoopLane.WaitWithoutWatching(handles, waitAll, 0);

            Act(lane, verdict, elapsed);
            int result = LoopLane.WaitWithoutWatching(handles, waitAll, (int)Math.Min(leftMs, sliceMs));
            if (result != TimedOut) return result;
        }
    }

    static void Act(LoopLane lane, DeadlockVerdict verdict, TimeSpan elapsed)
    {
        int queued;
        OutsideSnapshot outside;
        using (OwnLock.Quietly())
        {
            // A due timer of this lane is as good as queued: only this thread can make it ready.
            // On a virtual clock every timer is: time cannot move while the thread is blocked.
            queued = lane.Queued + (lane.Virtual is null ? lane.Timers.CountDueOf(lane, LoopClock.Real.NowTicks) : lane.ArmedTimers);
            outside = lane.Loop.OutsideWork.Look();
        }
        bool mayThrow = lane.BlockingWaits == BlockingWaits.FailOnDeadlock;
        var said = verdict.Observe(elapsed, queued, outside);
        if (said == WaitVerdict.Wait) return;
        lane.Host.BlockIsTold();
        switch (said)
        {
            case WaitVerdict.Warn:
                lane.AddWarning($"'{lane.Owner}' has blocked the thread of loop '{lane.Loop.Name}' for {LoopText.Duration(elapsed)}. {Behind(lane, queued)}" +
                    $"Nothing else on this thread can run meanwhile. Await instead of blocking.{WhereBlocked()}");
                return;
            case WaitVerdict.Deadlock:
                var deadlock = LoopDeadlockException.Of(lane, elapsed, queued, Quiet(() => lane.NamesOfQueued(3)));
                if (mayThrow) throw Broken(lane, deadlock);
                lane.AddWarning(deadlock.Message + WhereBlocked());
                return;
            case WaitVerdict.Stalled:
                var stalled = LoopStalledException.Of(lane, elapsed, lane.Loop.StallLimit, Behind(lane, queued) + (LoopDebug.Tell(lane) is { Length: > 0 } text ? text[1..] + " " : ""));
                if (mayThrow) throw Broken(lane, stalled);
                lane.AddWarning(stalled.Message + WhereBlocked());
                return;
            case var unknown:
                throw new InvalidOperationException($"This is a bug in Rondo: the verdict {unknown} about a blocking wait is unknown.");
        }
    }

    static LoopException Broken(LoopLane lane, LoopException exception)
    {
        lane.Broke(exception);
        return exception;
    }

    /// <summary>What waits behind the block, whoever it belongs to: the wait may be for a neighbour.</summary>
    static string Behind(LoopLane lane, int queued) => Quiet(() =>
    {
        var others = lane.Host.LookAtReady().Concat(lane.Host.LookAtInbox())
            .Where(work => work.Lane is { } other && !ReferenceEquals(other, lane))
            .GroupBy(work => work.Lane!)
            .Select(group => $"'{group.Key.Owner}' ({group.Count()})")
            .Take(5).ToList();
        string own = queued == 0 ? "" : $"{LoopText.Count(queued, "continuation")} of its own {(queued == 1 ? "waits" : "wait")} behind it{lane.NamesOfQueued(3)}. ";
        return others.Count == 0 ? own : $"{own}Blocked while others have work on this thread: {string.Join(", ", others)}. ";
    });

    static string WhereBlocked()
    {
        foreach (var line in Environment.StackTrace.Split('\n'))
        {
            string frame = line.Trim();
            if (frame.StartsWith("at ", StringComparison.Ordinal) && !frame.StartsWith("at System.", StringComparison.Ordinal) && !frame.StartsWith("at Rondo.Loops.BlockedWait", StringComparison.Ordinal) && !frame.StartsWith("at Rondo.Loops.LoopLane", StringComparison.Ordinal))
                return $" It waits {frame}.";
        }
        return "";
    }

    static string Quiet(Func<string> text)
    {
        using (OwnLock.Quietly()) return text();
    }
}

/// <summary>Finds out whether this runtime tells a SynchronizationContext of blocking waits: CoreCLR does, others may not.</summary>
static class WaitHookSelfTest
{
    internal static bool Run()
    {
        var before = SynchronizationContext.Current;
        var probe = new Probe();
        SynchronizationContext.SetSynchronizationContext(probe);
        try
        {
            object gate = new();
            lock (gate) Monitor.Wait(gate, 1);
        }
        finally { SynchronizationContext.SetSynchronizationContext(before); }
        return probe.WasTold;
    }

    sealed class Probe : SynchronizationContext
    {
        internal Probe() => SetWaitNotificationRequired();

        internal bool WasTold { get; private set; }

        public override int Wait(IntPtr[] waitHandles, bool waitAll, int millisecondsTimeout)
        {
            WasTold = true;
            return WaitHelper(waitHandles, waitAll, millisecondsTimeout);
        }
    }
}
