using System.Reflection;
using Rondo.Catalog;
using Rondo.Loops;
using Rondo.Reflection.Symbols;

namespace Rondo.Reflection.Calls;

/// <summary>What tests and fixtures return, as tasks.</summary>
internal static class Results
{
    private static readonly MethodInfo s_boxTask = BoxOf(typeof(Task<>));
    private static readonly MethodInfo s_boxValueTask = BoxOf(typeof(ValueTask<>));

    /// <summary>A task without a value.</summary>
    public static Task? AsTask(object? result) => result switch
    {
        null => null,
        Task task => task,
        ValueTask task => task.AsTask(),
        _ => (Task)StartAsync(result),
    };

    /// <summary>A task of object.</summary>
    /// <param name="result">A <c>Task&lt;T&gt;</c>, <c>ValueTask&lt;T&gt;</c> or <c>Async&lt;T&gt;</c>.</param>
    /// <param name="declared">Its type as the method declares it.</param>
    public static object? Boxed(object? result, Type declared)
    {
        if (FSharp.IsAsync(declared)) (result, declared) = (result is null ? null : StartAsync(result), typeof(Task<>).MakeGenericType(declared.GetGenericArguments()));
        var box = declared.GetGenericTypeDefinition() == typeof(ValueTask<>) ? s_boxValueTask : s_boxTask;
        return box.MakeGenericMethod(declared.GetGenericArguments()).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [result], null);
    }

    // Begins here and now, so that the test's loop is the one it comes back to; the test's token is the computation's. It comes back by raw posts, which carry no ExecutionContext unless the lane does it.
    private static object StartAsync(object computation)
    {
        var type = computation.GetType();
        while (!FSharp.IsAsync(type)) type = type.BaseType ?? throw new InvalidOperationException($"This is a bug in Rondo: a test or fixture returned a '{computation.GetType()}'.");
        var start = type.Assembly.GetType("Microsoft.FSharp.Control.FSharpAsync")!.GetMethod("StartImmediateAsTask")!.MakeGenericMethod(type.GetGenericArguments());
        if (SynchronizationContext.Current is LoopLane lane) lane.FlowsContext = true;
        var token = TestContext.Current is { } test ? Activator.CreateInstance(start.GetParameters()[1].ParameterType, test.CancellationToken) : null;
        return start.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [computation, token], null)!;
    }

    private static MethodInfo BoxOf(Type task) => typeof(FixtureCall).GetMethods().First(m => m.Name == nameof(FixtureCall.Box) && m.GetParameters()[0].ParameterType.GetGenericTypeDefinition() == task);
}
