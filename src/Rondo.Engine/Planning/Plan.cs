using System.Security.Cryptography;
using System.Text;
using Rondo.Engine.Wire;

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

    /// <summary>SHA-256 over the ids in order, as 64 hexadecimal characters.</summary>
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

    private static string HashOf(IReadOnlyList<PlannedCase> cases)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1024];
        foreach (var planned in cases)
        {
            var size = Encoding.UTF8.GetMaxByteCount(planned.Id.Length) + 1;
            if (size > buffer.Length) buffer = new byte[size];
            var written = Encoding.UTF8.GetBytes(planned.Id, buffer);
            buffer[written++] = 0;
            hash.AppendData(buffer, 0, written);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A test with one set of arguments, at its place in the plan.</summary>
internal sealed record PlannedCase(CaseIndex Index, string Id, string DisplayName, TestMethod Test, CaseKey Key, Marks Marks)
{
    /// <summary>The path by which tree filters see the case: <c>/assembly/namespace/class/method(arguments)</c>, each part escaped.</summary>
    public string NameInClass => Id[(Test.Class.FullName.Length + 1)..];

    /// <summary>The row of a data source, as it was read; null for every other case.</summary>
    public Row? Row { get; init; }

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
