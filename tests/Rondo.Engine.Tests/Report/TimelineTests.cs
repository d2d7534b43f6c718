using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Tests.RunLog;
using Rondo.Engine.Tests.Wire;

namespace Rondo.Engine.Tests.Report;

/// <summary>What the page of a run says; that it can be used is tried in a browser (tests/Browser).</summary>
[TestClass]
public sealed partial class TimelineTests
{
    private static readonly RerunCommand s_again = new(["Shop.Tests"], Shell.Posix);

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void The_lower_bound_is_the_whole_divided_by_the_workers()
    {
        var times = RunTimes.Of(Run(2, [], Done(0, "w0", 100, 300), Done(1, "w1", 100, 200), Done(2, "w1", 300, 100)));

        Assert.AreEqual((Ms(600), Ms(300), Ms(300), Ms(100)), (times.Busy, times.Longest, times.LowerBound, times.Before));
        Assert.AreEqual(0.3, times.Efficiency!.Value, 1e-9);
    }

    [TestMethod]
    public void The_lower_bound_is_the_longest_that_stays_together()
    {
        var unit = new UnitCases([0, 1, 2, 1]);

        var times = RunTimes.Of(Run(4, [unit], Done(0, "w0", 0, 300), Done(1, "w1", 0, 350), Done(2, "w0", 310, 200)));

        Assert.AreEqual((Ms(500), Ms(500)), (times.Longest, times.LowerBound));
        Assert.AreEqual("A.B.T0 and 1 more that stay with it", times.LongestOf);
    }

    [TestMethod]
    public void Attempts_count_overlapping_cases_count_once_and_a_host_is_no_worker()
    {
        var took = new FixtureTime("A.F", FixtureScope.Run, false, TimeSpan.Zero, Ms(400));
        var run = Run(1, [],
            Done(0, "w0", 0, 100) with { Earlier = [Done(0, "w0", 100, 50)] }, Done(1, "w0", 200, 100), Done(2, "w0", 250, 100),
            [new RunLogEvent.FixtureTook("host", took, Samples.Morning), new RunLogEvent.FixtureTook("w0", took with { Duration = Ms(30) }, Samples.Morning.AddMilliseconds(400))]);

        Assert.AreEqual(Ms(150 + 150 + 30), RunTimes.Of(run).Busy);
        Assert.AreEqual(Ms(150), RunTimes.Of(run).Longest);
    }

    [TestMethod]
    public void Where_nothing_ran_nothing_was_efficient()
    {
        var times = RunTimes.Of(Run(2, [], new CaseResult(new(0), new Outcome.NotRun("why")), new CaseResult(new(1), new Outcome.Skipped("why")), new CaseResult(new(2), new Outcome.NotRun("why"))));

        Assert.IsNull(times.Efficiency);
        Assert.AreEqual(TimeSpan.Zero, times.LowerBound);
    }

    [TestMethod]
    public void Costs_of_a_fixture_are_those_of_all_its_lives()
    {
        FixtureTime Up(int ms) => new("A.Cart", FixtureScope.Test, false, TimeSpan.Zero, Ms(ms));
        var wide = new FixtureTime("A.Database", FixtureScope.Worker, true, TimeSpan.Zero, Ms(70));
        var run = Run(1, [],
            Done(0, "w0", 0, 100) with { Fixtures = [Up(10), Up(5) with { IsTeardown = true }] }, Done(1, "w0", 100, 100) with { Fixtures = [Up(20)], Earlier = [Done(1, "w0", 0, 1) with { Fixtures = [Up(3)] }] }, Done(2, "w0", 0, 0),
            [new RunLogEvent.FixtureTook("w0", wide, Samples.Morning)]);

        var costs = FixtureCosts.Of([run]);

        Assert.AreEqual("A.Database Worker 0 0 0 1 70 70, A.Cart Test 3 33 20 1 5 5",
            string.Join(", ", costs.Select(c => $"{c.Fixture} {c.Scope} {c.Setups} {c.SetupTotal.TotalMilliseconds} {c.SetupLongest.TotalMilliseconds} {c.Teardowns} {c.TeardownTotal.TotalMilliseconds} {c.TeardownLongest.TotalMilliseconds}")));
    }

    [TestMethod]
    public void A_page_allows_its_own_script_and_style_and_nothing_else()
    {
        var page = Page(Recording.Of([Run(1, [], Done(0, "w0", 0, 1), Done(1, "w0", 1, 1), Done(2, "w0", 2, 1))], null));

        var policy = PolicyPattern().Match(page).Groups[1].Value;
        var script = page[(page.LastIndexOf("<script>", StringComparison.Ordinal) + 8)..page.LastIndexOf("</script>", StringComparison.Ordinal)];
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];

        Assert.AreEqual($"default-src 'none'; script-src 'sha256-{Hash(script)}'; style-src 'sha256-{Hash(style)}'; base-uri 'none'; form-action 'none'", policy);
        Assert.IsFalse(Outside().IsMatch(page), "The page names something outside itself.");
        static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [TestMethod]
    public void Nothing_that_tests_write_is_markup_in_the_page()
    {
        const string Hostile = "</script></style><!--<script>alert(1)</script>\"'&<img src=x>";
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var any = new AnyValue(seed);
        for (var i = 0; i < 30; i++)
        {
            var results = Enumerable.Range(0, 3).Select(c => (CaseResult)any.Make(typeof(CaseResult), 3)! with { Case = new(c), Worker = "w" + Hostile, Output = Hostile, ErrorOutput = any.Text(), StartedAt = Samples.Morning, Earlier = [] }).ToArray();
            var run = Run(1, [], results[0], results[1], results[2], [new RunLogEvent.Noted(Hostile), new RunLogEvent.TeardownFailed(new TeardownError(Hostile, Hostile, new Failure(Hostile, Hostile, Hostile)))]);

            var page = Page(Recording.Of([run], null));

            // The page's own two, the data, and one for each piece.
            Assert.AreEqual(3, Tags().Count(page), "scripts");
            Assert.DoesNotContain("<img", page);
            Assert.DoesNotContain("alert(1)</script>", page);
            Assert.Contains(Hostile, Data(page, "data").RootElement.GetProperty("notes").EnumerateArray().Select(n => n.GetString()).ToList());
            Assert.AreEqual(Hostile, Data(page, "piece-0").RootElement[0].GetProperty("stdout").GetString());
        }
    }

    [TestMethod]
    public void Columns_say_what_the_report_says()
    {
        using var folder = new TempFolder();
        var report = Samples.Everything();
        var run = RecordedRun.Of("log", new RunLogContent(
        [
            new RunLogEvent.Started("r", new ProcessIdentity(1, "", "m"), Samples.Morning, []) { Assembly = "Shop.Tests" }, new RunLogEvent.Planned("h", report.Plan.Cases.Count, 0, [.. report.Plan.Cases.Select(c => c.Id)]),
            .. report.Results.Values.Select(r => new RunLogEvent.CaseFinished(r)),
        ], 0, true));

        var data = Data(Page(Recording.Of([run], null)), "data").RootElement;

        Assert.AreEqual("PFSSTXCLNN", data.GetProperty("out").GetString());
        var classes = data.GetProperty("classes").EnumerateArray().Select(c => c.GetString()).ToList();
        var ids = data.GetProperty("cls").EnumerateArray().Zip(data.GetProperty("name").EnumerateArray(), (c, n) => classes[c.GetInt32()] + "." + n.GetString()).ToList();
        CollectionAssert.AreEqual(report.Plan.Cases.Select(c => c.Id).ToList(), ids);
        Assert.AreEqual(1_234_500, data.GetProperty("dur")[1].GetInt64());
        Assert.AreEqual(1_000_000, data.GetProperty("start")[1].GetInt64());
        Assert.AreEqual(-1, data.GetProperty("lane")[8].GetInt32());
        Assert.AreEqual("The order was paid twice.", data.GetProperty("msg").GetProperty("1").GetString());
    }

    [TestMethod]
    public void Outputs_that_would_make_the_page_too_large_are_left_out_of_what_passed_first()
    {
        var text = new string('x', 5000);
        var run = Run(1, [], Done(0, "w0", 0, 1) with { Output = text }, Done(1, "w0", 1, 1) with { Output = text }, Done(2, "w0", 2, 1, new Outcome.Failed(Samples.Boom)) with { Output = text });
        var pieces = new List<byte[]>();

        new TimelineData(Recording.Of([run], null), room: 9000).Write(piece => pieces.Add(piece.ToArray()), s_again);

        using var json = JsonDocument.Parse(pieces.Single());
        Assert.AreEqual(text, json.RootElement[0].GetProperty("stdout").GetString());
        Assert.StartsWith("(5000 characters are left out", json.RootElement[1].GetProperty("stdout").GetString());
        Assert.AreEqual(text, json.RootElement[2].GetProperty("stdout").GetString());
    }

    [TestMethod]
    public void Runs_of_different_hours_stand_beside_each_other()
    {
        var one = Run(1, [], Done(0, "w0", 100, 10), Done(1, "w0", 110, 10), Done(2, "w0", 120, 10));
        var later = RecordedRun.Of("log2", new RunLogContent(
        [
            new RunLogEvent.Started("r2", new ProcessIdentity(1, "", "m"), Samples.Morning.AddHours(5), []) { Assembly = "Shop.Tests" }, new RunLogEvent.Planned("h", 1, 0, ["A.B.T0"]),
            new RunLogEvent.CaseFinished(Done(0, "w0", 100, 10) with { StartedAt = Samples.Morning.AddHours(5).AddMilliseconds(100) }),
        ], 0, true));

        var data = Data(Page(Recording.Of([one, later], null)), "data").RootElement;

        CollectionAssert.AreEqual(new[] { "1/w0", "2/w0" }, data.GetProperty("lanes").EnumerateArray().Select(l => l.GetProperty("name").GetString()).ToList());
        // A second after the end of the first, not five hours.
        Assert.AreEqual(2_100_000, data.GetProperty("start")[0].GetInt64());
        CollectionAssert.AreEqual(new long[] { 100_000, 110_000, 120_000, 2_100_000 }, data.GetProperty("bars").GetProperty("start").EnumerateArray().Select(s => s.GetInt64()).ToList());
    }

    [TestMethod]
    public void A_page_that_cannot_be_written_is_a_message()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.At("file"), "");
        var messages = new List<string>();

        Assert.IsFalse(TimelinePage.WriteFile(folder.At("file", "page.html"), Recording.Of([Run(1, [], Done(0, "w0", 0, 1), Done(1, "w0", 1, 1), Done(2, "w0", 2, 1))], null), s_again, messages.Add));
        Assert.IsFalse(TimelinePage.WriteFile(folder.At("page.html"), folder.At("not-there.jsonl"), s_again, messages.Add));

        Assert.HasCount(2, messages);
        foreach (var message in messages) Assert.EndsWith("[RND5015]", message);
        Assert.HasCount(1, Directory.GetFiles(folder.Path));
    }

    private static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    private static CaseResult Done(int index, string worker, int atMs, int ms, Outcome? outcome = null) =>
        new(new(index), outcome ?? Outcome.Passed.Instance) { Worker = worker, StartedAt = Samples.Morning.AddMilliseconds(atMs), Duration = Ms(ms) };

    private static RecordedRun Run(int workers, UnitCases[] units, CaseResult one, CaseResult two, CaseResult three, RunLogEvent[]? more = null) => RecordedRun.Of("log", new RunLogContent(
    [
        new RunLogEvent.Started("r", new ProcessIdentity(1, "", "m"), Samples.Morning, []) { Assembly = "Shop.Tests" }, new RunLogEvent.Planned("h", 3, 0, ["A.B.T0", "A.B.T1", "A.B.T2"]), new RunLogEvent.Divided(workers, "why", units),
        new RunLogEvent.CaseFinished(one), new RunLogEvent.CaseFinished(two), new RunLogEvent.CaseFinished(three), .. more ?? [],
        new RunLogEvent.Ended(new Rondo.Engine.Results.Account(3, 3, 0, 0, 0), new Rondo.Engine.Control.Ending.Complete()) { Duration = Ms(1000) },
    ], 0, true));

    private static string Page(Recording recording)
    {
        using var stream = new MemoryStream();
        TimelinePage.Write(stream, recording, s_again);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static JsonDocument Data(string page, string id)
    {
        var text = Regex.Match(page, $"<script type=\"text/plain\" id=\"{id}\">([^<]*)</script>").Groups[1].Value;
        using var deflate = new DeflateStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
        return JsonDocument.Parse(deflate);
    }

    [GeneratedRegex("Content-Security-Policy\" content=\"([^\"]*)\"")]
    private static partial Regex PolicyPattern();

    [GeneratedRegex("(src|href)=\"(?!#)|url\\(|@import|https?://")]
    private static partial Regex Outside();

    [GeneratedRegex("<script", RegexOptions.IgnoreCase)]
    private static partial Regex Tags();
}
