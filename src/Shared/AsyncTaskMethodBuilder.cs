// The compiler builds the async methods of an assembly with the builder of this name, and prefers the assembly's own. This one exists for the start of a process:
// the platform's builder is generic over each method's state machine and lies in another assembly, so ahead-of-time images can hold no code for it, and each async
// method costs about eight methods of JIT when it runs first. With a builder in our own assembly that code is in our images. See docs/design/start-up.md.
// It keeps the contract of the original: contexts are restored after the first part, the ExecutionContext flows over awaits, a cancelled method gives a cancelled task.
namespace System.Runtime.CompilerServices;

#pragma warning disable CS0436 // having the name of the original is the point

internal struct AsyncTaskMethodBuilder
{
    // It makes and completes the task; none of its methods are generic over the state machine unless it is asked to await, which it never is.
    private AsyncValueTaskMethodBuilder _result;
    private object? _box;

    public static AsyncTaskMethodBuilder Create() => default;

    public Task Task => _result.Task.AsTask();

#pragma warning disable CA1822 // the compiler calls it on the instance
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => AsyncStart.Run(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
        // Only for state machines boxed by the compiler of old; ours are copied into their box by the builder.
    }
#pragma warning restore CA1822

    public void SetResult() => _result.SetResult();

    public void SetException(Exception exception) => _result.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        // The task must exist before the state machine, which holds this builder, is copied: both copies complete the same one.
        if (_box is null) _ = _result.Task;
        awaiter.OnCompleted(AsyncBox<TStateMachine>.Of(ref _box, ref stateMachine).Resume);
    }

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (_box is null) _ = _result.Task;
        awaiter.UnsafeOnCompleted(AsyncBox<TStateMachine>.Of(ref _box, ref stateMachine).Resume);
    }
}

internal struct AsyncTaskMethodBuilder<TResult>
{
    private AsyncValueTaskMethodBuilder<TResult> _result;
    private object? _box;

    public static AsyncTaskMethodBuilder<TResult> Create() => default;

    public Task<TResult> Task => _result.Task.AsTask();

#pragma warning disable CA1822 // the compiler calls it on the instance
    public readonly void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => AsyncStart.Run(ref stateMachine);

    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }
#pragma warning restore CA1822

    public void SetResult(TResult result) => _result.SetResult(result);

    public void SetException(Exception exception) => _result.SetException(exception);

    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (_box is null) _ = _result.Task;
        awaiter.OnCompleted(AsyncBox<TStateMachine>.Of(ref _box, ref stateMachine).Resume);
    }

    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (_box is null) _ = _result.Task;
        awaiter.UnsafeOnCompleted(AsyncBox<TStateMachine>.Of(ref _box, ref stateMachine).Resume);
    }
}

/// <summary>Resumes a suspended method under the context of its last await.</summary>
/// <remarks>All that does not need the state machine's type is here, once for all methods.</remarks>
internal abstract class AsyncBox
{
    private static readonly ContextCallback s_step = static box => ((AsyncBox)box!).Step();

    protected AsyncBox() => Resume = MoveNext;

    /// <summary>Null where the flow was suppressed.</summary>
    public ExecutionContext? Context { get; set; }

    public Action Resume { get; }

    protected abstract void Step();

    private void MoveNext()
    {
        if (Context is not { } context)
        {
            Step();
            return;
        }

        Context = null;
        ExecutionContext.Run(context, s_step, this);
    }
}

/// <summary>Where a suspended method lives. The field is the state machine itself, so that resuming it copies nothing.</summary>
internal sealed class AsyncBox<TStateMachine> : AsyncBox
    where TStateMachine : IAsyncStateMachine
{
    private TStateMachine _stateMachine = default!;

    /// <summary>The method's box, made at its first real await.</summary>
    /// <param name="box">The builder's own place for it, a part of the state machine.</param>
    /// <param name="stateMachine">Where the method stands.</param>
    public static AsyncBox<TStateMachine> Of(ref object? box, ref TStateMachine stateMachine)
    {
        if (box is not AsyncBox<TStateMachine> own)
        {
            box = own = new AsyncBox<TStateMachine>();
            own._stateMachine = stateMachine;
        }

        own.Context = ExecutionContext.Capture();
        return own;
    }

    protected override void Step() => _stateMachine.MoveNext();
}

internal static class AsyncStart
{
    // Never true. An image holds the code that is reached from its own code. The builder's await is generic over awaiters of the platform, for which no image may hold
    // code; so the boxes that it makes are named here, on the way that every async method takes.
    private static bool NamesBoxes { get; set; }

    /// <summary>Runs the part up to the first real await. What it does to the contexts of the thread stays inside, as with the platform's builder.</summary>
    public static void Run<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        var thread = SynchronizationContext.Current;
        var context = ExecutionContext.Capture();
        object? box = null;
        if (NamesBoxes) AsyncBox<TStateMachine>.Of(ref box, ref stateMachine);
        try
        {
            stateMachine.MoveNext();
        }
        finally
        {
            if (!ReferenceEquals(thread, SynchronizationContext.Current)) SynchronizationContext.SetSynchronizationContext(thread);
            if (context is not null && !ReferenceEquals(context, ExecutionContext.Capture())) ExecutionContext.Restore(context);
        }
    }
}
