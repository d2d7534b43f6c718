using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>Decides which worker runs what. A function of the events it was told: no clock, no task, no process, no random number.</summary>
/// <remarks>
/// Contract, checked by one suite for every kind: each case is assigned to at most one worker at a time; a case that was not started when its
/// worker went away is assigned again; a unit's cases go to one worker while that worker lives; a serial unit runs while nothing else does;
/// a worker is released when nothing can come to it any more; with at least one ready worker every case is assigned in the end.
/// </remarks>
internal abstract class Scheduler
{
    /// <summary>Takes one event and says what to do about it, in order.</summary>
    public abstract IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what);

    /// <summary>Cases that no worker holds, in the order in which they would be given.</summary>
    public abstract IReadOnlyList<CaseIndex> Waiting { get; }

    /// <summary>Some case is held by no worker. Cheap where a scheduler knows it without the list.</summary>
    public virtual bool HasWaiting => Waiting.Count > 0;
}

/// <summary>Cases that stay together on one worker: a class with a class-scoped fixture or loop, or a single case.</summary>
/// <param name="Cases">In plan order; not empty.</param>
/// <param name="ExpectedMs">From history; null when unknown.</param>
/// <param name="Serial">Runs alone in the whole run.</param>
internal sealed record WorkUnit(IReadOnlyList<CaseIndex> Cases, double? ExpectedMs, bool Serial)
{
    /// <summary>Units with equal affinity share something worth setting up once (their class, their namespace's fixtures): a hint, never a promise.</summary>
    public string Affinity { get; init; } = "";

    /// <summary>Given before units of a lower one; 0 in the rule. Serial units come last all the same.</summary>
    public int Priority { get; init; }

    /// <summary>How many cases a worker may run at once while it runs these: 1 for each alone, more for cases that overlap.</summary>
    public int Window { get; init; } = 1;
}

internal abstract record SchedulerEvent
{
    private SchedulerEvent()
    {
    }

    /// <summary>The worker has accepted the plan and can take work.</summary>
    public sealed record WorkerReady(WorkerNumber Worker) : SchedulerEvent;

    /// <summary>The worker began a case; it can no longer be recalled.</summary>
    public sealed record Started(WorkerNumber Worker, CaseIndex Case) : SchedulerEvent;

    /// <summary>The case has its outcome. Also sent for a case that ended with its worker (crash, timeout), before <see cref="WorkerGone"/>.</summary>
    public sealed record Finished(WorkerNumber Worker, CaseIndex Case, double Ms) : SchedulerEvent;

    /// <summary>The answer to a recall: these were not started and are nobody's again. May be fewer than asked for, or none.</summary>
    public sealed record GaveBack(WorkerNumber Worker, IReadOnlyList<CaseIndex> Cases) : SchedulerEvent;

    /// <summary>The worker takes no more work (it died, was retired or recycled). What it had not started is nobody's again.</summary>
    public sealed record WorkerGone(WorkerNumber Worker) : SchedulerEvent;
}

internal abstract record SchedulerAction
{
    private SchedulerAction()
    {
    }

    /// <summary>Give these to the worker, to be run in this order after what it has.</summary>
    public sealed record Assign(WorkerNumber Worker, IReadOnlyList<CaseIndex> Cases) : SchedulerAction;

    /// <summary>Ask the worker to give back those of these that it has not started.</summary>
    public sealed record Recall(WorkerNumber Worker, IReadOnlyList<CaseIndex> Cases) : SchedulerAction;

    /// <summary>Nothing more will come to this worker: it may tear down and end.</summary>
    public sealed record Release(WorkerNumber Worker) : SchedulerAction;
}
