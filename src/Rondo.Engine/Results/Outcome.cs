namespace Rondo.Engine.Results;

/// <summary>How a case ended. Closed: a switch over it throws on an unknown kind.</summary>
internal abstract record Outcome
{
    private Outcome()
    {
    }

    public sealed record Passed : Outcome
    {
        public static Passed Instance { get; } = new();
    }

    /// <summary>An exception left the body, a leak or a deadlock was found, or the teardown of a test-scoped fixture failed.</summary>
    public sealed record Failed(Failure Failure) : Outcome;

    public sealed record Skipped(string Reason) : Outcome;

    /// <summary>The body or a setup passed its limit.</summary>
    public sealed record TimedOut(Failure Failure) : Outcome;

    /// <summary>A fixture the case needs, or its data source, could not be set up.</summary>
    public sealed record FixtureFailed(string Fixture, Failure Failure) : Outcome;

    /// <summary>The process ended while the case was known to be running.</summary>
    public sealed record Crashed(Failure Failure) : Outcome;

    /// <summary>The worker died and nobody knows how the case ended. Counts as failed.</summary>
    public sealed record Lost(string Why) : Outcome;

    /// <summary>Planned, but never started.</summary>
    public sealed record NotRun(string Reason) : Outcome;

    /// <summary>The place of this outcome in the account.</summary>
    public Tally Tally => this switch
    {
        Passed => Tally.Passed,
        Skipped => Tally.Skipped,
        NotRun => Tally.NotRun,
        Failed or TimedOut or FixtureFailed or Crashed or Lost => Tally.Failed,
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown outcome {GetType().Name}."),
    };

    /// <summary>What went wrong; null when nothing did.</summary>
    public Failure? FailureOrNull => this switch
    {
        Failed f => f.Failure,
        TimedOut f => f.Failure,
        FixtureFailed f => f.Failure,
        Crashed f => f.Failure,
        Lost l => new Failure("Lost", l.Why, null),
        _ => null,
    };
}

internal enum Tally
{
    Passed,
    Failed,
    Skipped,
    NotRun,
}

/// <summary>One error as text, made safe in the process where it happened: nothing of the user's types travels.</summary>
/// <param name="Type">Full name of the exception's type, or a word such as <c>Timeout</c> where there is none.</param>
/// <param name="Message">The message; several lines are allowed.</param>
/// <param name="Stack">The trimmed stack, innermost first; null if there is none.</param>
internal sealed record Failure(string Type, string Message, string? Stack)
{
    /// <summary>Further errors of the same case: teardown after a failed body, inner exceptions of an aggregate. In order, none hidden.</summary>
    public IReadOnlyList<Failure> Others { get; init; } = [];
}
