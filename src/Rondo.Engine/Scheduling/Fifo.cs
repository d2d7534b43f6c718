using Rondo.Engine.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>One unit at a time (of those that overlap, as many as their window takes), in plan order, serial ones last; nothing is ever recalled. What remains when a cleverer scheduler has failed.</summary>
internal sealed class Fifo : Scheduler
{
    private readonly WorkLedger _ledger;
    private readonly NumberSet _parallel = new();
    private readonly NumberSet _serial = new();
    private readonly int _expectedWorkers = 1;

    /// <param name="units">All work, in plan order.</param>
    /// <param name="expectedWorkers">How many workers will come, so that the first one does not fill its window with the others' share. At least 1.</param>
    public Fifo(IReadOnlyList<WorkUnit> units, int expectedWorkers = 1)
        : this(new WorkLedger(units)) => _expectedWorkers = Math.Max(1, expectedWorkers);

    /// <summary>Goes on from where another scheduler stood.</summary>
    /// <param name="ledger">Its record; owned by this scheduler from now on.</param>
    public Fifo(WorkLedger ledger)
    {
        _ledger = ledger;
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
            foreach (var unit in _parallel) cases.AddAll(_ledger.WaitingCasesOf(unit));
            foreach (var unit in _serial) cases.AddAll(_ledger.WaitingCasesOf(unit));
            return cases;
        }
    }

    public override bool HasWaiting => _ledger.WaitingCases > 0;

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        var actions = new List<SchedulerAction>();
        switch (what)
        {
            case SchedulerEvent.WorkerReady ready:
                _ledger.Ready(ready.Worker);
                break;
            case SchedulerEvent.Started started:
                _ledger.Start(started.Worker, started.Case);
                break;
            case SchedulerEvent.Finished finished:
                _ledger.Finish(finished.Worker, finished.Case, out _, out _);
                break;
            case SchedulerEvent.GaveBack gaveBack:
                var (freed, stay) = _ledger.GiveBack(gaveBack.Worker, gaveBack.Cases);
                foreach (var unit in freed) Enqueue(unit);
                foreach (var unit in stay) Give(gaveBack.Worker, unit, actions);
                break;
            case SchedulerEvent.WorkerGone gone:
                foreach (var unit in _ledger.Lose(gone.Worker)) Enqueue(unit);
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown scheduler event {what.GetType().Name}.");
        }

        Act(actions);
        return actions;
    }

    /// <summary>Gives work to every worker that has none, and releases those that will never get any.</summary>
    public void Act(List<SchedulerAction> actions)
    {
        foreach (var worker in _ledger.WorkersInOrder())
        {
            if (!_ledger.HoldsNothing(worker)) continue;
            if (NextFor() is { } unit) Give(worker, unit, actions);
            else if (!_ledger.MoreMayComeTo(worker)) Release(worker, actions);
        }

        while (Fill(actions))
        {
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
            DropEnded(_parallel);
            if (_parallel.Count == 0 || _ledger.SerialHeldOrStarted > 0) return false;
            if (!_ledger.HasOnlyOverlapping(worker) || _ledger.HeldBy(worker) + _ledger.StartedBy(worker) >= Math.Min(share, _ledger.Units[_parallel.Min].Window)) continue;
            Give(worker, Take(_parallel), actions);
            gave = true;
        }

        return gave;
    }

    /// <summary>Gives back to their owners what a failed scheduler had taken from them and not returned.</summary>
    public void ReturnToOwners(List<SchedulerAction> actions)
    {
        for (var unit = 0; unit < _ledger.Units.Count; unit++)
        {
            if (_ledger.WaitingOf(unit) > 0 && _ledger.OwnerOf(unit) is { } owner && _ledger.TakesWork(owner)) Give(owner, unit, actions);
        }
    }

    private int? NextFor()
    {
        DropEnded(_parallel);
        DropEnded(_serial);
        // A serial case may be running although parallel ones wait: this scheduler took over, or work came back while it ran.
        if (_parallel.Count > 0) return _ledger.SerialHeldOrStarted > 0 ? null : Take(_parallel);
        return _serial.Count > 0 && _ledger.NothingHeldOrStarted ? Take(_serial) : null;
    }

    private void DropEnded(NumberSet units)
    {
        // A case can end while it waits: the controller gave it an outcome of its own.
        while (units.Count > 0 && !_ledger.IsFree(units.Min)) units.Remove(units.Min);
    }

    private static int Take(NumberSet units)
    {
        var unit = units.Min;
        units.Remove(unit);
        return unit;
    }

    private void Enqueue(int unit) => (_ledger.Units[unit].Serial ? _serial : _parallel).Add(unit);

    private void Give(WorkerNumber worker, int unit, List<SchedulerAction> actions)
    {
        var cases = _ledger.WaitingCasesOf(unit);
        _ledger.Assign(worker, cases);
        actions.Add(new SchedulerAction.Assign(worker, cases));
    }

    private void Release(WorkerNumber worker, List<SchedulerAction> actions)
    {
        _ledger.Release(worker);
        actions.Add(new SchedulerAction.Release(worker));
    }
}
