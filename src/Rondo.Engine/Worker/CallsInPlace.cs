namespace Rondo.Engine.Worker;

/// <summary>Runs synchronous code of users where it is asked for: on the loop of a schedule, so that it takes no part in the order of things by its duration.</summary>
internal sealed class CallsInPlace : SyncCalls
{
    /// <inheritdoc/>
    public override Task<SyncResult> RunAsync(ExecutionContext? context, Func<object?> call)
    {
        var done = new TaskCompletionSource<SyncResult>();
        // Always under Run: AsyncLocals that the call sets must not stay with the caller.
        ExecutionContext.Run(context ?? ExecutionContext.Capture()!, _ => SyncResult.Of(call, done), null);
        return done.Task;
    }
}
