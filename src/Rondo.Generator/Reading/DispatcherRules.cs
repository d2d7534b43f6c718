
namespace Rondo.Generator.Reading;

/// <summary>What <c>[Loop(Dispatcher = …)]</c> may name, and what stands beside it in vain.</summary>
internal static class DispatcherRules
{
    public static bool IsUsable(INamedTypeSymbol type) => Refusal(type) is null;

    /// <summary>The dispatcher's type if a mark names one that generated code can make.</summary>
    public static Finding? Check(AttributeData loop, ISymbol symbol)
    {
        if (MarkReader.DispatcherType(loop) is not { } type) return null;
        if (type is not INamedTypeSymbol named) return new Finding(Diagnostics.DispatcherType(TypeText.Shown(type), "is no class"), MethodRules.At(loop, symbol));
        if (Refusal(named) is { } why) return new Finding(Diagnostics.DispatcherType(TypeText.Shown(type), why), MethodRules.At(loop, symbol));
        return MarkReader.Backend(loop) == "ThreadPool" ? new Finding(Diagnostics.DispatcherAndPool(TypeText.Shown(type)), MethodRules.At(loop, symbol)) : null;
    }

    private static string? Refusal(INamedTypeSymbol type)
    {
        if (!IsDispatcher(type)) return "does not derive from LoopDispatcher";
        if (type.IsAbstract) return "is abstract";
        if (MethodRules.IsGeneric(type)) return "is generic";
        if (MethodRules.FirstHidden(type) is { } hidden) return $"cannot be reached by generated code, as '{hidden.Name}' is {MethodRules.HiddenBy(hidden)}";
        return type.InstanceConstructors.Any(c => c.Parameters.Length == 0 && MethodRules.HiddenBy(c) is null) ? null : "has no public or internal constructor without parameters";
    }

    private static bool IsDispatcher(INamedTypeSymbol type)
    {
        for (var up = type; up is not null; up = up.BaseType)
        {
            if (up.Name == "LoopDispatcher" && RondoNames.IsIn(up, "Rondo", "Loops")) return true;
        }

        return false;
    }
}
