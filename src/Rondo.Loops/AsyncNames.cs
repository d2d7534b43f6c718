using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Rondo.Loops;

/// <summary>
/// Names for messages: which async method or callback a piece of work is. Decoration only, nothing is decided by them; what cannot be named is called "unknown".
/// No private member is read: the state machine's type is a type argument of the box that the runtime posts, and the compiler put the method's name into it.
/// </summary>
static class AsyncNames
{
    internal static string Describe(Delegate callback, object? state)
    {
        try
        {
            return state switch
            {
                ExceptionDispatchInfo failed => $"the end of an async void method that failed with {failed.SourceException.GetType().Name}: {failed.SourceException.Message}",
                LoopTimer timer => Describe(timer),
                LaneRun run => $"the start of {NameOf(run.Body)}",
                GroupChild child => $"the start of '{child.Name}' in a task group",
                Delegate inner when inner.Target is { } target && StateMachineOf(target) is { } machine => $"async method {NameOf(machine)}",
                Delegate inner => $"callback {NameOf(inner)}",
                { } box when StateMachineOf(box) is { } machine => $"async method {NameOf(machine)}",
                _ => $"callback {NameOf(callback)}",
            };
        }
        catch (Exception)
        {
            return "unknown";
        }
    }

    /// <summary>" (…)" for a callback that has run; empty if it has no name that says anything.</summary>
    internal static string InRun(Delegate callback, object? state)
    {
        try
        {
            // The body's own delegate is the host's; the task it gave is the user's method, if that has been suspended.
            if (state is LaneRun run) return run.BodyTask is { } task && StateMachineOf(task) is { } machine ? $" (async method {NameOf(machine)})" : "";
            return $" ({Describe(callback, state)})";
        }
        catch (Exception)
        {
            return "";
        }
    }

    internal static string Describe(LoopTimer timer)
    {
        try
        {
            // A delay or a time limit of the base library: its callback's name says nothing, the kind of promise does.
            string state = timer.State?.GetType().Name ?? "";
            return timer.Callback.Method.DeclaringType?.Namespace?.StartsWith("System", StringComparison.Ordinal) == true && state.Length != 0
                ? $"timer of {(state.Contains("DelayPromise", StringComparison.Ordinal) ? "Task.Delay" : state)}"
                : $"timer callback {NameOf(timer.Callback)}";
        }
        catch (Exception)
        {
            return "unknown timer";
        }
    }

    /// <summary>The lane or thread that is running this.</summary>
    internal static string DescribeThisPlace()
    {
        if (SynchronizationContext.Current is LoopLane lane) return $"'{lane.Owner}' on loop '{lane.Loop.Name}'";
        var thread = Thread.CurrentThread;
        return thread.IsThreadPoolThread ? "a thread-pool thread" : $"thread '{thread.Name ?? "without a name"}' ({thread.ManagedThreadId})";
    }

    /// <summary>The state machine's type of a task that is an async method's; null for others.</summary>
    internal static Type? MachineOf(Task task) => StateMachineOf(task);

    static Type? StateMachineOf(object box)
    {
        for (var type = box.GetType(); type is not null; type = type.BaseType)
            if (type.IsGenericType)
                foreach (var argument in type.GenericTypeArguments)
                    if (argument.IsAssignableTo(typeof(IAsyncStateMachine)) && argument != typeof(IAsyncStateMachine)) return argument;
        return null;
    }

    // "Shop+<PayAsync>d__3" is Shop.PayAsync; "<>c__DisplayClass1_0+<<PayAsync>b__0>d" is a lambda in PayAsync; "<<PayAsync>g__Inner|0_0>d" its local function Inner.
    internal static string NameOf(Type machine) => $"{OuterName(machine.DeclaringType)}{Readable(machine.Name)}";

    internal static string NameOf(Delegate callback) => $"{OuterName(callback.Method.DeclaringType)}{Readable(callback.Method.Name)}";

    static string OuterName(Type? type)
    {
        while (type is not null && type.Name.StartsWith("<>", StringComparison.Ordinal)) type = type.DeclaringType;
        return type is null ? "" : $"{type.Name}.";
    }

    static string Readable(string compilerName)
    {
        if (!compilerName.StartsWith('<')) return compilerName;
        string inner = compilerName.TrimStart('<');
        int end = inner.IndexOf('>', StringComparison.Ordinal);
        if (end <= 0) return compilerName;

        string method = inner[..end], rest = inner[(end + 1)..];
        int local = rest.IndexOf("g__", StringComparison.Ordinal);
        if (local >= 0) return $"{method}.{rest[(local + 3)..].Split('|')[0]}";
        return rest.StartsWith("b__", StringComparison.Ordinal) ? $"{method} (lambda)" : method;
    }
}
