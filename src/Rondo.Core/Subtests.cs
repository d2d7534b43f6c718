namespace Rondo;

/// <summary>
/// Runs named parts of a test that have a result of their own: id <c>Test/Name</c>, outcome, time and captured output, also while they overlap. A part that fails fails the test, but does not stop it.
/// Asked for by parameter of a test, of a test class's constructor, or of a fixture of scope <see cref="FixtureScope.Test"/>.
/// </summary>
/// <remarks>
/// Thread: any. A part begins on the thread that asks for it and is part of the test: <see cref="TestContext.Current"/> is the test's, with the part's own <see cref="TestContext.Output"/>; limits, cancellation, fixtures and
/// leaks are the test's too. A part that is begun inside another one is named <c>Outer/Inner</c> and reported beside it; the second of equal names gets <c>#2</c>. Parts that still run when the test's body has
/// ended are awaited. With <c>-x</c> no further part begins after one has failed.
/// </remarks>
public sealed class Subtests
{
    private readonly ISubtestRunner _runner;

    internal Subtests(ISubtestRunner runner) => _runner = runner;

    /// <summary>Runs a synchronous part.</summary>
    /// <param name="name">What people see, and the last part of the id; characters that cannot stand in an id are escaped there.</param>
    /// <param name="part">The code. Its exception is the part's failure and does not come out; <see cref="Skip.Because"/> skips the part alone.</param>
    /// <returns>True if the part passed, false if it failed or was skipped.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="RondoUsageException">RND3090: the test's body has ended.</exception>
    /// <exception cref="OperationCanceledException">The run stops at the first failure (<c>-x</c>), and an earlier part has failed.</exception>
    public bool Run(string name, Action part)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(part);
        return _runner.Run(name, part);
    }

    /// <summary>Runs an asynchronous part. Several may overlap: <c>await Task.WhenAll(subtests.RunAsync("A", …), subtests.RunAsync("B", …))</c>.</summary>
    /// <param name="name">What people see, and the last part of the id; characters that cannot stand in an id are escaped there.</param>
    /// <param name="part">The code. Its exception is the part's failure and does not come out; <see cref="Skip.Because"/> skips the part alone.</param>
    /// <returns>A task that gives true if the part passed, false if it failed or was skipped.</returns>
    /// <exception cref="ArgumentNullException">An argument is null; thrown at once.</exception>
    /// <exception cref="RondoUsageException">RND3090: the test's body has ended; in the task.</exception>
    /// <exception cref="OperationCanceledException">The run stops at the first failure (<c>-x</c>), and an earlier part has failed; in the task.</exception>
    public Task<bool> RunAsync(string name, Func<Task> part)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(part);
        return _runner.RunAsync(name, part);
    }
}

/// <summary>Runs the parts of one attempt.</summary>
internal interface ISubtestRunner
{
    bool Run(string name, Action part);

    Task<bool> RunAsync(string name, Func<Task> part);
}
