using Rondo.Engine.Results;
using Rondo.Engine.RunLog;

namespace Rondo.Engine.Report;

/// <summary>What one run took, beside what it could not have been quicker than.</summary>
/// <param name="Wall">From its first line to its end.</param>
/// <param name="Busy">What all workers were busy together with cases and fixtures; overlapping cases of one worker count once.</param>
/// <param name="Before">Until the first case began.</param>
/// <param name="Longest">The unit of work that took longest: its cases had to be one after the other in one worker.</param>
/// <param name="LongestOf">Its only case, or its first and how many more.</param>
internal sealed record RunTimes(TimeSpan Wall, int Workers, TimeSpan Busy, TimeSpan Before, TimeSpan Longest, string LongestOf)
{
    /// <summary>No order of the same cases on so many workers takes less.</summary>
    public TimeSpan LowerBound => TimeSpan.FromTicks(Math.Max(Longest.Ticks, Busy.Ticks / Math.Max(1, Workers)));

    /// <summary>1 is as quick as possible; null if nothing ran.</summary>
    public double? Efficiency => Wall.Ticks > 0 && Busy.Ticks > 0 ? Math.Min(1, (double)LowerBound.Ticks / Wall.Ticks) : null;

    public static RunTimes Of(RecordedRun run)
    {
        var byWorker = new Dictionary<string, List<(long, long)>>(StringComparer.Ordinal);
        var first = long.MaxValue;
        foreach (var result in run.Results.Values)
        {
            foreach (var attempt in result.Earlier) Add(attempt);
            Add(result);
        }

        foreach (var fixture in run.Fixtures)
        {
            if (fixture.StartedAt != default && !IsHost(fixture.Worker)) Span(fixture.Worker, fixture.StartedAt, fixture.Time.Duration);
        }

        var busy = TimeSpan.Zero;
        foreach (var spans in byWorker.Values) busy += Recording.Covered(spans);
        var (longest, of) = LongestUnit(run);
        var before = first == long.MaxValue || run.At == default ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(0, first - run.At.UtcTicks));
        return new RunTimes(run.Duration, run.WorkerCount, busy, before, longest, of);

        void Add(CaseResult attempt)
        {
            if (attempt.StartedAt == default || attempt.Worker.Length == 0) return;
            first = Math.Min(first, attempt.StartedAt.UtcTicks);
            Span(attempt.Worker, attempt.StartedAt, attempt.Duration);
        }

        void Span(string worker, DateTimeOffset from, TimeSpan duration)
        {
            if (!byWorker.TryGetValue(worker, out var spans)) byWorker.Add(worker, spans = []);
            spans.Add((from.UtcTicks, from.UtcTicks + duration.Ticks));
        }
    }

    // What holds fixtures of the whole run is no worker: it comes on top.
    private static bool IsHost(string worker) => worker.StartsWith("host", StringComparison.Ordinal);

    private static (TimeSpan Took, string Of) LongestUnit(RecordedRun run)
    {
        var (longest, of) = (TimeSpan.Zero, "");
        var inUnits = new HashSet<int>();
        foreach (var unit in run.Divided?.Units ?? [])
        {
            var spans = new List<(long, long)>();
            int first = -1, cases = 0;
            for (var i = 0; i + 1 < unit.Runs.Count; i += 2)
            {
                for (var index = unit.Runs[i]; index < unit.Runs[i] + unit.Runs[i + 1] && index < run.Cases.Count; index++)
                {
                    inUnits.Add(index);
                    if (first < 0) first = index;
                    cases++;
                    spans.AddRange(Spans(run.Results[index]));
                }
            }

            var took = Recording.Covered(spans);
            if (first >= 0 && took > longest) (longest, of) = (took, cases == 1 ? run.Cases[first].Id : $"{run.Cases[first].Id} and {cases - 1} more that stay with it");
        }

        for (var index = 0; index < run.Cases.Count; index++)
        {
            if (inUnits.Contains(index)) continue;
            var took = TimeSpan.Zero;
            foreach (var (from, until) in Spans(run.Results[index])) took += TimeSpan.FromTicks(until - from);
            if (took > longest) (longest, of) = (took, run.Cases[index].Id);
        }

        return (longest, of);
    }

    private static IEnumerable<(long From, long Until)> Spans(CaseResult result)
    {
        foreach (var attempt in result.Earlier.Append(result))
        {
            if (attempt.StartedAt != default && attempt.Worker.Length > 0) yield return (attempt.StartedAt.UtcTicks, attempt.StartedAt.UtcTicks + attempt.Duration.Ticks);
        }
    }
}
