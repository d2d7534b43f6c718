using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>Keeps a run alive when its scheduler throws, breaks the contract or falls asleep: from then on work is given out plainly, in plan order.</summary>
internal sealed class SafeScheduler : Scheduler
{
    // Its own record, so that nothing has to be believed about a scheduler that failed.
    private readonly WorkLedger _ledger;
    private readonly Action<string>? _note;
    private Scheduler _current;

    /// <summary>Wraps a scheduler.</summary>
    /// <param name="units">The units the inner scheduler was made from.</param>
    /// <param name="inner">Decides as long as it behaves.</param>
    /// <param name="note">Hears <see cref="Degraded"/> once, when it comes to that.</param>
    public SafeScheduler(IReadOnlyList<WorkUnit> units, Scheduler inner, Action<string>? note = null)
    {
        _note = note;
        _ledger = new WorkLedger(units);
        _current = inner;
    }

    /// <summary>Why the inner scheduler was given up, as a text for people; null while it works.</summary>
    public string? Degraded { get; private set; }

    public override IReadOnlyList<CaseIndex> Waiting
    {
        get
        {
            try
            {
                return _current.Waiting;
            }
            catch (Exception)
            {
                // Only asked, nothing decided: the record knows the answer, and the next event will show whether the scheduler still works.
                return [.. Enumerable.Range(0, _ledger.Units.Count).SelectMany(_ledger.WaitingCasesOf)];
            }
        }
    }

    public override bool HasWaiting => _ledger.WaitingCases > 0;

    public override bool NeedsFresh
    {
        get
        {
            try
            {
                return _current.NeedsFresh;
            }
            catch (Exception)
            {
                return _ledger.WaitsForFresh;
            }
        }
    }

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        if (Degraded is not null) return _current.Handle(what);
        var record = new List<SchedulerAction>();
        try
        {
            Record(what);
            foreach (var action in _current.Handle(what))
            {
                Record(action);
                record.Add(action);
            }

            CheckAwake();
        }
        catch (Exception error)
        {
            // What was lawful before the failure stands: it is in the record.
            var plain = TakeOver(error);
            plain.ReturnToOwners(record);
            plain.Act(record);
        }

        return record;
    }

    private void Record(SchedulerEvent what)
    {
        switch (what)
        {
            case SchedulerEvent.WorkerReady ready: _ledger.Ready(ready.Worker, ready.Kind); break;
            case SchedulerEvent.Started started: _ledger.Start(started.Worker, started.Case); break;
            case SchedulerEvent.Finished finished: _ledger.Finish(finished.Worker, finished.Case, out _, out _); break;
            case SchedulerEvent.GaveBack gaveBack: _ledger.GiveBack(gaveBack.Worker, gaveBack.Cases); break;
            case SchedulerEvent.WorkerGone gone: _ledger.Lose(gone.Worker); break;
            default: throw new InvalidOperationException($"This is a bug in Rondo: unknown scheduler event {what.GetType().Name}.");
        }
    }

    private void Record(SchedulerAction action)
    {
        switch (action)
        {
            case SchedulerAction.Assign assign: _ledger.Assign(assign.Worker, assign.Cases); break;
            case SchedulerAction.Recall recall: _ledger.Recall(recall.Worker); break;
            case SchedulerAction.Release release: _ledger.Release(release.Worker); break;
            default: throw new InvalidOperationException($"This is a bug in Rondo: unknown scheduler action {action.GetType().Name}.");
        }
    }

    // Nobody has anything, nothing is on its way, work waits and a worker is there: no event would ever wake the scheduler again.
    // The same holds for a worker that nothing can come to and that was not released.
    private void CheckAwake()
    {
        if (_ledger.RecallsInFlight > 0) return;
        if (_ledger.WaitingCases > 0)
        {
            if (_ledger.NothingHeldOrStarted && _ledger.SomebodyCouldTake && !_ledger.WaitsForFresh)
                throw new InvalidOperationException($"This is a bug in Rondo: the scheduler gives no work, although {_ledger.WaitingCases} cases wait and a worker is ready.");
            if (!_ledger.AnyIsolated) return;
        }

        foreach (var worker in _ledger.WorkersInOrder())
        {
            if (_ledger.HoldsNothing(worker) && !_ledger.MoreMayComeTo(worker))
                throw new InvalidOperationException($"This is a bug in Rondo: the scheduler keeps {worker}, although nothing can come to it any more.");
        }
    }

    private Fifo TakeOver(Exception error)
    {
        Degraded = $"The scheduler {_current.GetType().Name} failed: {error.GetType().Name}: {error.Message} The rest of the run is given out in plan order, " +
            "one unit at a time. No case is lost; the run may take longer. Please report this. [RND2005]";
        _note?.Invoke(Degraded);
        var plain = new Fifo(_ledger);
        _current = plain;
        return plain;
    }
}
