// The queue of what not every worker may take at every moment: units with claims, and those that want a fresh process.
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>For whom a unit is looked for.</summary>
internal enum Taker
{
    /// <summary>A worker that has nothing.</summary>
    Idle,

    /// <summary>One that is to get more behind what it has: only what it holds the claims of already, so that nothing is held and not used.</summary>
    Busy,

    /// <summary>One whose cases overlap: only what can begin beside them at once.</summary>
    Overlapping,
}

/// <summary>Waiting parallel units with claims, and isolated ones, in an order that never changes.</summary>
/// <remarks>
/// The rule against starvation: nothing is given that comes later in the order and conflicts with a unit that has to wait. So a writer waits for those that had the key when its turn came, and for nobody
/// who came after. Units with equal claims are a group: what holds for the first of them holds for all, and a look at ten thousand of them is a look at one.
/// </remarks>
internal sealed class BoundWork
{
    private readonly IReadOnlyList<WorkUnit> _units;
    private readonly int[] _rankOf;
    private readonly int[] _unitAt;
    private readonly Group[] _groupAt;

    // Ranks of the first of each group.
    private readonly NumberSet _fronts = new();
    // When there was nothing for a worker that has nothing: all of them are alike, but for the fresh ones.
    private readonly (long Freed, long Changes)[] _nothingFor = [(-1, -1), (-1, -1)];

    // By key, the last look that passed over somebody who claims it: for reading, for writing.
    private readonly (long Read, long Write)[] _barred;
    private long _look;
    private long _changes;

    /// <param name="units">All units of the run.</param>
    /// <param name="order">Those that belong here, in the order in which they are to be given.</param>
    public BoundWork(IReadOnlyList<WorkUnit> units, IReadOnlyList<int> order)
    {
        _units = units;
        _unitAt = [.. order];
        _groupAt = new Group[order.Count];
        _rankOf = order.Count == 0 ? [] : new int[units.Count];
        var keys = 0;
        // Mostly there is nothing, and the dictionary would be compiled for that: docs/design/start-up.md.
        if (order.Count > 0) keys = Gather(order);
        _barred = new (long, long)[keys];
    }

    // Returns how many keys there are.
    private int Gather(IReadOnlyList<int> order)
    {
        var keys = 0;
        var groups = new Dictionary<(ClaimSet Claims, bool Isolated, bool Overlaps), Group>();
        for (var rank = 0; rank < order.Count; rank++)
        {
            var unit = _units[order[rank]];
            _rankOf[order[rank]] = rank;
            if (!groups.TryGetValue((unit.Claims, unit.Isolated, unit.Window > 1), out var group)) groups.Add((unit.Claims, unit.Isolated, unit.Window > 1), group = new Group(unit));
            _groupAt[rank] = group;
            if (unit.Claims.All is [.., var last]) keys = Math.Max(keys, last.Key + 1);
        }

        return keys;
    }

    private sealed class Group(WorkUnit first)
    {
        public ClaimSet Claims { get; } = first.Claims;

        public bool Isolated { get; } = first.Isolated;

        public bool Overlaps { get; } = first.Window > 1;

        public NumberSet Ranks { get; } = new();
    }

    /// <summary>Units of this kind wait here, not where all others do.</summary>
    public static bool Holds(WorkUnit unit) => !unit.Serial && (unit.Isolated || !unit.Claims.IsEmpty);

    public int Count { get; private set; }

    /// <summary>Waiting units whose cases overlap.</summary>
    public int Overlapping { get; private set; }

    /// <summary>The first of all; null when nothing waits.</summary>
    public int? Min => Count == 0 ? null : _unitAt[_fronts.Min];

    public void Add(int unit)
    {
        var rank = _rankOf[unit];
        var group = _groupAt[rank];
        if (group.Ranks.Count > 0) _fronts.Remove(group.Ranks.Min);
        if (!group.Ranks.Add(rank)) throw new InvalidOperationException($"This is a bug in Rondo: unit {unit} waits twice.");
        _fronts.Add(group.Ranks.Min);
        Changed(group, 1);
    }

    public void Take(int unit)
    {
        var rank = _rankOf[unit];
        var group = _groupAt[rank];
        _fronts.Remove(group.Ranks.Min);
        if (!group.Ranks.Remove(rank)) throw new InvalidOperationException($"This is a bug in Rondo: unit {unit} does not wait.");
        if (group.Ranks.Count > 0) _fronts.Add(group.Ranks.Min);
        Changed(group, -1);
    }

    /// <summary>How many with the same claims wait, itself among them if it does.</summary>
    public int OfItsKind(int unit) => _groupAt[_rankOf[unit]].Ranks.Count;

    /// <summary>Waiting units in order.</summary>
    public List<int> InOrder()
    {
        var units = new List<int>(Count);
        for (var rank = 0; rank < _unitAt.Length; rank++)
        {
            if (_groupAt[rank].Ranks.Contains(rank)) units.Add(_unitAt[rank]);
        }

        return units;
    }

    /// <summary>Takes out what got its outcome while it waited, as far as it comes first.</summary>
    public void DropEnded(WorkLedger ledger)
    {
        while (Min is { } unit && !ledger.IsFree(unit)) Take(unit);
    }

    /// <summary>The first unit that the worker may be given now; null if there is none.</summary>
    public int? FirstFor(WorkerNumber worker, Taker taker, WorkLedger ledger)
    {
        if (Count == 0 || ledger.IsSpent(worker)) return null;
        // Who has nothing can only be given more when a claim is freed or something comes back.
        ref var nothing = ref _nothingFor[ledger.IsFresh(worker) ? 1 : 0];
        if (taker == Taker.Idle && nothing == (ledger.ClaimsFreed, _changes)) return null;
        _look++;
        foreach (var rank in _fronts)
        {
            var group = _groupAt[rank];
            var unit = _unitAt[rank];
            if (!ledger.IsFree(unit))
            {
                // The next of its group stands at a later rank, and is met there.
                Take(unit);
                continue;
            }

            if (!IsBarred(group.Claims) && Fits(group, unit, worker, taker, ledger)) return unit;
            Bar(group.Claims);
        }

        if (taker == Taker.Idle) nothing = (ledger.ClaimsFreed, _changes);
        return null;
    }

    /// <summary>The first isolated unit that a fresh worker could be given now; null if there is none.</summary>
    public int? FirstIsolated(WorkLedger ledger)
    {
        if (Count == 0 || ledger.IsolatedWaiting == 0) return null;
        _look++;
        foreach (var rank in _fronts)
        {
            var group = _groupAt[rank];
            if (!ledger.IsFree(_unitAt[rank]))
            {
                Take(_unitAt[rank]);
                continue;
            }

            if (group.Isolated && !IsBarred(group.Claims) && ledger.AreFree(group.Claims, null)) return _unitAt[rank];
            Bar(group.Claims);
        }

        return null;
    }

    private bool Fits(Group group, int unit, WorkerNumber worker, Taker taker, WorkLedger ledger) => ledger.MayTake(worker, unit) && taker switch
    {
        Taker.Idle => true,
        Taker.Busy => !group.Isolated && ledger.Covers(worker, group.Claims),
        _ => group.Overlaps && !group.Isolated && ledger.AreFree(group.Claims, null) && _units[unit].Window > ledger.HeldBy(worker) + ledger.StartedBy(worker),
    };

    private bool IsBarred(ClaimSet claims)
    {
        foreach (var claim in claims.All)
        {
            if (_barred[claim.Key] is var at && (at.Write == _look || (claim.IsWrite && at.Read == _look))) return true;
        }

        return false;
    }

    private void Bar(ClaimSet claims)
    {
        foreach (var claim in claims.All)
        {
            if (claim.IsWrite) _barred[claim.Key].Write = _look;
            else _barred[claim.Key].Read = _look;
        }
    }

    private void Changed(Group group, int by)
    {
        Count += by;
        if (group.Overlaps) Overlapping += by;
        _changes++;
    }
}
