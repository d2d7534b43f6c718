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

    /// <summary>Where cases stand several times: what was copied.</summary>
    public CaseCopies Copies { get; init; } = CaseCopies.None(Plan);

    /// <summary>In the order of the copies, so that each case is run about equally often when the time is up.</summary>
    private bool IsStress { get; init; }

    /// <summary>An order that somebody asked for is kept to the letter: no case is given before the one before it has ended, since that may end the run.</summary>
    private bool IsStrict { get; init; }

    /// <summary>What the cases claim; null when nobody claims anything.</summary>
    public ClaimBook? Claims { get; init; }

    public static Division Of(Plan plan, TestCatalog catalog, RunRequest request, Func<string, double?> expectedMs, RunEnvironment environment)
    {
        var distribution = request.Distribution;
        var copies = CaseCopies.None(plan);
        var claims = ClaimBook.Of(plan, catalog);
        var units = UnitsOf();
        // Of cases that are copied for the workers there is enough for any number of these.
        var isCopied = distribution == Distribution.Each || request.Stress is not null;
        var count = WorkerCount.Decide(new WorkerCountQuestion
        {
            Requested = request.Workers,
            OneBy = request.Stepwise ? "--sw" : distribution == Distribution.No ? "--dist no" : null,
            Units = isCopied ? int.MaxValue : units.Count,
            ProcessorCount = environment.ProcessorCount,
            MemoryBytes = environment.MemoryBytes,
            RecordedTotalMs = isCopied ? null : RunMemory.RecordedTotalMs(units),
            MaxProcesses = request.MaxProcesses,
            HasDebugger = environment.HasDebugger,
            AutoWorkers = environment.AutoWorkers,
        });
        if (isCopied)
        {
            copies = distribution == Distribution.Each ? CaseCopies.ForWorkers(plan, count.Workers) : request.Stress!.CopiesOf(plan, expectedMs, count.Workers);
            plan = copies.Plan;
            claims = ClaimBook.Of(plan, catalog);
            units = UnitsOf();
        }

        // An order that somebody asked for is there to be seen.
        var isOrdered = request.Seed is not null || request.FailedFirst || request.NewFirst || request.Stepwise || distribution is Distribution.No or Distribution.Each;
        if (!isOrdered && request.Stress is null && count.Workers > 1 && distribution is not (Distribution.WorkSteal or Distribution.Load)) units = WorkUnits.LargestFirst(units);
        return new Division(plan, units, count, distribution, isOrdered) { ExpectedMs = expectedMs, Copies = copies, Claims = claims, IsStress = request.Stress is not null, IsStrict = isOrdered && (request.MaxFail is not null || request.Stepwise || distribution == Distribution.Each) };

        IReadOnlyList<WorkUnit> UnitsOf() => WorkUnits.Of(plan, catalog, expectedMs, request.Concurrency, claims, environment.HasDebugger ? null : request.Isolate, distribution);
    }

    /// <summary>A scheduler for these units.</summary>
    /// <param name="workers">How many there are.</param>
    /// <param name="takeTurns">Some run in this process and others beside it, in turn: that needs the order of the plan.</param>
    public Scheduler NewScheduler(int workers, bool takeTurns) => IsStrict || takeTurns ? new Fifo(Units, workers)
        : Distribution == Distribution.WorkSteal && !IsStress && !IsOrdered ? new WorkStealing(Units, workers)
        : new Fifo(Units, workers, sendsAhead: true);
}
