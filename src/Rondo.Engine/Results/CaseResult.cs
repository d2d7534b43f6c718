using Rondo.Engine.Planning;

namespace Rondo.Engine.Results;

/// <summary>How one execution of a case ended, with times and output.</summary>
internal sealed record CaseResult(CaseIndex Case, Outcome Outcome)
{
    /// <summary>Among <see cref="Properties"/> of an explored test that failed: the schedule.</summary>
    public const string ScheduleProperty = "rondo.schedule";

    /// <summary>Among <see cref="Properties"/> of a test that drew numbers: the seed that brings them again.</summary>
    public const string SeedProperty = "rondo.seed";

    /// <summary><c>main</c>, <c>w0</c>, …; empty if the case never reached a worker.</summary>
    public string Worker { get; init; } = "";

    /// <summary>Which attempt ended so, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>How many attempts it had at most: 1 without retries.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The attempts before this one, in order: each failed, so this one was made. They have no earlier ones of their own.</summary>
    public IReadOnlyList<CaseResult> Earlier { get; init; } = [];

    /// <summary>It failed, and passed in a later attempt.</summary>
    public bool IsFlaky => Outcome is Outcome.Passed && Earlier.Count > 0;

    /// <summary>For display only; decisions use <see cref="Duration"/>.</summary>
    public DateTimeOffset StartedAt { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>From its beginning until its body began; zero when that took next to nothing.</summary>
    public TimeSpan Setup { get; init; }

    /// <summary>From the end of its body until its own end; zero when that took next to nothing.</summary>
    public TimeSpan Teardown { get; init; }

    /// <summary>Setups and teardowns of fixtures within this attempt, in order; also of wider fixtures that it was the first to need.</summary>
    public IReadOnlyList<FixtureTime> Fixtures { get; init; } = [];

    /// <summary>It failed and may be tried again in another process. Only between worker and controller.</summary>
    public bool MayBeRetried { get; init; }

    /// <summary>What was read from the worker's own stdout and stderr until this moment (a timestamp of the system) the case can have written, and nothing that is read later. 0: nobody knows. Only between worker and controller.</summary>
    public long ReadUntil { get; init; }

    /// <summary>Captured standard output, trace and <see cref="TestContext.Output"/>.</summary>
    public string Output { get; init; } = "";

    public string ErrorOutput { get; init; } = "";

    /// <summary>Warnings of the engine about this case: leaks, blocking waits, a retired worker.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The test's own notes.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; } = [];

    /// <summary>One of its attempts ran at this moment, give or take a little.</summary>
    public bool RanAt(DateTimeOffset moment, TimeSpan around)
    {
        if (StartedAt - around <= moment && moment <= StartedAt + Duration + around) return true;
        foreach (var earlier in Earlier)
        {
            if (earlier.RanAt(moment, around)) return true;
        }

        return false;
    }

    /// <summary>Its named parts (<see cref="Subtests"/>) in the order in which they began.</summary>
    public IReadOnlyList<PartResult> Parts { get; init; } = [];
}

/// <summary>How long a setup or a teardown of a fixture took.</summary>
/// <param name="Fixture">Its key, with its case in brackets if it has cases.</param>
/// <param name="After">When it began, counted from the beginning of the attempt; zero if it belongs to none.</param>
internal sealed record FixtureTime(string Fixture, FixtureScope Scope, bool IsTeardown, TimeSpan After, TimeSpan Duration);

internal sealed record Attachment(string Path, string? Description);

/// <summary>A shared fixture's teardown that failed after its tests were reported: counted beside the account, and the run fails.</summary>
/// <param name="Id"><c>Namespace.Class.Fixture.teardown</c>, with <c>@w0</c> when several workers had it.</param>
internal sealed record TeardownError(string Id, string Worker, Failure Failure);

/// <summary>planned = passed + failed + skipped + not run. Checked when it is made.</summary>
internal sealed record Account(int Planned, int Passed, int Failed, int Skipped, int NotRun)
{
    public static Account Of(Plan plan, IReadOnlyDictionary<CaseIndex, CaseResult> results)
    {
        var counts = new int[4];
        foreach (var planned in plan.Cases)
        {
            if (!results.TryGetValue(planned.Index, out var result))
                throw new InvalidOperationException($"This is a bug in Rondo: '{planned.Id}' has no outcome at the end of the run.");
            counts[(int)result.Outcome.Tally]++;
        }

        if (results.Count != plan.Cases.Count)
            throw new InvalidOperationException($"This is a bug in Rondo: {results.Count} outcomes for {plan.Cases.Count} planned cases.");
        return new Account(plan.Cases.Count, counts[(int)Tally.Passed], counts[(int)Tally.Failed], counts[(int)Tally.Skipped], counts[(int)Tally.NotRun]);
    }
}
