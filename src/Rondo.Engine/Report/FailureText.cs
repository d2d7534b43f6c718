using System.Globalization;
using System.Text;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Report;

/// <summary>How people run a case again.</summary>
/// <param name="Command">Starts this program with its options, up to the filter: <c>dotnet run --project X --</c>, or the program's path. Empty if nobody knows.</param>
internal sealed record RerunCommand(IReadOnlyList<string> Command, Shell Shell)
{
    public static RerunCommand Unknown { get; } = new([], ShellQuote.Here);

    /// <summary>One line for the shell; null if nobody knows how the program is started.</summary>
    public string? For(string id) => For(id, [], []);

    /// <summary>The same for a case with its result: of an explored test, in the order of strands that failed; of a test that drew numbers, with its seed.</summary>
    public string? For(PlannedCase planned, CaseResult result)
    {
        string[] replay = planned.IsExplored && PropertyOf(result, CaseResult.ScheduleProperty) is { } schedule ? ["--schedule", schedule] : [];
        // Properties are the user's: only what the option takes may come into a command line.
        string[] seeded = PropertyOf(result, CaseResult.SeedProperty) is { } seed && int.TryParse(seed, CultureInfo.InvariantCulture, out _) && !HasSeed() ? ["--seed", seed] : [];
        return For(planned.Id, replay, seeded);
    }

    private string? For(string id, string[] replay, string[] seeded) => Command.Count == 0 ? null : ShellQuote.Line([.. Command, "--filter-uid", id, .. replay, .. seeded], Shell);

    private bool HasSeed()
    {
        foreach (var word in Command)
        {
            if (word == "--seed") return true;
        }

        return false;
    }

    private static string? PropertyOf(CaseResult result, string name)
    {
        foreach (var (key, value) in result.Properties)
        {
            if (key == name) return value;
        }

        return null;
    }
}

/// <summary>Failures as people read them.</summary>
internal static class FailureText
{
    private const int MaxOutput = 16 * 1024;

    /// <summary>Everything about a case that did not pass: heading, failures, notes, output, and how to run it again.</summary>
    public static string Of(PlannedCase planned, CaseResult result, int? seed, RerunCommand again)
    {
        var text = new StringBuilder();
        text.Append(HeadingOf(result.Outcome)).Append(' ').Append(planned.Id);
        if (!string.Equals(planned.DisplayName, planned.Id, StringComparison.Ordinal) && !planned.Id.EndsWith("." + planned.DisplayName, StringComparison.Ordinal)) text.Append(" \"").Append(planned.DisplayName).Append('"');
        text.Append(" (").Append(result.Worker.Length == 0 ? "" : result.Worker + ", ").Append(DurationText.Of(result.Duration));
        if (result.Attempt > 1) text.Append(CultureInfo.InvariantCulture, $", attempt {result.Attempt}");
        text.Append(")\n");

        if (Attempts.FlakyText(result) is { } flaky) Indent(text, "  ", flaky);
        if (result.Outcome.FailureOrNull is { } failure) Indent(text, "  ", Of(failure));
        else if (ReasonOf(result.Outcome) is { } reason) Indent(text, "  ", reason);
        foreach (var note in result.Notes) Indent(text, "  ", "note: " + note);
        AppendEarlier(text, "  ", result);
        Section(text, "output", result.Output);
        Section(text, "error output", result.ErrorOutput);
        foreach (var part in result.Parts)
        {
            if (part.HasFailed && result.Outcome.Tally == Tally.Failed) AppendPart(text, planned.Id + "/" + part.Name, part);
        }

        foreach (var attachment in result.Attachments) Indent(text, "  ", "attached: " + attachment.Path + (attachment.Description is null ? "" : $" ({attachment.Description})"));
        if (result.Outcome.FailureOrNull is null) return text.ToString();
        if (seed is { } number) text.Append(CultureInfo.InvariantCulture, $"  seed: {number}\n");
        if (again.For(planned, result) is { } line) text.Append("  again: ").Append(line).Append('\n');
        return text.ToString();
    }

    /// <summary>The attempts before the last one: of each its failure and what it wrote.</summary>
    public static void AppendEarlier(StringBuilder text, string margin, CaseResult result)
    {
        foreach (var earlier in result.Earlier)
        {
            var ended = earlier.Outcome switch { Outcome.TimedOut => "timed out", Outcome.FixtureFailed fixture => $"failed in fixture '{fixture.Fixture}'", _ => "failed" };
            Indent(text, margin, string.Create(CultureInfo.InvariantCulture, $"attempt {earlier.Attempt} of {Math.Max(result.MaxAttempts, result.Attempt)} {ended} ({DurationText.Of(earlier.Duration)}):"));
            if (earlier.Outcome.FailureOrNull is { } failure) Indent(text, margin + "  ", Of(failure));
            foreach (var note in earlier.Notes) Indent(text, margin + "  ", "note: " + note);
            if (!string.IsNullOrWhiteSpace(earlier.Output)) Indent(text, margin + "  ", "output: " + TextLimits.CutMiddle(earlier.Output, MaxOutput));
            if (!string.IsNullOrWhiteSpace(earlier.ErrorOutput)) Indent(text, margin + "  ", "error output: " + TextLimits.CutMiddle(earlier.ErrorOutput, MaxOutput));
        }
    }

    private static void AppendPart(StringBuilder text, string id, PartResult part)
    {
        text.Append("  ").Append(HeadingOf(part.Outcome)).Append(' ').Append(id).Append(" (").Append(DurationText.Of(part.Duration)).Append(")\n");
        if (part.Outcome.FailureOrNull is { } failure) Indent(text, "    ", Of(failure));
        Section(text, "  output", part.Output);
        Section(text, "  error output", part.ErrorOutput);
    }

    /// <summary>A teardown that failed after its tests.</summary>
    public static string Of(TeardownError error)
    {
        var text = new StringBuilder($"TEARDOWN FAILED {error.Id} ({error.Worker})\n");
        Indent(text, "  ", Of(error.Failure));
        return text.ToString();
    }

    /// <summary>Type, message as it is, stack; further failures numbered, at any depth, in order.</summary>
    public static string Of(Failure failure)
    {
        var text = new StringBuilder();
        Append(text, failure);
        if (failure.Others.Count == 0) return text.ToString().TrimEnd('\n');
        var number = 0;
        AppendOthers(text, failure, ref number);
        return text.ToString().TrimEnd('\n');
    }

    private static void AppendOthers(StringBuilder text, Failure failure, ref int number)
    {
        foreach (var other in failure.Others)
        {
            text.Append(CultureInfo.InvariantCulture, $"({++number}) ");
            Append(text, other);
            AppendOthers(text, other, ref number);
        }
    }

    private static void Append(StringBuilder text, Failure failure)
    {
        // The type of a failure that is no exception is only a word for programs.
        if (failure.Type.Contains('.', StringComparison.Ordinal)) text.Append(failure.Type).Append(": ");
        text.Append(failure.Message.ReplaceLineEndings("\n").TrimEnd('\n')).Append('\n');
        if (!string.IsNullOrEmpty(failure.Stack)) text.Append(failure.Stack.ReplaceLineEndings("\n").TrimEnd('\n')).Append('\n');
    }

    private static string HeadingOf(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "PASSED",
        Outcome.Failed => "FAILED",
        Outcome.TimedOut => "TIMED OUT",
        Outcome.FixtureFailed fixture => $"FIXTURE '{fixture.Fixture}' FAILED FOR",
        Outcome.Crashed => "CRASHED",
        Outcome.Lost => "LOST",
        Outcome.Skipped => "SKIPPED",
        Outcome.NotRun => "NOT RUN",
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown outcome {outcome.GetType().Name}."),
    };

    private static string? ReasonOf(Outcome outcome) => outcome switch
    {
        Outcome.Skipped skipped => skipped.Reason,
        Outcome.NotRun notRun => notRun.Reason,
        _ => null,
    };

    private static void Section(StringBuilder text, string name, string content)
    {
        if (string.IsNullOrWhiteSpace(content)) return;
        text.Append("  ").Append(name).Append(":\n");
        Indent(text, "    ", TextLimits.CutMiddle(content, MaxOutput));
    }

    // The same margin before each line: columns in a message stay aligned.
    public static void Indent(StringBuilder text, string margin, string content)
    {
        foreach (var line in content.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')) text.Append(line.Length == 0 ? "" : margin).Append(line).Append('\n');
    }
}
