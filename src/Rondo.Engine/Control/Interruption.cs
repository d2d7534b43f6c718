using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>The run was asked to end: once lets finish what runs, twice cancels it, three times ends it.</summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class Interruption(IRunKeeper run, Casualties casualties, TimeProvider time)
{
    // Whoever sends SIGTERM mostly sends SIGKILL 10 s later: 5 s to finish, 3 s to tear down, the rest for the reports.
    public static readonly TimeSpan MomentAfterSigTerm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_momentToTearDown = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_momentAtTheKeyboard = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan s_momentForSystems = TimeSpan.FromSeconds(5);

    private readonly PhaseLimit _untilCancelled = new(time);
    private readonly PhaseLimit _lastMoment = new(time);
    private int _count;
    private string _by = "";

    /// <param name="by">Who asks: <c>Ctrl-C</c>, <c>SIGTERM</c>, …</param>
    public void Hear(string by)
    {
        switch (++_count)
        {
            case 1:
                run.Stop(new Ending.Interrupted(by), $"the run was interrupted by {by}");
                _by = by;
                if (by is "SIGTERM" or "SIGHUP") _untilCancelled.Start(MomentAfterSigTerm);
                break;
            case 2:
                // The moment is short for whoever sent a second signal, and longer for a host that asks only once.
                _by = by;
                CancelRunning(by is "Ctrl-C" or "SIGTERM" or "SIGHUP" ? s_momentAtTheKeyboard : s_momentForSystems);
                break;
            default:
                EndEverybody();
                break;
        }
    }

    /// <summary>Sees whether a moment is over; with every tick.</summary>
    public void Look()
    {
        if (_untilCancelled.Passes()) CancelRunning(s_momentToTearDown);
        if (_lastMoment.Passes()) EndEverybody();
    }

    // Cancels what runs and lets it tear down, for a moment; then ends it.
    private void CancelRunning(TimeSpan moment)
    {
        _untilCancelled.Stop();
        _lastMoment.Start(moment);
        foreach (var seat in run.Seats.Where(s => s.IsAlive)) seat.Worker.Send(new Message.CancelRunning($"the run was interrupted by {_by} while this case was running"));
    }

    private void EndEverybody()
    {
        foreach (var seat in run.Seats.Where(s => s.IsAlive))
        {
            foreach (var running in seat.Running) casualties.NotRun(seat, running);
            if (seat.IsInProcess) run.Abandon(seat);
            else run.Kill(seat, "the run was interrupted");
        }
    }
}
