namespace Rondo.Engine.Planning;

/// <summary>Knows when the last case that uses a value of a fixture with cases is over. A value that depends on no cases lives until its scope ends and is not counted.</summary>
/// <remarks>The controller counts the results of the whole run; a worker counts what it ran itself, so that one that has all cases ends a value before the next one is made.</remarks>
internal sealed class FixtureEnds
{
    private readonly TestCatalog _catalog;
    private readonly Dictionary<Use, int> _left = [];
    private readonly Dictionary<TestNumber, IReadOnlyList<Shared>> _shared = [];

    private FixtureEnds(Plan plan, TestCatalog catalog)
    {
        _catalog = catalog;
        foreach (var planned in plan.Cases)
        {
            if (!Counts(planned)) continue;
            foreach (var shared in SharedBy(planned.Test))
            {
                var use = UseOf(shared, planned);
                _left[use] = _left.GetValueOrDefault(use) + 1;
            }
        }
    }

    /// <summary>Null if the run has nothing to count.</summary>
    public static FixtureEnds? Of(Plan plan, TestCatalog catalog) => catalog.HasSharedCases ? new FixtureEnds(plan, catalog) : null;

    /// <summary>The values that nobody needs after this case; empty for most. Those of scope Class belong to the case's class.</summary>
    /// <returns>Their keys, see <see cref="FixtureCases.Special"/>.</returns>
    public IReadOnlyList<string> Finished(PlannedCase planned)
    {
        if (!Counts(planned)) return [];
        List<string>? over = null;
        foreach (var shared in SharedBy(planned.Test))
        {
            var use = UseOf(shared, planned);
            if (!_left.TryGetValue(use, out var left)) continue;
            if (left > 1)
            {
                _left[use] = left - 1;
                continue;
            }

            _left.Remove(use);
            (over ??= []).Add(_catalog.Cases!.KeyOf(shared.Fixture.Key, _catalog.VariantsOf(planned.Test), planned.FixtureVariant));
        }

        return over ?? (IReadOnlyList<string>)[];
    }

    // What is only reported needs no value, and may come much later.
    private static bool Counts(PlannedCase planned) => planned is { FixtureVariant: >= 0, Marks.Skip: null, Key.Error: null };

    private static Use UseOf(Shared shared, PlannedCase planned)
    {
        var value = 0;
        foreach (var place in shared.Places) value = (value * shared.Variants.Fixtures[place].Cases.Count) + shared.Variants.CaseOf(planned.FixtureVariant, place);
        return new Use(shared.Fixture.Number, shared.Fixture.Scope == FixtureScope.Class ? planned.Test.Class.Number : -1, value);
    }

    // What the test uses that outlives it and depends on cases, in no order.
    private IReadOnlyList<Shared> SharedBy(TestMethod test)
    {
        if (_shared.TryGetValue(test.Key, out var known)) return known;
        var variants = _catalog.VariantsOf(test);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<Shared>();
        foreach (var key in test.Class.AutoUse) Visit(key);
        foreach (var key in test.AutoUse) Visit(key);
        if (test.IsInstance) VisitNeeds(test.Class.ConstructorNeeds);
        VisitNeeds(test.Needs);
        _shared.Add(test.Key, found);
        return found;

        void Visit(string key)
        {
            if (!seen.Add(key)) return;
            var fixture = _catalog.Fixture(key);
            var behind = _catalog.Cases!.BehindOf(key);
            if (behind.Count == 0) return;
            if (fixture.Scope != FixtureScope.Test) found.Add(new Shared(fixture, variants, PlacesOf(behind, variants)));
            VisitNeeds(fixture.Needs);
        }

        void VisitNeeds(IReadOnlyList<Binding> needs)
        {
            foreach (var need in needs)
            {
                if (need.Fixture is { } key) Visit(key);
            }
        }
    }

    private static int[] PlacesOf(IReadOnlyList<FixtureDefinition> behind, FixtureVariants variants)
    {
        var places = new int[behind.Count];
        for (var i = 0; i < places.Length; i++)
        {
            while (variants.Fixtures[places[i]].Number != behind[i].Number) places[i]++;
        }

        return places;
    }

    /// <param name="Places">Of the fixtures with cases that it depends on, in the test's variants.</param>
    private sealed record Shared(FixtureDefinition Fixture, FixtureVariants Variants, int[] Places);

    /// <param name="Class">-1 if it is not of scope Class.</param>
    /// <param name="Value">Number of the combination of cases behind it.</param>
    private readonly record struct Use(int Fixture, int Class, int Value);
}
