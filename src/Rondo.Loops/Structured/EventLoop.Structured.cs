namespace Rondo.Loops;

/// <summary>
/// Where the children of task groups run on a loop, for whoever wants to tell them apart: one that tries interleavings gives each child a lane of its own.
/// Without one they run on the lane their group was opened on, so that what they leave behind belongs to the same owner.
/// </summary>
interface IChildLanes
{
    /// <summary>Called when a child is started, by the thread that starts it.</summary>
    /// <param name="home">The lane the group was opened on.</param>
    /// <param name="child">The child's name.</param>
    /// <returns>A lane of the same loop.</returns>
    LoopLane Begin(LoopLane home, string child);

    /// <summary>Called when the child on a lane from <see cref="Begin"/> has ended, on whatever thread it did.</summary>
    void End(LoopLane lane);
}

public sealed partial class EventLoop
{
    // Set before the first child is started, then read by anybody.
    internal IChildLanes? ChildLanes { get; set; }

    // Token without its lock, which each scope would pay for. Whoever closes the loop just now cancels what was seen here a moment later.
    internal CancellationToken TokenOfScopes => Volatile.Read(ref _root)?.Token ?? Token;
}
