using System.Diagnostics.CodeAnalysis;

namespace Rondo.Loops;

/// <summary>
/// Armed loop timers in order of due time, then of arming. Pump thread only.
/// A disarmed timer's entry stays until it comes up or until the dead outnumber the living (lazy deletion).
/// Invariant: an entry is alive exactly if its sequence number is the timer's <see cref="LoopTimer.ArmedAs"/>.
/// </summary>
sealed class TimerHeap
{
    // A heap of our own, with our own values: the platform's would be compiled for them in every process (docs/design/start-up.md). No entry is due before the one at (place - 1) / 2.
    Entry[] _entries = new Entry[4];
    int _count;
    long _sequence;
    int _dead;

    /// <summary>False means that there is nothing to look at; true may still mean dead entries only.</summary>
    internal bool HasEntries => _count != 0;

    /// <summary>Living and dead.</summary>
    internal int Entries => _count;

    internal void Arm(LoopTimer timer, long due)
    {
        if (timer.ArmedAs != 0) _dead++;
        timer.ArmedAs = ++_sequence;
        timer.Due = due;
        Add(new Entry(timer, due, timer.ArmedAs));
        if (_dead > 64 && _dead > _count / 2) DropTheDead();
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

        timer = _entries[0].Timer;
        RemoveFirst();
        timer.ArmedAs = 0;
        return true;
    }

    internal bool TryPeekDue(out long due)
    {
        while (_count > 0)
        {
            due = _entries[0].Due;
            if (_entries[0].IsAlive) return true;
            RemoveFirst();
            _dead--;
        }
        due = 0;
        return false;
    }

    /// <summary>True if a living timer is such. Looks at all: for a verdict, not for every turn.</summary>
    internal bool Any(Func<LoopTimer, bool> such)
    {
        for (int i = 0; i < _count; i++)
            if (_entries[i].IsAlive && such(_entries[i].Timer)) return true;
        return false;
    }

    /// <summary>How many timers of this lane are due and wait only for the pump. Looks at all: for a verdict, not for every turn.</summary>
    internal int CountDueOf(LoopLane lane, long now)
    {
        int count = 0;
        for (int i = 0; i < _count; i++)
            if (ReferenceEquals(_entries[i].Timer.Lane, lane) && _entries[i].Due <= now && _entries[i].IsAlive) count++;
        return count;
    }

    void Add(Entry entry)
    {
        if (_count == _entries.Length)
        {
            var entries = new Entry[_count * 2];
            Array.Copy(_entries, entries, _count);
            _entries = entries;
        }
        int place = _count++;
        for (; place > 0 && entry.IsBefore(in _entries[(place - 1) / 2]); place = (place - 1) / 2) _entries[place] = _entries[(place - 1) / 2];
        _entries[place] = entry;
    }

    void RemoveFirst()
    {
        var last = _entries[--_count];
        _entries[_count] = default;
        if (_count > 0) Sink(last, 0);
    }

    // From this place, which is free, to where it belongs below.
    void Sink(Entry entry, int place)
    {
        for (int child; (child = 2 * place + 1) < _count; place = child)
        {
            if (child + 1 < _count && _entries[child + 1].IsBefore(in _entries[child])) child++;
            if (!_entries[child].IsBefore(in entry)) break;
            _entries[place] = _entries[child];
        }
        _entries[place] = entry;
    }

    void DropTheDead()
    {
        int living = 0;
        for (int i = 0; i < _count; i++)
            if (_entries[i].IsAlive) _entries[living++] = _entries[i];
        Array.Clear(_entries, living, _count - living);
        _count = living;
        for (int place = living / 2 - 1; place >= 0; place--) Sink(_entries[place], place);
        _dead = 0;
    }

    readonly struct Entry(LoopTimer timer, long due, long sequence)
    {
        internal LoopTimer Timer { get; } = timer;

        internal long Due { get; } = due;

        internal bool IsAlive => Timer.ArmedAs == sequence;

        internal bool IsBefore(in Entry other) => Due != other.Due ? Due < other.Due : Sequence < other.Sequence;

        long Sequence => sequence;
    }
}
