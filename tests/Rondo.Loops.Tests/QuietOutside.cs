namespace Rondo.Loops.Tests;

/// <summary>A process in which nothing happens but what the test says.</summary>
sealed class QuietOutside : IOutsideWork
{
    int _looks;

    internal long CompletedItems { get; set; }

    internal long ArmedTimers { get; set; }

    internal int BusyWorkers { get; set; }

    internal bool SocketWaits { get; set; }

    internal int BesidesThePool { get; set; }

    internal int Looks => _looks;

    /// <summary>Called at each look, which is before each jump, on the pump's thread.</summary>
    internal Action? Looked { get; set; }

    public OutsideSnapshot Look()
    {
        _looks++;
        Looked?.Invoke();
        return new OutsideSnapshot(0, BusyWorkers, CompletedItems, ArmedTimers);
    }

    public int WorkersAlwaysBusy { get; set; }

    public bool ASocketMayWait() => SocketWaits;

    public int Threads() => BesidesThePool;

    internal bool WorkerRuns { get; set; }

    public bool APoolWorkerRuns() => WorkerRuns;
}
