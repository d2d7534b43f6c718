// What PublicSurfaceTests describes. Nothing here runs.
#pragma warning disable IDE0130, CA1008, CA1036, CA1815, CA1040, CA1012, CA1045 // Shapes, not a design.
namespace Rondo.Conventions.Samples.Surface;

[Flags]
public enum Kinds
{
    None = 0,
    One = 1,
}

public delegate void Filled(Kinds kinds);

public abstract class Shelf<T> : IComparable<Shelf<T>>
    where T : notnull
{
    public const int Limit = 3;

    protected Shelf(string? name = null) => Hidden = name;

    public int Count { get; init; }

    [Obsolete("Use Count.")]
    public int Size => Count;

    internal string? Hidden { get; }

    public abstract int CompareTo(Shelf<T>? other);

    protected virtual ValueTask FillAsync(IReadOnlyList<T?> things, CancellationToken stop = default) => default;
}

public sealed record Row(int Number);
