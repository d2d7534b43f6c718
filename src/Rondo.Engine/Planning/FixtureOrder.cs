namespace Rondo.Engine.Planning;

/// <summary>Brings cases that share a case of a wide fixture together, the widest scope first, so that as few values as possible live at once and workers that take neighbours set up few.</summary>
/// <remarks>
/// Stable: what uses no such fixture stays where it is, and within a group the order is that of declaration. The time is near linear: each case is looked at once for each case of a wide fixture that it uses.
/// </remarks>
internal static class FixtureOrder
{
    /// <summary>The cases in the order of the run; the same list if no fixture with cases outlives a test.</summary>
    public static List<PlannedCase> Arrange(TestCatalog catalog, List<PlannedCase> cases)
    {
        if (catalog.Cases is not { } fixtures || !catalog.HasSharedCases) return cases;
        var items = new Item[cases.Count];
        var any = false;
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new Item(cases[i], KeysOf(cases[i], fixtures));
            any |= items[i].Keys.Length > 0;
        }

        if (!any) return cases;
        var arranged = new List<PlannedCase>(items.Length);
        Group(items, 0, arranged);
        return arranged;
    }

    // Fixtures come widest first, so the first key of a case is the one that is dearest to change.
    private static long[] KeysOf(PlannedCase planned, FixtureCases fixtures)
    {
        if (planned.FixtureVariant < 0) return [];
        var variants = fixtures.Of(planned.Test);
        var count = 0;
        while (count < variants.Fixtures.Count && variants.Fixtures[count].Scope != FixtureScope.Test) count++;
        if (count == 0) return [];
        var keys = new List<long>(count + 1);
        var isInClass = false;
        for (var i = 0; i < count; i++)
        {
            var fixture = variants.Fixtures[i];
            // A class has values of its own: its cases stay together before they are divided by them.
            if (fixture.Scope == FixtureScope.Class && !isInClass)
            {
                isInClass = true;
                keys.Add(-1 - planned.Test.Class.Number);
            }

            keys.Add(((long)fixture.Number << 32) | (uint)variants.CaseOf(planned.FixtureVariant, i));
        }

        return [.. keys];
    }

    private static void Group(IReadOnlyList<Item> items, int depth, List<PlannedCase> to)
    {
        if (items.Count < 3)
        {
            foreach (var item in items) to.Add(item.Case);
            return;
        }

        var groups = new List<List<Item>>();
        var byKey = new Dictionary<long, List<Item>>();
        List<Item>? keyless = null;
        foreach (var item in items)
        {
            if (item.Keys.Length <= depth)
            {
                if (keyless is null || !ReferenceEquals(groups[^1], keyless)) groups.Add(keyless = []);
                keyless.Add(item);
                continue;
            }

            if (!byKey.TryGetValue(item.Keys[depth], out var group))
            {
                byKey.Add(item.Keys[depth], group = []);
                groups.Add(group);
            }

            group.Add(item);
        }

        foreach (var group in groups)
        {
            if (group[0].Keys.Length > depth) Group(group, depth + 1, to);
            else foreach (var item in group) to.Add(item.Case);
        }
    }

    private readonly record struct Item(PlannedCase Case, long[] Keys);
}
