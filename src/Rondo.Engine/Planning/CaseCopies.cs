using System.Globalization;
using Rondo.Engine.Results;

namespace Rondo.Engine.Planning;

/// <summary>A plan in which cases stand several times, each time as a case of its own: <c>Id@w0</c>, or <c>Id@17</c>.</summary>
/// <param name="Original">What was copied.</param>
/// <param name="Plan">The copies: first all with the first name, then all with the second, and so on.</param>
internal sealed record CaseCopies(Plan Original, Plan Plan)
{
    private readonly int[] _originals = [];

    /// <summary>The plan as it is.</summary>
    public static CaseCopies None(Plan plan) => new(plan, plan);

    /// <summary>One for each worker.</summary>
    public static CaseCopies ForWorkers(Plan plan, int workers) => Of(plan, [.. Enumerable.Range(0, Math.Max(1, workers)).Select(static n => new WorkerNumber(n).Name)], onlyWhatRuns: false);

    /// <summary>Numbered ones. What is only reported, because it is skipped or cannot run, stands once.</summary>
    /// <param name="first">The number of the first.</param>
    public static CaseCopies Numbered(Plan plan, int first, int count) => Of(plan, [.. Enumerable.Range(first, count).Select(static n => n.ToString(CultureInfo.InvariantCulture))], onlyWhatRuns: true);

    /// <summary>What the case is a copy of.</summary>
    public PlannedCase OriginalOf(PlannedCase copy) => _originals.Length == 0 ? copy : Original.Cases[_originals[copy.Index.Value]];

    /// <summary>A result for each original: the one of the copy that failed, or else of one that ran.</summary>
    public IReadOnlyDictionary<CaseIndex, CaseResult> Fold(IReadOnlyDictionary<CaseIndex, CaseResult> results)
    {
        if (_originals.Length == 0) return results;
        var folded = new Dictionary<CaseIndex, CaseResult>(Original.Cases.Count);
        foreach (var copy in Plan.Cases)
        {
            var (index, result) = (new CaseIndex(_originals[copy.Index.Value]), results[copy.Index]);
            if (!folded.TryGetValue(index, out var best) || Weight(result) > Weight(best)) folded[index] = result with { Case = index };
        }

        return folded;

        static int Weight(CaseResult result) => result.Outcome.Tally switch { Tally.Failed => 3, Tally.Passed => 2, Tally.Skipped => 1, _ => 0 };
    }

    /// <summary>The id of a copy.</summary>
    public static string IdOf(string id, string copy) => copy.Length == 0 ? id : id + "@" + copy;

    /// <summary>The case as a copy.</summary>
    public static PlannedCase CopyOf(PlannedCase planned, int index, string copy) =>
        planned with { Index = new CaseIndex(index), Id = IdOf(planned.Id, copy), DisplayName = IdOf(planned.DisplayName, copy), Copy = copy };

    private static CaseCopies Of(Plan plan, IReadOnlyList<string> names, bool onlyWhatRuns)
    {
        var cases = new List<PlannedCase>(plan.Cases.Count * names.Count);
        var originals = new List<int>(cases.Capacity);
        for (var n = 0; n < names.Count; n++)
        {
            for (var i = 0; i < plan.Cases.Count; i++)
            {
                if (n > 0 && onlyWhatRuns && plan.Cases[i] is { Marks.Skip: not null } or { Key.Error: not null }) continue;
                cases.Add(CopyOf(plan.Cases[i], cases.Count, names[n]));
                originals.Add(i);
            }
        }

        return new CaseCopies(plan, new Plan(cases), [.. originals]);
    }

    private CaseCopies(Plan original, Plan plan, int[] originals)
        : this(original, plan) => _originals = originals;
}
