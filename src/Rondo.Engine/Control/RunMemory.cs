using System.Globalization;
using System.Reflection;
using Rondo.Engine.Collections;
using Rondo.Engine.History;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Scheduling;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>What a run writes down and what it knows from earlier ones: run log, history, reports in files.</summary>
/// <remarks>Owner: the controller's event loop. Nothing here can fail the run: what goes wrong becomes a note, once.</remarks>
internal sealed class RunMemory
{
    private readonly RunRequest _request;
    private readonly TimeProvider _time;
    private readonly Action<string> _note;
    private readonly RunHistory _history;
    private readonly RunLogWriter _log;
    private readonly NumberSet _running = new(); // by the witness alone
    private readonly NumberTable<List<CaseResult>> _earlier = new(); // by the witness alone
    private string? _timelineLog; // ours alone: removed at the end
    private bool _isPlanned;
    private bool _selectsAll;
    private Split? _split;

    private RunMemory(RunRequest request, TimeProvider time, Action<string> note, RunHistory history, RunLogWriter log) =>
        (_request, _time, _note, _history, _log) = (request, time, note, history, log);

    /// <summary>Opens log and history, and tells about an earlier run that never came to its end.</summary>
    /// <param name="build">Identity of the build.</param>
    public static async Task<RunMemory> OpenAsync(RunRequest request, string runId, string build, TimeProvider time, Action<string> note)
    {
        var folder = HistoryFolder.Find(request.HistoryDirectory);
        // What is said before there is a log is written into it afterwards.
        List<string>? early = null;
        foreach (var crashed in folder is null ? [] : CrashedRun.Find(folder, time))
        {
            Say(crashed.Message);
            await crashed.RememberAsync(folder!, time, Say).ConfigureAwait(false);
        }

        var history = await RunHistory.ReadAsync(folder, time, Say).ConfigureAwait(false);
        RunLogWriter? log = null;
        // The page is made from the log, and the one in the history folder may be replaced by the next run's before that.
        var timelineLog = request.TimelineFile is null || request.RunLogFile is not null ? null : Path.Combine(Path.GetTempPath(), "rondo-" + runId + ".jsonl");
        log = RunLogWriter.Open(runId, folder, request.RunLogFile ?? timelineLog, time, text => (log is null ? Say : note)(text));
        log.Started(runId, OptionsOf(request), Assembly.GetEntryAssembly()?.GetName().Name ?? "", build, request.Seed ?? request.ReadyOrderSeed);
        foreach (var text in early ?? []) log.Add(new RunLogEvent.Noted(text));
        return new RunMemory(request, time, note, history, log) { _timelineLog = timelineLog };

        void Say(string text)
        {
            (early ??= []).Add(text);
            note(text);
        }
    }

    /// <summary>What is known of earlier runs.</summary>
    public RunHistory History => _history;

    /// <summary>Null when a case has no record: unknown durations count as long.</summary>
    public static double? RecordedTotalMs(IReadOnlyList<WorkUnit> units)
    {
        var total = 0.0;
        foreach (var unit in units)
        {
            if (unit.ExpectedMs is not { } expected) return null;
            total += expected / unit.Window;
        }

        return total;
    }

    public void Planned(Plan plan, bool selectsAll, Split? split, IReadOnlyList<WorkUnit> units, int count, string workers)
    {
        (_selectsAll, _split, _isPlanned) = (selectsAll, split, true);
        _log.Planned(plan);
        Add(new RunLogEvent.Divided(count, workers, UnitsOf(units)));
    }

    public void WorkerStarted(WorkerNumber worker, int processId) => Add(new RunLogEvent.WorkerStarted(worker.Name, processId));

    public void WorkerLaunched(WorkerNumber worker) => _log.Add(new RunLogEvent.WorkerLaunched(worker.Name));

    public void WorkerReady(WorkerNumber worker) => _log.Add(new RunLogEvent.WorkerReady(worker.Name));

    public void WorkerEnded(Seat seat, string how) => Add(new RunLogEvent.WorkerEnded(seat.Number.Name, how) { Why = seat.KilledBecause ?? "", IsExpected = seat.KilledBecause is not null || seat.HasSaidGoodbye });

    public void FixtureTook(WorkerNumber worker, Message.FixtureTook took) => _log.Add(new RunLogEvent.FixtureTook(worker.Name, took.Time, took.StartedAt));

    public void Started(CaseIndex index, WorkerNumber worker) => _log.Add(new RunLogEvent.CaseStarted(index, worker.Name));

    /// <summary>Writes what a worker in this process says about its cases, before its code goes on and perhaps ends the process. Its own thread, one call at a time; the controller hears the same later and leaves it out.</summary>
    public void Witness(IReadOnlyList<Message> said)
    {
        var starts = false;
        foreach (var message in said)
        {
            if (message is Message.Finished finished)
            {
                var index = finished.Result.Case.Value;
                _running.Remove(index);
                _log.Add(new RunLogEvent.CaseFinished(_earlier[index] is { } earlier ? Attempts.Final(finished.Result with { Earlier = earlier }) : finished.Result));
                _earlier.Remove(index);
            }
            else if (message is Message.Attempted attempted)
            {
                if (_earlier[attempted.Result.Case.Value] is { } before) before.Add(attempted.Result);
                else _earlier.TryAdd(attempted.Result.Case.Value, [attempted.Result]);
            }
            else if (message is Message.Working { Case: >= 0 } working && !_running.Contains(working.Case))
            {
                _running.Add(working.Case);
                _log.Add(new RunLogEvent.CaseStarted(new CaseIndex(working.Case), WorkerNumber.InProcess.Name));
                starts = true;
            }
        }

        if (starts) _log.HandOver();
    }

    public void Finished(CaseResult result) => _log.Add(new RunLogEvent.CaseFinished(result));

    public void TeardownFailed(TeardownError error) => Add(new RunLogEvent.TeardownFailed(error));

    public void Note(string text) => Add(new RunLogEvent.Noted(text));

    /// <summary>Hands what was added to the system; called when the event loop has nothing else to do.</summary>
    public void Flush() => _log.Flush();

    public async Task EndAsync(RunReport report, CaseCopies? copies)
    {
        if (_request.JUnitFile is { } junit) JUnitReport.WriteFile(junit, report, new JUnitContext { Seed = report.Seed }, _note);
        // What copies of a case came to is the case's own, in its history.
        var (plan, results) = copies is null || copies.Plan != report.Plan ? (report.Plan, report.Results) : (copies.Original, copies.Fold(report.Results));
        await _history.SaveAsync(plan, results, _selectsAll, _time, _note, _split).ConfigureAwait(false);
        // The run broke before it was divided: its cases are known all the same.
        if (!_isPlanned) _log.Planned(report.Plan);
        _log.Add(new RunLogEvent.Ended(report.Account, report.Ending) { Duration = report.Duration, TeardownErrors = report.TeardownErrors.Count, EarlyEnds = report.EarlyEnds, MayBeEmpty = report.MayBeEmpty, Floor = report.Floor });
        _log.Dispose();
        if (_request.TimelineFile is { } timeline) TimelinePage.WriteFile(timeline, _request.RunLogFile ?? _timelineLog!, new RerunCommand(_request.Command, ShellQuote.Here), _note);
        if (_timelineLog is not null) WholeFile.Remove(_timelineLog);
    }

    private static List<UnitCases> UnitsOf(IReadOnlyList<WorkUnit> units)
    {
        var several = new List<UnitCases>();
        foreach (var unit in units)
        {
            if (unit.Cases.Count < 2) continue;
            var runs = new List<int>();
            var next = -1;
            foreach (var index in unit.Cases)
            {
                if (index.Value == next)
                {
                    runs[^1]++;
                }
                else
                {
                    runs.Add(index.Value);
                    runs.Add(1);
                }

                next = index.Value + 1;
            }

            several.Add(new UnitCases(runs));
        }

        return several;
    }

    private void Add(RunLogEvent what)
    {
        _log.Add(what);
        _log.Flush();
    }

    private static List<KeyValuePair<string, string>> OptionsOf(RunRequest request)
    {
        var options = new List<KeyValuePair<string, string>>();
        Say("n", request.Workers);
        Say("dist", Distributions.NameOf(request.Distribution));
        Say("k", request.Selection.Names);
        Say("deselect", request.Selection.Deselected);
        Say("tags", request.Selection.Tags);
        Say("maxfail", request.MaxFail?.ToString(CultureInfo.InvariantCulture));
        Say("lf", request.LastFailedOnly ? "" : null);
        Say("rest", request.OnlyWhatIsLeft ? "" : null);
        Say("ff", request.FailedFirst ? "" : null);
        Say("nf", request.NewFirst ? "" : null);
        Say("sw", request.Stepwise && !request.StepwiseSkip ? "" : null);
        Say("sw-skip", request.StepwiseSkip ? "" : null);
        Say("isolate", request.Isolate == Isolation.None ? null : request.Isolate == Isolation.Class ? "class" : "test");
        Say("shard", request.Shard?.ToString());
        Say("seed", request.Seed?.ToString(CultureInfo.InvariantCulture));
        Say("ready-order", request.ReadyOrderSeed is null ? null : "random");
        Say("concurrency", request.Concurrency?.ToString(CultureInfo.InvariantCulture));
        Say("explicit", request.Selection.Explicit ? "" : null);
        Say("stress", request.StressFor?.ToString("c", CultureInfo.InvariantCulture));
        Say("repeat-until-failure", request.UntilFailure ? "" : null);
        Say("retries", request.Retries == 0 ? null : request.Retries.ToString(CultureInfo.InvariantCulture));
        Say("retry-in", request.RetriesElsewhere ? "process" : null);
        Say("retry-delay", request.RetryDelay == TimeSpan.Zero ? null : request.RetryDelay.ToString("c", CultureInfo.InvariantCulture));
        Say("stall-timeout", request.StallTimeout?.ToString("c", CultureInfo.InvariantCulture));
        Say("fail-on-flaky", request.FailOnFlaky ? "" : null);
        Say("leaks", request.Leaks);
        Say("loop-debug", request.LoopDebug ? "" : null);
        Say("test-timeout", request.TestTimeout?.ToString("c", CultureInfo.InvariantCulture));
        return options;

        void Say(string name, string? value)
        {
            if (value is not null) options.Add(new KeyValuePair<string, string>(name, value));
        }
    }
}
