using System.Reflection;
using Rondo.Generator.Model;
using Rondo.Generator.Writing;
using Rondo.Loops;
using Rondo.Generator.Resolving;

namespace Rondo.Reflection.Calls;

/// <summary>What marks and parameters name by its type: dispatchers, conditions, values of libraries.</summary>
internal static class Named
{
    public static LoopDispatcher? Dispatcher(IEnumerable<DispatcherModel?> marks, string type, Compilation universe)
    {
        foreach (var mark in marks)
        {
            if (mark is { Code.Length: > 0 } && mark.Key == type) return (LoopDispatcher)Create(universe.Kept<Type>(mark.Code), [])!;
        }

        return null;
    }

    public static bool? Condition(IEnumerable<ConditionModel?> marks, string member, Compilation universe)
    {
        foreach (var mark in marks)
        {
            if (mark is not { Code.Length: > 0 } || mark.Key != member) continue;
            // The name under which the type is kept, a dot, the member, and brackets if it is a method: the readers put code together.
            var name = mark.Key[(mark.Key.LastIndexOf('.') + 1)..];
            var isMethod = mark.Code.EndsWith(')');
            var type = universe.Kept<Type>(mark.Code[..^(name.Length + (isMethod ? 3 : 1))]);
            var value = isMethod ? type.GetMethod(name, INamedTypeSymbol.Declared, [])!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [], null)
                : type.GetProperty(name, INamedTypeSymbol.Declared) is { } property ? property.GetMethod!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [], null)
                : type.GetField(name, INamedTypeSymbol.Declared)!.GetValue(null);
            return (bool)value!;
        }

        return null;
    }

    /// <summary>The types of library values that parameters ask for.</summary>
    public static IEnumerable<TypeModel> ValuesOf(EquatableArray<ParameterModel> parameters, EquatableArray<Bound> bound)
    {
        for (var i = 0; i < parameters.Count && i < bound.Count; i++)
        {
            if (bound[i].Binding is { } binding && binding == "builtin:" + parameters[i].Type.Key) yield return parameters[i].Type;
        }
    }

    public static object? Value(IEnumerable<TypeModel> asked, string type, TestContext? test, Compilation universe)
    {
        foreach (var one in asked)
        {
            if (one.Key == type) return Create(universe.Kept<Type>(one.Code), [test]);
        }

        return null;
    }

    private static object? Create(Type type, object?[] arguments) => type
        .GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).First(c => c.GetParameters().Length == arguments.Length)
        .Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
