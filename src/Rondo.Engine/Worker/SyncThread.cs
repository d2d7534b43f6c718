using Rondo.Engine.Collections;

namespace Rondo.Engine.Worker;

/// <summary>Where synchronous code of users runs.</summary>
internal abstract class SyncCalls
{
    /// <summary>Runs the call under the given context. Its awaiter goes on where it belongs, never inside the call.</summary>
    /// <param name="context">Ambient values the call sees; null for the engine's own.</param>
    /// <param name="call">User code.</param>
    /// <returns>What the call returned and the context as the call left it.</returns>
    public abstract Task<SyncResult> RunAsync(ExecutionContext? context, Func<object?> call);
}

/// <summary>The one thread of a worker on which synchronous tests, constructors and synchronous fixtures run: without a SynchronizationContext, while the
/// pump keeps turning, so that a test may block on a fixture's server.</summary>
/// <remarks>Owner: the worker session, which gives it one piece of work at a time. A piece that never returns keeps the thread for good; the session then asks to be replaced.</remarks>
internal sealed class SyncThread : SyncCalls, IDisposable
{
    private readonly Handover<Work> _work = new();
    private readonly Thread _thread;
    private ExecutionContext? _clean;

    public SyncThread()
    {
        _thread = new Thread(Serve) { Name = "rondo synchronous tests", IsBackground = true };
        _thread.UnsafeStart();
    }

    public int ManagedThreadId => _thread.ManagedThreadId;

    /// <inheritdoc/>
    public override Task<SyncResult> RunAsync(ExecutionContext? context, Func<object?> call)
    {
        var work = new Work(context, call);
        _work.TryAdd(work);
        return work.Done.Task;
    }

    public void Dispose() => _work.Close();

    private void Serve()
    {
        _clean = ExecutionContext.Capture();
        while (_work.TryTake(out var work)) work.Run(_clean);
    }

    private sealed class Work(ExecutionContext? context, Func<object?> call)
    {
        public TaskCompletionSource<SyncResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // Always under Run: AsyncLocals that the call sets must not stay on the thread.
        public void Run(ExecutionContext? clean)
        {
            if ((context ?? clean) is { } under) ExecutionContext.Run(under, static self => ((Work)self!).Call(), this);
            else Call();
        }

        private void Call() => SyncResult.Of(call, Done);
    }
}

/// <param name="Value">What the call returned.</param>
/// <param name="Context">The ExecutionContext at the end of the call: AsyncLocal values it set are in it.</param>
internal sealed record SyncResult(object? Value, ExecutionContext? Context)
{
    /// <summary>Calls, and tells who waits what came of it.</summary>
    public static void Of(Func<object?> call, TaskCompletionSource<SyncResult> done)
    {
        try
        {
            var value = call();
            done.SetResult(new SyncResult(value, ExecutionContext.Capture()));
        }
        catch (Exception error)
        {
            MemoryEnd.EndIfUsedUp(error);
            done.SetException(error);
        }
    }
}
