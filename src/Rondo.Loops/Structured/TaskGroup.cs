namespace Rondo.Loops;

/// <summary>
/// The owner of tasks: it ends only when all of them have ended, so none is left behind and no failure is lost. Body and children are equal: what one fails with cancels the rest
/// (or what else <see cref="GroupPolicy"/> says), and everything that failed comes out together.
/// </summary>
/// <remarks>
/// Works on every loop and without one. Children run where the group was opened: on its lane, else with the SynchronizationContext it was opened under, else on the thread pool. A start only
/// queues; in order, on a lane. All members may be called from any thread until the group has ended.
/// </remarks>
public sealed class TaskGroup
{
    // Source of the idea: nurseries of trio, whose rules docs/structured-concurrency.md compares one by one.
    static readonly TaskCompletionSource s_nobodyWaits = new();

    const long One = 1, OneInBackground = 1L << 32;

    readonly GroupPolicy _policy;
    readonly SynchronizationContext? _home;

    // How many run, the body among them (low half), and how many in the background (high half): one number, so that its end is one step and needs no lock.
    // Invariant: once it is zero the group has ended, and it stays zero.
    long _running = 1;
    int _started;

    // Null, the source of whoever waits for the end, or s_nobodyWaits once the end has come.
    TaskCompletionSource? _ended;

    // Under the scope's gate. What ended well leaves no trace in it, except under FirstSuccess.
    bool _succeeded;
    bool _cut;
    List<(Exception Error, bool IsBackground)>? _errors;
    HashSet<Exception>? _known;
    CancelScope? _backgroundScope;
    // Only for a group that a host opened, which can then say what keeps it open: those that have not ended, in order of their start.
    readonly List<GroupChild>? _unfinished;

    TaskGroup(CancelScope scope, GroupPolicy policy)
    {
        if (policy is < GroupPolicy.FailFast or > GroupPolicy.FirstSuccess) throw new ArgumentOutOfRangeException(nameof(policy), policy, "There is no such group policy.");
        Scope = scope;
        _policy = policy;
        HomeLane = LoopLane.CurrentOrNull;
        _home = SynchronizationContext.Current;
    }

    TaskGroup(CancelScope scope, LoopLane home)
    {
        Scope = scope;
        HomeLane = home;
        _home = home.IsOnPool ? null : home;
        _unfinished = [];
    }

    /// <summary>Cancelled when the group is: by <see cref="Cancel"/>, by a failure, or by a scope around it. Each child is given it as well; a background child one that ends with the others.</summary>
    public CancellationToken Token => Scope.TokenUnchecked;

    /// <summary>The scope that the group is.</summary>
    internal CancelScope Scope { get; }

    internal LoopLane? HomeLane { get; }

    internal string LoopName => HomeLane?.Loop.Name ?? "";

    /// <summary>Runs <paramref name="body"/> with a group, and ends when the body and everything started in the group have ended.</summary>
    /// <param name="body">Starts the children. Called at once, on the caller's stack; a failure of it counts as a child's, under the name "body".</param>
    /// <param name="policy">What a failure or a success does to the rest.</param>
    /// <returns>
    /// Ends normally if nothing failed, also when the group was cancelled by <see cref="Cancel"/>. That a child ends with an OperationCanceledException is no failure if the group, or a scope around
    /// it, had been cancelled; else it is one.
    /// </returns>
    /// <exception cref="AggregateException">
    /// What failed: always this type, flat, in order of failure. Groups inside add theirs. <c>Data["rondo.child"]</c> of each has the name of the child that failed.
    /// </exception>
    /// <exception cref="OperationCanceledException">Nothing failed, but a scope around the group was cancelled and something was cut by that.</exception>
    public static Task RunAsync(Func<TaskGroup, Task> body, GroupPolicy policy = GroupPolicy.FailFast)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunBodyAsync(new TaskGroup(CancelScope.Open("a task group"), policy), body);
    }

    /// <summary>Starts a child.</summary>
    /// <param name="child">Gets the group's token. It is called in its turn, never inside this call, and also if the group has been cancelled: its cleanup is its own.</param>
    /// <param name="name">For messages and <c>Data["rondo.child"]</c>. Null: its number and its method.</param>
    /// <returns>Ends as the child does. The group has an eye on it: it need not be awaited.</returns>
    /// <exception cref="LoopException">RND3060: the group has ended.</exception>
    public Task Start(Func<CancellationToken, Task> child, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(child);
        var started = new PlainChild(this, child, name, CountIn("Start"));
        started.Start(HomeLane, _home);
        return started.Task;
    }

    /// <summary>Starts a child with a result.</summary>
    /// <param name="child">See <see cref="Start(Func{CancellationToken, Task}, string?)"/>.</param>
    /// <param name="name">See there.</param>
    /// <returns>Ends as the child does. The group has an eye on it: it need not be awaited.</returns>
    /// <exception cref="LoopException">RND3060: the group has ended.</exception>
    public Task<T> Start<T>(Func<CancellationToken, Task<T>> child, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(child);
        var started = new PlainChild<T>(this, child, name, CountIn("Start"));
        started.Start(HomeLane, _home);
        return started.Task;
    }

    /// <summary>Starts a child that serves the others: it is cancelled when they have ended.</summary>
    /// <param name="child">Gets a token that is cancelled with the group, or when all that are not in the background have ended. That it ends by itself before is no failure.</param>
    /// <param name="name">See <see cref="Start(Func{CancellationToken, Task}, string?)"/>.</param>
    /// <remarks>Its failure counts as any, also while it is being cancelled.</remarks>
    /// <exception cref="LoopException">RND3060: the group has ended.</exception>
    public void StartBackground(Func<CancellationToken, Task> child, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(child);
        if (!TryCountIn(OneInBackground)) throw Over("StartBackground");
        CancelScope scope;
        using (OwnLock.Enter(Scope.Gate)) scope = _backgroundScope ??= CancelScope.OpenIn(Scope, "the background of a task group");
        new BackgroundChild(this, scope, child, name, NextNumber()).Start(HomeLane, _home);
        // From another thread: the others may have ended before there was a scope to cancel.
        if ((int)Volatile.Read(ref _running) == 0) CancelBackground();
    }

    /// <summary>Starts a child and waits until it says that it is ready; from then on it is a child like any other.</summary>
    /// <param name="child">Calls the given action exactly once, with what it is ready with (a port, a client), and goes on. The token is its own: the group's, and until it is ready also the starter's.</param>
    /// <param name="name">See <see cref="Start(Func{CancellationToken, Task}, string?)"/>.</param>
    /// <returns>
    /// What the child is ready with. If it fails before, its exception comes out here and nowhere else. If the scope around this call is cancelled before, the child is cancelled, and this ends when
    /// the child has.
    /// </returns>
    /// <exception cref="LoopException">RND3060: the group has ended. RND3061: the child ended without being ready; or, in the child, it called ready twice.</exception>
    public Task<T> StartAndWaitReadyAsync<T>(Func<Action<T>, CancellationToken, Task> child, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(child);
        var started = new ReadyChild<T>(this, child, name, CountIn("StartAndWaitReadyAsync"));
        started.Start(HomeLane, _home);
        return started.Task;
    }

    /// <summary>Cancels the group: its token, and with it all that look at it. The first call counts; after the group's end it has no effect.</summary>
    /// <param name="reason">For <see cref="CancelScope.Reason"/> and messages.</param>
    /// <exception cref="AggregateException">Callbacks registered with the token threw.</exception>
    public void Cancel(string? reason = null) => Scope.Cancel(reason ?? "Cancel of its task group was called");

    /// <summary>How many run, or that it has ended.</summary>
    public override string ToString() => Volatile.Read(ref _running) is var count and not 0 ? $"task group with {(int)count + (count >> 32)} running" : "task group (ended)";

    /// <summary>For hosts: a group without a body, open until <see cref="CloseAsync"/>. Its home is where this is called. Nothing is made current; that is the host's to do (<see cref="CancelScope.Enter"/>).</summary>
    /// <param name="scope">Becomes the group's, which ends it.</param>
    /// <param name="policy">As in <see cref="RunAsync"/>.</param>
    internal static TaskGroup Open(CancelScope scope, GroupPolicy policy = GroupPolicy.FailFast) => new(scope, policy);

    /// <summary>As <see cref="Open(CancelScope, GroupPolicy)"/>, with a lane as its home, wherever this is called. It keeps a list of its children: see <see cref="Unfinished"/>.</summary>
    internal static TaskGroup OpenOn(LoopLane home, CancelScope scope) => new(scope, home);

    /// <summary>Says that no body will start any more, and ends when everything has ended: normally, or as <see cref="RunAsync"/> does. Once.</summary>
    internal async Task CloseAsync()
    {
        await WhenAllEnded();
        End();
    }

    /// <summary>As <see cref="CloseAsync"/>, but gives what failed instead of throwing it: empty if nothing did. That children were cut is the host's to judge, who knows why.</summary>
    internal async Task<IReadOnlyList<Exception>> CloseAndTellAsync()
    {
        await WhenAllEnded();
        EndScopes();
        return Failures;
    }

    /// <summary>What has failed up to now, in order. Any thread.</summary>
    internal IReadOnlyList<Exception> Failures
    {
        get
        {
            using (OwnLock.Enter(Scope.Gate)) return _errors is null ? [] : [.. _errors.Select(static one => one.Error)];
        }
    }

    /// <summary>Children of a group opened with <see cref="OpenOn"/> that have not ended, in order of their start. Any thread.</summary>
    internal IReadOnlyList<GroupChild> Unfinished
    {
        get
        {
            using (OwnLock.Enter(Scope.Gate)) return _unfinished is null ? [] : [.. _unfinished];
        }
    }

    internal void Starts(GroupChild child)
    {
        if (_unfinished is null) return;
        using (OwnLock.Enter(Scope.Gate)) _unfinished.Add(child);
    }

    /// <summary>A child that tells somebody else how it ends is made by its own kind.</summary>
    /// <returns>False if the group has ended.</returns>
    internal bool TryStart(Func<int, GroupChild> make)
    {
        if (!TryCountIn(One)) return false;
        make(NextNumber()).Start(HomeLane, _home);
        return true;
    }

    /// <summary>A child, or the body (null), has ended: counts what it ended with, cancels the rest if that is the policy, and counts it out. Any thread.</summary>
    internal void PartEnded(GroupChild? child, in ChildEnd end)
    {
        bool isBackground = child is { IsBackground: true };
        if (_unfinished is not null && child is not null)
        {
            using (OwnLock.Enter(Scope.Gate)) _unfinished.Remove(child);
        }
        if (!end.IsSuccess || _policy == GroupPolicy.FirstSuccess)
        {
            bool cancelsTheRest;
            using (OwnLock.Enter(Scope.Gate)) cancelsTheRest = Note(child, end, isBackground);
            // Outside of the lock: the message of an exception is users' code.
            if (cancelsTheRest) Scope.CancelQuietly(end.Tell(child?.Name ?? "body"));
        }

        long left = Interlocked.Add(ref _running, isBackground ? -OneInBackground : -One);
        if (left == 0) Interlocked.Exchange(ref _ended, s_nobodyWaits)?.TrySetResult();
        else if ((int)left == 0 && !isBackground) CancelBackground();
    }

    static async Task RunBodyAsync(TaskGroup group, Func<TaskGroup, Task> body)
    {
        // Undone by the end of this method; the body and what it starts see it.
        CancelScope.Enter(group.Scope);
        ChildEnd end;
        Task? task = null;
        try
        {
            task = body(group) ?? throw CancelScope.ReturnedNull("The body of a task group");
            await task;
            end = ChildEnd.Success;
        }
        catch (Exception error)
        {
            // All of a task's exceptions, where await gives only the first.
            end = task is { IsFaulted: true } ? ChildEnd.Of(task, group.Scope) : ChildEnd.Of(error, group.Scope);
            if (end.Errors is not null) end.NameErrors("body");
        }
        group.PartEnded(null, end);
        await group.WhenEnded();
        if (group.CallbacksUnderWay is { } underWay) await underWay;
        group.End();
    }

    Task? CallbacksUnderWay => (Scope.CallbacksUnderWay, _backgroundScope?.CallbacksUnderWay) switch
    {
        ({ } one, { } other) => Task.WhenAll(one, other),
        var (one, other) => one ?? other,
    };

    Task WhenEnded()
    {
        if (Volatile.Read(ref _ended) is not null) return Task.CompletedTask;
        // Completed in place by the last child: this is all that waits for it, and it continues at home.
        var ended = new TaskCompletionSource();
        return Interlocked.CompareExchange(ref _ended, ended, null) is null ? ended.Task : Task.CompletedTask;
    }

    async Task WhenAllEnded()
    {
        PartEnded(null, new ChildEnd(null, IsCut: false, IsSomebodyElses: true));
        await WhenEnded();
        if (CallbacksUnderWay is { } underWay) await underWay;
    }

    void EndScopes()
    {
        _backgroundScope?.End();
        Scope.End();
        AddCallbackErrors(Scope);
        if (_backgroundScope is not null) AddCallbackErrors(_backgroundScope);
    }

    /// <summary>Everything has ended: gives the scopes back, and throws what there is to throw. Nobody changes anything of the group any more.</summary>
    void End()
    {
        EndScopes();
        if (_errors is not null) ThrowIfFailed(_errors);
        if (_cut && !_succeeded && Scope.IsCancelledAround)
            throw new OperationCanceledException($"The task group was cancelled from outside: {Scope.Reason}.", Scope.TokenUnchecked);
    }

    void ThrowIfFailed(List<(Exception Error, bool IsBackground)> all)
    {
        var errors = all.Where(one => !_succeeded || one.IsBackground).Select(static one => one.Error).ToList();
        if (errors.Count == 0) return;
        var names = errors.Select(ChildEnd.NameOf).OfType<string>().Distinct().Select(static name => $"'{name}'");
        throw new AggregateException($"{LoopText.Count(errors.Count, "failure")} in a task group: {string.Join(", ", names)}.", errors);
    }

    void CancelBackground()
    {
        CancelScope? scope;
        using (OwnLock.Enter(Scope.Gate)) scope = _backgroundScope;
        scope?.CancelQuietly("the other parts of its task group have ended");
    }

    void AddCallbackErrors(CancelScope scope)
    {
        if (scope.TakeCallbackErrors() is not { } errors) return;
        new ChildEnd(errors, IsCut: false).NameErrors("a cancellation callback");
        (_errors ??= []).AddRange(errors.Select(static error => (error, IsBackground: true)));
    }

    // Under the scope's gate. Returns whether the rest is to be cancelled.
    bool Note(GroupChild? child, in ChildEnd end, bool isBackground)
    {
        if (end.IsSomebodyElses) return false;
        _cut |= end.IsCut;
        if (end.IsSuccess)
        {
            if (child is null || isBackground) return false;
            return _succeeded = true;
        }
        if (end.Errors is not { } errors) return false;

        _errors ??= [];
        _known ??= new(ReferenceEqualityComparer.Instance);
        foreach (var error in errors)
        {
            // Whoever awaits a child's task fails with the very same exception: that is one failure.
            if (_known.Add(error)) _errors.Add((error, isBackground));
        }
        return _policy == GroupPolicy.FailFast;
    }

    int CountIn(string verb) => TryCountIn(One) ? NextNumber() : throw Over(verb);

    int NextNumber() => Interlocked.Increment(ref _started);

    bool TryCountIn(long one)
    {
        for (long before = Volatile.Read(ref _running); before != 0;)
        {
            long seen = Interlocked.CompareExchange(ref _running, before + one, before);
            if (seen == before) return true;
            before = seen;
        }
        return false;
    }

    // RND3060: Whoever holds on to a group after its end would start a task that nobody owns.
    LoopException Over(string verb) => new("RND3060", LoopName, HomeLane?.Owner,
        $"{verb} was called on a task group that has ended. A group takes children until its body and all its children have ended, because what is started later would belong to nobody. " +
        "Start the child inside the group, or in a group around it that lives longer.");
}
