using Rondo.Engine.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Worker;

/// <summary>Cases given to this worker and not yet started.</summary>
/// <remarks>Two threads touch it: the session takes, the reader thread adds and gives back, also while the pump is busy with a test that blocks.
/// Invariant: a case is given back or taken, never both.</remarks>
internal sealed class WorkQueue
{
    private readonly Lock _gate = new();
    // From the place of the next one on; those before it were taken.
    private CaseList _waiting = new();
    private int _next;

    public bool HasWaiting
    {
        get
        {
            lock (_gate) return _next < _waiting.Count;
        }
    }

    public bool TryTake(out CaseIndex index)
    {
        lock (_gate)
        {
            if (_next == _waiting.Count)
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
