namespace Rondo.Generator.Model;

internal enum CarriedKind
{
    /// <summary>The writer and the reader have a method for it.</summary>
    Scalar,
    Nullable,
    Array,
    List,
    Map,
    Record,
}

/// <summary>A type that values of fixtures of the whole run are made of.</summary>
/// <param name="Key">Identity.</param>
/// <param name="Code">For generated code.</param>
internal sealed record CarriedType(string Key, string Code, CarriedKind Kind)
{
    /// <summary>Of a scalar: name of the methods that write and read it.</summary>
    public string Method { get; init; } = "";

    /// <summary>Of a scalar: the type those methods take, if it has to be converted to that; else empty.</summary>
    public string As { get; init; } = "";

    /// <summary>Of nullable values, arrays, lists and dictionaries: key of what they hold; else empty.</summary>
    public string Element { get; init; } = "";

    /// <summary>Of a record.</summary>
    public EquatableArray<CarriedMember> Members { get; init; } = EquatableArray<CarriedMember>.Empty;

    /// <summary>Of a record.</summary>
    public bool IsStruct { get; init; }
}

/// <param name="Name">Of the property.</param>
/// <param name="Type">Key of its type.</param>
/// <param name="IsArgument">It is handed to the constructor, in this order; else it is set.</param>
internal sealed record CarriedMember(string Name, string Type, bool IsArgument);
