using System.Diagnostics.CodeAnalysis;

namespace Rondo.Loops;

/// <summary>
/// Armed loop timers in order of due time, then of arming. Pump thread only.
/// A disarmed timer's entry stays until it comes up or until the dead outnumber the living (lazy deletion).
/// Invariant: an entry is alive exactly if its sequence number is the timer's <see cref="LoopTimer.ArmedAs"/>.
/// </summary>
sealed class TimerHeap
{
    readonly PriorityQueue<LoopTimer, (long Due, long Sequence)> _heap = new(ByDue.Instance);
    long _sequence;
    int _dead;

    /// <summary>False means that there is nothing to look at; true may still mean dead entries only.</summary>
    internal bool HasEntries => _heap.Count != 0;

    /// <summary>Living and dead.</summary>
    internal int Entries => _heap.Count;

    internal void Arm(LoopTimer timer, long due)
    {
        if (timer.ArmedAs != 0) _dead++;
        timer.ArmedAs = ++_sequence;
        timer.Due = due;
        _heap.Enqueue(timer, (due, timer.ArmedAs));
        if (_dead > 64 && _dead > _heap.Count / 2) DropTheDead();
    }

    internal void Disarm(LoopTimer timer)
    {
        if (timer.ArmedAs == 0) return;
        timer.ArmedAs = 0;
        _dead++;
    }

    /// <summary>Takes the next timer that is due at <paramref name="now"/>; it is no longer armed then.</summary>
    internal bool TryTakeDue(long now, [NotNullWhen(true)] out LoopTimer? timer)
    {
        timer = null;
        if (!TryPeekDue(out long due) || due > now) return false;

        timer = _heap.Dequeue();
        timer.ArmedAs = 0;
        return true;
    }

    internal bool TryPeekDue(out long due)
    {
        while (_heap.TryPeek(out var timer, out var key))
        {
            due = key.Due;
            if (timer.ArmedAs == key.Sequence) return true;
            _heap.Dequeue();
            _dead--;
        }
        due = 0;
        return false;
    }

    /// <summary>True if a living timer is such. Looks at all: for a verdict, not for every turn.</summary>
    internal bool Any(Func<LoopTimer, bool> such)
    {
        foreach (var (timer, (_, sequence)) in _heap.UnorderedItems)
            if (timer.ArmedAs == sequence && such(timer)) return true;
        return false;
    }

    /// <summary>How many timers of this lane are due and wait only for the pump. Looks at all: for a verdict, not for every turn.</summary>
    internal int CountDueOf(LoopLane lane, long now)
    {
        int count = 0;
        foreach (var (timer, (due, sequence)) in _heap.UnorderedItems)
            if (ReferenceEquals(timer.Lane, lane) && due <= now && timer.ArmedAs == sequence) count++;
        return count;
    }

    // The default for tuples asks a comparer of each part through two interfaces.
    sealed class ByDue : IComparer<(long Due, long Sequence)>
    {
        internal static ByDue Instance { get; } = new();

        public int Compare((long Due, long Sequence) x, (long Due, long Sequence) y) => x.Due != y.Due ? x.Due.CompareTo(y.Due) : x.Sequence.CompareTo(y.Sequence);
    }

    void DropTheDead()
    {
        var living = _heap.UnorderedItems.Where(entry => entry.Element.ArmedAs == entry.Priority.Sequence).ToArray();
        _heap.Clear();
        _heap.EnqueueRange(living);
        _dead = 0;
    }
}
