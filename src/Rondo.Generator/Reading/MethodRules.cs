using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>What tests, fixtures and constructors have in common.</summary>
internal static class MethodRules
{
    public static ParameterModel Read(IParameterSymbol parameter)
    {
        var from = RondoNames.Find(parameter, "FromAttribute");
        return new ParameterModel(
            parameter.Name,
            TypeText.Model(parameter.Type),
            from?.ConstructorArguments is [{ Value: string name }] ? name : null,
            RondoNames.BuiltIn(parameter.Type),
            parameter.IsOptional || parameter.IsParams);
    }

    /// <summary>The first parameter that cannot be handed over as an object.</summary>
    public static Finding? Unsupported(IMethodSymbol method, string shownName)
    {
        foreach (var parameter in method.Parameters)
        {
            var kind = parameter.RefKind switch { RefKind.None => null, RefKind.Ref => "ref", RefKind.Out => "out", RefKind.In => "in", _ => "ref readonly" };
            if (kind is not null) return new Finding(Diagnostics.ByReference(parameter.Name, shownName, kind), At(parameter));
            if (parameter.Type.IsRefLikeType || parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
            {
                var better = parameter.Type is INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", TypeArguments: [var element] } ? "'" + TypeText.Shown(element) + "[]'" : "another type";
                return new Finding(Diagnostics.RefStruct(parameter.Name, shownName, TypeText.Shown(parameter.Type), better), At(parameter));
            }
        }

        return null;
    }

    /// <summary>How far something can be reached, in words, if generated code cannot call it; else null.</summary>
    public static string? HiddenBy(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Private => "private",
        Accessibility.Protected => "protected",
        Accessibility.ProtectedAndInternal => "private protected",
        _ => symbol is INamedTypeSymbol { IsFileLocal: true } ? "visible in its file only" : null,
    };

    /// <summary>The first class from inside out that generated code cannot name.</summary>
    public static INamedTypeSymbol? FirstHidden(INamedTypeSymbol type)
    {
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (HiddenBy(outer) is not null) return outer;
        }

        return null;
    }

    public static bool IsGeneric(INamedTypeSymbol type)
    {
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (outer.Arity > 0) return true;
        }

        return false;
    }

    /// <summary>It has type parameters, or a class around it has, and nothing says what they are.</summary>
    public static bool IsOpen(INamedTypeSymbol type)
    {
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            foreach (var argument in outer.TypeArguments)
            {
                if (argument.TypeKind == TypeKind.TypeParameter) return true;
            }
        }

        return false;
    }

    /// <summary>The class, its bases, the classes around it and their bases: nearest first.</summary>
    public static Place PlaceOf(INamedTypeSymbol type, Compilation compilation)
    {
        var types = new List<string>();
        var own = 0;
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            for (var up = outer; up is not null && up.SpecialType == SpecialType.None; up = up.BaseType) types.Add(TypeText.Key(up));
            if (own == 0) own = types.Count;
        }

        return new Place(EquatableArray.Of(types), own, IsOf(type, compilation) ? TypeText.Namespace(type) : null);
    }

    public static bool IsOf(ISymbol symbol, Compilation compilation) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);

    /// <summary>False for assemblies that cannot hold a test or fixture, so that nobody looks into the base library.</summary>
    public static bool MayDeclareTests(INamedTypeSymbol type, Compilation compilation) =>
        IsOf(type, compilation) || type.ContainingModule.ReferencedAssemblies.Any(a => a.Name == "Rondo.Core");

    public static Location? At(ISymbol symbol) => symbol.Locations.FirstOrDefault(l => l.IsInSource);

    public static Location? At(AttributeData? attribute, ISymbol otherwise) =>
        (attribute is null ? null : Sources.At(attribute)) ?? At(otherwise);

    /// <summary>The file that declares something, as the compiler writes it into symbols; empty if there is no source.</summary>
    public static string File(ISymbol symbol, Compilation compilation) => Sources.File(symbol, compilation);

    /// <summary>The line of a name, counted from 1; 0 if there is no source.</summary>
    public static int Line(ISymbol symbol) => At(symbol) is { } location ? location.GetLineSpan().StartLinePosition.Line + 1 : 0;

    public static bool IsInFileOf(ISymbol symbol, ISymbol other) => At(symbol)?.SourceTree is { } tree && tree == At(other)?.SourceTree;
}
