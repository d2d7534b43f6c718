using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Resolving;

/// <summary>All fixtures of a compilation, and what each of them resolves to. Equal tables give equal answers.</summary>
/// <remarks>Thread: any; the answers are worked out once, on first use.</remarks>
internal sealed class FixtureTable : IEquatable<FixtureTable>
{
    // Beyond every namespace.
    private const int Imported = 1_000_000;

    private readonly EquatableArray<FixtureEntry> _entries;
    private readonly Lazy<Dictionary<string, List<FixtureEntry>>> _byType;
    private readonly Lazy<Dictionary<string, ResolvedFixture>> _resolved;
    private readonly Lazy<List<FixtureEntry>> _autoUse;

    /// <param name="holders">Those of the compilation.</param>
    /// <param name="imports">What marks of the assembly make visible.</param>
    public FixtureTable(IEnumerable<HolderModel> holders, ImportsModel imports)
    {
        var entries = new Dictionary<string, FixtureEntry>(StringComparer.Ordinal);
        foreach (var holder in holders.Concat(imports.Foreign))
        {
            var isImported = holder.Place.Library is not null || imports.Own.Contains(holder.FullName);
            foreach (var fixture in holder.Fixtures)
            {
                var key = holder.FullName + "." + fixture.Method;
                entries[key] = new FixtureEntry(key, holder.FullName, holder.Namespace, holder.Owner, holder.Place, fixture with { Line = 0 }, isImported);
            }
        }

        _entries = EquatableArray.Of(entries.Values.OrderBy(e => e.Key, StringComparer.Ordinal));
        _byType = new(() => _entries.GroupBy(e => e.Fixture.Type.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal));
        _resolved = new(ResolveAll);
        _autoUse = new(() => [.. _entries.Where(e => e.Fixture.AutoUse)]);
    }

    public EquatableArray<FixtureEntry> Entries => _entries;

    /// <summary>Fixtures that are set up for a class without being asked for: widest first. Of an overridden one only the nearest, since calling either runs the same body.</summary>
    public List<FixtureEntry> AutoUse(Place place)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<FixtureEntry> found =
        [
            .. _autoUse.Value.Select(e => (Entry: e, Distance: Distance(e, place))).Where(e => e.Distance is not null).OrderBy(e => e.Distance).Select(e => e.Entry)
                .Where(e => e.Fixture.IsStatic || seen.Add(e.Fixture.Method)),
        ];
        found.Reverse();
        return found;
    }

    public bool Equals(FixtureTable? other) => other is not null && _entries.Equals(other._entries);

    public override bool Equals(object? obj) => Equals(obj as FixtureTable);

    public override int GetHashCode() => _entries.GetHashCode();

    public ResolvedFixture Resolved(string key) => _resolved.Value[key];

    public IReadOnlyList<FixtureEntry> OfType(string type) => _byType.Value.TryGetValue(type, out var entries) ? entries : [];

    /// <summary>How far away a fixture is declared: 0 is the class itself, then bases, containing classes, the namespace, the namespaces above, what <c>FixturesFrom</c> names. Null: not visible.</summary>
    public static int? Distance(FixtureEntry fixture, Place from)
    {
        if (fixture.Owner is not null)
        {
            for (var i = 0; i < from.Types.Count; i++)
            {
                if (from.Types[i] == fixture.Owner) return fixture.Fixture.IsStatic || i < from.OwnCount ? i : null;
            }

            return fixture.IsImported ? Imported : null;
        }

        if (fixture.Place.Library != from.Library) return fixture.IsImported ? Imported : null;
        var distance = from.Types.Count;
        for (var space = from.Namespace; space is not null; distance++)
        {
            if (space == fixture.Namespace) return distance;
            var dot = space.LastIndexOf('.');
            space = space.Length == 0 ? null : dot < 0 ? "" : space.Substring(0, dot);
        }

        return fixture.IsImported ? Imported : null;
    }

    /// <summary>Finds what a parameter is bound to.</summary>
    /// <param name="who">Who asks, for messages.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="from">Where it is declared.</param>
    /// <param name="self">The fixture that asks, or null: one that asks for its own type gets the next outer definition.</param>
    public Need Find(string who, ParameterModel parameter, Place from, FixtureEntry? self)
    {
        var beyond = self is not null && self.Fixture.Type.Key == parameter.Type.Key && parameter.From is null ? Distance(self, from) ?? -1 : -1;
        var nearest = int.MaxValue;
        List<FixtureEntry> found = [];
        foreach (var entry in OfType(parameter.Type.Key))
        {
            if (entry.Key == self?.Key || Distance(entry, from) is not { } distance || distance <= beyond || distance > nearest) continue;
            if (parameter.From is { } name && entry.Fixture.Name != name) continue;
            if (distance < nearest) found.Clear();
            nearest = distance;
            found.Add(entry);
        }

        if (found.Count > 1)
        {
            var named = found.FindAll(e => string.Equals(e.Fixture.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));
            if (named.Count == 1) found = named;
        }

        if (found.Count == 1) return new Need(found[0], null, null);
        if (found.Count > 1)
            return new Need(null, null, Diagnostics.Ambiguous(who, parameter.Type.Shown, parameter.Name, string.Join(", ", found.Select(e => $"'{e.Key}'")), found[0].Fixture.Name));
        if (parameter.BuiltIn is not null && parameter.From is null) return new Need(null, parameter.BuiltIn, null);
        if (parameter.CanBeOmitted && parameter.From is null) return default;
        return new Need(null, null, Diagnostics.Missing(who, parameter.Type.Shown, parameter.Name, Advice.For(this, parameter, from, self)));
    }

    private Dictionary<string, ResolvedFixture> ResolveAll()
    {
        var resolved = new Dictionary<string, ResolvedFixture>(StringComparer.Ordinal);
        foreach (var entry in _entries)
        {
            var fixture = entry.Fixture;
            var needs = new List<Need>();
            foreach (var parameter in fixture.Parameters)
            {
                if (needs.Count < fixture.ArgumentCount)
                {
                    needs.Add(Need.Argument);
                    continue;
                }

                var need = Find($"Fixture '{fixture.Name}'", parameter, entry.Place, entry);
                if (need.Fixture is { } other && HolderReader.Width(other.Fixture.Scope) < HolderReader.Width(fixture.Scope))
                    need = need with { Problem = Diagnostics.Narrower(fixture.Name, fixture.Scope, other.Fixture.Name, other.Fixture.Scope) };
                else if (RondoNames.IsOfOneTest(need.BuiltIn) && fixture.Scope != "Test")
                    need = need with { Problem = Diagnostics.NarrowerBuiltIn(fixture.Name, fixture.Scope, need.BuiltIn!) };
                needs.Add(need);
            }

            resolved[entry.Key] = new ResolvedFixture(entry, needs);
        }

        foreach (var entry in _entries) MarkCycle(resolved[entry.Key], resolved);
        return resolved;
    }

    // Reported once per fixture of the circle, at the parameter that leads into it.
    private static void MarkCycle(ResolvedFixture start, Dictionary<string, ResolvedFixture> resolved)
    {
        for (var i = 0; i < start.Needs.Count; i++)
        {
            if (start.Needs[i] is not { Fixture: { } first, Problem: null }) continue;
            if (PathTo(first, start.Entry.Key, resolved) is { } path)
            {
                var names = string.Join(" → ", new[] { start.Entry }.Concat(path).Select(e => e.Fixture.Name));
                start.Needs[i] = start.Needs[i] with { Problem = Diagnostics.Cycle($"fixture '{start.Entry.Fixture.Name}'", names) };
            }
        }
    }

    private static List<FixtureEntry>? PathTo(FixtureEntry from, string target, Dictionary<string, ResolvedFixture> resolved) =>
        Path(from, entry => entry.Key == target, resolved, new HashSet<string>(StringComparer.Ordinal));

    /// <summary>The chain of needs from a fixture to the first one that fits, both ends included; null if there is none.</summary>
    public List<FixtureEntry>? PathTo(FixtureEntry from, Func<FixtureEntry, bool> fits) => Path(from, fits, _resolved.Value, new HashSet<string>(StringComparer.Ordinal));

    private static List<FixtureEntry>? Path(FixtureEntry at, Func<FixtureEntry, bool> fits, Dictionary<string, ResolvedFixture> resolved, HashSet<string> seen)
    {
        if (fits(at)) return [at];
        if (!seen.Add(at.Key)) return null;
        foreach (var need in resolved[at.Key].Needs)
        {
            if (need.Fixture is not { } next || Path(next, fits, resolved, seen) is not { } rest) continue;
            rest.Insert(0, at);
            return rest;
        }

        return null;
    }
}

/// <summary>What a parameter is bound to: a fixture, a built-in value, nothing (the call leaves it out), or nothing because of a problem.</summary>
internal readonly record struct Need(FixtureEntry? Fixture, string? BuiltIn, Problem? Problem)
{
    /// <summary>A case gives the value.</summary>
    public static Need Argument => new(null, null, null) { IsArgument = true };

    public bool IsArgument { get; private init; }

    /// <summary>The call leaves the parameter out.</summary>
    public bool IsOmitted => Binding is null && !IsArgument;

    /// <summary>As it stands in the catalog.</summary>
    public string? Binding => Fixture is not null ? "fixture:" + Fixture.Key : BuiltIn is not null ? "builtin:" + BuiltIn : null;
}

/// <param name="Needs">One for each parameter.</param>
internal sealed record ResolvedFixture(FixtureEntry Entry, List<Need> Needs)
{
    public Problem? Problem => Needs.Select(n => n.Problem).FirstOrDefault(p => p is not null);
}
