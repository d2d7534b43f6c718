namespace Rondo.Loops;

/// <summary>Where the code of a loop runs.</summary>
public enum LoopBackend
{
    /// <summary>On the one thread of the loop's pump, with a lane as its SynchronizationContext. The default.</summary>
    SingleThread,

    /// <summary>On the thread pool without a SynchronizationContext, as in ASP.NET Core. Waits are not watched there and async void methods are not counted.</summary>
    ThreadPool,
}

/// <summary>What happens when code on the loop's thread blocks it (<c>.Result</c>, <c>Wait()</c>, a contended lock, …; <c>Thread.Sleep</c> is not seen).</summary>
public enum BlockingWaits
{
    /// <summary>Nothing is watched. The cheapest, and the only policy that installs no wait notification.</summary>
    Allow,

    /// <summary>Watched, and reported as a warning of the lane; never broken.</summary>
    Warn,

    /// <summary>A deadlock is broken by a <see cref="LoopDeadlockException"/> in the blocked code's own stack; a wait without end by a <see cref="LoopStalledException"/>. The default.</summary>
    FailOnDeadlock,

    /// <summary>Every wait that would block is refused at once with a <see cref="LoopException"/> (RND3003), bounded or not, contended locks included.</summary>
    Fail,
}

/// <summary>Where a loop is in its life.</summary>
public enum LoopState
{
    /// <summary>Takes work.</summary>
    Open,

    /// <summary>Takes no new work; what was begun may end within the grace.</summary>
    Closing,

    /// <summary>Over. What is resumed on it later runs on the thread pool and is reported through <see cref="LoopHost.LateWork"/>.</summary>
    Closed,
}

/// <summary>What outlived its lane or loop.</summary>
public enum LeakKind
{
    /// <summary>Async void methods that have not ended.</summary>
    AsyncVoid,

    /// <summary>A timer of the loop's clock that is still armed (a delay, a timeout, a periodic timer).</summary>
    Timer,

    /// <summary>Continuations and callbacks that were queued and have not run.</summary>
    QueuedWork,

    /// <summary>A hold that nobody released.</summary>
    Hold,

    /// <summary>A body given to <c>RunAsync</c> whose task has not completed.</summary>
    RunningBody,

    /// <summary>Children of task groups that nobody awaits, opened on the lane.</summary>
    Child,

    /// <summary>An exception that nobody could await (async void, a crashed callback) and that nobody took from its lane.</summary>
    StrayException,
}

/// <summary>One thing that outlived its lane or loop.</summary>
/// <param name="Kind">What sort of thing.</param>
/// <param name="What">Its name or number, for people.</param>
/// <param name="Owner">The owner of the lane that started it.</param>
public sealed record LoopLeak(LeakKind Kind, string What, string Owner);

/// <summary>What was left when a loop closed.</summary>
/// <param name="Leaks">Empty when nothing outlived the loop. Leaks of lanes that were closed earlier are in their own reports, not here.</param>
public sealed record LoopCloseReport(IReadOnlyList<LoopLeak> Leaks);

/// <summary>The account of one lane at one moment; read from another thread it is a close guess.</summary>
/// <param name="Queued">Continuations and callbacks that wait for the pump.</param>
/// <param name="AsyncVoidRunning">Async void methods that have started and not ended.</param>
/// <param name="ArmedTimers">Timers of the loop's clock, created on this lane, that will still fire.</param>
/// <param name="RunningBodies">Bodies given to <c>RunAsync</c> that have not completed.</param>
/// <param name="Executed">Callbacks run so far (0 on the thread-pool backend).</param>
public readonly record struct LaneStatistics(int Queued, int AsyncVoidRunning, int ArmedTimers, int RunningBodies, long Executed);

/// <summary>The account of a loop: the sum of its open lanes, plus what only the loop knows.</summary>
/// <param name="Lanes">Open lanes, the loop's own included once it has been used.</param>
/// <param name="Queued">See <see cref="LaneStatistics"/>.</param>
/// <param name="AsyncVoidRunning">See <see cref="LaneStatistics"/>.</param>
/// <param name="ArmedTimers">See <see cref="LaneStatistics"/>.</param>
/// <param name="RunningBodies">See <see cref="LaneStatistics"/>.</param>
/// <param name="Holds">Holds not yet released.</param>
/// <param name="Executed">Callbacks run so far by open lanes.</param>
/// <param name="Jumps">How often the virtual clock has jumped, for whatever loop; 0 with real time.</param>
/// <param name="ForeignPosts">With a virtual clock or a schedule policy: continuations that came from outside the pump, or from a loop with another clock. Else 0.</param>
/// <param name="TimeRaces">How often work from outside came so soon after a jump that it may have been overtaken; see <see cref="EventLoop.TimeRaced"/>.</param>
public readonly record struct LoopStatistics(int Lanes, int Queued, int AsyncVoidRunning, int ArmedTimers, int RunningBodies, int Holds, long Executed, long Jumps, long ForeignPosts, long TimeRaces);

/// <summary>Virtual time may have overtaken real work: a continuation came from outside within 50 ms of real time after a jump, and was not begun since as far as is known.</summary>
/// <param name="Loop">Name of the loop.</param>
/// <param name="LaneOwner">Owner of the lane it came to.</param>
/// <param name="What">The async method or callback, where its name is known.</param>
/// <param name="Jump">By how much time had jumped.</param>
/// <param name="After">Real time between the jump and the arrival.</param>
public sealed record TimeRace(string Loop, string LaneOwner, string What, TimeSpan Jump, TimeSpan After);

/// <summary>A pump's sign of life, read without a lock.</summary>
/// <param name="Executed">Callbacks begun so far; a number that stands still while <paramref name="InCallbackFor"/> grows is a blocked pump.</param>
/// <param name="InCallbackFor">Since when the current callback runs, in real time with a resolution of about 15 ms; null between callbacks.</param>
/// <param name="LaneOwner">Owner of the lane whose callback runs now; null between callbacks.</param>
/// <param name="LoopName">Name of that lane's loop; null between callbacks.</param>
public readonly record struct LoopHeartbeat(long Executed, TimeSpan? InCallbackFor, string? LaneOwner, string? LoopName);

/// <summary>Work that was resumed on a lane or loop after it had closed. It is run all the same, on the thread pool without a context.</summary>
/// <param name="Loop">Name of the loop.</param>
/// <param name="LaneOwner">Owner of the closed lane.</param>
/// <param name="What">The async method or callback, where its name is known.</param>
/// <param name="ResumedFrom">The lane or thread that resumed it.</param>
/// <param name="Exception">The exception, when an async void method failed after its lane had closed or the late work itself failed; else null.</param>
public sealed record LateWork(string Loop, string LaneOwner, string What, string ResumedFrom, Exception? Exception = null)
{
    /// <summary>Owner of the loop: <see cref="EventLoop.Owner"/>.</summary>
    public string LoopOwner { get; init; } = "";
}

/// <summary>How a loop is made. Every property has a default.</summary>
public sealed record EventLoopOptions
{
    /// <summary>For messages. Default "loop".</summary>
    public string Name { get; init; } = "loop";

    /// <summary>Whose loop it is, for messages and leaks. Default: the name.</summary>
    public string? Owner { get; init; }

    /// <summary>Where its code runs. Default <see cref="LoopBackend.SingleThread"/>.</summary>
    public LoopBackend Backend { get; init; }

    /// <summary>The time its timers follow. Default <see cref="LoopClock.Real"/>.</summary>
    public LoopClock Clock { get; init; } = LoopClock.Real;

    /// <summary>Which of several ready callbacks runs next. Default <see cref="SchedulePolicy.Fifo"/>. Without meaning on the thread pool.</summary>
    public SchedulePolicy Policy { get; init; } = SchedulePolicy.Fifo;

    /// <summary>
    /// Real time that the bodies of a loop with a virtual clock may take; then they end with a <see cref="LoopStalledException"/> (RND3071). Default 60 s; <see cref="Timeout.InfiniteTimeSpan"/> for
    /// none. Off under a debugger. Without meaning with real time.
    /// </summary>
    public TimeSpan RealTimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// True for a loop that starts and limits the work of others on its pump, and never answers it: its timers do not keep a loop with virtual time from being called stalled. Default false.
    /// </summary>
    public bool IsSupervisor { get; init; }

    /// <summary>What a blocking wait means on its lanes, unless a lane says otherwise. Default <see cref="BlockingWaits.FailOnDeadlock"/>. Without meaning on the thread pool.</summary>
    public BlockingWaits BlockingWaits { get; init; } = BlockingWaits.FailOnDeadlock;

    /// <summary>Real time after which a wait without time limit is broken on suspicion (RND3002). Default 30 s; <see cref="Timeout.InfiniteTimeSpan"/> never breaks one.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pump. Null: the one that turns on the calling thread, or else one of the loop's own, which turns only inside <c>Run</c> and <c>CloseAsync</c>.</summary>
    public LoopHost? Host { get; init; }

    internal WaitLimits WaitLimits { get; init; } = WaitLimits.Default;

    internal QuietLimits QuietLimits { get; init; } = QuietLimits.Default;

    internal IOutsideWork OutsideWork { get; init; } = ProcessOutsideWork.Instance;
}

/// <summary>A callback that had the pump's thread for long.</summary>
/// <param name="Lane">Whose it was.</param>
/// <param name="Held">Real time, with a resolution of about 15 ms.</param>
/// <param name="What">The async method or callback, where its name is known.</param>
sealed record LongCallback(LoopLane Lane, TimeSpan Held, string What)
{
    internal static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);
}
