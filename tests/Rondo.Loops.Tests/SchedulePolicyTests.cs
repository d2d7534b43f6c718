using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class SchedulePolicyTests
{
    [TestMethod]
    public void Fifo_is_the_order_of_becoming_ready_and_has_no_strands()
    {
        var loop = EventLoop.Create(new() { Policy = SchedulePolicy.Fifo });

        Assert.AreEqual("a0 b0 c0 a1 b1 c1 a2 b2 c2", loop.Run(_ => Three(3)));
        Assert.IsNull(loop.Strands);
    }

    [TestMethod]
    public void Three_flows_that_were_started_side_by_side_are_three_strands()
    {
        var loop = EventLoop.Create(new() { Policy = SchedulePolicy.Shuffle(1) });

        loop.Run(_ => Three(5));

        Assert.AreEqual(3, loop.Strands!.Strands);
    }

    [TestMethod]
    public void Staying_runs_one_strand_to_its_end_before_the_next()
    {
        Assert.AreEqual("a0 b0 c0 a1 a2 b1 b2 c1 c2", Under(SchedulePolicy.Replay("s1")));
        Assert.AreEqual("a0 b0 c0 a1 a2 b1 b2 c1 c2", Under(SchedulePolicy.PreemptionBounded(0)));
    }

    [TestMethod]
    public void A_replay_leaves_a_strand_where_it_says()
    {
        // The root has run once as strand 0, which goes on as the first flow; 1 and 2 are the others.
        Assert.AreEqual("a0 b0 c0 c1 c2 a1 a2 b1 b2", Under(SchedulePolicy.Replay("s1.0-1-2")));
    }

    [TestMethod]
    [DataRow("Shuffle")]
    [DataRow("Sticky")]
    [DataRow("Pct")]
    public void The_same_seed_gives_the_same_order_and_another_seed_another(string kind)
    {
        var orders = Enumerable.Range(0, 20).Select(seed => Under(Make(kind, seed), 6)).ToList();
        var again = Enumerable.Range(0, 20).Select(seed => Under(Make(kind, seed), 6)).ToList();

        Assert.AreSequenceEqual(orders, again);
        Assert.IsGreaterThan(4, orders.Distinct().Count());
    }

    [TestMethod]
    public void Bounded_preemptions_give_each_schedule_once_and_then_begin_again()
    {
        var policy = SchedulePolicy.PreemptionBounded(1);

        var orders = new List<string>();
        do orders.Add(Under(policy));
        while (orders.Count < 2 || orders[^1] != orders[0]);

        Assert.HasCount(orders.Count - 1, orders.Distinct());
        Assert.IsGreaterThan(6, orders.Count);
    }

    [TestMethod]
    public void Timers_due_at_the_same_instant_are_chosen_from_by_seed()
    {
        var orders = Enumerable.Range(0, 20).Select(seed =>
        {
            var loop = EventLoop.Create(new() { Clock = LoopClock.Virtual(), Policy = SchedulePolicy.Shuffle(seed) });
            return loop.Run(async _ =>
            {
                string told = "";
                for (int i = 0; i < 4; i++)
                {
                    int number = i;
                    loop.Clock.CreateTimer(_ => told += number, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
                }
                await Task.Delay(TimeSpan.FromMinutes(2), loop.Clock);
                return told;
            });
        }).ToList();

        Assert.IsTrue(orders.TrueForAll(order => string.Concat(order.Order()) == "0123"), string.Join(' ', orders));
        Assert.IsGreaterThan(3, orders.Distinct().Count());
    }

    [TestMethod]
    public void A_policy_orders_its_own_loop_only()
    {
        using var host = LoopHost.StartThread("both");
        var plain = EventLoop.Create(new() { Host = host });
        var shuffled = EventLoop.Create(new() { Host = host, Policy = SchedulePolicy.Shuffle(3) });

        var orders = Enumerable.Range(0, 10).Select(_ =>
        {
            var first = shuffled.RunAsync(_ => Three(5));
            var second = plain.RunAsync(_ => Three(2));
            Until.Done(first);
            return Until.Done(second);
        }).Distinct();

        Assert.AreEqual("a0 b0 c0 a1 b1 c1", Assert.ContainsSingle(orders));
    }

    [TestMethod]
    public void What_a_strand_leaves_behind_belongs_to_the_lane_that_was_opened()
    {
        var loop = EventLoop.Create(new() { Policy = SchedulePolicy.Shuffle(5) });
        var lane = loop.OpenLane("owner");
        loop.Run(async _ =>
        {
            await lane.RunAsync(() => Task.WhenAll(Flow(), Flow(), Flow()));
            await loop.WaitIdleAsync();
        });

        var strays = lane.TakeStrayExceptions();
        var leaks = lane.Close();

        Assert.HasCount(3, strays);
        Assert.HasCount(3, leaks);
        Assert.IsTrue(leaks.All(leak => leak is { Kind: LeakKind.Timer, Owner: "owner" }));

        async Task Flow()
        {
            await Task.Yield();
            await Task.Yield();
            Throw();
            loop.Clock.CreateTimer(_ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        }

#pragma warning disable VSTHRD100, CA1849 // async void is what this is about
        async void Throw()
#pragma warning restore VSTHRD100, CA1849
        {
            await Task.Yield();
            throw new InvalidOperationException("stray");
        }
    }

    [TestMethod]
    public void A_lane_opened_as_a_strand_is_one_from_its_start()
    {
        var loop = EventLoop.Create(new() { Policy = SchedulePolicy.Shuffle(2) });
        var plain = EventLoop.Create();

        var (strand, current) = loop.Run(async _ =>
        {
            var strand = LoopLane.CurrentOrNull!.OpenStrand();
            var current = strand.RunAsync(async () =>
            {
                await Task.Yield();
                return LoopLane.CurrentOrNull;
            });
            await Task.Yield();
            return (strand, await current);
        });
        var same = plain.Run(_ => Task.FromResult(LoopLane.CurrentOrNull!.OpenStrand() == LoopLane.CurrentOrNull));

        Assert.AreSame(strand, current);
        Assert.AreEqual("loop", strand.Owner);
        Assert.IsTrue(same);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("s2")]
    [DataRow("s1.0-3")]
    [DataRow("s1.0-3-1.0-3-2")]
    [DataRow("s1.0--3-1")]
    [DataRow("s1.a-3-1")]
    [DataRow("FIFO")]
    public void A_text_that_is_no_schedule_is_refused(string text)
    {
        var error = Assert.ThrowsExactly<LoopException>(() => SchedulePolicy.Replay(text));

        Assert.AreEqual("RND3073", error.Code);
    }

    [TestMethod]
    [DataRow("s1")]
    [DataRow("s1.x-0-1.0-3-1.12-345-6")]
    [DataRow("fifo")]
    public void A_schedule_survives_its_text(string text) => Assert.AreEqual(text, Schedule.Parse(text).ToString());

    [TestMethod]
    public void Arguments_out_of_range_are_refused_and_names_tell_the_rest()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SchedulePolicy.PreemptionBounded(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SchedulePolicy.PreemptionBounded(9));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SchedulePolicy.Sticky(1, 1.5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SchedulePolicy.Sticky(1, double.NaN));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SchedulePolicy.Pct(1, 0));
        Assert.AreEqual("Sticky(3, 0.7)", SchedulePolicy.Sticky(3, 0.7).ToString());
    }

    static SchedulePolicy Make(string kind, int seed) => kind switch
    {
        "Shuffle" => SchedulePolicy.Shuffle(seed),
        "Sticky" => SchedulePolicy.Sticky(seed, 0.7),
        _ => SchedulePolicy.Pct(seed, 3),
    };

    static string Under(SchedulePolicy policy, int steps = 3)
    {
        var loop = EventLoop.Create(new() { Policy = policy });
        return loop.Run(_ => Three(steps));
    }

    static async Task<string> Three(int steps)
    {
        var told = new List<string>();
        await Task.WhenAll(Flow("a"), Flow("b"), Flow("c"));
        return string.Join(' ', told);

        async Task Flow(string name)
        {
            for (int i = 0; i < steps; i++)
            {
                told.Add($"{name}{i}");
                if (i < steps - 1) await Task.Yield();
            }
        }
    }
}
