// Unknown durations first, then the longest; chunks by expected time; shallow prefetch; what was not started can be taken back for an idle worker.
// Sources: factoring with time instead of counts, Graham's LPT, Blumofe and Leiserson's stealing by the idle one from the most loaded.
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>The default scheduler.</summary>
internal sealed class WorkStealing : Scheduler
{
    // A chunk must outweigh the message that carries it, and one controller has the messages of all workers.
    private const double SmallestChunkMs = 10;
    private const double ChunkMsPerWorker = 0.03;

    // Unknown durations are learned while the run goes on; until then, and because the next one may be long, their chunks stay small.
    private const double LargestUnknownChunkMs = 50;
    private const double UnlearnedCaseMs = 200;
    private const int FirstUnknownChunk = 4;
    private const int LargestChunk = 2000;

    // Whoever holds claims keeps others from them, so not for long.
    private const double LargestBoundChunkMs = 20;

    // A worker with less work than this is asked to take more before it is idle; behind a longer case nothing is parked, since an idle worker could run it now.
    private const double PrefetchBelowMs = 10;
    private const double LongestCaseToWaitBehindMs = 100;

    private readonly WorkLedger _ledger;
    private readonly WaitingWork _waiting;
    private readonly BoundWork _bound;
    private readonly NumberSet _serial = new();
    private readonly NumberTable<Holder> _holders = new();
    private readonly NumberSet _idle = new();
    // What a case takes of a worker's time: its duration, or its share of the window where cases overlap. NaN when it is not known.
    private readonly double[] _caseMs;

    // The largest of all units.
    private readonly int _window = 1;
    private readonly int _expectedWorkers;
    // Idle workers for which something was asked back that has not come yet.
    private int _recalledFor;
    private int _learnedCases;
    private double _learnedMs;

    /// <summary>Makes a scheduler for a run.</summary>
    /// <param name="units">All work, in plan order.</param>
    /// <param name="expectedWorkers">How many workers will come, so that the first one does not take the others' share. At least 1.</param>
    public WorkStealing(IReadOnlyList<WorkUnit> units, int expectedWorkers)
    {
        _ledger = new WorkLedger(units);
        _expectedWorkers = Math.Max(1, expectedWorkers);
        _waiting = new WaitingWork(units, _expectedWorkers);
        _caseMs = new double[units.Count];
        for (var i = 0; i < units.Count; i++)
        {
            _caseMs[i] = units[i].ExpectedMs is { } ms ? ms / units[i].Cases.Count / units[i].Window : double.NaN;
            _window = Math.Max(_window, units[i].Window);
            if (units[i].Serial) _serial.Add(i);
        }

        _bound = new BoundWork(units, BoundInOrder(units));
        for (var i = 0; i < units.Count; i++)
        {
            if (BoundWork.Holds(units[i])) _bound.Add(i);
        }
    }

    // As everything else: unknown durations first, then the longest.
    private static List<int> BoundInOrder(IReadOnlyList<WorkUnit> units)
    {
        var bound = new List<int>();
        for (var i = 0; i < units.Count; i++)
        {
            if (BoundWork.Holds(units[i])) bound.Add(i);
        }

        bound.Sort((a, b) => (units[b].ExpectedMs ?? double.MaxValue).CompareTo(units[a].ExpectedMs ?? double.MaxValue) is not 0 and var byTime ? byTime : a.CompareTo(b));
        return bound;
    }

    /// <summary>What the scheduler remembers of one worker beside the ledger.</summary>
    private sealed class Holder(WorkerNumber worker)
    {
        public WorkerNumber Worker { get; } = worker;

        /// <summary>Units in the order of assignment; begun and lost ones are dropped when met.</summary>
        public List<int> Queue { get; } = [];

        public double HeldMs { get; set; }

        /// <summary>Cases of unknown duration, each with its share of its window.</summary>
        public double HeldUnknown { get; set; }

        public double StartedMs { get; set; }

        public double StartedUnknown { get; set; }

        /// <summary>Of those it has started: cases that overlap.</summary>
        public int StartedOverlapping { get; set; }

        /// <summary>Units of the recall without an answer.</summary>
        public List<int> Recalled { get; } = [];

        /// <summary>How many idle workers that recall is for.</summary>
        public int RecalledFor { get; set; }

        /// <summary>Units it did not give back: it has begun them, whatever the messages say so far.</summary>
        public NumberSet Kept { get; } = new();

        public WaitingWork.Bundle? Bundle { get; set; }

        /// <summary>A unit with claims that it was given last; others with the same claims may follow it.</summary>
        public int? LastBound { get; set; }
    }

    public override IReadOnlyList<CaseIndex> Waiting
    {
        get
        {
            var cases = new CaseList();
            foreach (var unit in _bound.InOrder()) cases.AddAll(_ledger.WaitingCasesOf(unit));
            foreach (var unit in _waiting.InOrder()) cases.AddAll(_ledger.WaitingCasesOf(unit));
            foreach (var unit in _serial) cases.AddAll(_ledger.WaitingCasesOf(unit));
            return cases;
        }
    }

    public override bool HasWaiting => _ledger.WaitingCases > 0;

    public override bool NeedsFresh => _ledger.IsolatedWaiting > 0 && !_ledger.AnyFresh && IsolatedCanStart;

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        var actions = new List<SchedulerAction>();
        switch (what)
        {
            case SchedulerEvent.WorkerReady ready:
                if (!_ledger.Ready(ready.Worker, ready.Kind)) break;
                _holders.TryAdd(ready.Worker.Value, new Holder(ready.Worker));
                _idle.Add(ready.Worker.Value);
                break;
            case SchedulerEvent.Started started:
                OnStarted(started.Worker, started.Case);
                Prefetch(started.Worker, actions);
                break;
            case SchedulerEvent.Finished finished:
                OnFinished(finished);
                Prefetch(finished.Worker, actions);
                break;
            case SchedulerEvent.GaveBack gaveBack:
                OnGaveBack(gaveBack, actions);
                break;
            case SchedulerEvent.WorkerGone gone:
                _recalledFor -= _holders[gone.Worker.Value]?.RecalledFor ?? 0;
                _holders.Remove(gone.Worker.Value);
                _idle.Remove(gone.Worker.Value);
                PutBack(_ledger.Lose(gone.Worker));
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown scheduler event {what.GetType().Name}.");
        }

        ServeIdle(actions);
        return actions;
    }

    // ---- events

    private void OnStarted(WorkerNumber worker, CaseIndex index)
    {
        if (!_ledger.Start(worker, index) || _holders[worker.Value] is not { } holder) return;
        AddHeld(holder, _ledger.UnitOf(index), -1);
        AddStarted(holder, _ledger.UnitOf(index), 1);
    }

    private void OnFinished(SchedulerEvent.Finished finished)
    {
        var unit = _ledger.UnitOf(finished.Case);
        if (!_ledger.Finish(finished.Worker, finished.Case, out var by, out var wasStarted)) return;
        if (by is { } worker && _holders[worker.Value] is { } holder)
        {
            if (wasStarted) AddStarted(holder, unit, -1);
            else AddHeld(holder, unit, -1);
            NoteIdle(worker);
        }

        if (!double.IsNaN(_caseMs[unit]) || !double.IsFinite(finished.Ms) || finished.Ms < 0) return;
        _learnedMs += finished.Ms;
        _learnedCases++;
    }

    private void OnGaveBack(SchedulerEvent.GaveBack gaveBack, List<SchedulerAction> actions)
    {
        if (_holders[gaveBack.Worker.Value] is not { } holder) return;
        foreach (var index in gaveBack.Cases.Distinct())
        {
            if (_ledger.IsHeld(gaveBack.Worker, index)) AddHeld(holder, _ledger.UnitOf(index), -1);
        }

        var (freed, stay) = _ledger.GiveBack(gaveBack.Worker, gaveBack.Cases);
        holder.Kept.AddAll(holder.Recalled.FindAll(unit => _ledger.HeldOf(unit) > 0 && _ledger.OwnerOf(unit) == gaveBack.Worker));
        holder.Kept.AddAll(stay);
        holder.Recalled.Clear();
        _recalledFor -= holder.RecalledFor;
        holder.RecalledFor = 0;
        if (freed.Count > 0)
        {
            var gone = freed.ToHashSet();
            holder.Queue.RemoveAll(gone.Contains);
        }

        // The worker had begun these units before the recall reached it: a unit is never split over two workers.
        if (stay.Count > 0) Assign(gaveBack.Worker, holder, stay, actions);
        PutBack(freed);
        NoteIdle(gaveBack.Worker);
    }

    private void PutBack(IReadOnlyList<int> units)
    {
        var parallel = new List<int>(units.Count);
        foreach (var unit in units)
        {
            if (_ledger.Units[unit].Serial) _serial.Add(unit);
            else if (BoundWork.Holds(_ledger.Units[unit])) _bound.Add(unit);
            else parallel.Add(unit);
        }

        _waiting.PutBack(parallel);
    }

    // ---- giving

    private void Prefetch(WorkerNumber worker, List<SchedulerAction> actions)
    {
        if ((_waiting.Count == 0 && _bound.Count == 0) || !_ledger.TakesWork(worker) || _ledger.HoldsNothing(worker) || _ledger.IsSpent(worker)) return;
        var holder = _holders[worker.Value]!;
        if (holder.StartedOverlapping > 0 && (_waiting.OverlappingCases > 0 || _bound.Overlapping > 0))
        {
            // A full window, and a little more for those that end until the next message comes. Nothing that must be alone is parked behind them: it would wait until the window is empty.
            while (_bound.Overlapping > 0 && InFlight(worker) < ShareOfBound && GiveBound(worker, Taker.Overlapping, actions))
            {
            }

            if (_waiting.OverlappingCases > 0 && InFlight(worker) < _window + 1 + (_window / 8)) GiveChunk(worker, actions, overlapping: true);
            return;
        }

        var heldMs = Estimate(holder.HeldMs, holder.HeldUnknown);
        if (_ledger.HeldBy(worker) > 1 && heldMs >= Math.Max(PrefetchBelowMs, SmallestChunk)) return;
        if (heldMs + Estimate(holder.StartedMs, holder.StartedUnknown) > LongestCaseToWaitBehindMs) return;
        if (!GiveBound(worker, Taker.Busy, actions)) GiveChunk(worker, actions);
    }

    private void ServeIdle(List<SchedulerAction> actions)
    {
        if (_idle.Count == 0) return;
        foreach (var number in _idle)
        {
            var worker = new WorkerNumber(number);
            if (_ledger.IsSpent(worker) || GiveBound(worker, Taker.Idle, actions)) continue;
            // What is in the other queue anybody may take, so where one gets nothing the next gets nothing either.
            if (!GiveChunk(worker, actions) && _bound.Count == 0) break;
        }

        if (_idle.Count > 0 && _waiting.Count == 0 && _bound.Count == 0 && _serial.Count > 0 && _ledger.NothingHeldOrStarted) GiveSerial(actions);
        var room = _ledger.IsolatedWaiting > 0 && _idle.Count > 0 && NeedsFresh ? _ledger.IsolatedWaiting : 0;
        if (_idle.Count > 0 && room == 0) Steal(actions);
        foreach (var number in _idle)
        {
            var worker = new WorkerNumber(number);
            if (_ledger.MoreMayComeTo(worker) && !(_ledger.MayMakeRoom(worker) && room-- > 0)) continue;
            _ledger.Release(worker);
            _idle.Remove(number);
            actions.Add(new SchedulerAction.Release(worker));
        }
    }

    // ---- what is bound by claims, or to a fresh worker

    // In the place of a worker that is not: something isolated waits for nothing else.
    private bool IsolatedCanStart
    {
        get
        {
            _bound.DropEnded(_ledger);
            while (_serial.Count > 0 && !_ledger.IsFree(_serial.Min)) _serial.Remove(_serial.Min);
            return _bound.Count > 0 ? _ledger.SerialHeldOrStarted == 0 && _bound.FirstIsolated(_ledger) is not null
                : _waiting.Count == 0 && _serial.Count > 0 && _ledger.NothingHeldOrStarted && _ledger.Units[_serial.Min].Isolated;
        }
    }

    // Not the share of the other workers.
    private int ShareOfBound => Math.Min(_window, (_bound.Overlapping + _ledger.InFlight + Parallelism - 1) / Parallelism);

    /// <returns>False: there is nothing that this worker may be given now, or something else comes first.</returns>
    private bool GiveBound(WorkerNumber worker, Taker taker, List<SchedulerAction> actions)
    {
        if (_bound.Count == 0 || _ledger.SerialHeldOrStarted > 0) return false;
        var holder = _holders[worker.Value]!;
        if (taker == Taker.Busy && (holder.LastBound is not { } last || _bound.OfItsKind(last) == 0)) return false;
        _bound.DropEnded(_ledger);
        if (_bound.FirstFor(worker, taker, _ledger) is not { } first || (taker == Taker.Idle && !ComesFirst(first))) return false;
        var (unit, chunk, ms) = (_ledger.Units[first], new List<int>(), 0.0);
        var most = _learnedCases == 0 ? 1 : (int)Math.Clamp(LargestUnknownChunkMs / Math.Max(_learnedMs / _learnedCases, 0.001), 1, FirstUnknownChunk + (2.0 * _learnedCases));
        var next = first;
        do
        {
            _bound.Take(next);
            chunk.Add(next);
            ms += _ledger.Units[next].ExpectedMs ?? 0;
        }
        // More of the same while that costs nobody anything: those with these claims cannot go elsewhere meanwhile. Those that overlap could only stand in each other's way.
        while (!unit.Isolated && !(unit.Window > 1 && unit.Claims.HasWrite) && _bound.FirstFor(worker, taker, _ledger) is { } more && IsAlike(more) && (next = more) >= 0);

        holder.LastBound = first;
        Assign(worker, holder, chunk, actions);
        return true;

        bool IsAlike(int more) => _ledger.Units[more] is var other && other.Claims.Equals(unit.Claims) && !other.Isolated && other.Window == unit.Window
            && other.ExpectedMs is null == unit.ExpectedMs is null && (other.ExpectedMs is { } expected ? ms + expected <= LargestBoundChunkMs : chunk.Count < most);
    }

    // Before what anybody may take: what can run in few places. But a long case stays before a short one.
    private bool ComesFirst(int unit) => _ledger.Units[unit] is var it && (it.Isolated || it.ExpectedMs is null || _waiting.Best() is not { } other || (it.Claims.HasWrite && _bound.OfItsKind(unit) > 1)
        || (other.Known && it.ExpectedMs >= other.Ms));

    /// <param name="overlapping">Only what overlaps, or only what does not; null decides by what comes first.</param>
    /// <returns>False: there was nothing to give.</returns>
    private bool GiveChunk(WorkerNumber worker, List<SchedulerAction> actions, bool? overlapping = null)
    {
        // Parallel work that came back while a serial unit runs has to wait for it.
        if (_ledger.SerialHeldOrStarted > 0) return false;
        var holder = _holders[worker.Value]!;
        var chunk = new List<int>();
        var cases = 0;
        double ms = 0, budget = 0;
        var most = 0;
        var bundle = overlapping is { } kind ? _waiting.Best(kind) : _waiting.Best();
        if (holder.Bundle is { Known: false, Units.Count: > 0 } own && (overlapping is null || own.Overlaps == overlapping) && own.Priority >= bundle?.Priority) bundle = own;
        var known = bundle?.Known ?? false;
        var overlaps = bundle?.Overlaps ?? false;
        var fill = FillOf(worker, overlaps);
        while (bundle is not null)
        {
            if (most == 0) budget = LimitsOfChunk(known, overlaps, out most);
            var enough = false;
            while (bundle.Units.Count > 0 && !enough)
            {
                var unit = bundle.Units[^1];
                if (!_ledger.IsFree(unit))
                {
                    _waiting.TakeFirst(bundle);
                    continue;
                }

                var count = _ledger.WaitingOf(unit);
                var unitMs = known ? _caseMs[unit] * count : 0;
                enough = chunk.Count > 0 && cases >= fill && (ms + unitMs > budget || cases + count > most);
                if (enough) break;
                chunk.Add(_waiting.TakeFirst(bundle));
                cases += count;
                ms += unitMs;
            }

            _waiting.Settle(bundle);
            holder.Bundle = bundle;
            if (enough) break;

            // Further classes only whole: neighbours stay together as long as that costs nothing.
            bundle = _waiting.Best(overlaps);
            if (bundle is null && chunk.Count == 0 && overlapping is null && (bundle = _waiting.Best()) is not null)
            {
                // Everything of the one kind had ended while it waited.
                (known, overlaps, most) = (bundle.Known, bundle.Overlaps, 0);
                fill = FillOf(worker, overlaps);
            }

            if (bundle is not null && chunk.Count > 0 && (bundle.Known != known || (cases >= fill && (ms + bundle.CostMs > budget || cases + bundle.Units.Count > most)))) break;
            if (chunk.Count == 0 && bundle is not null && bundle.Known != known) (known, most) = (bundle.Known, 0);
        }

        if (chunk.Count == 0) return false;
        Assign(worker, holder, chunk, actions);
        return true;
    }

    // At least so many of those that overlap, whatever they take: they run at once. But not the share of the other workers.
    private int FillOf(WorkerNumber worker, bool overlaps) => overlaps ? Math.Min(_window - InFlight(worker), (_waiting.OverlappingCases + Parallelism - 1) / Parallelism) : 0;

    /// <returns>Milliseconds.</returns>
    private double LimitsOfChunk(bool known, bool overlaps, out int cases)
    {
        cases = LargestChunk;
        var share = Estimate(_waiting.KnownMs, _waiting.UnknownWeight) / (3 * Parallelism);
        if (known) return Math.Max(SmallestChunk, share);

        // By count, since nothing is known: at first no more than list scheduling would give, then what was learned so far can carry.
        var even = _waiting.UnknownCases / (4 * Parallelism);
        cases = Math.Clamp(even, 1, FirstUnknownChunk);
        if (_learnedCases == 0) return double.MaxValue;
        var affordable = Math.Min(share, LargestUnknownChunkMs) / Math.Max(_learnedMs / _learnedCases, 0.001) * (overlaps ? _window : 1);
        cases = (int)Math.Clamp(Math.Min(affordable, FirstUnknownChunk + (2.0 * _learnedCases)), 1, LargestChunk);
        return double.MaxValue;
    }

    private void GiveSerial(List<SchedulerAction> actions)
    {
        while (_serial.Count > 0 && !_ledger.IsFree(_serial.Min)) _serial.Remove(_serial.Min);
        if (_serial.Count == 0) return;
        var isolated = _ledger.Units[_serial.Min].Isolated;
        if (WorkerFor(_serial.Min) is not { } worker) return;
        var chunk = new List<int>();
        var cases = 0;
        foreach (var unit in _serial)
        {
            if (chunk.Count > 0 && (isolated || _ledger.Units[unit].Isolated)) break;
            if (chunk.Count > 0 && cases + _ledger.WaitingOf(unit) > LargestChunk) break;
            if (_ledger.IsFree(unit)) chunk.Add(unit);
            cases += _ledger.WaitingOf(unit);
        }

        _serial.RemoveAll(chunk);
        Assign(worker, _holders[worker.Value]!, chunk, actions);
    }

    private WorkerNumber? WorkerFor(int unit)
    {
        foreach (var number in _idle)
        {
            if (_ledger.MayTake(new WorkerNumber(number), unit)) return new WorkerNumber(number);
        }

        return null;
    }

    private void Assign(WorkerNumber worker, Holder holder, IReadOnlyList<int> units, List<SchedulerAction> actions)
    {
        var cases = new CaseList();
        foreach (var unit in units)
        {
            var waiting = _ledger.WaitingCasesOf(unit);
            cases.AddAll(waiting);
            AddHeld(holder, unit, waiting.Count);
        }

        if (holder.Queue.Count > (2 * _ledger.HeldBy(worker)) + 64)
            holder.Queue.RemoveAll(unit => _ledger.OwnerOf(unit) != worker || _ledger.HeldOf(unit) == 0);
        holder.Queue.AddRange(units);
        _ledger.Assign(worker, cases);
        _idle.Remove(worker.Value);
        actions.Add(new SchedulerAction.Assign(worker, cases));
    }

    // ---- stealing

    /// <summary>Asks the workers with the most expected work for what they have not begun, for workers that have nothing and get nothing from the queue.</summary>
    private void Steal(List<SchedulerAction> actions)
    {
        if (_waiting.Count > 0 || _ledger.SerialHeldOrStarted > 0) return;
        var thieves = _idle.Count - _recalledFor;
        if (thieves <= 0) return;
        var loaded = new List<Victim>();
        foreach (var holder in _holders)
        {
            if (_ledger.HeldBy(holder.Worker) > 0 && !_ledger.HasRecall(holder.Worker)) loaded.Add(new Victim(Estimate(holder.HeldMs + holder.StartedMs, holder.HeldUnknown + holder.StartedUnknown), holder));
        }

        loaded.Sort(static (a, b) => a.Ms != b.Ms ? b.Ms.CompareTo(a.Ms) : a.Holder.Worker.Value.CompareTo(b.Holder.Worker.Value));
        // Only as many as are needed: what may leave a worker is asked of its whole queue.
        var victims = new List<(Holder Holder, List<int> Movable)>();
        for (var i = 0; i < loaded.Count && victims.Count < thieves; i++)
        {
            if (MovableOf(loaded[i].Holder.Worker, loaded[i].Holder) is { Count: > 0 } movable) victims.Add((loaded[i].Holder, movable));
        }

        for (var i = 0; i < victims.Count && thieves > 0; i++)
        {
            var share = (thieves + victims.Count - i - 1) / (victims.Count - i);
            Recall(victims[i].Holder, victims[i].Movable, share, actions);
            thieves -= share;
        }
    }

    /// <param name="Ms">What it probably still has to do.</param>
    /// <param name="Holder">Whose work it is.</param>
    private sealed record Victim(double Ms, Holder Holder);

    /// <summary>Units that may still leave the worker, last in line first.</summary>
    private List<int> MovableOf(WorkerNumber worker, Holder holder)
    {
        var movable = new List<int>();
        for (var i = holder.Queue.Count - 1; i >= 0; i--)
        {
            var unit = holder.Queue[i];
            if (_ledger.OwnerOf(unit) == worker && _ledger.HeldOf(unit) > 0 && !_ledger.IsBegun(unit) && !holder.Kept.Contains(unit) && !_ledger.Units[unit].Isolated && _ledger.CouldRunElsewhere(unit)) movable.Add(unit);
        }

        // A worker that has not said yet what it runs is about to begin the first.
        if (movable.Count > 0 && _ledger.StartedBy(worker) == 0) movable.RemoveAt(movable.Count - 1);
        return movable;
    }

    private void Recall(Holder holder, List<int> movable, int thieves, List<SchedulerAction> actions)
    {
        var worker = holder.Worker;
        // Half for one idle worker, two thirds for two, from the end of the line.
        var wanted = Estimate(holder.HeldMs, holder.HeldUnknown) * thieves / (thieves + 1);
        var cases = new CaseList();
        double ms = 0;
        foreach (var unit in movable)
        {
            if (cases.Count > 0 && ms >= wanted) break;
            foreach (var index in _ledger.Units[unit].Cases)
            {
                if (_ledger.IsHeld(worker, index)) cases.Add(index);
            }

            ms += CaseMs(unit) * _ledger.HeldOf(unit);
            holder.Recalled.Add(unit);
        }

        _recalledFor += thieves - holder.RecalledFor;
        holder.RecalledFor = thieves;
        _ledger.Recall(worker);
        actions.Add(new SchedulerAction.Recall(worker, cases));
    }

    // ---- accounts

    private int Parallelism => Math.Max(_expectedWorkers, _holders.Count);

    private double SmallestChunk => Math.Max(SmallestChunkMs, ChunkMsPerWorker * Parallelism);

    private double LearnedCaseMs => _learnedCases > 0 ? _learnedMs / _learnedCases : UnlearnedCaseMs;

    private double Estimate(double knownMs, double unknown) => Math.Max(0, knownMs) + (unknown > 0 ? unknown * LearnedCaseMs : 0);

    private double CaseMs(int unit) => double.IsNaN(_caseMs[unit]) ? LearnedCaseMs / _ledger.Units[unit].Window : _caseMs[unit];

    private int InFlight(WorkerNumber worker) => _ledger.HeldBy(worker) + _ledger.StartedBy(worker);

    private void NoteIdle(WorkerNumber worker)
    {
        if (!_ledger.TakesWork(worker) || !_ledger.HoldsNothing(worker)) return;
        _idle.Add(worker.Value);
        // Sums of many small numbers drift; here they are known to be nothing.
        var holder = _holders[worker.Value]!;
        (holder.HeldMs, holder.StartedMs, holder.HeldUnknown, holder.StartedUnknown) = (0, 0, 0, 0);
    }

    private void AddHeld(Holder holder, int unit, int cases)
    {
        if (double.IsNaN(_caseMs[unit])) holder.HeldUnknown += (double)cases / _ledger.Units[unit].Window;
        else holder.HeldMs += cases * _caseMs[unit];
    }

    private void AddStarted(Holder holder, int unit, int cases)
    {
        if (_ledger.Units[unit].Window > 1) holder.StartedOverlapping += cases;
        if (double.IsNaN(_caseMs[unit])) holder.StartedUnknown += (double)cases / _ledger.Units[unit].Window;
        else holder.StartedMs += cases * _caseMs[unit];
    }
}
