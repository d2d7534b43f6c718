namespace Rondo.Loops;

// A pump that has no thread of its own and runs as a guest of somebody's dispatcher, a batch at a time.
// Rule: the dispatcher's thread counts as the pump's only inside a batch. What its own code does between two batches comes through the door, like everything from outside.
public sealed partial class LoopHost
{
    // Alarms of all guests that are set: timers of the process that are nobody's work.
    static int s_alarms;

    // Set once by the thread that makes the dispatcher; read by who asks for a turn, after _turnAsked was seen to be 0.
    LoopDispatcher? _dispatcher;
    readonly bool _isGuest;
    readonly Func<LoopDispatcher>? _makeDispatcher;

    // 1 from asking the dispatcher for a turn until that turn begins. At first 1: the first turn is asked for when there is a dispatcher.
    int _turnAsked = 1;
    readonly Action? _turn;
    int _guestThread;
    ITimer? _alarm;
    long _alarmDue;
    int _alarmsSet;
    volatile bool _endAsked;

    // Under _gate: bodies that have not ended, and why none can.
    readonly HashSet<LaneRun>? _guestBodies;
    LoopException? _failure;

    LoopHost(string name, LoopDispatcher? dispatcher, Func<LoopDispatcher>? make)
    {
        Name = name;
        Timers = new TimerHeap();
        _isGuest = true;
        _turn = TurnAsGuest;
        _guestBodies = [];
        _dispatcher = dispatcher;
        if (make is null) return;

        _makeDispatcher = make;
        _stopThread = new CancellationTokenSource();
        _threadEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _boundTo = new Thread(RunDispatcher) { Name = name, IsBackground = true };
        // What user interfaces ask for there; elsewhere there is no such thing.
        if (OperatingSystem.IsWindows()) _boundTo.SetApartmentState(ApartmentState.STA);
    }

    /// <summary>
    /// Starts a background thread, makes a dispatcher on it and runs that until the pump is disposed. Loops with this pump as <see cref="EventLoopOptions.Host"/> run on the dispatcher's thread.
    /// On Windows the thread is a single-threaded apartment.
    /// </summary>
    /// <param name="name">For messages; also the thread's name.</param>
    /// <param name="makeDispatcher">Called first on the new thread. If it fails, so does every body on this pump (RND3013, with the exception inside).</param>
    /// <returns>At once; what is started before the dispatcher runs waits for it.</returns>
    public static LoopHost StartThread(string name, Func<LoopDispatcher> makeDispatcher)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(makeDispatcher);
        var host = new LoopHost(name, null, makeDispatcher);
        host._boundTo!.UnsafeStart();
        return host;
    }

    /// <summary>Makes a pump that runs as a guest of a dispatcher which somebody else turns, on the thread on which that runs its callbacks.</summary>
    /// <param name="dispatcher">Its <see cref="LoopDispatcher.Run"/> and <see cref="LoopDispatcher.Shutdown"/> are never called. Dispose the pump before it ends; it is over with its next turn.</param>
    /// <returns>A pump for <see cref="EventLoopOptions.Host"/>.</returns>
    public static LoopHost Attach(LoopDispatcher dispatcher)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        var host = new LoopHost($"guest of {dispatcher.Name}", dispatcher, null);
        host.AskDispatcher();
        return host;
    }

    /// <summary>System timers that this library has armed for itself.</summary>
    internal static int Alarms => Volatile.Read(ref s_alarms);

    /// <summary>True if somebody else's dispatcher runs the callbacks of this pump.</summary>
    internal bool IsGuest => _isGuest;

    /// <summary>Any thread: takes note of a body before it is queued, so that it can be ended should the dispatcher end.</summary>
    /// <returns>Not null if that has happened (RND3013, RND3014): then no note was taken.</returns>
    internal LoopException? Refuses(LaneRun body)
    {
        using (OwnLock.Enter(_gate))
        {
            if (_failure is null) _guestBodies!.Add(body);
            return _failure;
        }
    }

    /// <summary>Any thread.</summary>
    internal void BodyHasEnded(LaneRun body)
    {
        using (OwnLock.Enter(_gate)) _guestBodies!.Remove(body);
    }

    /// <summary>Any thread. Inside a turn as well, for the callback may go on to a nested frame, which has to run what was queued before.</summary>
    internal void AskForTurn()
    {
        if (Interlocked.Exchange(ref _turnAsked, 1) == 0) AskDispatcher();
    }

    void AskDispatcher()
    {
        bool taken;
        Exception? why = null;
        var before = t_asking;
        t_asking = this;
        try { taken = _dispatcher!.TryPost(_turn!); }
        catch (Exception error) { (taken, why) = (false, error); }
        finally { t_asking = before; }
        if (!taken) Fail(LoopException.DispatcherEnded(this, why is null ? "it takes no callbacks any more" : $"its TryPost failed with {why.GetType().Name}: {why.Message}", why));
    }

    // One callback of the dispatcher. Called inside another one where the dispatcher has nested frames.
    void TurnAsGuest()
    {
        if (_endAsked && t_turning != this) EndAsGuest();
        if (HasEnded) return;
        int here = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _guestThread, here, 0) is var first && (first != 0 && first != here || t_asking == this))
        {
            Fail(LoopException.DispatcherMisbehaves(this, first != 0 && first != here ? $"it ran callbacks on thread {first} and on thread {here}" : "it ran a callback inside TryPost"));
            return;
        }

        var contextBefore = SynchronizationContext.Current;
        var (outer, cleanBefore, runningBefore, threadBefore) = (t_turning, _clean, _running, _threadId);
        // From here on what is posted asks for another turn.
        Volatile.Write(ref _turnAsked, 0);
        t_turning = this;
        _clean = ExecutionContext.Capture();
        Volatile.Write(ref _threadId, here);
        try
        {
            if (_hasMail) TakeInbox();
            if (Timers.HasEntries) MakeDueTimersReady();
            if (_ready.Count > 1) AskForTurn();
            if (_ready.Count != 0) RunBatch();
            if (_watches.Count != 0) TellQuietWatches();
        }
        finally
        {
            (t_turning, _clean, _running) = (outer, cleanBefore, runningBefore);
            Volatile.Write(ref _threadId, threadBefore);
            SynchronizationContext.SetSynchronizationContext(contextBefore);
        }

        if (_ready.Count != 0 || _hasMail) AskForTurn();
        else SetAlarm();
    }

    // Dispatcher's thread, at the end of a turn: nobody sleeps here, so the system has to call when the next timer is due.
    void SetAlarm()
    {
        PoolFloor.Sample();
        if (!Timers.TryPeekDue(out long due) || due == _alarmDue && _alarmsSet != 0) return;
        if (_alarm is null)
        {
            using (ExecutionContext.SuppressFlow())
                _alarm = LoopClock.Real.CreateTimer(static host => ((LoopHost)host!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        _alarmDue = due;
        if (Interlocked.Exchange(ref _alarmsSet, 1) == 0) Interlocked.Increment(ref s_alarms);
        // Rounded up: to ring too early would only ask for a turn more.
        double ms = Math.Clamp(Math.Ceiling((due - LoopClock.Real.NowTicks) / (double)TimeSpan.TicksPerMillisecond), 0, int.MaxValue);
        _alarm.Change(TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan);
    }

    void Ring()
    {
        if (Interlocked.Exchange(ref _alarmsSet, 0) != 0) Interlocked.Decrement(ref s_alarms);
        AskForTurn();
    }

    // The thread of a dispatcher that has none.
    void RunDispatcher()
    {
        try
        {
            var dispatcher = _makeDispatcher!() ?? throw new InvalidOperationException("It gave null.");
            _dispatcher = dispatcher;
            using (_stopThread!.Token.UnsafeRegister(static one => ((LoopDispatcher)one!).Shutdown(), dispatcher))
            {
                AskDispatcher();
                if (!_stopThread.IsCancellationRequested) dispatcher.Run();
            }
            if (!_stopThread.IsCancellationRequested) Fail(LoopException.DispatcherEnded(this, "its Run returned", null));
        }
        catch (Exception error)
        {
            Fail(LoopException.DispatcherEnded(this, $"it failed with {error.GetType().Name}: {error.Message}", error));
        }
        EndAsGuest();
        _threadEnded!.SetResult();
    }

    // Of an attached pump: the queue belongs to the dispatcher's thread, so that has to empty it.
    void EndWithNextTurn()
    {
        _endAsked = true;
        bool nobodyTurns;
        using (OwnLock.Enter(_gate)) nobodyTurns = _failure is not null;
        if (nobodyTurns) EndAsGuest();
        else AskForTurn();
    }

    void EndAsGuest()
    {
        _alarm?.Dispose();
        if (Interlocked.Exchange(ref _alarmsSet, 0) != 0) Interlocked.Decrement(ref s_alarms);
        End();
    }

    // Any thread. Whoever waits for a body must hear that nobody will run it.
    void Fail(LoopException why)
    {
        LaneRun[] pending;
        using (OwnLock.Enter(_gate))
        {
            _failure ??= why;
            pending = [.. _guestBodies!];
            _guestBodies.Clear();
        }
        foreach (var body in pending) body.Abandon(why);
    }
}
