// Where the code of a test runs that is not asynchronous: the constructor, a void body, a synchronous instance fixture, Dispose.
using Rondo.Engine.Planning;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <remarks>
/// Thread: the engine's lane. Usually it is the synchronous thread of the worker. With <see cref="MainThreadAttribute"/> it is the pump's own, which stands still meanwhile; with a dispatcher it is the dispatcher's,
/// with the test's lane as context.
/// </remarks>
internal static class SynchronousCode
{
    // The runtime gives the first number to the thread that runs Main.
    private const int MainThreadId = 1;

    /// <summary>Runs the call where the test's marks say, under the context of what is set up so far.</summary>
    public static Task<SyncResult> RunAsync(Workbench bench, Attempt attempt, Func<object?> call)
    {
        var test = attempt.Case.Test;
        if (test.Dispatcher is not null) return OnDispatcherAsync(attempt.Lane, attempt.Scope.Tail, call);
        return test.Marks.MainThread ? OnMainAsync(MainLane(bench, attempt), attempt.Scope.Tail, call) : bench.SyncThread.RunAsync(attempt.Scope.Tail, call);
    }

    /// <summary>Runs the call on the thread of a dispatcher. As a body, so that whoever waits is told if the dispatcher ends.</summary>
    public static async Task<SyncResult> OnDispatcherAsync(LoopLane lane, ExecutionContext? context, Func<object?> call)
    {
        var work = new Work(call, context, keepsContext: true);
        await lane.RunAsync(() =>
        {
            work.Run();
            return Task.CompletedTask;
        });
        return await work.Done.Task;
    }

    /// <summary>Starts the body of an asynchronous test.</summary>
    public static Task StartBodyAsync(Workbench bench, Attempt attempt, Func<Task> body)
    {
        var test = attempt.Case.Test;
        // Everywhere else an asynchronous body begins on its lane, which is on the main thread already.
        if (!test.Marks.MainThread || attempt.Loop.Backend != LoopBackend.ThreadPool) return attempt.Lane.RunAsync(body);
        var main = MainLane(bench, attempt);
        return attempt.Lane.RunAsync(async () =>
        {
            var begun = await OnMainAsync(main, ExecutionContext.Capture(), body).ConfigureAwait(false);
            await ((Task)begun.Value!).ConfigureAwait(false);
        });
    }

    /// <summary>A lane on the worker's pump: the test's own, or one beside it if its loop is elsewhere.</summary>
    private static LoopLane MainLane(Workbench bench, Attempt attempt)
    {
        if (bench.Host.ManagedThreadId != MainThreadId) throw NoMainThread();
        if (attempt.Loop.Backend == LoopBackend.SingleThread) return attempt.Lane;
        return attempt.Scope.Loop(LoopBackend.SingleThread, null, bench.Host).OpenLane(attempt.Case.Id, BlockingWaits.Allow);
    }

    // The body's account would take the thread-pool loop of the test out of the context, so this is a plain callback.
    private static Task<SyncResult> OnMainAsync(LoopLane lane, ExecutionContext? context, Func<object?> call)
    {
        var work = new Work(call, context, keepsContext: false);
        lane.Post(static work => ((Work)work!).Run(), work);
        return work.Done.Task;
    }

    // RND3011: The pump of this worker is not on the process's main thread.
    private static RondoUsageException NoMainThread() => new(
        "A test with [MainThread] cannot run here: the tests of this process do not run on its main thread. RondoApplication.Run makes its calling thread the one they run on, and it was not called from Main, or Main is asynchronous. "
        + "Call it from a synchronous Main, or remove [MainThread]. [RND3011]");

    private sealed class Work(Func<object?> call, ExecutionContext? context, bool keepsContext)
    {
        public TaskCompletionSource<SyncResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run()
        {
            var before = SynchronizationContext.Current;
            if (!keepsContext) SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                if (context is null) Call();
                else ExecutionContext.Run(context, static work => ((Work)work!).Call(), this);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }
        }

        private void Call() => SyncResult.Of(call, Done);
    }
}
