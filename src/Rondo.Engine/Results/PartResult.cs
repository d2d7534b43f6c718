using System.Globalization;
using System.Text;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Results;

/// <summary>A named part of an attempt (<see cref="Subtests"/>) with a result of its own. It is not planned and not counted: its failure fails the case.</summary>
/// <param name="Name">As it stands behind the case's id and a slash; of a part inside another one <c>Outer/Inner</c>.</param>
internal sealed record PartResult(string Name, Outcome Outcome)
{
    /// <summary>For display only.</summary>
    public DateTimeOffset StartedAt { get; init; }

    public TimeSpan Duration { get; init; }

    public string Output { get; init; } = "";

    public string ErrorOutput { get; init; } = "";

    public bool HasFailed => Outcome.Tally == Tally.Failed;

    /// <summary>The part as reports show it: like a case beside its own.</summary>
    /// <param name="whole">The result of its case.</param>
    public CaseResult Beside(CaseResult whole) => new(whole.Case, OutcomeBeside(whole))
    {
        Worker = whole.Worker,
        Attempt = whole.Attempt,
        StartedAt = StartedAt,
        Duration = Duration,
        Output = Output,
        ErrorOutput = ErrorOutput,
        // With it the same order of strands runs again.
        Properties = [.. whole.Properties.Where(static property => property.Key == CaseResult.ScheduleProperty)],
    };

    // Where the case was expected to fail nothing of it is red.
    private Outcome OutcomeBeside(CaseResult whole) =>
        HasFailed && whole.Outcome.Tally != Tally.Failed ? new Outcome.Skipped($"failed, but its test did not fail for it: {Outcome.FailureOrNull?.Message}") : Outcome;
}

/// <summary>What the parts of a case mean for the case.</summary>
internal static class PartsOfCase
{
    /// <summary>Type of the failure of a case that failed for nothing but its parts.</summary>
    public const string FailureType = "Parts";

    private const int MostNamed = 10;

    /// <summary>True if nothing but its parts failed: they carry the failures.</summary>
    public static bool OnlyPartsFailed(this CaseResult result) => result.Outcome is Outcome.Failed { Failure.Type: FailureType };

    /// <summary>The outcome of a case from that of its own code and from its parts.</summary>
    /// <param name="own">How its own code ended.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="notes">Hears what the outcome does not tell.</param>
    public static Outcome Judge(Outcome own, IReadOnlyList<PartResult> parts, ICollection<string> notes)
    {
        if (TextOf(parts) is not { } text) return own;
        switch (own)
        {
            case Outcome.Passed:
                return new Outcome.Failed(new Failure(FailureType, text, null));
            case Outcome.Skipped skipped:
                notes.Add("The test skipped itself after parts of it had failed: " + skipped.Reason);
                return new Outcome.Failed(new Failure(FailureType, text, null));
            default:
                notes.Add(text);
                return own;
        }
    }

    /// <summary><c>2 of 3 parts failed: A, B.</c>; null if none failed.</summary>
    public static string? TextOf(IReadOnlyList<PartResult> parts)
    {
        var failed = 0;
        StringBuilder? names = null;
        foreach (var part in parts)
        {
            if (!part.HasFailed) continue;
            if (++failed > MostNamed) continue;
            names = names is null ? new StringBuilder() : names.Append(", ");
            names.Append(part.Name);
        }

        if (failed == 0) return null;
        if (failed > MostNamed) names!.Append(", …");
        return string.Create(CultureInfo.InvariantCulture, $"{failed} of {parts.Count} {(parts.Count == 1 ? "part" : "parts")} failed: {names}.");
    }
}
