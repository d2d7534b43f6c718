using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Tests.Planning;
using Rondo.Engine.Wire;
using Rondo.Engine.Worker;

namespace Rondo.Engine.Tests.Worker;

[TestClass]
public sealed class WorkQueueTests
{
    private readonly WorkQueue _queue = new();

    [TestMethod]
    public void A_case_waits_for_the_orders_that_were_heard_before_it()
    {
        _queue.Add(new Message.ScopeOver(FixtureScope.Class, "N.C1"));
        _queue.Add(CaseList.OfNumbers([3]));

        Assert.IsFalse(_queue.TryTake(0, 100, out _, out _));
        Assert.IsTrue(_queue.TryTakeOrder(out var order));
        Assert.IsInstanceOfType<Message.ScopeOver>(order);
        Assert.IsTrue(_queue.TryTake(0, 100, out var index, out _));
        Assert.AreEqual(new CaseIndex(3), index);
        Assert.IsTrue(_queue.IsEmpty);
    }

    [TestMethod]
    public void What_is_given_back_is_not_taken_and_the_rest_keeps_its_order()
    {
        _queue.Add(CaseList.OfNumbers([5, 1, 4, 2]));
        Assert.IsTrue(_queue.TryTake(0, 100, out var first, out _));

        var given = _queue.GiveBack(CaseList.OfNumbers([5, 4, 9]));

        Assert.AreEqual(5, first.Value);
        CollectionAssert.AreEqual(new[] { 4 }, CaseList.NumbersOf(given));
        CollectionAssert.AreEqual(new[] { 1, 2 }, CaseList.NumbersOf(_queue.GiveBackAll()));
        Assert.IsTrue(_queue.IsEmpty);
    }

    [TestMethod]
    public void While_others_run_a_case_that_may_run_beside_them_goes_before_one_that_may_not()
    {
        _queue.Know([1, 8, 8, 1]);
        _queue.Add(CaseList.OfNumbers([1, 0, 3, 2]));

        Assert.AreEqual("1 of 8", Take(running: 0));
        Assert.AreEqual("2 of 8", Take(running: 1));
        Assert.AreEqual("nothing", Take(running: 1));
        Assert.IsTrue(_queue.HasWaiting);
        Assert.AreEqual("0 of 1", Take(running: 0));
        Assert.AreEqual("3 of 1", Take(running: 0));
        Assert.IsTrue(_queue.IsEmpty);
    }

    [TestMethod]
    public void A_case_whose_claims_are_taken_lets_others_go_before_it_but_none_that_conflicts_with_it()
    {
        // Writer, reader, writer, reader of one key; one of another key; one without any.
        var catalog = Sample.Catalog(Sample.Table(
            "class|N|C|f.cs|1|window=8", "test|A|1|async|lock=R:k", "test|B|2|async|lock=W:k", "test|C|3|async|lock=R:k", "test|D|4|async|lock=W:other", "test|E|5|async"));
        var plan = Sample.Plan(catalog);
        var claims = ClaimBook.Of(plan, catalog);
        _queue.Know(Overlap.WindowsOf(plan, null, claims), claims);
        _queue.Add(CaseList.OfNumbers([0, 1, 2, 3, 4]));

        Assert.AreEqual("0 of 8", Take(running: 0));
        // The writer waits for the reader that runs; the reader behind it waits for the writer.
        Assert.AreEqual("3 of 8", Take(running: 1));
        Assert.AreEqual("4 of 8", Take(running: 2));
        Assert.AreEqual("nothing", Take(running: 3));
        Assert.IsFalse(_queue.HasSomethingFor(3, 100));
        _queue.Free(new CaseIndex(4));
        Assert.AreEqual("nothing", Take(running: 2));
        _queue.Free(new CaseIndex(0));
        Assert.IsTrue(_queue.HasSomethingFor(1, 100));
        Assert.AreEqual("1 of 8", Take(running: 1));
        Assert.AreEqual("nothing", Take(running: 2));
        _queue.Free(new CaseIndex(1));
        Assert.AreEqual("2 of 8", Take(running: 1));
        Assert.IsTrue(_queue.IsEmpty);
    }

    [TestMethod]
    public void Nothing_begins_above_what_is_allowed_or_above_its_own_window()
    {
        _queue.Know([3, 3, 3]);
        _queue.Add(CaseList.OfNumbers([0, 1, 2]));

        Assert.AreEqual("nothing", Take(running: 3));
        Assert.AreEqual("nothing", Take(running: 2, allowed: 2));
        Assert.AreEqual("0 of 3", Take(running: 2));
    }

    [TestMethod]
    public void What_was_taken_from_the_middle_is_not_given_back()
    {
        _queue.Know([1, 5, 1, 5]);
        _queue.Add(CaseList.OfNumbers([0, 1, 2, 3]));
        Take(running: 1);

        var given = _queue.GiveBack(CaseList.OfNumbers([1, 2]));

        CollectionAssert.AreEqual(new[] { 2 }, CaseList.NumbersOf(given));
        CollectionAssert.AreEqual(new[] { 0, 3 }, CaseList.NumbersOf(_queue.GiveBackAll()));
    }

    [TestMethod]
    public void In_random_histories_each_case_is_taken_once_or_given_back()
    {
        var seed = Environment.TickCount & 0xFFFFFF;
        Console.WriteLine($"Seeds {seed} to {seed + 499}");
        for (var end = seed + 500; seed < end; seed++)
        {
            var random = new Random(seed);
            var queue = new WorkQueue();
            var windows = Enumerable.Range(0, 60).Select(_ => random.Next(3) == 0 ? 1 : 1 + random.Next(6)).ToArray();
            queue.Know(windows);
            var (next, running, gone) = (0, new List<int>(), new HashSet<int>());
            for (var step = 0; step < 200; step++)
            {
                switch (random.Next(4))
                {
                    case 0 when next < windows.Length:
                        var count = Math.Min(random.Next(1, 9), windows.Length - next);
                        queue.Add(CaseList.OfNumbers([.. Enumerable.Range(next, count)]));
                        next += count;
                        break;
                    case 1 when running.Count > 0:
                        running.RemoveAt(random.Next(running.Count));
                        break;
                    case 2 when random.Next(6) == 0:
                        foreach (var back in queue.GiveBack(CaseList.OfNumbers([.. Enumerable.Range(0, next).Where(_ => random.Next(2) == 0)]))) Assert.IsTrue(gone.Add(back.Value), $"Seed {seed}");
                        break;
                    default:
                        var narrowest = running.Count == 0 ? 100 : running.Min(i => windows[i]);
                        if (!queue.TryTake(running.Count, narrowest, out var index, out var window)) break;
                        Assert.IsTrue(gone.Add(index.Value), $"Seed {seed}");
                        Assert.AreEqual(windows[index.Value], window);
                        Assert.IsTrue(running.Count == 0 || (window > 1 && running.TrueForAll(i => windows[i] > running.Count) && window > running.Count), $"Seed {seed}: {index} beside {running.Count}");
                        running.Add(index.Value);
                        break;
                }
            }

            foreach (var back in queue.GiveBackAll()) Assert.IsTrue(gone.Add(back.Value), $"Seed {seed}");
            Assert.HasCount(next, gone, $"Seed {seed}");
            Assert.IsTrue(queue.IsEmpty, $"Seed {seed}");
        }
    }

    private string Take(int running, int allowed = 100) => _queue.TryTake(running, allowed, out var index, out var window) ? $"{index.Value} of {window}" : "nothing";
}
