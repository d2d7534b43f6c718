using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class OutsideQuietTests
{
    static readonly QuietLimits s_limits = QuietLimits.Default;
    static readonly OutsideSnapshot s_still = new(PendingItems: 0, BusyWorkers: 0, CompletedItems: 100, ArmedTimers: 3);

    readonly OutsideQuiet _quiet = new(s_limits);
    long _signals;
    bool _held;
    int _alwaysBusy;

    [TestMethod]
    public void Until_something_comes_from_outside_time_moves_at_once()
    {
        _quiet.Begin(At(0), s_still, _signals);

        Assert.AreEqual(TimeSpan.Zero, Look(0, s_still));
        Assert.AreEqual(TimeSpan.Zero, _quiet.QuietBeforeStall);
    }

    [TestMethod]
    public void After_a_post_from_outside_there_is_a_quiet_time_before_each_jump()
    {
        _quiet.Begin(At(0), s_still, _signals);
        _signals++;

        Assert.AreEqual(s_limits.Quiet, Look(10, s_still));
        Assert.AreEqual(TimeSpan.Zero, Look(12, s_still));
        Assert.AreEqual(s_limits.Stall, _quiet.QuietBeforeStall);
    }

    [TestMethod]
    [DataRow(1L, 0, 100L)]
    [DataRow(0L, 1, 100L)]
    [DataRow(0L, 0, 101L)]
    public void Work_on_the_pool_keeps_time_still(long pending, int busy, long completed)
    {
        _quiet.Begin(At(0), s_still, _signals);

        Assert.IsGreaterThan(TimeSpan.Zero, Look(1, new(pending, busy, completed, 3)));
        Assert.IsTrue(_quiet.SawWork);
        Assert.AreEqual(s_limits.StirredPool, _quiet.QuietBeforeStall);
    }

    [TestMethod]
    public void What_lasts_is_looked_at_less_often_but_at_least_every_ten_milliseconds()
    {
        _quiet.Begin(At(0), s_still, _signals);
        var busy = s_still with { BusyWorkers = 1 };

        Assert.AreEqual(s_limits.Look, Look(1, busy));
        Assert.AreEqual(At(10), Look(5000, busy));
    }

    [TestMethod]
    public void A_hold_keeps_time_still_and_is_remembered()
    {
        _quiet.Begin(At(0), s_still, _signals);
        _held = true;
        Assert.IsGreaterThan(TimeSpan.Zero, Look(1, s_still));

        _held = false;

        Assert.IsGreaterThan(TimeSpan.Zero, Look(2, s_still));
        Assert.AreEqual(s_limits.Stall, _quiet.QuietBeforeStall);
    }

    [TestMethod]
    public void A_system_timer_that_was_not_there_at_the_beginning_is_something_outside()
    {
        _quiet.Begin(At(0), s_still, _signals);

        Look(1, s_still with { ArmedTimers = 4 });

        Assert.IsTrue(_quiet.MoreTimersThanAtStart);
        Assert.AreEqual(s_limits.Stall, _quiet.QuietBeforeStall);
    }

    [TestMethod]
    public void A_worker_that_is_always_busy_is_believed_only_after_a_while_and_one_by_chance_never()
    {
        var reader = s_still with { BusyWorkers = 1 };
        _quiet.Begin(At(0), reader, _signals);

        Assert.AreEqual(s_limits.Look, Look(1, reader));
        Assert.IsNull(_quiet.UsualWorkers);
        Assert.AreEqual(TimeSpan.Zero, Look(50, reader));
        Assert.AreEqual(1, _quiet.UsualWorkers);
        Assert.AreEqual(TimeSpan.Zero, Look(51, reader));

        Assert.AreEqual(TimeSpan.Zero, Look(52, s_still));
        Assert.IsGreaterThan(TimeSpan.Zero, Look(53, reader));
    }

    [TestMethod]
    public void A_worker_that_computes_is_not_taken_for_one_that_is_always_busy()
    {
        var worker = s_still with { BusyWorkers = 1 };
        _quiet.Begin(At(0), worker, _signals);
        Assert.IsTrue(_quiet.IsInDoubt(worker, _alwaysBusy));

        for (int ms = 1; ms < 500; ms++) Assert.IsGreaterThan(TimeSpan.Zero, _quiet.Observe(At(ms), worker, _alwaysBusy, _signals, _held, workerRuns: true));

        Assert.IsNull(_quiet.UsualWorkers);
        Assert.IsGreaterThan(TimeSpan.Zero, Look(500, worker));
        Assert.AreEqual(TimeSpan.Zero, Look(549, worker));
        Assert.IsFalse(_quiet.IsInDoubt(worker, _alwaysBusy));
    }

    [TestMethod]
    public void A_worker_that_computes_for_ever_is_waited_for_a_second_only()
    {
        var worker = s_still with { BusyWorkers = 1 };
        _quiet.Begin(At(0), worker, _signals);

        for (int ms = 1; ms < 1000; ms++) Assert.IsGreaterThan(TimeSpan.Zero, _quiet.Observe(At(ms), worker, _alwaysBusy, _signals, _held, workerRuns: true));

        Assert.AreEqual(TimeSpan.Zero, _quiet.Observe(At(1049), worker, _alwaysBusy, _signals, _held, workerRuns: true));
    }

    [TestMethod]
    public void A_worker_that_others_found_to_be_always_busy_is_believed_at_once()
    {
        _alwaysBusy = 1;
        _quiet.Begin(At(0), s_still with { BusyWorkers = 1 }, _signals);

        Assert.AreEqual(TimeSpan.Zero, Look(1, s_still with { BusyWorkers = 1 }));
    }

    static TimeSpan At(int ms) => TimeSpan.FromMilliseconds(ms);

    TimeSpan Look(int ms, OutsideSnapshot outside) => _quiet.Observe(At(ms), outside, _alwaysBusy, _signals, _held);
}
