using Rondo.Engine.Results;

namespace Rondo.Engine.History;

/// <summary>What earlier runs tell about one case.</summary>
/// <param name="Ms">Durations of the last executions that ended by themselves, oldest first, at most ten.</param>
/// <param name="Last">How the case ended when it last ran; null if it never did.</param>
/// <param name="Run">Number of the run that last planned it.</param>
internal sealed record CaseRecord(double[] Ms, Tally? Last, long Run)
{
    public const int Kept = 10;

    /// <summary>How often it ran since this was first counted. Of two records of one case, which two machines wrote, the one with more is the later one.</summary>
    public long Ran { get; init; }

    /// <summary>It was planned since it last ran, and the run ended before it came to it.</summary>
    public bool WasNotRun { get; init; }

    /// <summary>When it was last planned it neither passed nor was skipped.</summary>
    public bool IsLeft => WasNotRun || Last is null or Tally.Failed;

    /// <summary>It ran while a round of shards goes on, which is divided by <see cref="FrozenMs"/>: see <see cref="ShardRound"/>.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>What was expected when the round began; null if nothing was known then.</summary>
    public double? FrozenMs { get; init; }

    /// <summary>What shards are divided by while a round goes on.</summary>
    public double? SplitMs => IsFrozen ? FrozenMs : ExpectedMs;

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

    /// <summary>The later of two records of one case, which does not depend on their order.</summary>
    public static CaseRecord Later(CaseRecord one, CaseRecord other)
    {
        var later = Compare(one, other) >= 0 ? one : other;
        return later with { Run = Math.Max(one.Run, other.Run), IsFrozen = one.IsFrozen || other.IsFrozen, FrozenMs = Nullable.Compare(one.FrozenMs, other.FrozenMs) >= 0 ? one.FrozenMs : other.FrozenMs, WasNotRun = one.Ran == other.Ran ? one.WasNotRun || other.WasNotRun : later.WasNotRun };
    }

    // What counts is the first line. The rest decides between machines that ran the same case, in the same way everywhere.
    private static int Compare(CaseRecord one, CaseRecord other)
    {
        if (one.Ran != other.Ran) return one.Ran.CompareTo(other.Ran);
        if (one.Ms.Length != other.Ms.Length) return one.Ms.Length.CompareTo(other.Ms.Length);
        if (one.Last != other.Last) return Rank(one.Last).CompareTo(Rank(other.Last));
        for (var i = 0; i < one.Ms.Length; i++)
        {
            if (one.Ms[i] != other.Ms[i]) return one.Ms[i].CompareTo(other.Ms[i]);
        }

        return 0;

        static int Rank(Tally? last) => last switch { null => 0, Tally.Skipped => 1, Tally.Passed => 2, _ => 3 };
    }

    /// <summary>A case that was not run keeps what was known. Limits and crashes say nothing about how long the case takes.</summary>
    /// <param name="freezes">A round of shards goes on.</param>
    public static CaseRecord After(CaseRecord? before, CaseResult result, long run, bool freezes = false)
    {
        var old = before ?? new CaseRecord([], null, run);
        if (result.Outcome is Outcome.NotRun) return old with { Run = run, WasNotRun = true };
        var ms = old.Ms;
        if (result.Outcome is Outcome.Passed or Outcome.Failed)
        {
            var kept = Math.Min(old.Ms.Length, Kept - 1);
            ms = Part(old.Ms, old.Ms.Length - kept, kept + 1);
            ms[kept] = Math.Round(Math.Clamp(result.Duration.TotalMilliseconds, 0, HistoryText.MaxMs), 3);
        }

        var after = new CaseRecord(ms, result.Outcome.Tally, run) { Ran = old.Ran + 1 };
        return freezes ? after with { IsFrozen = true, FrozenMs = old.SplitMs } : after;
    }
}
