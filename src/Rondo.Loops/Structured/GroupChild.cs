namespace Rondo.Loops;

/// <summary>
/// One child of a task group, from its start until its end is in the group's account. Its body is called at the group's home (lane, other context, or the pool), under the starter's ExecutionContext
/// but with the child's own cancel scope. It ends where its task completes; the task given out completes before the group is told that the child is gone.
/// </summary>
abstract class GroupChild(TaskGroup group, string? name, int number) : IThreadPoolWorkItem
{
    static readonly SendOrPostCallback s_begin = static child => ((GroupChild)child!).Begin();

    // Null if the starter has suppressed the flow.
    readonly ExecutionContext? _context = ExecutionContext.Capture();
    Task? _task;

    internal TaskGroup Group => group;

    /// <summary>Its task, once it has given one; for names in messages.</summary>
    internal Task? BodyTask => _task;

    /// <summary>As given, else its number and its method.</summary>
    internal string Name => name ??= $"child {number} ({AsyncNames.NameOf(Body)})";

    /// <summary>Its tokens come from here, and it decides whether an OperationCanceledException of the child is a failure.</summary>
    internal virtual CancelScope Scope => group.Scope;

    /// <summary>Null if it is the group's, which sees to it.</summary>
    protected virtual CancelScope? OwnScope => null;

    internal virtual bool IsBackground => false;

    protected abstract Delegate Body { get; }

    /// <summary>Sends it on its way. Whatever happens to it is told to the group, never to the caller.</summary>
    internal void Start(LoopLane? homeLane, SynchronizationContext? home)
    {
        group.Starts(this);
        homeLane?.ChildStarts();
        // Where a schedule policy has to tell the children apart, each has a lane of its own, with the same owner.
        if (homeLane?.Loop.Strands is not null) home = homeLane.OpenStrand();
        if (home is null) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else home.Post(s_begin, this);
    }

    void IThreadPoolWorkItem.Execute() => Begin();

    protected abstract Task? Call(CancellationToken stop);

    /// <summary>Completes what the starter was given, before the group counts.</summary>
    /// <returns>What the group should make of it; it may differ from what happened when somebody else was told.</returns>
    protected abstract ChildEnd Complete(Task? task, in ChildEnd end);

    void Begin()
    {
        if (_context is not null)
        {
            ExecutionContext.Run(_context, static child => ((GroupChild)child!).CallBody(), this);
            return;
        }
        var before = CancelScope.Current;
        CallBody();
        CancelScope.Enter(before);
    }

    void CallBody()
    {
        try
        {
            group.HomeLane?.MarkBody();
            CancelScope.Enter(Scope);
            _task = Call(Scope.TokenUnchecked) ?? throw CancelScope.ReturnedNull($"The child '{Name}' of a task group");
        }
        catch (Exception error)
        {
            End(null, ChildEnd.Of(error, Scope));
            return;
        }
        group.HomeLane?.NoteWaiting(_task);
        if (_task.IsCompleted) Ended();
        // With the context of home, so that an end at home is noticed in place, and one elsewhere comes home first.
        else _task.GetAwaiter().UnsafeOnCompleted(Ended);
    }

    void Ended() => End(_task, ChildEnd.Of(_task!, Scope));

    // Apart, so that only this way pays for the closure.
    void EndAfter(Task underWay, Task? task, ChildEnd end) => underWay.GetAwaiter().UnsafeOnCompleted(() => End(task, end));

    void End(Task? task, ChildEnd end)
    {
        if (OwnScope?.CallbacksUnderWay is { } underWay)
        {
            EndAfter(underWay, task, end);
            return;
        }
        if (OwnScope?.TakeCallbackErrors() is { } callbackErrors)
        {
            end = new ChildEnd([.. end.Errors ?? [], .. callbackErrors], IsCut: false);
            // Its own task does not tell all.
            task = null;
        }
        if (end.Errors is not null) end.NameErrors(Name);
        var counts = Complete(task, end);
        // Out of the lane's account first: who continues after the group's end must not find this child still running.
        group.HomeLane?.ChildEnds();
        group.PartEnded(this, counts);
    }
}

/// <summary>How a child or a body has ended, seen from its scope.</summary>
/// <param name="Errors">Flat and in order; null if none.</param>
/// <param name="IsCut">It was unwound by a cancellation that its scope, or one around it, had asked for.</param>
/// <param name="IsSomebodyElses">It ended in a way that somebody else was told of; the group only counts it out.</param>
readonly record struct ChildEnd(IReadOnlyList<Exception>? Errors, bool IsCut, bool IsSomebodyElses = false)
{
    internal const string ChildKey = "rondo.child";

    internal static ChildEnd Success => default;

    internal bool IsSuccess => Errors is null && !IsCut && !IsSomebodyElses;

    internal static ChildEnd Of(Task task, CancelScope scope)
    {
        if (task.IsCompletedSuccessfully) return Success;
        if (task.IsCanceled) return scope.IsCancelled ? Cut : new ChildEnd([ExceptionOf(task)], IsCut: false);
        return Of(task.Exception!, scope);
    }

    internal static ChildEnd Of(Exception error, CancelScope scope)
    {
        IReadOnlyList<Exception> errors = error is AggregateException many ? many.Flatten().InnerExceptions : [error];
        if (scope.IsCancelled && errors.Any(static one => one is OperationCanceledException)) errors = [.. errors.Where(static one => one is not OperationCanceledException)];
        return errors.Count == 0 ? Cut : new ChildEnd(errors, IsCut: false);
    }

    /// <summary>Notes whose they are, unless they come from a group inside and have the name of its child already.</summary>
    internal void NameErrors(string child)
    {
        foreach (var error in Errors!)
        {
            try
            {
                if (error.Data is { IsReadOnly: false } data && !data.Contains(ChildKey)) data[ChildKey] = child;
            }
            catch (Exception) { /* A type of exception with a Data of its own. The name is lost, the error is not. */ }
        }
    }

    internal static string? NameOf(Exception error)
    {
        try { return error.Data?[ChildKey] as string; }
        catch (Exception) { return null; }
    }

    /// <summary>Why the others are cancelled.</summary>
    internal string Tell(string child)
    {
        if (Errors is null) return $"'{child}' was the first to succeed";
        try { return $"'{child}' failed with {Errors[0].GetType().Name}: {Errors[0].Message}"; }
        catch (Exception) { return $"'{child}' failed with {Errors[0].GetType().Name}"; }
    }

    static ChildEnd Cut => new(null, IsCut: true);

    // The very exception that was thrown, with its stack.
    static Exception ExceptionOf(Task canceled)
    {
        try
        {
            canceled.GetAwaiter().GetResult();
            return new TaskCanceledException(canceled);
        }
        catch (OperationCanceledException error)
        {
            return error;
        }
    }
}
