namespace Rondo.Loops;

/// <summary>
/// Locks of this library, taken such that a contended one is never mistaken for a blocking wait of the user's code whose lane happens to be current.
/// Rule: nothing that users wrote runs inside one.
/// </summary>
readonly ref struct OwnLock
{
    [ThreadStatic] static int t_depth;
    readonly object? _gate;

    OwnLock(object? gate) => _gate = gate;

    /// <summary>True on a thread that is inside this library's own waiting.</summary>
    internal static bool IsHeldHere => t_depth != 0;

    internal static OwnLock Enter(object gate)
    {
        t_depth++;
        Monitor.Enter(gate);
        return new(gate);
    }

    /// <summary>No lock of ours, but calls into the base library that take one of theirs.</summary>
    internal static OwnLock Quietly()
    {
        t_depth++;
        return new(null);
    }

    public void Dispose()
    {
        if (_gate is not null) Monitor.Exit(_gate);
        t_depth--;
    }
}
