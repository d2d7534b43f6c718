using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

/// <summary>Random programs on one pump, with its own posts, posts of other threads, timers, holds and closes; each rule is checked over what has run. The seed of a program that breaks one is in the message.</summary>
[TestClass]
public sealed class PumpPropertyTests
{
    const int Programs = 120;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void Each_lane_runs_in_the_order_of_posting_all_of_it_exactly_once()
    {
        ForSeeds(seed =>
        {
            var program = new Program(seed);
            program.Run(closesLanes: false);

            foreach (var (lane, ran) in program.Ran)
            {
                Assert.AreEqual(program.Posted[lane].Count, ran.Count, $"seed {seed}, {lane}: all of it");
                // What one thread posts keeps its order; threads among each other have none.
                foreach (int poster in ran.Select(one => one.Poster).Distinct())
                    CollectionAssert.AreEqual(program.Posted[lane].Where(one => one.Poster == poster).ToArray(), ran.Where(one => one.Poster == poster).ToArray(), $"seed {seed}, {lane}, poster {poster}");
            }
        });
    }

    [TestMethod]
    public void Nothing_runs_on_a_lane_after_it_has_closed_and_what_is_left_runs_on_the_pool_and_is_told()
    {
        ForSeeds(seed =>
        {
            var program = new Program(seed);
            program.Run(closesLanes: true);

            Assert.AreEqual(0, program.OnAClosedLane, $"seed {seed}: on a closed lane");
            Assert.AreEqual(program.Posted.Values.Sum(posts => posts.Count), program.Ran.Values.Sum(ran => ran.Count) + program.Late, $"seed {seed}: lost or twice");
            Assert.AreEqual(program.Late, program.Told, $"seed {seed}: told of");
        });
    }

    [TestMethod]
    public void Timers_fire_in_order_of_due_time_and_never_early_or_after_they_were_disposed()
    {
        ForSeeds(seed =>
        {
            var random = new Random(seed);
            using var host = LoopHost.StartThread("timers");
            var loop = EventLoop.Create(new() { Host = host });
            var fired = new List<(int Made, long At)>();
            var disposed = new HashSet<int>();
            // Between which two moments each is due.
            var due = new List<(long Low, long High)>();

            Until.Done(loop.RunAsync(async _ =>
            {
                var timers = new List<ITimer>();
                for (int i = 0; i < 40; i++)
                {
                    int number = i;
                    long ticks = random.Next(0, 12) * TimeSpan.TicksPerMillisecond, low = LoopClock.Real.NowTicks + ticks;
                    timers.Add(loop.Clock.CreateTimer(_ => fired.Add((number, LoopClock.Real.NowTicks)), null, TimeSpan.FromTicks(ticks), Timeout.InfiniteTimeSpan));
                    due.Add((low, LoopClock.Real.NowTicks + ticks));
                    if (random.Next(4) != 0) continue;
                    int victim = random.Next(timers.Count);
                    timers[victim].Dispose();
                    disposed.Add(victim);
                }
                while (fired.Count + disposed.Count < 40) await Task.Delay(TimeSpan.FromMilliseconds(5), loop.Clock);
                await Task.Delay(TimeSpan.FromMilliseconds(15), loop.Clock);
            }));

            Assert.AreEqual(40 - disposed.Count, fired.Count, $"seed {seed}: each once, none that was disposed");
            Assert.IsFalse(fired.Exists(one => disposed.Contains(one.Made)), $"seed {seed}: after it was disposed");
            Assert.IsFalse(fired.Exists(one => one.At < due[one.Made].Low), $"seed {seed}: early");
            for (int i = 1; i < fired.Count; i++)
                Assert.IsLessThanOrEqualTo(due[fired[i].Made].High, due[fired[i - 1].Made].Low, $"seed {seed}: {fired[i - 1].Made} before {fired[i].Made}");
        }, programs: 25);
    }

    void ForSeeds(Action<int> check, int programs = Programs)
    {
        int first = Random.Shared.Next();
        TestContext.WriteLine($"first seed {first}");
        for (int seed = first; seed < first + programs; seed++) check(seed);
    }

    /// <summary>Three lanes of two loops; the pump and two threads post, what they post posts again, and lanes close in the middle of it.</summary>
    sealed class Program(int seed)
    {
        readonly Lock _gate = new();
        int _open;

        internal Dictionary<LoopLane, List<(int Poster, int Number)>> Posted { get; } = [];

        internal Dictionary<LoopLane, List<(int Poster, int Number)>> Ran { get; } = [];

        internal int OnAClosedLane { get; private set; }

        internal int Late { get; private set; }

        internal int Told { get; private set; }

        internal void Run(bool closesLanes)
        {
            using var host = LoopHost.StartThread("program");
            host.LateWork += _ => { lock (_gate) Told++; };
            EventLoop[] loops = [EventLoop.Create(new() { Host = host }), EventLoop.Create(new() { Host = host, BlockingWaits = BlockingWaits.Allow })];
            var lanes = Enumerable.Range(0, 3).Select(i => loops[i % 2].OpenLane($"lane {i}")).ToArray();
            foreach (var lane in lanes) (Posted[lane], Ran[lane]) = ([], []);

            var threads = Enumerable.Range(1, 2).Select(poster =>
            {
                var thread = new Thread(() =>
                {
                    var random = new Random(seed * 31 + poster);
                    for (int i = 0; i < 40; i++) Post(lanes[random.Next(lanes.Length)], poster, i, random.Next(4), lanes);
                });
                thread.Start();
                return thread;
            }).ToArray();
            if (closesLanes)
            {
                var random = new Random(seed);
                for (int i = 0; i < 2; i++)
                {
                    var lane = lanes[random.Next(lanes.Length)];
                    int spin = random.Next(2000);
                    // Also from the pump's own thread, between two callbacks.
                    if (random.Next(2) == 0)
                    {
                        lock (_gate) _open++;
                        lanes[2].Loop.Post(() =>
                        {
                            lane.Close();
                            lock (_gate) _open--;
                        });
                    }
                    else
                    {
                        Thread.SpinWait(spin);
                        lane.Close();
                    }
                }
            }
            foreach (var thread in threads) thread.Join();
            Until.True(() => { lock (_gate) return _open == 0; }, $"all has run (seed {seed})");
            host.Dispose();
            Until.True(() => { lock (_gate) return Told >= Late; }, $"late work is told of (seed {seed})");
        }

        // In the order of the list: appending and posting are one step of the poster, and each poster has its own numbers.
        void Post(LoopLane lane, int poster, int number, int depth, LoopLane[] lanes)
        {
            lock (_gate)
            {
                Posted[lane].Add((poster, number));
                _open++;
            }
            lane.Post(_ =>
            {
                bool here = SynchronizationContext.Current == lane;
                lock (_gate)
                {
                    if (here) Ran[lane].Add((poster, number));
                    else Late++;
                    if (here && lane.IsClosed && lane.Host.IsHere && _closedHere.Contains(lane)) OnAClosedLane++;
                    if (lane.IsClosed) _closedHere.Add(lane);
                }
                // The pump is a poster of its own: what runs on it posts on.
                if (here && depth > 0) Post(lanes[(number + depth) % lanes.Length], 0, Interlocked.Increment(ref _pumpPosts), depth - 1, lanes);
                lock (_gate) _open--;
            }, null);
        }

        // Lanes that were seen closed by a callback that had begun before: the next one there is one too many.
        readonly HashSet<LoopLane> _closedHere = [];
        int _pumpPosts;
    }
}
