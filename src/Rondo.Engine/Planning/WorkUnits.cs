using Rondo.Engine.Collections;
using Rondo.Engine.Scheduling;
using Rondo.Loops;

namespace Rondo.Engine.Planning;

/// <summary>Groups the cases of a plan into what must stay together on one worker.</summary>
internal static class WorkUnits
{
    // What a case costs that is only reported: a message.
    private const double ReportedOnlyMs = 0.05;

    /// <summary>The units in the order of their first cases.</summary>
    /// <param name="plan">The cases of the run.</param>
    /// <param name="catalog">The catalog the plan was made from.</param>
    /// <param name="expectedMs">What history knows of an id, in milliseconds; null when it knows nothing.</param>
    /// <param name="concurrency">See <see cref="Overlap.WindowOf"/>.</param>
    /// <param name="claims">The claims of the plan; null when nobody claims anything.</param>
    /// <param name="isolation">Who has a process to itself without a mark; null: nobody has, whatever its mark says, because there can be no other process.</param>
    /// <param name="distribution">What else stays together.</param>
    /// <returns>
    /// All cases of an isolated class, and of one that uses, also through other fixtures, a class-scoped fixture or loop, as one unit; else a unit per case, or per class, file or groups as the distribution says.
    /// A case that is isolated alone leaves its class, and what is isolated leaves its file and groups.
    /// </returns>
    public static IReadOnlyList<WorkUnit> Of(
        Plan plan, TestCatalog catalog, Func<string, double?> expectedMs, int? concurrency = null, ClaimBook? claims = null, Isolation? isolation = Isolation.None, Distribution distribution = Distribution.WorkSteal)
    {
        var sharing = new ClassSharing(catalog);
        var whole = new NumberSet();
        foreach (var planned in plan.Cases)
        {
            if (!whole.Contains(planned.Test.Class.Number) && (planned.Marks.LoopScope == LoopScope.Class || sharing.Of(planned.Test)))
                whole.Add(planned.Test.Class.Number);
        }

        if (distribution == Distribution.Each && plan.Cases is [{ Copy.Length: > 0 }, ..]) return OfCopies(plan, expectedMs, concurrency, claims, isolation);
        var units = new List<List<PlannedCase>>(plan.Cases.Count);
        var unitOfClass = new NumberTable<List<PlannedCase>>();
        var unitOfIsolatedClass = new NumberTable<List<PlannedCase>>();
        var copy = "";
        foreach (var planned in plan.Cases)
        {
            // Copies of a class share nothing that must stay together.
            if (planned.Copy != copy) (copy, unitOfClass, unitOfIsolatedClass) = (planned.Copy, new(), new());
            var type = planned.Test.Class.Number;
            var isolated = IsolationOf(planned, isolation);
            var together = isolated switch { Isolation.Test => null, Isolation.Class => unitOfIsolatedClass, _ => unitOfClass };
            if (together?[type] is { } unit)
            {
                unit.Add(planned);
                continue;
            }

            unit = [planned];
            units.Add(unit);
            if (isolated == Isolation.Class || whole.Contains(type)) together?.TryAdd(type, unit);
        }

        units = distribution switch
        {
            Distribution.LoadScope or Distribution.LoadClass => Joined(units, static c => c.Test.Class.FullName + "@" + c.Copy, isolation),
            Distribution.LoadFile => Joined(units, static c => c.Test.Class.Assembly + "|" + c.Test.Class.File + "@" + c.Copy, isolation),
            Distribution.LoadGroup => Joined(units, static c => c.Marks.Groups.Count == 0 ? null : string.Join('_', c.Marks.Groups.Order(StringComparer.Ordinal)) + "@" + c.Copy, isolation),
            _ => units,
        };
        return [.. units.Select(unit => MakeUnit(unit, expectedMs, concurrency, claims, IsolationOf(unit[0], isolation) != Isolation.None, AffinityOf(unit[0], catalog)))];
    }

    /// <summary>The class has cases that share something of scope Class, so all of them are one unit.</summary>
    public static bool StaysWhole(TestClass type, Plan plan, TestCatalog catalog)
    {
        var sharing = new ClassSharing(catalog);
        foreach (var planned in plan.Cases)
        {
            if (planned.Test.Class == type && (planned.Marks.LoopScope == LoopScope.Class || sharing.Of(planned.Test))) return true;
        }

        return false;
    }

    // Each copy of the whole run has a process that never ran another one. What claims something, or wants the run for itself, has further ones, so that the rest need not wait for it.
    private static IReadOnlyList<WorkUnit> OfCopies(Plan plan, Func<string, double?> expectedMs, int? concurrency, ClaimBook? claims, Isolation? isolation)
    {
        var units = new List<List<PlannedCase>>();
        var unitOf = new Dictionary<string, List<PlannedCase>>(StringComparer.Ordinal);
        foreach (var planned in plan.Cases)
        {
            var own = IsolationOf(planned, isolation) switch
            {
                Isolation.Test => planned.Id,
                Isolation.Class => planned.Test.Class.FullName + "@" + planned.Copy,
                _ => (planned.Marks.Serial ? "serial" : claims?[planned.Index].IsEmpty == false ? "claims" : "") + "@" + planned.Copy,
            };
            if (unitOf.TryGetValue(own, out var unit))
            {
                unit.Add(planned);
                continue;
            }

            unitOf.Add(own, unit = [planned]);
            units.Add(unit);
        }

        return [.. units.Select(unit => MakeUnit(unit, expectedMs, concurrency, claims, isolated: isolation is not null, unit[0].Copy))];
    }

    /// <summary>Those that take longest first, so that none of them is begun when the others are done; by their number of cases while the duration of some is unknown. What has a higher priority stays before the rest.</summary>
    public static IReadOnlyList<WorkUnit> LargestFirst(IReadOnlyList<WorkUnit> units)
    {
        var known = units.All(u => u.ExpectedMs is not null);
        return [.. units.OrderByDescending(u => u.Priority).ThenByDescending(u => known ? u.ExpectedMs!.Value / u.Window : u.Cases.Count)];
    }

    // A unit that stays whole for a reason of its own may have cases with different keys; then all of these keys stay together.
    private static List<List<PlannedCase>> Joined(List<List<PlannedCase>> units, Func<PlannedCase, string?> keyOf, Isolation? isolation)
    {
        var joinedTo = new int[units.Count];
        var firstWith = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < units.Count; i++)
        {
            joinedTo[i] = i;
            foreach (var planned in units[i])
            {
                if (IsolationOf(planned, isolation) != Isolation.None || keyOf(planned) is not { } key || firstWith.TryAdd(key, i)) continue;
                var (one, other) = (FirstOf(firstWith[key]), FirstOf(i));
                joinedTo[Math.Max(one, other)] = Math.Min(one, other);
            }
        }

        var joined = new List<List<PlannedCase>>();
        for (var i = 0; i < units.Count; i++)
        {
            if (FirstOf(i) is var first && first != i) units[first].AddRange(units[i]);
            else joined.Add(units[i]);
        }

        foreach (var unit in joined) unit.Sort(static (a, b) => a.Index.Value.CompareTo(b.Index.Value));
        return joined;

        int FirstOf(int unit)
        {
            while (joinedTo[unit] != unit) unit = joinedTo[unit] = joinedTo[joinedTo[unit]];
            return unit;
        }
    }

    // What is dear to set up is shared by cases of many classes: those with the same cases of wide fixtures go together. Below that, the cases of one class.
    private static string AffinityOf(PlannedCase planned, TestCatalog catalog)
    {
        if (planned.FixtureVariant < 0 || !catalog.HasSharedCases) return planned.Test.Class.FullName;
        var variants = catalog.VariantsOf(planned.Test);
        var affinity = "";
        for (var i = 0; i < variants.Fixtures.Count && variants.Fixtures[i].Scope > FixtureScope.Class; i++)
            affinity += variants.Fixtures[i].Key + "[" + variants.Fixtures[i].Cases[variants.CaseOf(planned.FixtureVariant, i)].Shown + "]";
        return affinity.Length == 0 ? planned.Test.Class.FullName : affinity;
    }

    // What is only reported needs no process. The option adds to the marks; the smaller of both counts.
    private static Isolation IsolationOf(PlannedCase planned, Isolation? option)
    {
        if (option is not { } wanted || planned.Marks.Skip is not null || planned.Key.Error is not null) return Isolation.None;
        return planned.Marks.Isolation is { } marked && marked > wanted ? marked : wanted;
    }

    private static WorkUnit MakeUnit(List<PlannedCase> cases, Func<string, double?> expectedMs, int? concurrency, ClaimBook? claims, bool isolated, string affinity)
    {
        double ms = 0;
        int known = 0, unknown = 0, window = 1, priority = int.MinValue;
        foreach (var planned in cases)
        {
            window = Math.Max(window, Overlap.WindowOf(planned, concurrency, claims));
            priority = Math.Max(priority, planned.Priority);
            if (planned.Marks.Skip is not null || planned.Key.Error is not null)
            {
                ms += ReportedOnlyMs;
                known++;
            }
            else if (expectedMs(planned.OwnId) is { } expected && double.IsFinite(expected) && expected >= 0)
            {
                ms += expected;
                known++;
            }
            else
            {
                unknown++;
            }
        }

        // A few new cases in a known class take about as long as their neighbours; a unit of which nothing is known says so.
        double? total = known == 0 ? null : ms + (unknown * ms / known);
        var indexes = new CaseList(cases.Count);
        foreach (var planned in cases) indexes.Add(planned.Index);
        var unit = new WorkUnit(indexes, total, cases.Exists(c => c.Marks.Serial)) { Affinity = affinity, Window = window, Priority = priority, Isolated = isolated };
        if (claims is not { HasLocks: true }) return unit;
        ClaimSet[] each = [.. cases.Select(c => claims[c.Index])];
        var all = ClaimSet.None;
        foreach (var own in each) all = own.With(all);
        return all.IsEmpty ? unit : unit with { Claims = all, CaseClaims = each.Length == 1 ? null : each };
    }

    /// <summary>Remembers which fixtures lead to a class-scoped one.</summary>
    private sealed class ClassSharing(TestCatalog catalog)
    {
        private readonly Dictionary<string, bool> _fixtures = new(StringComparer.Ordinal);
        private readonly Dictionary<TestNumber, bool> _tests = [];

        public bool Of(TestMethod test)
        {
            if (_tests.TryGetValue(test.Key, out var known)) return known;
            var shares = Any(test.Class.ConstructorNeeds) || Any(test.Needs) || test.Class.AutoUse.Any(OfFixture) || test.AutoUse.Any(OfFixture);
            _tests.Add(test.Key, shares);
            return shares;
        }

        private bool Any(IReadOnlyList<Binding> needs)
        {
            foreach (var need in needs)
            {
                if (need.Fixture is { } key && OfFixture(key)) return true;
            }

            return false;
        }

        private bool OfFixture(string key)
        {
            if (_fixtures.TryGetValue(key, out var known)) return known;
            // Set before looking deeper: a cycle is a compile error, but must not hang the plan if one slips through.
            _fixtures[key] = false;
            var fixture = catalog.Fixture(key);
            return _fixtures[key] = (fixture.Scope == FixtureScope.Class && fixture.IsShared) || fixture.LoopScope == LoopScope.Class || Any(fixture.Needs);
        }
    }
}
