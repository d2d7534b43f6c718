using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

// What the fixtures of the whole run need of the run.
internal sealed partial class Controller : IRunFixtureKeeper
{
    bool IRunFixtureKeeper.IsEnding => _ending is not null;

    bool IRunFixtureKeeper.IsDone => _plan is not null && _results.Count == _plan.Cases.Count;

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

    void IRunFixtureKeeper.AddTeardownError(string id, WorkerNumber worker, Failure failure) => AddTeardownError(id, worker, failure);

    void IRunFixtureKeeper.EndedEarly(Seat seat, string when) => EndedEarly(seat, when);

    void IRunFixtureKeeper.Note(string text) => Note(text);

    void IRunFixtureKeeper.FailWaiting(Seat seat, LiveCase running, string fixture, Failure failure)
    {
        if (!_results.ContainsKey(running.Case)) RecordAndDecide(seat, ResultOf(seat, running, new Outcome.FixtureFailed(fixture, failure)));
    }

    private static string LastWordsOf(Seat seat)
    {
        var words = seat.Worker.ErrorTail.Length > 0 ? seat.Worker.ErrorTail : seat.Worker.OutputTail;
        return words.Length == 0 ? "" : " What it wrote last: " + Text.Indented(words) + "\n";
    }
}
