// Several logs as one run: shards beside each other, reruns one after the other. Pure; whoever has the logs gets the same report in any order of the files.
using System.Globalization;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.RunLog;

/// <summary>Recorded runs, and the report that they come to together.</summary>
/// <param name="Runs">In the order in which they began.</param>
internal sealed record Recording(RunReport Report, IReadOnlyList<RecordedRun> Runs)
{
    public string HostName => string.Join(", ", Runs.Select(r => r.Started?.Process.Machine ?? "").Where(m => m.Length > 0).Distinct(StringComparer.Ordinal));

    /// <summary>The name of a worker: of several runs with the number of its run.</summary>
    public string WorkerName(int run, string worker) => NameOf(run, worker, Runs.Count);

    /// <summary>The number of the run that a case of <see cref="Report"/> was last run in, and its index there.</summary>
    public required IReadOnlyList<IReadOnlyList<RecordedPlace>> Places { get; init; }

    /// <exception cref="RunLogException">RND5010, RND5012.</exception>
    public static Recording Read(IReadOnlyList<string> files, TestCatalog? catalog, bool failOnFlaky = false) => Of([.. files.SelectMany(RecordedRun.Read)], catalog, failOnFlaky);

    /// <param name="given">At least one.</param>
    /// <param name="catalog">Knows more of tests that are still there; null: nobody does.</param>
    /// <param name="failOnFlaky">Asked for now; that a run asked for it counts as well.</param>
    /// <exception cref="RunLogException">RND5012: they are of several programs.</exception>
    public static Recording Of(IReadOnlyList<RecordedRun> given, TestCatalog? catalog, bool failOnFlaky = false)
    {
        var notes = new List<string>();
        var runs = Once(given, notes);
        foreach (var run in runs)
        {
            if (run.Assembly != runs[0].Assembly) throw RunLogException.OfSeveralPrograms(runs[0], run);
        }

        foreach (var run in runs) Complain(run, notes);
        if (runs.Select(r => r.Started?.Build ?? "").Where(b => b.Length > 0).Distinct(StringComparer.Ordinal).Count() > 1)
            notes.Add($"'{runs[0].Assembly}' was built anew between these runs: a case that has one id in all of them is shown as one case.");

        var ids = new List<RecordedCase>();
        var places = new List<List<RecordedPlace>>();
        var byId = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var r = 0; r < runs.Count; r++)
        {
            for (var c = 0; c < runs[r].Cases.Count; c++)
            {
                var recorded = runs[r].Cases[c];
                if (!byId.TryGetValue(recorded.Id, out var at))
                {
                    byId.Add(recorded.Id, at = ids.Count);
                    ids.Add(recorded);
                    places.Add([]);
                }

                // A plan names each case once; a damaged log may not.
                if (places[at].Count == 0 || places[at][^1].Run != r) places[at].Add(new RecordedPlace(r, c));
            }
        }

        var plan = RecordedPlan.Of(ids, catalog);
        var results = new Dictionary<CaseIndex, CaseResult>(ids.Count);
        for (var i = 0; i < ids.Count; i++) results.Add(new CaseIndex(i), Merge(new CaseIndex(i), places[i], runs));
        var account = Account.Of(plan, results);
        var report = new RunReport(plan, results, TeardownErrorsOf(runs, notes), account, EndingOf(runs, account, notes))
        {
            RunId = string.Join('+', runs.Select(r => r.RunId)),
            WorkersText = runs.Count == 1 ? runs[0].Divided?.Why ?? "" : string.Create(CultureInfo.InvariantCulture, $"{runs.Count} recorded runs"),
            Duration = runs.Count == 1 ? runs[0].Duration : Covered(runs.Select(r => (r.At.UtcTicks, r.At.UtcTicks + r.Duration.Ticks))),
            Seed = runs.Select(r => r.Started?.Seed).Distinct().Count() == 1 ? runs[0].Started?.Seed : null,
            Notes = [.. runs.SelectMany((run, number) => run.Notes.Select(note => runs.Count == 1 ? note : string.Create(CultureInfo.InvariantCulture, $"run {number + 1}: {note}"))), .. notes],
            EarlyEnds = [.. runs.SelectMany((run, number) => (run.Ended?.EarlyEnds ?? []).Select(end => end with { Worker = NameOf(number, end.Worker, runs.Count) }))],
            Floor = runs.Count == 1 ? runs[0].Ended?.Floor : null,
            MayBeEmpty = runs.Exists(static r => r.Ended is { MayBeEmpty: true }),
            Flaky = [.. plan.Cases.Where(c => results[c.Index].IsFlaky).Select(c => c.Index)],
            FailOnFlaky = failOnFlaky || runs.Any(r => r.Option("fail-on-flaky") is not null),
        };
        return new Recording(report, runs) { Places = places };
    }

    /// <summary>How much of a line these intervals cover; what several cover counts once.</summary>
    public static TimeSpan Covered(IEnumerable<(long From, long Until)> intervals)
    {
        long covered = 0, until = long.MinValue;
        foreach (var (from, end) in intervals.OrderBy(i => i.From))
        {
            if (end <= until) continue;
            covered += end - Math.Max(from, until);
            until = end;
        }

        return TimeSpan.FromTicks(covered);
    }

    private static string NameOf(int run, string worker, int runs) => runs == 1 || worker.Length == 0 ? worker : string.Create(CultureInfo.InvariantCulture, $"{run + 1}/{worker}");

    // A log that was given twice, or is there as a copy, tells nothing new; an early copy of one that went on tells less.
    private static List<RecordedRun> Once(IReadOnlyList<RecordedRun> given, List<string> notes)
    {
        var runs = new List<RecordedRun>();
        foreach (var run in given.OrderBy(r => r.At).ThenBy(r => r.RunId, StringComparer.Ordinal))
        {
            var twin = run.Started is null ? -1 : runs.FindIndex(r => r.RunId == run.RunId && r.Started is not null);
            if (twin < 0)
            {
                runs.Add(run);
                continue;
            }

            var (more, less) = IsFuller(run, runs[twin]) ? (run, runs[twin]) : (runs[twin], run);
            runs[twin] = more;
            notes.Add($"'{less.File}' and '{more.File}' are logs of the same run, so only the second is shown. Give the log of each run once. [RND5014]");
        }

        return runs;
    }

    private static bool IsFuller(RecordedRun one, RecordedRun other) => one.Ended is null != other.Ended is null ? one.Ended is not null : one.Lost < other.Lost;

    private static void Complain(RecordedRun run, List<string> notes)
    {
        if (run.Lost > 0)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{run.Lost} {(run.Lost == 1 ? "record" : "records")} of the run log '{run.File}' cannot be read, because they are damaged, cut off or missing. A case whose end they told counts as lost. Copy logs whole and do not edit them. [RND5011]"));
        if (run.Ended is null)
            notes.Add($"The run log '{run.File}' has no end: the process of that run was killed, ended itself, or still runs. What was running counts as lost, the rest as not run. Run these cases again, and replay both logs together. [RND5013]");
    }

    private static CaseResult Merge(CaseIndex index, List<RecordedPlace> places, List<RecordedRun> runs)
    {
        if (runs.Count == 1) return runs[0].Results[places[0].Index] with { Case = index };
        CaseResult? last = null;
        var earlier = new List<CaseResult>();
        var passedBefore = "";
        foreach (var place in places)
        {
            var result = InRun(runs[place.Run].Results[place.Index], place.Run, runs.Count);
            // That it was not run says nothing about it, where another run says more.
            if (last is not null && result.Outcome.Tally == Tally.NotRun) continue;
            if (last is { Outcome.Tally: Tally.Failed }) earlier.AddRange([.. last.Earlier, last with { Earlier = [] }]);
            if (last is { Outcome: Outcome.Passed }) passedBefore = string.Create(CultureInfo.InvariantCulture, $"It had passed in an earlier run of these {runs.Count}.");
            last = result;
        }

        var attempts = new List<CaseResult>(earlier.Count + last!.Earlier.Count);
        foreach (var attempt in earlier.Concat(last.Earlier)) attempts.Add(attempt with { Case = index, Attempt = attempts.Count + 1 });
        var notes = passedBefore.Length > 0 && last.Outcome.Tally == Tally.Failed ? [.. last.Notes, passedBefore] : last.Notes;
        if (earlier.Count == 0) return last with { Case = index, Notes = notes };
        return Attempts.Final(last with { Case = index, Notes = notes, Earlier = attempts, Attempt = attempts.Count + 1, MaxAttempts = Math.Max(last.MaxAttempts, attempts.Count + 1) });
    }

    private static CaseResult InRun(CaseResult result, int run, int runs) => result with
    {
        Worker = NameOf(run, result.Worker, runs),
        Earlier = [.. result.Earlier.Select(e => e with { Worker = NameOf(run, e.Worker, runs) })],
    };

    // An error of an earlier run is over when a later one tore the same fixture down without one.
    private static List<TeardownError> TeardownErrorsOf(List<RecordedRun> runs, List<string> notes)
    {
        if (runs.Count == 1) return [.. runs[0].TeardownErrors];
        var errors = new List<TeardownError>();
        for (var r = 0; r < runs.Count; r++)
        {
            foreach (var error in runs[r].TeardownErrors)
            {
                var fixture = FixtureOf(error.Id);
                var isOver = false;
                for (var later = r + 1; later < runs.Count; later++)
                    isOver |= runs[later].Fixtures.Any(f => f.Time.IsTeardown && f.Time.Fixture == fixture) && !runs[later].TeardownErrors.Any(e => FixtureOf(e.Id) == fixture);
                if (isOver) notes.Add($"'{error.Id}' failed in run {r + 1} and not in a later one, so it does not count: {error.Failure.Message}");
                else if (errors.FindIndex(e => e.Id == error.Id) is >= 0 and var twin) errors[twin] = error with { Worker = NameOf(r, error.Worker, runs.Count) };
                else errors.Add(error with { Worker = NameOf(r, error.Worker, runs.Count) });
            }
        }

        return errors;
    }

    private static string FixtureOf(string teardown) => teardown.IndexOf(".teardown", StringComparison.Ordinal) is > 0 and var end ? teardown[..end] : "";

    private static Ending EndingOf(List<RecordedRun> runs, Account account, List<string> notes)
    {
        if (MissingShards(runs) is { } missing)
        {
            notes.Add(missing);
            return new Ending.Broken("not all shards were given.");
        }

        if (runs.Count > 1 && runs.Find(static r => r.MayHaveHadMore) is { } run) return new Ending.Broken($"'{run.File}' is damaged, and how many cases it had is not known: some of them may be missing here.");

        // What stopped an earlier run matters only as long as something was not run because of it.
        var last = EndingOf(runs[^1]);
        if (runs.Count == 1 || (last is Ending.Complete && account.NotRun == 0)) return last;
        foreach (var earlier in runs)
        {
            if (EndingOf(earlier) is not Ending.Complete and var ending) return ending;
        }

        return last;
    }

    private static Ending EndingOf(RecordedRun run) => run.Ended?.Ending ?? new Ending.Broken("its log has no end.");

    private static string? MissingShards(List<RecordedRun> runs)
    {
        var there = new SortedSet<int>();
        var total = 0;
        foreach (var run in runs)
        {
            if (run.Option("shard")?.Split('/') is not [var one, var of] || !int.TryParse(one, CultureInfo.InvariantCulture, out var number) || !int.TryParse(of, CultureInfo.InvariantCulture, out var all)) continue;
            there.Add(number);
            total = Math.Max(total, all);
        }

        // One alone is shown as what it is.
        if (runs.Count == 1 || there.Count >= total) return null;
        var missing = Enumerable.Range(1, total).Where(n => !there.Contains(n));
        return $"Of {total} shards these are missing: {string.Join(", ", missing)}. Their cases are not in this report, so it is not the whole run. Give the logs of all shards. [RND5016]";
    }
}

/// <summary>A case in one of several runs.</summary>
internal readonly record struct RecordedPlace(int Run, int Index);
