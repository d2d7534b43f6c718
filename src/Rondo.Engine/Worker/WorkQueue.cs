using Rondo.Engine.Planning;

namespace Rondo.Engine.Worker;

/// <summary>Cases given to this worker and not yet started.</summary>
/// <remarks>Two threads touch it: the session takes, the reader thread adds and gives back, also while the pump is busy with a test that blocks.
/// Invariant: a case is given back or taken, never both.</remarks>
internal sealed class WorkQueue
{
    private readonly Lock _gate = new();
    private readonly LinkedList<CaseIndex> _waiting = [];

    public bool HasWaiting
    {
        get
        {
            lock (_gate) return _waiting.Count > 0;
        }
    }

    public bool TryTake(out CaseIndex index)
    {
        lock (_gate)
        {
            if (_waiting.First is not { } first)
            {
                index = default;
                return false;
            }

            index = first.Value;
            _waiting.RemoveFirst();
            return true;
        }
    }

    public void Add(IEnumerable<CaseIndex> cases)
    {
        lock (_gate)
        {
            foreach (var index in cases) _waiting.AddLast(index);
        }
    }

    /// <summary>Removes those of the cases that were not taken, and returns them.</summary>
    public IReadOnlyList<CaseIndex> GiveBack(IReadOnlyCollection<CaseIndex> wanted)
    {
        lock (_gate)
        {
            var given = new List<CaseIndex>();
            var asked = wanted.ToHashSet();
            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (asked.Contains(node.Value))
                {
                    given.Add(node.Value);
                    _waiting.Remove(node);
                }

                node = next;
            }

            return given;
        }
    }

    /// <summary>Removes and returns everything.</summary>
    public IReadOnlyList<CaseIndex> GiveBackAll()
    {
        lock (_gate)
        {
            CaseIndex[] all = [.. _waiting];
            _waiting.Clear();
            return all;
        }
    }
}
