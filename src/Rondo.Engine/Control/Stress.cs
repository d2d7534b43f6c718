using System.Globalization;
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>
/// Tests that are run again and again (<c>--stress</c>, <c>--repeat-until-failure</c>): how often each of them stands in the next run of the series, and what became of all its runs.
/// It hears the runs and lets the observer behind it hear of tests: their first failure when it comes, everything else at the end.
/// </summary>
/// <param name="duration">How long the series goes on; what has begun then may end, and each test is run at least once.</param>
/// <param name="isUntilFailure">It ends with the first failure.</param>
/// <param name="inner">The observer behind it.</param>
/// <param name="readyOrderSeed">Of the runs, if loops shuffle what is ready.</param>
/// <remarks>Owner: the event loop of the run that goes on. Why a series and copies: docs/design/copies.md.</remarks>
internal sealed class Stress(TimeSpan duration, bool isUntilFailure, IRunObserver inner, TimeProvider time, int? readyOrderSeed = null) : IRunObserver
{
    /// <summary>A plan that is not too large for logs, workers and memory; then a new run begins, with fresh workers.</summary>
    private const int MostCases = 50_000;

    // Nobody knows yet how long it takes: soon more is known.
    private const double UnknownMs = 20;
    private const double LeastMs = 0.2;
    private static readonly TimeSpan s_longestLeg = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Runs> _runs = new(StringComparer.Ordinal);
    private long _began;
    private int _nextCopy = 1;

    private sealed class Runs
    {
        public int Passed;
        public int Failed;
        public int Flaky;
        public TimeSpan Took;
        public bool IsShownAsRunning;
        public bool IsShown;
        public int FailedIn;
        public CaseResult? Failure;
        public CaseResult? Last;

        public int Count => Passed + Failed;
    }

    /// <summary>What is run again and again; null until the first plan is made.</summary>
    public Plan? Original { get; private set; }

    public bool IsUntilFailure => isUntilFailure;

    /// <summary>The time is up, and each test has been run.</summary>
    public bool IsTimeUp => Original is { } plan && time.GetElapsedTime(_began) >= duration && _runs.Count == plan.Cases.Count;

    /// <summary>No further run is to follow.</summary>
    public bool IsOver => IsTimeUp || (isUntilFailure && Failures > 0);

    /// <summary>How many runs of tests there were, and how many of them failed.</summary>
    public int Count => _runs.Values.Sum(static r => r.Count);

    public int Failures => _runs.Values.Sum(static r => r.Failed);

    /// <summary>The plan of the next run.</summary>
    /// <param name="plan">What is to be run again and again.</param>
    /// <param name="expectedMs">What history knows of an id.</param>
    /// <param name="workers">How many there will be.</param>
    public CaseCopies CopiesOf(Plan plan, Func<string, double?> expectedMs, int workers)
    {
        if (Original is null) _began = time.GetTimestamp();
        Original = plan;
        if (plan.Cases.Count == 0) return CaseCopies.None(plan);
        var roundMs = 0.0;
        foreach (var planned in plan.Cases)
            roundMs += Math.Max(LeastMs, _runs.TryGetValue(planned.Id, out var runs) && runs.Count > 0 ? runs.Took.TotalMilliseconds / runs.Count : expectedMs(planned.Id) ?? UnknownMs);
        var left = duration - time.GetElapsedTime(_began);
        // What runs alone comes last in each run, and is to come often.
        var longest = plan.Cases.Any(static c => c.Marks.Serial) ? s_longestLeg / 6 : s_longestLeg;
        var wanted = (left < longest ? left : longest).TotalMilliseconds * Math.Max(1, workers) / roundMs;
        var count = (int)Math.Clamp(Math.Ceiling(wanted), 1, Math.Max(1, MostCases / plan.Cases.Count));
        var copies = CaseCopies.Numbered(plan, _nextCopy, count);
        _nextCopy += count;
        return copies;
    }

    /// <summary>A result for each test: its first failure, or how it passed.</summary>
    /// <param name="notRunBecause">Of those that were not run even once.</param>
    public CaseResults Fold(string notRunBecause)
    {
        var results = new CaseResults();
        foreach (var planned in Original!.Cases) results.TryAdd(planned.Index, FoldedOf(planned, notRunBecause));
        return results;
    }

    /// <summary>What the series came to, for people.</summary>
    public string TextOf(TimeSpan took, int legs)
    {
        var failing = _runs.Values.Count(static r => r.Failed > 0);
        var anew = legs == 1 ? "" : $", with fresh workers {Text.Count(legs - 1, "time")} meanwhile";
        return $"Stress: {Number(Count)} runs of {Text.Count(Original!.Cases.Count, "test")} in {DurationText.Of(took)}{anew}; " + (Failures == 0 ? "none failed." : $"{Number(Failures)} of them failed, of {Text.Count(failing, "test")}.");
    }

    /// <summary>Shows what has not been shown, at the end of the series.</summary>
    public void ShowRest(RunReport report)
    {
        if (Original is not { } plan) return;
        foreach (var planned in plan.Cases)
        {
            if (!RunsOf(planned).IsShown) inner.Finished(planned, report.Results[planned.Index]);
        }
    }

    private CaseResult FoldedOf(PlannedCase planned, string notRunBecause)
    {
        if (!_runs.TryGetValue(planned.Id, out var runs) || runs.Last is null) return new CaseResult(planned.Index, new Outcome.NotRun(notRunBecause));
        if (runs.Failure is { } failure) return failure with { Case = planned.Index, Notes = [.. failure.Notes, $"Failed in {Number(runs.Failed)} of {Text.Count(runs.Count, "run")}; this is the first failure, of run {Number(runs.FailedIn)}."] };
        var last = runs.Last with { Case = planned.Index };
        if (runs.Count == 0) return last;
        var flaky = runs.Flaky == 0 ? "" : $", {Number(runs.Flaky)} of them only in a later attempt";
        return last with { Duration = runs.Took / runs.Count, Notes = [.. last.Notes, $"Passed in {Text.Count(runs.Count, "run")}{flaky}; its time is their mean."] };
    }

    private Runs RunsOf(PlannedCase planned)
    {
        if (!_runs.TryGetValue(planned.OwnId, out var runs)) _runs.Add(planned.OwnId, runs = new Runs());
        return runs;
    }

    private PlannedCase OriginalOf(PlannedCase copy) => Original!.TryFind(copy.OwnId, out var index) ? Original[index] : copy;

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    // ---- what it hears

    public void Planned(Plan plan)
    {
        if (_nextCopy == 1 || plan.Cases is [{ Copy: "1" or "" }, ..] or []) inner.Planned(Original ?? plan);
    }

    public void InProgress(PlannedCase planned, string worker)
    {
        // That one runs is no news of a test that has failed, or of which that was said.
        if (RunsOf(planned) is { IsShownAsRunning: true } or { IsShown: true }) return;
        RunsOf(planned).IsShownAsRunning = true;
        inner.InProgress(OriginalOf(planned), worker);
    }

    public void Finished(PlannedCase planned, CaseResult result)
    {
        if (result.Outcome is Outcome.NotRun) return;
        var runs = RunsOf(planned);
        runs.Last = result;
        if (result.Outcome is Outcome.Skipped) return;
        runs.Took += result.Duration;
        if (result.IsFlaky) runs.Flaky++;
        if (result.Outcome.Tally != Tally.Failed)
        {
            runs.Passed++;
            return;
        }

        if (runs.Failed++ > 0) return;
        (runs.Failure, runs.FailedIn) = (result, int.TryParse(planned.Copy, CultureInfo.InvariantCulture, out var number) ? number : 1);
        runs.IsShown = true;
        if (readyOrderSeed is { } seed) runs.Failure = result = result with { Notes = [.. result.Notes, $"The order of its loop in this run comes again with --ready-order random --seed {CaseSeed.OfCopy(seed, planned).ToString(CultureInfo.InvariantCulture)}."] };
        var original = OriginalOf(planned);
        inner.Finished(original, result with { Case = original.Index, Notes = [.. result.Notes, $"This was run {Number(runs.FailedIn)} of this test{(isUntilFailure ? "" : "; it goes on, and further failures are counted")}."] });
    }

    public void Status(RunSnapshot now) => inner.Status(now);

    public void Slow(PlannedCase planned, string worker, TimeSpan elapsed, string doing) => inner.Slow(planned, worker, elapsed, doing);

    public void TeardownFailed(TeardownError error) => inner.TeardownFailed(error);

    public void LiveOutput(PlannedCase? planned, string worker, bool isError, string text) => inner.LiveOutput(planned, worker, isError, text);

    public void SetupStep(string worker, string line) => inner.SetupStep(worker, line);

    public void Now(RunSnapshot now) => inner.Now(now);

    public void Note(string text) => inner.Note(text);
}
