using Rondo.Loops;

namespace Rondo;

/// <summary>Which executions and fixtures share one event loop.</summary>
public enum LoopScope
{
    /// <summary>A loop for each execution of a case; the default for tests.</summary>
    Test,

    /// <summary>One loop for a test class; the class stays whole on one worker.</summary>
    Class,

    /// <summary>One loop for a namespace in a worker.</summary>
    Namespace,

    /// <summary>One loop for a worker.</summary>
    Worker,
}

/// <summary>Chooses the loop of tests. Each property is decided by the nearest mark that sets it: method, class, base class, assembly.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class LoopAttribute : Attribute
{
    /// <summary>Leaves the scope to the next wider mark.</summary>
    public LoopAttribute()
    {
    }

    /// <summary>Sets the scope.</summary>
    /// <param name="scope">Who shares the loop. A fixture's loop may not be narrower than the fixture.</param>
    public LoopAttribute(LoopScope scope) => Scope = scope;

    /// <summary>The scope; null when this mark does not set it.</summary>
    public LoopScope? Scope { get; }

    /// <summary>Where continuations run. Default <see cref="LoopBackend.SingleThread"/>.</summary>
    public LoopBackend Backend { get; set; }

    /// <summary>
    /// A class that derives from <see cref="LoopDispatcher"/>: test or fixture, constructor and disposal run on that dispatcher's thread, one for each worker, made with its public or internal
    /// constructor without parameters when the first test needs it. Null, the default: on the worker's own pump.
    /// </summary>
    /// <remarks>A mark that sets <see cref="Backend"/> alone takes back a dispatcher of a wider mark. docs/loops.md says which marks mean nothing there.</remarks>
    public Type? Dispatcher { get; set; }
}

/// <summary>
/// Runs asynchronous tests on a loop whose time stands still while anything can run, and jumps to the next timer when nothing can. What takes the <see cref="TimeProvider"/> parameter (or the
/// loop's clock) waits for days in milliseconds; a test that can never finish fails at once, with what it waits for.
/// </summary>
/// <remarks>
/// The test's own fixtures see the same time; wider fixtures live in real time. <see cref="TimeoutAttribute"/> stays real time. Code that takes no clock (<c>Task.Delay(1000)</c>, sockets)
/// stays real as well; docs/loops.md says what follows. It means nothing for synchronous tests, nor on <see cref="LoopBackend.ThreadPool"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class VirtualTimeAttribute : Attribute
{
    // Source of the idea: trio's autojump clock, tokio's paused time, Kotlin's runTest.

    /// <summary>Where time starts, as ISO 8601 ("2026-02-28", "2026-02-28T23:59:00+01:00"; without an offset UTC). Null, the default: 2000-01-01, or what a wider mark says.</summary>
    public string? Start { get; set; }
}

/// <summary>What happens when code on the loop's thread blocks it. Default <see cref="BlockingWaits.FailOnDeadlock"/>.</summary>
/// <param name="policy">The policy; it means nothing on <see cref="LoopBackend.ThreadPool"/>.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class BlockingWaitsAttribute(BlockingWaits policy) : Attribute
{
    /// <summary>The policy.</summary>
    public BlockingWaits Policy { get; } = policy;
}

/// <summary>Runs an asynchronous test once on each backend, each time as a case of its own: its id ends with the backend in brackets, as in <c>Shop.CartTests.Adds[ThreadPool]</c>.</summary>
/// <remarks>
/// It stands in the place of <c>[Loop(Backend = …)]</c>: the nearest of both wins, on one declaration they exclude each other (RND1040). Synchronous tests run on no loop and stay one case.
/// Each case of <c>[Case]</c> and <c>[CasesFrom]</c> runs on each backend, in the order written.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class LoopMatrixAttribute : Attribute
{
    // Source of the idea: anyio's parametrised backend.

    /// <summary>Names the backends.</summary>
    /// <param name="backends">Two or more, each once (RND1039).</param>
    public LoopMatrixAttribute(params LoopBackend[] backends) => Backends = backends;

    /// <summary>The backends, in order.</summary>
    public IReadOnlyList<LoopBackend> Backends { get; }
}

/// <summary>
/// Runs an asynchronous test again and again within its case, each time in another order of its strands at their awaits, until one order fails or the budget is spent. A failure says how many orders were
/// tried and gives the text of the one that failed, with the line that runs it again (<c>--schedule</c>).
/// </summary>
/// <remarks>
/// <para>Each schedule has an instance of its own, fixtures of scope Test of its own, and a loop of its own with virtual time (<see cref="VirtualTimeAttribute"/> beside it says where that starts); wider fixtures and the
/// arguments are made once. Constructors and synchronous fixtures of scope Test run on the schedule's loop. The time limit of the test holds for all schedules together, and no new one begins when three quarters of it are over.</para>
/// <para>Each property is decided by the nearest mark that sets it. It means nothing for synchronous tests, on <see cref="LoopBackend.ThreadPool"/>, and for tests that share a loop; docs/loops.md has the rules and what it cannot see.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class ExploreAttribute : Attribute
{
    // Source of the idea: loom, Coyote, CHESS.

    /// <summary>At most so many schedules; 1 or more. Default 1,000. With 1 the test runs once, in the order in which its strands become ready.</summary>
    public int Schedules { get; set; } = 1000;

    /// <summary>No new schedule begins after so many milliseconds of real time; 1 or more. Default 2,000.</summary>
    public int TimeMs { get; set; } = 2000;
}

/// <summary>
/// Runs the synchronous code of a test on the process's main thread: its constructor, the body of a <c>void</c> test, its instance fixtures that are not asynchronous, and <c>Dispose</c>. Without the mark that
/// is a thread of the worker's own. In every worker and with <c>-n 0</c>.
/// </summary>
/// <remarks>
/// There is no SynchronizationContext, as without the mark, but the pump of the worker stands still meanwhile: a test that blocks there until asynchronous code of a fixture has run waits until its time limit.
/// Asynchronous tests and fixtures run on the main thread anyway; on <see cref="LoopBackend.ThreadPool"/> this mark makes a body begin there, and go on in the pool after the first <c>await</c> that waits.
/// On Windows the thread is what the program's <c>Main</c> says, multi-threaded unless it has <see cref="STAThreadAttribute"/>. With <see cref="LoopAttribute.Dispatcher"/> it is a compile error.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class MainThreadAttribute : Attribute;

/// <summary>
/// Lets asynchronous tests run at once, on one thread: while one of them awaits, others go on, up to <see cref="Window"/> of them in each worker. Without it (or <c>--concurrency</c>) a worker
/// runs one test after the other.
/// </summary>
/// <remarks>
/// For tests that mostly wait. Each still has its own context, output, limit, loop and fixtures; what they share is the thread, the fixtures of wider scopes, and the statics of the process, so between two
/// awaits on the loop no other test runs on it, and at an await any may; constructors and synchronous fixtures of a neighbour may run at any time, on their own thread. When the loop is late, fewer are let in. Synchronous tests, tests with <see cref="SerialAttribute"/> and tests on
/// <see cref="LoopBackend.ThreadPool"/> or a dispatcher never overlap. The nearest mark wins: method, class, base class, assembly; <c>Window = 1</c> takes a class or a method out.
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class CooperativeAttribute : Attribute
{
    // Source of the idea: pytest-asyncio-cooperative.

    /// <summary>How many may run at once in a worker while a test of this scope is among them, from 1 to 100,000. Default 256. <c>--concurrency</c> caps it.</summary>
    public int Window { get; set; } = 256;
}
