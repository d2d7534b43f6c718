using Rondo.Engine.Control;

namespace Rondo.Engine.Planning;

/// <summary>Chooses cases. Everything that is set must agree.</summary>
internal static class CaseSelection
{
    private const int ListedUnknownIds = 10;
    private const int ComparedIds = 20_000;

    /// <summary>Chooses from a plan.</summary>
    /// <param name="all">All cases.</param>
    /// <param name="selection">What is wanted; its expressions were checked with the command line.</param>
    /// <param name="lastFailed">Ids that failed last time, for <c>--lf</c>; null without that option.</param>
    /// <param name="note">Hears what people should know about the choice: unknown ids, nothing that failed.</param>
    /// <param name="hasHistory">False: no earlier run is known, so nothing can have failed in it.</param>
    /// <returns>The chosen cases in their order, numbered anew. An id of a subtest chooses its case.</returns>
    /// <exception cref="ArgumentException">RND2002: an expression cannot be read.</exception>
    public static Plan Select(Plan all, Selection selection, IReadOnlySet<string>? lastFailed, Action<string> note, bool hasHistory = true)
    {
        var wants = Wants(selection);
        if (selection.Ids is { } ids)
        {
            var wanted = Resolve(all, ids, out var unknown);
            NoteUnknown(all, unknown, note);
            var rest = wants;
            wants = planned => wanted.Contains(planned.Index) && rest(planned);
        }

        var chosen = all.Cases.Where(wants).ToList();
        // Whoever names an id wants that test, explicit or not.
        if (selection is { Explicit: false, Ids: null }) chosen = WithoutExplicit(chosen, note);
        if (lastFailed is not null) chosen = OnlyLastFailed(all, chosen, lastFailed, note, hasHistory);
        return chosen.Count == all.Cases.Count ? all : new Plan([.. chosen.Select((c, i) => c with { Index = new CaseIndex(i) })]);
    }

    /// <summary>For <c>--lf</c> with <c>--shard</c>: what failed last time in this machine's part. If nothing failed in any part, all of this one.</summary>
    /// <param name="all">All cases.</param>
    /// <param name="chosen">The cases that all machines together would run.</param>
    /// <param name="split">This machine's part of them.</param>
    /// <param name="lastFailed">Ids that failed last time.</param>
    /// <param name="note">Hears what people should know about the choice.</param>
    /// <param name="hasHistory">False: no earlier run is known.</param>
    public static Plan LastFailedOf(Plan all, Plan chosen, Split split, IReadOnlySet<string> lastFailed, Action<string> note, bool hasHistory)
    {
        // Not the other way round: which cases failed each machine may know for its own part only, and all must divide the same.
        var again = OnlyLastFailed(all, [.. chosen.Cases], lastFailed, note, hasHistory);
        if (again.Count == chosen.Cases.Count) return split.Plan;
        var ids = again.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var mine = split.Plan.Cases.Where(c => ids.Contains(c.Id)).Select((c, i) => c with { Index = new CaseIndex(i) }).ToArray();
        if (mine.Length == 0) note($"--lf: none of the {again.Count} cases that failed in the last run is in shard {split.Shard}, so nothing runs here.");
        return new Plan(mine);
    }

    /// <summary>For <c>--rest</c>: what is left of the chosen cases.</summary>
    /// <param name="chosen">The cases that would run without it, on this machine.</param>
    /// <param name="isLeft">By id: no run is known in which it was the last that planned the case and the case passed or was skipped.</param>
    /// <param name="note">Hears how many there are.</param>
    public static Plan LeftOf(Plan chosen, Func<string, bool> isLeft, Action<string> note)
    {
        PlannedCase[] left = [.. chosen.Cases.Where(c => isLeft(c.Id)).Select((c, i) => c with { Index = new CaseIndex(i) })];
        if (chosen.Cases.Count == 0) return chosen;
        note(left.Length == 0
            ? $"--rest: nothing is left. All {chosen.Cases.Count} chosen cases passed or were skipped when they were last planned, so nothing runs; leave --rest out to begin anew."
            : $"--rest: {left.Length} of the {chosen.Cases.Count} chosen cases were left.");
        return left.Length == chosen.Cases.Count ? chosen : new Plan(left);
    }

    /// <summary>False only if no case of the test can be chosen, so that its data source need not be read. True when unsure.</summary>
    /// <exception cref="ArgumentException">RND2002: an expression cannot be read.</exception>
    public static bool MayMatch(TestMethod test, Selection selection)
    {
        // Overloads share ids, and the number that tells equal ids apart counts all of them: they are wanted or left out together.
        foreach (var overload in test.Class.Tests)
        {
            if (overload.Name == test.Name && OneMayMatch(overload, selection)) return true;
        }

        return false;
    }

    private static bool OneMayMatch(TestMethod test, Selection selection) =>
        (test.Marks.Explicit is null || selection is { Explicit: true } or { Ids: not null }) &&
        (selection.Names is null || Names(selection.Names).MayMatch(test)) &&
        (selection.Tags is null || Tags(selection.Tags).MayMatch(test)) &&
        (selection.Ids is null || selection.Ids.Any(id => IsOf(id, test.Id)));

    private static bool IsOf(string id, string testId) => id.StartsWith(testId, StringComparison.Ordinal) &&
        (id.Length == testId.Length || id[testId.Length] is '(' or '#' or '[' or '@' or '/');

    private static List<PlannedCase> WithoutExplicit(List<PlannedCase> chosen, Action<string> note)
    {
        var first = chosen.Find(c => c.Marks.Explicit is not null);
        if (first is null) return chosen;
        var rest = chosen.FindAll(c => c.Marks.Explicit is null);
        if (rest.Count == 0) note($"Every chosen test is explicit, such as '{first.Id}' (\"{first.Marks.Explicit}\"), so none runs. Explicit tests run with --explicit, or when --filter-uid names them. [RND2010]");
        return rest;
    }

    private static Func<PlannedCase, bool> Wants(Selection selection)
    {
        var names = selection.Names is null ? null : Names(selection.Names);
        var deselected = selection.Deselected is null ? null : Names(selection.Deselected);
        var tags = selection.Tags is null ? null : Tags(selection.Tags);
        var host = selection.HostFilter;
        return planned =>
            (names is null || names.Matches(planned.Id, planned.DisplayName)) &&
            deselected?.Matches(planned.Id, planned.DisplayName) != true &&
            (tags is null || tags.Matches(planned.Marks.Tags)) &&
            (host is null || host(planned));
    }

    private static NameExpression Names(string text) => NameExpression.TryParse(text, out var names, out var error) ? names : throw new ArgumentException(error);

    private static TagExpression Tags(string text) => TagExpression.TryParse(text, out var tags, out var error) ? tags : throw new ArgumentException(error);

    private static HashSet<CaseIndex> Resolve(Plan all, IEnumerable<string> ids, out List<string> unknown)
    {
        var found = new HashSet<CaseIndex>();
        unknown = [];
        foreach (var id in ids)
        {
            if (all.TryFind(id, out var index) || all.TryFind(WithoutPart(id), out index)) found.Add(index);
            else unknown.Add(id);
        }

        unknown.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary><c>Case/Part</c> without the part. A slash that belongs to an argument is escaped.</summary>
    internal static string WithoutPart(string id)
    {
        for (var i = 0; i < id.Length; i++)
        {
            if (id[i] == '\\') i++;
            else if (id[i] == '/') return id[..i];
        }

        return id;
    }

    private static List<PlannedCase> OnlyLastFailed(Plan all, List<PlannedCase> chosen, IReadOnlySet<string> lastFailed, Action<string> note, bool hasHistory)
    {
        if (lastFailed.Count == 0)
        {
            note(hasHistory ? "--lf: nothing failed in the last run, so all chosen cases run." : "--lf: no earlier run is known, so all chosen cases run.");
            return chosen;
        }

        var failed = Resolve(all, lastFailed, out var unknown);
        var again = chosen.Where(c => failed.Contains(c.Index)).ToList();
        if (again.Count == 0)
        {
            note($"--lf: none of the {lastFailed.Count} cases that failed in the last run is among the chosen ones, so all chosen cases run.");
            return chosen;
        }

        if (unknown.Count > 0) note($"--lf: {unknown.Count} of the {lastFailed.Count} cases that failed in the last run do not exist any more.");
        return again;
    }

    // ---- unknown ids

    private static void NoteUnknown(Plan all, List<string> unknown, Action<string> note)
    {
        foreach (var id in unknown.Take(ListedUnknownIds))
        {
            var near = Nearest(all, id);
            note($"There is no case '{id}'." + (near is null ? "" : $" Did you mean '{near}'?"));
        }

        if (unknown.Count > ListedUnknownIds) note($"There are {unknown.Count - ListedUnknownIds} further ids without a case.");
    }

    private static string? Nearest(Plan all, string id)
    {
        var best = Math.Max(3, id.Length / 5) + 1;
        string? nearest = null;
        foreach (var planned in all.Cases.Take(ComparedIds))
        {
            var distance = Distance(id, planned.Id, best);
            if (distance >= best) continue;
            (best, nearest) = (distance, planned.Id);
        }

        // A wrong argument is far away in letters, but names the test.
        return nearest ?? all.Cases.FirstOrDefault(c => IsOf(id, c.Test.Id))?.Id
            ?? all.Cases.FirstOrDefault(c => c.Id.EndsWith("." + id, StringComparison.OrdinalIgnoreCase) || c.Test.Name.Equals(id, StringComparison.OrdinalIgnoreCase))?.Id;
    }

    /// <summary>Levenshtein's distance without regard to case; <paramref name="limit"/> if it is not smaller.</summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit) return limit;
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            var least = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
                least = Math.Min(least, row[j]);
            }

            if (least >= limit) return limit;
        }

        return Math.Min(row[b.Length], limit);
    }
}
