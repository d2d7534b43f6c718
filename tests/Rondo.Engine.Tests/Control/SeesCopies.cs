using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Control;

/// <summary>Shows the plan of each run of a series to the simulation, whose workers run it, before the series hears the run.</summary>
internal sealed class SeesCopies(Simulation simulation, Stress stress) : IRunObserver
{
    public void Planned(Plan plan)
    {
        simulation.Planned(plan);
        stress.Planned(plan);
    }

    public void InProgress(PlannedCase planned, string worker) => stress.InProgress(planned, worker);

    public void Status(RunSnapshot now) => stress.Status(now);

    public void Slow(PlannedCase planned, string worker, TimeSpan elapsed, string doing) => stress.Slow(planned, worker, elapsed, doing);

    public void Finished(PlannedCase planned, CaseResult result) => stress.Finished(planned, result);

    public void TeardownFailed(TeardownError error) => stress.TeardownFailed(error);

    public void LiveOutput(PlannedCase? planned, string worker, bool isError, string text) => stress.LiveOutput(planned, worker, isError, text);

    public void SetupStep(string worker, string line) => stress.SetupStep(worker, line);

    public void Now(RunSnapshot now) => stress.Now(now);

    public void Note(string text) => stress.Note(text);
}
