using Microsoft.Testing.Platform.Extensions.Messages;
using Rondo.Adapter;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Tests;

[TestClass]
public sealed class RunPublisherTests
{
    private readonly List<string> _published = [];
    private readonly List<string> _said = [];

    [TestMethod]
    public async Task Nodes_go_on_in_the_order_of_the_calls()
    {
        var publisher = Publisher(null, saysNotes: false);
        var planned = Catalogs.Case();

        publisher.InProgress(planned, "w0");
        publisher.Finished(planned, Catalogs.Result(Outcome.Passed.Instance));
        publisher.TeardownFailed(new TeardownError("Db.teardown", "w0", Catalogs.Boom));
        publisher.Complete();
        await publisher.RunAsync();

        CollectionAssert.AreEqual(new[] { planned.Id + " InProgress", planned.Id + " Passed", "Db.teardown Error" }, _published);
    }

    [TestMethod]
    public async Task Parts_follow_their_case_as_its_children()
    {
        var publisher = Publisher(null, saysNotes: false);
        var planned = Catalogs.Case();
        var parts = new Outcome.Failed(new Failure(PartsOfCase.FailureType, "1 of 2 parts failed: B.", null));

        publisher.Finished(planned, Catalogs.Result(parts) with { Parts = [new PartResult("A", Outcome.Passed.Instance), new PartResult("B", new Outcome.Failed(Catalogs.Boom))] });
        publisher.Complete();
        await publisher.RunAsync();

        CollectionAssert.AreEqual(new[] { planned.Id + " Passed", $"{planned.Id}/A Passed below {planned.Id}", $"{planned.Id}/B Failed below {planned.Id}" }, _published);
    }

    [TestMethod]
    public async Task Ids_that_nobody_has_are_named()
    {
        var planned = Catalogs.Case();
        var publisher = Publisher(new HashSet<string> { planned.Id, "Nobody" }, saysNotes: false);

        publisher.Planned(new Plan([planned]));
        publisher.Complete();
        await publisher.RunAsync();

        Assert.Contains("'Nobody'", Assert.ContainsSingle(_said));
    }

    [TestMethod]
    public void A_schedule_without_an_explored_test_is_told_of()
    {
        var plain = Catalogs.Case();
        var explored = plain with { Marks = plain.Marks with { Explore = true } };

        Assert.IsNull(Schedules.Complaint(null, new Plan([plain])));
        Assert.IsNull(Schedules.Complaint("fifo", new Plan([explored])));
        Assert.Contains("[RND3075]", Schedules.Complaint("fifo", new Plan([plain]))!);
    }

    [TestMethod]
    public async Task A_run_leaves_its_notes_to_the_summary_and_a_listing_says_them()
    {
        foreach (var saysNotes in new[] { false, true })
        {
            var publisher = Publisher(null, saysNotes);
            publisher.Note($"a note, {saysNotes}");
            publisher.Complete();
            await publisher.RunAsync();
        }

        Assert.AreEqual("Rondo: a note, True", Assert.ContainsSingle(_said));
    }

    [TestMethod]
    public async Task Live_output_names_the_worker_in_each_line()
    {
        var publisher = Publisher(null, saysNotes: false);

        publisher.LiveOutput(Catalogs.Case(), "w1", false, "one\r\ntwo\n");
        publisher.Complete();
        await publisher.RunAsync();

        Assert.AreEqual($"[w1] --- {Catalogs.Case().Id}\n[w1] one\n[w1] two", Assert.ContainsSingle(_said));
    }

    [TestMethod]
    public async Task A_line_that_a_test_left_without_end_is_shown_before_its_result()
    {
        var publisher = Publisher(null, saysNotes: false);
        var planned = Catalogs.Case();

        publisher.LiveOutput(planned, "w1", false, "asks: ");
        publisher.Finished(planned, Catalogs.Result(Outcome.Passed.Instance) with { Worker = "w1" });
        publisher.LiveOutput(null, "w1", true, "natively");
        publisher.Complete();
        await publisher.RunAsync();

        CollectionAssert.AreEqual(new[] { $"[w1] --- {planned.Id}\n[w1] asks: ", "[w1] natively" }, _said);
    }

    [TestMethod]
    public async Task A_flood_that_nobody_reads_is_bounded_and_what_was_left_out_is_counted()
    {
        var publisher = Publisher(null, saysNotes: false);
        var planned = Catalogs.Case();

        for (var i = 0; i < 10_000; i++) publisher.LiveOutput(planned, "w1", false, new string('x', 1000) + "\n");
        var publishing = publisher.RunAsync();
        while (_said.Count < 4_000) await Task.Yield();
        publisher.LiveOutput(planned, "w1", false, "last\n");
        publisher.Complete();
        await publishing;

        Assert.IsLessThan(5 * 1024 * 1024, _said.Sum(s => s.Length));
        Assert.MatchesRegex("^Rondo: [0-9]+ lines of live output are left out here, .*\n\\[w1\\] last$", _said[^1]);
    }

    private RunPublisher Publisher(IReadOnlySet<string>? ids, bool saysNotes) => new(
        Catalogs.Nodes(),
        ids,
        (node, parent) =>
        {
            _published.Add(node.Uid.Value + " " + node.Properties.Single<TestNodeStateProperty>().GetType().Name.Replace("TestNodeStateProperty", "", StringComparison.Ordinal) + (parent is null ? "" : " below " + parent));
            return Task.CompletedTask;
        },
        text =>
        {
            _said.Add(text);
            return Task.CompletedTask;
        },
        saysNotes);
}
