// Runs an explored test: again and again within one attempt of its case, each time in another order of its strands. What decides the orders is in Rondo.Loops; here is what one run of a test is.
using System.Globalization;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>The body of an attempt whose case is explored.</summary>
/// <remarks>
/// Thread: the engine's lane; the runs themselves are on loops of their own on the same pump, so limits, stacks and verdicts about blocking are those of any test. All of a run (fixtures of scope Test, constructor, body,
/// teardown) stays on its loop: a step elsewhere would come back at a moment that no schedule decides.
/// </remarks>
internal sealed class ExploredBody(Workbench bench, FixtureTree tree, Attempt attempt, object?[] arguments)
{
    private const int DefaultSchedules = 1000;
    private const int DefaultMs = 2000;

    // One that keeps itself busy for ever must not take the whole limit of the test.
    private static readonly TimeSpan s_longestRun = TimeSpan.FromSeconds(10);

    private readonly Workbench _bench = bench.ForSchedules();
    private EndOfRun? _first;
    private EndOfRun? _last;

    /// <summary>Explores, or replays the schedule of the command line, and leaves the outcome in the attempt.</summary>
    /// <exception cref="SkipException">The test skipped itself.</exception>
    /// <exception cref="OperationCanceledException">The attempt was stopped.</exception>
    /// <exception cref="LoopException">RND3073: the schedule to replay cannot be read.</exception>
    public async Task RunAsync()
    {
        var seed = bench.Options.ExploreSeed ?? CaseSeed.Of(attempt.Case.Id);
        var replay = bench.Options.Schedule is { } text ? Schedule.Parse(text) : null;
        var exploration = new Exploration(new ExploreOptions { Schedules = attempt.Case.Marks.Schedules ?? DefaultSchedules, Time = Budget(), Seed = seed }, RunOneAsync);
        bench.Host.LateWork += HearLateWork;
        try
        {
            var report = await exploration.RunAsync(replay);
            if (report.Failure is null) TellOfSuccess(report, replay);
            else await TellOfFailureAsync(report, replay, seed);
        }
        finally
        {
            bench.Host.LateWork -= HearLateWork;
            _first?.One.CleanUp(failed: false);
            _last?.One.CleanUp(failed: false);
        }

        void HearLateWork(LateWork late)
        {
            if (late.LaneOwner == attempt.Case.Id) exploration.CameLate(late.What);
        }
    }

    // The limit holds for all schedules together: what is left of it is for the one that runs last, and for making a failure short.
    private TimeSpan Budget()
    {
        var marks = attempt.Case.Marks;
        var time = TimeSpan.FromMilliseconds(marks.ExploreMs ?? DefaultMs);
        var most = bench.LimitOf(marks.TimeoutMs ?? bench.Options.TestTimeoutMs) * 0.75;
        return most > TimeSpan.Zero && most < time ? most : time;
    }

    private void TellOfSuccess(ExploreReport report, Schedule? replay)
    {
        Keep(_first!, failed: false);
        if (!report.ReplayFits)
            attempt.EndAs(new Outcome.Failed(SafeText.OfException(LoopException.ScheduleDoesNotFit(replay!.ToString(), attempt.Case.Id, report.NotExplored))));
        else
            attempt.Context.Output.WriteLine(replay is null ? "explored: " + report : $"replayed schedule {replay}: it does not fail.{report.NotExplored}");
    }

    private async Task TellOfFailureAsync(ExploreReport report, Schedule? replay, int seed)
    {
        var end = _last!;
        var isConfirmed = true;
        if (replay is null && report.Replay != Schedule.Fifo.ToString())
        {
            // What people are told to run is run once before they are told.
            await RunOneAsync(Schedule.Parse(report.Replay!).NewChooser());
            isConfirmed = _last!.Failure?.GetType() == report.Failure!.GetType();
            if (isConfirmed) end = _last;
        }

        var outcome = isConfirmed ? end.Outcome! : OutcomeOf(report.Failure!, []);
        Keep(end, failed: true);
        attempt.Context.Properties[CaseResult.ScheduleProperty] = report.Replay!;
        attempt.EndAs(WithText(outcome, TextOf(report, replay is not null, isConfirmed, seed)));
    }

    private static string TextOf(ExploreReport report, bool isReplay, bool isConfirmed, int seed)
    {
        if (isReplay)
        {
            return $"Replayed schedule {report.Replay}." + report.NotExplored
                + (report.ReplayFits ? "" : " The schedule does not fit the test any more: not all of its switches were possible. So this may be another failure than the one that printed it. Explore again without --schedule. [RND3074]");
        }

        var strands = report.Strands == 1 ? "1 strand" : $"{report.Strands} strands";
        var tried = report.Schedules == 1 ? "1 schedule" : $"{report.Schedules} schedules";
        return string.Create(CultureInfo.InvariantCulture, $"Explored {tried} of {strands}, seed {seed}; number {report.FailedAt} failed. The same order again: --schedule {report.Replay}.")
            + (isConfirmed ? "" : " But run once more, that schedule did not fail: something besides the order of strands decides, such as work outside the loop or state that outlives a run.")
            + report.NotExplored;
    }

    private static Outcome WithText(Outcome outcome, string text) => outcome switch
    {
        Outcome.Failed o => new Outcome.Failed(o.Failure with { Message = o.Failure.Message + "\n" + text }),
        Outcome.FixtureFailed o => new Outcome.FixtureFailed(o.Fixture, o.Failure with { Message = o.Failure.Message + "\n" + text }),
        _ => outcome,
    };

    // Of all runs people see one: the first if none failed, else the one that is told of.
    private void Keep(EndOfRun end, bool failed)
    {
        var one = end.One;
        one.CleanUp(failed);
        attempt.Output.Out.Keep(one.Output.Out.ToString());
        attempt.Output.Error.Keep(one.Output.Error.ToString());
        attempt.Notes.AddRange(one.Notes);
        foreach (var attachment in one.Context.TakeAttachments())
        {
            if (File.Exists(attachment.Path)) attempt.Context.Attach(attachment.Path, attachment.Description);
        }

        foreach (var (key, value) in one.Context.PropertiesOrNull ?? new Dictionary<string, string>()) attempt.Context.Properties[key] = value;
        attempt.KeptParts = one.Parts?.Results ?? [];
        if (_first == end) _first = null;
        if (_last == end) _last = null;
    }

    private async ValueTask<ExploredRun> RunOneAsync(StrandChooser chooser)
    {
        if (attempt.StoppedAs is not null) throw new OperationCanceledException();
        var id = attempt.Case.Id;
        var foreign = new List<string>();
        var loop = EventLoop.CreateExplored(new EventLoopOptions
        {
            Name = id,
            Owner = id,
            Host = bench.Host,
            Clock = LoopClock.Virtual(attempt.Case.Marks.TimeStart),
            RealTimeLimit = s_longestRun,
            OutsideWork = ProcessOutsideWork.WithoutThreads,
        }, chooser);
        loop.ForeignNames = foreign;
        // If the attempt is given up meanwhile, the loop ends with it.
        attempt.Scope.Take(LoopBackend.SingleThread, null, loop);
        var one = new Attempt(attempt, _bench, loop);
        var run = new Run(tree, one, arguments);
        // Not awaited: what came back from there would be an event outside for the loop's clock.
        _ = one.Lane.RunAsync(run.Start);
        await run.Over;

        var end = EndOf(one, run.Failure, await JudgeAsync(one, run));
        attempt.Scope.Forget(loop);
        Remember(end);
        if (attempt.StoppedAs is not null) throw new OperationCanceledException();
        if (end.Failure is SkipException)
        {
            Keep(end, failed: false);
            throw end.Failure;
        }

        return new ExploredRun(end.Failure, loop.Strands!.Strands, run.ForeignPosts, foreign);
    }

    private static EndOfRun EndOf(Attempt one, Exception? failure, List<Failure> more)
    {
        if (failure is null or SkipException && more.Count == 0 && one.Parts is not null && PartsOfCase.TextOf(one.Parts.Results) is { } parts)
        {
            var failed = new Outcome.Failed(new Failure(PartsOfCase.FailureType, parts, null));
            return new EndOfRun(one, new RunFailedException(failed), failed);
        }

        if (failure is null or SkipException)
        {
            if (more.Count == 0) return new EndOfRun(one, failure, null);
            var outcome = new Outcome.Failed(more[0] with { Others = [.. more[0].Others, .. more.Skip(1)] });
            return new EndOfRun(one, new RunFailedException(outcome), outcome);
        }

        return new EndOfRun(one, failure, OutcomeOf(failure, more));
    }

    private static Outcome OutcomeOf(Exception failure, List<Failure> more)
    {
        return failure is RunFailedException { Outcome: Outcome.FixtureFailed fixture } ? new Outcome.FixtureFailed(fixture.Fixture, With(fixture.Failure))
            : failure is RunFailedException { Outcome.FailureOrNull: { } told } ? new Outcome.Failed(With(told))
            : new Outcome.Failed(With(SafeText.OfException(failure)));

        Failure With(Failure first) => more.Count == 0 ? first : first with { Others = [.. first.Others, .. more] };
    }

    private void Remember(EndOfRun end)
    {
        if (_first is null) _first = end;
        else if (_last is not null && _last != _first) _last.One.CleanUp(failed: false);
        _last = end;
    }

    // As for any test, but without a moment of grace: a thousand of them would be minutes.
    private async Task<List<Failure>> JudgeAsync(Attempt one, Run run)
    {
        var failures = run.TeardownFailures;
        foreach (var error in one.Lane.TakeStrayExceptions())
        {
            var stray = SafeText.OfException(error);
            failures.Add(stray with { Message = "An exception left an async void method or a callback that this test started: " + stray.Message });
        }

        // What can never finish is still there.
        var isStalled = run.Failure is LoopStalledException;
        foreach (var loop in one.Scope.Loops)
        {
            foreach (var leak in loop == one.Loop ? loop.EndNow() : (await loop.CloseAsync(TimeSpan.Zero)).Leaks)
            {
                if (leak.Kind == LeakKind.StrayException) failures.Add(new Failure("Stray", $"An exception that nobody could await left code of this test: {leak.What}", null));
                else if (!isStalled) _bench.TellOfLeak($"The test left something behind: {_bench.TextOf(leak)}.", failures, one.Notes);
            }
        }

        failures.AddRange(one.TakeStrays());
        one.Notes.AddRange(one.Lane.TakeWarnings());
        if ((one.Lane.BrokenWait ?? tree.AllFixtures(one).Select(f => f.BrokenWait).FirstOrDefault(b => b is not null)) is { } broken) attempt.Lane.Broke(broken);
        one.Dispose();
        return failures;
    }

    /// <summary>A run that is over.</summary>
    /// <param name="One">What it had for itself.</param>
    /// <param name="Failure">Null if it did not fail.</param>
    /// <param name="Outcome">Of a run that failed.</param>
    private sealed record EndOfRun(Attempt One, Exception? Failure, Outcome? Outcome);

    /// <summary>Stands for a failure that is no exception of the body.</summary>
    private sealed class RunFailedException(Outcome outcome) : Exception(outcome.FailureOrNull?.Message)
    {
        public Outcome Outcome { get; } = outcome;
    }

    /// <summary>One run of the test in one schedule, from its first setup to its last teardown.</summary>
    /// <remarks>Thread: the pump, on the lane of the run.</remarks>
    private sealed class Run(FixtureTree tree, Attempt one, object?[] arguments)
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Over => _over.Task;

        public Exception? Failure { get; private set; }

        public List<Failure> TeardownFailures { get; } = [];

        /// <summary>Until the body had ended: what a teardown does outside decides nothing any more.</summary>
        public int ForeignPosts { get; private set; }

        public Task Start()
        {
            _ = RunAsync();
            return Task.CompletedTask;
        }

        private async Task RunAsync()
        {
            try
            {
                await SetUpAndCallAsync();
            }
            catch (Exception error)
            {
                Failure = error;
            }

            if (Parts.IsStop(Failure)) Failure = null;
            // Asked for by a constructor or a fixture, and the body never began.
            if (one.Tasks.TakeGroup() is { } group) Failure = await one.Tasks.EndAsync(group, Failure);
            if (one.StoppedAs is { } stopped && Failure is not LoopStalledException) Failure = new RunFailedException(stopped);
            one.Parts?.Seal();
            ForeignPosts = (int)one.Loop.Statistics.ForeignPosts;
            var notes = one.Notes.Count;
            try
            {
                await TearDownAsync();
            }
            catch (Exception error)
            {
                TeardownFailures.Add(SafeText.OfException(error));
            }

            one.EndBuiltIns(TeardownFailures);
            // Fixtures of a loop that can never go on were ended with the body, by the same verdict: that they left something behind is no news.
            if (Failure is LoopStalledException)
            {
                TeardownFailures.RemoveAll(f => f.Type is "Leak" || f.Type == typeof(LoopStalledException).FullName);
                one.Notes.RemoveRange(notes, one.Notes.Count - notes);
            }

            one.Loop.Strands!.Stop();
            _over.SetResult();
        }

        private async Task SetUpAndCallAsync()
        {
            one.FixtureDied = StopRun;
            if (one.Wanted.Count > 0 && await tree.SetUpAsync(one) is { } broken)
            {
                broken.IsBlamed();
                if (broken.SkipReason is { } reason) Skip.Because(reason);
                var key = broken.Definition.Key;
                throw new RunFailedException(new Outcome.FixtureFailed(key, broken.Failure ?? new Failure("FixtureEnded", $"Fixture '{key}' is already torn down.", null)));
            }

            one.Enter();
            var test = one.Case.Test;
            var self = test.IsInstance ? await tree.InstanceAsync(one) : null;
            var needs = tree.ValuesFor(test.Needs, one);
            object?[] values = arguments.Length == 0 ? needs : needs.Length == 0 ? arguments : [.. arguments, .. needs];
            one.LinkTasks(tree.InUse(one));
            await one.EndBodyAsync(OnLaneAsync(() =>
            {
                one.Tasks.Enter();
                return one.Body = test.Class.Entry.Invoke(test.Number, self, values)!;
            }));
        }

        private void StopRun(FixtureInstance fixture)
        {
            fixture.IsBlamed();
            one.Stop(new Outcome.FixtureFailed(fixture.Definition.Key, fixture.Failure!));
        }

        // Reverse of the setup: what may use the test's own object goes before it, what that was made from after it.
        private async Task TearDownAsync()
        {
            if (one.Instance is not null) await TearDownFixturesAsync(one.UpBeforeInstance);
            try
            {
                if (one.Instance is IAsyncDisposable asynchronous) await OnLaneAsync(() => asynchronous.DisposeAsync().AsTask());
                else if (one.Instance is IDisposable disposable) await one.Bench.SyncThread.RunAsync(one.Scope.Tail, () => { disposable.Dispose(); return null; });
            }
            catch (Exception error)
            {
                TeardownFailures.Add(SafeText.OfException(error));
            }

            await TearDownFixturesAsync([]);
        }

        private async Task TearDownFixturesAsync(IReadOnlyList<FixtureInstance> but)
        {
            foreach (var (fixture, failure) in await tree.TearDownAsync(one.Scope, one.Case.Index.Value, one.Notes, but))
                TeardownFailures.Add(failure with { Message = $"In the teardown of fixture '{fixture.Definition.Key}': {failure.Message}" });
        }

        private async Task OnLaneAsync(Func<Task> code)
        {
            Task? body = null;
            ExecutionContext.Run(one.Scope.Tail!, _ => body = one.Lane.RunAsync(code), null);
            await body!;
        }
    }
}
