namespace Rondo.Loops;

// The kinds of children. They differ in what the starter gets, and in what is left for the group to count.

/// <summary>Start: a task that ends as the child does. Its failure is seen to, also if nobody awaits it.</summary>
sealed class PlainChild(TaskGroup group, Func<CancellationToken, Task> body, string? name, int number) : GroupChild(group, name, number)
{
    readonly TaskCompletionSource _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Task => _promise.Task;

    protected override Delegate Body => body;

    protected override Task? Call(CancellationToken stop) => body(stop);

    protected override ChildEnd Complete(Task? task, in ChildEnd end)
    {
        Promises.Complete(_promise, task, end);
        _ = _promise.Task.Exception;
        return end;
    }
}

/// <summary>Start with a result.</summary>
sealed class PlainChild<T>(TaskGroup group, Func<CancellationToken, Task<T>> body, string? name, int number) : GroupChild(group, name, number)
{
    readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<T> Task => _promise.Task;

    protected override Delegate Body => body;

    protected override Task? Call(CancellationToken stop) => body(stop);

    protected override ChildEnd Complete(Task? task, in ChildEnd end)
    {
        Promises.Complete(_promise, task, end);
        _ = _promise.Task.Exception;
        return end;
    }
}

/// <summary>StartBackground: nobody is told but the group. Its scope is cancelled when the others have ended.</summary>
sealed class BackgroundChild(TaskGroup group, CancelScope scope, Func<CancellationToken, Task> body, string? name, int number) : GroupChild(group, name, number)
{
    internal override CancelScope Scope => scope;

    internal override bool IsBackground => true;

    protected override Delegate Body => body;

    protected override Task? Call(CancellationToken stop) => body(stop);

    protected override ChildEnd Complete(Task? task, in ChildEnd end) => end;
}

/// <summary>
/// StartAndWaitReady: until it is ready it belongs to the starter, who is told how it ends and whose cancellation reaches it; afterwards it is a child like any other.
/// </summary>
sealed class ReadyChild<T> : GroupChild
{
    const int Starting = 0, Ready = 1, Forsaken = 2, Ended = 3;

    readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Func<Action<T>, CancellationToken, Task> _body;
    readonly CancelScope _scope;
    CallerLink _caller;
    int _state;

    internal ReadyChild(TaskGroup group, Func<Action<T>, CancellationToken, Task> body, string? name, int number) : base(group, name, number)
    {
        _body = body;
        _scope = CancelScope.OpenIn(group.Scope, "StartAndWaitReadyAsync");
        _caller = CallerLink.To(group.Scope, this, static child => ((ReadyChild<T>)child!).Forsake(), default);
    }

    internal Task<T> Task => _promise.Task;

    internal override CancelScope Scope => _scope;

    protected override CancelScope? OwnScope => _scope;

    protected override Delegate Body => _body;

    protected override Task? Call(CancellationToken stop) => _body(TellReady, stop);

    protected override ChildEnd Complete(Task? task, in ChildEnd end)
    {
        _caller.Cut();
        _scope.End();
        int before = Interlocked.Exchange(ref _state, Ended);
        if (before == Ready) return end;

        // A child that was cut by nobody but itself has not been cancelled for its starter: it just ended.
        bool cancelled = before == Forsaken || Group.Scope.IsCancelled;
        if (!cancelled && end.Errors is null) _promise.TrySetException(EndedBeforeReady());
        else if (end.Errors is null) _promise.TrySetCanceled(_scope.TokenUnchecked);
        else _promise.TrySetException(AsOne(task, end.Errors));
        return end with { IsSomebodyElses = true };
    }

    // The starter awaits, and an await gives only one exception: as it was thrown, or all of them in one. Nobody else is told.
    static Exception AsOne(Task? task, IReadOnlyList<Exception> errors) => task?.Exception is { InnerExceptions: [var thrown] } ? thrown : errors is [var only] ? only : new AggregateException(errors);

    void TellReady(T value)
    {
        switch (Interlocked.CompareExchange(ref _state, Ready, Starting))
        {
            case Starting:
                _caller.Cut();
                _promise.TrySetResult(value);
                break;
            case Forsaken:
                // The starter has been cancelled meanwhile, and so has this child.
                break;
            default:
                throw ReadyTwice();
        }
    }

    void Forsake()
    {
        if (Interlocked.CompareExchange(ref _state, Forsaken, Starting) == Starting) _scope.CancelQuietly($"whoever waited for '{Name}' to be ready was cancelled");
    }

    // RND3061: The protocol of StartAndWaitReadyAsync: ready is called exactly once, before the child ends.
    LoopException EndedBeforeReady() => new("RND3061", Group.LoopName, Group.HomeLane?.Owner,
        $"The child '{Name}' ended without calling ready, so whoever started it waited for nothing. A child of StartAndWaitReadyAsync calls ready once, with what it is ready with. " +
        "Call it before the child returns, or use Start.");

    LoopException ReadyTwice() => new("RND3061", Group.LoopName, Group.HomeLane?.Owner,
        $"The child '{Name}' called ready for the second time, or after it had ended. A child of StartAndWaitReadyAsync calls ready once, while it runs. Remove the other call.");
}

/// <summary>What a caller's own cancellation (its scope, its token) does to work it waits for in a group of somebody else. Nothing is linked where it would reach the work anyway.</summary>
struct CallerLink
{
    CancellationTokenRegistration _scope;
    CancellationTokenRegistration _token;

    internal static CallerLink To(CancelScope group, object child, Action<object?> cancelled, CancellationToken token)
    {
        var link = new CallerLink();
        var caller = CancelScope.AliveAround(CancelScope.Current);
        if (caller is not null && !group.IsInside(caller)) link._scope = caller.TokenUnchecked.UnsafeRegister(cancelled, child);
        if (token.CanBeCanceled) link._token = token.UnsafeRegister(cancelled, child);
        return link;
    }

    internal readonly void Cut()
    {
        _scope.Unregister();
        _token.Unregister();
    }
}

static class Promises
{
    internal static void Complete(TaskCompletionSource promise, Task? task, in ChildEnd end)
    {
        if (task is not null) promise.TrySetFromTask(task);
        else if (end.IsCut) promise.TrySetCanceled();
        else promise.TrySetException(end.Errors!);
    }

    internal static void Complete<T>(TaskCompletionSource<T> promise, Task? task, in ChildEnd end)
    {
        if (task is not null) promise.TrySetFromTask((Task<T>)task);
        else if (end.IsCut) promise.TrySetCanceled();
        else promise.TrySetException(end.Errors!);
    }
}
