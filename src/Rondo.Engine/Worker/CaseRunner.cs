// Runs one attempt from its first setup to its last teardown. User code is called in four places: setup, constructor, body, disposal.
using System.Globalization;
using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <remarks>Thread: the engine's lane.</remarks>
internal sealed class CaseRunner(Workbench bench, TestCatalog catalog, FixtureTree tree, RowReader rows)
{
    private readonly Dictionary<TestNumber, IReadOnlyList<string>> _wanted = [];

    /// <summary>Set while an attempt runs.</summary>
    public Attempt? Current { get; private set; }

    /// <summary>Not null after a deadlock was broken: statics may be poisoned, so the worker should be replaced.</summary>
    public string? RetireBecause { get; private set; }

    /// <exception cref="StuckException">User code did not end although it was cancelled.</exception>
    public async Task<CaseResult> RunAsync(PlannedCase planned)
    {
        if (planned.Marks.Skip is { } reason) return Result(planned, new Outcome.Skipped(reason));
        if (planned.Key.Error is { } error) return Result(planned, new Outcome.FixtureFailed(planned.Test.RowSource ?? "", new Failure("DataSource", error, null)));

        var startedAt = bench.Time.GetUtcNow();
        var from = bench.Time.GetTimestamp();
        var attempt = new Attempt(bench, planned, 1, tree, WantedBy(planned.Test));
        var isStuck = false;
        Current = attempt;
        var mustWait = planned.Marks.TimeoutMs;
        var limit = bench.LimitOf(mustWait ?? bench.Options.TestTimeoutMs);
        bench.Report(planned.Index.Value, WorkPhase.Body, "", limit);
        try
        {
            var failures = new List<Failure>();
            var outcome = await RunBodyAsync(attempt, limit, mustWait is not null);
            await TearDownAsync(attempt, failures);
            outcome = Judge(attempt, outcome, failures);
            attempt.CleanUp(outcome.Tally == Tally.Failed);
            attempt.Dispose();
            return new CaseResult(planned.Index, outcome)
            {
                Worker = bench.Info.WorkerId,
                Attempt = attempt.Number,
                StartedAt = startedAt,
                Duration = bench.Time.GetElapsedTime(from),
                Output = attempt.Output.Out.ToString(),
                ErrorOutput = attempt.Output.Error.ToString(),
                Notes = attempt.Notes,
                Attachments = [.. attempt.Context.TakeAttachments().Select(a => new Attachment(a.Path, a.Description))],
                Properties = [.. attempt.Context.Properties],
            };
        }
        catch (StuckException)
        {
            isStuck = true;
            throw;
        }
        finally
        {
            // A stuck attempt stays current: the session reports what it had written.
            if (!isStuck) Current = null;
        }
    }

    /// <summary>A result for a case whose code does not run.</summary>
    private CaseResult Result(PlannedCase planned, Outcome outcome) => new(planned.Index, outcome) { Worker = bench.Info.WorkerId, StartedAt = bench.Time.GetUtcNow() };

    private IReadOnlyList<string> WantedBy(TestMethod test)
    {
        if (_wanted.TryGetValue(test.Key, out var wanted)) return wanted;
        wanted = FixtureTree.Order(catalog, test);
        _wanted.Add(test.Key, wanted);
        return wanted;
    }

    private async Task<Outcome> RunBodyAsync(Attempt attempt, TimeSpan limit, bool hasOwnLimit)
    {
        var test = attempt.Case.Test;
        object?[] arguments;
        if (attempt.Case.Key.Row < 0) arguments = [];
        else if (attempt.Case.Key.FromSource)
        {
            var (values, failure) = await rows.ValuesAsync(attempt.Case);
            if (failure is not null) return new Outcome.FixtureFailed(test.RowSource ?? "", failure);
            arguments = values!;
        }
        else arguments = test.Class.Entry.CaseValues(test.Number, attempt.Case.Key.Row);

        if (attempt.Wanted.Count == 0)
        {
            attempt.Enter();
        }
        else
        {
            if (await tree.SetUpAsync(attempt) is { } broken)
            {
                return broken.SkipReason is { } reason ? new Outcome.Skipped(reason)
                    : new Outcome.FixtureFailed(broken.Definition.Key, broken.Failure ?? new Failure("FixtureEnded", $"Fixture '{broken.Definition.Key}' is already torn down.", null));
            }

            foreach (var fixture in tree.InUse(attempt)) fixture.Died += StopCurrent;
            bench.Report(attempt.Case.Index.Value, WorkPhase.Body, "", limit);
        }

        try
        {
            var call = CallAsync(attempt, arguments);
            if (await call.EndsWithinAsync(limit, bench.Time))
            {
                if (attempt.StoppedAs is { } stopped) return stopped;
                await call;
                return Outcome.Passed.Instance;
            }

            return await TimeOutAsync(attempt, call, limit, hasOwnLimit);
        }
        catch (SkipException skip)
        {
            return new Outcome.Skipped(skip.Message);
        }
        catch (Exception error) when (error is not StuckException)
        {
            return new Outcome.Failed(SafeText.OfException(error));
        }
        finally
        {
            foreach (var fixture in tree.InUse(attempt)) fixture.Died -= StopCurrent;
        }
    }

    private void StopCurrent(FixtureInstance fixture) => Current?.Stop(new Outcome.FixtureFailed(fixture.Definition.Key, fixture.Failure!));

    private async Task CallAsync(Attempt attempt, object?[] arguments)
    {
        var test = attempt.Case.Test;
        var self = test.IsInstance ? await tree.InstanceAsync(attempt) : null;
        var needs = tree.ValuesFor(test.Needs, attempt);
        object?[] values = arguments.Length == 0 ? needs : needs.Length == 0 ? arguments : [.. arguments, .. needs];
        if (!test.IsAsync)
        {
            await bench.SyncThread.RunAsync(attempt.Scope.Tail, () => test.Class.Entry.Invoke(test.Number, self, values));
            return;
        }

        Task? body = null;
        ExecutionContext.Run(attempt.Scope.Tail!, _ => body = attempt.Lane.RunAsync(() => test.Class.Entry.Invoke(test.Number, self, values)!), null);
        await body!;
    }

    private async Task<Outcome> TimeOutAsync(Attempt attempt, Task call, TimeSpan limit, bool hasOwnLimit)
    {
        var whence = hasOwnLimit ? string.Create(CultureInfo.InvariantCulture, $"[Timeout({limit.TotalMilliseconds:0})]") : "--test-timeout";
        var passed = $"The test did not end within its limit of {FixtureInstance.Text(limit)} ({whence}).";
        var timeout = new Outcome.TimedOut(new Failure("Timeout", passed + " Its CancellationToken was cancelled then, and the test ended. [RND3030]", null));
        attempt.Stop(timeout);
        if (await call.EndsWithinAsync(bench.CancelGrace, bench.Time))
        {
            // What the body threw while it ended may say where it was.
            return call.Exception is { InnerException: { } error and not OperationCanceledException }
                ? new Outcome.TimedOut(timeout.Failure with { Others = [SafeText.OfException(error)] })
                : timeout;
        }

        var ignored = new Failure("Timeout", passed + $" It ignored its CancellationToken for {FixtureInstance.Text(bench.CancelGrace)} more. Pass the token to what you await, or raise the limit. [RND3031]", null);
        if (bench.IsInProcess && attempt.Case.Test.IsAsync)
        {
            attempt.Notes.Add("The test was abandoned while it awaited something. Results after this one are suspect: it may still be running.");
            return new Outcome.TimedOut(ignored);
        }

        throw new StuckException(ignored, blocksThread: !attempt.Case.Test.IsAsync);
    }

    private async Task TearDownAsync(Attempt attempt, List<Failure> failures)
    {
        if (attempt.Instance is IAsyncDisposable or IDisposable)
        {
            var limit = bench.LimitOf(60_000);
            bench.Report(attempt.Case.Index.Value, WorkPhase.Teardown, attempt.Case.Test.Class.FullName + ".Dispose", limit);
            var disposal = DisposeInstanceAsync(attempt);
            if (!await disposal.EndsWithinAsync(limit, bench.Time))
                throw new StuckException(new Failure("Timeout", $"The disposal of the test's class did not end within {FixtureInstance.Text(limit)}. Dispose or DisposeAsync must end by itself: await with a limit there, or give the cleanup to a fixture, whose TeardownTimeoutMs can be raised. [RND3032]", null), blocksThread: true);
            if (disposal.Exception?.InnerException is { } error) failures.Add(SafeText.OfException(error));
        }

        foreach (var (fixture, failure) in await tree.TearDownAsync(attempt.Scope, attempt.Case.Index.Value))
            failures.Add(failure with { Message = $"In the teardown of fixture '{fixture.Definition.Key}': {failure.Message}" });
    }

    private async Task DisposeInstanceAsync(Attempt attempt)
    {
        if (attempt.Instance is IAsyncDisposable asynchronous)
        {
            Task? body = null;
            ExecutionContext.Run(attempt.Scope.Tail!, _ => body = attempt.Lane.RunAsync(() => asynchronous.DisposeAsync().AsTask()), null);
            await body!;
        }
        else
        {
            await bench.SyncThread.RunAsync(attempt.Scope.Tail, () => { ((IDisposable)attempt.Instance!).Dispose(); return null; });
        }
    }

    private Outcome Judge(Attempt attempt, Outcome outcome, List<Failure> failures)
    {
        failures.AddRange(attempt.Lane.TakeStrayExceptions().Select(e => StrayOf(e)));
        lock (attempt.Strays) failures.AddRange(attempt.Strays);
        attempt.Notes.AddRange(attempt.Lane.TakeWarnings());
        if (attempt.Lane.BrokenWait is not null)
        {
            RetireBecause = $"a blocking wait was broken off in '{attempt.Case.Id}', and code that was interrupted there may have left statics unusable";
            if (bench.IsInProcess) attempt.Notes.Add("A blocking wait was broken off here: later results of this process are suspect (a static constructor or a Lazy may keep the error). Run with workers (-n 1) to have the process replaced.");
        }

        CloseLoops(attempt, failures);
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

    // What is still there when the test has ended is a leak of this test. The lane is closed whatever loop it was on; a loop of the test's own ends with it.
    private void CloseLoops(Attempt attempt, List<Failure> failures)
    {
        var leaks = attempt.Lane.Close();
        if (bench.Options.Leaks == "off") return;
        foreach (var leak in leaks)
        {
            var text = $"The test left something behind: {leak.What}.";
            if (bench.Options.Leaks == "fail") failures.Add(new Failure("Leak", text + " Await or cancel what the test starts, or run with --leaks warn. [RND3040]", null));
            else attempt.Notes.Add(text + " (--leaks fail makes this a failure)");
        }
    }
}
