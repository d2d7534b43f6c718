using Rondo.Engine.Planning;

namespace Rondo.Engine.Scheduling;

/// <summary>Decides which worker runs what. A function of the events it was told: no clock, no task, no process, no random number.</summary>
/// <remarks>
/// Contract, checked by one suite for every kind: each case is assigned to at most one worker at a time; a case that was not started when its
/// worker went away is assigned again; a unit's cases go to one worker while that worker lives; a serial unit runs while nothing else does;
/// two cases whose claims conflict are never with two workers at once, from assignment to outcome; an isolated unit goes to a worker that never had a case, and nothing goes to that worker afterwards;
/// a worker is released when nothing can come to it any more, or to make room for a fresh one that an isolated unit waits for; with at least one ready worker, and a new one for each that was released or
/// died, every case is assigned in the end.
/// </remarks>
internal abstract class Scheduler
{
    /// <summary>Takes one event and says what to do about it, in order.</summary>
    public abstract IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what);

    /// <summary>Cases that no worker holds, in the order in which they would be given.</summary>
    public abstract IReadOnlyList<CaseIndex> Waiting { get; }

    /// <summary>Some case is held by no worker. Cheap where a scheduler knows it without the list.</summary>
    public virtual bool HasWaiting => Waiting.Count > 0;

    /// <summary>What comes next waits for a worker that never had a case, and there is none.</summary>
    public virtual bool NeedsFresh => false;
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

    /// <summary>What all cases together claim in the whole run.</summary>
    public ClaimSet Claims { get; init; } = ClaimSet.None;

    /// <summary>The claims of each case; null: each has all of them.</summary>
    public IReadOnlyList<ClaimSet>? CaseClaims { get; init; }

    /// <summary>Wants a worker that runs nothing else.</summary>
    public bool Isolated { get; init; }
}

internal enum WorkerKind
{
    /// <summary>A process, fresh until it has a case.</summary>
    Process,

    /// <summary>In the controller's process: never fresh, and never released to make room.</summary>
    InProcess,

    /// <summary>A process beside the one in the controller's process: only for isolated units.</summary>
    OnlyIsolated,
}

internal abstract record SchedulerEvent
{
    private SchedulerEvent()
    {
    }

    /// <summary>The worker has accepted the plan and can take work.</summary>
    public sealed record WorkerReady(WorkerNumber Worker) : SchedulerEvent
    {
        public WorkerKind Kind { get; init; }
    }

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

    /// <summary>Nothing more will come to this worker: it may tear down and end. If work waits, another is to be started in its place.</summary>
    public sealed record Release(WorkerNumber Worker) : SchedulerAction;
}
