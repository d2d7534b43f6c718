// Owns a run: finds the rows, makes the plan, starts workers, gives them what the scheduler decides, blames, replaces, and accounts for every case.
// One event loop; everything else sends it events. It runs no user code. Above 300 lines because the life of a run is one story.
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
internal sealed partial class Controller
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);

    // Rarer where tests run in this process: each tick is work on the pool, and the verdict about blocked tests looks for a pool that is quiet.
    private static readonly TimeSpan s_tickInProcess = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_momentAtTheKeyboard = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan s_momentForSystems = TimeSpan.FromSeconds(5);

    // Whoever sends SIGTERM mostly sends SIGKILL 10 s later: 5 s to finish, 3 s to tear down, the rest for the reports.
    public static readonly TimeSpan MomentAfterSigTerm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_momentToTearDown = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_lastBreathLimit = TimeSpan.FromSeconds(2);

    // A process closes its handles as its last act but one. Who has none and is still there had them closed by a test.
    private static readonly TimeSpan s_endFollowsHandles = TimeSpan.FromMilliseconds(800);

    // The starter has the same limit and gives the better reason.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(4);

    // Whether a worker is stopped is a question to the system, and not asked with every tick.
    private static readonly TimeSpan s_looksForStopped = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_shownInProgressAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_startIsOffBy = TimeSpan.FromMilliseconds(7);
    private const int StartFailuresInARow = 3;
    private const int KilledStartsInARow = 10;

    private readonly TestCatalog _catalog;
    private readonly RunRequest _request;
    private readonly SafeObserver _observer;
    private readonly RunEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly Channel<ControlEvent> _events = Channel.CreateBounded<ControlEvent>(new BoundedChannelOptions(10_000) { SingleReader = true });
    private readonly string _runId = Guid.NewGuid().ToString("N");
    private readonly string _tempRoot;
    private readonly int? _seed;
    private readonly List<Seat> _seats = [];
    private readonly CaseResults _results = new();
    private readonly List<TeardownError> _teardownErrors = [];
    private readonly List<string> _notes = [];
    private readonly List<EarlyEnd> _earlyEnds = [];
    private readonly Dictionary<TestNumber, RowsFound> _rows = [];
    private readonly Queue<TestNumber> _sourcesToRead = [];
    private readonly HashSet<TestNumber> _sourcesNotRead = [];
    private readonly Suspects _suspects = new();
    private readonly RunFixtures _runFixtures;
    private int[]? _windows;
    private bool _isolates;
    private RunMemory? _memory;
    private RunHistory? _history;
    private MachineSlots? _slots;
    private ScopeCounts? _scopes;
    private FixtureEnds? _fixtureEnds;
    private IWorkerStarter _starter;
    private Plan? _plan;
    private Scheduler? _scheduler;
    private Ending? _ending;
    private string _notRunBecause = "";
    private int _target = 1;
    private string _workersText = "";
    private int _nextWorker;
    private int _failed;
    private int _deaths;
    private int _startFailures;
    private readonly PhaseLimit _lastMoment;
    private readonly PhaseLimit _untilCancelled;
    private int _interrupts;
    private string _interruptedBy = "";
    private long _lookedForStoppedAt;
    private bool _planOnly;

    public Controller(TestCatalog catalog, RunRequest request, IRunObserver observer, RunEnvironment environment)
    {
        (_catalog, _request, _environment) = (catalog, request, environment);
        _time = environment.Time;
        (_lastMoment, _untilCancelled) = (new PhaseLimit(_time), new PhaseLimit(_time));
        _observer = new SafeObserver(observer, Note);
        _starter = environment.Processes;
        _runFixtures = new RunFixtures(this);
        _seed = request.Seed;
        _tempRoot = Path.Combine(Path.GetTempPath(), "rondo-" + _runId[..12]);
    }

    /// <summary>Asks the run to end. Once: finish what runs, report; after SIGTERM and SIGHUP only for some seconds. Twice: cancel what runs, and end it after a moment. Any thread.</summary>
    /// <param name="by">Who asks, for the report: <c>Ctrl-C</c>, <c>SIGTERM</c>, …</param>
    public void Interrupt(string by) => Tell(new ControlEvent.Interrupted(by));

    /// <summary>Runs to the end. Never throws for anything that workers or user code do.</summary>
    /// <param name="hostStop">The host's own cancellation: as one interrupt.</param>
    public async Task<RunReport> RunAsync(CancellationToken hostStop)
    {
        var from = _time.GetTimestamp();
        _memory = await RunMemory.OpenAsync(_request, _runId, _environment.CatalogIdentity, _time, Note).ConfigureAwait(false);
        _history = _memory.History;
        await ServeAsync(hostStop).ConfigureAwait(false);
        FillNotRun();
        var plan = _plan ?? new Plan([]);
        var report = new RunReport(plan, _results, _teardownErrors, Account.Of(plan, _results), _ending ?? new Ending.Complete())
        {
            RunId = _runId,
            WorkersText = _workersText,
            Duration = _time.GetElapsedTime(from),
            Seed = _seed ?? _request.ReadyOrderSeed,
            Notes = _notes,
            EarlyEnds = _earlyEnds,
            Flaky = [.. plan.Cases.Where(c => _results[c.Index].IsFlaky).Select(c => c.Index)],
            FailOnFlaky = _request.FailOnFlaky,
        };
        if (_memory is not null) await _memory.EndAsync(report).ConfigureAwait(false);
        return report;
    }

    /// <summary>Makes the plan without running it.</summary>
    public async Task<Plan> DiscoverAsync(CancellationToken hostStop)
    {
        _planOnly = true;
        await ServeAsync(hostStop).ConfigureAwait(false);
        return _plan ?? new Plan([]);
    }

    /// <summary>Makes the plan and divides it as a run would, without running it. Nothing is written down.</summary>
    /// <returns>Null if it was interrupted while data sources were read.</returns>
    public async Task<Division?> DivideAsync(CancellationToken hostStop)
    {
        _planOnly = true;
        _history = await RunHistory.ReadAsync(HistoryFolder.Find(_request.HistoryDirectory), _time, Note).ConfigureAwait(false);
        await ServeAsync(hostStop).ConfigureAwait(false);
        return _plan is null ? null : Divide(_plan, ClaimBook.Of(_plan, _catalog));
    }

    private async Task ServeAsync(CancellationToken hostStop)
    {
        using var stopRegistration = hostStop.Register(() => Interrupt("its host"));
        Begin();
        var tick = _starter.IsInProcess ? s_tickInProcess : s_tick;
        await using var ticker = _time.CreateTimer(_ => _events.Writer.TryWrite(new ControlEvent.Ticked()), null, tick, tick);
        var isQuick = false;
        while (!IsOver())
        {
            if (!_events.Reader.TryRead(out var what))
            {
                _memory?.Flush();
                what = await _events.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            }

            if (what is ControlEvent.Ticked)
            {
                Tick();
                // A test in this process that is past its limit is past every verdict that wants the pool to be quiet. Of several, another may be about to get that verdict.
                var wantsQuick = _starter.IsInProcess && _seats.Exists(s => s.IsInProcess && s.Running.Count <= 1 && s.IsInOvertime);
                if (wantsQuick != isQuick) ticker.Change(wantsQuick ? s_tick : tick, wantsQuick ? s_tick : tick);
                isQuick = wantsQuick;
            }
            else
            {
                Handle(what);
            }

            _runFixtures.FinishIfUnused();
        }

        if (_plan is null && !_planOnly) PlanWhatIsNotRun();
        foreach (var seat in _seats) seat.Worker.CloseOutgoing();
        await EndWhatIsLeftAsync().ConfigureAwait(false);
        _slots?.Dispose();
        RemoveTempRoot();
    }

    // ---- the plan

    private void Begin()
    {
        if (_request.Workers == "0" || (_environment.HasDebugger && _request.Workers is null)) _starter = _environment.InProcess;
        foreach (var test in _catalog.Classes.SelectMany(c => c.Tests))
        {
            if (test.RowSource is not null && test.Marks.Skip is null && CaseSelection.MayMatch(test, _request.Selection)) _sourcesToRead.Enqueue(test.Key);
        }

        if (_sourcesToRead.Count > 0) StartWorker();
        else MakePlan();
    }

    // The run ended while rows were read. A test whose rows nobody knows is listed by its id without arguments.
    private void PlanWhatIsNotRun()
    {
        foreach (var source in _sourcesToRead)
        {
            _sourcesNotRead.Add(source);
            _rows[source] = new RowsFound([], "Its rows were not read, because " + _notRunBecause + ".");
        }

        MakePlan();
    }

    private void MakePlan()
    {
        var all = PlanBuilder.Build(_catalog, test => _rows.GetValueOrDefault(test));
        var selected = CaseSelection.Select(all, _request.Selection, _request.LastFailedOnly ? _history?.LastFailed : null, Note, _history is not { IsEmpty: true });
        if (_history is { } history)
        {
            if (_request.Stepwise) selected = CaseOrder.FromFirstFailed(selected, history.LastFailed, history.Knows, Note);
            selected = CaseOrder.Of(selected, _request.FailedFirst ? history.LastFailed : null, _request.NewFirst ? history.Knows : null);
            if (_seed is { } seed) selected = selected.Shuffled(seed);
        }

        _plan = selected = selected.ByPriority();
        if (_planOnly)
        {
            FinishEverybody();
            return;
        }

        _observer.Planned(selected);
        var claims = ClaimBook.Of(selected, _catalog);
        var division = Divide(selected, claims);
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
        if (_target > 1 && _request.Workers is null or "auto" && !_request.Stepwise)
        {
            _slots = MachineSlots.Take(_environment.SlotFolder, _target, _environment.ProcessorCount);
            if (_slots.Count < _target) _workersText = $"{Text.Count(_slots.Count, "worker")} instead of {_target}: other runs on this machine hold the rest.";
            _target = _slots.Count;
        }

        if (count.Workers == 0) _starter = _environment.InProcess;
        _scopes = new ScopeCounts(selected, _catalog);
        _fixtureEnds = FixtureEnds.Of(selected, _catalog);
        _scheduler = new SafeScheduler(units, division.NewScheduler(_target, _isolates && _starter.IsInProcess), Note);
        _memory!.Planned(selected, _request.Selection.IsAll && !_request.LastFailedOnly && !_request.Stepwise, units, Math.Max(1, _target), _workersText);
        foreach (var seat in _seats.Where(s => s.State == SeatState.Greeted)) SendPlan(seat);
        if (selected.Cases.Count == 0) FinishEverybody();
        else StartMissingWorkers();
    }

    private Division Divide(Plan plan, ClaimBook? claims) => Division.Of(plan, _catalog, _request, claims, _history!.ExpectedMs, _environment);

    // ---- workers

    private void StartMissingWorkers()
    {
        if (_planOnly && _plan is not null) return;
        if (_isolates && _starter.IsInProcess)
        {
            StartBeside();
            return;
        }

        if (_ending is null && _suspects.IsWaiting && !_seats.Exists(s => s is { IsAlive: true, IsForSuspects: true })) StartForSuspects();
        while (_ending is null && _seats.Count(s => s is { IsAlive: true, IsHost: false }) < _target && (_plan is null || _scheduler!.HasWaiting || !_seats.Exists(s => s is { IsAlive: true, IsHost: false }))) StartWorker();
    }

    // With -n 0: the worker in this process, once, and beside it a process for what is isolated; they take turns.
    private void StartBeside()
    {
        if (_ending is not null) return;
        if (!_seats.Exists(s => s.IsInProcess) && _plan!.Cases.Count > 0) StartWorker();
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

    private void StartWorker(bool forSuspects = false, WorkerKind kind = WorkerKind.Process)
    {
        var starter = kind == WorkerKind.OnlyIsolated ? _environment.Processes : _starter;
        var number = starter.IsInProcess ? WorkerNumber.InProcess : new WorkerNumber(_nextWorker++);
        var token = Guid.NewGuid().ToString("N");
        var seat = new Seat(starter.Create(number, token, MarkedProcesses.MarkOf(_runId, number.Name)), token, _time)
        {
            IsForSuspects = forSuspects,
            IsInProcess = starter.IsInProcess,
            Kind = starter.IsInProcess ? WorkerKind.InProcess : kind,
        };
        if (seat.IsInProcess) seat.Worker.Witness = _memory is { } memory ? memory.Witness : null;
        Open(seat);
    }

    private void Open(Seat seat)
    {
        seat.Limit.Start(ProcessStarter.HandshakeLimit + s_margin);
        _seats.Add(seat);
        _memory?.WorkerLaunched(seat.Number);
        seat.Worker.HearOutput(() => Tell(new ControlEvent.WroteNatively(seat)));
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
            await TellAsync(new ControlEvent.LeftEnded(seat, await LeftOf(() => seat.Worker.EndLeftAsync()).ConfigureAwait(false))).ConfigureAwait(false);
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
                if (seat.ProcessEnd is null) seat.Limit.Start(seat.HasSaidGoodbye ? s_drainLimit : s_endFollowsHandles);
                else Bury(seat);
                break;
            case ControlEvent.ProcessEnded(var seat, var end):
                seat.ProcessEnd = end;
                if (seat.LinkHasEnded) Bury(seat);
                else seat.Limit.Start(s_lastBreathLimit);
                break;
            case ControlEvent.LeftEnded(var seat, var left):
                seat.IsCleanedUp = true;
                foreach (var process in left) TellOfLeft(process, seat.Number.Name, seat);
                break;
            case ControlEvent.StacksArrived(var seat, var stacks):
                EndStuck(seat, stacks);
                break;
            case ControlEvent.Interrupted(var by):
                if (++_interrupts > 2) EndEverybody();
                else if (_interrupts > 1) EndNow(by);
                else FinishFor(by);
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
                _memory?.WorkerReady(seat.Number);
                seat.LimitTo(TimeSpan.Zero);
                if (seat.IsHost)
                {
                    _runFixtures.HostIsReady();
                    break;
                }

                _startFailures = 0;
                if (_ending is not null) Finish(seat);
                else if (seat.IsForSuspects) GiveSuspect(seat);
                else Decide(new SchedulerEvent.WorkerReady(seat.Number) { Kind = seat.Kind });
                break;
            case Message.PlanRefused refused:
                Kill(seat, "its plan differs");
                Break(refused.Why + " The test program was probably rebuilt while the run was starting: run it again. [RND4020]");
                break;
            case Message.Working { Case: < 0 } working:
                seat.WorksForNoCase(working);
                // Done with a shared teardown: back to the limit of a worker that was told to end.
                if (working.LimitMs == 0 && seat.State == SeatState.Finishing && seat.Running.Count == 0) seat.LimitTo(s_drainLimit);
                break;
            case Message.Working working when seat.Running[working.Case] is { } running:
                running.Works(working);
                break;
            case Message.Working working:
                foreach (var former in seat.Running)
                {
                    if (MayOverlap(seat, former.Case, working.Case)) continue;
                    seat.Finished(former.Case);
                    Lose(seat, former, $"Worker {seat.Number} went on to another case without telling how this one ended.");
                }

                seat.Starts(working, _time.GetTimestamp(), _time.GetUtcNow()).Works(working);
                if (seat.Worker.Witness is null) _memory!.Started(new CaseIndex(working.Case), seat.Number);
                if (!seat.IsForSuspects) Decide(new SchedulerEvent.Started(seat.Number, new CaseIndex(working.Case)));
                break;
            case Message.Attempted attempted:
                seat.Running[attempted.Result.Case.Value]?.Ended(attempted.Result with { Worker = seat.Number.Name }, _time.GetTimestamp(), _time.GetUtcNow());
                break;
            case Message.Finished finished:
                var earlier = seat.Running[finished.Result.Case.Value]?.Earlier ?? [];
                var ranAlone = seat.RanAlone(finished.Result.Case.Value);
                seat.Finished(finished.Result.Case);
                if (seat is { State: SeatState.Finishing, Running.Count: 0 }) seat.LimitTo(s_drainLimit);
                // A case that was given up may come to its end before its worker does; what was reported stands.
                if (seat.KilledBecause is not null && _results.ContainsKey(finished.Result.Case)) break;
                RecordAndDecide(seat, Attempts.Final(WithNative(seat, finished.Result, ranAlone) with { Worker = seat.Number.Name, Earlier = earlier }), isWitnessed: seat.Worker.Witness is not null);
                FinishIfDrained(seat);
                if (seat.IsForSuspects && seat.State == SeatState.Ready) GiveSuspect(seat);
                else if (_suspects.IsWaiting) StartMissingWorkers();
                break;
            case Message.GaveBack back:
                seat.Assigned.RemoveAll(back.Cases);
                if (seat.IsForSuspects) TakeBackSuspects(back.Cases);
                else Decide(new SchedulerEvent.GaveBack(seat.Number, CaseList.OfNumbers(back.Cases)));
                FinishIfDrained(seat);
                break;
            case Message.TeardownFailed failed:
                AddTeardownError(failed.Fixture, seat.Number, failed.Failure);
                break;
            case Message.Stuck stuck:
                seat.StuckOutput = stuck.Output;
                seat.StuckErrorOutput = stuck.ErrorOutput;
                BeginStuck(seat, stuck.Case < 0 ? null : seat.Running[stuck.Case], stuck.Failure);
                break;
            case Message.Retiring retiring:
                Note($"Worker {seat.Number} is replaced: {retiring.Why}.");
                Finish(seat);
                if (!seat.IsForSuspects) Decide(new SchedulerEvent.WorkerGone(seat.Number));
                StartMissingWorkers();
                break;
            case Message.FixtureStep step:
                _observer.SetupStep(seat.Number.Name, step.Case < 0 ? SetupText.Step(step.Scope, step.Key, step.IsTeardown) : SetupText.Test(_plan![new CaseIndex(step.Case)].Id));
                break;
            case Message.FixtureTook took:
                _memory?.FixtureTook(seat.Number, took);
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
                else _observer.LiveOutput(_plan![new CaseIndex(live.Case)], seat.Number.Name, live.IsError, live.Text);
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
                seat.LimitTo(s_drainLimit);
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
        var (output, error) = seat.Worker.TakeOutput(long.MinValue, long.MaxValue);
        if (output.Length > 0) _observer.LiveOutput(null, seat.Number.Name, isError: false, output);
        if (error.Length > 0) _observer.LiveOutput(null, seat.Number.Name, isError: true, error);
    }

    // A case that had its worker for itself is given what was written past the engine meanwhile. Of several nobody knows whose it is; it stays with the worker.
    private CaseResult WithNative(Seat seat, CaseResult result, bool ranAlone)
    {
        if (result.ReadUntil == 0) return result;
        var until = result.ReadUntil;
        result = result with { ReadUntil = 0 };
        if (!ranAlone || !_request.CaptureOutput) return result;
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
        _memory?.WorkerStarted(seat.Number, hello.ProcessId);
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
            ShowSetup = _request.ShowSetup,
            Schedule = _request.Schedule,
            ExploreSeed = _request.ExploreSeed,
            ReadyOrderSeed = _request.ReadyOrderSeed,
            Concurrency = seat.IsForSuspects ? 1 : _request.Concurrency ?? 0,
            Retries = _request.Retries,
            LoopDebug = _request.LoopDebug,
        }));
        if (_plan is not null) SendPlan(seat);
        else SendSources(seat);
    }

    private void SendSources(Seat seat) =>
        seat.Worker.Send(new Message.ReadRows([.. _sourcesToRead.Select(t => t.Class)], [.. _sourcesToRead.Select(t => t.Method)]));

    private void SendPlan(Seat seat)
    {
        seat.LimitTo(ProcessStarter.HandshakeLimit);
        // A host runs no case.
        var plan = seat.IsHost ? new Plan([]) : _plan!;
        seat.Worker.Send(new Message.PlanCases(plan.Hash, _target, PlanBuilder.ToEntries(plan)));
    }

    private void TakeRows(TestNumber test, RowsFound rows)
    {
        _rows[test] = rows;
        if (_sourcesToRead.Count > 0 && _sourcesToRead.Peek() == test) _sourcesToRead.Dequeue();
        // After the last restart the plan is still made, to name what is not run.
        if (_sourcesToRead.Count == 0 && _plan is null && _ending is null or Ending.RestartLimitReached) MakePlan();
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

    private bool MayOverlap(Seat seat, CaseIndex one, int other) => !seat.IsForSuspects && _windows is not null && _windows[one.Value] > 1 && _windows[other] > 1;

    // Of a case that a worker ran. The scheduler hears of the worker it gave the case to.
    private void RecordAndDecide(Seat seat, CaseResult result, bool isWitnessed = false, bool endsWithItsWorker = false)
    {
        var suspect = _suspects.Find(result.Case);
        if (suspect is not null) result = result with { Attempt = 2 + suspect.First.Earlier.Count + result.Earlier.Count, Earlier = [.. suspect.First.Earlier, .. result.Earlier], Notes = result.Outcome is Outcome.Crashed ? result.Notes : [.. result.Notes, suspect.CutOff.NoteOfSecondAttempt] };
        Record(result, isWitnessed);
        if (suspect is not null) CloseSuspect(suspect, result.Outcome is Outcome.Crashed);
        // Nobody knows what it still does there: what it claims is free when its worker is gone.
        if (endsWithItsWorker) seat.EndedWithIt.Add(result);
        else Decide(new SchedulerEvent.Finished(suspect?.Worker ?? seat.Number, result.Case, result.Duration.TotalMilliseconds));
    }

    private Seat? SeatOf(WorkerNumber worker) => _seats.Find(s => s.Number == worker && s.IsAlive);

    private void Record(CaseResult result, bool isWitnessed = false)
    {
        if (!_results.TryAdd(result.Case, result))
        {
            Note($"This is a bug in Rondo: '{_plan![result.Case].Id}' was reported twice; the first result stands.");
            return;
        }

        var planned = _plan![result.Case];
        if (!isWitnessed) _memory!.Finished(result);
        _observer.Finished(planned, result);
        if (_fixtureEnds?.Finished(planned) is { Count: > 0 } fixtures)
        {
            foreach (var seat in _seats.Where(s => s is { State: SeatState.Ready, IsHost: false })) seat.Worker.Send(new Message.FixturesOver(planned.Test.Class.FullName, fixtures));
        }

        foreach (var (scope, name) in _scopes?.Finished(planned) ?? [])
        {
            foreach (var seat in _seats.Where(s => s is { State: SeatState.Ready, IsHost: false })) seat.Worker.Send(new Message.ScopeOver(scope, name));
        }

        if (result.Outcome.Tally == Tally.Failed && ++_failed >= _request.MaxFail && _ending is null)
            Stop(new Ending.FailLimitReached(_failed), $"the run was stopped after {Text.Count(_failed, "failed case")} (-x or --maxfail)");
    }

    private void AddTeardownError(string id, WorkerNumber worker, Failure failure)
    {
        // There is one host at a time, and its fixtures stand in the name.
        if (_target > 1 && worker.Value >= 0) id += "@" + worker.Name;
        var error = new TeardownError(id, worker.Name, failure);
        _teardownErrors.Add(error);
        _memory?.TeardownFailed(error);
        _observer.TeardownFailed(error);
    }

    // ---- ends

    private void Finish(Seat seat)
    {
        if (seat.State is SeatState.Finishing or SeatState.Gone) return;
        seat.State = SeatState.Finishing;
        // Cases that overlap come to their end first, each within its own limit.
        if (seat.Running.Count == 0) seat.LimitTo(s_drainLimit);
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
        foreach (var suspect in _suspects.TakeWaiting()) GiveUp(suspect);
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

    private void FinishFor(string by)
    {
        Stop(new Ending.Interrupted(by), $"the run was interrupted by {by}");
        _interruptedBy = by;
        if (by is "SIGTERM" or "SIGHUP") _untilCancelled.Start(MomentAfterSigTerm);
    }

    // Asked twice. The moment is short for whoever sent a second signal, and longer for a host that asks only once.
    private void EndNow(string by)
    {
        _interruptedBy = by;
        CancelRunning(by is "Ctrl-C" or "SIGTERM" or "SIGHUP" ? s_momentAtTheKeyboard : s_momentForSystems);
    }

    // Cancels what runs and lets it tear down, for a moment; then ends it.
    private void CancelRunning(TimeSpan moment)
    {
        _untilCancelled.Stop();
        _lastMoment.Start(moment);
        foreach (var seat in _seats.Where(s => s.IsAlive)) seat.Worker.Send(new Message.CancelRunning($"the run was interrupted by {_interruptedBy} while this case was running"));
    }

    private void EndEverybody()
    {
        foreach (var seat in _seats.Where(s => s.IsAlive))
        {
            foreach (var running in seat.Running) NotRun(seat, running);
            if (seat.IsInProcess) Abandon(seat);
            else Kill(seat, "the run was interrupted");
        }
    }

    private void Kill(Seat seat, string why)
    {
        seat.KilledBecause ??= why;
        seat.Limit.Start(s_drainLimit);
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
        if (seat.KilledBecause is not null) return;
        if (end is not null) EndedEarly(seat, "before it was ready");
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
        if (_plan is null || _suspects.IsWaiting || !_seats.Exists(s => s is { IsAlive: true, IsHost: false } && (!_isolates || IsBusy(s)))) StartMissingWorkers();
    }

    private static bool IsBusy(Seat seat) => seat.Running.Count > 0 || seat.Assigned.Count > 0;

    private void EndedEarly(Seat seat, string when) => _earlyEnds.Add(new EarlyEnd(seat.Number.Name, seat.Worker.ProcessId, when));

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
                EndedEarly(seat, "after its last result");
            }

            BuryRunning(seat);
        }
        else if (!seat.IsHost || state is SeatState.Starting or SeatState.Greeted)
        {
            BlameDeath(seat, state, end);
        }

        _memory?.WorkerEnded(seat, end.ToString());
        foreach (var ended in seat.EndedWithIt) Decide(new SchedulerEvent.Finished(seat.Number, ended.Case, ended.Duration.TotalMilliseconds));
        if (seat.IsHost)
        {
            if (state is SeatState.Ready or SeatState.Finishing) _runFixtures.Buried(seat, state, end, LastWordsOf(seat));
        }
        else if (seat.IsForSuspects) TakeBackSuspects(seat.Assigned.ToArray());
        else if (_scheduler is not null && state is SeatState.Ready or SeatState.Finishing) Decide(new SchedulerEvent.WorkerGone(seat.Number));
        if (_ending is null && !_planOnly && (_plan is null || _results.Count < _plan.Cases.Count)) StartMissingWorkers();
        // Rows are still to be read, by somebody else.
        else if (_planOnly && _plan is null) StartMissingWorkers();
    }

    // It was told to die, or had said goodbye. What it ran has a result, but for cases that overlapped with the one for which it had to die.
    private void BuryRunning(Seat seat)
    {
        var left = Unresolved(seat);
        if (left.Count == 0) return;
        if (_ending is null && seat is { HasSaidGoodbye: false, IsForSuspects: false } && _windows is not null)
        {
            var culprit = seat.StuckIn?.Running is { } stuck ? _plan![stuck.Case].Id : seat.What;
            _suspects.Add(new CutOff($"worker {seat.Number} (process {seat.Worker.ProcessId}) was ended", "", "", "", culprit), left, seat.Number);
            return;
        }

        foreach (var running in left)
        {
            if (_ending is not null) NotRun(seat, running);
            else Lose(seat, running, $"Worker {seat.Number} was ended ({seat.KilledBecause ?? "it had said goodbye"}) while this case was running.");
        }
    }

    // In the order in which they began.
    private List<LiveCase> Unresolved(Seat seat)
    {
        var left = new List<LiveCase>();
        foreach (var running in seat.Running)
        {
            if (!_results.ContainsKey(running.Case)) left.Add(running);
        }

        if (left.Count > 1) left.Sort(static (a, b) => a.Since != b.Since ? a.Since.CompareTo(b.Since) : a.Case.Value - b.Case.Value);
        return left;
    }

    private CaseResult ResultOf(Seat seat, LiveCase running, Outcome outcome) =>
        new(running.Case, outcome)
        {
            Worker = seat.Number.Name,
            StartedAt = running.SinceTime,
            Duration = _time.GetElapsedTime(running.Since),
            Attempt = running.Earlier.Count + 1,
            MaxAttempts = running.Earlier is [.., var last] ? last.MaxAttempts : 1,
            Earlier = running.Earlier,
            Parts = running.Parts,
        };

    // Nobody knows how the case ended.
    private void Lose(Seat seat, LiveCase running, string why)
    {
        if (!_results.ContainsKey(running.Case)) RecordAndDecide(seat, ResultOf(seat, running, new Outcome.Lost(why)));
    }

    private void NotRun(Seat seat, LiveCase running)
    {
        if (!_results.ContainsKey(running.Case)) Record(Attempts.Final(ResultOf(seat, running, new Outcome.NotRun(_notRunBecause + " while this case was running"))));
    }

    // ---- suspects

    private void GiveSuspect(Seat seat)
    {
        if (!_suspects.IsWaiting)
        {
            Finish(seat);
            return;
        }

        var index = _suspects.TakeNext().First.Case.Value;
        seat.Assigned.Add(index);
        seat.Worker.Send(new Message.Assign([index]));
    }

    private void TakeBackSuspects(IReadOnlyList<int> cases)
    {
        foreach (var index in cases)
        {
            if (_suspects.Find(new CaseIndex(index)) is not { } suspect) continue;
            if (_ending is null) _suspects.PutBack(suspect.First.Case);
            else GiveUp(suspect);
        }
    }

    private void GiveUp(Suspect suspect)
    {
        _suspects.Close(suspect);
        suspect.CutOff.IsSolved = true;
        var running = suspect.First;
        if (_results.ContainsKey(running.Case)) return;
        Outcome outcome = suspect.CutOff.Culprit is null
            ? new Outcome.Crashed(new Failure("Crash", suspect.CutOff.NotRunAgain(_notRunBecause), null))
            : new Outcome.NotRun($"{_notRunBecause}, after its first attempt had been cut off because '{suspect.CutOff.Culprit}' did not end");
        Record(Attempts.Final(new CaseResult(running.Case, outcome)
        {
            Worker = suspect.Worker.Name,
            StartedAt = running.SinceTime,
            Duration = _time.GetElapsedTime(running.Since),
            Attempt = running.Earlier.Count + 1,
            Earlier = running.Earlier,
            Output = running.Output,
            ErrorOutput = running.ErrorOutput + suspect.CutOff.ErrorOutput,
            Parts = running.Parts,
        }));
    }

    private void CloseSuspect(Suspect suspect, bool didIt)
    {
        if (didIt) suspect.CutOff.IsSolved = true;
        if (_suspects.Close(suspect) is { IsSolved: false } unsolved) AddTeardownError("worker." + suspect.Worker.Name, suspect.Worker, new Failure("Crash", unsolved.Unsolved, null));
    }

    private void BlameDeath(Seat seat, SeatState state, WorkerEnd end)
    {
        var who = $"Worker {seat.Number} (process {seat.Worker.ProcessId})";
        var how = seat.HasLostChannel ? "lost its channel" : end.ToString();
        var explanation = seat.HasLostChannel ? "The code that ran, or something it called, closed handles it did not open. The worker was replaced. [RND4030]" : Blame.Explain(end, seat.Worker);
        var limit = _request.MaxWorkerRestart ?? 4 * _target;
        var ran = Unresolved(seat);
        // What a suspect does again was counted when it did it first.
        var isLast = state is not SeatState.Starting && !seat.IsHost && !(seat.IsForSuspects && ran.Count == 1) && ++_deaths > limit && _ending is null;
        if (ran.Count > 1)
        {
            var beside = seat.What.Length > 0 ? $" The teardown of '{seat.What}' was running as well." : "";
            _suspects.Add(new CutOff($"{who} {how}", explanation + beside, seat.Worker.OutputTail, seat.Worker.ErrorTail, Culprit: null), ran, seat.Number);
            if (_ending is not null)
            {
                foreach (var suspect in _suspects.TakeWaiting()) GiveUp(suspect);
            }
        }
        else if (ran.Count == 1)
        {
            var running = ran[0];
            var again = _suspects.Find(running.Case)?.CutOff.Confirmed ?? "";
            var outcome = new Outcome.Crashed(new Failure("Crash", $"{who} {how} while this test was running{Blame.Where(running)}. {explanation}{again}", null));
            RecordAndDecide(seat, ResultOf(seat, running, outcome) with { Output = running.Output + seat.Worker.OutputTail, ErrorOutput = running.ErrorOutput + seat.Worker.ErrorTail });
        }
        else if (seat.Reading is { } source)
        {
            // First, or this would start workers only to end them.
            if (isLast) StopRestarting(limit);
            // Its test fails for it, if that is among the chosen.
            EndedEarly(seat, $"while it read the rows of '{_catalog.Test(source).RowSource}'");
            TakeRows(source, new RowsFound([], $"{who} {how} while it read the rows of '{_catalog.Test(source).RowSource}'. {explanation} [RND3053]"));
        }
        else if (seat.What.Length > 0)
        {
            AddTeardownError(seat.What + ".teardown", seat.Number, new Failure("Crash", $"{who} {how} during this teardown. {explanation}", null));
        }
        else if (state is SeatState.Starting or SeatState.Greeted)
        {
            FailStart(seat, $"{who} {how} before it accepted the plan, so before it was ready. {Blame.NoCasePays} {Blame.ExplainEarly(end, seat.Worker.ErrorTail)} What it wrote: {Text.Indented(seat.Worker.ErrorTail.Length > 0 ? seat.Worker.ErrorTail : seat.Worker.OutputTail)} [RND4012]", end);
        }
        else
        {
            AddTeardownError("worker." + seat.Number.Name, seat.Number, new Failure("Crash", $"{who} {how} while no test was running. {explanation} A thread or timer that a test left behind may have done it.", null));
        }

        if (isLast) StopRestarting(limit);
        if (seat.IsInProcess) Stop(new Ending.Broken("the worker in this process died"), "the worker in this process died, and without workers (-n 0) nothing can take its place");
    }

    private void StopRestarting(int limit) => Stop(new Ending.RestartLimitReached(limit), $"{Text.Count(_deaths, "worker")} died, and --max-worker-restart is {limit}");

    private void BeginStuck(Seat seat, LiveCase? running, Failure failure)
    {
        if (seat.Stuck is not null || seat.IsEnding) return;
        seat.Stuck = failure;
        seat.StuckIn = new StuckIn(running, seat.Reading, running?.What ?? seat.What);
        seat.Limit.Stop();
        running?.Limit.Stop();
        var processId = seat.Worker.ProcessId ?? Environment.ProcessId;
        var test = running is { Phase: WorkPhase.Body } ? _plan![running.Case].Test : null;
        var threads = seat.ThreadsOf(test, test is null ? _catalog.FindFixture(seat.StuckIn.What)?.Dispatcher : test.Dispatcher);
        _ = Task.Run(async () => await TellAsync(new ControlEvent.StacksArrived(seat, await _environment.ReadStacks(processId, threads, _time).ConfigureAwait(false))).ConfigureAwait(false));
    }

    private void EndStuck(Seat seat, StacksRead stacks)
    {
        if (!seat.IsAlive || seat.IsEnding) return;
        if (seat.StuckIn!.IsOver(seat))
        {
            // It came to its end while its stacks were read.
            (seat.Stuck, seat.StuckIn) = (null, null);
            return;
        }

        var failure = seat.Stuck! with { Stack = stacks.Stacks is { } text ? StackText.Trim(text) : null };
        if (stacks.Why is { } why) failure = failure with { Message = failure.Message + "\n" + why };
        if (seat.Reading is { } source)
        {
            TakeRows(source, new RowsFound([], failure.Message + (failure.Stack is null ? "" : "\n" + failure.Stack)));
        }
        else if (seat.StuckIn.Running is { } running && !_results.ContainsKey(running.Case))
        {
            Outcome outcome = running.Phase == WorkPhase.Setup ? new Outcome.FixtureFailed(running.What, failure) : new Outcome.TimedOut(failure);
            RecordAndDecide(seat, ResultOf(seat, running, outcome) with
            {
                Output = (seat.StuckOutput.Length > 0 ? seat.StuckOutput : running.Output) + seat.Worker.OutputTail,
                ErrorOutput = (seat.StuckErrorOutput.Length > 0 ? seat.StuckErrorOutput : running.ErrorOutput) + seat.Worker.ErrorTail,
            }, endsWithItsWorker: !seat.IsInProcess);
        }
        else if (seat.IsSettingUp)
        {
            _runFixtures.SetUpFailed(seat, seat.What, failure);
        }
        else if (seat.What.Length > 0)
        {
            AddTeardownError(seat.What + ".teardown", seat.Number, failure);
        }

        if (seat.IsInProcess)
        {
            var culprit = seat.Reading is not null ? $"the data source '{_catalog.Test(seat.Reading).RowSource}'" : seat.IsSettingUp ? $"the setup of fixture '{seat.What}'" : "an earlier test";
            Stop(new Ending.Broken(seat.Reading is null && !seat.IsSettingUp ? "a test never returned" : culprit + " never returned"), culprit + " never returned, and without workers (-n 0) nothing can take its place");
            Abandon(seat);
        }
        else
        {
            Kill(seat, seat.IsHost ? $"the {(seat.IsSettingUp ? "setup" : "teardown")} of '{seat.What}' did not end" : "it was replaced, because a test did not end");
        }
    }

    // ---- what tests left running

    // Whose worker never came so far that its end was waited for, and what was started between its worker's end and the look at it.
    private async Task EndWhatIsLeftAsync()
    {
        HashSet<int> workers = [.. _seats.Select(s => s.Worker.ProcessId ?? 0)];
        foreach (var process in await LeftOf(() => _starter.EndLeftAsync(MarkedProcesses.MarkOf(_runId), workers)).ConfigureAwait(false))
            TellOfLeft(process, _starter.IsInProcess ? WorkerNumber.InProcess.Name : null, seat: null);
    }

    // Where handles or memory are short even a look can fail, in any way. The run waits for its end.
    private static async Task<IReadOnlyList<MarkedProcess>> LeftOf(Func<Task<IReadOnlyList<MarkedProcess>>> end)
    {
        try
        {
            return await end().ConfigureAwait(false);
        }
        catch (Exception)
        {
            return [];
        }
    }

    // A leak, unless the worker was cut off: then nobody had the time to end it.
    private void TellOfLeft(MarkedProcess process, string? worker, Seat? seat)
    {
        if (_request.Leaks == "off") return;
        var cases = worker is null ? [] : WhoRanAt(process.StartedAt, worker);
        var when = cases.Count switch
        {
            0 => "",
            1 => $", started while '{cases[0]}' was running",
            _ => $", started while one of these was running: {string.Join(", ", cases.Select(c => $"'{c}'"))}",
        };
        var text = $"Process {process.Id} ({process.Command}) was left behind{(worker is null ? "" : $" by the tests of worker {worker}")}{when}. It was ended.";
        if (_request.Leaks == "fail" && seat is null or { HasSaidGoodbye: true, KilledBecause: null })
            AddTeardownError((cases.Count == 1 ? cases[0] : "worker." + (worker ?? "any")) + ".leak", seat?.Number ?? WorkerNumber.InProcess, new Failure("Leak", text + " End what a test starts, best in the teardown of a fixture. [RND3042]", null));
        else
            Note(text + " End what a test starts, best in the teardown of a fixture. (A leak; --leaks fail makes it a failure, --leaks off is silent.) [RND3042]");
    }

    // The system counts the start of a process in hundredths of a second. More than a few candidates are as good as none.
    private IReadOnlyList<string> WhoRanAt(DateTimeOffset moment, string worker)
    {
        if (_plan is null) return [];
        List<string> ids = [.. _results.Values.Where(r => r.Worker == worker && r.RanAt(moment, s_startIsOffBy))
            .OrderBy(r => r.StartedAt).Select(r => _plan[r.Case].Id)];
        return ids.Count > 3 ? [] : ids;
    }

    // ---- time

    private void Tick()
    {
        if (_untilCancelled.Passes()) CancelRunning(s_momentToTearDown);
        if (_lastMoment.Passes()) EndEverybody();
        var looksForStopped = _time.GetElapsedTime(_lookedForStoppedAt) >= s_looksForStopped;
        if (looksForStopped) _lookedForStoppedAt = _time.GetTimestamp();
        foreach (var seat in _seats.ToArray())
        {
            if (!seat.IsAlive) continue;
            if (looksForStopped) seat.IsStopped = !seat.IsEnding && (seat.Limit.IsRunning || seat.Running.Count > 0) && seat.Worker.IsStopped;
            if (seat.IsStopped) seat.Limit.Skip();
            else if (seat.Limit.Passes()) Overdue(seat, null);

            foreach (var running in seat.Running)
            {
                // While its stacks are read nobody else in it is judged.
                if (seat.IsStopped || seat.IsEnding || seat.Stuck is not null) running.Limit.Skip();
                else if (running.Limit.Passes()) Overdue(seat, running);

                if (!running.IsShownInProgress && _time.GetElapsedTime(running.Since) > s_shownInProgressAfter)
                {
                    running.IsShownInProgress = true;
                    _observer.InProgress(_plan![running.Case], seat.Number.Name);
                }
            }
        }
    }

    private void Overdue(Seat seat, LiveCase? running)
    {
        var (limit, overtime) = running is null ? (seat.Limit, seat.Overtime) : (running.Limit, running.Overtime);
        // Stopped since the last look. What it stood still is not known: it gets a little, and is looked at again.
        if (!seat.IsEnding && seat.Worker.IsStopped)
        {
            seat.IsStopped = true;
            limit.Start(TimeSpan.FromSeconds(1));
            return;
        }

        // Who has the loop, of several that run. A neighbour: that one's own limit counts, and here the worker judges when it gets the thread back.
        var isOneOfSeveral = running is not null && seat.Running.Count > 1;
        var holder = isOneOfSeveral && overtime is { Rounds: > 0, LoopIsHeld: true } ? seat.WhoHolds(overtime.Holder, _plan!) : null;
        if (holder is not null && holder != running)
        {
            overtime.ForgetRound();
        }
        else if (seat.IsEnding || (running?.LimitMs ?? seat.LimitMs) == 0 || (overtime.Rounds > 0 && overtime.IsHopeless(isHolder: !isOneOfSeveral || holder == running)))
        {
            Silent(seat, running);
            return;
        }

        // The first round is the grace of a second that user code has to end after it was cancelled. A look of a starved controller counts two ticks at most: the answer may wait
        // behind it.
        var round = overtime.Rounds > 0 ? Overtime.Round : Overtime.Round - limit.Overrun;
        overtime.Ask(++seat.Questions);
        limit.Start(round > Overtime.ShortestRound ? round : Overtime.ShortestRound, longestStep: 2 * s_tick);
        seat.Worker.Send(new Message.AreYouThere(overtime.Question));
    }

    private void Silent(Seat seat, LiveCase? running)
    {
        if (seat.IsEnding)
        {
            // One half of its end came and the other did not: handles were closed by a test, or a child holds them. Or it was killed, and not even the system can end it.
            seat.HasLostChannel = seat.LinkHasEnded && seat.ProcessEnd is null;
            seat.Worker.Kill();
            Bury(seat);
        }
        else if (running is not null || seat.Reading is not null || seat.IsSettingUp)
        {
            var what = running switch
            {
                null when seat.IsSettingUp => $"The setup of fixture '{seat.What}'",
                null => "The data source",
                { Phase: WorkPhase.Setup } => $"The setup of fixture '{running.What}'",
                { Phase: WorkPhase.Teardown } => $"The teardown of fixture '{running.What}'",
                _ => "The test",
            };
            var (limitMs, finding) = running is null ? (seat.LimitMs, seat.Overtime.Finding) : (running.LimitMs, running.Overtime.Finding);
            BeginStuck(seat, running, new Failure("Timeout", $"{what} did not end within its limit of {limitMs} ms, and worker {seat.Number} {finding}. It is ended. Await instead of blocking, and let long computations look at the CancellationToken. [RND3033]", null));
        }
        else if (seat.State is SeatState.Starting or SeatState.Greeted)
        {
            FailStart(seat, $"Worker {seat.Number} (process {seat.Worker.ProcessId}) did not answer within {ProcessStarter.HandshakeLimit.TotalSeconds:0} s of its start. The machine may be overloaded: lower -n. [RND4013]", end: null);
        }
        else
        {
            if (seat.What.Length > 0) AddTeardownError(seat.What + ".teardown", seat.Number, new Failure("Timeout", $"This teardown did not end within its limit, and worker {seat.Number} {seat.Overtime.Finding}. It was ended. [RND3034]", null));
            else Note($"Worker {seat.Number} did not end within {s_drainLimit.TotalSeconds:0} s of its last test and was ended. A foreground thread that a test started may have kept it. [RND4031]");
            if (seat.IsInProcess) Abandon(seat);
            else Kill(seat, "it did not end");
        }
    }

    private bool IsOver()
    {
        if (_seats.Exists(s => s.IsAlive || (s.ProcessEnd is not null && !s.IsCleanedUp))) return false;
        return _plan is not null ? _planOnly || _ending is not null || _results.Count == _plan.Cases.Count : _ending is not null;
    }

    private void FillNotRun()
    {
        if (_plan is null) return;
        foreach (var planned in _plan.Cases)
        {
            if (_results.ContainsKey(planned.Index)) continue;
            // What is wrong with a data source is known without running anything.
            Outcome outcome = planned.Key.Error is { } error && !_sourcesNotRead.Contains(planned.Test.Key) ? new Outcome.FixtureFailed(planned.Test.RowSource ?? "", new Failure("DataSource", error, null)) : new Outcome.NotRun(_notRunBecause);
            Record(new CaseResult(planned.Index, outcome));
        }
    }

    private void Note(string text)
    {
        _notes.Add(text);
        _memory?.Note(text);
        _observer.Note(text);
    }

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
