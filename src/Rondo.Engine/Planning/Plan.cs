using System.Globalization;
using System.Numerics;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Planning;

/// <summary>The ordered cases of a run. Immutable; controller and workers build it from the same catalog and compare its hash.</summary>
internal sealed class Plan
{
    private Dictionary<string, CaseIndex>? _byId;

    public Plan(IReadOnlyList<PlannedCase> cases)
    {
        Cases = cases;
        Hash = HashOf(cases);
    }

    public IReadOnlyList<PlannedCase> Cases { get; }

    /// <summary>128 bits over the ids in order, as 32 hexadecimal characters.</summary>
    public string Hash { get; }

    public PlannedCase this[CaseIndex index] => Cases[index.Value];

    public bool TryFind(string id, out CaseIndex index)
    {
        _byId ??= Cases.ToDictionary(c => c.Id, c => c.Index, StringComparer.Ordinal);
        return _byId.TryGetValue(id, out index);
    }

    /// <summary>The same cases in an order that the seed alone decides: classes in random order, and the cases of each class in random order.</summary>
    public Plan Shuffled(int seed)
    {
        // Classes stay together, as in any other order: what they share is set up once.
        var random = new Random(seed);
        var classes = Cases.GroupBy(c => c.Test.Class.FullName).Select(g => g.ToArray()).ToArray();
        random.Shuffle(classes);
        foreach (var cases in classes) random.Shuffle(cases);
        return new Plan([.. classes.SelectMany(c => c).Select((c, i) => c with { Index = new CaseIndex(i) })]);
    }

    /// <summary>The same cases, those of a higher priority first and otherwise as they are; this plan if nobody asks for it.</summary>
    public Plan ByPriority()
    {
        var asked = false;
        foreach (var planned in Cases) asked |= planned.Priority != 0;
        return asked ? new Plan([.. Cases.OrderByDescending(c => c.Priority).Select((c, i) => c with { Index = new CaseIndex(i) })]) : this;
    }

    // Against differences that nobody meant: another build, another order. Nobody attacks it, and a cryptographic hash costs a start the loading of its native library.
    private static string HashOf(IReadOnlyList<PlannedCase> cases)
    {
        ulong one = 0x9E3779B97F4A7C15, other = 0xC2B2AE3D27D4EB4F;
        foreach (var planned in cases)
        {
            foreach (var c in planned.Id) Add(c);
            // No character has this value, so the border between two ids counts.
            Add(0x10000);
        }

        return Digits.Hex(Mixed(one)) + Digits.Hex(Mixed(other + (ulong)cases.Count));

        // Two hashes that have nothing in common but their input: FNV-1a, and a rotating one.
        void Add(uint c)
        {
            one = (one ^ c) * 0x100000001B3;
            other = (BitOperations.RotateLeft(other, 23) ^ c) * 0x9FB21C651E98DF25;
        }
    }

    // Each bit of the input changes each bit of the output in about half of all cases.
    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }
}

/// <summary>A test with one set of arguments, at its place in the plan.</summary>
internal sealed record PlannedCase(CaseIndex Index, string Id, string DisplayName, TestMethod Test, CaseKey Key, Marks Marks)
{
    /// <summary>The path by which tree filters see the case: <c>/assembly/namespace/class/method(arguments)</c>, each part escaped.</summary>
    public string NameInClass => Id[(Test.Class.FullName.Length + 1)..];

    /// <summary>Higher runs first.</summary>
    public int Priority => Marks.Priority ?? 0;

    /// <summary>The row of a data source, as it was read; null for every other case.</summary>
    public Row? Row { get; init; }

    /// <summary>Position of the backend in the test's <c>[LoopMatrix]</c>; -1 without one.</summary>
    public int Variant { get; init; } = -1;

    /// <summary>Which of its test's <see cref="FixtureVariants"/>; -1 if it uses no fixture with cases.</summary>
    public int FixtureVariant { get; init; } = -1;

    /// <summary>Not empty: one of several <see cref="CaseCopies"/>, by this name, which ends its id.</summary>
    public string Copy { get; init; } = "";

    /// <summary>Its id without the name of the copy: what history and filters know it by.</summary>
    public string OwnId => Copy.Length == 0 ? Id : Id[..^(Copy.Length + 1)];

    /// <summary>Which of the cases that <c>[Repeat]</c> makes of one, from 1; 0 without the mark.</summary>
    public int Repetition { get; init; }

    /// <summary>True if its body runs in many schedules. Where a nearer mark took away what that needs, the case runs once.</summary>
    public bool IsExplored => Marks.Explore && Test.IsAsync && Marks.Backend != LoopBackend.ThreadPool && Test.Dispatcher is null && (Marks.LoopScope ?? LoopScope.Test) == LoopScope.Test;

    /// <summary>1, or n for the n-th of equal ids in order of declaration: the <c>#n</c> at the end of the id.</summary>
    public int Occurrence { get; init; } = 1;
}

/// <summary>Where the arguments of a case come from.</summary>
/// <param name="Row">No arguments: -1. Else the position of the <c>[Case]</c>, or of the row in its source.</param>
/// <param name="FromSource">True: the row comes from a data source, and its id is checked again where it runs.</param>
/// <param name="Error">Not null: the source failed; the case stands for it and fails with this text.</param>
internal readonly record struct CaseKey(int Row, bool FromSource, string? Error = null)
{
    public static CaseKey NoArguments => new(-1, false);
}
