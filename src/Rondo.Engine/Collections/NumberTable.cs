namespace Rondo.Engine.Collections;

/// <summary>Objects by small numbers that are dense from -1 (the worker in the controller's own process) on; enumerated in the order of their numbers.</summary>
/// <remarks>It may be changed while it is enumerated. Why not the platform's: docs/design/start-up.md.</remarks>
internal sealed class NumberTable<T>
    where T : class
{
    private const int Lowest = -1;

    private T?[] _items = [];

    public int Count { get; private set; }

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
        Count++;
        return true;
    }

    /// <returns>False: there was nothing.</returns>
    public bool Remove(int number)
    {
        if (this[number] is null) return false;
        _items[number - Lowest] = null;
        Count--;
        return true;
    }

    public Enumerator GetEnumerator() => new(this);

    internal struct Enumerator(NumberTable<T> table)
    {
        private int _next;

        public T Current { get; private set; } = null!;

        public bool MoveNext()
        {
            while (_next < table._items.Length)
            {
                if (table._items[_next++] is not { } item) continue;
                Current = item;
                return true;
            }

            return false;
        }
    }
}
