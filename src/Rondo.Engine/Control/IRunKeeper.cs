using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>What the parts of a run that decide about time, deaths and interrupts ask of the controller.</summary>
/// <remarks>Everything on the controller's event loop.</remarks>
internal interface IRunKeeper
{
    TestCatalog Catalog { get; }

    IReadOnlyList<Seat> Seats { get; }

    /// <summary>The run gives no more work; what runs may end.</summary>
    bool IsEnding { get; }

    /// <summary>Why cases are not run, once the run is ending.</summary>
    string NotRunBecause { get; }

    /// <summary>How many workers may die before no more are started.</summary>
    int RestartLimit { get; }

    /// <summary>Sends an event to the controller; any thread.</summary>
    Task TellAsync(ControlEvent what);

    /// <summary>Gives no more work; what runs may end. Only the first ending counts.</summary>
    void Stop(Ending ending, string why);

    /// <summary>Tells a worker to tear down and end.</summary>
    void Finish(Seat seat);

    /// <summary>Asks a worker's process to end, and ends it after a moment. What it ran has a result, or gets one at its burial.</summary>
    void Terminate(Seat seat, string why);

    /// <summary>Ends a worker's process. What it ran has a result, or gets one at its burial.</summary>
    void Kill(Seat seat, string why);

    /// <summary>Leaves a worker in this process alone: it cannot be killed.</summary>
    void Abandon(Seat seat);

    /// <summary>The worker is gone, and everything it said was heard.</summary>
    void Bury(Seat seat);

    /// <summary>A worker did not come so far that it took the plan.</summary>
    /// <param name="end">How its process ended; null if it did not, or nobody knows.</param>
    void FailStart(Seat seat, string why, WorkerEnd? end);

    void TakeRows(TestNumber test, RowsFound rows);

    /// <summary>A result of a case that nobody ran.</summary>
    void Record(CaseResult result);

    /// <summary>A result of a case that a worker ran.</summary>
    /// <param name="endsWithItsWorker">Nobody knows what the case still does there: what it claims is free when its worker is gone.</param>
    void RecordAndDecide(Seat seat, CaseResult result, bool endsWithItsWorker = false);

    /// <summary>The setup of a fixture of the whole run does not end.</summary>
    void RunFixtureSetUpFailed(Seat host, string key, Failure failure);
}
