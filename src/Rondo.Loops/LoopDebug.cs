using System.Runtime.CompilerServices;

namespace Rondo.Loops;

/// <summary>
/// Which async methods of a lane are suspended, for messages. Off until a host turns it on; then the runtime keeps a list of them, as it does for debuggers, and each suspended call costs
/// two to three times as much. Decoration: nothing is decided by it, and where the runtime has no such list nothing is named.
/// </summary>
static class LoopDebug
{
    const int Most = 12;

    // Flows with the work wherever it goes, so that it is known whose a suspended method is, also without a lane.
    static readonly AsyncLocal<LoopLane?> s_lane = new();

    /// <summary>True if suspended methods are listed.</summary>
    internal static bool IsOn { get; private set; }

    /// <summary>For work that begins from here on, in the whole process: the list is the runtime's.</summary>
    /// <returns>False if this runtime keeps no list.</returns>
    internal static bool TryTurnOn()
    {
        try
        {
            _ = ActiveTasks(null);
            ListsActive(null) = true;
            IsOn = true;
        }
        catch (MissingFieldException)
        {
            // A runtime of another make.
        }
        return IsOn;
    }

    /// <summary>Forgets it again.</summary>
    internal static void TurnOff()
    {
        ListsActive(null) = false;
        IsOn = false;
    }

    internal static void Mark(LoopLane lane)
    {
        if (IsOn) s_lane.Value = lane;
    }

    /// <summary>Chains of names, "Shop.PayAsync → Bank.AskAsync", of methods that work of this lane has begun and that have not ended. Methods of the base library and of Rondo are left out.</summary>
    internal static IReadOnlyList<string> Suspended(LoopLane lane)
    {
        if (!IsOn) return [];
        try
        {
            List<string> chains = [];
            foreach (var task in Snapshot())
            {
                if (task.IsCompleted || !ReferenceEquals(LaneOf(task), lane) || AsyncNames.MachineOf(task) is not { } machine || IsLibrary(machine)) continue;
                foreach (string chain in WaitingNames.Of(task))
                    if (!chains.Contains(chain)) chains.Add(chain);
            }
            // What is awaited by another of them stands at the end of that one's chain.
            chains.RemoveAll(chain => chains.Exists(other => other.Length > chain.Length && other.EndsWith(" → " + chain, StringComparison.Ordinal)));
            return chains.Count <= Most ? chains : [.. chains.Take(Most), $"{chains.Count - Most} more"];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>" Suspended: a, b." or nothing.</summary>
    internal static string Tell(LoopLane lane) => Suspended(lane) is { Count: > 0 } names ? $" Suspended: {string.Join(", ", names)}." : "";

    /// <summary>": a, b" or nothing, to follow a count.</summary>
    internal static string AfterCount(LoopLane lane) => Suspended(lane) is { Count: > 0 } names ? $" (suspended: {string.Join(", ", names)})" : "";

    static Task[] Snapshot()
    {
        using var quiet = OwnLock.Quietly();
        if (ActiveTasks(null) is not { } active) return [];
        lock (active) return [.. active.Values];
    }

    static LoopLane? LaneOf(Task task)
    {
        if (StateOf(task) is not ExecutionContext context) return null;
        LoopLane? lane = null;
        ExecutionContext.Run(context, _ => lane = s_lane.Value, null);
        return lane;
    }

    static bool IsLibrary(Type machine) => machine.Namespace is { } space && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal)) || machine.Assembly == typeof(LoopDebug).Assembly;

    // Internal to the runtime, made for debuggers; read for names only.
    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "s_asyncDebuggingEnabled")]
    static extern ref bool ListsActive(Task? type);

    [UnsafeAccessor(UnsafeAccessorKind.StaticField, Name = "s_currentActiveTasks")]
    static extern ref Dictionary<int, Task>? ActiveTasks(Task? type);

    // Of a suspended method: its ExecutionContext.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_stateObject")]
    static extern ref object? StateOf(Task task);
}
