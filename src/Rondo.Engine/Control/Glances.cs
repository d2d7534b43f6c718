using Rondo.Engine.Report;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>Sees what every worker does now, for whoever asks, and every so often for the observer.</summary>
/// <remarks>Owner: the controller's event loop. A run whose observer does not look on pays one comparison for each tick.</remarks>
internal sealed class Glances(IRunKeeper run, RunRecord record, TimeSpan? every, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private long _shownAt = time.GetTimestamp();

    /// <summary>With every tick.</summary>
    public void Look()
    {
        if (every is not { } pause || time.GetElapsedTime(_shownAt) < pause) return;
        _shownAt = time.GetTimestamp();
        record.Observer.Now(Now());
    }

    /// <summary>What every process of the run does at this moment.</summary>
    public RunSnapshot Now()
    {
        var workers = new List<WorkerNow>();
        foreach (var seat in run.Seats)
        {
            if (seat.IsAlive) workers.Add(new WorkerNow(seat.Number.Name, seat.Worker.ProcessId, Doing(seat), time.GetElapsedTime(seat.IdleSince), Running(seat)));
        }

        return new RunSnapshot(workers, time.GetElapsedTime(_began)) { IsPlanning = record.Plan is null, Planned = record.Plan?.Cases.Count ?? 0, Done = record.Results.Count, Failed = record.Failed };
    }

    private List<CaseNow> Running(Seat seat)
    {
        var running = new List<CaseNow>(seat.Running.Count);
        foreach (var live in seat.Running) running.Add(new CaseNow(record.Plan![live.Case].Id, Doing(seat, live), time.GetElapsedTime(live.Since)));
        running.Sort(static (a, b) => b.Elapsed.CompareTo(a.Elapsed));
        return running;
    }

    private static string Doing(Seat seat, LiveCase live)
    {
        var doing = live.Phase switch
        {
            WorkPhase.Setup => $"setup of '{live.What}'",
            WorkPhase.Teardown => $"teardown of '{live.What}'",
            _ => "",
        };
        if (live.Earlier.Count > 0) doing = And(doing, $"attempt {live.Earlier.Count + 1}");
        if (seat.IsStopped) doing = And(doing, "stopped by the system");
        if (seat.StuckIn?.Running == live) doing = And(doing, "does not end, its stack is being read");
        return doing;
    }

    private static string And(string one, string other) => one.Length == 0 ? other : one + ", " + other;

    private string Doing(Seat seat) => seat switch
    {
        { IsEnding: true } => "being ended",
        { Reading: { } source } => $"reading the rows of '{run.Catalog.Test(source).RowSource}'",
        { What.Length: > 0 } => $"{(seat.IsSettingUp ? "setup" : "teardown")} of '{seat.What}'",
        { State: SeatState.Starting } => "starting",
        { State: SeatState.Greeted } => "getting ready",
        { State: SeatState.Finishing } => "ending",
        { IsHost: true } => "holding the fixtures of the run",
        _ => "idle",
    };
}
