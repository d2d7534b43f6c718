using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>
/// What becomes of the cases that a worker ran when it ended before they did: the one that killed it is blamed, those that ran beside it are run again alone, and of those whose end nobody knows that is said.
/// </summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class Casualties(IRunKeeper run, RunRecord record, Suspects suspects, TimeProvider time)
{
    private int _deaths;

    /// <summary>A worker died that nobody had told to: who is to blame.</summary>
    /// <param name="state">What it was when it died.</param>
    public void BlameDeath(Seat seat, SeatState state, WorkerEnd end)
    {
        var who = $"Worker {seat.Number} (process {seat.Worker.ProcessId})";
        var how = seat.HasLostChannel ? "lost its channel" : end.ToString();
        var explanation = seat.HasLostChannel ? "The code that ran, or something it called, closed handles it did not open. The worker was replaced. [RND4030]" : Blame.Explain(end, seat.Worker);
        var ran = Unresolved(seat);
        // What a suspect does again was counted when it did it first.
        var isLast = state is not SeatState.Starting && !seat.IsHost && !(seat.IsForSuspects && ran.Count == 1) && ++_deaths > run.RestartLimit && !run.IsEnding;
        if (ran.Count > 1)
        {
            var beside = seat.What.Length > 0 ? $" The teardown of '{seat.What}' was running as well." : "";
            suspects.Add(new CutOff($"{who} {how}", explanation + beside, seat.Worker.OutputTail, seat.Worker.ErrorTail, Culprit: null), ran, seat.Number);
            if (run.IsEnding) GiveUpWaiting();
        }
        else if (ran.Count == 1)
        {
            var running = ran[0];
            var again = suspects.Find(running.Case)?.CutOff.Confirmed ?? "";
            var outcome = new Outcome.Crashed(new Failure("Crash", $"{who} {how} while this test was running{Blame.Where(running)}. {explanation}{again}", null));
            run.RecordAndDecide(seat, ResultOf(seat, running, outcome) with { Output = running.Output + seat.Worker.OutputTail, ErrorOutput = running.ErrorOutput + seat.Worker.ErrorTail });
        }
        else if (seat.Reading is { } source)
        {
            // First, or this would start workers only to end them.
            if (isLast) StopRestarting();
            // Its test fails for it, if that is among the chosen.
            record.EndedEarly(seat, $"while it read the rows of '{run.Catalog.Test(source).RowSource}'");
            run.TakeRows(source, new RowsFound([], $"{who} {how} while it read the rows of '{run.Catalog.Test(source).RowSource}'. {explanation} [RND3053]"));
        }
        else if (seat.What.Length > 0)
        {
            record.AddTeardownError(seat.What + ".teardown", seat.Number, new Failure("Crash", $"{who} {how} during this teardown. {explanation}", null));
        }
        else if (state is SeatState.Starting or SeatState.Greeted)
        {
            run.FailStart(seat, $"{who} {how} before it accepted the plan, so before it was ready. {Blame.NoCasePays} {Blame.ExplainEarly(end, seat.Worker.ErrorTail)} What it wrote: {Text.Indented(seat.Worker.ErrorTail.Length > 0 ? seat.Worker.ErrorTail : seat.Worker.OutputTail)} [RND4012]", end);
        }
        else
        {
            record.AddTeardownError("worker." + seat.Number.Name, seat.Number, new Failure("Crash", $"{who} {how} while no test was running. {explanation} A thread or timer that a test left behind may have done it.", null));
        }

        if (isLast) StopRestarting();
        if (seat.IsInProcess) run.Stop(new Ending.Broken("the worker in this process died"), "the worker in this process died, and without workers (-n 0) nothing can take its place");
    }

    /// <summary>A worker was told to die, or had said goodbye. What it ran has a result, but for cases that overlapped with the one for which it had to die, or that it began while it was being ended.</summary>
    public void BuryRunning(Seat seat)
    {
        var left = Unresolved(seat);
        if (left.Count == 0) return;
        if (!run.IsEnding && seat is { HasSaidGoodbye: false, IsApart: false })
        {
            var culprit = seat.StuckIn?.Running is { } stuck ? record.Plan![stuck.Case].Id : seat.What;
            suspects.Add(new CutOff($"worker {seat.Number} (process {seat.Worker.ProcessId}) was ended", "", "", "", culprit), left, seat.Number);
            return;
        }

        foreach (var running in left)
        {
            if (run.IsEnding) NotRun(seat, running);
            else Lose(seat, running, $"Worker {seat.Number} was ended ({seat.KilledBecause ?? "it had said goodbye"}) while this case was running.");
        }
    }

    /// <summary>Nobody knows how the case ended.</summary>
    public void Lose(Seat seat, LiveCase running, string why)
    {
        if (!record.Has(running.Case)) run.RecordAndDecide(seat, ResultOf(seat, running, new Outcome.Lost(why)));
    }

    /// <summary>The run ended while the case was running.</summary>
    public void NotRun(Seat seat, LiveCase running)
    {
        if (!record.Has(running.Case)) run.Record(Attempts.Final(ResultOf(seat, running, new Outcome.NotRun(run.NotRunBecause + " while this case was running"))));
    }

    /// <summary>What is known of a case whose worker cannot tell.</summary>
    public CaseResult ResultOf(Seat seat, LiveCase running, Outcome outcome) =>
        new(running.Case, outcome)
        {
            Worker = seat.Number.Name,
            StartedAt = running.SinceTime,
            Duration = time.GetElapsedTime(running.Since),
            Attempt = running.Earlier.Count + 1,
            MayBeRetried = outcome is Outcome.Crashed or Outcome.TimedOut or Outcome.FixtureFailed,
            MaxAttempts = running.Earlier is [.., var last] ? last.MaxAttempts : 1,
            Earlier = running.Earlier,
            Parts = running.Parts,
        };

    // ---- those that ran at once when their worker ended

    /// <summary>Gives the next one to a worker that runs nothing else, or lets it end.</summary>
    public void GiveSuspect(Seat seat)
    {
        if (!suspects.IsWaiting)
        {
            run.Finish(seat);
            return;
        }

        var index = suspects.TakeNext().First.Case.Value;
        seat.Assigned.Add(index);
        seat.Worker.Send(new Message.Assign([index]));
    }

    /// <summary>Their worker did not begin them.</summary>
    public void TakeBack(IReadOnlyList<int> cases)
    {
        foreach (var index in cases)
        {
            if (suspects.Find(new CaseIndex(index)) is not { } suspect) continue;
            if (run.IsEnding) GiveUp(suspect);
            else suspects.PutBack(suspect.First.Case);
        }
    }

    /// <summary>The run ends: those that wait are not run again.</summary>
    public void GiveUpWaiting()
    {
        foreach (var suspect in suspects.TakeWaiting()) GiveUp(suspect);
    }

    /// <summary>One has its second result.</summary>
    public void Close(Suspect suspect)
    {
        if (suspects.Close(suspect) is { IsSolved: false } unsolved) record.AddTeardownError("worker." + suspect.Worker.Name, suspect.Worker, new Failure("Crash", unsolved.Unsolved, null));
    }

    private void GiveUp(Suspect suspect)
    {
        suspects.Close(suspect);
        suspect.CutOff.IsGivenUp = true;
        var running = suspect.First;
        if (record.Has(running.Case)) return;
        Outcome outcome = suspect.CutOff.Innocent(run.NotRunBecause) is { } innocent
            ? new Outcome.NotRun(innocent)
            : new Outcome.Crashed(new Failure("Crash", suspect.CutOff.NotRunAgain(run.NotRunBecause), null));
        run.Record(Attempts.Final(new CaseResult(running.Case, outcome)
        {
            Worker = suspect.Worker.Name,
            StartedAt = running.SinceTime,
            Duration = time.GetElapsedTime(running.Since),
            Attempt = running.Earlier.Count + 1,
            Earlier = running.Earlier,
            Output = running.Output,
            ErrorOutput = running.ErrorOutput + suspect.CutOff.ErrorOutput,
            Parts = running.Parts,
        }));
    }

    private void StopRestarting() => run.Stop(new Ending.RestartLimitReached(run.RestartLimit), $"{Text.Count(_deaths, "worker")} died, and --max-worker-restart is {run.RestartLimit}");

    // In the order in which they began.
    private List<LiveCase> Unresolved(Seat seat)
    {
        var left = new List<LiveCase>();
        foreach (var running in seat.Running)
        {
            if (!record.Has(running.Case)) left.Add(running);
        }

        if (left.Count > 1) left.Sort(static (a, b) => a.Since != b.Since ? a.Since.CompareTo(b.Since) : a.Case.Value - b.Case.Value);
        return left;
    }
}
