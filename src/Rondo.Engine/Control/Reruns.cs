using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>Failed cases that are tried again in another process (<c>--retry-in process</c>): after everything else, each in a fresh worker that runs nothing else, and not before its pause is over. As many at once as the run has workers; but one that claims something, is serial or used up the memory runs while no other does.</summary>
/// <remarks>Owner: the controller's event loop. To the scheduler such a case is finished, and what it claims is free: nobody else takes care that later attempts do not meet.</remarks>
internal sealed class Reruns(RunRequest request, TimeProvider time)
{
    private readonly List<Rerun> _all = [];

    /// <summary>How many have no final result.</summary>
    public int Count => _all.Count;

    /// <summary>Some are in no worker's hands.</summary>
    public bool IsWaiting => _all.Exists(static r => !r.IsInHand);

    public Rerun? Find(CaseIndex index) => _all.Find(r => r.Case == index);

    /// <summary>Takes a failed attempt, if another one may follow it.</summary>
    /// <param name="isAlone">Its further attempts run while no other does.</param>
    /// <returns>False: the result is final.</returns>
    public bool TryAdd(PlannedCase planned, CaseResult result, bool isAlone)
    {
        if (!request.RetriesElsewhere || !result.MayBeRetried || result.Outcome.Tally != Tally.Failed) return false;
        var most = 1 + (planned.IsExplored ? 0 : planned.Marks.Retry ?? request.Retries);
        var made = result.Earlier.Count + 1;
        if (made >= most) return false;
        isAlone |= Find(result.Case) is { IsAlone: true };
        Close(result.Case);
        var last = result with { Attempt = made, MaxAttempts = most, MayBeRetried = false };
        _all.Add(new Rerun(last, [.. last.Earlier, last with { Earlier = [] }], time.GetTimestamp(), Attempts.PauseBefore(request.RetryDelay, made)) { IsAlone = isAlone });
        return true;
    }

    /// <summary>The first one whose pause is over and that may begin now; null if there is none yet. Those that run alone come after the others, or while these pause.</summary>
    /// <param name="inWorkers">Those whose workers are there, also if their results are known.</param>
    public Rerun? TakeDue(IReadOnlyList<Rerun> inWorkers)
    {
        if (inWorkers.Any(static r => r.IsAlone)) return null;
        // A worker that is being ended may still run the attempt before.
        var due = _all.Find(r => !r.IsAlone && IsDue(r) && !inWorkers.Any(other => other.Case == r.Case));
        if (due is null && inWorkers.Count == 0) due = _all.Find(IsDue);
        if (due is not null) due.IsInHand = true;
        return due;
    }

    private bool IsDue(Rerun rerun) => !rerun.IsInHand && time.GetElapsedTime(rerun.FailedAt) >= rerun.Pause;

    /// <summary>It has its final result, or one that takes its place.</summary>
    public void Close(CaseIndex index) => _all.RemoveAll(r => r.Case == index);

    /// <summary>Takes all that are in no worker's hands: they will not be tried again.</summary>
    public IReadOnlyList<Rerun> TakeWaiting()
    {
        var waiting = _all.FindAll(static r => !r.IsInHand);
        _all.RemoveAll(static r => !r.IsInHand);
        return waiting;
    }
}

/// <param name="Last">The attempt that failed last, with those before it.</param>
/// <param name="Earlier">All that were made.</param>
internal sealed record Rerun(CaseResult Last, IReadOnlyList<CaseResult> Earlier, long FailedAt, TimeSpan Pause)
{
    public CaseIndex Case => Last.Case;

    /// <summary>No other may run meanwhile.</summary>
    public bool IsAlone { get; init; }

    /// <summary>A worker was started for it.</summary>
    public bool IsInHand { get; set; }

    /// <summary>How the case ends when it is not tried again.</summary>
    public CaseResult NotTriedAgain(string because) => Last with { Notes = [.. Last.Notes, $"It was not tried again, because {because}."] };
}
