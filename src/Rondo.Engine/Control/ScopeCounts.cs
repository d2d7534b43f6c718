using Rondo.Engine.Planning;

namespace Rondo.Engine.Control;

/// <summary>Knows when the last case of a class or namespace is over, so that workers can tear down what lives in it.</summary>
/// <remarks>Only scopes in which something can live are counted.</remarks>
internal sealed class ScopeCounts
{
    private readonly Dictionary<string, int> _classes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _namespaces = new(StringComparer.Ordinal);

    public ScopeCounts(Plan plan, TestCatalog catalog)
    {
        var usesClasses = catalog.Fixtures.Any(f => f.Scope == FixtureScope.Class || f.LoopScope == LoopScope.Class) || plan.Cases.Any(c => c.Test.Marks.LoopScope == LoopScope.Class);
        var usesNamespaces = catalog.Fixtures.Any(f => f.Scope == FixtureScope.Namespace || f.LoopScope == LoopScope.Namespace) || plan.Cases.Any(c => c.Test.Marks.LoopScope == LoopScope.Namespace);
        foreach (var planned in plan.Cases)
        {
            if (usesClasses) _classes[planned.Test.Class.FullName] = _classes.GetValueOrDefault(planned.Test.Class.FullName) + 1;
            if (!usesNamespaces) continue;
            foreach (var name in Around(planned.Test.Class.Namespace)) _namespaces[name] = _namespaces.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>Scopes that are over with this case, narrow before wide.</summary>
    public IReadOnlyList<ScopeEnd> Finished(PlannedCase planned)
    {
        if (_classes.Count == 0 && _namespaces.Count == 0) return [];
        var over = new List<ScopeEnd>();
        if (CountDown(_classes, planned.Test.Class.FullName)) over.Add(new ScopeEnd(FixtureScope.Class, planned.Test.Class.FullName));
        if (_namespaces.Count > 0)
        {
            foreach (var name in Around(planned.Test.Class.Namespace))
            {
                if (CountDown(_namespaces, name)) over.Add(new ScopeEnd(FixtureScope.Namespace, name));
            }
        }

        return over;
    }

    private static bool CountDown(Dictionary<string, int> counts, string name)
    {
        if (!counts.TryGetValue(name, out var count)) return false;
        if (count > 1)
        {
            counts[name] = count - 1;
            return false;
        }

        counts.Remove(name);
        return true;
    }

    private static IEnumerable<string> Around(string space)
    {
        for (var name = space; name.Length > 0; name = name.LastIndexOf('.') is var dot && dot > 0 ? name[..dot] : "") yield return name;
        yield return "";
    }
}

/// <summary>A scope whose last case is over.</summary>
/// <param name="Scope">Class or Namespace.</param>
internal sealed record ScopeEnd(FixtureScope Scope, string Name);
