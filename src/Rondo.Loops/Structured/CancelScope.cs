using System.Runtime.ExceptionServices;

namespace Rondo.Loops;

/// <summary>
/// A region of asynchronous code that is cancelled as one: by <see cref="Cancel"/>, by a deadline, or because a scope around it is. Once cancelled it stays cancelled: everything that is given
/// <see cref="Token"/> fails from then on. The exception that unwinds the code is caught by the outermost cancelled scope, and by no other.
/// </summary>
/// <remarks>
/// Works on every loop and without one; the deadline counts on the clock of the loop the scope was opened on, else on real time. All members may be called from any thread.
/// A scope without one around it is also cancelled when its loop begins to close. Nothing is cut that does not look at the token: .NET cannot interrupt an await.
/// </remarks>
public sealed class CancelScope
{
    // Source of the idea: cancel scopes of trio (levels, shields, outermost wins). What it cannot have here: checkpoints that raise without being given a token.
    static readonly AsyncLocal<CancelScope?> s_current = new();

    // The system's timers refuse more than 49 days; a longer deadline takes several.
    static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(24);

    // Null for a shield, at a border of the host, and where nothing is around: the end of the chain that a cancellation comes down.
    readonly CancelScope? _parent;
    readonly EventLoop? _loop;
    readonly LoopClock _clock;
    readonly string _what;

    // Set once; the first cause stays. What comes from a parent is not noted here but found there.
    Cause? _cause;
    volatile bool _ended;

    // Made on first use. A scope whose token nobody asks for has none, and none of its parents needs one.
    CancellationTokenSource? _source;
    CancellationTokenRegistration _link;
    CancellationTokenRegistration? _outer;

    // The exception that unwound the body. Written and read by the flow that runs the scope.
    OperationCanceledException? _cut;

    // A cancellation on nobody's stack: the body may end inside of it, before its last callback has run and failed.
    TaskCompletionSource? _quietly;

    // Written under Gate. Null: there was never a deadline; and no callback failed where nobody could be given its exception.
    Deadline? _deadline;
    List<Exception>? _callbackErrors;

    CancelScope(string what, CancelScope? parent, EventLoop? loop, LoopClock clock)
    {
        _what = what;
        _parent = parent;
        _loop = parent is null ? loop : null;
        _clock = clock;
    }

    /// <summary>The innermost scope around the calling code; null outside any. It flows with the ExecutionContext, so it is right inside <c>Task.Run</c> as well.</summary>
    /// <remarks>In work that outlives its scope this is a scope that is over: <see cref="Token"/> and <see cref="CancelAfter"/> of it say so.</remarks>
    public static CancelScope? Current => s_current.Value;

    /// <summary>Cancelled with the scope. Hand it to everything that takes one.</summary>
    /// <exception cref="LoopException">RND3062: the scope is over.</exception>
    public CancellationToken Token
    {
        get
        {
            if (_ended) throw Over(this, "Token");
            return TokenUnchecked;
        }
    }

    /// <summary>Why it was cancelled: the reason given to <see cref="Cancel"/>, the deadline, or the reason of the scope around it. Null while it is not cancelled.</summary>
    public string? Reason
    {
        get
        {
            for (var scope = this; scope is not null; scope = scope._parent)
            {
                if (Volatile.Read(ref scope._cause) is { } cause) return cause.Reason;
                if (scope.LoopCloses) return $"loop '{scope._loop!.Name}' is closing";
            }
            return null;
        }
    }

    /// <summary>
    /// Time until the nearest deadline, its own or one of a scope around it up to the next shield; on the clock of that scope. Zero once it is cancelled; null without a deadline.
    /// </summary>
    public TimeSpan? Remaining
    {
        get
        {
            if (IsCancelled) return TimeSpan.Zero;
            TimeSpan? nearest = null;
            for (var scope = this; scope is not null; scope = scope._parent)
            {
                if (scope.TimeLeft is { } left && (nearest is null || left < nearest)) nearest = left;
            }
            return nearest;
        }
    }

    /// <summary>Cancelled itself, or by what is around it.</summary>
    internal bool IsCancelled
    {
        get
        {
            // Not by recursion: scopes may be nested as deep as the code calls.
            for (var scope = this; scope is not null; scope = scope._parent)
                if (Volatile.Read(ref scope._cause) is not null || scope.LoopCloses) return true;
            return false;
        }
    }

    internal bool IsCancelledAround => LoopCloses || _parent is { IsCancelled: true };

    /// <summary>The rule of nesting: an OperationCanceledException stops at the outermost scope that is cancelled.</summary>
    internal bool Catches => Volatile.Read(ref _cause) is not null && !IsCancelledAround;

    /// <summary>For the group that the scope may belong to as well.</summary>
    internal object Gate { get; } = new();

    internal CancellationToken TokenUnchecked => (Volatile.Read(ref _source) ?? MakeSource()).Token;

    bool LoopCloses => _loop is { State: not LoopState.Open };

    bool DeadlineCaused => Volatile.Read(ref _cause) is { IsDeadline: true };

    /// <summary>Runs <paramref name="body"/> in a scope of its own.</summary>
    /// <param name="body">Gets the scope, which is also <see cref="Current"/> inside. Called at once, on the caller's stack.</param>
    /// <returns>Ends when the body has ended: normally also if the scope was cancelled through <see cref="Cancel"/> or its deadline, else with the body's own exception.</returns>
    /// <exception cref="OperationCanceledException">A scope around this one was cancelled, or the body gave up for a token of somebody else.</exception>
    public static Task RunAsync(Func<CancelScope, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return EnterAsync(Open("RunAsync"), body, static (scope, body) => body(scope));
    }

    /// <summary>Runs <paramref name="body"/>, cancels it when the time is up, and goes on either way.</summary>
    /// <param name="timeout">On the clock of the loop. Zero: the body is called with a cancelled token. <see cref="Timeout.InfiniteTimeSpan"/>: no deadline.</param>
    /// <param name="body">Gets the scope's token.</param>
    /// <returns>True if the body ended by itself, even late; false if it was cut.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    /// <exception cref="OperationCanceledException">A scope around this one was cancelled, or the body gave up for a token of somebody else.</exception>
    public static Task<bool> MoveOnAfterAsync(TimeSpan timeout, Func<CancellationToken, Task> body)
    {
        CheckTime(timeout);
        ArgumentNullException.ThrowIfNull(body);
        var scope = Open("MoveOnAfterAsync");
        scope.CancelAfter(timeout);
        return EnterAsync(scope, body, static (scope, body) => body(scope.TokenUnchecked));
    }

    /// <summary>Runs <paramref name="body"/> and cancels it when the time is up, which is then an error.</summary>
    /// <param name="timeout">On the clock of the loop. Zero: the body is called with a cancelled token. <see cref="Timeout.InfiniteTimeSpan"/>: no deadline.</param>
    /// <param name="body">Gets the scope's token.</param>
    /// <returns>Ends when the body has ended. A body that ends by itself is no error, even late; nor is one that was cut by <see cref="Cancel"/> instead of the deadline.</returns>
    /// <exception cref="TimeoutException">The body was cut by the deadline. The inner exception is the one that unwound it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    /// <exception cref="OperationCanceledException">A scope around this one was cancelled, or the body gave up for a token of somebody else.</exception>
    public static Task FailAfterAsync(TimeSpan timeout, Func<CancellationToken, Task> body)
    {
        CheckTime(timeout);
        ArgumentNullException.ThrowIfNull(body);
        return FailAsync(Opened(timeout), body);

        static async Task FailAsync(CancelScope scope, Func<CancellationToken, Task> body)
        {
            if (!await EnterAsync(scope, body, static (scope, body) => body(scope.TokenUnchecked)) && scope.DeadlineCaused) throw scope.TooSlow();
        }
    }

    /// <summary>As <see cref="FailAfterAsync(TimeSpan, Func{CancellationToken, Task})"/>, with a result.</summary>
    /// <param name="timeout">See there.</param>
    /// <param name="body">See there.</param>
    /// <returns>What the body returned.</returns>
    /// <exception cref="TimeoutException">The body was cut by the deadline.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    /// <exception cref="OperationCanceledException">A scope around this one was cancelled, the body gave up for a token of somebody else, or it was cut by <see cref="Cancel"/>: there is no result then.</exception>
    public static Task<T> FailAfterAsync<T>(TimeSpan timeout, Func<CancellationToken, Task<T>> body)
    {
        CheckTime(timeout);
        ArgumentNullException.ThrowIfNull(body);
        return FailAsync(Opened(timeout), body);

        static async Task<T> FailAsync(CancelScope scope, Func<CancellationToken, Task<T>> body)
        {
            Task<T>? task = null;
            bool ended = await EnterAsync(scope, body, (scope, body) => task = body(scope.TokenUnchecked));
            if (ended) return await task!;
            throw scope.DeadlineCaused ? scope.TooSlow() : new OperationCanceledException($"The work was cancelled: {scope.Reason}.", scope.TokenUnchecked);
        }
    }

    /// <summary>Runs <paramref name="body"/> where no cancellation from outside reaches it: for cleanup that must be done, which needs a time limit of its own for that.</summary>
    /// <param name="grace">On the clock of the loop. Zero: the body is called with a cancelled token. <see cref="Timeout.InfiniteTimeSpan"/> is refused: nothing could ever end the work.</param>
    /// <param name="body">Gets the shield's token, which is cancelled when the grace is over.</param>
    /// <returns>Ends when the body has ended.</returns>
    /// <exception cref="TimeoutException">The body outlasted its grace and was cancelled, whether or not it looked at its token.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The grace is negative or infinite.</exception>
    public static Task ShieldAsync(TimeSpan grace, Func<CancellationToken, Task> body)
    {
        CheckTime(grace);
        if (grace == Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(grace), grace, "A shield needs a limit: from outside nothing could end the work in it. Give the longest time that the cleanup may take.");
        ArgumentNullException.ThrowIfNull(body);

        var shield = new CancelScope("ShieldAsync", parent: null, loop: null, ClockHere(s_current.Value));
        shield.CancelAfter(grace);
        return RunShieldAsync(shield, body);

        static async Task RunShieldAsync(CancelScope shield, Func<CancellationToken, Task> body)
        {
            await EnterAsync(shield, body, static (shield, body) => body(shield.TokenUnchecked));
            if (shield.DeadlineCaused) throw new TimeoutException($"The shielded work outlasted its grace of {LoopText.Duration(shield._deadline!.Limit)} and was cancelled.", shield._cut);
        }
    }

    /// <summary>Cancels the scope and what is in it, up to shields. The first call counts; after the scope's end it has no effect.</summary>
    /// <param name="reason">For <see cref="Reason"/> and messages. Null: "Cancel was called".</param>
    /// <exception cref="AggregateException">Callbacks registered with the token threw.</exception>
    public void Cancel(string? reason = null) => CancelFor(new Cause(reason ?? "Cancel was called", IsDeadline: false));

    /// <summary>Sets the deadline, in place of an earlier one.</summary>
    /// <param name="time">From now, on the clock of the loop. Zero cancels at once; <see cref="Timeout.InfiniteTimeSpan"/> takes the deadline away. Without effect once it is cancelled.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    /// <exception cref="LoopException">RND3062: the scope is over.</exception>
    public void CancelAfter(TimeSpan time)
    {
        CheckTime(time);
        if (_ended) throw Over(this, "CancelAfter");
        using (OwnLock.Enter(Gate))
        {
            if (_cause is not null) return;
            if (_deadline is null && time == Timeout.InfiniteTimeSpan) return;
            var deadline = _deadline ??= new Deadline();
            deadline.Limit = time;
            if (time != TimeSpan.Zero)
            {
                SetTimer(deadline, time);
                return;
            }
        }
        CancelFor(DeadlineCause(time));
    }

    /// <summary>What it is and how it stands.</summary>
    public override string ToString() => $"cancel scope of {_what}{(_ended ? " (over)" : Reason is { } reason ? $" (cancelled: {reason})" : "")}";

    /// <summary>A scope inside the current one.</summary>
    internal static CancelScope Open(string what) => OpenIn(AliveAround(s_current.Value), what);

    internal static CancelScope OpenIn(CancelScope? parent, string what) => new(what, parent, EventLoop.Current, ClockHere(parent ?? s_current.Value));

    /// <summary>For hosts: a scope that knows nothing of what is current, with the parent it is told and a token that cancels it. Somebody must <see cref="End"/> it.</summary>
    /// <param name="what">For messages.</param>
    /// <param name="parent">Null: no cancellation comes from outside but that of <paramref name="outer"/>.</param>
    /// <param name="outer">Cancels it as well.</param>
    /// <param name="clock">Its deadlines count on it; null for the clock of the loop this is called on.</param>
    internal static CancelScope OpenAtBorder(string what, CancelScope? parent, CancellationToken outer, LoopClock? clock = null)
    {
        var scope = new CancelScope(what, parent, loop: null, clock ?? ClockHere(parent));
        if (outer.CanBeCanceled)
            scope._outer = outer.UnsafeRegister(static scope => ((CancelScope)scope!).CancelQuietly(new Cause("the work around it was cancelled", IsDeadline: false)), scope);
        return scope;
    }

    /// <summary>Makes a scope current (null: none) for the calling flow. In an async method that ends with the method, else it is the caller's to undo.</summary>
    internal static void Enter(CancelScope? scope)
    {
        // Even an equal value makes the runtime look; the usual child finds its scope in place.
        if (!ReferenceEquals(s_current.Value, scope)) s_current.Value = scope;
    }

    /// <summary>The innermost scope that is not over, from this one outwards: work that outlives its scope belongs to what is around that.</summary>
    internal static CancelScope? AliveAround(CancelScope? scope)
    {
        while (scope is { _ended: true }) scope = scope._parent;
        return scope;
    }

    /// <summary>True if every cancellation of <paramref name="other"/> reaches this scope anyway.</summary>
    internal bool IsInside(CancelScope other)
    {
        for (var scope = this; scope is not null; scope = scope._parent)
            if (ReferenceEquals(scope, other)) return true;
        return false;
    }

    /// <summary>Cancels where nobody could take an exception of a callback; it comes out at the end of the scope instead.</summary>
    internal void CancelQuietly(string reason) => CancelQuietly(new Cause(reason, IsDeadline: false));

    /// <summary>The end: timers and links are given back. What was cancelled stays so.</summary>
    internal void End()
    {
        _ended = true;
        if (_deadline is not null)
            using (OwnLock.Enter(Gate)) _deadline.Stop();
        // Not Dispose, which would wait for a callback that is running.
        _link.Unregister();
        if (_outer is { } outer) outer.Unregister();
    }

    /// <summary>Who has ended awaits this before looking for <see cref="TakeCallbackErrors"/>. Null if there is nothing to wait for.</summary>
    internal Task? CallbacksUnderWay => Volatile.Read(ref _quietly)?.Task is { IsCompleted: false } task ? task : null;

    /// <summary>Exceptions of callbacks registered with the token, thrown while nobody's Cancel was on the stack.</summary>
    internal List<Exception>? TakeCallbackErrors()
    {
        if (Volatile.Read(ref _callbackErrors) is null) return null;
        using (OwnLock.Enter(Gate))
        {
            var taken = _callbackErrors;
            _callbackErrors = null;
            return taken;
        }
    }

    static CancelScope Opened(TimeSpan timeout)
    {
        var scope = Open("FailAfterAsync");
        scope.CancelAfter(timeout);
        return scope;
    }

    /// <returns>False if the body was cut by this scope's cancellation.</returns>
    static async Task<bool> EnterAsync<TBody>(CancelScope scope, TBody body, Func<CancelScope, TBody, Task> call)
    {
        Enter(scope);
        Exception? failure = null;
        try
        {
            await (call(scope, body) ?? throw ReturnedNull($"The body of {scope._what}"));
        }
        catch (OperationCanceledException cut) when (scope.Catches)
        {
            scope._cut = cut;
        }
        catch (Exception error)
        {
            failure = error;
            if (Volatile.Read(ref scope._quietly) is null) throw;
        }
        finally
        {
            scope.End();
        }
        if (scope.CallbacksUnderWay is { } underWay) await underWay;
        if (scope.TakeCallbackErrors() is { } errors) throw new AggregateException("Callbacks of a cancellation failed.", failure is null ? errors : errors.Prepend(failure));
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return scope._cut is null;
    }

    /// <summary>The clock of this loop; of the scope around where code has left its loop; else real time. Work that outlived its loop has real time too.</summary>
    static LoopClock ClockHere(CancelScope? around) => EventLoop.Current is { } loop ? loop.State == LoopState.Closed ? LoopClock.Real : loop.Clock
        : around is { _clock: BoundClock { IsOfClosedLoop: false } clock } ? clock : LoopClock.Real;

    CancellationTokenSource MakeSource()
    {
        var made = new CancellationTokenSource();
        if (Interlocked.CompareExchange(ref _source, made, null) is { } other) return other;

        // From here a cancellation finds the source; one that came before is found below, and cancelling twice does no harm.
        if (_parent is not null) _link = _parent.TokenUnchecked.UnsafeRegister(static scope => ((CancelScope)scope!)._source!.Cancel(), this);
        else if (_loop is not null) _link = _loop.TokenOfScopes.UnsafeRegister(static scope => ((CancelScope)scope!)._source!.Cancel(), this);
        if (Volatile.Read(ref _cause) is not null) made.Cancel();
        // From another thread: the scope may have ended meanwhile, and its parent must not hold it.
        if (_ended) _link.Unregister();
        return made;
    }

    void CancelFor(Cause cause)
    {
        if (_ended) return;
        Interlocked.CompareExchange(ref _cause, cause, null);
        // Also when another thread was first: it may not have come to this line yet, and whoever comes back from here finds the token cancelled.
        Volatile.Read(ref _source)?.Cancel();
    }

    void CancelQuietly(Cause cause)
    {
        if (_ended || Volatile.Read(ref _cause) is not null) return;
        var quietly = new TaskCompletionSource();
        if (Interlocked.CompareExchange(ref _quietly, quietly, null) is not null) return;
        try
        {
            CancelFor(cause);
        }
        catch (AggregateException errors)
        {
            using (OwnLock.Enter(Gate)) (_callbackErrors ??= []).AddRange(errors.Flatten().InnerExceptions);
        }
        finally
        {
            quietly.SetResult();
        }
    }

    // Under Gate.
    void SetTimer(Deadline deadline, TimeSpan time)
    {
        if (time == Timeout.InfiniteTimeSpan)
        {
            deadline.Due = null;
            deadline.Timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        long now = _clock.NowTicks;
        deadline.Due = now + Math.Min(time.Ticks, long.MaxValue - now);
        var first = time < s_longestTimer ? time : s_longestTimer;
        if (deadline.Timer is null) deadline.Timer = _clock.CreateTimer(static scope => ((CancelScope)scope!).TimerFired(), this, first, Timeout.InfiniteTimeSpan);
        else deadline.Timer.Change(first, Timeout.InfiniteTimeSpan);
        // From another thread: the scope may have ended meanwhile.
        if (_ended) deadline.Stop();
    }

    void TimerFired()
    {
        TimeSpan limit;
        using (OwnLock.Enter(Gate))
        {
            if (_ended || TimeLeft is not { } left) return;
            if (left > TimeSpan.Zero)
            {
                // A part of a long way, or a system timer that was early by a fraction of a millisecond.
                var due = left > s_longestTimer ? s_longestTimer : left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
                _deadline!.Timer!.Change(due, Timeout.InfiniteTimeSpan);
                return;
            }
            limit = _deadline!.Limit;
        }
        CancelQuietly(DeadlineCause(limit));
    }

    // Null without a deadline.
    TimeSpan? TimeLeft
    {
        get
        {
            if (Volatile.Read(ref _deadline) is null) return null;
            using (OwnLock.Enter(Gate)) return _deadline!.Due is { } due ? TimeSpan.FromTicks(Math.Max(0, due - _clock.NowTicks)) : null;
        }
    }

    TimeoutException TooSlow() => new($"The work was not done within its limit of {LoopText.Duration(_deadline!.Limit)} and was cancelled.", _cut);

    static Cause DeadlineCause(TimeSpan limit) => new($"its time limit of {LoopText.Duration(limit)} has passed", IsDeadline: true);

    static void CheckTime(TimeSpan time, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(time))] string? name = null)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(name, time, "A time limit is zero or more, or Timeout.InfiniteTimeSpan for none.");
    }

    internal static InvalidOperationException ReturnedNull(string who) => new($"{who} returned null instead of a task. Return a task, for instance Task.CompletedTask.");

    // RND3062: The scope's body has ended, and work that it started outlived it.
    static LoopException Over(CancelScope scope, string verb) => new("RND3062", EventLoop.Current?.Name ?? "", null,
        $"{verb} of the cancel scope of {scope._what} was asked for after the scope had ended. A scope can be used only until its body ends, and this code outlives it. " +
        "Await the work inside the scope, or start it in a TaskGroup around it.");

    sealed record Cause(string Reason, bool IsDeadline);

    /// <summary>Under the scope's gate. Most scopes have none.</summary>
    sealed class Deadline
    {
        // In ticks of the clock; null after it was taken away.
        internal long? Due { get; set; }

        internal TimeSpan Limit { get; set; }

        internal ITimer? Timer { get; set; }

        internal void Stop()
        {
            Due = null;
            Timer?.Dispose();
            Timer = null;
        }
    }
}
