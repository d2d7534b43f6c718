using System.Diagnostics.CodeAnalysis;
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Worker;

/// <summary>What this worker was told and has not begun: orders, and cases given to it.</summary>
/// <remarks>Two threads touch it: the session takes, the reader thread adds and gives back, also while the pump is busy with a test that blocks.
/// Invariants: a case is given back or taken, never both; a case is taken only when every order that was heard before it was.</remarks>
internal sealed class WorkQueue
{
    private readonly Lock _gate = new();
    // From the place of the next one on; those before it were taken.
    private CaseList _waiting = new();
    private int _next;
    private readonly Queue<Message> _orders = [];

    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _next == _waiting.Count && _orders.Count == 0;
        }
    }

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
            lock (_gate) return _next < _waiting.Count;
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

    /// <returns>False: there is none, or an order comes first.</returns>
    public bool TryTake(out CaseIndex index)
    {
        lock (_gate)
        {
            if (_next == _waiting.Count || _orders.Count > 0)
            {
                index = default;
                return false;
            }

            index = _waiting[_next++];
            if (_next == _waiting.Count) Forget();
            return true;
        }
    }

    public void Add(IReadOnlyList<CaseIndex> cases)
    {
        lock (_gate)
        {
            _waiting.AddAll(cases);
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
            for (var i = _next; i < _waiting.Count; i++) (asked.Contains(_waiting[i].Value) ? given : kept).Add(_waiting[i]);
            (_waiting, _next) = (kept, 0);
            return given;
        }
    }

    /// <summary>Removes and returns everything.</summary>
    public IReadOnlyList<CaseIndex> GiveBackAll()
    {
        lock (_gate)
        {
            var all = new CaseList();
            for (var i = _next; i < _waiting.Count; i++) all.Add(_waiting[i]);
            Forget();
            return all;
        }
    }

    private void Forget() => (_waiting, _next) = (new CaseList(), 0);
}
