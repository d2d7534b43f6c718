// Nothing here refers to FSharp.Core: its types are known by name.
using System.Reflection;

namespace Rondo.Reflection.Symbols;

/// <summary>What F# compiles to, in the words of the readers.</summary>
internal static class FSharp
{
    private const string Unit = "Microsoft.FSharp.Core.Unit";
    private const string Async = "Microsoft.FSharp.Control.FSharpAsync`1";

    public static bool IsOf(Assembly assembly) =>
        assembly.GetCustomAttributesData().Any(a => a.AttributeType.FullName == "Microsoft.FSharp.Core.FSharpInterfaceDataVersionAttribute");

    /// <summary>A record of F#, which C# would call one too.</summary>
    public static bool IsRecord(Type type) => type.GetCustomAttributesData().Any(a =>
        a.AttributeType.FullName == "Microsoft.FSharp.Core.CompilationMappingAttribute" && a.ConstructorArguments is [{ Value: int and 2 }, ..]);

    public static bool IsAsync(Type type) => type is { IsConstructedGenericType: true, Name: "FSharpAsync`1" } && type.GetGenericTypeDefinition().FullName == Async;

    /// <summary><c>Task&lt;unit&gt;</c> and <c>Async&lt;unit&gt;</c> are tasks without a value, <c>Async&lt;T&gt;</c> is one with it.</summary>
    /// <param name="method">As it is called.</param>
    /// <param name="neverReturns">See <see cref="NeverReturns"/>: its type argument means nothing.</param>
    public static Type ReturnTypeOf(MethodInfo method, bool neverReturns)
    {
        var type = method.ReturnType;
        if (!type.IsConstructedGenericType) return neverReturns || type.FullName == Unit ? typeof(void) : type;
        var definition = type.GetGenericTypeDefinition();
        var isAsync = IsAsync(type);
        if (!isAsync && definition != typeof(Task<>) && definition != typeof(ValueTask<>)) return type;
        var value = type.GetGenericArguments()[0];
        if (neverReturns || value.FullName == Unit) return definition == typeof(ValueTask<>) ? typeof(ValueTask) : typeof(Task);
        return isAsync ? typeof(Task<>).MakeGenericType(value) : type;
    }

    /// <summary><c>let f () = failwith "…"</c> is compiled to a method that gives any type whatever, and one whose task only throws to a task of any type: there is never a value.</summary>
    public static bool NeverReturns(MethodInfo method) => method.GetGenericArguments() is [var only]
        && (method.ReturnType == only || (method.ReturnType is { IsGenericType: true } type && type.GetGenericArguments() is [var value] && value == only && IsTask(type)))
        && only.GetGenericParameterConstraints().Length == 0 && !Array.Exists(method.GetParameters(), p => p.ParameterType.ContainsGenericParameters);

    private static bool IsTask(Type type) => type.GetGenericTypeDefinition() is var definition && (definition == typeof(Task<>) || definition == typeof(ValueTask<>) || definition.FullName == Async);
}
