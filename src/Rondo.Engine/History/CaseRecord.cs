using Rondo.Engine.Results;

namespace Rondo.Engine.History;

/// <summary>What earlier runs tell about one case.</summary>
/// <param name="Ms">Durations of the last executions that ended by themselves, oldest first, at most ten.</param>
/// <param name="Last">How the case ended when it last ran; null if it never did.</param>
/// <param name="Run">Number of the run that last planned it.</param>
internal sealed record CaseRecord(double[] Ms, Tally? Last, long Run)
{
    public const int Kept = 10;

    /// <summary>A robust estimate on the slow side: three quarters of the last executions took no longer. Null when unknown.</summary>
    public double? ExpectedMs
    {
        get
        {
            if (Ms.Length == 0) return null;
            // The longest of the three quarters: so many are longer than it, or as long and later. Ten numbers are not worth sorting.
            var longer = Ms.Length - (int)Math.Ceiling(Ms.Length * 0.75);
            for (var i = 0; ; i++)
            {
                var above = 0;
                for (var j = 0; j < Ms.Length; j++)
                {
                    if (Ms[j] > Ms[i] || (Ms[j] == Ms[i] && j > i)) above++;
                }

                if (above == longer) return Ms[i];
            }
        }
    }

    /// <summary>Some numbers of a list; those beyond its end are 0.</summary>
    public static double[] Part(double[] numbers, int from, int count)
    {
        var part = new double[count];
        Array.Copy(numbers, from, part, 0, Math.Min(count, numbers.Length - from));
        return part;
    }

    /// <summary>A case that was not run keeps what was known. Limits and crashes say nothing about how long the case takes.</summary>
    public static CaseRecord After(CaseRecord? before, CaseResult result, long run)
    {
        var old = before ?? new CaseRecord([], null, run);
        if (result.Outcome is Outcome.NotRun) return old with { Run = run };
        var ms = old.Ms;
        if (result.Outcome is Outcome.Passed or Outcome.Failed)
        {
            var kept = Math.Min(old.Ms.Length, Kept - 1);
            ms = Part(old.Ms, old.Ms.Length - kept, kept + 1);
            ms[kept] = Math.Round(Math.Clamp(result.Duration.TotalMilliseconds, 0, HistoryText.MaxMs), 3);
        }

        return new CaseRecord(ms, result.Outcome.Tally, run);
    }
}
