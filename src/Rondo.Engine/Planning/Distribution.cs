namespace Rondo.Engine.Planning;

/// <summary>How cases reach the workers: <c>--dist</c>, by the names of its values in lower case.</summary>
internal enum Distribution
{
    /// <summary>The longest first; who has nothing takes over what others have not begun.</summary>
    WorkSteal,

    /// <summary>To whoever is free, in the order of the plan; what was given stays.</summary>
    Load,

    /// <summary>As <see cref="LoadClass"/>: what is declared together and shares a scope is a class in .NET.</summary>
    LoadScope,

    /// <summary>As <see cref="Load"/>, each class as a whole.</summary>
    LoadClass,

    /// <summary>As <see cref="Load"/>, all classes of a file as a whole.</summary>
    LoadFile,

    /// <summary>As <see cref="Load"/>, all cases with the same groups as a whole.</summary>
    LoadGroup,

    /// <summary>Everything in each worker, as a case of its own there.</summary>
    Each,

    /// <summary>One worker, in the order of the plan.</summary>
    No,
}

internal static class Distributions
{
    /// <summary>The values of <c>--dist</c>; the first is the default.</summary>
    public static IReadOnlyList<string> Names { get; } = ["worksteal", "load", "loadscope", "loadclass", "loadfile", "loadgroup", "each", "no"];

    public static string NameOf(Distribution distribution) => Names[(int)distribution];

    /// <param name="name">One of <see cref="Names"/>; null, or anything else, is the default.</param>
    public static Distribution Of(string? name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name) return (Distribution)i;
        }

        return Distribution.WorkSteal;
    }
}
