using System.Globalization;
using System.Text;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Report;

/// <summary>The end of a run as people read it: what went wrong around the tests, what was not run, and the account.</summary>
internal static class RunSummary
{
    /// <summary>Names shown for one reason; the rest is counted, and stands in the run log and the JUnit file.</summary>
    public const int MaxNames = 200;

    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(1);

    /// <param name="durations">Slowest cases shown; 0 none; null shows up to five that took a second or more.</param>
    public static string Of(RunReport report, int? durations = null)
    {
        var text = new StringBuilder();
        Crashes(text, report);
        foreach (var note in report.Notes) text.Append("note: ").Append(note.ReplaceLineEndings("\n      ")).Append('\n');
        Slowest(text, report, durations);
        if (report.Floor is { } floor) text.Append(floor).Append('\n');
        Flaky(text, report);
        NotRun(text, report);
        if (EndingText(report.Ending) is { } ending) text.Append(ending).Append('\n');
        if (report.TeardownErrors.Count > 0) text.Append("failed after their tests, so the run fails: ").AppendJoin(", ", report.TeardownErrors.Select(e => e.Id)).Append('\n');
        if (report is { FailOnFlaky: true, Flaky.Count: > 0 }) text.Append(CultureInfo.InvariantCulture, $"{report.Flaky.Count} flaky, so the run fails (--fail-on-flaky)\n");
        if (report.EarlyEnds.Count > 0) text.Append("ended early, so the run is not green: ").AppendJoin(", ", report.EarlyEnds.Select(e => $"worker {e.Worker} (process {e.ProcessId}) {e.When}")).Append('\n');
        text.Append(AccountLine(report.Account)).Append(" (").Append(DurationText.Of(report.Duration));
        if (report.WorkersText.Length > 0) text.Append(", ").Append(report.WorkersText.TrimEnd('.'));
        if (report.Seed is { } seed) text.Append(CultureInfo.InvariantCulture, $", seed {seed}");
        text.Append(", run ").Append(report.RunId).Append(")\n");
        return text.ToString();
    }

    /// <summary><c>12 planned = 9 passed + 2 failed + 1 skipped + 0 not run</c>.</summary>
    public static string AccountLine(Account account) => string.Create(CultureInfo.InvariantCulture,
        $"{account.Planned} planned = {account.Passed} passed + {account.Failed} failed + {account.Skipped} skipped + {account.NotRun} not run");

    /// <summary>Null when there is nothing to say.</summary>
    public static string? EndingText(Ending ending) => ending switch
    {
        Ending.Complete => null,
        Ending.FailLimitReached e => string.Create(CultureInfo.InvariantCulture, $"The run was stopped after {e.Failed} failed (-x or --maxfail)."),
        Ending.Interrupted e => $"The run was interrupted by {e.By}.",
        Ending.RestartLimitReached e => string.Create(CultureInfo.InvariantCulture, $"The run was stopped: workers died and were replaced {e.Limit} times, which is the limit (--max-worker-restart)."),
        Ending.Broken e => "The run broke: " + e.Why,
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown ending {ending.GetType().Name}."),
    };

    private static void Crashes(StringBuilder text, RunReport report)
    {
        foreach (var (planned, result) in InOrder(report))
        {
            var what = result.Outcome switch { Outcome.Crashed c => ("died while it ran", c.Failure.Message), Outcome.Lost l => ("died, and nobody knows how it ended:", l.Why), _ => default };
            if (what.Item1 is null) continue;
            var why = what.Item2.AsSpan();
            if (why.IndexOfAny('\r', '\n') is var end and >= 0) why = why[..end];
            text.Append(CultureInfo.InvariantCulture, $"worker {(result.Worker.Length == 0 ? "?" : result.Worker)} {what.Item1} {planned.Id}: {why}\n");
        }
    }

    private static void Slowest(StringBuilder text, RunReport report, int? durations)
    {
        var slowest = InOrder(report).FindAll(c => c.Result.Outcome is not (Outcome.NotRun or Outcome.Skipped) && (durations is not null || c.Result.Duration >= s_slow));
        if (slowest.Count == 0 || durations == 0) return;
        slowest.Sort(static (a, b) => a.Result.Duration != b.Result.Duration ? b.Result.Duration.CompareTo(a.Result.Duration) : a.Planned.Index.CompareTo(b.Planned.Index));
        text.Append("slowest:\n");
        foreach (var (planned, result) in slowest.GetRange(0, Math.Min(slowest.Count, durations ?? 5))) text.Append(CultureInfo.InvariantCulture, $"  {DurationText.Of(result.Duration),9}  {planned.Id}\n");
    }

    private static void Flaky(StringBuilder text, RunReport report)
    {
        if (report.Flaky.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"flaky ({report.Flaky.Count}): failed, then passed; counted as passed\n");
        foreach (var index in report.Flaky.Take(MaxNames))
        {
            var result = report.Results[index];
            text.Append("  ").Append(report.Plan[index].Id).Append(": ").Append(Attempts.FlakyText(result)).Append('\n');
            FailureText.Indent(text, "      ", FailureText.Of(result.Earlier[0].Outcome.FailureOrNull ?? new Failure("", "", null)));
        }

        if (report.Flaky.Count > MaxNames) text.Append(CultureInfo.InvariantCulture, $"  … and {report.Flaky.Count - MaxNames} more; the run log and --junitxml FILE have all of them\n");
    }

    private static void NotRun(StringBuilder text, RunReport report)
    {
        var left = InOrder(report).Where(c => c.Result.Outcome is Outcome.NotRun).GroupBy(c => ((Outcome.NotRun)c.Result.Outcome).Reason, StringComparer.Ordinal);
        foreach (var reason in left)
        {
            var names = reason.Select(c => c.Planned.Id).ToList();
            text.Append(CultureInfo.InvariantCulture, $"not run ({names.Count}): {reason.Key}\n");
            foreach (var name in names.Take(MaxNames)) text.Append("  ").Append(name).Append('\n');
            if (names.Count > MaxNames) text.Append(CultureInfo.InvariantCulture, $"  … and {names.Count - MaxNames} more; the run log and --junitxml FILE have all names\n");
        }
    }

    private static List<Ended> InOrder(RunReport report)
    {
        var ended = new List<Ended>(report.Results.Count);
        foreach (var planned in report.Plan.Cases)
        {
            if (report.Results.TryGetValue(planned.Index, out var result)) ended.Add(new Ended(planned, result));
        }

        return ended;
    }

    private sealed record Ended(PlannedCase Planned, CaseResult Result);
}
