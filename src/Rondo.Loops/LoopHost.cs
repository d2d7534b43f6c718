namespace Rondo.Loops;

/// <summary>
/// The pump: one thread that runs the callbacks of many loops in batches, fires their timers, and sleeps when nothing is ready.
/// </summary>
/// <remarks>
/// Any thread may hand work to a pump; only the thread that turns it touches the rest. A batch is what was ready when it began: a callback that queues itself again waits
/// for the next one, so it can keep neither timers nor posts from other threads from their turn. Posts of one thread to one lane run in the order of posting.
/// </remarks>
public sealed partial class LoopHost : IDisposable, IAsyncDisposable
{
    [ThreadStatic] static LoopHost? t_turning;
    [ThreadStatic] static LoopHost? t_ofThisThread;
    [ThreadStatic] static LoopHost? t_asking;

    static readonly Lazy<bool> s_supportsWaitHook = new(WaitHookSelfTest.Run);

    // Pump thread only, from here…
    readonly ReadyQueue _ready = new();
    readonly List<QuietWatch> _watches = [];
    VirtualClock[] _clocks = [];
    ExecutionContext? _clean;
    List<Action<bool>>? _afterTurning;
    // … to here.

    // The door. Under _gate: _inbox, _inboxCount, _sleeping, _woken, _ended.
    readonly object _gate = new();
    Work[] _inbox = new Work[32];
    int _inboxCount;
    bool _sleeping;
    bool _woken;
    bool _ended;
    Work[] _spare = new Work[32];
    volatile bool _hasMail;

    // Written by the pump thread, read by anybody: signs of life.
    int _threadId;
    long _executed;
    volatile LoopLane? _running;
    long _runningSince;

    // Pump thread: the callback whose long block was told of already, as a number of _executed.
    long _toldOfBlockIn;

    readonly Thread? _boundTo;
    readonly CancellationTokenSource? _stopThread;
    readonly TaskCompletionSource? _threadEnded;

    LoopHost(string name, Thread? boundTo)
    {
        Name = name;
        _boundTo = boundTo;
        Timers = new TimerHeap();
    }

    LoopHost(string name)
    {
        Name = name;
        Timers = new TimerHeap();
        _stopThread = new CancellationTokenSource();
        _threadEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _boundTo = new Thread(RunThread) { Name = name, IsBackground = true };
    }

    /// <summary>Raised when work was resumed on a lane or loop of this pump after it had closed; the work itself then runs on the thread pool without a context.</summary>
    /// <remarks>
    /// Called on a thread-pool thread under the ExecutionContext of whoever resumed the work, once for each such continuation or callback before it runs, and once more if it then fails.
    /// An exception of a handler is ignored.
    /// </remarks>
    public event Action<LateWork>? LateWork;

    /// <summary>
    /// True if this runtime tells a SynchronizationContext of blocking waits. Found out by a wait of one millisecond, once. Where it is false, <see cref="BlockingWaits"/> has no effect.
    /// </summary>
    public static bool SupportsWaitHook => s_supportsWaitHook.Value;

    /// <summary>The pump that turns on the calling thread; null outside one.</summary>
    public static LoopHost? Current => t_turning;

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>Managed id of the thread that turns the pump now; 0 while nobody does.</summary>
    public int ManagedThreadId => Volatile.Read(ref _threadId);

    /// <summary>True while a thread is inside <see cref="Run"/> or a loop's <c>Run</c> on this pump.</summary>
    public bool IsTurning => ManagedThreadId != 0;

    /// <summary>A sign of life, taken without a lock from any thread.</summary>
    public LoopHeartbeat Heartbeat
    {
        get
        {
            // Two looks at the counter: between them the callback did not change, or the third try is close enough.
            for (int attempt = 0; ; attempt++)
            {
                long executed = Volatile.Read(ref _executed);
                var lane = _running;
                long since = Volatile.Read(ref _runningSince);
                if (executed != Volatile.Read(ref _executed) && attempt < 3) continue;

                return lane is null
                    ? new LoopHeartbeat(executed, null, null, null)
                    : new LoopHeartbeat(executed, TimeSpan.FromMilliseconds(Math.Max(0, Environment.TickCount64 - since)), lane.Owner, lane.Loop.Name);
            }
        }
    }

    internal TimerHeap Timers { get; }

    internal LoopLane? RunningLane => _running;

    /// <summary>True on the thread that turns this pump.</summary>
    internal bool IsHere => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>True while somebody turns it or a thread of its own is about to.</summary>
    internal bool HasMail => _hasMail;

    internal bool TurnsByItself => IsTurning || (_stopThread is not null || _isGuest) && !HasEnded;

    internal bool HasEnded
    {
        get { using (OwnLock.Enter(_gate)) return _ended; }
    }

    /// <summary>True if nobody but one loop uses this pump: it turns only inside that loop's Run and CloseAsync, on whatever thread calls them.</summary>
    /// <summary>The managed id of the thread that it belongs to; null if it belongs to none.</summary>
    internal int? OwnThreadId => _boundTo?.ManagedThreadId;

    internal bool IsPrivate => _boundTo is null && !_isGuest;

    /// <summary>Pump thread: hears of callbacks that held the thread for more than <see cref="LongCallback"/>. Null: nothing is measured.</summary>
    internal Action<LongCallback>? HeardLongCallback { get; set; }

    internal PoolFloor PoolFloor { get; } = new();

    /// <summary>The pump of the calling thread, made at the first call. It turns when this thread calls <see cref="Run"/> or a loop's <c>Run</c>.</summary>
    /// <returns>The same pump for every call on one thread, until it is disposed.</returns>
    public static LoopHost ForThisThread() => t_ofThisThread is { HasEnded: false } mine
        ? mine
        : t_ofThisThread = new LoopHost(Thread.CurrentThread.Name ?? $"thread {Environment.CurrentManagedThreadId}", Thread.CurrentThread);

    /// <summary>Starts a background thread that turns a new pump until the pump is disposed.</summary>
    /// <param name="name">For messages; also the thread's name.</param>
    public static LoopHost StartThread(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var host = new LoopHost(name);
        // No AsyncLocal of the caller may stay on a thread that serves many.
        host._boundTo!.UnsafeStart();
        return host;
    }

    internal static LoopHost ForOneLoop(string name) => new($"of loop {name}", boundTo: null);

    /// <summary>Turns the pump on the calling thread until <paramref name="stop"/> is cancelled. Work that is then left stays queued for the next call.</summary>
    /// <param name="stop">Ends the call after the batch that is running. A cancelled token returns at once.</param>
    /// <exception cref="LoopNestedRunException">RND3005: called inside a callback of a pump.</exception>
    /// <exception cref="LoopException">RND3006: the pump belongs to another thread, turns already, or was disposed.</exception>
    public void Run(CancellationToken stop)
    {
        CheckThatItMayTurnHere($"Pump '{Name}'", Name);
        using (stop.UnsafeRegister(static host => ((LoopHost)host!).Wake(), this))
            Turn(until: null, stop);
    }

    /// <summary>
    /// Ends a pump: one of <see cref="StartThread(string)"/> finishes its batch, its thread ends, and what was still queued runs as late work. Waits for the thread's end,
    /// except on that thread itself. Loops that are still open on it should be closed before.
    /// </summary>
    public void Dispose()
    {
        if (_stopThread is null)
        {
            if (_isGuest) EndWithNextTurn();
            else if (!IsTurning) End();
            return;
        }
        _stopThread.Cancel();
        if (_boundTo != Thread.CurrentThread) _boundTo!.Join();
    }

    /// <summary>As <see cref="Dispose"/>, without blocking.</summary>
    /// <returns>Completes when the thread has ended; at once when called on that thread.</returns>
    public ValueTask DisposeAsync()
    {
        if (_stopThread is null || _boundTo == Thread.CurrentThread)
        {
            Dispose();
            return default;
        }
        _stopThread.Cancel();
        return new ValueTask(_threadEnded!.Task);
    }

    /// <summary>Name and, while it turns, thread and lane.</summary>
    public override string ToString() => $"pump '{Name}'{(_running is { } lane ? $" (running '{lane.Owner}')" : "")}";

    internal void CheckThatItMayTurnHere(string who, string whoseName)
    {
        if (t_turning is { } outer) throw LoopNestedRunException.Of(who, whoseName, outer);
        if (_diedOf is { } death) throw LoopException.PumpDied(this, "", null, death);
        if (HasEnded) throw LoopException.WrongThread(this, "it was disposed");
        if (_isGuest) throw LoopException.WrongThread(this, $"{(_dispatcher is { } dispatcher ? dispatcher.ToString() : "a dispatcher")} turns it");
        if (_boundTo is not null && _boundTo != Thread.CurrentThread) throw LoopException.WrongThread(this, $"it belongs to thread '{_boundTo.Name ?? _boundTo.ManagedThreadId.ToString(System.Globalization.CultureInfo.InvariantCulture)}'");
    }

    internal bool MayTurnHere() => t_turning is null && !_isGuest && (_boundTo is null || _boundTo == Thread.CurrentThread);

    /// <summary>Turns until the task is complete (whoever completes it on another thread calls <see cref="Wake"/>) or the token is cancelled.</summary>
    internal void Turn(Task? until, CancellationToken stop)
    {
        if (Interlocked.CompareExchange(ref _threadId, Environment.CurrentManagedThreadId, 0) is var other and not 0)
            throw LoopException.WrongThread(this, $"it turns on thread {other} now");

        var contextBefore = SynchronizationContext.Current;
        t_turning = this;
        _clean = ExecutionContext.Capture();
        try
        {
            SynchronizationContext.SetSynchronizationContext(null);
            while (true)
            {
                if (_hasMail) TakeInbox();
                if (Timers.HasEntries) MakeDueTimersReady();
                foreach (var clock in _clocks) clock.MakeDueTimersReady();
                if (_watches.Count != 0) TellQuietWatches();
                if (stop.IsCancellationRequested || until is { IsCompleted: true }) break;

                if (_ready.Count != 0) RunBatch();
                else if (_clocks.Length == 0) Sleep(Timeout.Infinite);
                else if (ConsiderClocks() is not 0 and var wait) Sleep(wait);
            }
        }
        catch (Exception death)
        {
            // Callbacks cannot get here, their exceptions are kept by their lanes. What can: a fault of this library, or a thread that somebody else tampers with.
            Die(death);
            throw LoopException.PumpDied(this, "", null, death);
        }
        finally
        {
            t_turning = null;
            Volatile.Write(ref _threadId, 0);
            SynchronizationContext.SetSynchronizationContext(contextBefore);
        }

        // What waited for the next turn must not wait for one that may never come.
        if (_afterTurning is not { Count: > 0 } left) return;
        _afterTurning = null;
        foreach (var action in left) action(false);
    }

    /// <summary>The one door. Appends; never blocks on anything but the append itself.</summary>
    /// <returns>False if the pump has ended and took nothing.</returns>
    internal bool TryPost(LoopLane lane, SendOrPostCallback callback, object? state)
    {
        if (!IsHere) return TryPostFromOutside(new Work(lane, callback, state));

        lane.QueuedHere++;
        if (lane.IsPlain && _clocks.Length == 0) _ready.Add(new Work(lane, callback, state));
        else AddWatched(new Work(lane, callback, state));
        if (_isGuest) AskForTurn();
        return true;
    }

    /// <summary>Runs a command of this library on the pump thread: at once if this is it, else through the door. It runs without a context and is nobody's work.</summary>
    internal bool Command(Action command)
    {
        if (!IsHere) return TryPostFromOutside(new Work(null, static action => ((Action)action!)(), command));
        command();
        return true;
    }

    /// <summary>As <see cref="Command"/>, but behind everything that is queued now, also on the pump thread.</summary>
    internal bool CommandBehind(Action command)
    {
        var work = new Work(null, static action => ((Action)action!)(), command);
        if (!IsHere) return TryPostFromOutside(work);
        _ready.Add(work);
        return true;
    }

    /// <summary>Pump thread, not a guest's: runs an action behind everything that is queued now, with true; if the pump stops turning before, then at that point, with false. It must not throw.</summary>
    internal void BehindOrAfterTurning(Action<bool> action)
    {
        (_afterTurning ??= []).Add(action);
        _ready.Add(new Work(null, static work =>
        {
            var (host, action) = ((LoopHost, Action<bool>))work!;
            if (host._afterTurning?.Remove(action) == true) action(true);
        }, (this, action)));
    }

    /// <summary>Ends a sleep, so that the pump looks at its reasons to stop.</summary>
    internal void Wake()
    {
        if (IsHere) return;
        if (_isGuest)
        {
            AskForTurn();
            return;
        }
        using (OwnLock.Enter(_gate))
        {
            _woken = true;
            if (_sleeping) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Pump thread.</summary>
    internal void AddWatch(QuietWatch watch) => _watches.Add(watch);

    /// <summary>Pump thread, also from inside a blocking wait: what waits behind the running callback, oldest first.</summary>
    internal IEnumerable<Work> LookAtReady()
    {
        List<StrandQueue>? seen = null;
        for (int i = 0; i < _ready.Count; i++)
        {
            var work = _ready[i];
            if (work.State is not StrandQueue queue) yield return work;
            else if (seen?.Contains(queue) != true)
            {
                (seen ??= []).Add(queue);
                foreach (var item in queue.Items) yield return item;
            }
        }
    }

    /// <summary>Pump thread: a virtual clock of this pump, to be asked when nothing is ready.</summary>
    internal void Follow(VirtualClock clock) => _clocks = [.. _clocks, clock];

    /// <summary>Pump thread.</summary>
    internal void Unfollow(VirtualClock clock) => _clocks = [.. _clocks.Where(other => !ReferenceEquals(other, clock))];

    /// <summary>Pump thread: true if something on this pump that has another clock could wake one of these loops: a timer, or the end of a wait for quiet. Supervisors are not counted.</summary>
    internal bool NeighboursMayWake(EventLoop[] loops)
    {
        if (_watches.Count != 0) return true;
        foreach (var clock in _clocks)
            if (!ReferenceEquals(clock, loops[0].VirtualClock) && clock.MayMove) return true;
        return Timers.Any(static timer => !timer.Lane.Loop.IsSupervisor);
    }

    /// <summary>What came from outside and was not taken yet. Empty if the door is in use this instant: a wait hook must not wait for it.</summary>
    internal Work[] LookAtInbox()
    {
        using var quiet = OwnLock.Quietly();
        if (!Monitor.TryEnter(_gate)) return [];
        try { return _inbox[.._inboxCount]; }
        finally { Monitor.Exit(_gate); }
    }

    /// <summary>Runs work whose lane has closed: on the pool, without a context, reported. Never throws: its caller is whoever completed a task.</summary>
    internal void RunLate(LoopLane lane, SendOrPostCallback callback, object? state, string? resumedFrom = null)
    {
        var late = new LateWork(lane.Loop.Name, lane.Owner, AsyncNames.Describe(callback, state), resumedFrom ?? AsyncNames.DescribeThisPlace(),
            (state as System.Runtime.ExceptionServices.ExceptionDispatchInfo)?.SourceException)
        { LoopOwner = lane.Loop.Owner };
        // Of whoever resumed it: handlers may find there whose doing it was.
        var context = ExecutionContext.Capture();
        ThreadPool.UnsafeQueueUserWorkItem(static work =>
        {
            work.Host.Tell(work.Report, work.Context);
            // A failure is a second thing to tell; the lane keeps it too, but its owner may have gone.
            if (work.Lane.RunOnPool(work.Callback, work.State) is { } error && work.Report.Exception is null) work.Host.Tell(work.Report with { Exception = error }, work.Context);
        }, (Host: this, Lane: lane, Callback: callback, State: state, Report: late, Context: context), preferLocal: false);
    }

    void Tell(LateWork report, ExecutionContext? resumer)
    {
        if (resumer is not null) ExecutionContext.Run(resumer, _ => Tell(report), null);
        else Tell(report);
    }

    void Tell(LateWork report)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(LateWork))
        {
            try { handler(report); }
            catch (Exception) { /* A handler's fault must not end the process or lose the work. */ }
        }
    }

    bool TryPostFromOutside(in Work work)
    {
        using (OwnLock.Enter(_gate))
        {
            if (_ended) return false;
            if (_inboxCount == _inbox.Length) Array.Resize(ref _inbox, _inbox.Length * 2);
            _inbox[_inboxCount++] = work;
            if (work.Lane is { } lane) Interlocked.Increment(ref lane.QueuedOutside);
            _hasMail = true;
            if (_sleeping) Monitor.Pulse(_gate);
        }
        if (_isGuest) AskForTurn();
        return true;
    }

    void TakeInbox()
    {
        Work[] mail;
        int count;
        using (OwnLock.Enter(_gate))
        {
            (mail, count) = (_inbox, _inboxCount);
            (_inbox, _inboxCount) = (_spare, 0);
            _hasMail = false;
        }
        for (int i = 0; i < count; i++)
        {
            if (mail[i].Lane is not { } lane)
            {
                _ready.Add(mail[i]);
                continue;
            }
            if (lane.IsPlain) _ready.Add(mail[i]);
            else AddForeign(mail[i]);
            // Up before down: whoever adds both from outside must not see a moment with nothing queued.
            lane.QueuedHere++;
            Interlocked.Decrement(ref lane.QueuedOutside);
        }
        Array.Clear(mail, 0, count);
        _spare = mail;
    }

    // A virtual clock or a policy is concerned, or may be.
    void AddWatched(in Work work)
    {
        var lane = work.Lane!;
        if (_running is { } from && !ReferenceEquals(from.Virtual, lane.Virtual))
        {
            from.Virtual?.SomethingLeaves();
            // To start a body is not to answer it.
            if (!ReferenceEquals(work.Callback, LaneRun.BeginCallback)) lane.Virtual?.CameFromOutside(work);
        }
        AddReady(work);
    }

    void AddForeign(in Work work)
    {
        if (!ReferenceEquals(work.Callback, LaneRun.BeginCallback))
        {
            if (work.Lane!.Virtual is { } clock) clock.CameFromOutside(work);
            else work.Lane.Loop.CountForeignPost(work);
        }
        AddReady(work);
    }

    void AddReady(in Work work)
    {
        if (work.Lane!.Loop.Strands is { } queue)
        {
            queue.Add(work);
            _ready.Add(queue.Token);
        }
        else _ready.Add(work);
    }

    int ConsiderClocks()
    {
        int wait = Timeout.Infinite;
        foreach (var clock in _clocks)
        {
            int one = clock.Consider();
            if (one >= 0 && (wait < 0 || one < wait)) wait = one;
        }
        return wait;
    }

    void MakeDueTimersReady()
    {
        long now = LoopClock.Real.NowTicks;
        while (Timers.TryTakeDue(now, out var timer)) timer.MakeReady(now);
    }

    void TellQuietWatches()
    {
        for (int i = _watches.Count - 1; i >= 0; i--)
            if (_watches[i].TellIfQuiet()) _watches.RemoveAt(i);
    }

    void RunBatch()
    {
        Volatile.Write(ref _runningSince, Environment.TickCount64);
        // Only what was ready when the batch began: a callback that queues itself again waits for the next one.
        // A guest's callback may hold a nested frame, and a batch inside it takes from the same queue.
        for (int n = _ready.Count; n > 0 && _ready.Count != 0; n--) RunOne(_ready.Take());
        SynchronizationContext.SetSynchronizationContext(null);
        foreach (var clock in _clocks) clock.LookAtLimit();
    }

    internal void RunOne(in Work work)
    {
        if (work.Lane is not { } lane)
        {
            SynchronizationContext.SetSynchronizationContext(null);
            work.Callback(work.State);
            return;
        }

        lane.QueuedHere--;
        if (lane.IsClosed)
        {
            RunLate(lane, work.Callback, work.State, "work that was queued before the lane closed");
            return;
        }

        // A callback may have left another context behind, so this is checked for each, not once per lane.
        if (!ReferenceEquals(SynchronizationContext.Current, lane)) SynchronizationContext.SetSynchronizationContext(lane);
        lane.Executed++;
        if (!lane.IsPlain) lane.Virtual?.Ran(work.State);
        _running = lane;
        Volatile.Write(ref _executed, _executed + 1);
        try { work.Callback(work.State); }
        catch (Exception stray) { lane.AddStray(stray); }
        _running = null;
        // One look at the time for each: the end of one callback is the beginning of the next.
        long now = Environment.TickCount64;
        if (now - _runningSince >= lane.MostInOneGoMs) TellOfLongCallback(lane, work, TimeSpan.FromMilliseconds(now - _runningSince));
        if (HeardLongCallback is { } hear) TellOfHold(hear, work, TimeSpan.FromMilliseconds(now - _runningSince));
        Volatile.Write(ref _runningSince, now);
        // Raw callbacks run on the pump's own ExecutionContext: what one sets must not be there for the next.
        if (!ReferenceEquals(ExecutionContext.Capture(), _clean)) RestoreCleanContext();
    }

    void RestoreCleanContext()
    {
        if (_clean is not null) ExecutionContext.Restore(_clean);
    }

    void Sleep(int atMostMs)
    {
        int wait = atMostMs;
        if (Timers.TryPeekDue(out long due))
        {
            // Rounded up: to wake too early would only turn once more for nothing.
            double ms = Math.Ceiling((due - LoopClock.Real.NowTicks) / (double)TimeSpan.TicksPerMillisecond);
            if (ms <= 0) return;
            wait = (int)Math.Min(ms, atMostMs < 0 ? int.MaxValue : atMostMs);
        }
        PoolFloor.Sample();
        using (OwnLock.Enter(_gate))
        {
            if (_inboxCount == 0 && !_woken)
            {
                _sleeping = true;
                try { Monitor.Wait(_gate, wait); }
                catch (ThreadInterruptedException) { /* Somebody interrupts a thread that serves many: no reason for it to end. It looks around, and sleeps again. */ }
                _sleeping = false;
            }
            _woken = false;
        }
    }

    void RunThread()
    {
        try
        {
            Run(_stopThread!.Token);
            End();
        }
        catch (LoopException) when (_diedOf is not null)
        {
            // Everybody concerned was told. Out of here it would end the process.
        }
        _threadEnded!.SetResult();
    }

    void End()
    {
        List<Work> left = [];
        using (OwnLock.Enter(_gate))
        {
            _ended = true;
            while (_ready.Count != 0) left.Add(_ready.Take() is var work && work.State is StrandQueue queue ? queue.TakeAny() : work);
            left.AddRange(_inbox.AsSpan(0, _inboxCount));
            Array.Clear(_inbox, 0, _inboxCount);
            _inboxCount = 0;
            _hasMail = false;
        }
        foreach (var work in left)
            // A body that has not begun is not begun without its loop.
            if (_diedOf is { } death && work is { Lane: { } its, State: LaneRun run } && ReferenceEquals(work.Callback, LaneRun.BeginCallback)) run.NeverBegins(LoopException.PumpDied(this, its.Loop.Name, its.Owner, death));
            else if (work.Lane is { } lane) RunLate(lane, work.Callback, work.State, $"the end of {this}");
            else work.Callback(work.State);
    }
}
