using System.Globalization;
using System.Text;
using Rondo.Engine.Control;
using Rondo.Engine.Results;

namespace Rondo.Adapter;

/// <summary>What stands at the end of a run, after the platform's own failures: never a failure's text a second time.</summary>
internal static class Summary
{
    private const int ShownNotRun = 20;
    private const int DefaultDurations = 0;

    public static string Of(RunReport report, RunRequest request)
    {
        var text = new StringBuilder();
        Slowest(text, report, request.Durations ?? DefaultDurations);
        NotRun(text, report);
        foreach (var note in report.Notes) text.Append("Rondo: ").AppendLine(note);
        var account = report.Account;
        text.Append(CultureInfo.InvariantCulture, $"Rondo: {account.Planned} planned = {account.Passed} passed + {account.Failed} failed + {account.Skipped} skipped + {account.NotRun} not run");
        if (report.TeardownErrors.Count > 0) text.Append(CultureInfo.InvariantCulture, $"; {report.TeardownErrors.Count} failed teardown{(report.TeardownErrors.Count == 1 ? "" : "s")}");
        text.Append(", ").Append(Durations.Format(report.Duration)).Append("; ").Append(report.WorkersText);
        if (request.Seed is { } seed) text.Append(CultureInfo.InvariantCulture, $"; seed {seed}");
        text.Append(EndingText(report.Ending));
        return text.ToString();
    }

    private static void Slowest(StringBuilder text, RunReport report, int count)
    {
        if (count == 0) return;
        text.AppendLine("Rondo: slowest tests");
        foreach (var result in report.Results.Values.Where(r => r.Outcome.Tally is Tally.Passed or Tally.Failed).OrderByDescending(r => r.Duration).ThenBy(r => r.Case.Value).Take(count))
            text.Append(CultureInfo.InvariantCulture, $"  {Durations.Format(result.Duration),8}  {report.Plan[result.Case].Id}").AppendLine();
    }

    private static void NotRun(StringBuilder text, RunReport report)
    {
        var notRun = report.Results.Values.Where(r => r.Outcome is Outcome.NotRun).OrderBy(r => r.Case.Value).ToList();
        if (notRun.Count == 0) return;
        text.AppendLine(CultureInfo.InvariantCulture, $"Rondo: {notRun.Count} not run");
        foreach (var result in notRun.Take(ShownNotRun))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {report.Plan[result.Case].Id} ({((Outcome.NotRun)result.Outcome).Reason})");
        if (notRun.Count > ShownNotRun) text.AppendLine(CultureInfo.InvariantCulture, $"  and {notRun.Count - ShownNotRun} more; all of them are in the reports");
    }

    private static string EndingText(Ending ending) => ending switch
    {
        Ending.Complete => "",
        Ending.FailLimitReached limit => $"; stopped after {limit.Failed} failed",
        Ending.Interrupted interrupted => $"; interrupted by {interrupted.By}",
        Ending.RestartLimitReached limit => $"; given up after {limit.Limit} replaced workers",
        Ending.Broken broken => $"; {broken.Why}",
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown ending {ending.GetType().Name}."),
    };
}
