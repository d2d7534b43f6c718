using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rondo.Generator.Model;
using Rondo.Generator.Writing;

namespace Rondo.Generator.Reading;

/// <summary>Reads <c>[CasesFrom]</c>: which member, which elements, how they bind.</summary>
internal static class RowsReader
{
    public static (RowsModel? Rows, int ArgumentCount) Read(IMethodSymbol method, AttributeData attribute, Compilation compilation, List<Finding> findings)
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
            return (null, 0);
        }

        var type = source is IPropertySymbol property ? property.Type : ((IMethodSymbol)source).ReturnType;
        if (ElementOf(type) is not { } sequence)
        {
            findings.Add(new Finding(Diagnostics.RowsMember(
                method.Name, holder.Name + "." + name, $"which gives '{TypeText.Shown(type)}'", "It returns IEnumerable<T> or IAsyncEnumerable<T>."), at));
            return (null, 0);
        }

        var element = sequence.TypeArguments[0];
        if (Split(method, element, compilation, out var arity) is not { } split)
        {
            findings.Add(new Finding(Diagnostics.RowsElements(
                holder.Name + "." + name, TypeText.Shown(element), method.Name, Misfit(method, element, arity, compilation), Fitting(method, arity)), at));
            return (null, 0);
        }

        var expression = TypeText.Code(source.ContainingType) + "." + CodeText.Identifier(source.Name) + (source is IMethodSymbol ? "()" : "");
        return (new RowsModel(source.Name, $"global::Rondo.Catalog.RowSource.Of<{TypeText.Code(element)}>(({TypeText.Code(sequence)}){expression}, {split})"), arity);
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

    /// <summary>The lambda that gives an element's arguments ("null" for rows that know theirs), or null if they do not fit.</summary>
    private static string? Split(IMethodSymbol method, ITypeSymbol element, Compilation compilation, out int arity)
    {
        var parts = Parts(method, element, out var isRow);
        arity = parts.Count;
        if (arity == 0 || arity > method.Parameters.Length) return null;
        for (var i = 0; i < arity; i++)
        {
            if (!Fits(parts[i], method.Parameters[i].Type, isRow, compilation)) return null;
        }

        if (isRow) return "null";
        var isTuple = arity > 1 || (element.IsTupleType && !SymbolEqualityComparer.Default.Equals(parts[0], element));
        var values = Enumerable.Range(0, arity).Select(i => $"({TypeText.Code(method.Parameters[i].Type)})" + (isTuple ? "row.Item" + (i + 1) : "row"));
        return $"static row => new object?[] {{ {string.Join(", ", values)} }}";
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
