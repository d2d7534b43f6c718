using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Rondo.Loops;

/// <summary>
/// Names of the async methods that a task waits for, from the outermost inwards: each state machine keeps the awaiter it is suspended at, and each awaiter its task. Decoration for messages only:
/// these fields are the compiler's and the runtime's own, and where they are not as expected there are fewer names.
/// </summary>
static class WaitingNames
{
    const int Deepest = 32;
    const int Most = 16;

    /// <returns>One text for each chain, "Shop.PayAsync → Bank.AskAsync"; empty if nothing is known.</returns>
    internal static IReadOnlyList<string> Of(Task? body)
    {
        List<string> chains = [];
        try
        {
            if (body is { IsCompleted: false }) Walk(body, "", chains, 0);
        }
        catch (Exception)
        {
            // Fewer names.
        }
        return chains;
    }

    /// <summary>" (waits in Shop.PayAsync → Bank.AskAsync)", or nothing.</summary>
    internal static string InParentheses(Task? body) => Of(body) is { Count: > 0 } chains ? $" (waits in {string.Join(", ", chains.Take(3))})" : "";

    static void Walk(Task task, string path, List<string> chains, int depth)
    {
        if (chains.Count >= Most || depth > Deepest) return;
        List<Task> next = [];
        if (StateMachineIn(task) is { } machine)
        {
            string name = AsyncNames.NameOf(machine.GetType());
            // One method calling itself, or a lambda around one of the same name, says nothing twice.
            if (machine.GetType().Assembly == typeof(WaitingNames).Assembly) name = "";
            path = name.Length == 0 ? path : path.Length == 0 ? name : path.EndsWith(name, StringComparison.Ordinal) ? path : $"{path} → {name}";
            foreach (var field in FieldsOf(machine.GetType()))
                if (field.Name.StartsWith("<>u__", StringComparison.Ordinal) && field.GetValue(machine) is { } awaiter) next.AddRange(TasksIn(awaiter, 2));
        }
        else next.AddRange(TasksIn(task, 1));

        bool deeper = false;
        foreach (var inner in next.Distinct().Where(inner => inner is { IsCompleted: false } && !ReferenceEquals(inner, task)))
        {
            deeper = true;
            Walk(inner, path, chains, depth + 1);
        }
        if (!deeper && path.Length != 0 && !chains.Contains(path)) chains.Add(path);
    }

    static object? StateMachineIn(Task task)
    {
        foreach (var field in FieldsOf(task.GetType()))
            if (field.FieldType.IsAssignableTo(typeof(IAsyncStateMachine)) && field.GetValue(task) is { } machine) return machine;
        return null;
    }

    // Awaiters hold a task, or another awaiter that does; a promise of several (WhenAll) holds an array or a list.
    static IEnumerable<Task> TasksIn(object holder, int levels)
    {
        foreach (var field in FieldsOf(holder.GetType()))
        {
            if (field.FieldType.IsPrimitive || field.FieldType.IsEnum || field.FieldType == typeof(string)) continue;
            switch (field.GetValue(holder))
            {
                case Task task:
                    yield return task;
                    break;
                case IEnumerable several when field.FieldType.IsArray || several is IList:
                    foreach (var one in several.OfType<Task>()) yield return one;
                    break;
                case { } inner when levels > 1 && inner.GetType().IsValueType && inner.GetType().Namespace == typeof(TaskAwaiter).Namespace:
                    foreach (var task in TasksIn(inner, levels - 1)) yield return task;
                    break;
                default:
                    break;
            }
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Names for messages: a field that was trimmed away gives one name less.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Names for messages: a field that was trimmed away gives one name less.")]
    static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(Task); level = level.BaseType)
            foreach (var field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)) yield return field;
    }
}
