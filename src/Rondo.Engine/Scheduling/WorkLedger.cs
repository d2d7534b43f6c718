// Who holds what: the bookkeeping every scheduler needs, and the only place that says which assignment is lawful.
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>The state of every case, unit and worker, as told by events and actions. Each scheduler owns one; it is not shared.</summary>
/// <remarks>
/// Always holds: a case is waiting, held, started or ended; a unit with an owner has cases with that live worker only, so the waiting cases of an owned unit
/// go back to its owner; the counters equal the states.
/// </remarks>
internal sealed class WorkLedger
{
    private enum CaseState : byte
    {
        Waiting,
        Held,
        Started,
        Ended,
    }

    private const int Nobody = int.MinValue;

    private readonly int[] _unitOf;
    private readonly CaseState[] _state;
    private readonly int[] _holder;
    private readonly UnitState[] _unitStates;
    private readonly NumberTable<WorkerState> _workers = new();

    // By case; null when nobody claims anything. What was assigned counts, and among that what has begun.
    private readonly ClaimSet[]? _claims;
    private readonly ClaimHolders _holders = new();
    private readonly ClaimHolders _users = new();
    // Workers that were released for a fresh one that has not come yet.
    private int _roomMade;
    private int _held;
    private int _started;

    public WorkLedger(IReadOnlyList<WorkUnit> units)
    {
        Units = units;
        var size = 0;
        foreach (var unit in units)
        {
            foreach (var index in unit.Cases) size = Math.Max(size, index.Value + 1);
        }

        _unitOf = new int[size];
        Array.Fill(_unitOf, -1);
        _state = new CaseState[size];
        _holder = new int[size];
        Array.Fill(_holder, Nobody);
        _unitStates = new UnitState[units.Count];
        for (var i = 0; i < units.Count; i++)
        {
            _unitStates[i].Waiting = units[i].Cases.Count;
            _unitStates[i].Owner = Nobody;
            WaitingCases += units[i].Cases.Count;
            AnyOverlaps |= units[i].Window > 1;
            AnyIsolated |= units[i].Isolated;
            if (units[i].Isolated) IsolatedWaiting += units[i].Cases.Count;
            if (!units[i].Claims.IsEmpty) NoteClaims(units[i], _claims ??= new ClaimSet[size]);
            foreach (var index in units[i].Cases)
            {
                if (_unitOf[index.Value] >= 0) throw new InvalidOperationException($"This is a bug in Rondo: case {index} is in two units.");
                _unitOf[index.Value] = i;
            }
        }
    }

    private struct UnitState
    {
        public int Waiting;
        public int Held;
        public int Owner;
        public bool Begun;
    }

    private static void NoteClaims(WorkUnit unit, ClaimSet[] claims)
    {
        for (var i = 0; i < unit.Cases.Count; i++) claims[unit.Cases[i].Value] = unit.CaseClaims?[i] ?? unit.Claims;
    }

    private sealed class WorkerState(WorkerNumber number)
    {
        public WorkerNumber Number { get; } = number;

        public WorkerKind Kind { get; init; }

        /// <summary>It had a case at some time.</summary>
        public bool Used { get; set; }

        /// <summary>It had an isolated one: nothing else may come to it.</summary>
        public bool Spent { get; set; }

        public bool Gone { get; set; }

        public bool Released { get; set; }

        public int Held { get; set; }

        public int Started { get; set; }

        /// <summary>Of those it holds or has started: cases that must have no neighbours.</summary>
        public int Alone { get; set; }

        /// <summary>Units it owns or owned; stale ones are filtered when read.</summary>
        public List<int> Units { get; } = [];

        /// <summary>Recalls without an answer.</summary>
        public int Recalls { get; set; }
    }

    public IReadOnlyList<WorkUnit> Units { get; }

    /// <summary>Some unit's cases overlap.</summary>
    public bool AnyOverlaps { get; }

    /// <summary>Some unit wants a fresh worker.</summary>
    public bool AnyIsolated { get; }

    public int WaitingCases { get; private set; }

    /// <summary>Of these, cases of isolated units.</summary>
    public int IsolatedWaiting { get; private set; }

    /// <summary>Goes up when a claim is given back.</summary>
    public long ClaimsFreed => _holders.Freed;

    /// <summary>Cases that some worker holds or runs.</summary>
    public int InFlight => _held + _started;

    public int RecallsInFlight { get; private set; }

    /// <summary>Cases of serial units that some worker holds or runs.</summary>
    public int SerialHeldOrStarted { get; private set; }

    /// <summary>No worker has a case, started or not. A retired worker still counts until its case has ended.</summary>
    public bool NothingHeldOrStarted => _held == 0 && _started == 0;

    /// <summary>Live workers that were not released, in order of their numbers.</summary>
    public WorkerNumber[] WorkersInOrder()
    {
        var count = 0;
        foreach (var state in _workers)
        {
            if (state is { Gone: false, Released: false }) count++;
        }

        var workers = new WorkerNumber[count];
        count = 0;
        foreach (var state in _workers)
        {
            if (state is { Gone: false, Released: false }) workers[count++] = state.Number;
        }

        return workers;
    }

    /// <summary>Some live worker is of the right kind for something that waits, or could be released for it; and none is on its way for which another was released.</summary>
    public bool SomebodyCouldTake
    {
        get
        {
            if (_roomMade > 0) return false;
            foreach (var state in _workers)
            {
                if (state is not { Gone: false, Released: false, Spent: false }) continue;
                if (IsolatedWaiting == 0 || IsFresh(state.Number) || MayMakeRoom(state.Number)) return true;
                if (WaitingCases > IsolatedWaiting && state.Kind != WorkerKind.OnlyIsolated) return true;
            }

            return false;
        }
    }

    /// <summary>It never had a case, and may have an isolated one.</summary>
    public bool IsFresh(WorkerNumber worker) => _workers[worker.Value] is { Gone: false, Released: false, Used: false, Kind: not WorkerKind.InProcess };

    /// <summary>It has, or had, an isolated unit.</summary>
    public bool IsSpent(WorkerNumber worker) => _workers[worker.Value] is { Spent: true };

    /// <summary>Some live worker never had a case.</summary>
    public bool AnyFresh
    {
        get
        {
            foreach (var state in _workers)
            {
                if (IsFresh(state.Number)) return true;
            }

            return false;
        }
    }

    /// <summary>An isolated unit waits, no live worker is fresh, and some that are idle cannot be released for it: a fresh one has to come without that.</summary>
    public bool WaitsForFresh
    {
        get
        {
            if (IsolatedWaiting == 0 || AnyFresh) return false;
            foreach (var state in _workers)
            {
                if (state is { Gone: false, Released: false, Kind: WorkerKind.InProcess }) return true;
            }

            return false;
        }
    }

    /// <summary>It can be released although work waits, so that a fresh worker takes its place.</summary>
    public bool MayMakeRoom(WorkerNumber worker) => IsolatedWaiting > 0 && _workers[worker.Value] is { Used: true, Kind: WorkerKind.Process };

    /// <summary>Nothing forbids the unit to this worker: it is of the right kind, and what waits of the unit claims nothing that another worker has.</summary>
    public bool MayTake(WorkerNumber worker, int unit)
    {
        if (!IsRightKind(worker, unit)) return false;
        if (_claims is null || Units[unit].Claims.IsEmpty) return true;
        if (_unitStates[unit].Waiting == Units[unit].Cases.Count) return _holders.AreFree(Units[unit].Claims, worker.Value);
        foreach (var index in Units[unit].Cases)
        {
            if (IsWaiting(index) && !_holders.AreFree(_claims[index.Value], worker.Value)) return false;
        }

        return true;
    }

    private bool IsRightKind(WorkerNumber worker, int unit) => !AnyIsolated || _unitStates[unit].Owner == worker.Value
        || (Units[unit].Isolated ? IsFresh(worker) : _workers[worker.Value] is { Spent: false, Kind: not WorkerKind.OnlyIsolated });

    /// <summary>See <see cref="ClaimHolders.AreFree"/>.</summary>
    public bool AreFree(ClaimSet claims, WorkerNumber? except) => _holders.AreFree(claims, except?.Value);

    /// <summary>See <see cref="ClaimHolders.Covers"/>.</summary>
    public bool Covers(WorkerNumber worker, ClaimSet claims) => _holders.Covers(claims, worker.Value);

    /// <summary>No case that has begun, anywhere, conflicts with the unit: another worker could run it now.</summary>
    public bool CouldRunElsewhere(int unit) => _claims is null || _users.AreFree(Units[unit].Claims, null);

    public bool TakesWork(WorkerNumber worker) => _workers[worker.Value] is { Gone: false, Released: false };

    public bool HoldsNothing(WorkerNumber worker) => _workers[worker.Value] is { Held: 0, Started: 0 };

    /// <summary>It holds or runs something, and only cases that overlap.</summary>
    public bool HasOnlyOverlapping(WorkerNumber worker) => _workers[worker.Value] is { Alone: 0 } state && state.Held + state.Started > 0;

    public int HeldBy(WorkerNumber worker) => _workers[worker.Value]?.Held ?? 0;

    public int StartedBy(WorkerNumber worker) => _workers[worker.Value]?.Started ?? 0;

    public int UnitOf(CaseIndex index) => (uint)index.Value < (uint)_unitOf.Length ? _unitOf[index.Value] : -1;

    public bool IsWaiting(CaseIndex index) => UnitOf(index) >= 0 && _state[index.Value] == CaseState.Waiting;

    public bool IsHeld(WorkerNumber worker, CaseIndex index) => UnitOf(index) >= 0 && _state[index.Value] == CaseState.Held && _holder[index.Value] == worker.Value;

    public bool IsStarted(WorkerNumber worker, CaseIndex index) => UnitOf(index) >= 0 && _state[index.Value] == CaseState.Started && _holder[index.Value] == worker.Value;

    /// <summary>Nobody owns the unit and some case of it waits.</summary>
    public bool IsFree(int unit) => _unitStates[unit].Waiting > 0 && _unitStates[unit].Owner == Nobody;

    /// <summary>A case of the unit was started by the worker that owns it now.</summary>
    public bool IsBegun(int unit) => _unitStates[unit].Begun;

    public int HeldOf(int unit) => _unitStates[unit].Held;

    public WorkerNumber? OwnerOf(int unit) => _unitStates[unit].Owner == Nobody ? null : new WorkerNumber(_unitStates[unit].Owner);

    public int WaitingOf(int unit) => _unitStates[unit].Waiting;

    public IReadOnlyList<CaseIndex> WaitingCasesOf(int unit)
    {
        var all = Units[unit].Cases;
        if (_unitStates[unit].Waiting == all.Count) return all;
        var waiting = new CaseList(_unitStates[unit].Waiting);
        foreach (var index in all)
        {
            if (IsWaiting(index)) waiting.Add(index);
        }

        return waiting;
    }

    /// <summary>Something that the worker does not hold may still have to be given to it: it waits, comes back by a recall, or by another worker's death.</summary>
    public bool MoreMayComeTo(WorkerNumber worker) => IsSpent(worker) ? OwnsWaiting(worker) : WaitingCases > 0 || RecallsInFlight > 0 || _held > HeldBy(worker);

    private bool OwnsWaiting(WorkerNumber worker)
    {
        foreach (var unit in _workers[worker.Value]!.Units)
        {
            if (_unitStates[unit].Owner == worker.Value && _unitStates[unit].Waiting > 0) return true;
        }

        return false;
    }

    // ---- events

    /// <returns>False: the worker was known already, or is gone.</returns>
    public bool Ready(WorkerNumber worker, WorkerKind kind)
    {
        _roomMade = 0;
        return _workers.TryAdd(worker.Value, new WorkerState(worker) { Kind = kind });
    }

    /// <returns>False: the worker does not hold the case.</returns>
    public bool Start(WorkerNumber worker, CaseIndex index)
    {
        if (!IsHeld(worker, index)) return false;
        var unit = _unitOf[index.Value];
        Leave(index, CaseState.Started);
        _holder[index.Value] = worker.Value;
        if (_claims?[index.Value] is { } claims) _users.Take(claims, worker.Value);
        _workers[worker.Value]!.Started++;
        if (Units[unit].Window == 1) _workers[worker.Value]!.Alone++;
        _started++;
        if (Units[unit].Serial) SerialHeldOrStarted++;
        if (_unitStates[unit].Owner == worker.Value) _unitStates[unit].Begun = true;
        return true;
    }

    /// <summary>Ends a case whatever its state: the outcome counts, wherever it came from.</summary>
    /// <param name="worker">Who reports it.</param>
    /// <param name="index">The case.</param>
    /// <param name="holder">Who held or ran it; null if it waited.</param>
    /// <param name="wasStarted">Its holder had begun it.</param>
    /// <returns>False: it had ended before, or is unknown.</returns>
    public bool Finish(WorkerNumber worker, CaseIndex index, out WorkerNumber? holder, out bool wasStarted)
    {
        (holder, wasStarted) = (null, false);
        var unit = UnitOf(index);
        if (unit < 0 || _state[index.Value] == CaseState.Ended) return false;
        if (_holder[index.Value] != Nobody) holder = new WorkerNumber(_holder[index.Value]);
        wasStarted = _state[index.Value] == CaseState.Started;
        if (_state[index.Value] == CaseState.Held && _unitStates[unit].Owner == worker.Value) _unitStates[unit].Begun = true;
        Leave(index, CaseState.Ended);
        return true;
    }

    /// <summary>The answer to the oldest recall.</summary>
    /// <returns>Units that nobody owns any more, and units whose given-back cases must return to the same worker because it has begun them.</returns>
    public (IReadOnlyList<int> Freed, IReadOnlyList<int> Stay) GiveBack(WorkerNumber worker, IReadOnlyList<CaseIndex> cases)
    {
        if (_workers[worker.Value] is not { Gone: false } state) return ([], []);
        if (state.Recalls > 0)
        {
            state.Recalls--;
            RecallsInFlight--;
        }

        var touched = new List<int>();
        foreach (var index in cases)
        {
            if (!IsHeld(worker, index)) continue;
            Leave(index, CaseState.Waiting);
            var unit = _unitOf[index.Value];
            if (touched.Count == 0 || touched[^1] != unit) touched.Add(unit);
        }

        List<int> freed = [], stay = [];
        foreach (var unit in touched.Distinct())
        {
            if (_unitStates[unit].Begun || _unitStates[unit].Held > 0)
            {
                stay.Add(unit);
            }
            else
            {
                _unitStates[unit].Owner = Nobody;
                freed.Add(unit);
            }
        }

        return (freed, stay);
    }

    /// <returns>Units that nobody owns any more.</returns>
    public IReadOnlyList<int> Lose(WorkerNumber worker)
    {
        if (_workers[worker.Value] is not { } state)
        {
            _workers.TryAdd(worker.Value, new WorkerState(worker) { Gone = true });
            return [];
        }

        if (state.Gone) return [];
        state.Gone = true;
        RecallsInFlight -= state.Recalls;
        state.Recalls = 0;
        var freed = new List<int>();
        foreach (var unit in state.Units)
        {
            if (_unitStates[unit].Owner != worker.Value) continue;
            foreach (var index in Units[unit].Cases)
            {
                if (IsHeld(worker, index)) Leave(index, CaseState.Waiting);
            }

            _unitStates[unit].Owner = Nobody;
            _unitStates[unit].Begun = false;
            if (_unitStates[unit].Waiting > 0) freed.Add(unit);
        }

        state.Units.Clear();
        return freed;
    }

    // ---- actions

    /// <summary>Notes an assignment.</summary>
    /// <exception cref="InvalidOperationException">It breaks the contract: the worker cannot take it, the case does not wait, or the unit is another worker's.</exception>
    public void Assign(WorkerNumber worker, IReadOnlyList<CaseIndex> cases)
    {
        // Checked as a whole first: a refused assignment changes nothing, so that whoever takes over can trust the record.
        if (!TakesWork(worker)) throw Broken($"{worker} takes no work");
        for (var i = 0; i < cases.Count; i++)
        {
            if (RefusalOf(worker, cases[i], UnitOf(cases[0])) is not { } why)
            {
                _state[cases[i].Value] = CaseState.Held;
                continue;
            }

            for (var j = 0; j < i; j++) _state[cases[j].Value] = CaseState.Waiting;
            throw Broken(why);
        }

        var workerState = _workers[worker.Value]!;
        workerState.Used = true;
        foreach (var index in cases)
        {
            var unit = _unitOf[index.Value];
            if (_claims?[index.Value] is { } claims) _holders.Take(claims, worker.Value);
            if (Units[unit].Isolated)
            {
                workerState.Spent = true;
                IsolatedWaiting--;
            }

            ref var state = ref _unitStates[unit];
            if (state.Owner != worker.Value)
            {
                state.Owner = worker.Value;
                state.Begun = false;
                workerState.Units.Add(unit);
            }

            _holder[index.Value] = worker.Value;
            state.Waiting--;
            state.Held++;
            WaitingCases--;
            _held++;
            workerState.Held++;
            if (Units[unit].Window == 1) workerState.Alone++;
            if (Units[unit].Serial) SerialHeldOrStarted++;
        }
    }

    private string? RefusalOf(WorkerNumber worker, CaseIndex index, int firstUnit)
    {
        if (!IsWaiting(index)) return $"case {index} does not wait";
        var unit = UnitOf(index);
        if (_unitStates[unit].Owner is var owner && owner != Nobody && owner != worker.Value) return $"case {index} belongs to a unit of {new WorkerNumber(owner)}";
        if (Units[unit].Isolated != Units[firstUnit].Isolated || (Units[unit].Isolated && unit != firstUnit)) return "isolated cases were given together with others";
        if (!IsRightKind(worker, unit)) return Units[unit].Isolated ? $"isolated case {index} was given to {worker}, which is not fresh" : $"case {index} was given to {worker}, which is for isolated ones";
        if (_claims?[index.Value] is { } claims && !_holders.AreFree(claims, worker.Value)) return $"case {index} claims what another worker has";
        if (Units[unit].Serial != Units[firstUnit].Serial) return "serial and parallel cases were given together";
        if (!Units[unit].Serial) return SerialHeldOrStarted > 0 ? $"case {index} was given beside a serial one" : null;
        return _held + _started > HeldBy(worker) + StartedBy(worker) ? $"serial case {index} was given while another worker has something" : null;
    }

    /// <summary>Notes that the worker was asked to give something back.</summary>
    public void Recall(WorkerNumber worker)
    {
        if (!TakesWork(worker)) throw Broken($"{worker} has nothing to give back");
        _workers[worker.Value]!.Recalls++;
        RecallsInFlight++;
    }

    public bool HasRecall(WorkerNumber worker) => _workers[worker.Value] is { Recalls: > 0 };

    public void Release(WorkerNumber worker)
    {
        if (!TakesWork(worker)) throw Broken($"{worker} is gone or released already");
        if (!HoldsNothing(worker)) throw Broken($"{worker} still has cases");
        var makesRoom = MoreMayComeTo(worker);
        if (makesRoom && !MayMakeRoom(worker)) throw Broken($"something may still come to {worker}");
        if (makesRoom) _roomMade++;
        _workers[worker.Value]!.Released = true;
    }

    private static InvalidOperationException Broken(string why) => new($"This is a bug in Rondo: the scheduler broke its contract: {why}.");

    private void Leave(CaseIndex index, CaseState next)
    {
        ref var unit = ref _unitStates[_unitOf[index.Value]];
        if (_state[index.Value] != CaseState.Waiting && Units[_unitOf[index.Value]].Serial) SerialHeldOrStarted--;
        if (_state[index.Value] != CaseState.Waiting && next != CaseState.Started && _claims?[index.Value] is { } claims)
        {
            _holders.Free(claims, _holder[index.Value]);
            if (_state[index.Value] == CaseState.Started) _users.Free(claims, _holder[index.Value]);
        }

        switch (_state[index.Value])
        {
            case CaseState.Waiting:
                unit.Waiting--;
                WaitingCases--;
                if (Units[_unitOf[index.Value]].Isolated) IsolatedWaiting--;
                break;
            case CaseState.Held:
                unit.Held--;
                _held--;
                _workers[_holder[index.Value]]!.Held--;
                if (Units[_unitOf[index.Value]].Window == 1) _workers[_holder[index.Value]]!.Alone--;
                break;
            case CaseState.Started:
                _started--;
                _workers[_holder[index.Value]]!.Started--;
                if (Units[_unitOf[index.Value]].Window == 1) _workers[_holder[index.Value]]!.Alone--;
                break;
        }

        _state[index.Value] = next;
        _holder[index.Value] = Nobody;
        if (next != CaseState.Waiting) return;
        unit.Waiting++;
        WaitingCases++;
        if (Units[_unitOf[index.Value]].Isolated) IsolatedWaiting++;
    }
}
