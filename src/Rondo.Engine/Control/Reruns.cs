using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>Failed cases that are tried again in another process (<c>--retry-in process</c>): after everything else, one at a time, each in a fresh worker that runs nothing else, and not before its pause is over.</summary>
/// <remarks>Owner: the controller's event loop. To the scheduler such a case is finished: what it claims is free, and nothing runs beside its later attempts.</remarks>
internal sealed class Reruns(RunRequest request, TimeProvider time)
{
    private readonly List<Rerun> _all = [];

    /// <summary>How many have no final result.</summary>
    public int Count => _all.Count;

    /// <summary>Some are in no worker's hands.</summary>
    public bool IsWaiting => _all.Exists(static r => !r.IsInHand);

    public Rerun? Find(CaseIndex index) => _all.Find(r => r.Case == index);

    /// <summary>Takes a failed attempt, if another one may follow it.</summary>
    /// <returns>False: the result is final.</returns>
    public bool TryAdd(PlannedCase planned, CaseResult result)
    {
        if (!request.RetriesElsewhere || !result.MayBeRetried || result.Outcome.Tally != Tally.Failed) return false;
        var most = 1 + (planned.IsExplored ? 0 : planned.Marks.Retry ?? request.Retries);
        var made = result.Earlier.Count + 1;
        if (made >= most) return false;
        Close(result.Case);
        var last = result with { Attempt = made, MaxAttempts = most, MayBeRetried = false };
        _all.Add(new Rerun(last, [.. last.Earlier, last with { Earlier = [] }], time.GetTimestamp(), Attempts.PauseBefore(request.RetryDelay, made)));
        return true;
    }

    /// <summary>The first one whose pause is over; null if there is none yet.</summary>
    public Rerun? TakeDue()
    {
        var due = _all.Find(r => !r.IsInHand && time.GetElapsedTime(r.FailedAt) >= r.Pause);
        if (due is not null) due.IsInHand = true;
        return due;
    }

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

    /// <summary>A worker was started for it.</summary>
    public bool IsInHand { get; set; }

    /// <summary>How the case ends when it is not tried again.</summary>
    public CaseResult NotTriedAgain(string because) => Last with { Notes = [.. Last.Notes, $"It was not tried again, because {because}."] };
}
