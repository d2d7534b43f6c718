// A test that uses fixtures with [Case] runs once for each combination of their cases. A fixture that asks for such a one has a value for each case of that, too: it is known under a key of its own for each,
// "Shop.Client[sqlite]", and so are its needs. Everything behind the plan sees fixtures with keys and needs, as without cases.
namespace Rondo.Engine.Planning;

/// <summary>The combinations of fixture cases that one test runs with, numbered from 0; the cases of the last fixture change fastest.</summary>
internal sealed class FixtureVariants
{
    /// <summary>More than this is a mistake, and would be found by the memory it takes.</summary>
    public const int Most = 1_000_000;

    private readonly int[] _strides;

    public FixtureVariants(IReadOnlyList<FixtureDefinition> fixtures)
    {
        Fixtures = fixtures;
        _strides = new int[fixtures.Count];
        long count = 1;
        for (var i = fixtures.Count - 1; i >= 0; i--)
        {
            _strides[i] = (int)count;
            count = Math.Min(count * fixtures[i].Cases.Count, Most + 1L);
        }

        Count = (int)count;
    }

    /// <summary>Of a test that uses no fixture with cases.</summary>
    public static FixtureVariants None { get; } = new([]);

    /// <summary>Those with cases, widest scope first, then in order of declaration.</summary>
    public IReadOnlyList<FixtureDefinition> Fixtures { get; }

    /// <summary>1 without such fixtures; above <see cref="Most"/> it is not exact.</summary>
    public int Count { get; }

    /// <summary>Which case of a fixture a combination has.</summary>
    /// <param name="variant">Number of the combination.</param>
    /// <param name="place">Position in <see cref="Fixtures"/>.</param>
    public int CaseOf(int variant, int place) => variant / _strides[place] % Fixtures[place].Cases.Count;

    /// <summary>As it stands behind the arguments in an id: a pair of brackets for each fixture.</summary>
    public string TextOf(int variant)
    {
        var text = "";
        for (var i = 0; i < Fixtures.Count; i++) text += "[" + Fixtures[i].Cases[CaseOf(variant, i)].Shown + "]";
        return text;
    }

    /// <summary>Why the combination is not to be run; null if it is.</summary>
    public string? SkipOf(int variant)
    {
        for (var i = 0; i < Fixtures.Count; i++)
        {
            if (Fixtures[i].Cases[CaseOf(variant, i)].Skip is { } reason) return reason;
        }

        return null;
    }
}

/// <summary>Finds which fixtures have cases and who depends on them. Made only for programs with such fixtures.</summary>
/// <remarks>Thread: any; with <c>-n 0</c> controller and worker share one.</remarks>
internal sealed class FixtureCases(TestCatalog catalog)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TestNumber, FixtureVariants> _tests = [];
    private readonly Dictionary<string, IReadOnlyList<FixtureDefinition>> _behind = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FixtureDefinition> _special = new(StringComparer.Ordinal);

    public FixtureVariants Of(TestMethod test)
    {
        lock (_gate)
        {
            if (_tests.TryGetValue(test.Key, out var known)) return known;
            var found = new List<FixtureDefinition>();
            foreach (var key in test.Class.AutoUse) Add(found, Behind(key));
            foreach (var key in test.AutoUse) Add(found, Behind(key));
            if (test.IsInstance) AddNeeds(found, test.Class.ConstructorNeeds);
            AddNeeds(found, test.Needs);
            var variants = found.Count == 0 ? FixtureVariants.None : new FixtureVariants(InOrder(found));
            _tests.Add(test.Key, variants);
            return variants;
        }
    }

    /// <summary>The fixtures with cases that a fixture depends on, itself included.</summary>
    public IReadOnlyList<FixtureDefinition> BehindOf(string key)
    {
        lock (_gate) return Behind(key);
    }

    /// <summary>A fixture as one case uses it.</summary>
    /// <param name="key">Its key in the catalog.</param>
    /// <param name="variants">Of the case's test.</param>
    /// <param name="variant">Of the case.</param>
    /// <returns>The fixture of the catalog if it depends on no cases.</returns>
    public FixtureDefinition Special(string key, FixtureVariants variants, int variant)
    {
        lock (_gate) return Make(key, variants, variant);
    }

    /// <summary>The fixture of a special key, also one that nobody made here: the host of the run's fixtures has no plan. Null if there is no such fixture.</summary>
    public FixtureDefinition? Find(string specialKey)
    {
        lock (_gate)
        {
            if (_special.TryGetValue(specialKey, out var known)) return known;
            for (var at = specialKey.IndexOf('[', StringComparison.Ordinal); at >= 0; at = specialKey.IndexOf('[', at + 1))
            {
                if (catalog.IsKey(specialKey[..at]) && FindCase(specialKey[..at], specialKey) is { } made) return made;
            }

            return null;
        }
    }

    private FixtureDefinition? FindCase(string key, string specialKey)
    {
        var behind = Behind(key);
        if (behind.Count == 0) return null;
        var variants = new FixtureVariants(behind);
        for (var i = 0; i < Math.Min(variants.Count, FixtureVariants.Most); i++)
        {
            if (SpecialKey(key, behind, variants, i) == specialKey) return Make(key, variants, i);
        }

        return null;
    }

    /// <summary>The key of <see cref="Special"/>, without making it.</summary>
    public string KeyOf(string key, FixtureVariants variants, int variant)
    {
        lock (_gate) return SpecialKey(key, Behind(key), variants, variant);
    }

    private FixtureDefinition Make(string key, FixtureVariants variants, int variant)
    {
        var behind = Behind(key);
        var definition = catalog.Fixture(key);
        if (behind.Count == 0) return definition;
        var special = SpecialKey(key, behind, variants, variant);
        if (_special.TryGetValue(special, out var known)) return known;
        var needs = new Binding[definition.Needs.Count];
        for (var i = 0; i < needs.Length; i++)
            needs[i] = definition.Needs[i] is { Fixture: { } need } ? new Binding(Make(need, variants, variant).Key, null) : definition.Needs[i];
        var made = definition with { Key = special, IsSpecial = true, Needs = needs, Row = definition.Cases.Count == 0 ? -1 : variants.CaseOf(variant, PlaceOf(definition, variants)) };
        _special.Add(special, made);
        return made;
    }

    private static string SpecialKey(string key, IReadOnlyList<FixtureDefinition> behind, FixtureVariants variants, int variant)
    {
        foreach (var fixture in behind)
        {
            var row = variants.CaseOf(variant, PlaceOf(fixture, variants));
            key += "[" + fixture.Cases[row].Shown + (fixture.TwinOf(row) is var twin && twin > 1 ? "#" + twin : "") + "]";
        }

        return key;
    }

    private static int PlaceOf(FixtureDefinition fixture, FixtureVariants variants)
    {
        for (var i = 0; i < variants.Fixtures.Count; i++)
        {
            if (variants.Fixtures[i].Number == fixture.Number) return i;
        }

        throw new InvalidOperationException($"This is a bug in Rondo: the cases of fixture '{fixture.Key}' do not multiply a test that uses it.");
    }

    private IReadOnlyList<FixtureDefinition> Behind(string key)
    {
        if (_behind.TryGetValue(key, out var known)) return known;
        // Set before looking deeper: a cycle is a compile error, but must not hang the plan if one slips through.
        _behind[key] = [];
        var definition = catalog.Fixture(key);
        var found = new List<FixtureDefinition>();
        if (definition.Cases.Count > 0) found.Add(definition);
        AddNeeds(found, definition.Needs);
        return _behind[key] = found.Count == 0 ? [] : InOrder(found);
    }

    private void AddNeeds(List<FixtureDefinition> found, IReadOnlyList<Binding> needs)
    {
        foreach (var need in needs)
        {
            if (need.Fixture is { } key) Add(found, Behind(key));
        }
    }

    private static void Add(List<FixtureDefinition> found, IReadOnlyList<FixtureDefinition> more)
    {
        foreach (var fixture in more)
        {
            if (!found.Contains(fixture)) found.Add(fixture);
        }
    }

    private static List<FixtureDefinition> InOrder(List<FixtureDefinition> found)
    {
        found.Sort(static (a, b) => a.Scope != b.Scope ? (int)b.Scope - (int)a.Scope : a.Number - b.Number);
        return found;
    }
}
