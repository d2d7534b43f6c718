namespace Rondo.Loops;

/// <summary>Somebody who waits until a loop has nothing to do. Looked at by the pump between batches.</summary>
/// <param name="isQuiet">Runs on the pump thread, between callbacks.</param>
sealed class QuietWatch(Func<bool> isQuiet)
{
    readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _dropped;

    internal Task Task => _quiet.Task;

    /// <summary>Any thread: the waiter has gone.</summary>
    internal void Drop() => _dropped = true;

    internal void Fail(LoopException error) => _quiet.TrySetException(error);

    /// <returns>True if the watch has served and can be forgotten.</returns>
    internal bool TellIfQuiet()
    {
        if (_dropped) return true;
        if (!isQuiet()) return false;
        _quiet.TrySetResult();
        return true;
    }
}
