using System.Globalization;

namespace Rondo.Engine.Results;

/// <summary>What several attempts of one case come to. Pure; controller and worker ask the same.</summary>
internal static class Attempts
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    /// <summary>Only an attempt that passes undoes a failure: one that was skipped, or cut off when the run was stopped, leaves the case as its last failed attempt ended.</summary>
    /// <param name="last">The last attempt, with the earlier ones.</param>
    public static CaseResult Final(CaseResult last)
    {
        if (last.Earlier.Count == 0 || last.Outcome.Tally is Tally.Passed or Tally.Failed) return last;
        var failed = last.Earlier[^1];
        var reason = last.Outcome switch { Outcome.Skipped skipped => "was skipped: " + skipped.Reason, Outcome.NotRun notRun => "was not brought to its end: " + notRun.Reason, _ => "did not pass" };
        return failed with
        {
            MaxAttempts = last.MaxAttempts,
            Earlier = [.. last.Earlier.Take(last.Earlier.Count - 1)],
            Notes = [.. failed.Notes, string.Create(CultureInfo.InvariantCulture, $"Attempt {last.Attempt} {reason}. Only an attempt that passes undoes a failure.")],
        };
    }

    /// <summary>The pause before another attempt: it doubles with each, up to a minute, or to the first one if that is longer.</summary>
    /// <param name="first">The pause before the second attempt; zero is none.</param>
    /// <param name="made">How many attempts were made, from 1.</param>
    public static TimeSpan PauseBefore(TimeSpan first, int made)
    {
        var pause = first * Math.Pow(2, Math.Min(made, 30) - 1);
        var most = first > s_longestPause ? first : s_longestPause;
        return pause < most ? pause : most;
    }

    /// <summary><c>flaky: passed in attempt 2 of 3</c>; null for a case that is not flaky.</summary>
    public static string? FlakyText(CaseResult result) =>
        result.IsFlaky ? string.Create(CultureInfo.InvariantCulture, $"flaky: passed in attempt {result.Attempt} of {Math.Max(result.MaxAttempts, result.Attempt)}") : null;
}
