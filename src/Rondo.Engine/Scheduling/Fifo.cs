using Rondo.Engine.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>
/// One unit at a time (of those that overlap, as many as their window takes), in the order of the units, serial ones last; nothing is ever recalled. For an order that somebody asked for, for what remains when a
/// cleverer scheduler has failed, and, with short cases sent ahead, for every <c>--dist</c> but the default.
/// </summary>
/// <remarks>With one worker the order is exact, isolated units included. With more it is the order in which cases are given; a unit that has to wait for its claims, or for a fresh worker, is passed over by others that do not conflict with it.</remarks>
internal sealed class Fifo : Scheduler
{
    // A worker whose last case took longer may be about to begin another such one: nothing is sent ahead to it, since nobody would get it back.
    private const double LongMs = 100;
    private const int MostAhead = 64;

    // What is sent ahead shrinks with what is left, so that all end at about the same time.
    private const int Rounds = 4;

    private readonly WorkLedger _ledger;
    private readonly bool _sendsAhead;
    private readonly NumberSet _quick = new();
    private readonly NumberSet _parallel = new();
    private readonly NumberSet _serial = new();
    private readonly BoundWork _bound;

    // Begun units whose waiting cases have to wait for their claims, as nobody else may have them.
    private readonly NumberSet _owed = new();
    private readonly int _expectedWorkers = 1;

    // Also the worker in this process and the fresh ones beside it: never two of them at once.
    private readonly bool _oneAfterTheOther;

    /// <param name="units">All work, in the order in which it is to be given.</param>
    /// <param name="expectedWorkers">How many workers will come, so that the first one does not fill its window with the others' share. At least 1.</param>
    /// <param name="sendsAhead">Give short cases before a worker has ended what it has, so that it does not wait for a message between two of them.</param>
    public Fifo(IReadOnlyList<WorkUnit> units, int expectedWorkers = 1, bool sendsAhead = false)
        : this(new WorkLedger(units))
    {
        _sendsAhead = sendsAhead;
        _expectedWorkers = Math.Max(1, expectedWorkers);
        _oneAfterTheOther = _expectedWorkers == 1 && _ledger.AnyIsolated;
    }

    /// <summary>Goes on from where another scheduler stood.</summary>
    /// <param name="ledger">Its record; owned by this scheduler from now on.</param>
    public Fifo(WorkLedger ledger)
    {
        _ledger = ledger;
        var bound = new List<int>();
        for (var unit = 0; unit < ledger.Units.Count; unit++)
        {
            if (BoundWork.Holds(ledger.Units[unit])) bound.Add(unit);
        }

        _bound = new BoundWork(ledger.Units, bound);
        for (var unit = 0; unit < ledger.Units.Count; unit++)
        {
            if (ledger.IsFree(unit)) Enqueue(unit);
        }
    }

    public override IReadOnlyList<CaseIndex> Waiting
    {
        get
        {
            var cases = new CaseList();
            var parallel = new NumberSet();
            foreach (var unit in _parallel) parallel.Add(unit);
            foreach (var unit in _bound.InOrder()) parallel.Add(unit);
            foreach (var unit in parallel) cases.AddAll(_ledger.WaitingCasesOf(unit));
            foreach (var unit in _serial) cases.AddAll(_ledger.WaitingCasesOf(unit));
            return cases;
        }
    }

    public override bool HasWaiting => _ledger.WaitingCases > 0;

    public override bool NeedsFresh
    {
        get
        {
            if (_ledger.IsolatedWaiting == 0 || _ledger.AnyFresh || (_oneAfterTheOther && !_ledger.NothingHeldOrStarted)) return false;
            DropEnded();
            if (_parallel.Count + _bound.Count == 0) return _serial.Count > 0 && _ledger.NothingHeldOrStarted && _ledger.Units[_serial.Min].Isolated;
            return _oneAfterTheOther ? _ledger.Units[NextOfAll()].Isolated : _bound.FirstIsolated(_ledger) is not null;
        }
    }

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        var actions = new List<SchedulerAction>();
        switch (what)
        {
            case SchedulerEvent.WorkerReady ready:
                _ledger.Ready(ready.Worker, ready.Kind);
                break;
            case SchedulerEvent.Started started:
                _ledger.Start(started.Worker, started.Case);
                break;
            case SchedulerEvent.Finished finished:
                _ledger.Finish(finished.Worker, finished.Case, out _, out _);
                NotePace(finished);
                break;
            case SchedulerEvent.GaveBack gaveBack:
                var (freed, stay) = _ledger.GiveBack(gaveBack.Worker, gaveBack.Cases);
                foreach (var unit in freed) Enqueue(unit);
                foreach (var unit in stay) GiveBackTo(gaveBack.Worker, unit, actions);
                break;
            case SchedulerEvent.WorkerGone gone:
                foreach (var unit in _ledger.Lose(gone.Worker))
                {
                    _owed.Remove(unit);
                    Enqueue(unit);
                }

                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown scheduler event {what.GetType().Name}.");
        }

        if (what is SchedulerEvent.Started or SchedulerEvent.Finished && OnlyItsWorkerIsConcerned) ActFor((what as SchedulerEvent.Started)?.Worker ?? ((SchedulerEvent.Finished)what).Worker, actions);
        else Act(actions);
        return actions;
    }

    // While single cases without claims wait, every other worker has been given what it could be given: with a thousand workers it must not be looked for at every event.
    private bool OnlyItsWorkerIsConcerned => _parallel.Count > 0 && _bound.Count == 0 && _owed.Count == 0 && !_ledger.AnyOverlaps && !_ledger.AnyIsolated && !_oneAfterTheOther && _ledger.SerialHeldOrStarted == 0;

    private void ActFor(WorkerNumber worker, List<SchedulerAction> actions)
    {
        if (!_ledger.TakesWork(worker)) return;
        if (_ledger.HoldsNothing(worker))
        {
            if (NextFor(worker) is { } unit) Give(worker, unit, actions);
            // It was the last one, and it had ended.
            else Act(actions);
        }

        if (_sendsAhead) SendAhead(worker, actions);
    }

    /// <summary>Gives work to every worker that has none, and releases those that will never get any.</summary>
    public void Act(List<SchedulerAction> actions)
    {
        foreach (var unit in _owed)
        {
            if (_ledger.OwnerOf(unit) is not { } owner || !_ledger.TakesWork(owner) || !_ledger.MayTake(owner, unit)) continue;
            _owed.Remove(unit);
            if (_ledger.WaitingOf(unit) > 0) Give(owner, unit, actions);
        }

        foreach (var worker in _ledger.WorkersInOrder())
        {
            if (!_ledger.HoldsNothing(worker)) continue;
            if (NextFor(worker) is { } unit) Give(worker, unit, actions);
            else if (!_ledger.MoreMayComeTo(worker) || (_ledger.MayMakeRoom(worker) && NeedsFresh)) Release(worker, actions);
        }

        while (Fill(actions))
        {
        }

        if (_sendsAhead) SendAhead(actions);
    }

    private void NotePace(SchedulerEvent.Finished finished)
    {
        if (!_sendsAhead || !_ledger.TakesWork(finished.Worker)) return;
        if (finished.Ms < LongMs) _quick.Add(finished.Worker.Value);
        else _quick.Remove(finished.Worker.Value);
    }

    private static bool IsLong(WorkUnit unit) => unit.ExpectedMs >= LongMs * unit.Cases.Count;

    private void SendAhead(List<SchedulerAction> actions)
    {
        foreach (var worker in _ledger.WorkersInOrder()) SendAhead(worker, actions);
    }

    private void SendAhead(WorkerNumber worker, List<SchedulerAction> actions)
    {
        if (!_quick.Contains(worker.Value) || _oneAfterTheOther || _ledger.SerialHeldOrStarted > 0 || _ledger.HoldsNothing(worker) || _ledger.HasOnlyOverlapping(worker) || _ledger.IsSpent(worker)) return;
        while (true)
        {
            DropEnded();
            // What is bound goes to who has nothing: whoever has work ahead would pass it over for ever.
            if (_parallel.Count == 0 || _bound.Min < _parallel.Min) break;
            var unit = _ledger.Units[_parallel.Min];
            var most = Math.Min(MostAhead, _ledger.WaitingCases / (Rounds * _expectedWorkers));
            if (unit.Window > 1 || _ledger.HeldBy(worker) + unit.Cases.Count > most || IsLong(unit)) break;
            Give(worker, Take(_parallel.Min), actions);
        }
    }

    // One more unit for each worker whose window is not full, so that all windows fill evenly.
    private bool Fill(List<SchedulerAction> actions)
    {
        var gave = false;
        if (!_ledger.AnyOverlaps) return gave;
        var share = (_ledger.WaitingCases + _ledger.InFlight + _expectedWorkers - 1) / _expectedWorkers;
        foreach (var worker in _ledger.WorkersInOrder())
        {
            DropEnded();
            if (_parallel.Count + _bound.Count == 0 || _ledger.SerialHeldOrStarted > 0) return false;
            if (!_ledger.HasOnlyOverlapping(worker) || _ledger.IsSpent(worker)) continue;
            var next = _parallel.Count > 0 ? _parallel.Min : int.MaxValue;
            if (_bound.FirstFor(worker, Taker.Overlapping, _ledger) is { } bound && bound < next) next = bound;
            if (next == int.MaxValue || _ledger.HeldBy(worker) + _ledger.StartedBy(worker) >= Math.Min(share, _ledger.Units[next].Window)) continue;
            Give(worker, Take(next), actions);
            gave = true;
        }

        return gave;
    }

    /// <summary>Gives back to their owners what a failed scheduler had taken from them and not returned.</summary>
    public void ReturnToOwners(List<SchedulerAction> actions)
    {
        for (var unit = 0; unit < _ledger.Units.Count; unit++)
        {
            if (_ledger.WaitingOf(unit) > 0 && _ledger.OwnerOf(unit) is { } owner && _ledger.TakesWork(owner)) GiveBackTo(owner, unit, actions);
        }
    }

    // Its claims may be somebody else's by now, if the failed scheduler gave them away.
    private void GiveBackTo(WorkerNumber owner, int unit, List<SchedulerAction> actions)
    {
        if (_ledger.MayTake(owner, unit)) Give(owner, unit, actions);
        else _owed.Add(unit);
    }

    private int? NextFor(WorkerNumber worker)
    {
        if (_ledger.IsSpent(worker) || (_oneAfterTheOther && !_ledger.NothingHeldOrStarted)) return null;
        DropEnded();
        // A serial case may be running although parallel ones wait: this scheduler took over, or work came back while it ran.
        if (_parallel.Count + _bound.Count > 0)
        {
            if (_ledger.SerialHeldOrStarted > 0) return null;
            if (_oneAfterTheOther) return _ledger.MayTake(worker, NextOfAll()) ? Take(NextOfAll()) : null;
            var next = _parallel.Count > 0 && _ledger.MayTake(worker, _parallel.Min) ? _parallel.Min : int.MaxValue;
            if (_bound.FirstFor(worker, Taker.Idle, _ledger) is { } bound && bound < next) next = bound;
            return next == int.MaxValue ? null : Take(next);
        }

        return _serial.Count > 0 && _ledger.NothingHeldOrStarted && _ledger.MayTake(worker, _serial.Min) ? Take(_serial.Min) : null;
    }

    // Of those that are not serial; there is one.
    private int NextOfAll() => Math.Min(_parallel.Count > 0 ? _parallel.Min : int.MaxValue, _bound.Min ?? int.MaxValue);

    private void DropEnded()
    {
        // A case can end while it waits: the controller gave it an outcome of its own.
        while (_parallel.Count > 0 && !_ledger.IsFree(_parallel.Min)) _parallel.Remove(_parallel.Min);
        while (_serial.Count > 0 && !_ledger.IsFree(_serial.Min)) _serial.Remove(_serial.Min);
        _bound.DropEnded(_ledger);
    }

    private int Take(int unit)
    {
        if (_ledger.Units[unit].Serial) _serial.Remove(unit);
        else if (BoundWork.Holds(_ledger.Units[unit])) _bound.Take(unit);
        else _parallel.Remove(unit);
        return unit;
    }

    private void Enqueue(int unit)
    {
        if (_ledger.Units[unit].Serial) _serial.Add(unit);
        else if (BoundWork.Holds(_ledger.Units[unit])) _bound.Add(unit);
        else _parallel.Add(unit);
    }

    private void Give(WorkerNumber worker, int unit, List<SchedulerAction> actions)
    {
        var cases = _ledger.WaitingCasesOf(unit);
        _ledger.Assign(worker, cases);
        if (_sendsAhead && IsLong(_ledger.Units[unit])) _quick.Remove(worker.Value);
        actions.Add(new SchedulerAction.Assign(worker, cases));
    }

    private void Release(WorkerNumber worker, List<SchedulerAction> actions)
    {
        _ledger.Release(worker);
        actions.Add(new SchedulerAction.Release(worker));
    }
}
