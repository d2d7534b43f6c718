using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Control;

/// <summary>What a run writes down and what it knows from earlier ones: run log, history, reports in files.</summary>
/// <remarks>Owner: the controller's event loop. Nothing here can fail the run: what goes wrong becomes a note, once.</remarks>
#pragma warning disable CS9113
internal sealed class RunMemory(RunRequest request, string runId, TimeProvider time, Action<string> note)
{
    public double? ExpectedMs(string id) => null;

    public double? RecordedTotalMs(IReadOnlyList<WorkUnit> units) => units.All(u => u.ExpectedMs is not null) ? units.Sum(u => u.ExpectedMs) : null;

    public IReadOnlySet<string>? LastFailed(Action<string> say) => null;

    public void Begin(Plan plan, string workers) { }

    public void Started(PlannedCase planned, WorkerNumber worker) { }

    public void Finished(PlannedCase planned, CaseResult result) { }

    public void TeardownFailed(TeardownError error) { }

    public void WorkerEnded(WorkerNumber worker, string how) { }

    public void Note(string text) { }

    public void End(RunReport report) { }
}
