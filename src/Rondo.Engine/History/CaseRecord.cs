using Rondo.Engine.Results;

namespace Rondo.Engine.History;

/// <summary>What earlier runs tell about one case.</summary>
/// <param name="Ms">Durations of the last executions that ended by themselves, oldest first, at most ten.</param>
/// <param name="Last">How the case ended when it last ran; null if it never did.</param>
/// <param name="Run">Number of the run that last planned it.</param>
internal sealed record CaseRecord(IReadOnlyList<double> Ms, Tally? Last, long Run)
{
    public const int Kept = 10;

    /// <summary>A robust estimate on the slow side: three quarters of the last executions took no longer. Null when unknown.</summary>
    public double? ExpectedMs
    {
        get
        {
            if (Ms.Count == 0) return null;
            var sorted = Ms.Order().ToArray();
            return sorted[(int)Math.Ceiling(sorted.Length * 0.75) - 1];
        }
    }

    /// <summary>A case that was not run keeps what was known. Limits and crashes say nothing about how long the case takes.</summary>
    public static CaseRecord After(CaseRecord? before, CaseResult result, long run)
    {
        var old = before ?? new CaseRecord([], null, run);
        if (result.Outcome is Outcome.NotRun) return old with { Run = run };
        var ms = old.Ms;
        if (result.Outcome is Outcome.Passed or Outcome.Failed)
        {
            var all = ms.Append(Math.Round(Math.Clamp(result.Duration.TotalMilliseconds, 0, HistoryText.MaxMs), 3));
            ms = [.. all.Skip(Math.Max(0, ms.Count + 1 - Kept))];
        }

        return new CaseRecord(ms, result.Outcome.Tally, run);
    }
}
