namespace Rondo.Loops;

/// <summary>
/// A loop: a lifetime, a clock and an account of its work. Many loops share one pump (<see cref="LoopHost"/>), so none is ever "the wrong loop": each continuation
/// returns to the lane, and through it to the loop, that its own code was started on.
/// </summary>
/// <remarks>Cheap enough for one per piece of work. All members may be called from any thread; what runs on a single-thread loop runs on its pump's thread.</remarks>
public sealed partial class EventLoop : IAsyncDisposable
{
    readonly EventLoopOptions _options;
    long _foreignPosts;
    long _timeRaces;

    // Under _gate: lanes, holds, the state's changes, and what is made on first use.
    readonly object _gate = new();
    readonly List<LoopLane> _lanes = [];
    List<LoopHold>? _holds;
    int _holdsInForce;
    LoopLane? _ownLane;
    CancellationTokenSource? _root;
    LoopScheduler? _scheduler;
    Task<LoopCloseReport>? _closing;
    volatile LoopState _state;

    EventLoop(EventLoopOptions options, StrandChooser? explored = null)
    {
        _options = options;
        Host = options.Host ?? LoopHost.Current ?? LoopHost.ForOneLoop(options.Name);
        var source = options.Clock is BoundClock bound ? bound.Source : options.Clock;
        Clock = new BoundClock(this, source);
        if (options.Backend == LoopBackend.ThreadPool) return;
        VirtualClock = source as VirtualClock;
        if (Host.IsGuest && VirtualClock is not null) throw LoopException.NotOnDispatcher(options, Host, "a virtual clock", "when time may move");
        if ((explored ?? options.Policy.Begin()) is { } chooser)
        {
            if (Host.IsGuest) throw LoopException.NotOnDispatcher(options, Host, "a schedule policy", "what else could run next");
            Strands = new StrandQueue(Host, chooser);
        }
        VirtualClock?.Attach(this);
    }

    /// <summary>
    /// Raised when virtual time may have overtaken real work: a continuation came from outside within 50 ms after a jump, although as far as is known nothing had been begun there since. The lane it came to keeps a warning too.
    /// </summary>
    /// <remarks>Called on the pump's thread, before that continuation runs. An exception of a handler is ignored. A suspicion: a socket that answers at once may be blamed.</remarks>
    public event Action<TimeRace>? TimeRaced;

    /// <summary>The loop the calling code runs on: that of the current lane, or of the thread-pool body it belongs to; null outside.</summary>
    /// <remarks>Inside <c>Task.Run</c> on a single-thread loop it is null: that code has left the loop.</remarks>
    public static EventLoop? Current => LoopLane.CurrentOrNull?.Loop;

    /// <summary>For messages.</summary>
    public string Name => _options.Name;

    /// <summary>Whose loop it is, for messages and leaks.</summary>
    public string Owner => _options.Owner ?? _options.Name;

    /// <summary>Where its code runs.</summary>
    public LoopBackend Backend => _options.Backend;

    /// <summary>What a blocking wait means on its lanes, unless a lane says otherwise.</summary>
    public BlockingWaits BlockingWaits => _options.BlockingWaits;

    /// <summary>The loop's time. Timers, delays and time limits made with it fire on this loop, on the lane that made them, in order of due time and then of making.</summary>
    public LoopClock Clock { get; }

    /// <summary>The pump.</summary>
    public LoopHost Host { get; }

    /// <summary>The SynchronizationContext of the loop's own lane; null on the thread pool, where there is none.</summary>
    public SynchronizationContext? Context => Backend == LoopBackend.ThreadPool ? null : OwnLane;

    /// <summary>Runs tasks on the loop's own lane (on the pool for a thread-pool loop). Never the current scheduler of code that was not started with it.</summary>
    public TaskScheduler Scheduler
    {
        get
        {
            if (Backend == LoopBackend.ThreadPool) return TaskScheduler.Default;
            var lane = OwnLane;
            using (OwnLock.Enter(_gate)) return _scheduler ??= new LoopScheduler(lane);
        }
    }

    /// <summary>Where it is in its life.</summary>
    public LoopState State => _state;

    /// <summary>Cancelled when the loop begins to close.</summary>
    public CancellationToken Token
    {
        get
        {
            using (OwnLock.Enter(_gate))
            {
                if (_root is null)
                {
                    _root = new CancellationTokenSource();
                    if (_state != LoopState.Open) _root.Cancel();
                }
                return _root.Token;
            }
        }
    }

    /// <summary>The account at this moment.</summary>
    public LoopStatistics Statistics
    {
        get
        {
            var sum = new LoopStatistics();
            using (OwnLock.Enter(_gate))
            {
                foreach (var lane in _lanes)
                {
                    var one = lane.Statistics;
                    sum = sum with
                    {
                        Lanes = sum.Lanes + 1,
                        Queued = sum.Queued + one.Queued,
                        AsyncVoidRunning = sum.AsyncVoidRunning + one.AsyncVoidRunning,
                        ArmedTimers = sum.ArmedTimers + one.ArmedTimers,
                        RunningBodies = sum.RunningBodies + one.RunningBodies,
                        Executed = sum.Executed + one.Executed,
                    };
                }
                return sum with
                {
                    Holds = _holds?.Count(hold => !hold.IsReleased) ?? 0,
                    Jumps = VirtualClock?.Jumps ?? 0,
                    ForeignPosts = Volatile.Read(ref _foreignPosts),
                    TimeRaces = Volatile.Read(ref _timeRaces),
                };
            }
        }
    }

    internal VirtualClock? VirtualClock { get; }

    /// <summary>Null: callbacks run in order.</summary>
    internal StrandQueue? Strands { get; }

    internal bool IsSupervisor => _options.IsSupervisor;

    /// <summary>If set, gets the name of each continuation that came from outside. Pump thread only.</summary>
    internal List<string>? ForeignNames { get; set; }

    internal bool IsHeld => Volatile.Read(ref _holdsInForce) != 0;

    internal QuietLimits QuietLimits => _options.QuietLimits;

    internal TimeSpan RealTimeLimit => _options.RealTimeLimit;

    internal TimeSpan StallLimit => _options.StallLimit;

    internal WaitLimits WaitLimits => _options.WaitLimits;

    internal IOutsideWork OutsideWork => _options.OutsideWork;

    LoopLane OwnLane
    {
        get
        {
            using (OwnLock.Enter(_gate))
            {
                if (_ownLane is null)
                {
                    _ownLane = new LoopLane(this, Owner, BlockingWaits);
                    _lanes.Add(_ownLane);
                    if (_state == LoopState.Closed) _ownLane.Close();
                }
                return _ownLane;
            }
        }
    }

    /// <summary>Makes a loop. It needs no start; close it with <see cref="CloseAsync"/> or <c>await using</c>.</summary>
    /// <param name="options">Null for all defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The stall limit or the limit of real time is zero or negative.</exception>
    /// <exception cref="LoopException">RND3072: the virtual clock is followed by a loop of another pump, or the backend is the thread pool.</exception>
    public static EventLoop Create(EventLoopOptions? options = null)
    {
        options ??= new EventLoopOptions();
        if (options.StallLimit <= TimeSpan.Zero && options.StallLimit != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), options.StallLimit, "The stall limit is above zero, or Timeout.InfiniteTimeSpan for none.");
        if (options.RealTimeLimit <= TimeSpan.Zero && options.RealTimeLimit != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), options.RealTimeLimit, "The limit of real time is above zero, or Timeout.InfiniteTimeSpan for none.");
        if (options is { Backend: LoopBackend.ThreadPool, Clock: Rondo.Loops.VirtualClock or BoundClock { Source: Rondo.Loops.VirtualClock } }) throw LoopException.VirtualTimeOnThePool(options);
        return new EventLoop(options);
    }

    internal static EventLoop CreateExplored(EventLoopOptions options, StrandChooser chooser) => new(options, chooser);

    /// <summary>Opens a lane: the context of one owner on this loop.</summary>
    /// <param name="owner">Whose, for messages and leaks.</param>
    /// <param name="policy">What a blocking wait of this owner means; null for the loop's policy.</param>
    /// <exception cref="LoopClosedException">RND3004: the loop takes no new work.</exception>
    public LoopLane OpenLane(string owner, BlockingWaits? policy = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        CheckThatItTakesWork("OpenLane");
        var lane = new LoopLane(this, owner, policy ?? BlockingWaits);
        using (OwnLock.Enter(_gate)) _lanes.Add(lane);
        return lane;
    }

    /// <summary>Runs <paramref name="main"/> on the loop and turns its pump on the calling thread until it has ended.</summary>
    /// <param name="main">Gets the loop's <see cref="Token"/>.</param>
    /// <returns>What <paramref name="main"/> returned; its exception comes out as it is.</returns>
    /// <exception cref="LoopNestedRunException">RND3005: called inside a callback of a pump.</exception>
    /// <exception cref="LoopClosedException">RND3004: the loop takes no new work.</exception>
    /// <exception cref="LoopException">RND3006: its pump belongs to another thread, or turns there now.</exception>
    /// <exception cref="AggregateException"><paramref name="main"/> succeeded, but async void methods or callbacks of the loop's own lane failed.</exception>
    public T Run<T>(Func<CancellationToken, Task<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        Host.CheckThatItMayTurnHere($"Loop '{Name}' of '{Owner}'", Name);
        CheckThatItTakesWork("Run");

        var token = Token;
        var task = OwnLane.RunAsync(() => main(token));
        Host.Turn(task, CancellationToken.None);

        var result = task.GetAwaiter().GetResult();
        var strays = OwnLane.TakeStrayExceptions();
        return strays.Count == 0 ? result : throw new AggregateException($"Work that nobody could await failed on loop '{Name}'.", strays);
    }

    /// <summary>As <see cref="Run{T}"/>, without a result.</summary>
    /// <param name="main">Gets the loop's <see cref="Token"/>.</param>
    public void Run(Func<CancellationToken, Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        Run(async stop =>
        {
            await main(stop);
            return true;
        });
    }

    /// <summary>Starts <paramref name="main"/> on the loop's own lane, under the caller's ExecutionContext. Its pump must be turned by somebody.</summary>
    /// <param name="main">Gets the loop's <see cref="Token"/>.</param>
    /// <returns>Completes as the task of <paramref name="main"/> does.</returns>
    /// <exception cref="LoopClosedException">RND3004: the loop takes no new work.</exception>
    /// <exception cref="LoopException">RND3006: the loop has a pump of its own that turns only inside Run, and no Run is under way.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        CheckThatSomebodyPumps();
        var token = Token;
        return OwnLane.RunAsync(() => main(token));
    }

    /// <summary>As <see cref="RunAsync{T}"/>, without a result.</summary>
    /// <param name="main">Gets the loop's <see cref="Token"/>.</param>
    /// <returns>Completes as the task of <paramref name="main"/> does.</returns>
    public Task RunAsync(Func<CancellationToken, Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        CheckThatSomebodyPumps();
        var token = Token;
        return OwnLane.RunAsync(() => main(token));
    }

    /// <summary>Queues a callback on the current lane if that is on this loop, else on the loop's own, under the caller's ExecutionContext.</summary>
    /// <param name="work">An exception of it is kept in the lane's stray exceptions. After the loop has closed it runs on the thread pool and is reported as late work.</param>
    public void Post(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var lane = CurrentLaneHere ?? OwnLane;
        if (ExecutionContext.Capture() is { } context) lane.Post(static state => { var (context, work) = ((ExecutionContext, Action))state!; ExecutionContext.Run(context, static work => ((Action)work!)(), work); }, (context, work));
        else lane.Post(static work => ((Action)work!)(), work);
    }

    /// <summary>Waits until nothing is queued or running on any lane of this loop and nobody holds it. Time does not matter: armed timers are not waited for.</summary>
    /// <returns>Completes between two callbacks of the pump. For a thread-pool loop only posted callbacks and holds are known.</returns>
    /// <exception cref="LoopClosedException">RND3004: the loop is closed.</exception>
    public Task WaitIdleAsync()
    {
        if (_state == LoopState.Closed) throw LoopClosedException.Of(this, "WaitIdleAsync");
        return WatchAsync(IsIdle).Task;
    }

    /// <summary>Says that something outside will come back to this loop, so that it is not idle although nothing is queued.</summary>
    /// <param name="why">For messages.</param>
    /// <returns>Dispose it to release; from any thread, more than once does no harm. The release takes its turn behind what was queued before it.</returns>
    /// <exception cref="LoopClosedException">RND3004: the loop takes no new work.</exception>
    public IDisposable Hold(string why)
    {
        ArgumentException.ThrowIfNullOrEmpty(why);
        CheckThatItTakesWork("Hold");
        var hold = new LoopHold(this, why, CurrentLaneHere?.Owner ?? Owner);
        using (OwnLock.Enter(_gate))
        {
            (_holds ??= []).Add(hold);
            _holdsInForce++;
        }
        VirtualClock?.SomethingLeaves();
        return hold;
    }

    /// <summary>Name, owner and state.</summary>
    public override string ToString() => $"loop '{Name}' of '{Owner}' ({_state})";

    internal void CheckThatItTakesWork(string verb)
    {
        if (_state != LoopState.Open) throw LoopClosedException.Of(this, verb);
    }

    internal void Forget(LoopLane lane)
    {
        using (OwnLock.Enter(_gate)) _lanes.Remove(lane);
    }

    internal ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        LoopTimer.CheckTime(dueTime);
        LoopTimer.CheckTime(period);
        if (_state == LoopState.Closed) throw LoopClosedException.Of(this, "CreateTimer");

        var lane = CurrentLaneHere ?? OwnLane;
        if (Backend == LoopBackend.ThreadPool) return new PoolTimer(lane, callback, state, dueTime, period, ((BoundClock)Clock).Source);
        var timer = new LoopTimer(lane, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Release(LoopHold hold)
    {
        if (Backend == LoopBackend.ThreadPool || !Host.CommandBehind(Forget)) Forget();

        void Forget()
        {
            using (OwnLock.Enter(_gate))
            {
                _holds!.Remove(hold);
                _holdsInForce--;
            }
        }
    }

    /// <summary>Pump thread.</summary>
    internal void CountForeignPost(in Work work)
    {
        _foreignPosts++;
        ForeignNames?.Add(AsyncNames.Describe(work.Callback, work.State));
    }

    internal void TellRace(TimeRace race, LoopLane lane)
    {
        _timeRaces++;
        lane.AddWarning($"Virtual time may have overtaken real work: {race.What} of '{race.LaneOwner}' on loop '{race.Loop}' was resumed from outside {LoopText.Duration(race.After)} after time had jumped by {LoopText.Duration(race.Jump)}. " +
            "A limit or delay may have ended too early. Hold the loop (EventLoop.Hold) while something outside works for it that is not on the thread pool, or use real time.");
        foreach (var handler in Delegate.EnumerateInvocationList(TimeRaced))
        {
            try { handler(race); }
            catch (Exception) { /* A handler's fault must not end the pump. */ }
        }
    }

    /// <summary>Pump thread: ends the promises of pending bodies; what they await stays as it is.</summary>
    /// <returns>False if there were none.</returns>
    internal bool FailBodies(Func<LoopLane, LoopStalledException> why, TimeSpan? olderThan = null)
    {
        LoopLane[] lanes;
        using (OwnLock.Enter(_gate)) lanes = [.. _lanes];
        bool any = false;
        foreach (var lane in lanes) any |= lane.FailBodies(why, olderThan);
        return any;
    }

    internal void Add(LoopLane lane)
    {
        using (OwnLock.Enter(_gate)) _lanes.Add(lane);
    }

    LoopLane? CurrentLaneHere => LoopLane.CurrentOrNull is { IsClosed: false } lane && ReferenceEquals(lane.Loop, this) ? lane : null;

    void CheckThatSomebodyPumps()
    {
        CheckThatItTakesWork("RunAsync");
        if (Backend == LoopBackend.SingleThread && Host.IsPrivate && !Host.IsTurning) throw LoopException.NobodyPumps(this);
    }

    bool IsIdle()
    {
        using (OwnLock.Enter(_gate)) return _holdsInForce == 0 && _lanes.TrueForAll(static lane => lane.HasNothingQueued);
    }

    bool IsQuiet()
    {
        using (OwnLock.Enter(_gate)) return _holdsInForce == 0 && _lanes.TrueForAll(static lane => lane.IsQuiet);
    }

    QuietWatch WatchAsync(Func<bool> isQuiet)
    {
        var watch = new QuietWatch(isQuiet);
        if (Backend == LoopBackend.ThreadPool) _ = PollAsync(watch);
        else if (!Host.CommandBehind(() => Host.AddWatch(watch))) watch.Fail(LoopClosedException.Of(this, "WaitIdleAsync"));
        return watch;
    }

    // On the pool nobody passes by between callbacks, so somebody has to look.
    static async Task PollAsync(QuietWatch watch)
    {
        while (!watch.TellIfQuiet()) await Task.Delay(TimeSpan.FromMilliseconds(2), LoopClock.Real).ConfigureAwait(false);
    }
}
