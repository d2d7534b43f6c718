using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Engine.Worker;
using Rondo.Loops;

namespace Rondo.Engine.Tests.Worker;

/// <summary>Retries, conditions and expected failures in a real worker session.</summary>
[TestClass]
[DoNotParallelize]
public sealed class AttemptsTests
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = WorkerBench.NewLog();

    private static int Attempt => Rondo.TestContext.Current!.Attempt;

    // ---- retries

    [TestMethod]
    public void A_failed_test_is_run_again_until_it_passes_with_everything_of_its_own_made_anew()
    {
        var catalog = new WrittenCatalog().Use<string>("F", FixtureScope.Test, async (use, _) =>
        {
            _log.Enqueue("up");
            await use("");
            _log.Enqueue("down");
        });
        catalog.Class("C", create: _ => new object()).On("T", (self, _) =>
        {
            _log.Enqueue($"attempt {Attempt}");
            Console.WriteLine($"output {Attempt}");
            return Attempt < 3 ? throw new InvalidOperationException($"no {Attempt}") : Task.CompletedTask;
        }, "F", "retry=4");
        using var bench = new WorkerBench(catalog).RunAll();

        Assert.AreSequenceEqual(["up", "attempt 1", "down", "up", "attempt 2", "down", "up", "attempt 3", "down"], _log.ToArray());
        var result = bench.Results["N.C.T"];
        Assert.IsInstanceOfType<Outcome.Passed>(result.Outcome);
        Assert.AreEqual((3, 5, "output 3\n"), (result.Attempt, result.MaxAttempts, result.Output));
        var earlier = bench.Said.OfType<Message.Attempted>().Select(a => $"{a.Result.Attempt} {a.Result.Outcome.FailureOrNull!.Message} {a.Result.Output.TrimEnd()}").ToArray();
        Assert.AreSequenceEqual(["1 no 1 output 1", "2 no 2 output 2"], earlier);
    }

    [TestMethod]
    [DataRow("", 2, 3)]
    [DataRow("retry=1", 5, 2)]
    [DataRow("retry=0", 5, 1)]
    [DataRow("retry=3|skip=never", 0, 0)]
    public void The_mark_wins_over_the_option(string marks, int option, int attempts)
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", _ => Fail(), more: marks);
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Retries = option }).RunAll();

        Assert.HasCount(attempts, _log);
        Assert.AreEqual(attempts == 0 ? Tally.Skipped : Tally.Failed, bench.OutcomeOf("N.C.T").Tally);
    }

    [TestMethod]
    public void Each_attempt_has_its_limit_and_the_controller_hears_of_it()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Test("T", async _ =>
        {
            if (Attempt == 1) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Rondo.TestContext.Current!.CancellationToken);
        }, more: "retry=1|timeout=200");
        using var bench = new WorkerBench(catalog).RunAll();

        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.T"));
        Assert.IsInstanceOfType<Outcome.TimedOut>(Assert.ContainsSingle(bench.Said.OfType<Message.Attempted>()).Result.Outcome);
        Assert.AreEqual(2, bench.Said.OfType<Message.Working>().Count(w => w is { Case: 0, Phase: WorkPhase.Body, LimitMs: 200 }));
    }

    [TestMethod]
    [DataRow(FixtureScope.Test, 3)]
    [DataRow(FixtureScope.Class, 1)]
    [DataRow(FixtureScope.Worker, 1)]
    public void A_fixture_that_failed_is_set_up_again_only_if_it_is_the_test_s_own(FixtureScope scope, int attempts)
    {
        var catalog = new WrittenCatalog().Value("F", scope, _ => throw Failed());
        catalog.Class("C").Sync("T", _ => { }, "F", "retry=2");
        using var bench = new WorkerBench(catalog).RunAll();

        Assert.IsInstanceOfType<Outcome.FixtureFailed>(bench.OutcomeOf("N.C.T"));
        Assert.HasCount(attempts - 1, bench.Said.OfType<Message.Attempted>().ToList());
    }

    [TestMethod]
    public void Where_attempts_are_made_elsewhere_the_worker_makes_one_and_says_whether_another_may_follow()
    {
        var catalog = new WrittenCatalog().Value("F", FixtureScope.Class, _ => throw Failed());
        catalog.Class("C").Sync("Fails", _ => Fail(), more: "retry=2").Sync("Meets_a_broken_fixture", _ => { }, "F", "retry=2").Sync("Passes", _ => { }, more: "retry=2").Sync("Has_none", _ => Fail());
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { RetriesElsewhere = true }).RunAll();

        Assert.IsEmpty(bench.Said.OfType<Message.Attempted>().ToList());
        Assert.AreEqual("Fails True 1 3, Has_none False 1 1, Meets_a_broken_fixture True 1 3, Passes False 1 3",
            string.Join(", ", bench.Results.Select(r => $"{r.Key["N.C.".Length..]} {r.Value.MayBeRetried} {r.Value.Attempt} {r.Value.MaxAttempts}").Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public void Between_attempts_in_place_there_is_a_pause_that_has_no_limit()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", _ =>
        {
            _log.Enqueue($"{TimeProvider.System.GetTimestamp()}");
            Fail();
        }, more: "retry=2|timeout=5000");
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { RetryDelayMs = 120 }).RunAll();

        var moments = _log.Where(l => char.IsAsciiDigit(l[0])).Select(l => long.Parse(l, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.HasCount(3, moments);
        Assert.IsGreaterThanOrEqualTo(115, TimeProvider.System.GetElapsedTime(moments[0], moments[1]).TotalMilliseconds);
        Assert.IsGreaterThanOrEqualTo(230, TimeProvider.System.GetElapsedTime(moments[1], moments[2]).TotalMilliseconds);
        Assert.AreEqual(2, bench.Said.OfType<Message.Working>().Count(w => w is { What: "the pause before its next attempt", LimitMs: 0 }));
    }

    // ---- tests of which nothing is seen

    [TestMethod]
    public void A_body_that_shows_no_sign_of_life_is_stopped_and_one_that_does_goes_on()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C")
            .Test("Waits", _ => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Rondo.TestContext.Current!.CancellationToken))
            .Test("Awaits", async _ => { for (var i = 0; i < 15; i++) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System); })
            .Test("Writes", _ => Task.Run(async () => { for (var i = 0; i < 15; i++) { Console.WriteLine(i); await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System); } }));
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { StallTimeoutMs = 1000 }).RunAll();

        var stalled = Assert.IsInstanceOfType<Outcome.TimedOut>(bench.OutcomeOf("N.C.Waits"));
        Assert.Contains("RND3035", stalled.Failure.Message);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Awaits"));
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Writes"));
    }

    [TestMethod]
    public void A_skipped_test_is_not_run_again()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", _ =>
        {
            _log.Enqueue("ran");
            Skip.Because("not here");
        }, more: "retry=3");
        using var bench = new WorkerBench(catalog).RunAll();

        Assert.HasCount(1, _log);
        Assert.IsInstanceOfType<Outcome.Skipped>(bench.OutcomeOf("N.C.T"));
    }

    [TestMethod]
    public void A_test_that_is_cancelled_is_not_run_again()
    {
        var catalog = new WrittenCatalog();
        var begun = new TaskCompletionSource();
        catalog.Class("C").Test("T", async _ =>
        {
            _log.Enqueue("ran");
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Rondo.TestContext.Current!.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("cancelled");
        }, more: "retry=3");
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.T");
        Assert.IsTrue(begun.Task.Wait(TimeSpan.FromSeconds(20), CancellationToken.None));
        bench.Tell(new Message.CancelRunning("enough"));

        Assert.IsInstanceOfType<Outcome.NotRun>(bench.Await<Message.Finished>().Result.Outcome);
        Assert.HasCount(1, _log);
    }

    [TestMethod]
    public void Tests_that_overlap_are_run_again_beside_each_other()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C", more: "window=8|retry=1").Test("A", FailsAtFirst).Test("B", FailsAtFirst);
        using var bench = new WorkerBench(catalog);
        bench.GivePlan();

        bench.Assign("N.C.A", "N.C.B");
        var results = new[] { bench.Await<Message.Finished>().Result, bench.Await<Message.Finished>().Result };

        Assert.IsTrue(results.All(r => r is { Outcome: Outcome.Passed, Attempt: 2 }));
        Assert.HasCount(2, bench.Said.OfType<Message.Attempted>().ToList());

        static async Task FailsAtFirst(object?[] values)
        {
            await Task.Yield();
            if (Attempt == 1) throw new InvalidOperationException("at first");
        }
    }

    // ---- conditions

    [TestMethod]
    public void A_condition_is_asked_before_anything_is_set_up()
    {
        var catalog = new WrittenCatalog().Value("F", FixtureScope.Worker, _ => throw new InvalidOperationException("set up"));
        catalog.Class("C", conditions: member =>
        {
            Console.WriteLine("asked " + member);
            return member != "T.No";
        }).Sync("No", _ => Fail(), "F", "unless=T.No|unlessWhy=not on this machine").Test("Yes", _ => Task.CompletedTask, more: "unless=T.Yes|unlessWhy=never");
        using var bench = new WorkerBench(catalog).RunAll();

        Assert.AreEqual(new Outcome.Skipped("not on this machine"), bench.OutcomeOf("N.C.No"));
        Assert.AreEqual("asked T.No\n", bench.Results["N.C.No"].Output);
        Assert.IsInstanceOfType<Outcome.Passed>(bench.OutcomeOf("N.C.Yes"));
    }

    [TestMethod]
    [DataRow("T.Throws", "no answer")]
    [DataRow("T.Unknown", "cannot be asked")]
    public void A_condition_without_an_answer_fails_its_test_by_name(string member, string words)
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C", conditions: m => m == "T.Throws" ? throw new NotSupportedException("no answer") : null).Sync("T", _ => Fail(), more: $"unless={member}|unlessWhy=x|xfail=no excuse");
        using var bench = new WorkerBench(catalog).RunAll();

        var failure = Assert.IsInstanceOfType<Outcome.Failed>(bench.OutcomeOf("N.C.T")).Failure;
        Assert.Contains(member, failure.Message);
        Assert.Contains(words, failure.Message);
        Assert.EndsWith("[RND3081]", failure.Message);
        Assert.IsEmpty(_log);
    }

    // ---- expected failures

    [TestMethod]
    [DataRow("xfail=bug 1", true, typeof(Outcome.Skipped))]
    [DataRow("xfail=bug 1|strict=1", true, typeof(Outcome.Skipped))]
    [DataRow("xfail=bug 1", false, typeof(Outcome.Passed))]
    [DataRow("xfail=bug 1|strict=1|retry=3", false, typeof(Outcome.Failed))]
    public void A_failure_can_be_expected(string marks, bool fails, Type outcome)
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C").Sync("T", _ =>
        {
            if (fails) throw Failed();
            _log.Enqueue("passed");
        }, more: marks);
        using var bench = new WorkerBench(catalog).RunAll();

        var result = bench.Results["N.C.T"];
        Assert.IsInstanceOfType(result.Outcome, outcome);
        if (fails) Assert.AreEqual(new Outcome.Skipped("expected failure: bug 1"), result.Outcome);
        else Assert.HasCount(1, _log);
    }

    [TestMethod]
    public void What_an_async_void_throws_is_the_test_s_own_failure_and_a_leak_is_not()
    {
        var catalog = new WrittenCatalog();
        catalog.Class("C", more: "xfail=bug 2").Test("Stray", async _ =>
        {
            Throw();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }).Test("Leak", _ =>
        {
            EventLoop.Current!.Hold("a promise");
            throw Failed();
        });
        using var bench = new WorkerBench(catalog, WorkerBench.Options with { Leaks = "fail" }).RunAll();

        Assert.IsInstanceOfType<Outcome.Skipped>(bench.OutcomeOf("N.C.Stray"));
        var leak = Assert.IsInstanceOfType<Outcome.Failed>(bench.OutcomeOf("N.C.Leak"));
        Assert.Contains("RND3040", string.Join('\n', leak.Failure.Others.Select(o => o.Message)));
        Assert.Contains("RND3083", string.Join('\n', bench.Results["N.C.Leak"].Notes));

        static async void Throw()
        {
            await Task.Yield();
            throw Failed();
        }
    }

    private static InvalidOperationException Failed() => new("no");

    private void Fail()
    {
        _log.Enqueue("ran");
        throw Failed();
    }
}
