using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Report;

namespace Rondo.Engine.Tests.Report;

[TestClass]
public sealed class NowTextTests
{
    private static readonly CaseNow s_adding = new("Shop.Tests.CartTests.Adds_up(1, 'EUR')", "", TimeSpan.FromSeconds(12.44));

    [TestMethod]
    public void Lines_name_each_worker_with_its_process_its_case_and_how_long_it_runs()
    {
        var now = Run(
            new WorkerNow("w0", 4711, "idle", TimeSpan.Zero, [s_adding with { Doing = "setup of 'Shop'" }]),
            new WorkerNow("w1", null, "starting", TimeSpan.FromSeconds(0.3), []));

        var lines = NowText.Lines(now);

        CollectionAssert.AreEqual(
            new[]
            {
                "12 of 40 done, 1 failed, 27 waiting, after 1m 05s",
                "  w0 (process 4711): Shop.Tests.CartTests.Adds_up(1, 'EUR'), 12.4 s, setup of 'Shop'",
                "  w1: starting, 0.3 s",
            },
            lines.ToArray());
    }

    [TestMethod]
    public void A_worker_that_runs_several_cases_has_a_line_for_each()
    {
        var now = Run(new WorkerNow("w0", 1, "idle", TimeSpan.Zero, [s_adding, s_adding with { Id = "Shop.Other", Elapsed = TimeSpan.FromMinutes(3) }]));

        var lines = NowText.Lines(now);

        Assert.HasCount(3, lines);
        Assert.AreEqual("  w0 (process 1): Shop.Other, 3m 00s", lines[2]);
    }

    [TestMethod]
    public void Before_the_plan_the_data_sources_are_what_is_told()
    {
        var now = new RunSnapshot([], TimeSpan.FromSeconds(2)) { IsPlanning = true };

        Assert.AreEqual("reading data sources, 2.0 s", NowText.OneLine(now));
    }

    [TestMethod]
    public void One_line_has_the_oldest_case_of_each_worker_and_counts_what_there_is_no_room_for()
    {
        var busy = new WorkerNow("w0", 1, "idle", TimeSpan.Zero, [s_adding, s_adding with { Id = "Shop.Other" }]);
        var now = Run([busy, .. Enumerable.Range(1, 10).Select(i => new WorkerNow("w" + i, i, "idle", TimeSpan.FromSeconds(i), []))]);

        var line = NowText.OneLine(now);

        StringAssert.StartsWith(line, "12 of 40 done, 1 failed, 26 waiting, after 1m 05s; w0: Shop.Tests.CartTests.Adds_up(1, 'EUR'), 12.4 s (+1); w1: idle, 1.0 s; ");
        StringAssert.EndsWith(line, "; w7: idle, 7.0 s; and 3 more workers");
    }

    [TestMethod]
    public void Text_of_strangers_cannot_move_the_cursor()
    {
        var now = Run(new WorkerNow("w0", 1, "teardown of '\u001b[2J'", TimeSpan.Zero, []), new WorkerNow("w1", 1, "", TimeSpan.Zero, [s_adding with { Id = "a\rb\u009b1A" }]));

        foreach (var text in (string[])[.. NowText.Lines(now), NowText.OneLine(now), .. NowText.Fitted(now, 80, 5)])
            Assert.IsFalse(text.Any(char.IsControl), text);
    }

    [TestMethod]
    public void What_is_fitted_has_a_line_for_each_worker_while_there_is_room()
    {
        var now = Run(
            new WorkerNow("w0", 1, "idle", TimeSpan.Zero, [s_adding with { Doing = "setup of 'Shop'" }]),
            new WorkerNow("w1", 2, "starting", TimeSpan.FromSeconds(0.3), []));

        var lines = NowText.Fitted(now, 80, 5);

        CollectionAssert.AreEqual(
            new[]
            {
                "12 of 40 done, 1 failed, 27 waiting, after 1m 05s",
                "w0  Shop.Tests.CartTests.Adds_up(1, 'EUR')  12.4 s  setup of 'Shop'",
                "w1  starting, 0.3 s",
            },
            lines.ToArray());
    }

    [TestMethod]
    public void More_workers_than_lines_stand_in_columns_each_in_a_place_of_its_own()
    {
        var now = Run([.. Enumerable.Range(0, 8).Select(i => new WorkerNow("w" + i, i, "idle", TimeSpan.Zero, [new CaseNow("Shop.Test" + i, "", TimeSpan.FromSeconds(i))]))]);

        var lines = NowText.Fitted(now, 60, 5);

        Assert.HasCount(5, lines);
        Assert.AreEqual("w0  Shop.Test0  0.0 s          w4  Shop.Test4  4.0 s", lines[1]);
        Assert.AreEqual("w3  Shop.Test3  3.0 s          w7  Shop.Test7  7.0 s", lines[4]);
    }

    [TestMethod]
    public void Of_more_workers_than_have_a_place_those_are_shown_that_run_a_case_longest()
    {
        var now = Run([.. Enumerable.Range(0, 9).Select(i => new WorkerNow("w" + i, i, "idle", TimeSpan.Zero, [new CaseNow("T" + i, "", TimeSpan.FromSeconds(i))]))]);

        var lines = NowText.Fitted(now, 40, 5);

        CollectionAssert.AreEqual(new[] { "w6  T6  6.0 s", "w7  T7  7.0 s", "w8  T8  8.0 s", "… and 6 more workers" }, lines.Skip(1).ToArray());
    }

    [TestMethod]
    public void No_fitted_line_is_wider_than_the_terminal_whatever_stands_in_it()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        string[] pieces = ["Shop", ".", "数", "🎉", "é", "e\u0301", "👨‍👩‍👧", "_and_", "🇩🇪", "☂\uFE0F", "x"];
        for (var round = 0; round < 2000; round++)
        {
            var workers = Enumerable.Range(0, random.Next(0, 20)).Select(i => new WorkerNow("w" + i, i, Text(), TimeSpan.FromSeconds(random.Next(5000)),
                [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => new CaseNow(Text(), random.Next(2) == 0 ? "" : Text(), TimeSpan.FromSeconds(random.Next(5000))))]));
            var (width, most) = (random.Next(1, 160), random.Next(0, 7));

            var lines = NowText.Fitted(Run([.. workers]), width, most);

            Assert.IsLessThanOrEqualTo(most, lines.Count, $"seed {seed}");
            foreach (var line in lines) Assert.IsLessThanOrEqualTo(width, TextWidth.Of(line), $"seed {seed}: {line}");
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(0, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    [TestMethod]
    [DataRow("Shop", 4)]
    [DataRow("数値", 4)]
    [DataRow("e\u0301", 1)]
    [DataRow("👨‍👩‍👧", 2)]
    [DataRow("🇩🇪", 2)]
    [DataRow("☂\uFE0F", 2)]
    [DataRow("…", 1)]
    public void Width_is_counted_in_cells(string text, int width) => Assert.AreEqual(width, TextWidth.Of(text));

    [TestMethod]
    public void A_long_id_is_cut_in_the_middle_and_never_inside_what_is_seen_as_one_character()
    {
        Assert.AreEqual("Shop…s_up", TextWidth.CutMiddle("Shop.Tests.CartTests.Adds_up", 9));
        Assert.AreEqual("数…値", TextWidth.CutMiddle("数数数数値", 6));
        Assert.AreEqual("Shop", TextWidth.CutMiddle("Shop", 4));
        Assert.AreEqual("", TextWidth.CutMiddle("Shop", 0));
    }

    private static RunSnapshot Run(params IReadOnlyList<WorkerNow> workers) => new(workers, TimeSpan.FromSeconds(65)) { Planned = 40, Done = 12, Failed = 1 };
}
