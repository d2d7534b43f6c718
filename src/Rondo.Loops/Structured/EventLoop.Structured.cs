namespace Rondo.Loops;

public sealed partial class EventLoop
{
    // Token without its lock, which each scope would pay for. Whoever closes the loop just now cancels what was seen here a moment later.
    internal CancellationToken TokenOfScopes => Volatile.Read(ref _root)?.Token ?? Token;
}
