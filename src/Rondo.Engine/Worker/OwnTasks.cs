using Rondo.Engine.Results;
using Rondo.Engine.Report;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>
/// What a test or fixture starts belongs to it: the cancel scope around its code, and, when somebody asks for it, the task group that ends with that code. The border between them is here:
/// nobody's code is in the scope of somebody else, but a fixture's cancellation reaches those that use it.
/// </summary>
/// <remarks>
/// The scope is around the code; the group's own scope is inside of that one, so that <see cref="TaskGroup.Cancel"/> ends the children and leaves the code alone, while a failure of a child ends both.
/// Members may be called from any thread, except where they say otherwise.
/// </remarks>
/// <param name="owner">For messages: "test 'A.B'", "fixture 'C.D'".</param>
/// <param name="lane">Where children run.</param>
/// <param name="failed">Called once, on whatever thread, when a child has failed: cancels what the scope does not reach.</param>
internal sealed class OwnTasks(string owner, LoopLane lane, Action failed) : ITaskGroupSource
{
    // Stands in place of a group from the end on, if nobody ever asked for one.
    private static readonly object s_none = new();

    private CancelScope? _scope;

    // Null, the group, or s_none.
    private object? _group;
    private int _isOver;

    // Engine's lane.
    private List<CancellationTokenRegistration>? _links;

    /// <summary>The scope around the owner's code, made when it is first needed.</summary>
    public CancelScope Scope
    {
        get
        {
            if (Volatile.Read(ref _scope) is { } scope) return scope;
            var made = CancelScope.OpenAtBorder(owner, parent: null, default, lane.Loop.Clock);
            return Interlocked.CompareExchange(ref _scope, made, null) ?? made;
        }
    }

    /// <summary>Null if nobody has needed it.</summary>
    public CancelScope? ScopeOrNull => Volatile.Read(ref _scope);

    /// <summary>Opened by the first who asks.</summary>
    /// <exception cref="RondoUsageException">RND3043: the owner's code has ended.</exception>
    public TaskGroup Group
    {
        get
        {
            if (Volatile.Read(ref _group) is TaskGroup group) return group;
            var scope = CancelScope.OpenIn(Scope, "the task group of " + owner);
            var made = TaskGroup.OpenOn(lane, scope);
            switch (Interlocked.CompareExchange(ref _group, made, null))
            {
                case null:
                    scope.TokenUnchecked.UnsafeRegister(static self => ((OwnTasks)self!).GroupWasCancelled(), this);
                    return made;
                case TaskGroup other:
                    scope.End();
                    return other;
                default:
                    scope.End();
                    throw new RondoUsageException($"The task group of {owner} was asked for after the code that it belongs to had ended. What it starts ends with that code. Ask for it before: as a parameter, or at the beginning. [RND3043]");
            }
        }
    }

    /// <summary>Children that have not ended, as "Not ended: 'server' (waits in Server.AcceptAsync)."; empty if there are none.</summary>
    public string Unfinished
    {
        get
        {
            if (Volatile.Read(ref _group) is not TaskGroup group || group.Unfinished is not { Count: > 0 } children) return "";
            var names = children.Take(8).Select(static child => $"'{child.Name}'{WaitingNames.InParentheses(child.BodyTask)}");
            return $" Children of its task group that have not ended: {string.Join(", ", names)}{(children.Count > 8 ? ", …" : "")}.";
        }
    }

    /// <summary>What children have failed with up to now.</summary>
    public IReadOnlyList<Exception> Failures => Volatile.Read(ref _group) is TaskGroup group ? group.Failures : [];

    /// <summary>True if somebody asked for the group.</summary>
    public bool HasGroup => Volatile.Read(ref _group) is TaskGroup;

    /// <summary>Engine's lane: a cancellation of the scope that a fixture gave its value in reaches this owner too.</summary>
    public void Link(CancelScope given, Action<string> cancelled)
    {
        if (given.IsCancelled)
        {
            cancelled(given.Reason ?? "");
            return;
        }

        (_links ??= []).Add(given.TokenUnchecked.UnsafeRegister(_ => cancelled(given.Reason ?? ""), null));
    }

    /// <summary>Makes the scope current for the code that runs next under the calling flow. The caller undoes it, or runs in a context of its own.</summary>
    public void Enter() => CancelScope.Enter(Scope);

    /// <summary>Cancels scope, children included. Callbacks of users run on the pool.</summary>
    public void Cancel(string why)
    {
        if (Volatile.Read(ref _scope) is { } scope) ThreadPool.UnsafeQueueUserWorkItem(static one => one.Scope.CancelQuietly(one.Why), (Scope: scope, Why: why), preferLocal: false);
    }

    /// <summary>The owner's code has ended: nobody opens a group any more.</summary>
    /// <returns>The group that has to be ended, for the first caller; null if there is none.</returns>
    public TaskGroup? TakeGroup()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 1) return null;
        if (Interlocked.CompareExchange(ref _group, s_none, null) is TaskGroup group) return group;
        EndScope();
        return null;
    }

    /// <summary>Engine's lane: waits for the children of a group that was taken, and gives what the owner's code and they together failed with; null if nothing did.</summary>
    /// <param name="group">From <see cref="TakeGroup"/>.</param>
    /// <param name="failure">What the code ended with. Then the children are cancelled; else they may end by themselves.</param>
    public async Task<Exception?> EndAsync(TaskGroup group, Exception? failure)
    {
        var before = group.Failures;
        if (failure is not null) group.Scope.CancelQuietly($"the code of {owner} ended with {failure.GetType().Name}");
        IReadOnlyList<Exception> all;
        try
        {
            // As a body of the lane: virtual time moves for it, and it can be told that it can never finish.
            all = await lane.RunAsync(group.CloseAndTellAsync);
        }
        catch (LoopClosedException)
        {
            // Its own code has closed the loop.
            all = await group.CloseAndTellAsync();
        }
        catch (LoopException stalled)
        {
            all = [.. group.Failures, stalled];
        }

        EndScope();
        return Together(failure, before.Count, all);
    }

    private void EndScope()
    {
        if (_links is { } links)
        {
            foreach (var link in links) link.Unregister();
        }

        Volatile.Read(ref _scope)?.End();
    }

    // One comes out as it was thrown; several in one flat AggregateException, in order.
    private Exception? Together(Exception? failure, int before, IReadOnlyList<Exception> children)
    {
        if (children.Count == 0) return failure;
        // A body that was cut because a child had failed says nothing; nor does one that awaited the child.
        var isCut = failure is OperationCanceledException && Scope.IsCancelled;
        List<Exception> all = [.. children];
        if (failure is not null && !isCut)
        {
            IReadOnlyList<Exception> own = failure is AggregateException several ? several.Flatten().InnerExceptions : [failure];
            all.InsertRange(Math.Min(before, all.Count), own.Where(one => !children.Contains(one, ReferenceEqualityComparer.Instance)));
        }

        return all.Count == 1 ? all[0] : new AggregateException($"{all.Count} failures in {owner} and the children of its task group.", all);
    }

    private void GroupWasCancelled()
    {
        if (Volatile.Read(ref _group) is not TaskGroup group || group.Failures.Count == 0) return;
        Scope.CancelQuietly(group.Scope.Reason ?? "a child of its task group failed");
        failed();
    }

    /// <summary>Which child an exception came from; null for one of the owner's own code.</summary>
    public static string? ChildOf(Exception error) => ChildEnd.NameOf(error);
}
