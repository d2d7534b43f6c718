using System.Collections.Immutable;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>Closes generic test classes and tests: over the type arguments of each <c>[TypeCase]</c>, or of a test over those that follow from its cases.</summary>
internal static class TypeCases
{
    /// <summary>The classes that run the tests of a class: itself, or one for each <c>[TypeCase]</c> of a generic one.</summary>
    /// <param name="type">As it is declared.</param>
    /// <param name="compilation">Knows conversions.</param>
    /// <param name="findings">Receives what is wrong; then no class is closed over it.</param>
    /// <returns>Empty if nothing can be closed: the class is then as it was, and is refused.</returns>
    public static IReadOnlyList<INamedTypeSymbol> Close(INamedTypeSymbol type, Compilation compilation, List<Finding> findings)
    {
        var closed = new List<INamedTypeSymbol>();
        foreach (var (arguments, mark) in Marked(type, type.TypeParameters, "class '" + type.Name + "'", compilation, findings))
        {
            var made = type.Construct([.. arguments]);
            if (closed.Exists(c => SymbolEqualityComparer.Default.Equals(c, made))) findings.Add(new Finding(Diagnostics.TypeCase(TypeText.Shown(made), "they are there twice"), MethodRules.At(mark, type)));
            else closed.Add(made);
        }

        return closed;
    }

    /// <summary>A test as its cases run it.</summary>
    /// <param name="Method">Closed.</param>
    /// <param name="Cases">The <c>[Case]</c> marks that are its own; null: all of them.</param>
    /// <param name="TypeArguments">As they stand in the id: <c>&lt;Int32&gt;</c>.</param>
    public sealed record ClosedTest(IMethodSymbol Method, IReadOnlyList<AttributeData>? Cases, string TypeArguments);

    /// <summary>The tests that a generic method stands for, in order of their first case.</summary>
    /// <param name="method">Generic, as it is declared.</param>
    /// <param name="compilation">Knows conversions.</param>
    /// <param name="findings">Receives what is wrong.</param>
    /// <returns>Empty if nothing says which types they are.</returns>
    public static IReadOnlyList<ClosedTest> Close(IMethodSymbol method, Compilation compilation, List<Finding> findings)
    {
        var who = "test '" + method.Name + "'";
        var closed = new List<(IMethodSymbol Method, List<AttributeData>? Cases)>();
        var marks = Marked(method, method.TypeParameters, who, compilation, findings);
        if (marks.Count > 0 || findings.Count > 0)
        {
            foreach (var (arguments, mark) in marks)
            {
                var made = method.Construct([.. arguments]);
                if (closed.Exists(c => SymbolEqualityComparer.Default.Equals(c.Method, made))) findings.Add(new Finding(Diagnostics.TypeCase(TypeText.Shown(arguments[0]), "they are there twice"), MethodRules.At(mark, method)));
                else closed.Add((made, null));
            }
        }
        else
        {
            foreach (var attribute in method.GetAttributes())
            {
                if (RondoNames.Mark(attribute) != RondoNames.Case) continue;
                if (Inferred(method, CaseReader.TypesOf(attribute, method), compilation) is not { } arguments)
                {
                    findings.Add(new Finding(Diagnostics.NotInferred(method.Name, string.Join(", ", method.TypeParameters.Select(p => p.Name))), MethodRules.At(attribute, method)));
                    continue;
                }

                if (WhyNot(method.TypeParameters, arguments, compilation) is { } why)
                {
                    findings.Add(new Finding(Diagnostics.TypeCase(string.Join(", ", arguments.Select(TypeText.Shown)), why), MethodRules.At(attribute, method)));
                    continue;
                }

                var made = method.Construct([.. arguments]);
                var known = closed.FindIndex(c => SymbolEqualityComparer.Default.Equals(c.Method, made));
                if (known < 0) closed.Add((made, [attribute]));
                else closed[known].Cases!.Add(attribute);
            }
        }

        var names = NamesOf([.. closed.Select(c => c.Method.TypeArguments)]);
        return [.. closed.Select((c, i) => new ClosedTest(c.Method, c.Cases, names[i]))];
    }

    /// <summary>The name of a closed class in ids: <c>Stack&lt;Int32&gt;</c>.</summary>
    public static string NameOf(INamedTypeSymbol closed, Compilation compilation)
    {
        var all = Close(closed.OriginalDefinition, compilation, []);
        var names = NamesOf([.. all.Select(c => c.TypeArguments)]);
        for (var i = 0; i < all.Count; i++)
        {
            if (SymbolEqualityComparer.Default.Equals(all[i], closed)) return Outer(closed) + closed.Name + names[i];
        }

        return TypeText.NameInNamespace(closed);
    }

    private static string Outer(INamedTypeSymbol type) => type.ContainingType is { } outer ? TypeText.NameInNamespace(outer) + "+" : "";

    // Short names, unless two of them would be the same.
    private static List<string> NamesOf(List<ImmutableArray<ITypeSymbol>> all)
    {
        var names = all.ConvertAll(types => "<" + string.Join(",", types.Select(Short)) + ">");
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i];
            if (names.FindAll(n => n == name).Count == 1) continue;
            for (var j = 0; j < names.Count; j++)
            {
                if (names[j] == name) names[j] = "<" + string.Join(",", all[j].Select(TypeText.Key)) + ">";
            }
        }

        return names;
    }

    private static string Short(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Short(array.ElementType) + "[" + new string(',', array.Rank - 1) + "]",
        INamedTypeSymbol { TypeArguments.Length: > 0 } named => named.Name + "<" + string.Join(",", named.TypeArguments.Select(Short)) + ">",
        _ => type.Name,
    };

    private static List<(List<ITypeSymbol> Arguments, AttributeData Mark)> Marked(ISymbol symbol, ImmutableArray<ITypeParameterSymbol> parameters, string who, Compilation compilation, List<Finding> findings)
    {
        var found = new List<(List<ITypeSymbol>, AttributeData)>();
        foreach (var attribute in symbol.GetAttributes())
        {
            if (RondoNames.Mark(attribute) != RondoNames.TypeCase) continue;
            var constants = attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Array, Values: { IsDefault: false } values }] ? values : [];
            var types = constants.Select(c => c.Value as ITypeSymbol).OfType<ITypeSymbol>().ToList();
            var shown = string.Join(", ", types.Select(TypeText.Shown));
            var why = types.Count != parameters.Length || constants.Length != parameters.Length ? $"they are {types.Count}, and {who} has {parameters.Length} type parameter{(parameters.Length == 1 ? "" : "s")}"
                : WhyNot(parameters, types, compilation);
            if (why is null) found.Add((types, attribute));
            else findings.Add(new Finding(Diagnostics.TypeCase(shown, why), MethodRules.At(attribute, symbol)));
        }

        return found;
    }

    /// <summary>Why the compiler would not take these type arguments; null if it does.</summary>
    private static string? WhyNot(ImmutableArray<ITypeParameterSymbol> parameters, IReadOnlyList<ITypeSymbol> types, Compilation compilation)
    {
        for (var i = 0; i < types.Count; i++)
        {
            var (parameter, type) = (parameters[i], types[i]);
            var what = $"'{TypeText.Shown(type)}' for {parameter.Name}: ";
            var isNullable = type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
            if (type is IPointerTypeSymbol or IFunctionPointerTypeSymbol or IErrorTypeSymbol || type.IsRefLikeType || type.IsStatic || type.SpecialType == SpecialType.System_Void || type is INamedTypeSymbol { IsUnboundGenericType: true })
                return what + "it cannot be a type argument";
            if (!compilation.IsSymbolAccessibleWithin(type, compilation.Assembly)) return what + "this assembly cannot see it";
            for (var outer = type as INamedTypeSymbol; outer is not null; outer = outer.ContainingType)
            {
                if (MethodRules.HiddenBy(outer) is { } hidden) return what + $"'{outer.Name}' is {hidden}, and generated code names it";
            }

            if (parameter.HasReferenceTypeConstraint && !type.IsReferenceType) return what + "it must be a class";
            if (parameter.HasValueTypeConstraint && (!type.IsValueType || isNullable)) return what + "it must be a struct";
            if (parameter.HasUnmanagedTypeConstraint && !type.IsUnmanagedType) return what + "it must be unmanaged";
            if (parameter.HasConstructorConstraint && !type.IsValueType && !(type is INamedTypeSymbol { IsAbstract: false } named && named.InstanceConstructors.Any(c => c.Parameters.Length == 0 && c.DeclaredAccessibility == Accessibility.Public)))
                return what + "it must have a public constructor without parameters";
            foreach (var constraint in parameter.ConstraintTypes)
            {
                var wanted = Substitute(constraint, parameters, types, compilation);
                var conversion = compilation.ClassifyConversion(type, wanted);
                if (!(conversion.IsIdentity || (conversion.IsImplicit && (conversion.IsReference || (conversion.IsBoxing && !isNullable))))) return what + $"it must be a '{TypeText.Shown(wanted)}'";
            }
        }

        return null;
    }

    private static ITypeSymbol Substitute(ITypeSymbol type, ImmutableArray<ITypeParameterSymbol> parameters, IReadOnlyList<ITypeSymbol> types, Compilation compilation)
    {
        switch (type)
        {
            case ITypeParameterSymbol parameter:
                for (var i = 0; i < parameters.Length; i++)
                {
                    if (SymbolEqualityComparer.Default.Equals(parameters[i], parameter)) return types[i];
                }

                return type;
            case IArrayTypeSymbol array:
                return compilation.CreateArrayTypeSymbol(Substitute(array.ElementType, parameters, types, compilation), array.Rank);
            case INamedTypeSymbol { TypeArguments.Length: > 0, ContainingType: null } named:
                return named.OriginalDefinition.Construct([.. named.TypeArguments.Select(t => Substitute(t, parameters, types, compilation))]);
            default:
                return type;
        }
    }

    // As the compiler would in a call with these constants, but for the simple shapes only: T, T[], T? and generic types of these.
    private static List<ITypeSymbol>? Inferred(IMethodSymbol method, IReadOnlyList<ITypeSymbol?> constants, Compilation compilation)
    {
        var found = new ITypeSymbol?[method.TypeParameters.Length];
        for (var i = 0; i < method.Parameters.Length && i < constants.Count; i++)
        {
            if (constants[i] is not { } constant) continue;
            var parameter = method.Parameters[i];
            if (parameter.IsParams && parameter.Type is IArrayTypeSymbol list && constant is not IArrayTypeSymbol) Unify(list.ElementType, constant);
            else Unify(parameter.Type, constant);
        }

        return found.All(t => t is not null) ? [.. found.Select(t => t!)] : null;

        void Unify(ITypeSymbol pattern, ITypeSymbol type)
        {
            if (pattern is ITypeParameterSymbol { TypeParameterKind: TypeParameterKind.Method } parameter)
            {
                found[parameter.Ordinal] ??= type;
            }
            else if (pattern is IArrayTypeSymbol array)
            {
                if (type is IArrayTypeSymbol other) Unify(array.ElementType, other.ElementType);
            }
            else if (pattern is INamedTypeSymbol { TypeArguments: [var only] } named)
            {
                // T? of a struct, and lists, which take arrays.
                if (named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T) Unify(only, type);
                else if (type is IArrayTypeSymbol items && named.TypeKind == TypeKind.Interface) Unify(only, items.ElementType);
            }
        }
    }
}
