using Rondo.Hosting;

namespace Rondo.Tests;

[TestClass]
public sealed class InterruptsTests
{
    [TestMethod]
    public void Ctrl_C_asks_once_in_order_and_once_for_now_and_then_ends_the_process()
    {
        var said = new List<string>();
        var asked = new List<string>();
        using var run = new InterruptedRun((urgency, by) => said.Add($"{urgency} by {by}"), asked.Add);

        var steps = new[] { run.Escalate("Ctrl-C"), run.Escalate("Ctrl-C"), run.Escalate("Ctrl-C") };

        CollectionAssert.AreEqual(new[] { Urgency.Finish, Urgency.Now, Urgency.AtOnce }, steps);
        CollectionAssert.AreEqual(new[] { "Finish by Ctrl-C", "Now by Ctrl-C" }, said);
        CollectionAssert.AreEqual(new[] { "Ctrl-C", "Ctrl-C" }, asked);
    }

    [TestMethod]
    public void SIGTERM_is_one_step_as_Ctrl_C_is_and_a_second_signal_of_either_kind_is_the_next()
    {
        var asked = new List<string>();
        using var run = new InterruptedRun((_, _) => { }, asked.Add);

        var steps = new[] { run.Escalate("SIGTERM"), run.Escalate("Ctrl-C") };

        CollectionAssert.AreEqual(new[] { Urgency.Finish, Urgency.Now }, steps);
        CollectionAssert.AreEqual(new[] { "SIGTERM", "Ctrl-C" }, asked);
    }

    [TestMethod]
    public void The_host_asking_twice_is_no_step_further()
    {
        var asked = new List<string>();
        using var run = new InterruptedRun((_, _) => { }, asked.Add);

        run.Ask("the platform", Urgency.Finish);
        run.Ask("the platform", Urgency.Finish);
        run.Ask("the platform", Urgency.Now);

        Assert.AreEqual(2, asked.Count);
        Assert.AreEqual(Urgency.Now, run.Urgency);
    }
}
