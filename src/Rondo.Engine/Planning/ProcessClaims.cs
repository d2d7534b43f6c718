namespace Rondo.Engine.Planning;

/// <summary>Finds the tests that ask for <see cref="Patches"/>, themselves or through fixtures: while one of them runs, its worker runs nothing else.</summary>
internal static class ProcessClaims
{
    public static void Note(TestCatalog catalog)
    {
        // Keys of fixtures whose setup leads to it; in most programs none.
        HashSet<string>? fixtures = null;
        for (var hasMore = true; hasMore;)
        {
            hasMore = false;
            foreach (var fixture in catalog.Fixtures)
            {
                if (Ask(fixture.Needs, fixtures) && (fixtures ??= new HashSet<string>(StringComparer.Ordinal)).Add(fixture.Key)) hasMore = true;
            }

            if (fixtures is null) break;
        }

        foreach (var type in catalog.Classes)
        {
            var all = Ask(type.ConstructorNeeds, fixtures) || Use(type.AutoUse, fixtures);
            foreach (var test in type.Tests) test.ClaimsProcess = all || Ask(test.Needs, fixtures) || Use(test.AutoUse, fixtures);
        }
    }

    private static bool Ask(IReadOnlyList<Binding> needs, HashSet<string>? fixtures)
    {
        foreach (var need in needs)
        {
            if (need.BuiltIn == nameof(Patches) || (need.Fixture is { } key && fixtures is not null && fixtures.Contains(key))) return true;
        }

        return false;
    }

    private static bool Use(IReadOnlyList<string> keys, HashSet<string>? fixtures)
    {
        if (fixtures is null) return false;
        foreach (var key in keys)
        {
            if (fixtures.Contains(key)) return true;
        }

        return false;
    }
}
