using System.Runtime.CompilerServices;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Worker;

/// <summary>Catches exceptions that nobody awaits (async void on the pool, raw threads, timers, unobserved tasks), keeps the process alive and charges them to the
/// attempt or fixture that started the work, also when they surface later.</summary>
/// <remarks>
/// One per process, installed before the platform's own handlers, which would end the process. The throwing thread still has the attempt's ExecutionContext; an unobserved
/// task surfaces on the finalizer thread, so the owner is remembered when the exception is first thrown.
/// </remarks>
internal static class StrayErrors
{
    private static readonly ConditionalWeakTable<Exception, object> s_throwers = [];
    private static Action<object?, Failure>? s_hear;
    private static int s_isInstalled;
    private static volatile bool s_anyThrown;

    [ThreadStatic] private static bool t_isNoting;

    /// <summary>Whose code runs: an <see cref="Attempt"/>; or, as text, the key of a fixture that is wider than one, or the id of a test whose rows are read.</summary>
    public static AsyncLocal<object?> Owner { get; } = new();

    /// <param name="hear">Told of each stray error with its owner; called on any thread.</param>
    public static void Install(Action<object?, Failure> hear)
    {
        s_hear = hear;
        if (Interlocked.Exchange(ref s_isInstalled, 1) == 1) return;
        AppDomain.CurrentDomain.FirstChanceException += static (_, e) =>
        {
            MemoryEnd.Note(e.Exception);
            // Where nothing can be noted for want of memory, that is thrown as well: it is not to be noted in turn, without an end.
            if (t_isNoting || Owner.Value is not { } owner) return;
            t_isNoting = true;
            s_anyThrown = true;
            try
            {
                s_throwers.TryAdd(e.Exception, owner);
            }
            catch (OutOfMemoryException) { }
            t_isNoting = false;
        };
        TaskScheduler.UnobservedTaskException += static (_, e) =>
        {
            e.SetObserved();
            foreach (var error in e.Exception.Flatten().InnerExceptions) Hear(error, "A task failed and nobody awaited it");
        };
        Uncaught.Handle(static error =>
        {
            Hear(error, "An exception left an async void method, a thread or a timer callback");
            return true;
        });
    }

    /// <summary>Makes tasks that failed unobserved come out now: at the end of a worker they never would. Costs nothing if no test has thrown anything.</summary>
    public static Task FlushAsync()
    {
        if (!s_anyThrown) return Task.CompletedTask;
        s_anyThrown = false;
        return Task.Run(static () =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        });
    }

    private static void Hear(Exception error, string how)
    {
        var owner = s_throwers.TryGetValue(error, out var thrower) ? thrower : Owner.Value;
        // The worker's own code: what it was about to do is lost, and somebody waits for it.
        if (owner is null) MemoryEnd.EndIfRefused(error);
        var failure = SafeText.OfException(error);
        s_hear?.Invoke(owner, failure with { Message = $"{how}: {failure.Message}" });
    }
}
