using System.Diagnostics.CodeAnalysis;

namespace Rondo.Engine.Collections;

/// <summary>Gives the least item first. Of equal ones any may come first.</summary>
/// <remarks>Why not the platform's: docs/design/start-up.md.</remarks>
internal sealed class Heap<T>
    where T : class, IComparable<T>
{
    // Always holds: no item is less than the one at half its place, counted from 1. The first place stays empty.
    private readonly List<T?> _items = [null];

    public int Count => _items.Count - 1;

    public bool TryPeek([NotNullWhen(true)] out T? least)
    {
        least = Count > 0 ? _items[1] : null;
        return least is not null;
    }

    public void Add(T item)
    {
        _items.Add(item);
        var place = Count;
        for (; place > 1 && item.CompareTo(_items[place / 2]) < 0; place /= 2) _items[place] = _items[place / 2];
        _items[place] = item;
    }

    /// <summary>Removes the least item. Only while there is one.</summary>
    public void RemoveLeast()
    {
        var last = _items[^1]!;
        _items.RemoveAt(_items.Count - 1);
        if (Count == 0) return;
        var place = 1;
        while (2 * place <= Count)
        {
            var child = 2 * place;
            if (child < Count && _items[child + 1]!.CompareTo(_items[child]) < 0) child++;
            if (last.CompareTo(_items[child]) <= 0) break;
            _items[place] = _items[child];
            place = child;
        }

        _items[place] = last;
    }
}
