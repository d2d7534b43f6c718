namespace Rondo.Engine.Collections;

/// <summary>Objects by small numbers that are dense from -1 (the worker in the controller's own process) on; enumerated in the order of their numbers.</summary>
/// <remarks>It may be changed while it is enumerated, but what was just met must not be asked for after it was removed. Why not the platform's: docs/design/start-up.md.</remarks>
internal sealed class NumberTable<T>
    where T : class
{
    private const int Lowest = -1;

    private readonly NumberSet _numbers = new();
    private T?[] _items = [];

    public int Count => _numbers.Count;

    /// <summary>Null where there is nothing.</summary>
    public T? this[int number] => (uint)(number - Lowest) < (uint)_items.Length ? _items[number - Lowest] : null;

    /// <param name="number">At least -1.</param>
    /// <param name="item">Its object.</param>
    /// <returns>False: the number has an object already, which stays.</returns>
    public bool TryAdd(int number, T item)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, Lowest);
        var place = number - Lowest;
        if (place >= _items.Length)
        {
            var items = new T?[Math.Max(place + 1, _items.Length * 2)];
            _items.CopyTo(items, 0);
            _items = items;
        }

        if (_items[place] is not null) return false;
        _items[place] = item;
        return _numbers.Add(number);
    }

    /// <returns>False: there was nothing.</returns>
    public bool Remove(int number)
    {
        if (this[number] is null) return false;
        _items[number - Lowest] = null;
        return _numbers.Remove(number);
    }

    public Enumerator GetEnumerator() => new(this);

    // By the set and not by the array: what one worker runs is asked with every message, and is a few of a hundred thousand.
    internal struct Enumerator(NumberTable<T> table)
    {
        private NumberSet.Enumerator _numbers = table._numbers.GetEnumerator();

        public readonly T Current => table._items[_numbers.Current - Lowest]!;

        public bool MoveNext() => _numbers.MoveNext();
    }
}
