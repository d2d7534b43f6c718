using FsCheck;

namespace Rondo;

/// <summary>How many examples a property is tried with, which ones, and how long a smaller one is looked for. The names are FsCheck's where it has them.</summary>
/// <remarks>Thread: any; a value that does not change.</remarks>
public sealed record PropertyOptions
{
    /// <summary>What holds when nothing is said.</summary>
    public static PropertyOptions Default { get; } = new();

    /// <summary>Examples that must pass, 1 or more.</summary>
    public int MaxTest { get; init; } = 100;

    /// <summary>Decides the examples together with the other options. Null: the run's <c>--seed</c> (<see cref="TestContext.Seed"/>); without one a new number each time, which a failure shows.</summary>
    public int? Seed { get; init; }

    /// <summary>Size of the first example, 0 or more: how long a list or how large a number may become is up to its generator.</summary>
    public int StartSize { get; init; } = 1;

    /// <summary>Size of the last example, <see cref="StartSize"/> or more; those between grow evenly.</summary>
    public int EndSize { get; init; } = 100;

    /// <summary>How many smaller examples are tried in all after one has failed, 0 or more; 0 shows the first failure as it was found.</summary>
    public int MaxShrinks { get; init; } = 1000;

    /// <summary>Where generators are found by type; null is FsCheck's <c>ArbMap.Default</c>. Others are added with its <c>MergeArb</c>.</summary>
    public IArbMap? ArbMap { get; init; }
}
