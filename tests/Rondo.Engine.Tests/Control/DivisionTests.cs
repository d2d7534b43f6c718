using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Control;

[TestClass]
public sealed class DivisionTests
{
    private const int Cases = 200;

    [TestMethod]
    public void In_an_order_that_was_asked_for_short_cases_are_given_ahead()
    {
        var held = MostHeld(new RunRequest { Workers = "1", Seed = 5 }, out var order);

        Assert.IsGreaterThan(3, held);
        CollectionAssert.AreEqual(order.Order().ToList(), order, "in the order of the plan, which the seed has made");
    }

    [TestMethod]
    public void Where_each_case_may_be_the_last_one_at_a_time_is_given()
    {
        Assert.AreEqual(1, MostHeld(new RunRequest { Workers = "1", Seed = 5, MaxFail = 1 }, out _));
        Assert.AreEqual(1, MostHeld(new RunRequest { Workers = "1", Stepwise = true }, out _));
    }

    // A worker that ends its cases in turn, each within a millisecond.
    private static int MostHeld(RunRequest request, out List<int> order)
    {
        var catalog = Simulation.CatalogOf([.. Enumerable.Range(0, Cases).Select(i => $"T{i}")]);
        var division = Division.Of(PlanBuilder.Build(catalog, _ => null), catalog, request, _ => null, new RunEnvironment { Processes = null!, InProcess = null!, Time = TimeProvider.System, CatalogIdentity = "x" });
        var scheduler = division.NewScheduler(1, takeTurns: false);
        var worker = new WorkerNumber(0);
        var held = new Queue<CaseIndex>();
        var most = 0;
        order = [];
        Take(new SchedulerEvent.WorkerReady(worker));
        while (held.TryPeek(out var next))
        {
            order.Add(next.Value);
            Take(new SchedulerEvent.Started(worker, next));
            held.Dequeue();
            Take(new SchedulerEvent.Finished(worker, next, 0.1));
        }

        Assert.HasCount(Cases, order);
        return most;

        void Take(SchedulerEvent what)
        {
            foreach (var assigned in scheduler.Handle(what).OfType<SchedulerAction.Assign>())
            {
                foreach (var index in assigned.Cases) held.Enqueue(index);
            }

            most = Math.Max(most, held.Count);
        }
    }
}
