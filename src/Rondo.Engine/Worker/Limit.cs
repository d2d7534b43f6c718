using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Worker;

/// <summary>Waits for user code, but not for ever.</summary>
internal static class Limit
{
    // A slice that took much longer than asked for means that this process was stopped (SIGSTOP, suspend, a debugger): stopped time counts in no limit.
    private static readonly TimeSpan s_slice = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_tolerated = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the task has ended or the limit has passed. Never throws what the task throws.</summary>
    /// <param name="limit">Zero waits without limit.</param>
    /// <returns>True if the task has ended.</returns>
    public static async Task<bool> EndsWithinAsync(this Task task, TimeSpan limit, TimeProvider time)
    {
        if (task.IsCompleted) return true;
        if (limit == TimeSpan.Zero)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return true;
        }

        var left = limit;
        while (left > TimeSpan.Zero)
        {
            var slice = left < s_slice ? left : s_slice;
            var from = time.GetTimestamp();
            await task.WaitAsync(slice, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (task.IsCompleted) return true;
            var passed = time.GetElapsedTime(from);
            left -= passed < slice + s_tolerated ? passed : slice;
        }

        return task.IsCompleted;
    }

    /// <summary>What ended the task; null when it ended well or has not ended. A cancelled task is an error here: nobody asked for it.</summary>
    public static Failure? FailureOrNull(this Task task, string what) => task switch
    {
        { Exception: { } error } => SafeText.OfException(error.InnerExceptions.Count == 1 ? error.InnerException! : error),
        { IsCanceled: true } => new Failure(typeof(OperationCanceledException).FullName!, $"{what} was cancelled by its own code.", null),
        _ => null,
    };

    /// <summary>Cancels, lets the callbacks of user code run on the pool, and gives back what they threw.</summary>
    public static async Task<Failure?> CancelQuietlyAsync(this CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync();
            return null;
        }
        catch (AggregateException error)
        {
            return SafeText.OfException(error.InnerExceptions.Count == 1 ? error.InnerException! : error);
        }
        catch (ObjectDisposedException)
        {
            // It came to its end meanwhile.
            return null;
        }
    }
}
