using System.Numerics;

namespace Rondo.Engine.Collections;

/// <summary>A set of small numbers, in order: one bit for each, in pages that exist while something is in them.</summary>
/// <remarks>
/// Numbers start at -1, the worker in the controller's own process. Adding, removing and asking take constant time; so do <see cref="Min"/> and the next number, as long
/// as the set is not both wide and sparse. It may be changed while it is enumerated: numbers above the current one are met as they are by then.
/// Why not the platform's: docs/design/start-up.md.
/// </remarks>
internal sealed class NumberSet
{
    private const int Lowest = -1;
    private const int WordsInPage = 64;
    private const int BitsInPage = WordsInPage * 64;

    private Page?[] _pages = [];

    // Kept for the next number: a set that holds one number after the other does not allocate.
    private Page? _spare;

    // Nothing below this is in the set.
    private int _from;

    private sealed class Page
    {
        public ulong[] Words { get; } = new ulong[WordsInPage];

        public int Count { get; set; }
    }

    public int Count { get; private set; }

    /// <summary>The lowest number.</summary>
    /// <exception cref="InvalidOperationException">The set is empty.</exception>
    public int Min
    {
        get
        {
            var bit = BitFrom(_from);
            if (bit < 0) throw new InvalidOperationException("This is a bug in Rondo: an empty set was asked for its lowest number.");
            _from = bit;
            return bit + Lowest;
        }
    }

    public bool Contains(int number)
    {
        var bit = number - Lowest;
        return bit >= 0 && bit / BitsInPage < _pages.Length && _pages[bit / BitsInPage] is { } page && (page.Words[bit % BitsInPage / 64] & Mask(bit)) != 0;
    }

    /// <param name="number">At least -1.</param>
    /// <returns>False: it was there already.</returns>
    public bool Add(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, Lowest);
        var bit = number - Lowest;
        var page = PageFor(bit / BitsInPage);
        ref var word = ref page.Words[bit % BitsInPage / 64];
        if ((word & Mask(bit)) != 0) return false;
        word |= Mask(bit);
        page.Count++;
        Count++;
        _from = Math.Min(_from, bit);
        return true;
    }

    /// <returns>False: it was not there.</returns>
    public bool Remove(int number)
    {
        if (!Contains(number)) return false;
        var bit = number - Lowest;
        var page = _pages[bit / BitsInPage]!;
        page.Words[bit % BitsInPage / 64] &= ~Mask(bit);
        Count--;
        if (--page.Count > 0) return true;
        _pages[bit / BitsInPage] = null;
        _spare = page;
        return true;
    }

    public void AddAll(IReadOnlyList<int> numbers)
    {
        for (var i = 0; i < numbers.Count; i++) Add(numbers[i]);
    }

    public void RemoveAll(IReadOnlyList<int> numbers)
    {
        for (var i = 0; i < numbers.Count; i++) Remove(numbers[i]);
    }

    public void Clear()
    {
        _pages = [];
        _from = 0;
        Count = 0;
    }

    /// <summary>All numbers in order.</summary>
    public int[] ToArray()
    {
        var numbers = new int[Count];
        var i = 0;
        foreach (var number in this) numbers[i++] = number;
        return numbers;
    }

    public Enumerator GetEnumerator() => new(this);

    private static ulong Mask(int bit) => 1UL << (bit % 64);

    private Page PageFor(int number)
    {
        if (number >= _pages.Length)
        {
            var pages = new Page?[Math.Max(number + 1, _pages.Length * 2)];
            _pages.CopyTo(pages, 0);
            _pages = pages;
        }

        if (_pages[number] is { } page) return page;
        page = _spare ?? new Page();
        _spare = null;
        return _pages[number] = page;
    }

    /// <returns>The first bit that is set, from the given one on; -1 if there is none.</returns>
    private int BitFrom(int bit)
    {
        for (var number = bit / BitsInPage; number < _pages.Length; number++, bit = number * BitsInPage)
        {
            if (_pages[number] is not { } page) continue;
            for (var word = bit % BitsInPage / 64; word < WordsInPage; word++, bit = (number * BitsInPage) + (word * 64))
            {
                if (page.Words[word] >> (bit % 64) is var rest and not 0) return bit + BitOperations.TrailingZeroCount(rest);
            }
        }

        return -1;
    }

    internal struct Enumerator(NumberSet set)
    {
        private int _next = set._from;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            var bit = set.BitFrom(_next);
            if (bit < 0) return false;
            _next = bit + 1;
            Current = bit + Lowest;
            return true;
        }
    }
}
