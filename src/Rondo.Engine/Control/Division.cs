using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Control;

/// <summary>A plan, divided into what goes to a worker as a whole, and who decides which worker that is. The same for a run and for <c>--plan</c>.</summary>
/// <param name="Plan">What is divided.</param>
/// <param name="Units">In the order in which they are to be given where the scheduler follows an order.</param>
/// <param name="Count">How many workers there would be if no other run took some.</param>
/// <param name="Distribution">As asked for.</param>
/// <param name="IsOrdered">Somebody asked for an order, or for one worker: nothing may sort the cases again.</param>
internal sealed record Division(Plan Plan, IReadOnlyList<WorkUnit> Units, WorkerCount Count, Distribution Distribution, bool IsOrdered)
{
    /// <summary>What history knows of an id, in milliseconds; null when it knows nothing.</summary>
    public Func<string, double?> ExpectedMs { get; init; } = static _ => null;

    public static Division Of(Plan plan, TestCatalog catalog, RunRequest request, ClaimBook? claims, Func<string, double?> expectedMs, RunEnvironment environment)
    {
        var distribution = request.Distribution;
        var units = WorkUnits.Of(plan, catalog, expectedMs, request.Concurrency, claims, environment.HasDebugger ? null : request.Isolate, distribution);
        var count = WorkerCount.Decide(new WorkerCountQuestion
        {
            Requested = request.Workers,
            OneBy = request.Stepwise ? "--sw" : distribution == Distribution.No ? "--dist no" : null,
            Units = units.Count,
            ProcessorCount = environment.ProcessorCount,
            MemoryBytes = environment.MemoryBytes,
            RecordedTotalMs = RunMemory.RecordedTotalMs(units),
            MaxProcesses = request.MaxProcesses,
            HasDebugger = environment.HasDebugger,
            AutoWorkers = environment.AutoWorkers,
        });
        // An order that somebody asked for is there to be seen.
        var isOrdered = request.Seed is not null || request.FailedFirst || request.NewFirst || request.Stepwise || distribution == Distribution.No;
        if (!isOrdered && count.Workers > 1 && distribution is not (Distribution.WorkSteal or Distribution.Load)) units = WorkUnits.LargestFirst(units);
        return new Division(plan, units, count, distribution, isOrdered) { ExpectedMs = expectedMs };
    }

    /// <summary>A scheduler for these units.</summary>
    /// <param name="workers">How many there are.</param>
    /// <param name="takeTurns">Some run in this process and others beside it, in turn: that needs the order of the plan.</param>
    public Scheduler NewScheduler(int workers, bool takeTurns) => IsOrdered || takeTurns ? new Fifo(Units, workers)
        : Distribution == Distribution.WorkSteal ? new WorkStealing(Units, workers)
        : new Fifo(Units, workers, sendsAhead: true);
}
