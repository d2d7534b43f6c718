using FsCheck;
using FsCheck.Fluent;

namespace Rondo.Properties.Tests;

[TestClass]
public sealed class PropertyTests
{
    private static readonly PropertyOptions s_seeded = new() { Seed = 1 };

    [TestMethod]
    public async Task A_property_that_holds_sees_every_example()
    {
        var seen = new List<int>();

        await PropertyTest.CheckAsync((int number) => Note(seen, number), s_seeded with { MaxTest = 37 });

        Assert.HasCount(37, seen);
        Assert.IsGreaterThan(5, seen.Distinct().Count());
    }

    [TestMethod]
    public void The_smallest_failing_example_is_found()
    {
        var failed = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check((int number) => number < 10, s_seeded));

        Assert.AreEqual("10", failed.Example);
        Assert.IsNull(failed.InnerException);
        Assert.StartsWith("The property does not hold for 10.\n", failed.Message);
        Assert.EndsWith("The same examples again: --seed 1, or Seed = 1 in its PropertyOptions. It returned false. [RND2032]", failed.Message);
    }

    [TestMethod]
    public async Task What_the_smallest_example_throws_is_kept()
    {
        var failed = await Assert.ThrowsExactlyAsync<PropertyFailedException>(() => PropertyTest.CheckAsync(async (List<int> numbers) =>
        {
            await Task.Yield();
            if (numbers.Count >= 2) throw new ArgumentException($"{numbers.Count} are too many");
        }, s_seeded));

        Assert.AreEqual("[0, 0]", failed.Example);
        Assert.AreEqual("2 are too many", failed.InnerException!.Message);
        Assert.Contains("What it threw follows. [RND2032]", failed.Message);
        Assert.Contains(nameof(What_the_smallest_example_throws_is_kept), failed.InnerException.StackTrace!);
    }

    [TestMethod]
    public async Task Examples_are_tried_one_after_the_other()
    {
        var (running, most) = (0, 0);

        await PropertyTest.CheckAsync(async (string text) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            for (var i = 0; i < 3; i++) await Task.Yield();
            Interlocked.Decrement(ref running);
        }, s_seeded);

        Assert.AreEqual(1, most);
    }

    [TestMethod]
    public void A_seed_brings_the_same_examples_and_another_brings_others()
    {
        var (first, second, other) = (new List<string?>(), new List<string?>(), new List<string?>());

        PropertyTest.Check((string text) => first.Add(text), s_seeded);
        PropertyTest.Check((string text) => second.Add(text), s_seeded);
        PropertyTest.Check((string text) => other.Add(text), s_seeded with { Seed = 2 });

        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AreNotEqual(first, other);
    }

    [TestMethod]
    public void Without_a_seed_each_failure_tells_the_one_it_had()
    {
        var failed = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check((int number) => number < 10));

        var again = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check((int number) => number < 10, new PropertyOptions { Seed = failed.Seed }));

        Assert.AreEqual(failed.Message, again.Message);
    }

    [TestMethod]
    public async Task Several_arguments_are_each_made_smaller()
    {
        var two = await Assert.ThrowsExactlyAsync<PropertyFailedException>(() => PropertyTest.CheckAsync((int a, int b) => Task.FromResult(a < 3 || b < 5), s_seeded));
        var three = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check((int a, bool b, int[] c) => a < 2 || !b || c.Length == 0, s_seeded));

        Assert.AreEqual("(3, 5)", two.Example);
        Assert.AreEqual("(2, true, [0])", three.Example);
    }

    [TestMethod]
    public void Examples_come_from_a_generator_of_the_users_own()
    {
        var even = Arb.From(Gen.Choose(0, 1000).Select(n => n * 2), n => n > 0 ? [n - 2] : Array.Empty<int>());
        var seen = new List<int>();

        PropertyTest.Check(even, n => seen.Add(n), s_seeded);
        var failed = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check(even, n => n <= 6, s_seeded with { MaxShrinks = 5000 }));
        PropertyTest.Check((int a, int b) => a % 2 == 0 && b % 2 == 0, s_seeded with { ArbMap = ArbMap.Default.MergeArb(even) });

        Assert.DoesNotContain(n => n % 2 != 0, seen);
        Assert.AreEqual("8", failed.Example);
    }

    [TestMethod]
    public void A_shrinker_that_never_ends_is_stopped()
    {
        var endless = Arb.From(Gen.Constant(0), n => [n + 1]);

        var failed = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check(endless, _ => false, s_seeded with { MaxShrinks = 20 }));

        Assert.AreEqual("20", failed.Example);
        Assert.AreEqual("0", failed.FirstExample);
        Assert.AreEqual(20, failed.Shrinks);
        Assert.AreEqual(1, failed.Number);
    }

    [TestMethod]
    public void A_property_that_changes_its_example_is_still_told_rightly()
    {
        var failed = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check(Arb.From(Gen.Constant(0).Select(_ => new[] { 3, 1, 2 })), numbers =>
        {
            Array.Sort(numbers);
            return false;
        }, s_seeded));

        Assert.AreEqual("[3, 1, 2]", failed.FirstExample);
    }

    [TestMethod]
    public void A_skip_skips_the_test_but_not_while_looking_for_less()
    {
        var skipped = Assert.ThrowsExactly<SkipException>(() => PropertyTest.Check((int number) => Skip.Because("not here"), s_seeded));
        var failed = Assert.ThrowsExactly<PropertyFailedException>(() => PropertyTest.Check(Arb.From(Gen.Constant(5), n => n > 0 ? [n - 1] : Array.Empty<int>()), n =>
        {
            Skip.Unless(n > 3, "too small");
            return false;
        }, s_seeded));

        Assert.AreEqual("not here", skipped.Message);
        Assert.AreEqual("4", failed.Example);
    }

    [TestMethod]
    public void Options_out_of_their_range_are_refused()
    {
        PropertyOptions[] wrong = [new() { MaxTest = 0 }, new() { StartSize = -1 }, new() { StartSize = 9, EndSize = 8 }, new() { MaxShrinks = -1 }];

        foreach (var options in wrong) Assert.Contains("[RND2030]", Assert.ThrowsExactly<RondoUsageException>(() => PropertyTest.Check((int number) => { }, options)).Message);
    }

    [TestMethod]
    public void A_type_without_a_generator_is_named()
    {
        var error = Assert.ThrowsExactly<RondoUsageException>(() => PropertyTest.Check((IDisposable thing) => { }, s_seeded));

        Assert.Contains("System.IDisposable", error.Message);
        Assert.EndsWith("[RND2031]", error.Message);
    }

    private static async Task Note(List<int> seen, int number)
    {
        await Task.Yield();
        seen.Add(number);
    }
}
