using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>A data source that fits its test.</summary>
/// <param name="Source">A static property or method.</param>
/// <param name="Sequence">What it is read as.</param>
/// <param name="Method">The test, whose first parameters it gives.</param>
/// <param name="Arity">How many of them.</param>
/// <param name="IsRow">Its elements know their values.</param>
/// <param name="IsTuple">Its elements are tuples with one part for each parameter.</param>
internal sealed record RowsShape(ISymbol Source, INamedTypeSymbol Sequence, IMethodSymbol Method, int Arity, bool IsRow, bool IsTuple);

/// <summary>Reads <c>[CasesFrom]</c>: which member, which elements, how they bind.</summary>
internal static class RowsReader
{
    public static RowsShape? Read(IMethodSymbol method, AttributeData attribute, Compilation compilation, List<Finding> findings)
    {
        var at = MethodRules.At(attribute, method);
        var (holder, name) = attribute.ConstructorArguments switch
        {
            [{ Value: string own }] => (method.ContainingType, own),
            [{ Value: INamedTypeSymbol other }, { Value: string member }] => (other, member),
            _ => (method.ContainingType, ""),
        };
        if (Find(holder, name, compilation) is not { } source)
        {
            findings.Add(new Finding(WrongMember(method, holder, name, compilation), at));
            return null;
        }

        var type = source is IPropertySymbol property ? property.Type : ((IMethodSymbol)source).ReturnType;
        if (ElementOf(type) is not { } sequence)
        {
            findings.Add(new Finding(Diagnostics.RowsMember(
                method.Name, holder.Name + "." + name, $"which gives '{TypeText.Shown(type)}'", "It returns IEnumerable<T> or IAsyncEnumerable<T>."), at));
            return null;
        }

        var element = sequence.TypeArguments[0];
        if (Split(source, sequence, method, compilation, out var arity) is not { } split)
        {
            findings.Add(new Finding(Diagnostics.RowsElements(
                holder.Name + "." + name, TypeText.Shown(element), method.Name, Misfit(method, element, arity, compilation), Fitting(method, arity)), at));
            return null;
        }

        return split;
    }

    private static ISymbol? Find(INamedTypeSymbol holder, string name, Compilation compilation)
    {
        for (var type = holder; type is not null; type = type.BaseType)
        {
            foreach (var member in type.GetMembers(name))
            {
                if (!member.IsStatic || MethodRules.HiddenBy(member) is not null || !compilation.IsSymbolAccessibleWithin(member, compilation.Assembly)) continue;
                if (member is IPropertySymbol { GetMethod: { } get } && MethodRules.HiddenBy(get) is null) return member;
                if (member is IMethodSymbol { Parameters.Length: 0, Arity: 0, ReturnsByRef: false, ReturnsByRefReadonly: false }) return member;
            }
        }

        return null;
    }

    private static Problem WrongMember(IMethodSymbol method, INamedTypeSymbol holder, string name, Compilation compilation)
    {
        var shown = holder.Name + "." + name;
        ISymbol? member = null;
        for (var type = holder; type is not null && member is null; type = type.BaseType) member = type.GetMembers(name).FirstOrDefault();
        if (member is null) return Diagnostics.RowsMember(method.Name, shown, "which does not exist", $"Write 'public static IEnumerable<…> {name}()' in '{holder.Name}'.");
        if (!member.IsStatic) return Diagnostics.RowsMember(method.Name, shown, "which is not static", $"Make '{name}' static.");
        if (MethodRules.HiddenBy(member) is { } hidden) return Diagnostics.RowsMember(method.Name, shown, "which is " + hidden, $"Make '{name}' internal.");
        if (!compilation.IsSymbolAccessibleWithin(member, compilation.Assembly)) return Diagnostics.RowsMember(method.Name, shown, "which this assembly cannot see", $"Make '{name}' public.");
        return member switch
        {
            IMethodSymbol { Arity: > 0 } => Diagnostics.RowsMember(method.Name, shown, "which is generic", "Remove its type parameters."),
            IMethodSymbol => Diagnostics.RowsMember(method.Name, shown, "which has parameters", "Remove its parameters."),
            IPropertySymbol => Diagnostics.RowsMember(method.Name, shown, "which cannot be read", "Give it an accessible getter."),
            _ => Diagnostics.RowsMember(method.Name, shown, "which is a " + member.Kind.ToString().ToLowerInvariant(), "Make it a static property or method."),
        };
    }

    private static INamedTypeSymbol? ElementOf(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol named && IsSequence(named)) return named;
        var found = type.AllInterfaces.Where(IsSequence).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private static bool IsSequence(INamedTypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
        || (type is { Name: "IAsyncEnumerable", Arity: 1 } && RondoNames.IsIn(type, "System", "Collections", "Generic"));

    /// <summary>Null if the elements do not fit.</summary>
    private static RowsShape? Split(ISymbol source, INamedTypeSymbol sequence, IMethodSymbol method, Compilation compilation, out int arity)
    {
        var element = sequence.TypeArguments[0];
        var parts = Parts(method, element, out var isRow);
        arity = parts.Count;
        if (arity == 0 || arity > method.Parameters.Length) return null;
        for (var i = 0; i < arity; i++)
        {
            if (!Fits(parts[i], method.Parameters[i].Type, isRow, compilation)) return null;
        }

        var isTuple = !isRow && (arity > 1 || (element.IsTupleType && !SymbolEqualityComparer.Default.Equals(parts[0], element)));
        return new RowsShape(source, sequence, method, arity, isRow, isTuple);
    }

    private static List<ITypeSymbol> Parts(IMethodSymbol method, ITypeSymbol element, out bool isRow)
    {
        isRow = RondoNames.IsCaseRow(element);
        if (isRow) return [.. ((INamedTypeSymbol)element).TypeArguments];
        if (element is INamedTypeSymbol { IsTupleType: true } tuple
            && !(method.Parameters.Length > 0 && TypeText.Key(method.Parameters[0].Type) == TypeText.Key(tuple)))
            return [.. tuple.TupleElements.Select(e => e.Type)];
        return [element];
    }

    // A CaseRow hands over its boxed values as they are, so only conversions that keep the object are allowed for it.
    private static bool Fits(ITypeSymbol from, ITypeSymbol to, bool keepsObject, Compilation compilation)
    {
        var conversion = compilation.ClassifyConversion(from, to);
        return conversion.IsImplicit && (!keepsObject || conversion.IsIdentity || conversion.IsReference || conversion.IsBoxing
            || (to is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && TypeText.Key(nullable.TypeArguments[0]) == TypeText.Key(from)));
    }

    private static string Misfit(IMethodSymbol method, ITypeSymbol element, int arity, Compilation compilation)
    {
        if (arity == 0) return "a CaseRow without type arguments does not say how many values it has";
        if (arity > method.Parameters.Length) return $"the row has {arity} values, the test {method.Parameters.Length} parameters";
        var parts = Parts(method, element, out var isRow);
        for (var i = 0; i < arity; i++)
        {
            var to = method.Parameters[i];
            if (!Fits(parts[i], to.Type, isRow, compilation)) return $"'{TypeText.Shown(parts[i])}' does not fit parameter '{TypeText.Shown(to.Type)} {to.Name}'";
        }

        return "they do not fit";
    }

    private static string Fitting(IMethodSymbol method, int arity)
    {
        var types = method.Parameters.Take(Math.Max(1, Math.Min(arity, method.Parameters.Length))).Select(p => TypeText.Shown(p.Type)).ToList();
        return types.Count == 1 ? types[0] : "(" + string.Join(", ", types) + ")";
    }
}
