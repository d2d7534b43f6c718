using System.Globalization;
using System.Runtime.CompilerServices;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;

namespace Rondo.Browser.Tests;

/// <summary>Runs that never were: as their logs would tell them.</summary>
internal static class Recorded
{
    public const string HostileName = "</script><script>document.title='owned'</script>";

    private static readonly DateTimeOffset s_morning = new(2026, 3, 1, 8, 30, 0, TimeSpan.Zero);

    /// <summary>Every outcome, in two workers and one that replaced the one that died, with fixtures, parts, attempts and hostile text.</summary>
    public static Recording Everything()
    {
        var boom = new Failure("System.InvalidOperationException", "The order was paid twice.\n<img src=x onerror=alert(1)> & ]]>", "   at Shop.CheckoutTests.Fails() in Checkout.cs:line 12");
        var events = new List<RunLogEvent> { Start("1111"), Plan("Shop.CheckoutTests.Adds_up", "Shop.CheckoutTests.Fails", "Shop.CheckoutTests.Is_shaky", $"Shop.CheckoutTests.Hostile('{HostileName}')", "Shop.StockTests.Has_parts", "Shop.StockTests.Kills_its_process", "Shop.StockTests.Never_ends", "Shop.StockTests.Needs_the_database", "Shop.StockTests.Skipped", "Shop.StockTests.Not_run", "Shop.StockTests.Lost", "Shop.TogetherTests.One", "Shop.TogetherTests.Two") };
        events.Add(new RunLogEvent.Divided(2, "2 workers (by -n 2)", [new UnitCases([11, 2])]));
        foreach (var worker in new[] { "w0", "w1" }) events.AddRange([new RunLogEvent.WorkerLaunched(worker) { AtMs = 10 }, new RunLogEvent.WorkerStarted(worker, 4711) { AtMs = 100 }, new RunLogEvent.WorkerReady(worker) { AtMs = 120 }]);
        var basket = new FixtureTime("Shop.Fixtures.Basket", FixtureScope.Test, false, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        var failed = new Outcome.Failed(boom);
        events.AddRange(
        [
            Done(0, Outcome.Passed.Instance, 130, 100) with { Setup = TimeSpan.FromMilliseconds(25), Teardown = TimeSpan.FromMilliseconds(15), Fixtures = [basket, basket with { IsTeardown = true, After = TimeSpan.FromMilliseconds(85), Duration = TimeSpan.FromMilliseconds(10) }], Output = "selling\n" },
            Done(1, failed, 240, 60) with { Output = "before\n" + HostileName, ErrorOutput = "careful\n", Notes = ["a timer was left behind"], Properties = [KeyValuePair.Create("build", "42")], Attachments = [new Attachment("/tmp/shot.png", "the page")] },
            Done(2, Outcome.Passed.Instance, 360, 30) with { Attempt = 2, MaxAttempts = 3, Earlier = [Done(2, failed, 310, 40) with { MaxAttempts = 3 }] },
            Done(3, failed, 400, 20), Done(4, new Outcome.Failed(new Failure(PartsOfCase.FailureType, "1 of 2 parts failed: B.", null)), 430, 35) with { Parts = [new PartResult("A", Outcome.Passed.Instance), new PartResult("B", failed) { Output = "b speaks" }] },
            Done(5, new Outcome.Crashed(new Failure("Crash", "The process ended with signal 11 (SIGSEGV).", null)), 480, 90),
            Done(6, new Outcome.TimedOut(new Failure("Timeout", "The test did not end within its limit.", null)), 130, 500, "w1"), Done(7, new Outcome.FixtureFailed("Database", boom), 640, 10, "w1"),
            Done(8, new Outcome.Skipped("not on a Sunday"), 655, 0, "w1"), new CaseResult(new CaseIndex(9), new Outcome.NotRun("-x was reached")), Done(10, new Outcome.Lost("Nobody knows."), 660, 5, "w1"),
            Done(11, Outcome.Passed.Instance, 670, 200, "w1"), Done(12, Outcome.Passed.Instance, 680, 150, "w1"),
        ]);
        events.Add(new RunLogEvent.WorkerEnded("w0", "was ended by signal 11 (SIGSEGV)") { AtMs = 575 });
        events.AddRange([new RunLogEvent.WorkerLaunched("w2") { AtMs = 580 }, new RunLogEvent.WorkerReady("w2") { AtMs = 700 }, new RunLogEvent.WorkerEnded("w2", "exit code 0") { AtMs = 940, IsExpected = true }]);
        events.Add(new RunLogEvent.FixtureTook("w1", new FixtureTime("Shop.Fixtures.Database", FixtureScope.Worker, true, TimeSpan.Zero, TimeSpan.FromMilliseconds(40)), s_morning.AddMilliseconds(900)));
        events.Add(new RunLogEvent.WorkerEnded("w1", "exit code 0") { AtMs = 950, IsExpected = true });
        events.Add(new RunLogEvent.TeardownFailed(new TeardownError("Shop.Fixtures.Database.teardown", "w1", boom)));
        events.Add(new RunLogEvent.Noted("A note with <b>markup</b> & such."));
        return Of(events, 1000);
    }

    /// <summary>As many passed cases as wanted in four workers; each hundredth fails.</summary>
    public static Recording Many(int count)
    {
        var ids = new string[count];
        for (var i = 0; i < count; i++) ids[i] = string.Create(CultureInfo.InvariantCulture, $"Shop.Part{i / 1000}.Class{i / 20}Tests.Some_test_that_does_a_thing({i})");
        var events = new List<RunLogEvent> { Start("2222"), Plan(ids), new RunLogEvent.Divided(4, "4 workers", []) };
        for (var w = 0; w < 4; w++) events.AddRange([new RunLogEvent.WorkerLaunched("w" + w), new RunLogEvent.WorkerReady("w" + w) { AtMs = 150 }]);
        var random = new Random(7);
        var at = new double[] { 160, 160, 160, 160 };
        for (var i = 0; i < count; i++)
        {
            var took = 0.2 + (random.NextDouble() * random.NextDouble() * 8);
            Outcome outcome = i % 100 == 99 ? new Outcome.Failed(new Failure("System.Exception", $"boom {i}", "   at Somewhere()")) : Outcome.Passed.Instance;
            events.Add(new RunLogEvent.CaseFinished(new CaseResult(new CaseIndex(i), outcome) { Worker = "w" + (i % 4), StartedAt = s_morning.AddMilliseconds(at[i % 4]), Duration = TimeSpan.FromMilliseconds(took), Output = i % 10 == 0 ? $"output of {i}\n" : "" }));
            at[i % 4] += took + 0.05;
        }

        return Of(events, (long)at.Max() + 20);
    }

    /// <summary>Writes the page into a folder of its own.</summary>
    public static string Page(Recording recording, [CallerMemberName] string name = "")
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("rondo-page-").FullName, name + ".html");
        var messages = new List<string>();
        Assert.IsTrue(TimelinePage.WriteFile(file, recording, new RerunCommand(["Shop.Tests"], Shell.Posix), messages.Add), string.Join('\n', messages));
        return file;
    }

    private static RunLogEvent.Started Start(string id) => new(id, new ProcessIdentity(1, "1", "build-1"), s_morning, [KeyValuePair.Create("n", "2")]) { Assembly = "Shop.Tests", System = "Unix", Processors = 2, Seed = 7 };

    private static RunLogEvent.Planned Plan(params string[] ids) => new("h", ids.Length, 0, ids);

    private static CaseResult Done(int index, Outcome outcome, int atMs, int ms, string worker = "w0") =>
        new(new CaseIndex(index), outcome) { Worker = worker, StartedAt = s_morning.AddMilliseconds(atMs), Duration = TimeSpan.FromMilliseconds(ms) };

    private static Recording Of(List<RunLogEvent> events, long ms)
    {
        events.Add(new RunLogEvent.Ended(new Account(0, 0, 0, 0, 0), new Ending.Complete()) { AtMs = ms, Duration = TimeSpan.FromMilliseconds(ms) });
        return Recording.Of([RecordedRun.Of("run.jsonl", new RunLogContent(events, 0, true))], catalog: null);
    }

    private static void AddRange(this List<RunLogEvent> events, IEnumerable<CaseResult> results) => events.AddRange(results.Select(r => new RunLogEvent.CaseFinished(r)));
}
