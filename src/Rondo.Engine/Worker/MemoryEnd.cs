namespace Rondo.Engine.Worker;

/// <summary>What follows in a worker when a test was refused memory: the test fails with that, but where it goes on holding all there is, the process ends at once, and the worker's controller says why.</summary>
/// <remarks>Nothing could be told from a process that has no memory left: each step of the worker may be refused some as well, and whoever waits for a step that was lost would wait until a limit passes that has nothing to do with it.</remarks>
internal static class MemoryEnd
{
    // Of what the collector may hold. Above it even a worker that does nothing is soon refused memory.
    private const double Full = 0.9;

    private static volatile bool s_wasRefused;
    private static bool s_mayEnd;

    /// <summary>From now on this process may be ended: it is a worker's alone.</summary>
    public static void Allow() => s_mayEnd = true;

    /// <summary>An exception is being thrown. Allocates nothing.</summary>
    public static void Note(Exception thrown)
    {
        if (thrown is OutOfMemoryException) s_wasRefused = true;
    }

    /// <summary>A test's code has ended with an exception, and is not on the stack any more. Allocates nothing. Does not return if memory is used up.</summary>
    public static void EndIfUsedUp(Exception error)
    {
        if (s_mayEnd && error is OutOfMemoryException && IsUsedUp()) End();
    }

    /// <summary>Memory was refused since this was last asked, and what holds it still does: a worker in this state is of no use to the next test.</summary>
    public static bool TakeWhetherUsedUp()
    {
        if (!s_wasRefused) return false;
        s_wasRefused = false;
        return IsUsedUp();
    }

    /// <summary>Ends this process if memory was refused to what may not fail: code of the worker itself.</summary>
    public static void EndIfRefused(Exception error)
    {
        if (s_mayEnd && error.GetBaseException() is OutOfMemoryException) End();
    }

    private static bool IsUsedUp()
    {
        GC.Collect();
        var info = GC.GetGCMemoryInfo();
        return info.HeapSizeBytes > Full * info.TotalAvailableMemoryBytes;
    }

    // The first words are the runtime's own for this end, and those that the controller looks for.
    private static void End() => Environment.FailFast("Out of memory. The tests hold all of it, and nothing is left for the worker to go on with.");
}
