// Runs attempts, each from its first setup to its last teardown; several at once where tests overlap. User code is called in four places: setup, constructor, body, disposal.
using System.Globalization;
using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <remarks>Thread: the engine's lane.</remarks>
internal sealed class CaseRunner
{
    private static readonly TimeSpan s_closeGrace = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan s_longestLook = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_nextToNothing = TimeSpan.FromMicroseconds(100);

    // Below this nobody's test failed because of it.
    private static readonly TimeSpan s_considerableLag = TimeSpan.FromMilliseconds(50);

    private readonly Workbench bench;
    private readonly TestCatalog catalog;
    private readonly FixtureTree tree;
    private readonly RowReader rows;
    private readonly NativeOutput native;
    private readonly Dictionary<TestNumber, IReadOnlyList<string>> _wanted = [];

    private readonly CancellationTokenSource _stopPauses = new();
    private bool _isStopped;

    // In no order; each knows its place. In most runs never more than one.
    private readonly List<Attempt> _live = [];

    public CaseRunner(Workbench bench, TestCatalog catalog, FixtureTree tree, RowReader rows, NativeOutput native)
    {
        (this.bench, this.catalog, this.tree, this.rows, this.native) = (bench, catalog, tree, rows, native);
        tree.Died = StopUsers;
    }

    /// <summary>Not null after a deadlock was broken: statics may be poisoned, so the worker should be replaced.</summary>
    public string? RetireBecause { get; private set; }

    /// <summary>No attempt is under way.</summary>
    public bool IsIdle => _live.Count == 0;

    /// <summary>The worker should be replaced when what runs has ended.</summary>
    public void Retire(string why) => RetireBecause ??= why;

    /// <summary>Cancels every attempt that runs; none is made again.</summary>
    public void StopAll(Outcome outcome)
    {
        _isStopped = true;
        _stopPauses.Cancel();
        foreach (var attempt in _live) attempt.Stop(outcome);
    }

    /// <summary>A callback had the thread for long: a note on its test, if others wanted the thread.</summary>
    public void HearLongCallback(LongCallback what)
    {
        if (_live.Count < 2) return;
        foreach (var attempt in _live)
        {
            if (ReferenceEquals(attempt.Lane, what.Lane)) attempt.HeldThread(what.Held, what.What);
        }
    }

    /// <summary>Tells that the case begins, without handing it to the system yet: many are announced at once. A case that is not announced is announced when it is run.</summary>
    public void Announce(PlannedCase planned)
    {
        if (RunsCode(planned)) bench.Announce(planned.Index.Value, LimitOf(planned));
    }

    /// <summary>Runs the case until an attempt does not fail, or the last one has: of the earlier ones the controller is told at once.</summary>
    /// <param name="planned">The case.</param>
    /// <param name="isAnnounced">The controller was told already.</param>
    /// <param name="first">Number of the first attempt; more than 1 if others were made elsewhere.</param>
    /// <exception cref="StuckException">User code did not end although it was cancelled.</exception>
    public async Task<CaseResult> RunAsync(PlannedCase planned, bool isAnnounced = false, int first = 1)
    {
        if (planned.Marks.Skip is { } reason) return Result(planned, new Outcome.Skipped(reason));
        if (planned.Key.Error is { } error) return Result(planned, new Outcome.FixtureFailed(planned.Test.RowSource ?? "", new Failure("DataSource", error, null)));

        if (planned.Test.Marks.TimeProblem is { } problem && planned.Test.IsAsync) return Result(planned, new Outcome.Failed(new Failure("VirtualTime", problem, null)));

        // What one schedule of an explored test showed stays shown, however another exploration ends.
        var most = 1 + (planned.IsExplored ? 0 : planned.Marks.Retry ?? bench.Options.Retries);
        for (var number = first; ; number++)
        {
            var attempt = new Attempt(bench, planned, number, tree, WantedBy(planned));
            var result = await RunAttemptAsync(attempt, most, isAnnounced && number == first);
            if (number >= most || _isStopped || result.Outcome.Tally != Tally.Failed) return result;
            if (bench.Options.RetriesElsewhere) return result with { MayBeRetried = planned.Test.RowSource is null || result.Outcome is not Outcome.FixtureFailed failed || failed.Fixture != planned.Test.RowSource };
            if (attempt.IsFinal) return result;
            if (bench.Options.RetryDelayMs > 0 && !await PauseAsync(planned, number)) return result;
            bench.Send(new Message.Attempted(result));
        }
    }

    // False: the run is asked to end.
    private async Task<bool> PauseAsync(PlannedCase planned, int made)
    {
        bench.Report(planned.Index.Value, WorkPhase.Body, "the pause before its next attempt", TimeSpan.Zero);
        await Task.Delay(Attempts.PauseBefore(TimeSpan.FromMilliseconds(bench.Options.RetryDelayMs), made), bench.Time, _stopPauses.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return !_isStopped;
    }

    private async Task<CaseResult> RunAttemptAsync(Attempt attempt, int most, bool isAnnounced)
    {
        var planned = attempt.Case;
        var startedAt = bench.Time.GetUtcNow();
        var isStuck = false;
        Outcome? outcome = null;
        var failures = new List<Failure>();
        Add(attempt);
        var limit = LimitOf(planned);
        if (!isAnnounced) bench.Report(planned.Index.Value, WorkPhase.Body, "", limit);
        try
        {
            outcome = await RunBodyAsync(attempt, limit, planned.Marks.TimeoutMs is not null);
            await attempt.AbandonTasksAsync();
            attempt.Parts?.Seal();
            await TearDownAsync(attempt, failures);
            attempt.EndBuiltIns(failures);
            outcome = await JudgeAsync(attempt, outcome, failures);
            var parts = attempt.Parts?.Results ?? attempt.KeptParts;
            outcome = PartsOfCase.Judge(outcome, parts, attempt.Notes);
            attempt.CleanUp(outcome.Tally == Tally.Failed);
            attempt.NoteLongestHold();
            var readUntil = bench.IsInProcess || _live.Count > 1 ? 0 : await native.UntilReadAsync(bench.Time, bench.Time.GetElapsedTime(attempt.StartedAt));
            // With that moment it says since when output was the case's.
            var duration = bench.Time.GetElapsedTime(attempt.StartedAt);
            return new CaseResult(planned.Index, outcome)
            {
                ReadUntil = readUntil,
                Worker = bench.Info.WorkerId,
                Attempt = attempt.Number,
                MaxAttempts = most,
                StartedAt = startedAt,
                Duration = duration,
                Setup = SetupOf(attempt, duration),
                Teardown = TeardownOf(attempt, duration),
                Fixtures = attempt.FixtureTimes,
                Output = attempt.Output.Out.ToString(),
                ErrorOutput = attempt.Output.Error.ToString(),
                Notes = attempt.Notes,
                Attachments = [.. attempt.Context.TakeAttachments().Select(a => new Attachment(a.Path, a.Description))],
                Properties = attempt.Context.PropertiesOrNull is { Count: > 0 } properties ? [.. properties] : [],
                Parts = parts,
            };
        }
        catch (StuckException stuck)
        {
            isStuck = true;
            // The controller hears of the parts now, or never.
            attempt.Parts?.Seal();
            // What is known by then is told too.
            throw stuck.Of(attempt, outcome?.FailureOrNull is { } failure ? [failure, .. failures] : failures);
        }
        finally
        {
            // A stuck attempt stays: it still uses what it uses.
            if (!isStuck)
            {
                Remove(attempt);
                attempt.Dispose();
            }
        }
    }

    // Next to nothing is not told: it would be most of what is said of a case that asks for no fixtures.
    private TimeSpan SetupOf(Attempt attempt, TimeSpan duration) =>
        attempt.BodyFrom == 0 ? attempt.FixtureTimes.Count == 0 ? TimeSpan.Zero : duration : Told(bench.Time.GetElapsedTime(attempt.StartedAt, attempt.BodyFrom));

    private TimeSpan TeardownOf(Attempt attempt, TimeSpan duration) =>
        attempt.BodyUntil == 0 ? TimeSpan.Zero : Told(duration - bench.Time.GetElapsedTime(attempt.StartedAt, attempt.BodyUntil));

    private static TimeSpan Told(TimeSpan time) => time < s_nextToNothing ? TimeSpan.Zero : time;

    private void Add(Attempt attempt)
    {
        attempt.Place = _live.Count;
        _live.Add(attempt);
    }

    private void Remove(Attempt attempt)
    {
        var last = _live[^1];
        (_live[attempt.Place], last.Place) = (last, attempt.Place);
        _live.RemoveAt(_live.Count - 1);
    }

    private static bool RunsCode(PlannedCase planned) => planned.Marks.Skip is null && planned.Key.Error is null;

    private TimeSpan LimitOf(PlannedCase planned) => bench.LimitOf(planned.Marks.TimeoutMs ?? bench.Options.TestTimeoutMs);

    /// <summary>A result for a case whose code does not run.</summary>
    private CaseResult Result(PlannedCase planned, Outcome outcome) => new(planned.Index, outcome) { Worker = bench.Info.WorkerId, StartedAt = bench.Time.GetUtcNow() };

    private IReadOnlyList<string> WantedBy(PlannedCase planned)
    {
        var test = planned.Test;
        if (!_wanted.TryGetValue(test.Key, out var wanted)) _wanted.Add(test.Key, wanted = FixtureTree.Order(catalog, test));
        if (planned.FixtureVariant < 0) return wanted;
        var own = new string[wanted.Count];
        for (var i = 0; i < own.Length; i++) own[i] = catalog.Fixture(wanted[i], planned).Key;
        return own;
    }

    private async Task<Outcome> RunBodyAsync(Attempt attempt, TimeSpan limit, bool hasOwnLimit)
    {
        var test = attempt.Case.Test;
        if (attempt.Case.Marks.Condition is { } condition && await Conditions.AskAsync(bench, attempt, condition) is { } answer)
        {
            attempt.EndsByCondition = true;
            return answer;
        }

        object?[] arguments;
        if (attempt.Case.Key.Row < 0) arguments = [];
        else if (attempt.Case.Key.FromSource)
        {
            var (values, failure) = await rows.ValuesAsync(attempt.Case, () => bench.Report(attempt.Case.Index.Value, WorkPhase.Setup, test.RowSource ?? "", bench.LimitOf(bench.Options.RowsTimeoutMs)));
            if (failure is not null)
            {
                attempt.IsFinal = true;
                return new Outcome.FixtureFailed(test.RowSource ?? "", failure);
            }

            arguments = values!;
        }
        else arguments = test.Class.Entry.CaseValues(test.Number, attempt.Case.Key.Row);

        if (attempt.Wanted.Count > 0)
        {
            if (await tree.SetUpAsync(attempt) is { } broken)
            {
                broken.IsBlamed();
                attempt.IsFinal = broken.Definition.Scope != FixtureScope.Test;
                if (attempt.StoppedAs is { } stopped) return stopped;
                return broken.SkipReason is { } reason ? new Outcome.Skipped(reason)
                    : new Outcome.FixtureFailed(broken.Definition.Key, broken.Failure ?? new Failure("FixtureEnded", $"Fixture '{broken.Definition.Key}' is already torn down.", null));
            }

        }

        attempt.Enter();
        if (attempt.StoppedAs is { } before) return before;
        if (attempt.Wanted.Count > 0 || attempt.Case.Key.FromSource || attempt.Case.Marks.Condition is not null) bench.Report(attempt.Case.Index.Value, WorkPhase.Body, "", limit);
        bench.Show(attempt.Case.Index.Value);
        attempt.IsInBody = true;
        attempt.BodyFrom = bench.Time.GetTimestamp();
        try
        {
            var call = CallAsync(attempt, arguments);
            var isStalled = false;
            if (bench.StallLimit == TimeSpan.Zero ? await call.EndsWithinAsync(limit, bench.Time) : (isStalled = await StallAsync(attempt, call, limit)) || call.IsCompleted)
            {
                if (isStalled) return await TimeOutAsync(attempt, call, $"Nothing was seen of the test for {FixtureInstance.Text(bench.StallLimit)} (--stall-timeout): no code of it ran on its loop, it wrote nothing, and no part of it ended.", isStalled: true);
                if (attempt.StoppedAs is { } stopped) return stopped;
                await call;
                return Outcome.Passed.Instance;
            }

            var whence = hasOwnLimit ? string.Create(CultureInfo.InvariantCulture, $"[Timeout({limit.TotalMilliseconds:0})]") : "--test-timeout";
            return await TimeOutAsync(attempt, call, $"The test did not end within its limit of {FixtureInstance.Text(limit)} ({whence}).", isStalled: false);
        }
        catch (SkipException skip)
        {
            return new Outcome.Skipped(skip.Message);
        }
        catch (Exception error) when (Parts.IsStop(error))
        {
            // The part that failed says why.
            return Outcome.Passed.Instance;
        }
        catch (Exception error) when (error is not StuckException)
        {
            MemoryEnd.EndIfUsedUp(error);
            attempt.NoteChild(error);
            return new Outcome.Failed(SafeText.OfException(error));
        }
        finally
        {
            attempt.IsInBody = false;
            attempt.BodyUntil = bench.Time.GetTimestamp();
        }
    }

    private void StopUsers(FixtureInstance fixture)
    {
        foreach (var attempt in _live)
        {
            if (!attempt.IsInBody || !tree.InUse(attempt).Contains(fixture)) continue;
            fixture.IsBlamed();
            attempt.IsFinal = fixture.Definition.Scope != FixtureScope.Test;
            attempt.Stop(new Outcome.FixtureFailed(fixture.Definition.Key, fixture.Failure!));
        }
    }

    private async Task CallAsync(Attempt attempt, object?[] arguments)
    {
        if (attempt.Case.IsExplored)
        {
            await new ExploredBody(bench, tree, attempt, arguments).RunAsync();
            return;
        }

        var test = attempt.Case.Test;
        var self = test.IsInstance ? await tree.InstanceAsync(attempt) : null;
        var needs = tree.ValuesFor(test.Needs, attempt);
        object?[] values = arguments.Length == 0 ? needs : needs.Length == 0 ? arguments : [.. arguments, .. needs];
        attempt.LinkTasks(tree.InUse(attempt));
        Task? body = null;
        if (!test.IsAsync)
        {
            body = SynchronousCode.RunAsync(bench, attempt, () =>
            {
                attempt.Tasks.Enter();
                return test.Class.Entry.Invoke(test.Number, self, values);
            });
        }
        else
        {
            ExecutionContext.Run(attempt.Scope.Tail!, _ => body = SynchronousCode.StartBodyAsync(bench, attempt, () =>
            {
                attempt.Tasks.Enter();
                return attempt.Body = test.Class.Entry.Invoke(test.Number, self, values)!;
            }), null);
        }

        await attempt.EndBodyAsync(body!);
    }

    // True: nothing was seen of it for too long. False: it has ended, or its limit is over.
    private async Task<bool> StallAsync(Attempt attempt, Task call, TimeSpan limit)
    {
        var look = bench.StallLimit / 5 < s_longestLook ? bench.StallLimit / 5 : s_longestLook;
        var (left, quiet, seen) = (limit, TimeSpan.Zero, attempt.SignsOfLife);
        while (limit == TimeSpan.Zero || left > TimeSpan.Zero)
        {
            var slice = limit == TimeSpan.Zero || left > look ? look : left;
            if (await call.EndsWithinAsync(slice, bench.Time)) return false;
            left -= slice;
            var now = attempt.SignsOfLife;
            quiet = now == seen ? quiet + slice : TimeSpan.Zero;
            seen = now;
            if (quiet >= bench.StallLimit) return true;
        }

        return false;
    }

    private async Task<Outcome> TimeOutAsync(Attempt attempt, Task call, string what, bool isStalled)
    {
        var lag = bench.Lag.WorstSince(attempt.StartedAt);
        var late = lag < s_considerableLag ? "" : $" The loop was up to {FixtureInstance.Text(lag)} late meanwhile, because other tests on it held its thread or the machine was busy: perhaps this is not the test's own fault.";
        var passed = what + late + attempt.WhatWaits();
        var failed = attempt.Tasks.Failures.Select(static error => SafeText.OfException(error)).ToArray();
        var ended = isStalled
            ? new Failure("Timeout", passed + " Its CancellationToken was cancelled then, and the test ended. [RND3035]", null)
            : new Failure("Timeout", passed + " Its CancellationToken was cancelled then, and the test ended. [RND3030]", null);
        var timeout = new Outcome.TimedOut(ended with { Others = failed });
        attempt.Stop(timeout);
        if (await call.EndsWithinAsync(bench.CancelGrace, bench.Time))
        {
            // What the body threw while it ended may say where it was.
            return call.Exception is { InnerException: { } error and not OperationCanceledException }
                ? new Outcome.TimedOut(timeout.Failure with { Others = [.. failed, SafeText.OfException(error)] })
                : timeout;
        }

        var ignored = new Failure("Timeout", passed + $" It ignored its CancellationToken for {FixtureInstance.Text(bench.CancelGrace)} more. Pass the token to what you await, or raise the limit. [RND3031]", null) { Others = failed };
        if (attempt.Case.Test.IsAsync && (bench.IsInProcess || _live.Count > 1))
        {
            attempt.Notes.Add("The test was abandoned while it awaited something. Results after this one are suspect: it may still be running.");
            attempt.IsFinal = true;
            // Tests that overlap with it are not to pay for it: they come to their end before the worker is replaced.
            RetireBecause ??= $"'{attempt.Case.Id}' was abandoned while it awaited something, and may still be running";
            return new Outcome.TimedOut(ignored);
        }

        throw new StuckException(ignored, blocksThread: !attempt.Case.Test.IsAsync);
    }

    private async Task TearDownAsync(Attempt attempt, List<Failure> failures)
    {
        // Reverse of the setup: what may use the test's own object goes before it, what that was made from after it.
        if (attempt.Instance is not null) await TearDownFixturesAsync(attempt, failures, attempt.UpBeforeInstance);
        if (attempt.Instance is IAsyncDisposable or IDisposable)
        {
            var limit = bench.LimitOf(60_000);
            bench.Report(attempt.Case.Index.Value, WorkPhase.Teardown, attempt.Case.Test.Class.FullName + ".Dispose", limit);
            var disposal = DisposeInstanceAsync(attempt);
            if (!await disposal.EndsWithinAsync(limit, bench.Time))
                throw new StuckException(new Failure("Timeout", $"The disposal of the test's class did not end within {FixtureInstance.Text(limit)}. Dispose or DisposeAsync must end by itself: await with a limit there, or give the cleanup to a fixture, whose TeardownTimeoutMs can be raised. [RND3032]", null), blocksThread: true);
            if (disposal.FailureOrNull("The disposal of the test's class") is { } failure) failures.Add(failure);
        }

        await TearDownFixturesAsync(attempt, failures, but: []);
    }

    private async Task TearDownFixturesAsync(Attempt attempt, List<Failure> failures, IReadOnlyList<FixtureInstance> but)
    {
        foreach (var (fixture, failure) in await tree.TearDownAsync(attempt.Scope, attempt.Case.Index.Value, attempt.Notes, but, attempt))
            failures.Add(failure with { Message = $"In the teardown of fixture '{fixture.Definition.Key}': {failure.Message}" });
    }

    private async Task DisposeInstanceAsync(Attempt attempt)
    {
        if (attempt.Instance is IAsyncDisposable asynchronous)
        {
            Task? body = null;
            ExecutionContext.Run(attempt.Scope.Tail!, _ => body = attempt.Lane.RunAsync(() =>
            {
                CancelScope.Enter(null);
                return asynchronous.DisposeAsync().AsTask();
            }), null);
            await body!;
        }
        else
        {
            await SynchronousCode.RunAsync(bench, attempt, () => { ((IDisposable)attempt.Instance!).Dispose(); return null; });
        }
    }

    private async Task<Outcome> JudgeAsync(Attempt attempt, Outcome outcome, List<Failure> failures)
    {
        var isOwn = failures.Count == 0 && !attempt.EndsByCondition;
        failures.AddRange(attempt.Lane.TakeStrayExceptions().Select(StrayOf));
        await CloseLoopsAsync(attempt, failures);
        failures.AddRange(attempt.Lane.TakeStrayExceptions().Select(StrayOf));
        failures.AddRange(attempt.TakeStrays());
        attempt.Notes.AddRange(attempt.Lane.TakeWarnings());
        attempt.NoteSuspended();
        if (attempt.Lane.BrokenWait is not null || tree.AllFixtures(attempt).Any(f => f.BrokenWait is not null))
        {
            attempt.IsFinal = true;
            RetireBecause = $"a blocking wait was broken off in '{attempt.Case.Id}', and code that was interrupted there may have left statics unusable";
            if (bench.IsInProcess) attempt.Notes.Add("A blocking wait was broken off here: later results of this process are suspect (a static constructor or a Lazy may keep the error). Run with workers (-n 1) to have the process replaced.");
        }

        var whole = WithOthers(outcome, failures);
        // A test that passed is not run again to see it fail.
        attempt.IsFinal |= whole is Outcome.Passed;
        return ExpectedFailures.Judge(attempt.Case.Marks, whole, isOwn && !failures.Exists(static f => f.Type == "Leak"), attempt.Notes);
    }

    private static Outcome WithOthers(Outcome outcome, List<Failure> failures)
    {
        if (failures.Count == 0) return outcome;
        return outcome switch
        {
            Outcome.Passed or Outcome.Skipped => new Outcome.Failed(failures[0] with { Others = [.. failures[0].Others, .. failures.Skip(1)] }),
            Outcome.Failed o => new Outcome.Failed(With(o.Failure)),
            Outcome.TimedOut o => new Outcome.TimedOut(With(o.Failure)),
            Outcome.FixtureFailed o => new Outcome.FixtureFailed(o.Fixture, With(o.Failure)),
            _ => outcome,
        };

        Failure With(Failure first) => first with { Others = [.. first.Others, .. failures] };
    }

    private static Failure StrayOf(Exception error)
    {
        var failure = SafeText.OfException(error);
        return failure with { Message = "An exception left an async void method or a callback that this test started: " + failure.Message };
    }

    // What is still there when the test has ended is a leak of this test. On a loop that others share only its lane ends; a loop of its own ends with it: its token is
    // cancelled, and what it began gets a moment to come to an end. When nothing is left, which is the rule, nothing is waited for.
    private async Task CloseLoopsAsync(Attempt attempt, List<Failure> failures)
    {
        var grace = bench.Options.Leaks == "off" ? TimeSpan.Zero : s_closeGrace;
        foreach (var loop in attempt.Scope.Loops)
        {
            foreach (var leak in (await loop.CloseAsync(grace)).Leaks)
            {
                if (leak.Kind == LeakKind.StrayException) failures.Add(new Failure("Stray", $"An exception that nobody could await left code of this test: {leak.What}", null));
                else if (!IsTold(leak)) bench.TellOfLeak($"The test left something behind: {bench.TextOf(leak)}.", failures, attempt.Notes);
            }
        }

        // That a body can never finish was the failure itself (RND3070): that it is still there says nothing more.
        bool IsTold(LoopLeak leak) => leak.Kind is LeakKind.RunningBody or LeakKind.Child && attempt.Lane.HasGivenUp;

        foreach (var leak in attempt.Lane.Close().Where(leak => !IsTold(leak))) bench.TellOfLeak($"The test left something behind: {bench.TextOf(leak)}.", failures, attempt.Notes);
    }
}
