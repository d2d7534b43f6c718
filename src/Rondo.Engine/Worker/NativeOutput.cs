using Rondo.Engine.Native;

namespace Rondo.Engine.Worker;

/// <summary>
/// Lets the controller tell which test wrote to stdout or stderr past the engine: at the end of a case that ran alone it waits, if there is such output, until the controller has read it, and gives the moment at which it had. What
/// was read before belongs to the case, what comes later to the next.
/// </summary>
/// <remarks>
/// Asks the system only at the end of a case that took a millisecond or longer, and of every case once something was written: a short test that writes nothing pays nothing. Thread: the engine's lane, but for <see cref="IsKnown"/>.
/// </remarks>
internal sealed class NativeOutput
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);
    private const int MostPauses = 100;

    private volatile bool _isKnown;

    /// <summary>This worker has written natively: the controller saw it, or this did. Any thread.</summary>
    public bool IsKnown
    {
        get => _isKnown;
        set => _isKnown = value;
    }

    /// <summary>Waits until all that was written is read, for a tenth of a second at most: a child of the test may go on writing.</summary>
    /// <param name="time">The engine's own.</param>
    /// <param name="duration">Of the case.</param>
    /// <returns>The moment, on the clock of the system; 0 if it was not asked.</returns>
    public async Task<long> UntilReadAsync(TimeProvider time, TimeSpan duration)
    {
        if (duration < s_shortest && !IsKnown) return 0;
        for (var i = 0; i < MostPauses && Posix.HasUnread(); i++)
        {
            IsKnown = true;
            await Task.Delay(s_pause, time);
        }

        return TimeProvider.System.GetTimestamp();
    }
}
