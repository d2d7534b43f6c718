using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>Sees to it that nothing takes longer than its limit: asks workers that are past one, has their stacks read, ends them.</summary>
/// <remarks>Owner: the controller's event loop. The time that a worker is stopped by the system does not count.</remarks>
internal sealed class Watch(IRunKeeper run, RunRecord record, Casualties casualties, RunEnvironment environment, RunRequest request)
{
    // Whether a worker is stopped is a question to the system, and not asked with every tick.
    private static readonly TimeSpan s_looksForStopped = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_slow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestQuestion = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shownInProgressAfter = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider _time = environment.Time;
    private readonly DumpWish? _dump = request is { DumpOnHang: { } kind, DumpFolder: { } folder } ? new DumpWish(kind, folder) : null;
    private readonly TimeSpan _stall = environment.HasDebugger ? TimeSpan.Zero : request.StallTimeout ?? TimeSpan.Zero;
    private readonly TimeSpan _slowAfter = request.SlowAfter ?? s_slow;
    private long _lookedForStoppedAt;

    /// <summary>Looks at every worker; with every tick.</summary>
    public void Look()
    {
        var looksForStopped = _time.GetElapsedTime(_lookedForStoppedAt) >= s_looksForStopped;
        if (looksForStopped) _lookedForStoppedAt = _time.GetTimestamp();
        foreach (var seat in run.Seats.ToArray())
        {
            if (!seat.IsAlive) continue;
            if (looksForStopped) seat.IsStopped = !seat.IsEnding && (seat.Limit.IsRunning || seat.Running.Count > 0) && seat.Worker.IsStopped;
            if (seat.IsStopped) seat.Limit.Skip();
            else if (seat.Limit.Passes()) Overdue(seat, null);

            if (_stall > TimeSpan.Zero) LookForStall(seat);
            foreach (var running in seat.Running)
            {
                // While its stacks are read nobody else in it is judged.
                if (seat.IsStopped || seat.IsEnding || seat.Stuck is not null) running.Limit.Skip();
                else if (running.Limit.Passes()) Overdue(seat, running);

                if (!running.IsShownInProgress && _time.GetElapsedTime(running.Since) > s_shownInProgressAfter)
                {
                    running.IsShownInProgress = true;
                    record.Observer.InProgress(record.Plan![running.Case], seat.Number.Name);
                }

                if (running.IsShownInProgress && _slowAfter > TimeSpan.Zero) LookForSlow(seat, running);
            }
        }
    }

    /// <summary>Something does not end: its stacks are read, and what is known of it is reported with them.</summary>
    /// <param name="running">Null: it is no case.</param>
    public void BeginStuck(Seat seat, LiveCase? running, Failure failure)
    {
        if (seat.Stuck is not null || seat.IsEnding) return;
        seat.Stuck = failure;
        seat.StuckIn = new StuckIn(running, seat.Reading, running?.What ?? seat.What);
        seat.Limit.Stop();
        running?.Limit.Stop();
        var processId = seat.Worker.ProcessId ?? Environment.ProcessId;
        var test = running is { Phase: WorkPhase.Body } ? record.Plan![running.Case].Test : null;
        var threads = seat.ThreadsOf(test, test is null ? run.Catalog.FindFixture(seat.StuckIn.What)?.Dispatcher : test.Dispatcher);
        _ = Task.Run(async () =>
        {
            var stacks = await environment.ReadStacks(processId, threads, _time).ConfigureAwait(false);
            // Behind the stacks: a dump takes long, and may fail.
            if (_dump is not null) stacks = stacks with { Dump = await environment.WriteDump(processId, _dump, _dump.FileOf(seat.Number.Name, processId), _time).ConfigureAwait(false) };
            await run.TellAsync(new ControlEvent.StacksArrived(seat, stacks)).ConfigureAwait(false);
        });
    }

    /// <summary>The stacks were read: the case has its result, and the worker is ended.</summary>
    public void EndStuck(Seat seat, StacksRead stacks)
    {
        if (!seat.IsAlive || seat.IsEnding) return;
        if (seat.StuckIn!.IsOver(seat))
        {
            // It came to its end while its stacks were read.
            (seat.Stuck, seat.StuckIn) = (null, null);
            return;
        }

        var failure = seat.Stuck! with { Stack = stacks.Stacks is { } text ? StackText.Trim(text) : null };
        if (stacks.Why is { } why) failure = failure with { Message = failure.Message + "\n" + why };
        if (stacks.Dump is { Why: { } noDump }) failure = failure with { Message = failure.Message + "\n" + noDump };
        else if (stacks.Dump is { File: { } dumped } && seat.StuckIn.Running is null) failure = failure with { Message = $"{failure.Message}\nThe dump of its process is {dumped}." };
        if (seat.Reading is { } source)
        {
            run.TakeRows(source, new RowsFound([], failure.Message + (failure.Stack is null ? "" : "\n" + failure.Stack)));
        }
        else if (seat.StuckIn.Running is { } running && !record.Has(running.Case))
        {
            Outcome outcome = running.Phase == WorkPhase.Setup ? new Outcome.FixtureFailed(running.What, failure) : new Outcome.TimedOut(failure);
            run.RecordAndDecide(seat, casualties.ResultOf(seat, running, outcome) with
            {
                Output = (seat.StuckOutput.Length > 0 ? seat.StuckOutput : running.Output) + seat.Worker.OutputTail,
                ErrorOutput = (seat.StuckErrorOutput.Length > 0 ? seat.StuckErrorOutput : running.ErrorOutput) + seat.Worker.ErrorTail,
                Attachments = stacks.Dump.File is { } file ? [new Attachment(file, $"dump of worker {seat.Number}")] : [],
            }, endsWithItsWorker: !seat.IsInProcess);
        }
        else if (seat.IsSettingUp)
        {
            run.RunFixtureSetUpFailed(seat, seat.What, failure);
        }
        else if (seat.What.Length > 0)
        {
            record.AddTeardownError(seat.What + ".teardown", seat.Number, failure);
        }

        if (seat.IsInProcess)
        {
            var culprit = seat.Reading is not null ? $"the data source '{run.Catalog.Test(seat.Reading).RowSource}'" : seat.IsSettingUp ? $"the setup of fixture '{seat.What}'" : "an earlier test";
            run.Stop(new Ending.Broken(seat.Reading is null && !seat.IsSettingUp ? "a test never returned" : culprit + " never returned"), culprit + " never returned, and without workers (-n 0) nothing can take its place");
            run.Abandon(seat);
        }
        else
        {
            run.Terminate(seat, seat.IsHost ? $"the {(seat.IsSettingUp ? "setup" : "teardown")} of '{seat.What}' did not end" : "it was replaced, because a test did not end");
        }
    }

    private void LookForSlow(Seat seat, LiveCase running)
    {
        if (running.SlowAt == TimeSpan.Zero) running.SlowAt = _slowAfter;
        var elapsed = _time.GetElapsedTime(running.Since);
        if (elapsed < running.SlowAt) return;
        while (running.SlowAt <= elapsed) running.SlowAt *= 2;
        record.Observer.Slow(record.Plan![running.Case], seat.Number.Name, elapsed, Phase(running));
    }

    // A worker whose loop turns judges its cases itself (CaseRunner). One whose loop is held cannot: it is asked again and again, and judged here when its link answered and its loop did not for too long.
    private void LookForStall(Seat seat)
    {
        var answers = seat.StallAnswers;
        if (seat.Running.Count == 0 || seat.IsEnding || seat.Stuck is not null)
        {
            seat.Stall.Stop();
            answers.Forget();
            return;
        }

        if (seat.IsStopped)
        {
            seat.Stall.Skip();
            return;
        }

        if (!seat.Stall.IsRunning || answers.LoopTurns)
        {
            seat.Stall.Start(_stall);
            answers.Forget();
        }

        if (_time.GetElapsedTime(seat.AskedForStallAt) > (_stall / 4 < s_longestQuestion ? _stall / 4 : s_longestQuestion))
        {
            seat.AskedForStallAt = _time.GetTimestamp();
            // An earlier answer of the link stands as long as the loop is silent.
            if (!answers.LoopIsHeld)
            {
                if (answers.Rounds == 0) seat.Stall.Start(_stall);
                answers.Ask(++seat.Questions);
            }

            seat.Worker.Send(new Message.AreYouThere(answers.Question));
        }

        if (!seat.Stall.Passes() || !answers.LoopIsHeld) return;
        if (seat.OnlyRunning is not { } running && (running = seat.WhoHolds(answers.Holder, record.Plan!)!) is null) return;
        BeginStuck(seat, running, new Failure("Timeout", $"{Subject(running)} held the thread of its loop for {_stall.TotalSeconds:0.###} s (--stall-timeout) without giving it back. Its worker {seat.Number} is ended. Await instead of blocking, and let long computations look at the CancellationToken. [RND3035]", null));
    }

    private static string Phase(LiveCase running) => running.Phase switch
    {
        WorkPhase.Setup => $"in the setup of '{running.What}'",
        WorkPhase.Teardown => $"in the teardown of '{running.What}'",
        _ => "",
    };

    private static string Subject(LiveCase running) => running.Phase switch
    {
        WorkPhase.Setup => $"The setup of fixture '{running.What}'",
        WorkPhase.Teardown => $"The teardown of fixture '{running.What}'",
        _ => "The test",
    };

    private void Overdue(Seat seat, LiveCase? running)
    {
        var (limit, overtime) = running is null ? (seat.Limit, seat.Overtime) : (running.Limit, running.Overtime);
        // Stopped since the last look. What it stood still is not known: it gets a little, and is looked at again.
        if (!seat.IsEnding && seat.Worker.IsStopped)
        {
            seat.IsStopped = true;
            limit.Start(TimeSpan.FromSeconds(1));
            return;
        }

        // Who has the loop, of several that run. A neighbour: that one's own limit counts, and here the worker judges when it gets the thread back.
        var isOneOfSeveral = running is not null && seat.Running.Count > 1;
        var holder = isOneOfSeveral && overtime is { Rounds: > 0, LoopIsHeld: true } ? seat.WhoHolds(overtime.Holder, record.Plan!) : null;
        if (holder is not null && holder != running)
        {
            overtime.ForgetRound();
        }
        else if (seat.IsEnding || (running?.LimitMs ?? seat.LimitMs) == 0 || (overtime.Rounds > 0 && overtime.IsHopeless(isHolder: !isOneOfSeveral || holder == running)))
        {
            Silent(seat, running);
            return;
        }

        // The first round is the grace of a second that user code has to end after it was cancelled. A look of a starved controller counts two ticks at most: the answer may wait
        // behind it.
        var round = overtime.Rounds > 0 ? Overtime.Round : Overtime.Round - limit.Overrun;
        overtime.Ask(++seat.Questions);
        limit.Start(round > Overtime.ShortestRound ? round : Overtime.ShortestRound, longestStep: 2 * Controller.Tick);
        seat.Worker.Send(new Message.AreYouThere(overtime.Question));
    }

    private void Silent(Seat seat, LiveCase? running)
    {
        if (seat is { IsAskedToEnd: true, ProcessEnd: null })
        {
            run.Kill(seat, seat.KilledBecause!);
        }
        else if (seat.IsEnding)
        {
            // One half of its end came and the other did not: handles were closed by a test, or a child holds them. Or it was killed, and not even the system can end it.
            seat.HasLostChannel = seat.LinkHasEnded && seat.ProcessEnd is null;
            seat.Worker.Kill();
            run.Bury(seat);
        }
        else if (running is not null || seat.Reading is not null || seat.IsSettingUp)
        {
            var what = running switch
            {
                null when seat.IsSettingUp => $"The setup of fixture '{seat.What}'",
                null => "The data source",
                _ => Subject(running),
            };
            var (limitMs, finding) = running is null ? (seat.LimitMs, seat.Overtime.Finding) : (running.LimitMs, running.Overtime.Finding);
            BeginStuck(seat, running, new Failure("Timeout", $"{what} did not end within its limit of {limitMs} ms, and worker {seat.Number} {finding}. It is ended. Await instead of blocking, and let long computations look at the CancellationToken. [RND3033]", null));
        }
        else if (seat.State is SeatState.Starting or SeatState.Greeted)
        {
            run.FailStart(seat, $"Worker {seat.Number} (process {seat.Worker.ProcessId}) did not answer within {ProcessStarter.HandshakeLimit.TotalSeconds:0} s of its start. The machine may be overloaded: lower -n. [RND4013]", end: null);
        }
        else
        {
            if (seat.What.Length > 0) record.AddTeardownError(seat.What + ".teardown", seat.Number, new Failure("Timeout", $"This teardown did not end within its limit, and worker {seat.Number} {seat.Overtime.Finding}. It was ended. [RND3034]", null));
            else record.Note($"Worker {seat.Number} did not end within {Controller.DrainLimit.TotalSeconds:0} s of its last test and was ended. A foreground thread that a test started may have kept it. [RND4031]");
            if (seat.IsInProcess) run.Abandon(seat);
            else run.Terminate(seat, "it did not end");
        }
    }
}
