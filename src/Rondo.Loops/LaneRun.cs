namespace Rondo.Loops;

/// <summary>
/// One body on a lane, from RunAsync until its task completes. The promise given out runs its continuations asynchronously: an awaiter with a context is posted to it,
/// others go to the pool, and none runs inside the stack of the body, where the lane is current.
/// </summary>
abstract class LaneRun(LoopLane lane)
{
    internal static readonly SendOrPostCallback BeginCallback = static run => ((LaneRun)run!).Begin();

    // Null if the caller has suppressed the flow.
    readonly ExecutionContext? _context = ExecutionContext.Capture();

    volatile bool _abandoned;

    internal LoopLane Lane => lane;

    internal abstract Delegate Body { get; }

    /// <summary>The body's own task, once it has given one.</summary>
    internal Task? BodyTask { get; private set; }

    /// <summary>Real time at which the body was called; null before. Kept only with a virtual clock.</summary>
    internal TimeSpan? Started { get; private set; }

    internal void Begin()
    {
        // Told already that nobody runs it.
        if (_abandoned) lane.BodyEnded();
        else if (_context is null) CallBody();
        else ExecutionContext.Run(_context, static run => ((LaneRun)run!).CallBody(), this);
    }

    protected abstract Task? Call();

    protected abstract void Complete(Task task);

    protected abstract void Fail(Exception error);

    void CallBody()
    {
        Task? task;
        try
        {
            lane.MarkBody();
            lane.BodyStarts();
            if (!lane.IsOnPool) lane.Host.Add(this);
            if (lane.Virtual is not null) Started = TimeSpan.FromTicks(LoopClock.Real.NowTicks);
            BodyTask = task = Call();
        }
        catch (Exception error)
        {
            End(null, error);
            return;
        }
        if (task is null) End(null, new InvalidOperationException($"The body of '{lane.Owner}' returned null instead of a task."));
        else if (task.IsCompleted) End(task, null);
        // ExecuteSynchronously on the default scheduler ignores contexts: no hop between the body's end and ours.
        else task.ContinueWith(static (task, run) => ((LaneRun)run!).End(task, null), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // The host's list of bodies under way, under its lock.
    internal LaneRun? PreviousOnHost { get; set; }
    internal LaneRun? NextOnHost { get; set; }

    // Interlocked: 1 once it was given up, 2 once it has ended.
    int _over;

    /// <summary>Whoever awaits the body gets this; the body itself stays suspended, as nothing can end it. Any thread.</summary>
    internal void GiveUp(LoopException error)
    {
        if (Interlocked.CompareExchange(ref _over, 1, 0) != 0) return;
        lane.BodyGivenUp(1);
        if (lane.Virtual is not null) lane.WaitEnds(this);
        Fail(error);
        lane.Host.Wake();
    }

    /// <summary>Any thread: the dispatcher that ran it has gone. Whoever awaits the body gets this; the body itself stays suspended.</summary>
    internal void Abandon(Exception why)
    {
        _abandoned = true;
        Fail(why);
        lane.Host.Wake();
    }

    /// <summary>It was queued, and nobody will call it.</summary>
    internal void NeverBegins(LoopException error) => End(null, error);

    void End(Task? task, Exception? error)
    {
        // Out of the account first: who continues after the promise must not find this body still running.
        if (Interlocked.Exchange(ref _over, 2) == 1) lane.BodyGivenUp(-1);
        if (!lane.IsOnPool) lane.Host.Remove(this);
        lane.BodyEnded();
        if (lane.Virtual is not null) lane.WaitEnds(this);
        if (lane.Host.IsGuest) lane.Host.BodyHasEnded(this);
        if (task is not null) Complete(task);
        else Fail(error!);
        // The pump may be asleep in a Run that waits for this promise, or a close may wait for the body.
        lane.Host.Wake();
    }
}

sealed class BodyRun(LoopLane lane, Func<Task> body) : LaneRun(lane)
{
    readonly TaskCompletionSource _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Task => _promise.Task;

    internal override Delegate Body => body;

    protected override Task? Call() => body();

    protected override void Complete(Task task) => _promise.TrySetFromTask(task);

    protected override void Fail(Exception error) => _promise.TrySetException(error);
}

sealed class BodyRun<T>(LoopLane lane, Func<Task<T>> body) : LaneRun(lane)
{
    readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<T> Task => _promise.Task;

    internal override Delegate Body => body;

    protected override Task? Call() => body();

    protected override void Complete(Task task) => _promise.TrySetFromTask((Task<T>)task);

    protected override void Fail(Exception error) => _promise.TrySetException(error);
}
