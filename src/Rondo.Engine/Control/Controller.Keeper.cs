using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

// What its parts need of the controller.
internal sealed partial class Controller : IRunKeeper, IRunFixtureKeeper
{
    TestCatalog IRunKeeper.Catalog => _catalog;

    IReadOnlyList<Seat> IRunKeeper.Seats => _seats;

    bool IRunKeeper.IsEnding => _ending is not null;

    string IRunKeeper.NotRunBecause => _notRunBecause;


    int IRunKeeper.RestartLimit => _request.MaxWorkerRestart ?? 4 * _target;

    Task IRunKeeper.TellAsync(ControlEvent what) => TellAsync(what);

    void IRunKeeper.Stop(Ending ending, string why) => Stop(ending, why);

    void IRunKeeper.Finish(Seat seat) => Finish(seat);

    void IRunKeeper.Terminate(Seat seat, string why) => Terminate(seat, why);

    void IRunKeeper.Kill(Seat seat, string why) => Kill(seat, why);

    void IRunKeeper.Abandon(Seat seat) => Abandon(seat);

    void IRunKeeper.Bury(Seat seat) => Bury(seat);

    void IRunKeeper.FailStart(Seat seat, string why, WorkerEnd? end) => FailStart(seat, why, end);

    void IRunKeeper.TakeRows(TestNumber test, RowsFound rows) => TakeRows(test, rows);

    void IRunKeeper.Record(CaseResult result) => Record(result);

    void IRunKeeper.RecordAndDecide(Seat seat, CaseResult result, bool endsWithItsWorker) => RecordAndDecide(seat, result, endsWithItsWorker: endsWithItsWorker);

    void IRunKeeper.RunFixtureSetUpFailed(Seat host, string key, Failure failure) => _runFixtures.SetUpFailed(host, key, failure);

    bool IRunFixtureKeeper.IsEnding => _ending is not null;

    bool IRunFixtureKeeper.IsDone => _record.IsFull;

    // Not one of the workers that were asked for: it mostly waits, and there is one however many there are.
    Seat IRunFixtureKeeper.StartHost(int earlier)
    {
        if (_seats.Find(s => s is { State: SeatState.Ready } && s.Number == WorkerNumber.InProcess) is { } here) return here;
        var number = WorkerNumber.Host(earlier);
        var token = Guid.NewGuid().ToString("N");
        var seat = new Seat(_environment.Processes.Create(number, token, MarkedProcesses.MarkOf(_runId, number.Name)), token, _time) { IsHost = true };
        Open(seat);
        return seat;
    }

    void IRunFixtureKeeper.Tell(Seat seat, Message message) => seat.Worker.Send(message);

    void IRunFixtureKeeper.Finish(Seat seat) => Finish(seat);

    void IRunFixtureKeeper.Kill(Seat seat, string why) => Kill(seat, why);

    void IRunFixtureKeeper.AddTeardownError(string id, WorkerNumber worker, Failure failure) => _record.AddTeardownError(id, worker, failure);

    void IRunFixtureKeeper.EndedEarly(Seat seat, string when) => _record.EndedEarly(seat, when);

    void IRunFixtureKeeper.Note(string text) => Note(text);

    void IRunFixtureKeeper.FailWaiting(Seat seat, LiveCase running, string fixture, Failure failure)
    {
        if (!_record.Has(running.Case)) RecordAndDecide(seat, _casualties.ResultOf(seat, running, new Outcome.FixtureFailed(fixture, failure)));
    }
}
