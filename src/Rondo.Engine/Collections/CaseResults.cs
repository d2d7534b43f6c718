using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Collections;

/// <summary>The results of a run by case. Why not the platform's dictionary: docs/design/start-up.md.</summary>
internal sealed class CaseResults : IReadOnlyDictionary<CaseIndex, CaseResult>
{
    private CaseResult?[] _results = [];

    public int Count { get; private set; }

    public IEnumerable<CaseIndex> Keys
    {
        get
        {
            foreach (var result in Values) yield return result.Case;
        }
    }

    public IEnumerable<CaseResult> Values
    {
        get
        {
            foreach (var result in _results)
            {
                if (result is not null) yield return result;
            }
        }
    }

    public CaseResult this[CaseIndex key] => TryGetValue(key, out var result) ? result : throw new KeyNotFoundException($"This is a bug in Rondo: case {key} has no result.");

    public bool ContainsKey(CaseIndex key) => TryGetValue(key, out _);

    public bool TryGetValue(CaseIndex key, [NotNullWhen(true)] out CaseResult? value)
    {
        value = (uint)key.Value < (uint)_results.Length ? _results[key.Value] : null;
        return value is not null;
    }

    /// <returns>False: the case has a result already, which stays.</returns>
    public bool TryAdd(CaseIndex index, CaseResult result)
    {
        if (index.Value >= _results.Length)
        {
            var results = new CaseResult?[Math.Max(index.Value + 1, _results.Length * 2)];
            _results.CopyTo(results, 0);
            _results = results;
        }

        if (_results[index.Value] is not null) return false;
        _results[index.Value] = result;
        Count++;
        return true;
    }

    public IEnumerator<KeyValuePair<CaseIndex, CaseResult>> GetEnumerator()
    {
        foreach (var result in Values) yield return KeyValuePair.Create(result.Case, result);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
