using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Tests.Collections;

/// <summary>The engine's own collections do what the platform's do, for random sequences of calls.</summary>
[TestClass]
public sealed class CollectionTests
{
    private const int Rounds = 100;
    private const int Steps = 400;

    [TestMethod]
    public void A_set_of_numbers_is_a_sorted_set()
    {
        ForSeeds(random =>
        {
            var width = Width(random);
            var expected = new SortedSet<int>();
            var set = new NumberSet();
            for (var step = 0; step < Steps; step++)
            {
                var number = random.Next(-1, width);
                if (random.Next(3) > 0) Assert.AreEqual(expected.Add(number), set.Add(number));
                else Assert.AreEqual(expected.Remove(number), set.Remove(number));

                Assert.AreEqual(expected.Count, set.Count);
                Assert.AreEqual(expected.Contains(number + 1), set.Contains(number + 1));
                if (expected.Count > 0 && random.Next(2) == 0) Assert.AreEqual(expected.Min, set.Min);
                if (random.Next(200) == 0)
                {
                    expected.Clear();
                    set.Clear();
                }
            }

            CollectionAssert.AreEqual(expected.ToArray(), set.ToArray());
        });
    }

    [TestMethod]
    public void A_set_of_numbers_may_lose_numbers_while_it_is_enumerated()
    {
        ForSeeds(random =>
        {
            var set = new NumberSet();
            for (var i = 0; i < 200; i++) set.Add(random.Next(-1, Width(random)));
            var all = set.ToArray();
            var met = new List<int>();

            foreach (var number in set)
            {
                met.Add(number);
                if (number % 2 == 0) set.Remove(number);
            }

            CollectionAssert.AreEqual(all, met);
            CollectionAssert.AreEqual(Array.FindAll(all, n => n % 2 != 0), set.ToArray());
        });
    }

    [TestMethod]
    public void A_set_of_numbers_takes_and_gives_up_many_at_once()
    {
        var set = new NumberSet();

        set.AddAll([5, 3, 5000, 3]);
        set.RemoveAll([5, 7]);

        CollectionAssert.AreEqual(new[] { 3, 5000 }, set.ToArray());
    }

    [TestMethod]
    public void A_set_of_numbers_knows_no_number_that_it_cannot_hold()
    {
        var set = new NumberSet();
        set.Add(-1);

        Assert.IsFalse(set.Contains(-2) || set.Contains(int.MinValue) || set.Contains(int.MaxValue - 1) || set.Remove(-2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => set.Add(-2));
        set.Remove(-1);
        Assert.ThrowsExactly<InvalidOperationException>(() => set.Min);
    }

    [TestMethod]
    public void A_table_is_a_sorted_dictionary()
    {
        ForSeeds(random =>
        {
            var expected = new SortedDictionary<int, string>();
            var table = new NumberTable<string>();
            for (var step = 0; step < Steps; step++)
            {
                var number = random.Next(-1, 60);
                if (random.Next(3) > 0) Assert.AreEqual(expected.TryAdd(number, $"{step}"), table.TryAdd(number, $"{step}"));
                else Assert.AreEqual(expected.Remove(number), table.Remove(number));

                Assert.AreEqual(expected.GetValueOrDefault(number), table[number]);
                Assert.AreEqual(expected.Count, table.Count);
            }

            var met = new List<string>();
            foreach (var item in table) met.Add(item);
            CollectionAssert.AreEqual(expected.Values.ToList(), met);
            Assert.IsNull(table[int.MinValue]);
            Assert.IsNull(table[1000]);
        });
    }

    [TestMethod]
    public void A_heap_gives_what_a_priority_queue_gives()
    {
        ForSeeds(random =>
        {
            var expected = new PriorityQueue<string, string>(StringComparer.Ordinal);
            var heap = new Heap<string>();
            for (var step = 0; step < Steps; step++)
            {
                if (random.Next(5) < 3)
                {
                    // Few digits, so that equal ones meet; ordinal and cultural order agree on them.
                    var item = $"{random.Next(100):000}";
                    expected.Enqueue(item, item);
                    heap.Add(item);
                }
                else if (expected.Count > 0)
                {
                    expected.Dequeue();
                    heap.RemoveLeast();
                }

                Assert.AreEqual(expected.Count, heap.Count);
                Assert.AreEqual(expected.TryPeek(out var first, out _), heap.TryPeek(out var least));
                Assert.AreEqual(first, least);
            }
        });
    }

    [TestMethod]
    public void A_list_of_cases_is_a_list()
    {
        ForSeeds(random =>
        {
            var expected = new List<CaseIndex>();
            var list = new CaseList(random.Next(3));
            for (var step = 0; step < 50; step++)
            {
                var index = new CaseIndex(random.Next(1000));
                expected.Add(index);
                list.Add(index);
            }

            list.AddAll(expected.ToArray());
            expected.AddRange(expected.ToArray());
            CollectionAssert.AreEqual(expected, list.ToList());
            Assert.AreEqual(expected[^1], list[^1]);
            CollectionAssert.AreEqual(expected.Select(c => c.Value).ToArray(), CaseList.NumbersOf(list));
            CollectionAssert.AreEqual(expected, CaseList.OfNumbers(CaseList.NumbersOf(list)).ToList());
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => list[list.Count]);
        });
    }

    [TestMethod]
    public void Results_are_a_dictionary_that_keeps_the_first_of_each_case()
    {
        ForSeeds(random =>
        {
            var expected = new Dictionary<CaseIndex, CaseResult>();
            var results = new CaseResults();
            for (var step = 0; step < 100; step++)
            {
                var index = new CaseIndex(random.Next(150));
                var result = new CaseResult(index, new Outcome.Skipped($"{step}"));
                Assert.AreEqual(expected.TryAdd(index, result), results.TryAdd(index, result));
                Assert.AreSame(expected[index], results[index]);
            }

            var inOrder = expected.OrderBy(e => e.Key).ToList();
            CollectionAssert.AreEqual(inOrder, results.ToList());
            CollectionAssert.AreEqual(inOrder.ConvertAll(e => e.Key), results.Keys.ToList());
            Assert.HasCount(expected.Count, results);
            Assert.IsFalse(results.ContainsKey(new CaseIndex(150)) || results.ContainsKey(new CaseIndex(-1)));
            Assert.ThrowsExactly<KeyNotFoundException>(() => results[new CaseIndex(150)]);
        });
    }

    [TestMethod]
    public void What_is_handed_over_arrives_in_order_and_then_the_end()
    {
        var handover = new Handover<string>();
        var taken = new List<string>();
        var taker = new Thread(() =>
        {
            while (handover.TryTake(out var item)) taken.Add(item);
        });
        taker.Start();

        for (var i = 0; i < 1000; i++) Assert.IsTrue(handover.TryAdd($"{i}"));
        handover.Close();
        handover.Close();

        Assert.IsTrue(taker.Join(TimeSpan.FromSeconds(30)));
        Assert.IsFalse(handover.TryAdd("late"));
        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Select(i => $"{i}").ToList(), taken);
    }

    // Narrow ones collide, wide ones span pages.
    private static int Width(Random random) => random.Next(3) switch { 0 => 10, 1 => 300, _ => 20_000 };

    private static void ForSeeds(Action<Random> body)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var seed = Random.Shared.Next();
            try
            {
                body(new Random(seed));
            }
            catch
            {
                Console.WriteLine($"Seed {seed}.");
                throw;
            }
        }
    }
}
