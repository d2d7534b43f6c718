using System.Collections;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Collections;

/// <summary>Cases in a row. Why not the platform's list: docs/design/start-up.md.</summary>
internal sealed class CaseList(int capacity = 4) : IReadOnlyList<CaseIndex>
{
    private CaseIndex[] _cases = new CaseIndex[capacity];

    /// <summary>Nobody adds to it.</summary>
    public static CaseList Empty { get; } = new(0);

    public int Count { get; private set; }

    public CaseIndex this[int position] => position < Count ? _cases[position] : throw new ArgumentOutOfRangeException(nameof(position));

    public static CaseList OfNumbers(IReadOnlyList<int> numbers)
    {
        var cases = new CaseList(numbers.Count);
        for (var i = 0; i < numbers.Count; i++) cases.Add(new CaseIndex(numbers[i]));
        return cases;
    }

    /// <summary>As they stand in messages.</summary>
    public static int[] NumbersOf(IReadOnlyList<CaseIndex> cases)
    {
        var numbers = new int[cases.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = cases[i].Value;
        return numbers;
    }

    public void Add(CaseIndex index)
    {
        if (Count == _cases.Length)
        {
            var cases = new CaseIndex[Math.Max(4, Count * 2)];
            Array.Copy(_cases, cases, Count);
            _cases = cases;
        }

        _cases[Count++] = index;
    }

    public void Replace(int position, CaseIndex index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
        _cases[position] = index;
    }

    public void AddAll(IReadOnlyList<CaseIndex> cases)
    {
        for (var i = 0; i < cases.Count; i++) Add(cases[i]);
    }

    public IEnumerator<CaseIndex> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return _cases[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
