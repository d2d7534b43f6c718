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

        var steps = new[] { run.Escalate("Ctrl-C", Urgency.Finish), run.Escalate("Ctrl-C", Urgency.Finish), run.Escalate("Ctrl-C", Urgency.Finish) };

        CollectionAssert.AreEqual(new[] { Urgency.Finish, Urgency.Now, Urgency.AtOnce }, steps);
        CollectionAssert.AreEqual(new[] { "Finish by Ctrl-C", "Now by Ctrl-C" }, said);
        CollectionAssert.AreEqual(new[] { "Ctrl-C", "Ctrl-C" }, asked);
    }

    [TestMethod]
    public void SIGTERM_asks_for_both_steps_at_once()
    {
        var asked = new List<string>();
        using var run = new InterruptedRun((_, _) => { }, asked.Add);

        var step = run.Escalate("SIGTERM", Urgency.Now);

        Assert.AreEqual(Urgency.Now, step);
        CollectionAssert.AreEqual(new[] { "SIGTERM", "SIGTERM" }, asked);
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
