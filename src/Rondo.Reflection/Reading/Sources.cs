using System.Reflection;
using System.Reflection.Emit;

namespace Rondo.Generator.Reading;

/// <summary>What the compiler half reads from source: here from debug symbols and compiled code.</summary>
internal static class Sources
{
    /// <summary>A fixture that cannot be set up stays in the catalog, so that whoever needs it fails with its message. The compiler half has stopped the build.</summary>
    public const bool KeepsBrokenFixtures = true;

    public static Location? At(AttributeData? attribute) => null;

    public static Location? TypeOf(IParameterSymbol parameter) => MethodRules.At(parameter);

    public static Location? ReturnTypeOf(IMethodSymbol method) => MethodRules.At(method);

    public static string File(ISymbol symbol, Compilation compilation) => symbol.Universe == compilation ? MethodRules.At(symbol)?.SourceTree.FilePath ?? "" : "";

    /// <summary>A constructor that only calls that of Object, and of statics only values to begin with.</summary>
    public static bool IsPlain(INamedTypeSymbol type, IMethodSymbol constructor) => type.Type.BaseType == typeof(object) && (type.Type.TypeInitializer is null || (type.Type.Attributes & TypeAttributes.BeforeFieldInit) != 0)
        && constructor.Method.GetMethodBody()?.GetILAsByteArray() is { Length: 7 or 8 } code && code[0] == OpCodes.Ldarg_0.Value && code[1] == OpCodes.Call.Value;
}
