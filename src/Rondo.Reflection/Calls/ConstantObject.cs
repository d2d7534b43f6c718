namespace Rondo.Reflection.Calls;

/// <summary>What a constant of a case is handed over as.</summary>
internal readonly record struct ConstantObject(object? Value);
