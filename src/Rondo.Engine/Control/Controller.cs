// Owns a run: finds the rows, makes the plan, starts workers, gives them what the scheduler decides, blames, replaces, and accounts for every case.
// One event loop; everything else sends it events. It runs no user code. Above 600 lines because the life of a run is one story; its chapters about time (Watch), deaths (Casualties),
// interrupts (Interruption) and fixtures of the whole run (RunFixtures) are in files of their own, as is what is known (RunRecord).
using System.Threading.Channels;
using Rondo.Engine.Collections;
using Rondo.Engine.History;
using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Scheduling;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <remarks>Used for one run. Invariant: a case has a result or is waiting, assigned or running; at the end each planned case has exactly one result.</remarks>
internal sealed partial class Controller : ITestRun
{
    /// <summary>How often it looks at the time.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>What a worker gets for its end, once everything is torn down.</summary>
    public static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    // Rarer where tests run in this process: each tick is work on the pool, and the verdict about blocked tests looks for a pool that is quiet.
    private static readonly TimeSpan s_tickInProcess = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_lastBreathLimit = TimeSpan.FromSeconds(2);

    // A process closes its handles as its last act but one. Who has none and is still there had them closed by a test.
    private static readonly TimeSpan s_endFollowsHandles = TimeSpan.FromMilliseconds(800);

    // Enough for handlers of the process's end and for children that clean up; who needs more has been hanging already.
    private static readonly TimeSpan s_momentToEnd = TimeSpan.FromSeconds(1);

    // The starter has the same limit and gives the better reason.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(4);
    private const int StartFailuresInARow = 3;
    private const int KilledStartsInARow = 10;

    private readonly TestCatalog _catalog;
    private readonly RunRequest _request;
    private readonly RunEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly Channel<ControlEvent> _events = Channel.CreateBounded<ControlEvent>(new BoundedChannelOptions(10_000) { SingleReader = true });
    private readonly string _runId = Guid.NewGuid().ToString("N");
    private readonly string _tempRoot;
    private readonly int? _seed;
    private readonly List<Seat> _seats = [];
    private readonly RunRecord _record;
    private readonly RowSources _rows;
    private readonly Suspects _suspects = new();
    private readonly Reruns _reruns;
    private readonly RunFixtures _runFixtures;
    private readonly Casualties _casualties;
    private readonly Watch _watch;
    private readonly Interruption _interruption;
    private readonly LeftProcesses _left;
    private readonly Glances _glances;
    private int[]? _windows;
    private bool _isolates;
    private RunHistory? _history;
    private MachineSlots? _slots;
    private ClaimBook? _claims;
    private ScopeCounts? _scopes;
    private FixtureEnds? _fixtureEnds;
    private IWorkerStarter _starter;
    private Scheduler? _scheduler;
    private Ending? _ending;
    private string _notRunBecause = "";
    private int _target = 1;
    private string _workersText = "";
    private int _nextWorker;
    private int _startFailures;
    private bool _planOnly;
    private bool _mayBeEmpty;
    private Division? _division;

    public Controller(TestCatalog catalog, RunRequest request, IRunObserver observer, RunEnvironment environment)
    {
        (_catalog, _request, _environment) = (catalog, request, environment);
        _time = environment.Time;
        _record = new RunRecord(observer);
        _rows = new RowSources(catalog, request.Selection);
        _starter = environment.Processes;
        _casualties = new Casualties(this, _record, _suspects, _time);
        _reruns = new Reruns(request, _time);
        _runFixtures = new RunFixtures(this);
        _watch = new Watch(this, _record, _casualties, environment, request);
        _interruption = new Interruption(this, _casualties, _time);
        _left = new LeftProcesses(_record, request.Leaks);
        _glances = new Glances(this, _record, request.LookEvery, _time);
        _seed = request.Seed;
        _tempRoot = Path.Combine(Path.GetTempPath(), "rondo-" + _runId[..12]);
    }

    /// <summary>Asks the run to end. Once: finish what runs, report; after SIGTERM and SIGHUP only for some seconds. Twice: cancel what runs, and end it after a moment. Any thread.</summary>
    /// <param name="by">Who asks, for the report: <c>Ctrl-C</c>, <c>SIGTERM</c>, …</param>
    public void Interrupt(string by) => Tell(new ControlEvent.Interrupted(by));

    /// <summary>Has the observer told what every worker does now. Any thread.</summary>
    public void TellStatus() => Tell(new ControlEvent.AskedForStatus());

    /// <summary>Runs to the end. Never throws for anything that workers or user code do.</summary>
    /// <param name="hostStop">The host's own cancellation: as one interrupt.</param>
    public async Task<RunReport> RunAsync(CancellationToken hostStop)
    {
        var from = _time.GetTimestamp();
        var memory = await RunMemory.OpenAsync(_request, _runId, _environment.CatalogIdentity, _time, Note).ConfigureAwait(false);
        _record.Memory = memory;
        _history = memory.History;
        foreach (var note in _request.Notes) Note(note);
        await ServeAsync(hostStop).ConfigureAwait(false);
        FillNotRun();
        var (plan, results, ending) = (Plan ?? new Plan([]), (IReadOnlyDictionary<CaseIndex, CaseResult>)_record.Results, _ending ?? new Ending.Complete());
        if (_request.Stress is { Original: { } original } stress)
        {
            (plan, results) = (original, stress.Fold(_notRunBecause));
            if (ending is Ending.FailLimitReached && stress.IsUntilFailure) ending = new Ending.Complete();
        }

        if (_request.OnlyWhatIsLeft) NoteWhatIsLeft(Account.Of(plan, results));
        var report = new RunReport(plan, results, _record.TeardownErrors, Account.Of(plan, results), ending)
        {
            RunId = _runId,
            WorkersText = _workersText,
            Duration = _time.GetElapsedTime(from),
            Seed = _seed ?? _request.ReadyOrderSeed,
            Notes = _record.Notes,
            EarlyEnds = _record.EarlyEnds,
            Flaky = FlakyOf(plan, results),
            FailOnFlaky = _request.FailOnFlaky,
            MayBeEmpty = _mayBeEmpty,
            Floor = FloorOf(_time.GetElapsedTime(from)),
        };
        await memory.EndAsync(report, _division?.Copies).ConfigureAwait(false);
        return report;
    }

    private static CaseList FlakyOf(Plan plan, IReadOnlyDictionary<CaseIndex, CaseResult> results)
    {
        var flaky = new CaseList();
        foreach (var planned in plan.Cases)
        {
            if (results[planned.Index].IsFlaky) flaky.Add(planned.Index);
        }

        return flaky;
    }

    private void NoteWhatIsLeft(Account account)
    {
        if (account.Planned == 0) return;
        Note(account.Failed + account.NotRun == 0 ? "--rest: nothing is left." : $"--rest: {account.Failed + account.NotRun} left, of which {account.Failed} failed and {account.NotRun} were not run. The same command runs them.");
    }

    // Not of a short run, which has no time to lose; nor of one that was stopped.
    private string? FloorOf(TimeSpan took) => _ending is null && !IsOfCopies && _target > 1 && took > TimeSpan.FromSeconds(1) && _division is { } division
        && RunFloor.Of(division.Plan, division.Units, index => _record.Results[index].Duration.TotalMilliseconds, _target) is { IsWorthSaying: true } floor ? floor.Text : null;

    // More workers would have more to do.
    private bool IsOfCopies => _division?.Copies is { } copies && copies.Original != copies.Plan;

    /// <summary>Makes the plan without running it.</summary>
    public async Task<Plan> DiscoverAsync(CancellationToken hostStop)
    {
        _planOnly = true;
        if (_request.Shard is not null) _history = await ReadHistoryAsync().ConfigureAwait(false);
        await ServeAsync(hostStop).ConfigureAwait(false);
        return Plan ?? new Plan([]);
    }

    /// <summary>Makes the plan and divides it as a run would, without running it. Nothing is written down.</summary>
    /// <returns>Null if it was interrupted while data sources were read.</returns>
    public async Task<Division?> DivideAsync(CancellationToken hostStop)
    {
        _planOnly = true;
        _history = await ReadHistoryAsync().ConfigureAwait(false);
        await ServeAsync(hostStop).ConfigureAwait(false);
        return Plan is null ? null : Divide(Plan);
    }

    private Task<RunHistory> ReadHistoryAsync() => RunHistory.ReadAsync(HistoryFolder.Find(_request.HistoryDirectory), _time, Note);

    private async Task ServeAsync(CancellationToken hostStop)
    {
        using var stopRegistration = hostStop.Register(() => Interrupt("its host"));
        Begin();
        var tick = _starter.IsInProcess ? s_tickInProcess : Tick;
        await using var ticker = _time.CreateTimer(_ => _events.Writer.TryWrite(new ControlEvent.Ticked()), null, tick, tick);
        var isQuick = false;
        while (!IsOver())
        {
            if (!_events.Reader.TryRead(out var what))
            {
                _record.Memory?.Flush();
                what = await _events.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            }

            if (what is ControlEvent.Ticked)
            {
                _interruption.Look();
                _watch.Look();
                _glances.Look();
                if (_ending is null && _request.Stress is { IsTimeUp: true }) Stop(new Ending.Complete(), "the time of --stress was up");
                // A test in this process that is past its limit is past every verdict that wants the pool to be quiet. Of several, another may be about to get that verdict.
                var wantsQuick = _starter.IsInProcess && _seats.Exists(s => s.IsInProcess && s.Running.Count <= 1 && s.IsInOvertime);
                if (wantsQuick != isQuick) ticker.Change(wantsQuick ? Tick : tick, wantsQuick ? Tick : tick);
                isQuick = wantsQuick;
            }
            else
            {
                Handle(what);
            }

            _runFixtures.FinishIfUnused();
            if (_reruns.Count > 0) StartReruns();
        }

        if (Plan is null && !_planOnly)
        {
            _rows.GiveUp(_notRunBecause);
            MakePlan();
        }

        foreach (var seat in _seats) seat.Worker.CloseOutgoing();
        await EndWhatIsLeftAsync().ConfigureAwait(false);
        _slots?.Dispose();
        RemoveTempRoot();
    }

    // ---- the plan

    private void Begin()
    {
        if (_request.Workers == "0" || (_environment.HasDebugger && _request.Workers is null)) _starter = _environment.InProcess;
        if (_rows.Waiting.Count > 0) StartWorker();
        else MakePlan();
    }

    private void MakePlan()
    {
        var choice = Choice.Of(PlanBuilder.Build(_catalog, _rows.Of), _catalog, _request, _history, Note);
        var selected = _record.Plan = CaseOverrides.Apply(choice.Plan, _request.Overrides);
        _mayBeEmpty = choice.MayBeEmpty;
        if (_planOnly)
        {
            FinishEverybody();
            return;
        }

        var division = _division = Divide(selected);
        selected = _record.Plan = division.Plan;
        _record.Observer.Planned(selected);
        var claims = _claims = division.Claims;
        var (units, count) = (division.Units, division.Count);
        foreach (var unit in units) _isolates |= unit.Isolated;
        _windows = Overlap.WindowsOf(selected, _request.Concurrency, claims);
        if (count.Error is { } error)
        {
            Break(error);
            return;
        }

        _workersText = count.Reason;
        _target = Math.Max(1, count.Workers);
        if (_target > 1 && _request.Workers is null or "auto" && !_request.Stepwise && _request.Distribution != Distribution.Each)
        {
            _slots = MachineSlots.Take(_environment.SlotFolder, _target, _environment.ProcessorCount);
            if (_slots.Count < _target) _workersText = $"{Text.Count(_slots.Count, "worker")} instead of {_target}: other runs on this machine hold the rest.";
            _target = _slots.Count;
        }

        _record.HasSeveralWorkers = _target > 1;
        if (count.Workers == 0) _starter = _environment.InProcess;
        _scopes = new ScopeCounts(selected, _catalog);
        _fixtureEnds = FixtureEnds.Of(selected, _catalog);
        _scheduler = new SafeScheduler(units, division.NewScheduler(_target, _isolates && _starter.IsInProcess), Note);
        _record.Memory!.Planned(selected, _request.Selection.IsAll && !_request.LastFailedOnly && !_request.OnlyWhatIsLeft && !_request.Stepwise, choice.Split, units, Math.Max(1, _target), _workersText);
        foreach (var seat in _seats.Where(s => s.State == SeatState.Greeted)) SendPlan(seat);
        if (selected.Cases.Count == 0) FinishEverybody();
        else StartMissingWorkers();
    }

    private Division Divide(Plan plan) => Division.Of(plan, _catalog, _request, _history!.ExpectedMs, _environment);

    // ---- workers

    private void StartMissingWorkers()
    {
        if (_planOnly && Plan is not null) return;
        if (_isolates && _starter.IsInProcess)
        {
            StartBeside();
            return;
        }

        if (_ending is null && _suspects.IsWaiting && !_seats.Exists(s => s is { IsAlive: true, IsForSuspects: true })) StartForSuspects();
        while (_ending is null && _seats.Count(s => s is { IsAlive: true, IsHost: false }) < _target && (Plan is null || _scheduler!.HasWaiting || (!OnlyRerunsAreLeft && !_seats.Exists(s => s is { IsAlive: true, IsHost: false })))) StartWorker();
    }

    // With -n 0: the worker in this process, once, and beside it a process for what is isolated; they take turns.
    private void StartBeside()
    {
        if (_ending is not null) return;
        if (!_seats.Exists(s => s.IsInProcess) && Plan!.Cases.Count > 0) StartWorker();
        if (_seats.Exists(s => s is { IsAlive: true, IsInProcess: false, IsHost: false })) return;
        if (_suspects.IsWaiting) StartWorker(forSuspects: true, WorkerKind.OnlyIsolated);
        else if (_scheduler!.NeedsFresh) StartWorker(kind: WorkerKind.OnlyIsolated);
    }

    // In the place of the worker they were in: never more processes than were asked for. Where that place was taken meanwhile, a worker with nothing to do makes room: it may be waiting for
    // them to end, as for everything that runs before a serial case.
    private void StartForSuspects()
    {
        if (_seats.Count(s => s is { IsAlive: true, IsHost: false }) < _target)
        {
            StartWorker(forSuspects: true);
        }
        else if (_seats.Find(s => s is { State: SeatState.Ready, IsHost: false, Running.Count: 0, Assigned.Count: 0 }) is { } idle && !_seats.Exists(s => s.State == SeatState.Finishing))
        {
            Finish(idle);
            Decide(new SchedulerEvent.WorkerGone(idle.Number));
        }
    }

    private bool OnlyRerunsAreLeft => _reruns.Count > 0 && _record.Results.Count + _reruns.Count == Plan!.Cases.Count;

    // When nothing else is to be run, nor may still be running in a worker that is being ended: only those that are tried again have to be kept apart then.
    private void StartReruns()
    {
        if (_ending is not null || !OnlyRerunsAreLeft || _seats.Exists(static s => s is { IsAlive: true, EndedWithIt.Count: > 0 })) return;
        while (_seats.Count(s => s is { IsAlive: true, IsHost: false }) < _target && _reruns.TakeDue([.. _seats.Where(static s => s.IsAlive).Select(static s => s.Rerun).OfType<Rerun>()]) is { } rerun) StartWorker(rerun: rerun);
    }

    private bool RunsAgainAlone(Seat seat, PlannedCase planned) => planned.Marks.Serial || _claims?[planned.Index].IsEmpty == false || seat.ProcessEnd?.OutOfMemory is not null;

    private void GiveRerun(Seat seat)
    {
        if (seat.Rerun is not { } rerun || seat.Assigned.Count > 0 || _record.Has(rerun.Case) || _reruns.Find(rerun.Case) != rerun)
        {
            Finish(seat);
            return;
        }

        seat.Assigned.Add(rerun.Case.Value);
        seat.Worker.Send(new Message.Assign([rerun.Case.Value]) { Attempt = rerun.Earlier.Count + 1 });
    }

    // Its worker is gone or gives it back, and it has neither a result nor a further attempt to come.
    private void TakeBackRerun(Seat seat)
    {
        if (seat.Rerun is not { } rerun || _reruns.Find(rerun.Case) != rerun) return;
        rerun.IsInHand = false;
        if (_ending is not null) GiveUpReruns();
    }

    private void GiveUpReruns()
    {
        foreach (var rerun in _reruns.TakeWaiting()) Record(rerun.NotTriedAgain(_notRunBecause));
    }

    private void StartWorker(bool forSuspects = false, WorkerKind kind = WorkerKind.Process, Rerun? rerun = null)
    {
        var starter = kind == WorkerKind.OnlyIsolated ? _environment.Processes : _starter;
        var number = starter.IsInProcess ? WorkerNumber.InProcess : new WorkerNumber(_nextWorker++);
        var token = Guid.NewGuid().ToString("N");
        var seat = new Seat(starter.Create(number, token, MarkedProcesses.MarkOf(_runId, number.Name)), token, _time)
        {
            IsForSuspects = forSuspects,
            Rerun = rerun,
            IsInProcess = starter.IsInProcess,
            Kind = starter.IsInProcess ? WorkerKind.InProcess : kind,
        };
        if (seat.IsInProcess) seat.Worker.Witness = _record.Memory is { } memory ? memory.Witness : null;
        Open(seat);
    }

    private void Open(Seat seat)
    {
        seat.Limit.Start(ProcessStarter.HandshakeLimit + s_margin);
        _seats.Add(seat);
        _record.Memory?.WorkerLaunched(seat.Number);
        seat.Worker.HearOutput(() => Tell(new ControlEvent.WroteNatively(seat)), isLive: !_request.CaptureOutput);
        _ = AttendAsync(seat);
    }

    // Everything one worker says becomes an event; nothing of it touches the controller's state.
    private async Task AttendAsync(Seat seat)
    {
        IMessageLink link;
        try
        {
            link = await Task.Run(() => seat.Worker.StartAsync(CancellationToken.None)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await TellAsync(new ControlEvent.StartFailed(seat, error is WorkerStartException or WireException ? error.Message : $"Worker {seat.Number} could not be started: {error.Message} Lower -n, or run with -n 0. [RND4010]", (error as WorkerStartException)?.End)).ConfigureAwait(false);
            return;
        }

        await TellAsync(new ControlEvent.Connected(seat, link)).ConfigureAwait(false);
        _ = Task.Run(() => seat.Worker.WriteToAsync(link));
        seat.Worker.Listen(link, lot => _events.Writer.TryWrite(new ControlEvent.Said(seat, lot)), fault => Tell(new ControlEvent.LinkEnded(seat, fault)));
        _ = Task.Run(async () =>
        {
            await TellAsync(new ControlEvent.ProcessEnded(seat, await seat.Worker.EndedAsync().ConfigureAwait(false))).ConfigureAwait(false);
            await TellAsync(new ControlEvent.LeftEnded(seat, await LeftProcesses.EndAsync(() => seat.Worker.EndLeftAsync()).ConfigureAwait(false))).ConfigureAwait(false);
        });
    }

    private void Handle(ControlEvent what)
    {
        switch (what)
        {
            case ControlEvent.Connected(var seat, _):
                // Whoever wanted it killed while it was being started could not do it then.
                if (seat.KilledBecause is not null || !seat.IsAlive) seat.Worker.Kill();
                else if (_ending is not null && !seat.IsHost) Kill(seat, "the run is over");
                break;
            case ControlEvent.StartFailed(var seat, var why, var end):
                FailStart(seat, why, end);
                break;
            case ControlEvent.Said(var seat, var messages):
                foreach (var message in messages)
                {
                    if (seat.IsAlive) Hear(seat, message);
                }

                break;
            case ControlEvent.WroteNatively(var seat):
                HearNative(seat);
                break;
            case ControlEvent.LinkEnded(var seat, var fault):
                if (fault is not null) Note($"The channel of worker {seat.Number} broke: {fault}");
                seat.LinkHasEnded = true;
                // A worker without a channel has closed its handles, or is about to end; it gets a moment for the latter, and a longer one if it said so.
                if (seat.ProcessEnd is null) seat.Limit.Start(seat.HasSaidGoodbye ? DrainLimit : s_endFollowsHandles);
                else Bury(seat);
                break;
            case ControlEvent.ProcessEnded(var seat, var end):
                seat.ProcessEnd = end;
                if (seat.LinkHasEnded) Bury(seat);
                else seat.Limit.Start(s_lastBreathLimit);
                break;
            case ControlEvent.LeftEnded(var seat, var left):
                seat.IsCleanedUp = true;
                foreach (var process in left) _left.Tell(process, seat.Number.Name, seat);
                break;
            case ControlEvent.StacksArrived(var seat, var stacks):
                _watch.EndStuck(seat, stacks);
                break;
            case ControlEvent.Interrupted(var by):
                _interruption.Hear(by);
                break;
            case ControlEvent.AskedForStatus:
                _record.Observer.Status(_glances.Now());
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: the controller cannot handle {what.GetType().Name}.");
        }
    }

    private void Hear(Seat seat, Message message)
    {
        switch (message)
        {
            case Message.Hello hello:
                Greet(seat, hello);
                break;
            case Message.ReadingRows reading:
                seat.Reading = new TestNumber(reading.Class, reading.Method);
                seat.LimitPhaseTo(reading.LimitMs);
                break;
            case Message.Rows rows:
                seat.Reading = null;
                seat.LimitTo(ProcessStarter.HandshakeLimit);
                TakeRows(new TestNumber(rows.Class, rows.Method), new RowsFound(rows.Found, rows.Error?.Message));
                break;
            case Message.PlanAccepted:
                if (seat.State != SeatState.Greeted || seat.KilledBecause is not null) break;
                seat.State = SeatState.Ready;
                _record.Memory?.WorkerReady(seat.Number);
                seat.LimitTo(TimeSpan.Zero);
                if (seat.IsHost)
                {
                    _runFixtures.HostIsReady();
                    break;
                }

                _startFailures = 0;
                if (_ending is not null) Finish(seat);
                else if (seat.IsForSuspects) _casualties.GiveSuspect(seat);
                else if (seat.Rerun is not null) GiveRerun(seat);
                else Decide(new SchedulerEvent.WorkerReady(seat.Number) { Kind = seat.Kind });
                break;
            case Message.PlanRefused refused:
                Kill(seat, "its plan differs");
                Break(refused.Why + " The test program was probably rebuilt while the run was starting: run it again. [RND4020]");
                break;
            case Message.Working { Case: < 0 } working:
                seat.WorksForNoCase(working);
                // Done with a shared teardown: back to the limit of a worker that was told to end.
                if (working.LimitMs == 0 && seat.State == SeatState.Finishing && seat.Running.Count == 0) seat.LimitTo(DrainLimit);
                break;
            case Message.Working working when seat.Running[working.Case] is { } running:
                running.Works(working);
                break;
            case Message.Working working when IsTriedAgain(seat, new CaseIndex(working.Case)):
                // It came back to itself while its worker is being ended.
                break;
            case Message.Working working:
                foreach (var former in seat.Running)
                {
                    if (MayOverlap(seat, former.Case, working.Case)) continue;
                    seat.Finished(former.Case);
                    _casualties.Lose(seat, former, $"Worker {seat.Number} went on to another case without telling how this one ended.");
                }

                seat.Starts(working, _time.GetTimestamp(), _time.GetUtcNow()).Works(working);
                if (seat.Worker.Witness is null) _record.Memory!.Started(new CaseIndex(working.Case), seat.Number);
                if (!seat.IsApart) Decide(new SchedulerEvent.Started(seat.Number, new CaseIndex(working.Case)));
                break;
            case Message.Attempted attempted:
                seat.Running[attempted.Result.Case.Value]?.Ended(attempted.Result with { Worker = seat.Number.Name }, _time.GetTimestamp(), _time.GetUtcNow());
                break;
            case Message.Finished finished:
                var earlier = seat.Running[finished.Result.Case.Value]?.Earlier ?? [];
                var ranAlone = seat.RanAlone(finished.Result.Case.Value);
                seat.Finished(finished.Result.Case);
                if (seat is { State: SeatState.Finishing, Running.Count: 0 }) seat.LimitTo(DrainLimit);
                // A case that was given up may come to its end before its worker does; what was reported stands.
                if (IsTriedAgain(seat, finished.Result.Case) || (seat.KilledBecause is not null && _record.Has(finished.Result.Case))) break;
                RecordAndDecide(seat, Attempts.Final(WithNative(seat, finished.Result, ranAlone) with { Worker = seat.Number.Name, Earlier = earlier }), isWitnessed: seat.Worker.Witness is not null);
                FinishIfDrained(seat);
                if (seat.IsForSuspects && seat.State == SeatState.Ready) _casualties.GiveSuspect(seat);
                else if (seat.Rerun is not null) Finish(seat);
                else if (_suspects.IsWaiting) StartMissingWorkers();
                break;
            case Message.GaveBack back:
                seat.Assigned.RemoveAll(back.Cases);
                if (seat.IsForSuspects) _casualties.TakeBack(back.Cases);
                else if (seat.Rerun is null) Decide(new SchedulerEvent.GaveBack(seat.Number, CaseList.OfNumbers(back.Cases)));
                else if (back.Cases.Count > 0) TakeBackRerun(seat);
                FinishIfDrained(seat);
                break;
            case Message.TeardownFailed failed:
                _record.AddTeardownError(failed.Fixture, seat.Number, failed.Failure);
                break;
            case Message.Stuck stuck:
                seat.StuckOutput = stuck.Output;
                seat.StuckErrorOutput = stuck.ErrorOutput;
                _watch.BeginStuck(seat, stuck.Case < 0 ? null : seat.Running[stuck.Case], stuck.Failure);
                break;
            case Message.Retiring retiring:
                // Without a reason it was recycled, as it was asked to be.
                if (retiring.Why.Length > 0) Note($"Worker {seat.Number} is replaced: {retiring.Why}.");
                Finish(seat);
                if (!seat.IsApart) Decide(new SchedulerEvent.WorkerGone(seat.Number));
                StartMissingWorkers();
                break;
            case Message.FixtureStep step:
                _record.Observer.SetupStep(seat.Number.Name, step.Case < 0 ? SetupText.Step(step.Scope, step.Key, step.IsTeardown) : SetupText.Test(Plan![new CaseIndex(step.Case)].Id));
                break;
            case Message.FixtureTook took:
                _record.Memory?.FixtureTook(seat.Number, took);
                break;
            case Message.NeedRunFixture need:
                _runFixtures.Need(seat, need.Key);
                break;
            case Message.RunFixtureReady ready:
                _runFixtures.Ready(ready);
                break;
            case Message.RunFixtureEnded ended:
                _runFixtures.Ended(ended.Key, ended.Failure);
                break;
            case Message.Note note:
                Note($"{note.Text} ({seat.Number})");
                break;
            case Message.LiveOutput live:
                if (_request.CaptureOutput) seat.Running[live.Case]?.Keep(live);
                else _record.Observer.LiveOutput(Plan![new CaseIndex(live.Case)], seat.Number.Name, live.IsError, live.Text);
                break;
            case Message.PartEnded ended:
                seat.Running[ended.Case]?.Keep(ended);
                break;
            case Message.Here here:
                seat.Hear(here);
                break;
            case Message.DispatcherMade made:
                seat.DispatcherThreads[made.Type] = made.Thread;
                break;
            case Message.Goodbye:
                seat.SaysGoodbye();
                seat.LimitTo(DrainLimit);
                break;
            default:
                Note($"Worker {seat.Number} sent something this controller does not know ({message.GetType().Name}); it is ignored.");
                break;
        }
    }

    private void HearNative(Seat seat)
    {
        if (!seat.WritesNatively)
        {
            // From here on it says at the end of each case up to which moment the case can have written.
            seat.WritesNatively = true;
            seat.Worker.Send(new Message.WritesNatively());
        }

        if (_request.CaptureOutput) return;
        foreach (var (isError, text) in seat.Worker.TakeLive()) _record.Observer.LiveOutput(null, seat.Number.Name, isError, text);
    }

    // A case that had its worker for itself is given what was written past the engine meanwhile. Of several nobody knows whose it is; it stays with the worker.
    private CaseResult WithNative(Seat seat, CaseResult result, bool ranAlone)
    {
        if (result.ReadUntil == 0) return result;
        var until = result.ReadUntil;
        result = result with { ReadUntil = 0 };
        if (!ranAlone) return result;
        // Both clocks are the system's.
        var (output, error) = seat.Worker.TakeOutput(until - (long)(result.Duration.TotalSeconds * TimeProvider.System.TimestampFrequency), until);
        return output.Length + error.Length == 0 ? result : result with { Output = Text.After(result.Output, output), ErrorOutput = Text.After(result.ErrorOutput, error) };
    }

    private void Greet(Seat seat, Message.Hello hello)
    {
        if (hello.Token != seat.Token || hello.Catalog != _environment.CatalogIdentity)
        {
            Kill(seat, "it is not the worker that was started");
            Break($"Worker {seat.Number} is not the program that started it: it was rebuilt or replaced while the run was starting. Run it again. [RND4021]");
            return;
        }

        seat.State = SeatState.Greeted;
        _record.Memory?.WorkerStarted(seat.Number, hello.ProcessId);
        seat.Threads = [hello.PumpThread, hello.SyncThread];
        seat.Worker.Send(new Message.Welcome(new WorkerOptions
        {
            RunId = _runId,
            Worker = seat.Number.Value,
            TempRoot = _tempRoot,
            CaptureOutput = _request.CaptureOutput,
            StopsAtFirst = _request.MaxFail == 1,
            TestTimeoutMs = (long)(_request.TestTimeout ?? TimeSpan.FromMinutes(10)).TotalMilliseconds,
            Limits = !_environment.HasDebugger,
            Leaks = _request.Leaks,
            RecycleAfter = _request.RecycleAfter ?? 0,
            RecycleMemoryMb = _request.RecycleMemoryMb ?? 0,
            ShowSetup = _request.ShowSetup,
            Schedule = _request.Schedule,
            ExploreSeed = _request.ExploreSeed,
            ReadyOrderSeed = _request.ReadyOrderSeed,
            Concurrency = seat.IsApart ? 1 : _request.Concurrency ?? 0,
            Retries = _request.Retries,
            Overrides = _request.Overrides,
            RetriesElsewhere = _request.RetriesElsewhere && !_starter.IsInProcess,
            RetryDelayMs = (long)_request.RetryDelay.TotalMilliseconds,
            StallTimeoutMs = (long)(_request.StallTimeout ?? TimeSpan.Zero).TotalMilliseconds,
            LoopDebug = _request.LoopDebug,
        }));
        if (Plan is not null) SendPlan(seat);
        else SendSources(seat);
    }

    private void SendSources(Seat seat) =>
        seat.Worker.Send(new Message.ReadRows([.. _rows.Waiting.Select(t => t.Class)], [.. _rows.Waiting.Select(t => t.Method)]));

    private void SendPlan(Seat seat)
    {
        seat.LimitTo(ProcessStarter.HandshakeLimit);
        // A host runs no case.
        var plan = seat.IsHost ? new Plan([]) : Plan!;
        seat.Worker.Send(new Message.PlanCases(plan.Hash, _target, PlanBuilder.ToEntries(plan)));
    }

    private void TakeRows(TestNumber test, RowsFound rows)
    {
        _rows.Take(test, rows);
        // After the last restart the plan is still made, to name what is not run.
        if (_rows.Waiting.Count == 0 && Plan is null && _ending is null or Ending.RestartLimitReached) MakePlan();
    }

    // ---- work

    private void Decide(SchedulerEvent what)
    {
        var actions = _scheduler!.Handle(what);
        if (_ending is not null) return;
        foreach (var action in actions)
        {
            switch (action)
            {
                case SchedulerAction.Assign(var worker, var cases) when SeatOf(worker) is { } seat:
                    var numbers = CaseList.NumbersOf(cases);
                    seat.Assigned.AddAll(numbers);
                    seat.Worker.Send(new Message.Assign(numbers));
                    break;
                case SchedulerAction.Recall(var worker, var cases) when SeatOf(worker) is { } seat:
                    seat.Worker.Send(new Message.Recall(CaseList.NumbersOf(cases)));
                    break;
                case SchedulerAction.Release(var worker) when SeatOf(worker) is { } seat:
                    Finish(seat);
                    break;
            }
        }

        if (_isolates && _starter.IsInProcess) StartBeside();
    }

    // The attempt in this worker was judged, and another one follows.
    private bool IsTriedAgain(Seat seat, CaseIndex index) => _reruns.Find(index) is { } next && next != seat.Rerun;

    private bool MayOverlap(Seat seat, CaseIndex one, int other) => !seat.IsApart && _windows is not null && _windows[one.Value] > 1 && _windows[other] > 1;

    // Of a case that a worker ran. The scheduler hears of the worker it gave the case to.
    private void RecordAndDecide(Seat seat, CaseResult result, bool isWitnessed = false, bool endsWithItsWorker = false)
    {
        var suspect = _suspects.Find(result.Case);
        if (suspect is not null) result = result with { Attempt = 2 + suspect.First.Earlier.Count + result.Earlier.Count, Earlier = [.. suspect.First.Earlier, .. result.Earlier], Notes = result.Outcome is Outcome.Crashed ? result.Notes : [.. result.Notes, suspect.CutOff.NoteOfSecondAttempt] };
        // Before it is recorded: that may end the run, and what becomes of the others then depends on it.
        if (suspect is not null && result.Outcome is Outcome.Crashed) suspect.CutOff.Found ??= Plan![result.Case].Id;
        var isTriedAgain = suspect is null && _ending is null && !_starter.IsInProcess && _reruns.TryAdd(Plan![result.Case], result, RunsAgainAlone(seat, Plan[result.Case]));
        if (isTriedAgain)
        {
            // It may still be there until its worker is gone; this attempt has been judged.
            seat.Finished(result.Case);
        }
        else
        {
            Record(result.MayBeRetried ? result with { MayBeRetried = false } : result, isWitnessed);
        }

        if (suspect is not null) _casualties.Close(suspect);
        // Nobody knows what it still does there: what it claims is free when its worker is gone.
        if (seat.Rerun is not null) return;
        if (endsWithItsWorker) seat.EndedWithIt.Add(result);
        else Decide(new SchedulerEvent.Finished(suspect?.Worker ?? seat.Number, result.Case, result.Duration.TotalMilliseconds));
    }

    private Plan? Plan => _record.Plan;

    private Seat? SeatOf(WorkerNumber worker) => _seats.Find(s => s.Number == worker && s.IsAlive);

    private void Record(CaseResult result, bool isWitnessed = false)
    {
        if (_reruns.Count > 0) _reruns.Close(result.Case);
        if (!_record.Add(result, isWitnessed)) return;
        var planned = Plan![result.Case];
        if (_fixtureEnds?.Finished(planned) is { Count: > 0 } fixtures)
        {
            foreach (var seat in _seats.Where(s => s is { State: SeatState.Ready, IsHost: false })) seat.Worker.Send(new Message.FixturesOver(planned.Test.Class.FullName, fixtures));
        }

        foreach (var (scope, name) in _scopes?.Finished(planned) ?? [])
        {
            foreach (var seat in _seats.Where(s => s is { State: SeatState.Ready, IsHost: false })) seat.Worker.Send(new Message.ScopeOver(scope, name));
        }

        if (result.Outcome.Tally == Tally.Failed && _record.Failed >= _request.MaxFail && _ending is null)
            Stop(new Ending.FailLimitReached(_record.Failed), $"the run was stopped after {Text.Count(_record.Failed, "failed case")} ({(_request.UntilFailure ? "--repeat-until-failure" : "-x or --maxfail")})");
    }

    // ---- ends

    private void Finish(Seat seat)
    {
        if (seat.State is SeatState.Finishing or SeatState.Gone) return;
        seat.State = SeatState.Finishing;
        // Cases that overlap come to their end first, each within its own limit.
        if (seat.Running.Count == 0) seat.LimitTo(DrainLimit);
        seat.Worker.Send(new Message.Finish());
    }

    private void FinishEverybody()
    {
        foreach (var seat in _seats.Where(s => s.IsAlive))
        {
            if (seat.State == SeatState.Starting) Kill(seat, "it is not needed");
            else Finish(seat);
        }
    }

    private void FinishIfDrained(Seat seat)
    {
        if (_ending is not null && seat is { State: SeatState.Ready, IsHost: false } && seat.Running.Count == 0 && seat.Assigned.Count == 0) Finish(seat);
    }

    // Gives no more work; what runs may end.
    private void Stop(Ending ending, string why)
    {
        if (_ending is not null) return;
        _ending = ending;
        _notRunBecause = why;
        _casualties.GiveUpWaiting();
        GiveUpReruns();
        // The host, if there is one, ends after those who use it.
        foreach (var seat in _seats.Where(s => s is { IsAlive: true, IsHost: false }))
        {
            if (seat.State is SeatState.Starting or SeatState.Greeted) Kill(seat, why);
            else if (seat.Assigned.Count > 0) seat.Worker.Send(new Message.Recall(seat.Assigned.ToArray()));
            else FinishIfDrained(seat);
        }
    }

    private void Break(string why)
    {
        Note(why);
        Stop(new Ending.Broken(why), why);
    }

    private void Terminate(Seat seat, string why)
    {
        seat.KilledBecause ??= why;
        seat.IsAskedToEnd = true;
        seat.Limit.Start(s_momentToEnd);
        seat.Worker.Terminate();
    }

    private void Kill(Seat seat, string why)
    {
        seat.IsAskedToEnd = false;
        seat.KilledBecause ??= why;
        seat.Limit.Start(DrainLimit);
        seat.Worker.Kill();
    }

    // A worker in this process cannot be killed: it is left alone, and the process ends without it.
    private void Abandon(Seat seat)
    {
        MainThread.IsAbandoned = true;
        seat.Worker.Send(new Message.CancelRunning("the run is over"));
        seat.State = SeatState.Gone;
    }

    private void FailStart(Seat seat, string why, WorkerEnd? end)
    {
        seat.State = SeatState.Gone;
        seat.Limit.Stop();
        // It may have been started all the same, and never have come as far as its channel.
        seat.Worker.Kill();
        TakeBackRerun(seat);
        if (seat.KilledBecause is not null) return;
        if (end is { WasOnlyAsked: false }) _record.EndedEarly(seat, "before it was ready");
        if (seat.IsHost)
        {
            _runFixtures.StartFailed(why);
            return;
        }

        // One that was killed from outside says little about the next one. What waits for a fresh worker is not helped by one that has nothing to do.
        if (++_startFailures >= (end is { IsFromOutside: true } ? KilledStartsInARow : StartFailuresInARow) && !_seats.Exists(s => s is { State: SeatState.Ready, IsHost: false } && (!_isolates || IsBusy(s))))
        {
            Break(why);
            return;
        }

        Note(why);
        if (Plan is null || _suspects.IsWaiting || !_seats.Exists(s => s is { IsAlive: true, IsHost: false } && (!_isolates || IsBusy(s)))) StartMissingWorkers();
    }

    private static bool IsBusy(Seat seat) => seat.Running.Count > 0 || seat.Assigned.Count > 0;

    // The worker is gone and everything it said was heard: who is to blame, and what becomes of its work.
    private void Bury(Seat seat)
    {
        if (!seat.IsAlive) return;
        var state = seat.State;
        seat.State = SeatState.Gone;
        seat.Limit.Stop();
        var end = seat.ProcessEnd ?? WorkerEnd.Unknown;
        if (seat.HasSaidGoodbye || seat.KilledBecause is not null)
        {
            if (seat.KilledBecause is null && end.ExitCode is not (null or 0))
            {
                Note($"Worker {seat.Number} (process {seat.Worker.ProcessId}) {end} after its last result, when everything was torn down. All results are known and stand, but a process of the run ended early: the exit code is not 0. {Blame.ExplainEarly(end, seat.Worker.ErrorTail)} [RND4032]");
                _record.EndedEarly(seat, "after its last result");
            }

            _casualties.BuryRunning(seat);
        }
        else if (!seat.IsHost || state is SeatState.Starting or SeatState.Greeted)
        {
            _casualties.BlameDeath(seat, state, end);
        }

        _record.Memory?.WorkerEnded(seat, end.ToString());
        foreach (var ended in seat.EndedWithIt) Decide(new SchedulerEvent.Finished(seat.Number, ended.Case, ended.Duration.TotalMilliseconds));
        if (seat.IsHost)
        {
            if (state is SeatState.Ready or SeatState.Finishing) _runFixtures.Buried(seat, state, end, Blame.LastWordsOf(seat));
        }
        else if (seat.IsForSuspects) _casualties.TakeBack(seat.Assigned.ToArray());
        else if (seat.Rerun is not null) TakeBackRerun(seat);
        else if (_scheduler is not null && state is SeatState.Ready or SeatState.Finishing) Decide(new SchedulerEvent.WorkerGone(seat.Number));
        if (_ending is null && !_planOnly && (Plan is null || _record.Results.Count < Plan.Cases.Count)) StartMissingWorkers();
        // Rows are still to be read, by somebody else.
        else if (_planOnly && Plan is null) StartMissingWorkers();
    }

    // Whose worker never came so far that its end was waited for, and what was started between its worker's end and the look at it.
    private async Task EndWhatIsLeftAsync()
    {
        HashSet<int> workers = [.. _seats.Select(s => s.Worker.ProcessId ?? 0)];
        foreach (var process in await LeftProcesses.EndAsync(() => _starter.EndLeftAsync(MarkedProcesses.MarkOf(_runId), workers)).ConfigureAwait(false))
            _left.Tell(process, _starter.IsInProcess ? WorkerNumber.InProcess.Name : null, seat: null);
    }

    // ---- the end

    private bool IsOver()
    {
        if (_seats.Exists(s => s.IsAlive || (s.ProcessEnd is not null && !s.IsCleanedUp))) return false;
        return Plan is not null ? _planOnly || _ending is not null || _record.Results.Count == Plan.Cases.Count : _ending is not null;
    }

    private void FillNotRun()
    {
        if (Plan is null) return;
        foreach (var planned in Plan.Cases)
        {
            if (_record.Has(planned.Index)) continue;
            if (_reruns.Find(planned.Index) is { } rerun)
            {
                Record(rerun.NotTriedAgain(_notRunBecause));
                continue;
            }

            // What is wrong with a data source is known without running anything.
            Outcome outcome = planned.Key.Error is { } error && !_rows.WasGivenUp(planned.Test.Key) ? new Outcome.FixtureFailed(planned.Test.RowSource ?? "", new Failure("DataSource", error, null)) : new Outcome.NotRun(_notRunBecause);
            Record(new CaseResult(planned.Index, outcome));
        }
    }

    private void Note(string text) => _record.Note(text);

    private void Tell(ControlEvent what)
    {
        if (!_events.Writer.TryWrite(what)) _ = TellAsync(what);
    }

    private async Task TellAsync(ControlEvent what) => await _events.Writer.WriteAsync(what).ConfigureAwait(false);

    private void RemoveTempRoot()
    {
        try
        {
            if (!Directory.Exists(_tempRoot)) return;
            var ports = Path.Combine(_tempRoot, WorkerOptions.PortFolder);
            if (Directory.Exists(ports)) Directory.Delete(ports, recursive: true);
            if (!Directory.EnumerateFileSystemEntries(_tempRoot).Any()) Directory.Delete(_tempRoot);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Note($"The folder '{_tempRoot}' could not be removed: {error.Message}");
        }
    }
}
