using System.Runtime.ExceptionServices;

namespace Rondo.Loops;

/// <summary>
/// The SynchronizationContext of one owner (a piece of work with a name: say one request, one server) on a loop. Continuations return to the context that their own code captured, so a lane
/// knows without any bookkeeping of ours what belongs to its owner: what is queued, which async void methods run, which timers are armed, who blocks the thread.
/// </summary>
/// <remarks>
/// Made by <see cref="EventLoop.OpenLane"/>. Cheap: one per owner, not one per program. All members may be called from any thread.
/// On a thread-pool loop a lane is never current; it starts bodies and keeps their account, as far as one can be kept there.
/// </remarks>
public sealed class LoopLane : SynchronizationContext
{
    // A ThreadPool body has no context to be found by; this flows with its ExecutionContext instead.
    static readonly AsyncLocal<LoopLane?> s_poolLane = new();
    static bool s_poolLaneUsed;

    static readonly SendOrPostCallback s_underContext = static posted =>
    {
        var (context, d, state) = ((ExecutionContext, SendOrPostCallback, object?))posted!;
        ExecutionContext.Run(context, new ContextCallback(d), state);
    };

    readonly bool _onPool;

    // Pump thread writes, anybody reads; see also QueuedOutside.
    internal int QueuedHere;
    // Interlocked: posts that the pump has not taken yet; on the pool backend everything queued.
    internal int QueuedOutside;
    internal long Executed;

    // Callbacks run under the ExecutionContext of who posts them. The asyncs of F# count on that, as nothing else carries theirs to the other side of an await; everybody else's posts are spared the cost. Set before the first post.
    internal bool FlowsContext;

    // Pump thread: its number among the strands of a loop with a schedule policy; -1 if it has none yet.
    internal int Strand = -1;

    // For a strand that was split off: stray exceptions and warnings belong to the lane somebody opened.
    readonly LoopLane? _parent;

    // Interlocked.
    int _asyncVoidRunning;
    int _runningBodies;
    int _poolTimers;
    int _children;
    // Bodies whose promise was ended for them (RND3070, RND3071): told once, so they are no leak besides.
    int _givenUp;

    volatile bool _closed;
    LoopDeadlockException? _brokenDeadlock;

    // Under _account: timers, strays, warnings.
    readonly object _account = new();
    LoopTimer? _firstTimer;
    int _timers;
    List<Exception>? _strays;
    List<string>? _warnings;
    // With a virtual clock only: bodies that have not ended.
    List<LaneRun>? _bodies;
    List<LoopLane>? _split;
    // With a virtual clock only, for names: tasks of work that runs beside bodies; completed ones go when there is no room.
    List<Task>? _beside;

    internal LoopLane(EventLoop loop, string owner, BlockingWaits policy, LoopLane? parent = null)
    {
        _parent = parent;
        Virtual = loop.VirtualClock;
        IsPlain = Virtual is null && loop.Strands is null;
        Loop = loop;
        Owner = owner;
        BlockingWaits = policy;
        Host = loop.Host;
        _onPool = loop.Backend == LoopBackend.ThreadPool;
        MostInOneGoMs = loop.IsSupervisor ? long.MaxValue : (long)loop.WaitLimits.Warn.TotalMilliseconds;
        // A lane that allows blocking has no notification at all: a hop on it costs nothing extra.
        if (policy == BlockingWaits.Allow || _onPool) return;
        SetWaitNotificationRequired();
        if (parent is not null)
        {
            OutsideAtStart = parent.OutsideAtStart;
            return;
        }
        // For callbacks that run before or without a body. No floor of busy workers here: when in doubt, no deadlock.
        using (OwnLock.Quietly()) OutsideAtStart = loop.OutsideWork.Look() with { BusyWorkers = 0 };
    }

    /// <summary>The loop it is on.</summary>
    public EventLoop Loop { get; }

    /// <summary>Whose lane it is, for messages.</summary>
    public string Owner { get; }

    /// <summary>What a blocking wait of its owner means.</summary>
    public BlockingWaits BlockingWaits { get; }

    /// <summary>The first deadlock that was broken on this lane; null if there was none. Set even if the blocked code swallowed the exception.</summary>
    public LoopDeadlockException? BrokenDeadlock => _brokenDeadlock;

    /// <summary>The first exception of any kind that was thrown out of a blocking wait (deadlock, stall, refusal); null if there was none. After one, statics of the process may be poisoned.</summary>
    public LoopException? BrokenWait { get; private set; }

    /// <summary>The account at this moment.</summary>
    public LaneStatistics Statistics => new(Queued, Volatile.Read(ref _asyncVoidRunning), ArmedTimers, Volatile.Read(ref _runningBodies), Volatile.Read(ref Executed));

    /// <summary>True once <see cref="Close"/> was called, or its loop has closed.</summary>
    public bool IsClosed => _closed;

    internal LoopHost Host { get; }

    /// <summary>Null on a real clock.</summary>
    internal VirtualClock? Virtual { get; }

    /// <summary>Neither a virtual clock nor a schedule policy: nothing about its posts is of interest.</summary>
    internal bool IsPlain { get; }

    internal TimerHeap Timers => Virtual?.Timers ?? Host.Timers;

    internal OutsideSnapshot OutsideAtStart { get; private set; }

    internal int Queued => Volatile.Read(ref QueuedHere) + Volatile.Read(ref QueuedOutside);

    internal bool IsOnPool => _onPool;

    /// <summary>True if the promise of a body was ended for it (RND3070, RND3071): that it is still there has been told.</summary>
    internal bool HasGivenUp => Volatile.Read(ref _givenUp) > 0;

    /// <summary>Longest time of one callback that is not worth a word. Real time.</summary>
    internal long MostInOneGoMs { get; }

    int UnfinishedBodies => Volatile.Read(ref _runningBodies) - Volatile.Read(ref _givenUp);

    internal int ArmedTimers => Volatile.Read(ref _timers) + Volatile.Read(ref _poolTimers);

    internal bool HasNothingQueued => Queued == 0;

    internal bool IsQuiet => Queued == 0 && Volatile.Read(ref _asyncVoidRunning) == 0 && UnfinishedBodies <= 0 && Volatile.Read(ref _children) == 0
        // Nobody waits for a timer of a virtual clock any more, so it will never be due.
        && (ArmedTimers == 0 || Virtual is not null);

    internal static LoopLane? CurrentOrNull => Current as LoopLane ?? (Volatile.Read(ref s_poolLaneUsed) ? s_poolLane.Value : null);

    /// <summary>Starts <paramref name="body"/> on this lane, under the ExecutionContext of the caller.</summary>
    /// <param name="body">On a single-thread loop it is called as a callback of the pump with this lane as SynchronizationContext; on a thread-pool loop, on the pool without one.</param>
    /// <returns>Completes as the body's task does, with its exceptions as they are. Who awaits it continues on the awaiter's own context, never inside the body's stack.</returns>
    /// <exception cref="LoopClosedException">RND3004: the lane or its loop takes no new work.</exception>
    public Task RunAsync(Func<Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Start(new BodyRun(this, body)).Task;
    }

    /// <summary>As <see cref="RunAsync(Func{Task})"/>, with a result.</summary>
    /// <param name="body">See there.</param>
    /// <returns>See there.</returns>
    /// <exception cref="LoopClosedException">RND3004: the lane or its loop takes no new work.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Start(new BodyRun<T>(this, body)).Task;
    }

    /// <summary>Queues a callback. Never throws for a lane or loop that has closed: the callback then runs on the thread pool and is reported through <see cref="LoopHost.LateWork"/>.</summary>
    /// <param name="d">Runs on the pump with this lane current. An exception of it is kept in <see cref="TakeStrayExceptions"/>.</param>
    /// <param name="state">Handed to <paramref name="d"/>.</param>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        // An Action is a continuation of an await, which brings its own.
        if (FlowsContext && state is not Action && ExecutionContext.Capture() is { } context) (d, state) = (s_underContext, (context, d, state));
        if (_onPool && !_closed) PostToPool(d, state);
        else if (_closed || !Host.TryPost(this, d, state)) Host.RunLate(this, d, state);
    }

    /// <summary>Runs a callback and returns when it has run: in place on the pump's thread, else by posting it and blocking the caller. Its exception comes out here.</summary>
    /// <param name="d">What to run.</param>
    /// <param name="state">Handed to <paramref name="d"/>.</param>
    /// <exception cref="LoopClosedException">RND3004: the lane is closed.</exception>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (_closed) throw LoopClosedException.Of(this, "Send");
        if (_onPool)
        {
            d(state);
            return;
        }
        if (Host.IsHere)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try { d(state); }
            finally { SetSynchronizationContext(before); }
            return;
        }

        using var done = new ManualResetEventSlim();
        ExceptionDispatchInfo? failure = null;
        Post(_ =>
        {
            try { d(state); }
            catch (Exception error) { failure = ExceptionDispatchInfo.Capture(error); }
            done.Set();
        }, null);
        done.Wait();
        failure?.Throw();
    }

    /// <summary>A lane stands for one owner: there is no copy of it.</summary>
    /// <returns>This lane.</returns>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Called by the runtime when an async void method starts on this lane.</summary>
    public override void OperationStarted()
    {
        Interlocked.Increment(ref _asyncVoidRunning);
        Virtual?.WaitBegins();
    }

    /// <summary>Called by the runtime when an async void method has ended.</summary>
    public override void OperationCompleted()
    {
        Interlocked.Decrement(ref _asyncVoidRunning);
        if (!_closed) Virtual?.WaitEnds();
        Host.Wake();
    }

    /// <summary>Called by the runtime when code with this lane as context is about to block.</summary>
    /// <param name="waitHandles">See the base class.</param>
    /// <param name="waitAll">See the base class.</param>
    /// <param name="millisecondsTimeout">See the base class.</param>
    /// <returns>See the base class.</returns>
    /// <exception cref="LoopException">RND3001, RND3002 or RND3003, as <see cref="BlockingWaits"/> says.</exception>
    public override int Wait(IntPtr[] waitHandles, bool waitAll, int millisecondsTimeout)
    {
        // Not our business: a look without waiting, our own locks, and threads on which this lane is current without being the pump's.
        if (millisecondsTimeout == 0 || OwnLock.IsHeldHere || !Host.IsHere) return WaitHelper(waitHandles, waitAll, millisecondsTimeout);
        return BlockedWait.Watch(this, waitHandles, waitAll, millisecondsTimeout);
    }

    /// <summary>Takes the exceptions nobody could await: of async void methods, crashed callbacks and timers of this lane, in order. Also those that came after the lane had closed.</summary>
    /// <returns>Empty if there were none since the last call.</returns>
    public IReadOnlyList<Exception> TakeStrayExceptions()
    {
        using (OwnLock.Enter(_account))
        {
            IReadOnlyList<Exception> taken = _strays ?? (IReadOnlyList<Exception>)[];
            _strays = null;
            return taken;
        }
    }

    /// <summary>Takes the warnings about blocking waits on this lane, in order.</summary>
    /// <returns>Empty if there were none since the last call.</returns>
    public IReadOnlyList<string> TakeWarnings()
    {
        using (OwnLock.Enter(_account))
        {
            IReadOnlyList<string> taken = _warnings ?? (IReadOnlyList<string>)[];
            _warnings = null;
            return taken;
        }
    }

    /// <summary>Ends the lane. What is resumed on it later runs on the thread pool and is reported through <see cref="LoopHost.LateWork"/>.</summary>
    /// <returns>What is left at this moment; empty if nothing, and for a lane that was closed before. Stray exceptions are not among it: take them.</returns>
    public IReadOnlyList<LoopLeak> Close()
    {
        if (_closed) return [];
        var leaks = ListLeaks();
        _closed = true;
        if (Virtual is not null) EndWaits();
        Loop.Forget(this);
        LoopLane[] split;
        using (OwnLock.Enter(_account)) split = _split is null ? [] : [.. _split];
        return split.Length == 0 ? leaks : [.. leaks, .. split.SelectMany(static strand => strand.Close())];
    }

    /// <summary>Owner and account.</summary>
    public override string ToString() => $"lane '{Owner}' on loop '{Loop.Name}'{(_closed ? " (closed)" : "")}, {Queued} queued";

    internal static int WaitWithoutWatching(IntPtr[] handles, bool waitAll, int ms) => WaitHelper(handles, waitAll, ms);

    /// <summary>The lane for a piece of work that runs beside its starter: a lane of its own where a schedule policy has to tell them apart, else this one.</summary>
    /// <remarks>For whoever starts concurrent work on behalf of a body, such as a task group. Any thread. Its owner, stray exceptions and warnings are this lane's; it is closed with it.</remarks>
    internal LoopLane OpenStrand() => Loop.Strands is null ? this : NewStrandLane();

    /// <summary>For whoever starts concurrent work, such as a task group: if the body of this lane can never finish, the message names what this task waits for as well. Any thread.</summary>
    internal void NoteWaiting(Task task)
    {
        if (Virtual is null || task.IsCompleted) return;
        var root = _parent ?? this;
        using (OwnLock.Enter(root._account))
        {
            var beside = root._beside ??= new List<Task>(4);
            if (beside.Count == beside.Capacity) beside.RemoveAll(static one => one.IsCompleted);
            beside.Add(task);
        }
    }

    internal LoopLane NewStrandLane()
    {
        var root = _parent ?? this;
        var strand = new LoopLane(Loop, Owner, BlockingWaits, root);
        using (OwnLock.Enter(root._account)) (root._split ??= []).Add(strand);
        Loop.Add(strand);
        return strand;
    }

    /// <summary>Pump thread: ends the promises of pending bodies, those begun before a moment of real time if one is given.</summary>
    internal bool FailBodies(Func<LoopLane, LoopStalledException> why, TimeSpan? olderThan)
    {
        LaneRun[] bodies;
        using (OwnLock.Enter(_account))
        {
            if (_bodies is not { Count: > 0 }) return false;
            bodies = [.. _bodies.Where(body => body.Started is { } started && (olderThan is null || started <= olderThan))];
        }
        if (bodies.Length == 0) return false;
        var stalled = why(this);
        foreach (var body in bodies) body.GiveUp(stalled);
        return true;
    }

    /// <summary>" Waiting: a, b." of the bodies that have not ended, as far as their names are known.</summary>
    internal string NamesOfWaiting()
    {
        Task?[] tasks;
        using (OwnLock.Enter(_account)) tasks = [.. (_bodies ?? []).Select(static body => body.BodyTask), .. _beside ?? []];
        var names = tasks.SelectMany(WaitingNames.Of).Distinct().Take(8).ToList();
        return names.Count == 0 ? "" : $" Waiting: {string.Join(", ", names)}.";
    }

    internal void WaitBegins(LaneRun body)
    {
        using (OwnLock.Enter(_account)) (_bodies ??= []).Add(body);
        Virtual!.WaitBegins();
    }

    internal void WaitEnds(LaneRun body)
    {
        using (OwnLock.Enter(_account))
            if (!_bodies!.Remove(body)) return;
        Virtual!.WaitEnds();
    }

    // Time does not move for a lane that is over.
    void EndWaits()
    {
        LaneRun[] bodies;
        using (OwnLock.Enter(_account)) bodies = [.. _bodies ?? []];
        foreach (var body in bodies) WaitEnds(body);
        for (int left = Volatile.Read(ref _asyncVoidRunning); left > 0; left--) Virtual!.WaitEnds();
    }

    internal void AddStray(Exception stray)
    {
        if (_parent is not null)
        {
            _parent.AddStray(stray);
            return;
        }
        using (OwnLock.Enter(_account)) (_strays ??= []).Add(stray);
    }

    internal void AddWarning(string warning)
    {
        if (_parent is not null)
        {
            _parent.AddWarning(warning);
            return;
        }
        using (OwnLock.Enter(_account)) (_warnings ??= []).Add(warning);
    }

    internal void Broke(LoopException exception)
    {
        _parent?.Broke(exception);
        BrokenWait ??= exception;
        _brokenDeadlock ??= exception as LoopDeadlockException;
    }

    internal void List(LoopTimer timer)
    {
        using (OwnLock.Enter(_account))
        {
            if (timer.IsListed) return;
            timer.IsListed = true;
            timer.Next = _firstTimer;
            if (_firstTimer is not null) _firstTimer.Previous = timer;
            _firstTimer = timer;
            _timers++;
        }
    }

    internal void Unlist(LoopTimer timer)
    {
        using (OwnLock.Enter(_account))
        {
            if (!timer.IsListed) return;
            timer.IsListed = false;
            if (timer.Previous is { } previous) previous.Next = timer.Next;
            else _firstTimer = timer.Next;
            if (timer.Next is { } next) next.Previous = timer.Previous;
            timer.Previous = timer.Next = null;
            _timers--;
        }
    }

    internal void CountPoolTimer(int change) => Interlocked.Add(ref _poolTimers, change);

    /// <summary>Runs user code on the current pool thread, with nothing escaping: an exception there would end the process.</summary>
    /// <returns>The exception, which is among the stray ones now; null if there was none.</returns>
    internal Exception? RunOnPool(SendOrPostCallback callback, object? state)
    {
        try
        {
            callback(state);
            return null;
        }
        catch (Exception stray)
        {
            AddStray(stray);
            return stray;
        }
    }

    internal void BodyStarts()
    {
        Virtual?.BodyBegins(Loop);
        if (BlockingWaits is BlockingWaits.Allow or BlockingWaits.Fail || _onPool) return;
        using (OwnLock.Quietly())
        {
            var now = Loop.OutsideWork.Look();
            OutsideAtStart = now with { BusyWorkers = Host.PoolFloor.AtMost(now.BusyWorkers), ArmedTimers = Loop.OutsideWork is ProcessOutsideWork ? PoolFloor.TimersAtMost(now.ArmedTimers) : now.ArmedTimers };
        }
    }

    internal void BodyEnded() => Interlocked.Decrement(ref _runningBodies);

    internal void BodyGivenUp(int change) => Interlocked.Add(ref _givenUp, change);

    /// <summary>Of a task group whose home this is. Any thread.</summary>
    internal void ChildStarts() => Interlocked.Increment(ref (_parent ?? this)._children);

    internal void ChildEnds()
    {
        var root = _parent ?? this;
        // A close may wait for the last one.
        if (Interlocked.Decrement(ref root._children) == 0 && root.Loop.State == LoopState.Closing) Host.Wake();
    }

    TRun Start<TRun>(TRun run) where TRun : LaneRun
    {
        if (_closed) throw LoopClosedException.Of(this, "RunAsync");
        Loop.CheckThatItTakesWork("RunAsync");

        Interlocked.Increment(ref _runningBodies);
        if (Virtual is not null) WaitBegins(run);
        if (_onPool)
        {
            Volatile.Write(ref s_poolLaneUsed, true);
            ThreadPool.UnsafeQueueUserWorkItem(static run => run.Begin(), (LaneRun)run, preferLocal: false);
        }
        else if (Host.IsGuest && Host.Refuses(run) is { } refusal)
        {
            Interlocked.Decrement(ref _runningBodies);
            throw refusal;
        }
        else if (!Host.TryPost(this, LaneRun.BeginCallback, run))
        {
            Interlocked.Decrement(ref _runningBodies);
            if (Host.IsGuest) Host.BodyHasEnded(run);
            if (Virtual is not null) WaitEnds(run);
            throw LoopClosedException.Of(Loop, "RunAsync");
        }
        return run;
    }

    void PostToPool(SendOrPostCallback d, object? state)
    {
        Interlocked.Increment(ref QueuedOutside);
        ThreadPool.UnsafeQueueUserWorkItem(static work =>
        {
            work.Lane.RunOnPool(work.Callback, work.State);
            Interlocked.Decrement(ref work.Lane.QueuedOutside);
        }, (Lane: this, Callback: d, State: state), preferLocal: false);
    }

    /// <summary>Who a body belongs to must be findable without a context on the pool, and must not be a pool lane of the caller elsewhere.</summary>
    internal void MarkBody()
    {
        LoopDebug.Mark(_parent ?? this);
        if (_onPool) s_poolLane.Value = this;
        else if (Volatile.Read(ref s_poolLaneUsed) && s_poolLane.Value is not null) s_poolLane.Value = null;
    }

    internal bool HasStrays
    {
        get { using (OwnLock.Enter(_account)) return _strays is not null; }
    }

    bool HasNothingToList => Queued == 0 && Volatile.Read(ref _asyncVoidRunning) == 0 && Volatile.Read(ref _runningBodies) == 0 && Volatile.Read(ref _children) == 0 && ArmedTimers == 0;

    IReadOnlyList<LoopLeak> ListLeaks()
    {
        if (HasNothingToList) return [];
        List<LoopLeak> leaks = [];
        int asyncVoid = Volatile.Read(ref _asyncVoidRunning), bodies = Volatile.Read(ref _runningBodies), children = Volatile.Read(ref _children), queued = Queued;
        string names = asyncVoid > 0 || bodies > 0 || children > 0 ? LoopDebug.AfterCount(this) : "";
        if (asyncVoid > 0) leaks.Add(new(LeakKind.AsyncVoid, LoopText.Count(asyncVoid, "async void method") + " still running" + names, Owner));
        if (bodies > 0) leaks.Add(new(LeakKind.RunningBody, LoopText.Count(bodies, "body").Replace("bodys", "bodies", StringComparison.Ordinal) + " not completed" + names, Owner));
        if (children > 0) leaks.Add(new(LeakKind.Child, LoopText.Count(children, "child").Replace("childs", "children", StringComparison.Ordinal) + " of a task group still running" + names, Owner));
        if (queued > 0) leaks.Add(new(LeakKind.QueuedWork, LoopText.Count(queued, "continuation") + $" queued{NamesOfQueued(3)}", Owner));
        using (OwnLock.Enter(_account))
            for (var timer = _firstTimer; timer is not null; timer = timer.Next)
                leaks.Add(new(LeakKind.Timer, $"armed timer: {AsyncNames.Describe(timer)}", Owner));
        int poolTimers = Volatile.Read(ref _poolTimers);
        if (poolTimers > 0) leaks.Add(new(LeakKind.Timer, LoopText.Count(poolTimers, "armed timer"), Owner));
        return leaks;
    }

    /// <summary>": a, b, c" of what waits on this lane, as far as this thread may look; else nothing.</summary>
    internal string NamesOfQueued(int atMost)
    {
        if (!Host.IsHere) return "";
        var names = Host.LookAtReady().Concat(Host.LookAtInbox()).Where(work => ReferenceEquals(work.Lane, this)).Take(atMost).Select(work => AsyncNames.Describe(work.Callback, work.State));
        string text = string.Join(", ", names);
        return text.Length == 0 ? "" : $" ({text})";
    }
}
