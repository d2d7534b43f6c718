using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>Random programs of timers, delays, posts and disposals on a virtual clock, compared with a model that knows no loop.</summary>
[TestClass]
public sealed class RandomProgramTests
{
    [TestMethod]
    public void A_random_program_runs_in_the_order_of_the_model()
    {
        int first = Random.Shared.Next();
        for (int seed = first; seed < first + 300; seed++)
        {
            var told = OnLoop(seed);
            var expected = InModel(seed);

            Assert.AreEqual(string.Join(' ', expected), string.Join(' ', told), $"seed {seed}");
        }
    }

    // What one piece of work does is drawn from the seed and its number, so both sides draw the same.
    static IEnumerable<(string Kind, int Child, int Ms)> ActionsOf(int seed, int node)
    {
        var random = new Random(HashCode(seed, node));
        int count = node == 0 ? 6 : random.Next(0, 3);
        for (int i = 0; i < count; i++)
        {
            string kind = random.Next(10) switch { < 4 => "timer", < 7 => "delay", < 9 => "post", _ => "dispose" };
            yield return (kind, node * 7 + i + 1, kind == "delay" ? random.Next(1, 5) * 10 : random.Next(0, 4) * 10);
        }
    }

    static int HashCode(int a, int b) => unchecked((a * 397) ^ (b * 7919));

    const int LastNode = 3000;

    static List<string> OnLoop(int seed)
    {
        var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual() });
        var told = new List<string>();
        var timers = new Dictionary<int, ITimer>();
        loop.Run(async _ =>
        {
            Visit(0);
            await Task.Delay(TimeSpan.FromHours(1), loop.Clock);
        });
        return told;

        void Visit(int node)
        {
            told.Add(string.Create(CultureInfo.InvariantCulture, $"{node}@{TimeSpan.FromTicks(loop.Clock.GetTimestamp()).TotalMilliseconds}"));
            if (node > LastNode) return;
            foreach (var (kind, child, ms) in ActionsOf(seed, node))
            {
                switch (kind)
                {
                    case "timer":
                        timers[child] = loop.Clock.CreateTimer(_ => Visit(child), null, TimeSpan.FromMilliseconds(ms), Timeout.InfiniteTimeSpan);
                        break;
                    case "delay":
                        _ = DelayAsync(child, ms);
                        break;
                    case "post":
                        loop.Post(() => Visit(child));
                        break;
                    default:
                        if (timers.Count != 0) timers[timers.Keys.Min()].Dispose();
                        timers.Remove(timers.Count == 0 ? -1 : timers.Keys.Min());
                        break;
                }
            }
        }

        async Task DelayAsync(int child, int ms)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(ms), loop.Clock);
            Visit(child);
        }
    }

    // Ready work runs in batches, in order; between batches what is due becomes ready, by due time and then by making; with nothing ready, time is that of the next.
    static List<string> InModel(int seed)
    {
        var told = new List<string>();
        var ready = new Queue<int>([0]);
        var waiting = new List<(int Due, int Made, int Node)>();
        var timers = new HashSet<int>();
        var disposed = new HashSet<int>();
        int now = 0, made = 0;
        while (true)
        {
            for (int n = ready.Count; n > 0; n--)
            {
                int node = ready.Dequeue();
                if (!disposed.Contains(node)) Visit(node);
            }
            if (ready.Count == 0)
            {
                if (waiting.Count == 0) return told;
                now = Math.Max(now, waiting.Min(one => one.Due));
            }
            foreach (var one in waiting.Where(one => one.Due <= now).Order().ToList())
            {
                waiting.Remove(one);
                ready.Enqueue(one.Node);
            }
        }

        void Visit(int node)
        {
            told.Add(string.Create(CultureInfo.InvariantCulture, $"{node}@{now}"));
            if (node > LastNode) return;
            foreach (var (kind, child, ms) in ActionsOf(seed, node))
            {
                if (kind == "post") ready.Enqueue(child);
                else if (kind != "dispose")
                {
                    waiting.Add((now + ms, made++, child));
                    if (kind == "timer") timers.Add(child);
                }
                else if (timers.Count != 0)
                {
                    disposed.Add(timers.Min());
                    waiting.RemoveAll(one => one.Node == timers.Min());
                    timers.Remove(timers.Min());
                }
            }
        }
    }
}
