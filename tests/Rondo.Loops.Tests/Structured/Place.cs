using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests.Structured;

/// <summary>Where structured code can run. Each rule holds in all of them; the rules are abstract classes with a class for each place.</summary>
public abstract class Place
{
    static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    public static Place OneThread { get; } = new OnLoop(LoopBackend.SingleThread);

    public static Place ThreadPool { get; } = new OnLoop(LoopBackend.ThreadPool);

    public static Place NoLoop { get; } = new OnNoLoop();

    /// <summary>Runs a body there, and makes sure that nothing is left behind.</summary>
    internal abstract Task RunAsync(Func<Task> body);

    sealed class OnLoop(LoopBackend backend) : Place
    {
        internal override async Task RunAsync(Func<Task> body)
        {
            var loop = EventLoop.Create(new() { Name = "loop", Backend = backend });
            var armed = -1;
            loop.Run(async _ =>
            {
                await body().WaitAsync(s_deadline, TimeProvider.System);
                armed = loop.Statistics.ArmedTimers;
            });
            var report = await loop.CloseAsync();
            Assert.AreEqual(0, armed, "Timers are left behind.");
            Assert.AreEqual("", string.Join(", ", report.Leaks));
        }
    }

    sealed class OnNoLoop : Place
    {
        internal override Task RunAsync(Func<Task> body) => Task.Run(() => body().WaitAsync(s_deadline, TimeProvider.System));
    }
}

static class Wait
{
    internal static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(2);
    internal static readonly TimeSpan Never = TimeSpan.FromHours(1);

    internal static Task Forever(CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

    /// <summary>Waits until the token is cancelled, then says so instead of throwing.</summary>
    internal static async Task UntilCancelled(CancellationToken stop)
    {
        try { await Forever(stop); }
        catch (OperationCanceledException) { /* That is what it waited for. */ }
    }

    internal static async Task For(Func<bool> condition)
    {
        while (!condition()) await Task.Yield();
    }

    internal static string?[] Names(AggregateException error) => [.. error.InnerExceptions.Select(one => (string?)one.Data["rondo.child"])];

    internal static string[] Messages(AggregateException error) => [.. error.InnerExceptions.Select(one => one.Message)];
}
