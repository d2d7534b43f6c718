using Rondo.Engine.Planning;

namespace Rondo.Engine.Control;

/// <summary>The data sources whose rows a worker reads before there is a plan, and what was found.</summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class RowSources
{
    private readonly Dictionary<TestNumber, RowsFound> _found = [];
    private readonly Queue<TestNumber> _waiting = [];
    private readonly HashSet<TestNumber> _notRead = [];

    public RowSources(TestCatalog catalog, Selection selection)
    {
        foreach (var test in catalog.Classes.SelectMany(c => c.Tests))
        {
            if (test.RowSource is not null && test.Marks.Skip is null && CaseSelection.MayMatch(test, selection)) _waiting.Enqueue(test.Key);
        }
    }

    /// <summary>To be read, in order.</summary>
    public IReadOnlyCollection<TestNumber> Waiting => _waiting;

    public RowsFound? Of(TestNumber test) => _found.GetValueOrDefault(test);

    public void Take(TestNumber test, RowsFound rows)
    {
        _found[test] = rows;
        if (_waiting.Count > 0 && _waiting.Peek() == test) _waiting.Dequeue();
    }

    /// <summary>The run ended while rows were read. A test whose rows nobody knows is listed by its id without arguments.</summary>
    public void GiveUp(string because)
    {
        foreach (var source in _waiting)
        {
            _notRead.Add(source);
            _found[source] = new RowsFound([], "Its rows were not read, because " + because + ".");
        }
    }

    /// <summary>Its rows are unknown because the run ended, not for a fault of its own.</summary>
    public bool WasGivenUp(TestNumber test) => _notRead.Contains(test);
}
