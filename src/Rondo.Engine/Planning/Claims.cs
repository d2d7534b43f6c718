// What cases claim for themselves: the keys of [ResourceLock], and the process.
using System.Runtime.CompilerServices;

namespace Rondo.Engine.Planning;

/// <param name="Key">Number of the key in its <see cref="ClaimBook"/>.</param>
/// <param name="IsWrite">Alone; else beside other readers.</param>
internal readonly record struct Claim(int Key, bool IsWrite);

/// <summary>Everything that a case, or a unit of cases, claims. Immutable; equal by value.</summary>
internal sealed class ClaimSet : IEquatable<ClaimSet>
{
    private readonly Claim[] _claims;

    private ClaimSet(Claim[] claims)
    {
        _claims = claims;
        foreach (var claim in claims) HasWrite |= claim.IsWrite;
    }

    public static ClaimSet None { get; } = new([]);

    /// <summary>In the order of their keys, each key once.</summary>
    public ReadOnlySpan<Claim> All => _claims;

    public bool IsEmpty => _claims.Length == 0;

    /// <summary>Two cases with this set cannot run at once.</summary>
    public bool HasWrite { get; }

    /// <summary>A set of these claims; of two with one key a write counts.</summary>
    public static ClaimSet Of(params IEnumerable<Claim> claims)
    {
        var modes = new SortedDictionary<int, bool>();
        foreach (var claim in claims) modes[claim.Key] = claim.IsWrite || modes.GetValueOrDefault(claim.Key);
        return modes.Count == 0 ? None : new ClaimSet([.. modes.Select(m => new Claim(m.Key, m.Value))]);
    }

    public ClaimSet With(ClaimSet other) => other.IsEmpty || Equals(other) ? this : IsEmpty ? other : Of([.. _claims, .. other._claims]);

    /// <summary>A case of the one and a case of the other cannot run at once.</summary>
    public bool ConflictsWith(ClaimSet other)
    {
        for (int mine = 0, theirs = 0; mine < _claims.Length && theirs < other._claims.Length;)
        {
            var (one, two) = (_claims[mine], other._claims[theirs]);
            if (one.Key == two.Key && (one.IsWrite || two.IsWrite)) return true;
            if (one.Key <= two.Key) mine++;
            if (two.Key <= one.Key) theirs++;
        }

        return false;
    }

    public bool Equals(ClaimSet? other) => other is not null && _claims.AsSpan().SequenceEqual(other._claims);

    public override bool Equals(object? obj) => Equals(obj as ClaimSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var claim in _claims) hash.Add(claim);
        return hash.ToHashCode();
    }
}

/// <summary>Who claims what in one plan. Controller and workers make it from the same plan and catalog.</summary>
internal sealed class ClaimBook
{
    /// <summary>The built-in value whose users change what belongs to their whole process.</summary>
    public const string ProcessWide = "Patches";

    private readonly ClaimSet[]? _sets;
    private readonly bool[]? _alone;

    private ClaimBook(ClaimSet[]? sets, bool[]? alone) => (_sets, _alone) = (sets, alone);

    /// <summary>True if some case has a claim that concerns other workers too.</summary>
    public bool HasLocks => _sets is not null;

    /// <summary>What the case claims in the whole run.</summary>
    public ClaimSet this[CaseIndex index] => _sets is null ? ClaimSet.None : _sets[index.Value];

    /// <summary>The case claims its process: nothing may overlap with it there.</summary>
    public bool IsAlone(CaseIndex index) => _alone is not null && _alone[index.Value];

    /// <summary>Null, the rule: nobody claims anything.</summary>
    public static ClaimBook? Of(Plan plan, TestCatalog catalog)
    {
        ClaimSet[]? sets = null;
        bool[]? alone = null;
        Dictionary<string, int>? keys = null;
        // Cases of one test mostly have the same marks.
        Dictionary<(Marks, TestNumber), ClaimSet>? known = null;
        for (var i = 0; i < plan.Cases.Count; i++)
        {
            var planned = plan.Cases[i];
            var (ofFixtures, ofProcess) = catalog.ClaimsOfFixtures(planned.Test);
            if (ofProcess) (alone ??= new bool[plan.Cases.Count])[i] = true;
            if (planned.Marks.Locks.Count == 0 && ofFixtures.Count == 0) continue;
            known ??= new Dictionary<(Marks, TestNumber), ClaimSet>(ByReference.Instance);
            if (!known.TryGetValue((planned.Marks, planned.Test.Key), out var set))
            {
                keys ??= new Dictionary<string, int>(StringComparer.Ordinal);
                set = ClaimSet.Of(planned.Marks.Locks.Concat(ofFixtures).Select(text => Read(text, keys)));
                known.Add((planned.Marks, planned.Test.Key), set);
            }

            if (sets is null) Array.Fill(sets = new ClaimSet[plan.Cases.Count], ClaimSet.None);
            sets[i] = set;
        }

        return sets is null && alone is null ? null : new ClaimBook(sets, alone);
    }

    // As the generator wrote it: R:key or W:key.
    private static Claim Read(string text, Dictionary<string, int> keys)
    {
        var key = text[2..];
        if (!keys.TryGetValue(key, out var number)) keys.Add(key, number = keys.Count);
        return new Claim(number, text[0] == 'W');
    }

    private sealed class ByReference : IEqualityComparer<(Marks Marks, TestNumber Test)>
    {
        public static readonly ByReference Instance = new();

        public bool Equals((Marks Marks, TestNumber Test) x, (Marks Marks, TestNumber Test) y) => ReferenceEquals(x.Marks, y.Marks) && x.Test == y.Test;

        public int GetHashCode((Marks Marks, TestNumber Test) obj) => RuntimeHelpers.GetHashCode(obj.Marks) ^ obj.Test.GetHashCode();
    }
}

/// <summary>What tests claim through the fixtures they use, also those behind others.</summary>
internal sealed class FixtureClaims
{
    private static readonly Reach s_nothing = new([], false);

    private readonly TestCatalog _catalog;
    private readonly Dictionary<string, Reach> _fixtures = new(StringComparer.Ordinal);
    private readonly Dictionary<TestNumber, Reach> _tests = [];
    private readonly bool _any;

    public FixtureClaims(TestCatalog catalog)
    {
        _catalog = catalog;
        foreach (var fixture in catalog.Fixtures) _any |= fixture.Locks.Count > 0 || AsksForProcess(fixture.Needs);
    }

    /// <param name="Locks">As written in the catalog.</param>
    /// <param name="Process">The process is claimed.</param>
    public sealed record Reach(IReadOnlyList<string> Locks, bool Process);

    public Reach Of(TestMethod test)
    {
        if (!_any) return AsksForProcess(test.Needs) || AsksForProcess(test.Class.ConstructorNeeds) ? new Reach([], true) : s_nothing;
        if (_tests.TryGetValue(test.Key, out var known)) return known;
        var locks = new List<string>();
        var process = Add(test.Class.ConstructorNeeds, locks) | Add(test.Needs, locks) | Add(test.Class.AutoUse, locks) | Add(test.AutoUse, locks);
        var reach = locks.Count == 0 && !process ? s_nothing : new Reach([.. locks.Distinct(StringComparer.Ordinal)], process);
        _tests.Add(test.Key, reach);
        return reach;
    }

    private static bool AsksForProcess(IReadOnlyList<Binding> needs)
    {
        foreach (var need in needs)
        {
            if (need.BuiltIn == ClaimBook.ProcessWide) return true;
        }

        return false;
    }

    private bool Add(IReadOnlyList<Binding> needs, List<string> locks)
    {
        var process = AsksForProcess(needs);
        foreach (var need in needs)
        {
            if (need.Fixture is { } key) process |= Add(key, locks);
        }

        return process;
    }

    private bool Add(IReadOnlyList<string> keys, List<string> locks)
    {
        var process = false;
        foreach (var key in keys) process |= Add(key, locks);
        return process;
    }

    private bool Add(string key, List<string> locks)
    {
        var reach = OfFixture(key);
        locks.AddRange(reach.Locks);
        return reach.Process;
    }

    private Reach OfFixture(string key)
    {
        if (_fixtures.TryGetValue(key, out var known)) return known;
        // Set before looking deeper: a cycle is a compile error, but must not hang the plan if one slips through.
        _fixtures[key] = s_nothing;
        var fixture = _catalog.Fixture(key);
        var locks = new List<string>(fixture.Locks);
        var process = Add(fixture.Needs, locks);
        return _fixtures[key] = locks.Count == 0 && !process ? s_nothing : new Reach([.. locks.Distinct(StringComparer.Ordinal)], process);
    }
}
