namespace Rondo.Loops;

/// <summary>One callback that is ready to run, and whose it is.</summary>
/// <param name="Lane">Null for the pump's own commands, which run without a context and are not counted.</param>
/// <param name="Callback">What runs.</param>
/// <param name="State">Its argument.</param>
readonly record struct Work(LoopLane? Lane, SendOrPostCallback Callback, object? State);

/// <summary>
/// What the pump runs next: the one place where the order of ready work is decided. First in, first out.
/// Pump thread only; a ring, so that the usual hop allocates nothing.
/// </summary>
sealed class ReadyQueue
{
    Work[] _ring = new Work[32];
    int _head;

    internal int Count { get; private set; }

    internal void Add(in Work work)
    {
        if (Count == _ring.Length) Grow();
        _ring[(_head + Count) & (_ring.Length - 1)] = work;
        Count++;
    }

    internal Work Take()
    {
        ref var slot = ref _ring[_head];
        var work = slot;
        slot = default;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        return work;
    }

    /// <summary>Looks without taking; 0 is the next one.</summary>
    internal ref readonly Work this[int index] => ref _ring[(_head + index) & (_ring.Length - 1)];

    void Grow()
    {
        var bigger = new Work[_ring.Length * 2];
        for (int i = 0; i < Count; i++) bigger[i] = this[i];
        _ring = bigger;
        _head = 0;
    }
}
