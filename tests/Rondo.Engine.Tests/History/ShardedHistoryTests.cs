using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.History;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Scheduling;
using Rondo.Engine.Tests.Report;
using Rondo.Engine.Tests.RunLog;

namespace Rondo.Engine.Tests.History;

/// <summary>Shards in one folder one after the other, on machines with folders of their own, and what is made of their histories.</summary>
[TestClass]
public sealed class ShardedHistoryTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly List<string> _messages = [];
    private readonly HistoryFolder _folder;
    private readonly string[] _ids = [.. Enumerable.Range(0, 40).Select(i => $"N.C{i / 5}.T{i}")];

    public ShardedHistoryTests() => _folder = new HistoryFolder(_temp.At("kept"));

    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    public void Dispose() => _temp.Dispose();

    [TestMethod]
    public async Task Shards_one_after_the_other_in_one_folder_are_exactly_the_plan_every_time()
    {
        var random = new Random(1);
        for (var round = 0; round < 5; round++)
        {
            var ran = new List<string>();
            var names = new HashSet<string>();
            for (var i = 1; i <= 3; i++)
            {
                var split = await RunShardAsync(_folder, i, 3, _ => 1 + random.Next(1000));
                ran.AddRange(split.Plan.Cases.Select(c => c.Id));
                names.Add(split.Name);
            }

            Assert.AreSequenceEqual(_ids.Order(StringComparer.Ordinal), ran.Order(StringComparer.Ordinal), $"round {round}");
            Assert.HasCount(1, names);
        }

        Assert.IsEmpty(_messages);
    }

    [TestMethod]
    public async Task When_all_shards_have_run_the_next_ones_are_divided_by_what_they_measured()
    {
        for (var i = 1; i <= 3; i++) await RunShardAsync(_folder, i, 3, id => id.EndsWith('7') ? 900 : 3);

        var split = await RunShardAsync(_folder, 1, 3, _ => 3);

        Assert.AreEqual(40, split.Known);
        Assert.DoesNotContain("\"split\"", (await File.ReadAllLinesAsync(_folder.HistoryFile, TestContext.CancellationToken)).First(l => l.Contains(split.Others[0], StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_shard_that_was_stopped_is_not_counted()
    {
        await RunShardAsync(_folder, 1, 2, _ => 5);
        await RunShardAsync(_folder, 2, 2, id => id.EndsWith('1') ? 0 : 5);

        Assert.AreEqual(0, (await SplitAsync(_folder, 1, 2)).Known);
        await RunShardAsync(_folder, 2, 2, _ => 5);

        Assert.AreEqual(40, (await SplitAsync(_folder, 1, 2)).Known);
    }

    [TestMethod]
    public async Task A_whole_run_ends_a_round_and_a_filtered_one_does_not()
    {
        await RunShardAsync(_folder, 1, 2, _ => 5);
        await SaveAsync(_folder, Samples.PlanOf(_ids[..10]), _ => 7, wholeSuite: false);
        Assert.AreEqual(0, (await SplitAsync(_folder, 2, 2)).Known);

        await SaveAsync(_folder, Samples.PlanOf(_ids), _ => 9, wholeSuite: true);

        Assert.AreEqual(40, (await SplitAsync(_folder, 2, 2)).Known);
        Assert.DoesNotContain("round", await File.ReadAllTextAsync(_folder.HistoryFile, TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Machines_with_the_same_file_divide_the_same_and_their_files_together_know_everything()
    {
        await SaveAsync(_folder, Samples.PlanOf(_ids), i => 1 + (i * 37 % 100), wholeSuite: true);
        var machines = Enumerable.Range(1, 3).Select(i => new HistoryFolder(_temp.At("machine" + i))).ToArray();
        var ran = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            Directory.CreateDirectory(machines[i].Path);
            File.Copy(_folder.HistoryFile, machines[i].HistoryFile);
            var split = await RunShardAsync(machines[i], i + 1, 3, _ => 500);
            ran.AddRange(split.Plan.Cases.Select(c => c.Id));
        }

        Assert.AreSequenceEqual(_ids.Order(StringComparer.Ordinal), ran.Order(StringComparer.Ordinal));
        var next = new HistoryFolder(_temp.At("next"));
        Directory.CreateDirectory(next.Path);
        for (var i = 0; i < 3; i++) File.Copy(machines[i].HistoryFile, Path.Combine(next.Path, $"history-{i}.jsonl"));

        var all = await RunHistory.ReadAsync(next, TimeProvider.System, _messages.Add);

        foreach (var id in _ids)
        {
            Assert.AreEqual(2, all.Of(id)!.Ms.Length, id);
            Assert.AreEqual(500, all.ExpectedMs(id));
            Assert.AreEqual(500, all.SplitMs(id), "The round is over.");
        }

        await SaveAsync(next, Samples.PlanOf(_ids), _ => 1, wholeSuite: true);
        Assert.AreEqual("history.jsonl", string.Join(' ', Directory.GetFiles(next.Path, "*.jsonl").Select(Path.GetFileName)), "They are in it, and so not needed any more.");
        Assert.AreEqual(3, (await RunHistory.ReadAsync(next, TimeProvider.System, _messages.Add)).Of(_ids[0])!.Ms.Length);
        Assert.IsEmpty(_messages);
    }

    [TestMethod]
    public void Histories_are_merged_to_the_same_in_every_order()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var world = 0; world < 300; world++)
        {
            var texts = Enumerable.Range(0, 4).Select(_ => RandomText(random)).ToArray();
            var one = Merged(texts);
            random.Shuffle(texts);

            var other = Merged([.. texts, texts[0]]);

            Assert.AreEqual(one, other);
        }

        static string Merged(HistoryText[] texts)
        {
            var merged = HistoryText.Merged(HistoryText.Empty, texts);
            return System.Text.Encoding.UTF8.GetString(HistoryText.Write(merged.Run, merged.Cases, merged.Round));
        }
    }

    [TestMethod]
    public void What_is_written_is_read_again()
    {
        var random = new Random(5);
        for (var world = 0; world < 200; world++)
        {
            var text = RandomText(random);
            var written = HistoryText.Write(text.Run, text.Cases, text.Round);

            var read = HistoryText.Read(System.Text.Encoding.UTF8.GetString(written));

            Assert.IsNull(read.Damage);
            Assert.AreSequenceEqual(written, HistoryText.Write(read.Run, read.Cases, read.Round));
        }
    }

    [TestMethod]
    public void A_text_cut_at_any_byte_gives_only_what_was_in_it()
    {
        var text = RandomText(new Random(8)) with { Round = new ShardRound(3, "abc", [2]) };
        var whole = HistoryText.Write(text.Run, text.Cases, text.Round);
        Assert.Contains("\"split\":", System.Text.Encoding.UTF8.GetString(whole));

        for (var cut = 0; cut < whole.Length; cut++)
        {
            var read = HistoryText.Read(System.Text.Encoding.UTF8.GetString(whole, 0, cut));

            Assert.IsTrue(read.Damage is not null || whole[cut - 1] == '\n', $"cut at {cut}");
            foreach (var (id, record) in read.Cases)
            {
                Assert.AreSequenceEqual(text.Cases[id].Ms, record.Ms);
                Assert.AreEqual(text.Cases[id] with { Ms = record.Ms }, record);
            }
        }
    }

    [TestMethod]
    public async Task Shards_at_once_in_one_folder_lose_nothing()
    {
        var splits = new Split[8];
        for (var i = 0; i < splits.Length; i++) splits[i] = await SplitAsync(_folder, i + 1, splits.Length);

        await Task.WhenAll(splits.Select(split => Task.Run(() => SaveAsync(_folder, split.Plan, _ => 5, wholeSuite: true, split), TestContext.CancellationToken)));

        var history = await RunHistory.ReadAsync(_folder, TimeProvider.System, _messages.Add);
        foreach (var id in _ids) Assert.AreEqual(5, history.SplitMs(id), id);
        Assert.IsEmpty(_messages);
    }

    [TestMethod]
    public void Lines_of_both_sides_of_a_merge_are_read_in_every_order()
    {
        string[] lines =
        [
            """{"rondo-history":1,"run":8}""",
            """{"id":"A.B","ms":[1,2],"last":"passed","ran":2,"run":8}""",
            """{"rondo-history":1,"run":9,"round":"abc 1/2"}""",
            """{"id":"A.B","ms":[1,2,3],"last":"failed","ran":3,"split":2,"run":7}""",
        ];

        foreach (var order in new[] { lines, [lines[2], lines[3], lines[1], lines[0]] })
        {
            var read = HistoryText.Read(string.Join('\n', order) + "\n");

            Assert.IsNull(read.Damage);
            Assert.AreEqual(9, read.Run);
            Assert.AreEqual(new ShardRound(2, "abc", [1]).ToString(), read.Round!.ToString());
            Assert.AreEqual(3, read.Cases["A.B"].Ran);
            Assert.AreEqual(Tally.Failed, read.Cases["A.B"].Last);
            Assert.AreEqual(8, read.Cases["A.B"].Run);
        }
    }

    [TestMethod]
    public async Task A_damaged_history_of_another_machine_is_used_as_far_as_it_goes_and_stays()
    {
        Directory.CreateDirectory(_folder.Path);
        var other = Path.Combine(_folder.Path, "history-2.jsonl");
        await File.WriteAllTextAsync(other, "{\"rondo-history\":1,\"run\":8}\n{\"id\":\"N.C0.T0\",\"ms\":[4],\"last\":\"passed\",\"run\":8}\n{\"id\":\"N.C", TestContext.CancellationToken);

        var history = await RunHistory.ReadAsync(_folder, TimeProvider.System, _messages.Add);
        await SaveAsync(_folder, Samples.PlanOf(_ids[1..3]), _ => 1, wholeSuite: false);

        Assert.AreEqual(4, history.ExpectedMs("N.C0.T0"));
        Assert.Contains("[RND5030]", _messages[0]);
        Assert.IsTrue(File.Exists(other));
    }

    [TestMethod]
    public async Task A_shard_keeps_what_other_machines_run_and_forgets_what_nobody_plans()
    {
        await SaveAsync(_folder, Samples.PlanOf([.. _ids, "N.Gone.T"]), _ => 5, wholeSuite: true);

        for (var run = 0; run <= RunHistory.KeptRuns; run++) await RunShardAsync(_folder, 1, 3, _ => 5);

        var history = await RunHistory.ReadAsync(_folder, TimeProvider.System, _messages.Add);
        foreach (var id in _ids) Assert.IsNotNull(history.Of(id), id);
        Assert.IsNull(history.Of("N.Gone.T"));
    }

    [TestMethod]
    [DataRow("3fa2b1c0 1,3/4", "3fa2b1c0 1,3/4")]
    [DataRow("x /2", "x /2")]
    [DataRow("x 3,1/4", "x 1,3/4")]
    [DataRow("x 1,2/2", null)]
    [DataRow("x 5/4", null)]
    [DataRow("x 1/1", null)]
    [DataRow("x1/2", null)]
    [DataRow("a/b c", null)]
    [DataRow("", null)]
    [DataRow(null, null)]
    public void A_round_is_read_or_there_is_none(string? text, string? expected) => Assert.AreEqual(expected, ShardRound.Read(text)?.ToString());

    private async Task<Split> SplitAsync(HistoryFolder folder, int number, int count)
    {
        var history = await RunHistory.ReadAsync(folder, TimeProvider.System, _messages.Add);
        var plan = Samples.PlanOf(_ids);
        return Split.Of(plan, [.. plan.Cases.Select(c => new WorkUnit([c.Index], null, false))], history.SplitMs, new Shard(number, count));
    }

    private async Task<Split> RunShardAsync(HistoryFolder folder, int number, int count, Func<string, double> ms)
    {
        var split = await SplitAsync(folder, number, count);
        await SaveAsync(folder, split.Plan, i => ms(split.Plan.Cases[i].Id), wholeSuite: true, split);
        return split;
    }

    // Zero: not run.
    private async Task SaveAsync(HistoryFolder folder, Plan plan, Func<int, double> ms, bool wholeSuite, Split? split = null)
    {
        var history = await RunHistory.ReadAsync(folder, TimeProvider.System, _messages.Add);
        var results = plan.Cases.ToDictionary(c => c.Index, c => ms(c.Index.Value) is var took and > 0
            ? new CaseResult(c.Index, Outcome.Passed.Instance) { Duration = TimeSpan.FromMilliseconds(took) }
            : new CaseResult(c.Index, new Outcome.NotRun("stopped")));
        await history.SaveAsync(plan, results, wholeSuite, TimeProvider.System, Say, split);
    }

    private void Say(string message)
    {
        lock (_messages) _messages.Add(message);
    }

    private static HistoryText RandomText(Random random)
    {
        var cases = new Dictionary<string, CaseRecord>();
        var round = random.Next(2) == 0 ? null : new ShardRound(3, random.Next(2) == 0 ? "abc" : "def", [.. new[] { 1, 2, 3 }.Where(_ => random.Next(3) == 0).Take(2)]);
        for (var i = 0; i < 5; i++)
        {
            if (random.Next(3) == 0) continue;
            double[] ms = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(3) + 0.5)];
            var frozen = round is not null && random.Next(2) == 0;
            cases.Add("A.B" + i, new CaseRecord(ms, random.Next(4) switch { 0 => null, 1 => Tally.Failed, 2 => Tally.Skipped, _ => Tally.Passed }, random.Next(5))
            {
                Ran = random.Next(3),
                WasNotRun = random.Next(3) == 0,
                IsFrozen = frozen,
                FrozenMs = frozen && random.Next(2) == 0 ? random.Next(3) : null,
            });
        }

        return new HistoryText(random.Next(5), cases, null) { Round = round };
    }
}
