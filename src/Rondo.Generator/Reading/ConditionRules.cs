using Rondo.Generator.Model;
using Rondo.Generator.Writing;

namespace Rondo.Generator.Reading;

/// <summary>What <c>[SkipUnless]</c> may name: a static <c>bool</c> that generated code can ask.</summary>
internal static class ConditionRules
{
    /// <summary>What the mark asks. Without code, if generated code cannot ask it: the tests then fail, since a condition that nobody asks must not let them run.</summary>
    public static ConditionModel? Read(AttributeData mark, IAssemblySymbol within)
    {
        if (mark.ConstructorArguments is not [{ Value: ITypeSymbol type }, { Value: string name }, { Value: string reason }]) return null;
        var member = Refusal(type, name, within) is null ? Find((INamedTypeSymbol)type, name) : null;
        var code = member is null ? "" : TypeText.Code(member.ContainingType) + "." + CodeText.Identifier(member.Name) + (member is IMethodSymbol ? "()" : "");
        return new ConditionModel(TypeText.Key(type) + "." + name, code, reason);
    }

    public static Finding? Check(AttributeData mark, ISymbol symbol, IAssemblySymbol within)
    {
        if (mark.ConstructorArguments is not [{ Value: ITypeSymbol type }, { Value: string name }, _]) return null;
        return Refusal(type, name, within) is var (what, advice) ? new Finding(Diagnostics.Condition(TypeText.Shown(type) + "." + name, what, advice), MethodRules.At(mark, symbol)) : null;
    }

    private static (string What, string Advice)? Refusal(ITypeSymbol type, string name, IAssemblySymbol within)
    {
        if (type is not INamedTypeSymbol named || type.TypeKind is TypeKind.Error) return ("which is not a member of a class", "Name a class, a struct or an interface.");
        if (HiddenArgument(named) is { } argument) return ($"whose type names '{argument.Name}', which is {MethodRules.HiddenBy(argument)}", $"Make '{argument.Name}' internal.");
        if (named.IsUnboundGenericType) return ("whose type lacks its type arguments", "Move the member to a class that is not generic.");
        if (Find(named, name) is not { } member) return ("which does not exist", $"Write 'public static bool {(name.Length == 0 ? "IsWanted" : name)} => …;' in '{named.Name}'.");
        if (!member.IsStatic) return ("which is not static", $"Make '{name}' static.");
        if (member is IMethodSymbol { Arity: > 0 }) return ("which is generic", "Remove its type parameters.");
        if (member is IMethodSymbol { Parameters.Length: > 0 }) return ("which has parameters", "Remove them.");
        if (member is IPropertySymbol { GetMethod: null }) return ("which cannot be read", "Give it a getter.");
        var value = member switch { IFieldSymbol field => field.Type, IPropertySymbol property => property.Type, IMethodSymbol method => method.ReturnType, _ => null };
        if (value is null) return ("which is no property, field or method", "Make it a static property.");
        if (value.SpecialType != SpecialType.System_Boolean || member is IMethodSymbol { ReturnsByRef: true } or IMethodSymbol { ReturnsByRefReadonly: true })
        {
            return RondoNames.IsTask(value, 1) || RondoNames.IsValueTask(value, 1)
                ? ($"which gives '{TypeText.Shown(value)}'; a condition is asked before anything of the test runs, and not awaited", "Give a bool, or ask inside the test or a fixture and call Skip.Unless there.")
                : ($"which gives '{TypeText.Shown(value)}'", "Make it a bool.");
        }

        if (MethodRules.HiddenBy(member) is { } hidden) return ("which is " + hidden, $"Make '{name}' internal.");
        if (member is IPropertySymbol { GetMethod: { } get } && MethodRules.HiddenBy(get) is { } hiddenGet) return ("whose getter is " + hiddenGet, "Make the getter internal.");
        if (MethodRules.FirstHidden(member.ContainingType) is { } outer) return ($"in '{outer.Name}', which is {MethodRules.HiddenBy(outer)}", $"Make '{outer.Name}' internal.");
        return IsSeen(member, within) ? null : ("which this assembly cannot see", $"Make '{name}' and the types around it public.");
    }

    private static INamedTypeSymbol? HiddenArgument(INamedTypeSymbol type) =>
        type.IsUnboundGenericType ? null : type.TypeArguments.OfType<INamedTypeSymbol>().Select(a => MethodRules.FirstHidden(a) ?? HiddenArgument(a)).FirstOrDefault(a => a is not null);

    // A method or property that can be used is found before an overload that cannot.
    private static ISymbol? Find(INamedTypeSymbol type, string name)
    {
        for (var up = type; up is not null; up = up.BaseType)
        {
            var members = up.GetMembers(name);
            if (members.Length > 0) return members.FirstOrDefault(m => m is { IsStatic: true } and not IMethodSymbol { Parameters.Length: > 0 } and not IMethodSymbol { Arity: > 0 }) ?? members[0];
        }

        return null;
    }

    private static bool IsSeen(ISymbol member, IAssemblySymbol within)
    {
        if (SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, within) || member.ContainingAssembly.GivesAccessTo(within)) return true;
        for (var symbol = member; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingType)
        {
            if (symbol.DeclaredAccessibility != Accessibility.Public) return false;
        }

        return true;
    }
}
