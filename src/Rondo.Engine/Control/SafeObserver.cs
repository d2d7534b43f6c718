using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>Keeps a failing observer from harming the run: its first error is noted, and it hears no more.</summary>
internal sealed class SafeObserver(IRunObserver observer, Action<string> note)
{
    private bool _isBroken;

    public void Planned(Plan plan) => Call(o => o.Planned(plan));

    public void InProgress(PlannedCase planned, string worker) => Call(o => o.InProgress(planned, worker));

    public void Status(RunSnapshot now) => Call(o => o.Status(now));

    public void Slow(PlannedCase planned, string worker, TimeSpan elapsed, string doing) => Call(o => o.Slow(planned, worker, elapsed, doing));

    public void Finished(PlannedCase planned, CaseResult result) => Call(o => o.Finished(planned, result));

    public void TeardownFailed(TeardownError error) => Call(o => o.TeardownFailed(error));

    public void LiveOutput(PlannedCase? planned, string worker, bool isError, string text) => Call(o => o.LiveOutput(planned, worker, isError, text));

    public void SetupStep(string worker, string line) => Call(o => o.SetupStep(worker, line));

    public void Now(RunSnapshot now) => Call(o => o.Now(now));

    public void Note(string text) => Call(o => o.Note(text));

    private void Call(Action<IRunObserver> what)
    {
        if (_isBroken) return;
        try
        {
            what(observer);
        }
        catch (Exception error)
        {
            _isBroken = true;
            note($"The display of this run failed and shows nothing more: {error.Message} Results are still recorded. [RND5001]");
        }
    }
}
