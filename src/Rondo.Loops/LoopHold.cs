namespace Rondo.Loops;

/// <summary>A hold: in force until its release has passed the door, though for the list of leaks it is over at once.</summary>
sealed class LoopHold(EventLoop loop, string why, string owner) : IDisposable
{
    int _released;

    internal string Why => why;

    internal string Owner => owner;

    internal bool IsReleased => Volatile.Read(ref _released) != 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) loop.Release(this);
    }
}
