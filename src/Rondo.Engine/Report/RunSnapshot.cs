namespace Rondo.Engine.Report;

/// <summary>What every process of a run does at one moment, for whoever shows it.</summary>
/// <param name="Workers">Those that live, in the order of their start; the host of the run's fixtures is one of them.</param>
/// <param name="Elapsed">Since the run began.</param>
internal sealed record RunSnapshot(IReadOnlyList<WorkerNow> Workers, TimeSpan Elapsed)
{
    /// <summary>There is no plan yet: data sources are read.</summary>
    public bool IsPlanning { get; init; }

    public int Planned { get; init; }

    /// <summary>Cases that have their result.</summary>
    public int Done { get; init; }

    /// <summary>Of those.</summary>
    public int Failed { get; init; }

    public int Running
    {
        get
        {
            var running = 0;
            foreach (var worker in Workers) running += worker.Running.Count;
            return running;
        }
    }

    public int Waiting => Math.Max(0, Planned - Done - Running);
}

/// <param name="Name"><c>w0</c>, or <c>main</c> in this process.</param>
/// <param name="ProcessId">Null while it is not known.</param>
/// <param name="Doing">What it does for no case, as part of a sentence (<c>starting</c>, <c>teardown of 'Shop'</c>, <c>idle</c>); shown when no case runs.</param>
/// <param name="Elapsed">How long it has been doing that.</param>
/// <param name="Running">The one that runs longest first.</param>
internal sealed record WorkerNow(string Name, int? ProcessId, string Doing, TimeSpan Elapsed, IReadOnlyList<CaseNow> Running);

/// <param name="Doing">The fixture it sets up or tears down, as part of a sentence; empty in the test's body.</param>
/// <param name="Elapsed">Since this attempt began.</param>
internal sealed record CaseNow(string Id, string Doing, TimeSpan Elapsed);
