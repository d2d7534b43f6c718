using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Scheduling;

/// <summary>Units of a higher priority are given before those of a lower one, whatever they are expected to take.</summary>
[TestClass]
public sealed class PriorityTests
{
    public Microsoft.VisualStudio.TestTools.UnitTesting.TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void A_short_unit_of_high_priority_is_given_before_long_and_unknown_ones()
    {
        var units = new[] { Unit(0, 500, 0), Unit(1, null, 0), Unit(2, 1, 7) };
        var world = new World(units, new WorkStealing(units, 1), _ => 1, new WorldOptions { Workers = 1 }, 1);

        world.Run();

        Assert.AreEqual(2, world.RanOn(0)[0].Value);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void One_worker_runs_everything_in_the_order_of_priorities(bool stealing)
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var units = InPlanOrder(Enumerable.Range(0, random.Next(1, 60)).Select(_ => (Ms: random.Next(3) switch { 0 => (double?)null, 1 => random.Next(0, 10), _ => random.Next(10, 400) }, Priority: random.Next(-2, 3))));
            var world = new World(units, stealing ? new WorkStealing(units, 1) : new Fifo(units, 1), c => units[c.Value].ExpectedMs ?? 5, new WorldOptions { Workers = 1 }, seed);

            world.Run();

            var ran = world.RanOn(0).Select(c => units[c.Value].Priority).ToArray();
            Assert.AreSequenceEqual(ran.OrderDescending().ToArray(), ran, $"seed {seed}, round {round}");
        }
    }

    // Several workers: what has begun goes on, so only what is given can be in order.
    [TestMethod]
    public void Several_workers_are_given_the_highest_that_wait()
    {
        var seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 50; round++)
        {
            var units = InPlanOrder(Enumerable.Range(0, 40).Select(_ => (Ms: random.Next(2) == 0 ? (double?)null : random.Next(0, 50), Priority: random.Next(0, 3))));
            var scheduler = new WorkStealing(units, 3);

            for (var worker = 0; worker < 3; worker++)
            {
                var actions = scheduler.Handle(new SchedulerEvent.WorkerReady(new WorkerNumber(worker)));
                var given = actions.OfType<SchedulerAction.Assign>().SelectMany(a => a.Cases).Select(c => units[c.Value].Priority).ToList();
                if (given.Count == 0) continue;
                var left = scheduler.Waiting.Select(c => units[c.Value].Priority).DefaultIfEmpty(int.MinValue).Max();
                Assert.IsGreaterThanOrEqualTo(left, given.Min(), $"seed {seed}, round {round}, worker {worker}");
            }
        }
    }

    private static List<WorkUnit> InPlanOrder(IEnumerable<(double? Ms, int Priority)> units) => [.. units.OrderByDescending(u => u.Priority).Select((u, i) => Unit(i, u.Ms, u.Priority))];

    private static WorkUnit Unit(int index, double? ms, int priority) => new([new CaseIndex(index)], ms, false) { Affinity = "C" + (index % 3), Priority = priority };
}
