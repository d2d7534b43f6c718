namespace Rondo.Loops;

/// <summary>A rule of the loops was broken. Derived kinds say which; RND3003 and RND3006 have no kind of their own.</summary>
public class LoopException : InvalidOperationException
{
    internal LoopException(string code, string loopName, string? owner, string message, Exception? inner = null) : base($"{message} [{code}]", inner)
    {
        Code = code;
        LoopName = loopName;
        Owner = owner;
    }

    /// <summary>"RND" and four digits; each has a page in the documentation.</summary>
    public string Code { get; }

    /// <summary>The loop, or the pump where no loop is concerned; empty for code that is on neither.</summary>
    public string LoopName { get; }

    /// <summary>Owner of the lane or loop that is concerned; null where there is none.</summary>
    public string? Owner { get; }

    // RND3003: The lane's policy is BlockingWaits.Fail, and code on it was about to block the loop's thread.
    internal static LoopException BlockingRefused(LoopLane lane) => new("RND3003", lane.Loop.Name, lane.Owner,
        $"'{lane.Owner}' was about to block the thread of loop '{lane.Loop.Name}', and its policy BlockingWaits.Fail refuses every blocking wait, contended locks included. " +
        "Await instead of .Result, .Wait() or a blocking lock, or choose another policy with [BlockingWaits].");

    // RND3006: A pump was asked to turn where or when it cannot.
    internal static LoopException WrongThread(LoopHost host, string turnsOn) => new("RND3006", host.Name, null,
        $"The pump '{host.Name}' cannot turn here: {turnsOn}. A pump turns on one thread at a time. Use RunAsync from other threads.");

    // RND3065: The thread that turns the pump cannot go on. Nothing of a user's gets there; what does is a fault of ours, or memory that is used up.
    internal static LoopException PumpDied(LoopHost host, string loop, string? owner, Exception death) => new("RND3065", loop, owner,
        $"The pump '{host.Name}' has died{(owner is null ? "" : $", and '{owner}'{(loop.Length == 0 || loop == owner ? "" : $" on loop '{loop}'")} with it")}: {death.GetType().Name}: {death.Message} " +
        "Exceptions of callbacks do not end a pump, so this is a fault of Rondo.Loops or of the process. What waited for its loops has ended with this error, and what is resumed later runs on the thread pool.", death);

    // RND3073: A schedule's text cannot be read.
    internal static LoopException NoSchedule(string text) => new("RND3073", "none", null,
        $"The schedule '{(text.Length > 80 ? text[..80] + "…" : text)}' cannot be read. A schedule is 'fifo', or 's1' followed by '.strand-count-strand' for each switch, as in 's1.0-3-1'. Copy all of it from the failure that printed it.");

    // RND3074: A schedule was replayed, and not all of its switches were possible.
    internal static LoopException ScheduleDoesNotFit(string schedule, string owner, string notExplored) => new("RND3074", owner, owner,
        $"The schedule '{schedule}' does not fit '{owner}' any more: where it switches to another strand, that strand was not ready. A schedule belongs to the code that made it, and to what came from outside the loop at that time.{notExplored} " +
        "Run again without a schedule, so that all orders are explored anew.");

    // RND3072: A clock was asked for what it cannot do.
    internal static LoopException RealTimeCannotMove(LoopClock clock) => new("RND3072", clock.ToString()!, null,
        $"AdvanceAsync was called on a clock of {clock}, which nobody can move. Give the loop EventLoopOptions.Clock = LoopClock.Virtual().");

    internal static LoopException NoLoopFollows(LoopClock clock) => new("RND3072", clock.ToString()!, null,
        $"No loop follows this clock ({clock}), so its timers could never fire. Make a loop with EventLoopOptions.Clock set to it first, and close that loop last.");

    internal static LoopException ClockOfAnotherPump(LoopClock clock, EventLoop loop, EventLoop other) => new("RND3072", loop.Name, loop.Owner,
        $"Loop '{loop.Name}' cannot follow the clock of loop '{other.Name}' ({clock}): they are on different pumps, '{loop.Host.Name}' and '{other.Host.Name}', and one time cannot wait for both. " +
        "Give both loops the same EventLoopOptions.Host, or each a clock of its own.");

    internal static LoopException VirtualTimeOnThePool(EventLoopOptions options) => new("RND3072", options.Name, options.Owner,
        $"Loop '{options.Name}' cannot have a virtual clock on LoopBackend.ThreadPool: nobody knows there when nothing can run. Use LoopBackend.SingleThread, or real time.");

    // RND3012: What a pump can only know if it alone decides what its thread does.
    internal static LoopException NotOnDispatcher(EventLoopOptions options, LoopHost host, string what, string unknown) => new("RND3012", options.Name, options.Owner,
        $"Loop '{options.Name}' cannot have {what} on pump '{host.Name}', which is a guest of somebody else's dispatcher: the dispatcher has work of its own, so nobody here knows {unknown}. " +
        "Leave it out, or give the loop a pump of its own with EventLoopOptions.Host, for instance LoopHost.StartThread(\"name\").");

    // RND3013: The thread on which lanes ran is gone.
    internal static LoopException DispatcherEnded(LoopHost host, string how, Exception? inner) => new("RND3013", host.Name, null,
        $"The dispatcher of pump '{host.Name}' has ended while the pump was open: {how}. Nothing that was started on it can go on. " +
        "Keep the dispatcher running until its pump is disposed, and end it by disposing the pump.", inner);

    // RND3014: A dispatcher did what the contract of LoopDispatcher excludes.
    internal static LoopException DispatcherMisbehaves(LoopHost host, string how) => new("RND3014", host.Name, null,
        $"The dispatcher of pump '{host.Name}' broke its contract: {how}. It must run each callback once, in order, all on one thread, and never inside TryPost. " +
        "Correct the class that derives from LoopDispatcher: TryPost only queues.");

    internal static LoopException NobodyPumps(EventLoop loop) => new("RND3006", loop.Name, loop.Owner,
        $"RunAsync was called on loop '{loop.Name}' while nothing turns its pump, so the work could never start. " +
        "A loop made without a Host turns only inside Run. Call Run, or give it EventLoopOptions.Host, for instance LoopHost.StartThread(\"name\").");
}

/// <summary>RND3004: a loop or lane was used explicitly after it had begun to close.</summary>
public sealed class LoopClosedException : LoopException
{
    LoopClosedException(string loopName, string owner, string message) : base("RND3004", loopName, owner, message) { }

    internal static LoopClosedException Of(EventLoop loop, string verb) => new(loop.Name, loop.Owner,
        $"{verb} on loop '{loop.Name}' of '{loop.Owner}' was refused: the loop is {loop.State switch { LoopState.Closing => "closing", LoopState.Closed => "closed", _ => "open, but its pump has ended" }}. " +
        "A loop takes new work only until it begins to close. Give what outlives it a loop with a wider scope, or dispose it before the loop closes.");

    internal static LoopClosedException Of(LoopLane lane, string verb) => new(lane.Loop.Name, lane.Owner,
        $"{verb} on the lane of '{lane.Owner}' (loop '{lane.Loop.Name}') was refused: the lane is closed. " +
        "A lane takes new work only while its owner lives. Give what outlives it a wider owner, or end it before the lane closes.");
}

/// <summary>RND3005: a pump was asked to turn inside a callback of a pump on the same thread. It would block the outer one.</summary>
public sealed class LoopNestedRunException : LoopException
{
    LoopNestedRunException(string loopName, string? owner, string message) : base("RND3005", loopName, owner, message) { }

    internal static LoopNestedRunException Of(string inner, string innerName, LoopHost outer) => new(innerName, outer.RunningLane?.Owner,
        $"{inner} cannot run here: this thread is already inside a run of {(outer.RunningLane is { } lane ? $"'{lane.Owner}' on loop '{lane.Loop.Name}'" : "a callback")} (pump '{outer.Name}'). " +
        "One thread turns one pump at a time. Await RunAsync instead of blocking in Run, or give the inner loop a thread of its own with LoopHost.StartThread.");
}

/// <summary>
/// RND3001: code on a loop's thread waited, without time limit, for something that only the loop's thread could finish. Thrown out of the wait, in the waiting code's own stack.
/// </summary>
/// <remarks>Locks and events stay correct, but what was being initialised stays broken: a static constructor stays failed and a <c>Lazy</c> may keep the exception. A process in which this was thrown should not be trusted for long.</remarks>
public sealed class LoopDeadlockException : LoopException
{
    LoopDeadlockException(string loopName, string owner, string message) : base("RND3001", loopName, owner, message) { }

    internal static LoopDeadlockException Of(LoopLane lane, TimeSpan blocked, int queued, string firstQueued) => new(lane.Loop.Name, lane.Owner,
        $"Deadlock: '{lane.Owner}' has blocked the thread of loop '{lane.Loop.Name}' for {LoopText.Duration(blocked)} without a time limit, while {LoopText.Count(queued, "continuation")} of its own " +
        $"{(queued == 1 ? "is" : "are")} queued behind it{firstQueued} and nothing else is running that could end the wait. " +
        "Await instead of .Result, .Wait() or GetAwaiter().GetResult(); if the wait is meant, choose another policy with [BlockingWaits] or run it with Task.Run.");
}

/// <summary>
/// A loop does not get on. RND3002: code blocked its thread without a time limit for longer than the stall limit, a suspicion. On a virtual clock: RND3070, nothing can ever run again;
/// RND3071, a body has taken more than <see cref="EventLoopOptions.RealTimeLimit"/>. Those two end the task of each pending body.
/// </summary>
public sealed class LoopStalledException : LoopException
{
    LoopStalledException(string code, string loopName, string owner, string message) : base(code, loopName, owner, message) { }

    internal static LoopStalledException Of(LoopLane lane, TimeSpan blocked, TimeSpan limit, string behind) => new("RND3002", lane.Loop.Name, lane.Owner,
        $"Suspected deadlock: '{lane.Owner}' has blocked the thread of loop '{lane.Loop.Name}' for {LoopText.Duration(blocked)} in a wait without time limit; the stall limit is {LoopText.Duration(limit)}. {behind}" +
        "Await instead of .Result, .Wait() or GetAwaiter().GetResult(), give the wait a time limit, or raise the stall limit.");

    internal static LoopStalledException CanNeverFinish(LoopLane lane, bool somethingCame) => new("RND3070", lane.Loop.Name, lane.Owner,
        // No number that differs from run to run: who replays a schedule compares messages.
        $"'{lane.Owner}' can never finish: on loop '{lane.Loop.Name}' nothing is ready, no timer is armed, nobody holds it, and nothing outside is known that could come back" +
        $"{(somethingCame ? " (something did before, but not for about a second)" : "")}.{lane.NamesOfWaiting()} " +
        "Complete what it waits for on this loop, or say with EventLoop.Hold that something outside will.");

    internal static LoopStalledException TooMuchRealTime(LoopLane lane, TimeSpan limit, TimeSpan moved, long jumps) => new("RND3071", lane.Loop.Name, lane.Owner,
        $"'{lane.Owner}' on loop '{lane.Loop.Name}' has not ended within {LoopText.Duration(limit)} of real time, the limit beside its virtual clock; virtual time has moved by {LoopText.Duration(moved)} in {LoopText.Count((int)Math.Min(jumps, int.MaxValue), "jump")}. " +
        $"{(jumps == 0 && lane.ArmedTimers == 0 ? "Time moves only when nothing can run: code that polls without a timer, a hold or work outside keeps it still." : "A timer that repeats keeps a loop going whose body waits for something else.")}{lane.NamesOfWaiting()} " +
        "Await a timer of the loop's clock instead of polling, end what repeats, or raise EventLoopOptions.RealTimeLimit.");
}

/// <summary>Words for messages.</summary>
static class LoopText
{
    internal static string Duration(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? $"{(long)time.TotalMilliseconds}ms"
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###}s");

    internal static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
