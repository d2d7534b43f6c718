using Rondo.Engine.Worker;

namespace Rondo.Engine.Tests.Worker;

[TestClass]
public sealed class LoopWindowTests
{
    [TestMethod]
    public void A_late_loop_halves_the_window_down_to_one()
    {
        var window = new LoopWindow(256);
        var seen = new List<int>();

        for (var running = 256; seen.Count < 10; running = window.Allowed)
        {
            window.Observe(TimeSpan.FromMilliseconds(21), running);
            seen.Add(window.Allowed);
        }

        CollectionAssert.AreEqual((int[])[128, 64, 32, 16, 8, 4, 2, 1, 1, 1], seen);
    }

    [TestMethod]
    public void It_is_halved_from_what_was_running_and_not_again_before_that_has_ended()
    {
        var window = new LoopWindow(10_000);

        window.Observe(TimeSpan.FromMilliseconds(100), 40);
        var once = window.Allowed;
        window.Observe(TimeSpan.FromMilliseconds(100), 30);
        var whileTheyEnd = window.Allowed;
        window.Observe(TimeSpan.FromMilliseconds(100), 20);

        Assert.AreEqual(20, once);
        Assert.AreEqual(20, whileTheyEnd);
        Assert.AreEqual(10, window.Allowed);
    }

    [TestMethod]
    public void A_loop_that_is_in_time_widens_it_to_its_full_size_and_one_that_is_a_little_late_leaves_it()
    {
        var window = new LoopWindow(100);
        window.Observe(TimeSpan.FromMilliseconds(30), 8);

        window.Observe(TimeSpan.FromMilliseconds(10), 4);
        var unchanged = window.Allowed;
        var seen = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            window.Observe(TimeSpan.FromMilliseconds(1), 4);
            seen.Add(window.Allowed);
        }

        Assert.AreEqual(4, unchanged);
        CollectionAssert.AreEqual((int[])[5, 6, 7, 8, 10], seen[..5]);
        Assert.AreEqual(100, window.Allowed);
    }

    [TestMethod]
    public void Whatever_is_measured_the_window_stays_in_its_range()
    {
        var seed = Environment.TickCount & 0xFFFFFF;
        Console.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var window = new LoopWindow(1000);

        for (var i = 0; i < 100_000; i++)
        {
            window.Observe(TimeSpan.FromMilliseconds(random.NextDouble() * 50), random.Next(0, 1200));

            Assert.IsTrue(window.Allowed is >= 1 and <= 1000);
        }
    }

    [TestMethod]
    public void The_worst_lag_of_a_test_is_that_of_its_own_time()
    {
        var lags = new LagRecord();
        foreach (var (at, ms) in (IEnumerable<(long, int)>)[(1, 300), (5, 80), (6, 4), (9, 40), (12, 60)]) lags.Add(at, TimeSpan.FromMilliseconds(ms));

        Assert.AreEqual(300, lags.WorstSince(0).TotalMilliseconds);
        Assert.AreEqual(80, lags.WorstSince(2).TotalMilliseconds);
        Assert.AreEqual(60, lags.WorstSince(6).TotalMilliseconds);
        Assert.AreEqual(0, lags.WorstSince(13).TotalMilliseconds);
    }

    [TestMethod]
    public void The_narrowest_of_the_open_windows_decides()
    {
        var open = new OpenWindows();

        open.Open(256);
        open.Open(8);
        open.Open(8);
        open.Close(8);
        var one = open.Narrowest;
        open.Close(8);
        var none = open.Narrowest;
        open.Close(256);

        Assert.AreEqual(8, one);
        Assert.AreEqual(256, none);
        Assert.AreEqual(int.MaxValue, open.Narrowest);
        Assert.AreEqual(0, open.Count);
    }
}
