namespace Rondo;

// Marks that decide whether a case runs, how often, and what its failing means.

/// <summary>
/// Says that the test fails for a known reason. Failing then counts as skipped ("expected failure: why"); passing is a pass with a note, or with <see cref="Strict"/> a failure.
/// </summary>
/// <remarks>
/// Expected is only that the test itself fails: an exception of its constructor, its body or something it started. A crash, a passed time limit, a fixture that failed, a failed teardown and a leak fail the
/// test as always, since they would hide behind the mark. Each property is decided by the nearest mark that sets it: method, class, base class, assembly; one row of a test can say it with
/// <see cref="CaseAttribute.ExpectedFailure"/> or <see cref="CaseRow.ExpectedFailure"/>.
/// </remarks>
/// <param name="reason">Shown in every report.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class ExpectedFailureAttribute(string reason) : Attribute
{
    // Source of the idea: pytest's xfail.

    /// <summary>Shown in every report.</summary>
    public string Reason { get; } = reason;

    /// <summary>True: a test that passes although it should fail is a failed test. Default false: it passes, and a note says that the mark can go.</summary>
    public bool Strict { get; set; }
}

/// <summary>
/// Runs a test that failed again, up to so many times, until one attempt passes. Such a test counts as passed and is reported as flaky, with every failed attempt; <c>--fail-on-flaky</c> makes the run fail.
/// </summary>
/// <remarks>
/// Each attempt has an instance, fixtures of scope Test, output and a time limit of its own, in the same worker; <see cref="TestContext.Attempt"/> counts them from 1. Not run again: what was skipped, what crashed or had to be
/// ended with its worker, what wider fixtures or a data source did, and tests with <see cref="ExploreAttribute"/>. The nearest mark wins: method, class, base class, assembly; it also wins over <c>--retries</c>.
/// </remarks>
/// <param name="times">Extra attempts, from 0 (none, also where a wider mark or <c>--retries</c> says otherwise) to 1,000.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class RetryAttribute(int times) : Attribute
{
    /// <summary>Extra attempts; 0 means none.</summary>
    public int Times { get; } = times;
}

/// <summary>Runs each case of a test so many times, each time as a case of its own: its id ends with <c>[1]</c>, <c>[2]</c>, ….</summary>
/// <remarks>The nearest mark wins: method, class, base class, assembly. The numbers come after the backend of <see cref="LoopMatrixAttribute"/>.</remarks>
/// <param name="times">Cases in all, from 1 to 100,000.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class RepeatAttribute(int times) : Attribute
{
    /// <summary>Cases in all.</summary>
    public int Times { get; } = times;
}

/// <summary>Skips a test unless a condition holds where it runs: a static <c>bool</c> property, field, or method without parameters.</summary>
/// <remarks>
/// The member is asked in the worker, once for each attempt, before anything of the test is set up, on the thread of synchronous tests; it has a minute. One that throws or does not end fails the test (RND3081).
/// What is expensive to find out belongs in a static <see cref="Lazy{T}"/>. The nearest mark wins: method, class, base class, assembly; two conditions are one member that asks both.
/// </remarks>
/// <param name="type">The type that declares the member.</param>
/// <param name="member">The member's name, best with <c>nameof</c>. One that generated code cannot ask is a compile error (RND1050).</param>
/// <param name="reason">Why the test is skipped when the member gives false; shown in every report.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class SkipUnlessAttribute(Type type, string member, string reason) : Attribute
{
    /// <summary>The type that declares the member.</summary>
    public Type Type { get; } = type;

    /// <summary>The member's name.</summary>
    public string Member { get; } = member;

    /// <summary>Shown in every report when the member gives false.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Leaves the test out of every run and listing, unless <c>--filter-uid</c> names it or <c>--explicit</c> is given.</summary>
/// <param name="reason">Why it is not part of an ordinary run.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class ExplicitAttribute(string reason) : Attribute
{
    /// <summary>Why it is not part of an ordinary run.</summary>
    public string Reason { get; } = reason;
}

/// <summary>Moves tests to the front of the run: those of a higher priority are given to workers before those of a lower one.</summary>
/// <remarks>
/// A wish about order, not a dependency: with several workers a test may begin while others of a higher priority still run. Serial tests come after all others whatever their priority, and a class that stays whole
/// goes by its highest. The nearest mark wins: method, class, base class, assembly.
/// </remarks>
/// <param name="level">Any number; without a mark it is 0, so negative ones run last.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class PriorityAttribute(int level) : Attribute
{
    /// <summary>Higher runs first.</summary>
    public int Level { get; } = level;
}
