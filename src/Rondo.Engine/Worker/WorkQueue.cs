using System.Diagnostics.CodeAnalysis;
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Worker;

/// <summary>What this worker was told and has not begun: orders, and cases given to it.</summary>
/// <remarks>Two threads touch it: the session takes, the reader thread adds and gives back, also while the pump is busy with a test that blocks.
/// Invariants: a case is given back or taken, never both; a case is taken only when every order that was heard before it was. Cases are taken in the order in which they were given, but for one that must
/// have no neighbours, or that claims what a running case has: while others run, those that may run beside them go before it, or one such case between thousands would end all overlap. Nothing goes before a case that
/// waits for its claims and conflicts with it.</remarks>
internal sealed class WorkQueue
{
    private const int Taken = -1;

    private readonly Lock _gate = new();
    // From the place of the next one on; those before it were taken, and so were some behind it.
    private CaseList _waiting = new();
    private int _next;
    private int _left;
    private int[]? _windows;

    // Null when no case of the plan has a lock. Claims are taken with the case and given back when it has ended.
    private ClaimBook? _claims;
    private readonly List<ClaimSet> _claimed = [];

    // Nothing that overlaps could begin for want of its claims, and none of those was given back since, nor was anything added.
    private bool _isBlocked;

    // No case between _next and this place may run beside others.
    private int _nextBeside;
    private readonly Queue<Message> _orders = [];

    public bool HasOrders
    {
        get
        {
            lock (_gate) return _orders.Count > 0;
        }
    }

    public bool HasWaiting
    {
        get
        {
            lock (_gate) return _left > 0;
        }
    }

    /// <summary>The next one in the order in which they were given; null when there is none.</summary>
    public CaseIndex? Next
    {
        get
        {
            lock (_gate)
            {
                for (var i = _next; i < _waiting.Count; i++)
                {
                    if (_waiting[i].Value != Taken) return _waiting[i];
                }

                return null;
            }
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _left == 0 && _orders.Count == 0;
        }
    }

    /// <summary>Says how many may run at once beside each case of the plan; null: one at a time, all of them. And what each claims.</summary>
    public void Know(int[]? windows, ClaimBook? claims = null)
    {
        lock (_gate) (_windows, _claims) = (windows, claims is { HasLocks: true } ? claims : null);
    }

    /// <summary>A case that was taken with a window above 1 has ended: what it claimed is free.</summary>
    public void Free(CaseIndex index)
    {
        lock (_gate)
        {
            if (_claims?[index] is not { IsEmpty: false } claims) return;
            _claimed.Remove(claims);
            _isBlocked = false;
        }
    }

    public void Add(Message order)
    {
        lock (_gate) _orders.Enqueue(order);
    }

    public bool TryTakeOrder([NotNullWhen(true)] out Message? order)
    {
        lock (_gate) return _orders.TryDequeue(out order);
    }

    /// <summary>Takes the next case that may begin now.</summary>
    /// <param name="running">How many run already; 0 when nothing does.</param>
    /// <param name="allowed">How many may run at once at this moment, whatever a case's own window is.</param>
    /// <param name="index">The case.</param>
    /// <param name="window">Its window: 1 when nothing may begin beside it.</param>
    /// <returns>False: there is none, or an order comes first.</returns>
    public bool TryTake(int running, int allowed, out CaseIndex index, out int window)
    {
        lock (_gate)
        {
            var place = _orders.Count > 0 ? -1 : PlaceOfNext(running, allowed);
            if (place < 0)
            {
                (index, window) = (default, 1);
                return false;
            }

            index = _waiting[place];
            window = WindowOf(index);
            // One without neighbours needs none: nothing begins before it has ended.
            if (window > 1 && _claims?[index] is { IsEmpty: false } claims) _claimed.Add(claims);
            if (place == _next) _next++;
            else _waiting.Replace(place, new CaseIndex(Taken));
            if (--_left == 0) Forget();
            return true;
        }
    }

    /// <summary>As <see cref="TryTake"/>, without taking; an order counts too.</summary>
    public bool HasSomethingFor(int running, int allowed)
    {
        lock (_gate) return _orders.Count > 0 || PlaceOfNext(running, allowed) >= 0;
    }

    public void Add(IReadOnlyList<CaseIndex> cases)
    {
        lock (_gate)
        {
            _waiting.AddAll(cases);
            _left += cases.Count;
            _isBlocked = false;
        }
    }

    /// <summary>Removes those of the cases that were not taken, and returns them.</summary>
    public IReadOnlyList<CaseIndex> GiveBack(IReadOnlyList<CaseIndex> wanted)
    {
        lock (_gate)
        {
            CaseList given = new(), kept = new();
            var asked = new NumberSet();
            foreach (var index in wanted) asked.Add(index.Value);
            for (var i = _next; i < _waiting.Count; i++)
            {
                if (_waiting[i].Value != Taken) (asked.Contains(_waiting[i].Value) ? given : kept).Add(_waiting[i]);
            }

            Forget();
            (_waiting, _left) = (kept, kept.Count);
            return given;
        }
    }

    /// <summary>Removes and returns everything.</summary>
    public IReadOnlyList<CaseIndex> GiveBackAll()
    {
        lock (_gate)
        {
            var all = new CaseList();
            for (var i = _next; i < _waiting.Count; i++)
            {
                if (_waiting[i].Value != Taken) all.Add(_waiting[i]);
            }

            Forget();
            return all;
        }
    }

    private int WindowOf(CaseIndex index) => _windows is null ? 1 : _windows[index.Value];

    private int PlaceOfNext(int running, int allowed)
    {
        while (_next < _waiting.Count && _waiting[_next].Value == Taken) _next++;
        if (_next == _waiting.Count) return -1;
        if (running == 0) return _next;
        if (_windows is null) return -1;
        // Never back: what was passed over stays so until the queue is made anew.
        if (_nextBeside < _next) _nextBeside = _next;
        while (_nextBeside < _waiting.Count && (_waiting[_nextBeside].Value == Taken || WindowOf(_waiting[_nextBeside]) == 1)) _nextBeside++;
        if (_nextBeside >= _waiting.Count || _isBlocked) return -1;
        if (_claims is not null) return PlaceOfNextByClaims(running, allowed);
        return Math.Min(allowed, WindowOf(_waiting[_nextBeside])) > running ? _nextBeside : -1;
    }

    private int PlaceOfNextByClaims(int running, int allowed)
    {
        var passed = ClaimSet.None;
        for (var place = _nextBeside; place < _waiting.Count; place++)
        {
            if (_waiting[place].Value == Taken || WindowOf(_waiting[place]) == 1) continue;
            var claims = _claims![_waiting[place]];
            if (!claims.IsEmpty && (claims.ConflictsWith(passed) || ConflictsWithRunning(claims)))
            {
                passed = passed.With(claims);
                continue;
            }

            return Math.Min(allowed, WindowOf(_waiting[place])) > running ? place : -1;
        }

        _isBlocked = true;
        return -1;
    }

    private bool ConflictsWithRunning(ClaimSet claims)
    {
        foreach (var other in _claimed)
        {
            if (claims.ConflictsWith(other)) return true;
        }

        return false;
    }

    private void Forget() => (_waiting, _next, _nextBeside, _left, _isBlocked) = (new CaseList(), 0, 0, 0, false);
}
