using Microsoft.VisualStudio.TestTools.UnitTesting;

// The verdict about a blocked thread looks at the whole process (pool, timers): neighbours would disturb it.
[assembly: DoNotParallelize]

namespace Rondo.Loops.Tests;

/// <summary>Waits of tests: for a condition, with a deadline.</summary>
static class Until
{
    static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    internal static void True(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, s_deadline)) Assert.Fail($"Not within {s_deadline.TotalSeconds} s: {what}.");
    }

    internal static T Done<T>(Task<T> task)
    {
        Done((Task)task);
        return task.GetAwaiter().GetResult();
    }

    internal static void Done(Task task)
    {
        if (!((IAsyncResult)task).AsyncWaitHandle.WaitOne(s_deadline)) Assert.Fail($"A task did not complete within {s_deadline.TotalSeconds} s.");
        task.GetAwaiter().GetResult();
    }
}
