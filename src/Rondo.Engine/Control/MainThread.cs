using Rondo.Engine.Collections;

namespace Rondo.Engine.Control;

/// <summary>The process's main thread, lent by the entry point to the in-process worker while the platform runs on the pool.</summary>
internal static class MainThread
{
    private static readonly Handover<Action> s_calls = new();
    private static int s_isServing;
    private static int s_isBusy;

    /// <summary>Called by Main: runs what is handed over until the platform has ended.</summary>
    /// <returns>The platform's exit code.</returns>
    /// <remarks>If user code never gives the thread back, the process ends here all the same once the platform has its exit code.</remarks>
    public static int ServeUntil(Task<int> platform)
    {
        Interlocked.Exchange(ref s_isServing, 1);
        platform.ContinueWith(ended =>
        {
            // Reports are written by now. A thread that a test holds for ever must not hold the process.
            if (Volatile.Read(ref s_isBusy) == 1 && IsAbandoned) Environment.Exit(ended.IsCompletedSuccessfully ? ended.Result : 3);
            s_calls.Close();
        }, TaskScheduler.Default);
        while (s_calls.TryTake(out var call))
        {
            Interlocked.Exchange(ref s_isBusy, 1);
            call();
            Interlocked.Exchange(ref s_isBusy, 0);
        }

        return platform.GetAwaiter().GetResult();
    }

    /// <summary>Set by the controller when a test in this process never returns.</summary>
    public static bool IsAbandoned { get; set; }

    /// <summary>Runs the call on the main thread, or on a thread of its own in a host that does not lend it.</summary>
    public static Task RunAsync(Action call)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Run()
        {
            try
            {
                call();
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }

        if (Volatile.Read(ref s_isServing) == 0 || !s_calls.TryAdd(Run)) new Thread(Run) { IsBackground = true, Name = "rondo in-process worker" }.Start();
        return done.Task;
    }
}
