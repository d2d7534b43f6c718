using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Rondo.Loops.Tests;

[TestClass]
public sealed class DeadlockVerdictTests
{
    static readonly OutsideSnapshot s_still = new(PendingItems: 0, BusyWorkers: 1, CompletedItems: 100, ArmedTimers: 3);

    [TestMethod]
    public void Own_work_behind_the_block_while_everything_stands_still_is_a_deadlock_after_the_quiet_time()
    {
        Assert.AreEqual("Deadlock at 300", Judge((_, queued) => (queued, s_still)));
    }

    [TestMethod]
    public void Each_sign_of_life_outside_keeps_it_from_being_proved()
    {
        Assert.AreEqual("Warn at 1000, Stalled at 3000", Judge((_, queued) => (queued, s_still with { PendingItems = 1 })));
        Assert.AreEqual("Warn at 1000, Stalled at 3000", Judge((_, queued) => (queued, s_still with { BusyWorkers = 2 })));
        Assert.AreEqual("Warn at 1000, Stalled at 3000", Judge((_, queued) => (queued, s_still with { ArmedTimers = 4 })));
        Assert.AreEqual("Warn at 1000, Stalled at 3000", Judge((ms, queued) => (queued, s_still with { CompletedItems = ms })));
        Assert.AreEqual("Warn at 1000, Stalled at 3000", Judge((_, _) => (0, s_still)));
    }

    [TestMethod]
    public void A_sign_of_life_starts_the_quiet_time_again()
    {
        Assert.AreEqual("Deadlock at 500", Judge((ms, queued) => (queued, s_still with { CompletedItems = ms < 250 ? 100 : 101 })));
        Assert.AreEqual("Deadlock at 600", Judge((ms, queued) => (ms < 400 ? 0 : queued, s_still)));
    }

    [TestMethod]
    public void Fewer_timers_and_workers_than_at_the_start_prove_as_well()
    {
        Assert.AreEqual("Deadlock at 300", Judge((_, queued) => (queued, s_still with { ArmedTimers = 0, BusyWorkers = 0 })));
    }

    [TestMethod]
    public void A_wait_with_a_time_limit_is_told_of_and_never_broken()
    {
        Assert.AreEqual("Warn at 1000", Judge((_, queued) => (queued, s_still), hasTimeLimit: true));
        Assert.AreEqual("Warn at 1000", Judge((_, _) => (0, s_still), hasTimeLimit: true));
    }

    [TestMethod]
    public void Without_a_stall_limit_an_unproved_wait_is_only_told_of()
    {
        Assert.AreEqual("Warn at 1000", Judge((_, _) => (0, s_still), stallLimit: Timeout.InfiniteTimeSpan));
    }

    /// <summary>Looks every 50 ms, from 50 to 5000.</summary>
    static string Judge(Func<int, int, (int Queued, OutsideSnapshot Outside)> world, bool hasTimeLimit = false, TimeSpan? stallLimit = null)
    {
        var verdict = new DeadlockVerdict(WaitLimits.Default, stallLimit ?? TimeSpan.FromSeconds(3), hasTimeLimit, s_still);
        var told = new List<string>();
        for (int ms = 50; ms <= 5000; ms += 50)
        {
            var (queued, outside) = world(ms, 2);
            var now = verdict.Observe(TimeSpan.FromMilliseconds(ms), queued, outside);
            if (now == WaitVerdict.Wait) continue;
            told.Add($"{now} at {ms}");
            if (now == WaitVerdict.Deadlock) break;
        }
        return string.Join(", ", told);
    }
}
