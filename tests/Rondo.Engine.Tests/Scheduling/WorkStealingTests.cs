using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Scheduling;

[TestClass]
public sealed class WorkStealingTests
{
    private static readonly WorkerNumber s_first = new(0);
    private static readonly WorkerNumber s_second = new(1);
    private static readonly WorkerNumber s_third = new(2);

    [TestMethod]
    public void Two_cases_go_to_two_workers_one_each()
    {
        var scheduler = new WorkStealing(Units.Single(2, _ => null), 2);

        var given = Given(scheduler, Ready(s_first), Ready(s_second));

        Assert.AreEqual("w0:0 w1:1", given);
        Assert.IsEmpty(scheduler.Waiting);
    }

    [TestMethod]
    public void A_worker_without_work_is_released_only_when_all_work_has_begun()
    {
        var scheduler = new WorkStealing(Units.Single(2, _ => null), 3);
        Given(scheduler, Ready(s_first), Ready(s_second));

        var whenReady = scheduler.Handle(Ready(s_third));
        scheduler.Handle(Started(s_first, 0));
        var whenBegun = scheduler.Handle(Started(s_second, 1));

        Assert.IsEmpty(whenReady);
        Assert.AreEqual(new SchedulerAction.Release(s_third), Assert.ContainsSingle(whenBegun));
    }

    [TestMethod]
    public void The_quick_worker_gets_more_and_the_slow_one_none()
    {
        var units = Units.Single(16, _ => 150);
        var world = new World(units, new WorkStealing(units, 2), c => c.Value < 2 ? 10_000 : 1, new WorldOptions(), 1);

        world.Run();

        // The first two cases were one chunk; the second of them was taken back from behind the slow first.
        var slow = Enumerable.Range(0, 2).Single(w => world.RanOn(w).Contains(new CaseIndex(0)));
        Assert.HasCount(1, world.RanOn(slow));
        Assert.HasCount(15, world.RanOn(1 - slow));
    }

    [TestMethod]
    public void Workers_of_equal_speed_run_equal_shares_without_stealing()
    {
        var units = Units.Single(16, _ => 100);
        var world = new World(units, new WorkStealing(units, 2), _ => 100, new WorldOptions(), 1);

        world.Run();

        Assert.HasCount(8, world.RanOn(0));
        Assert.AreEqual(0, world.Recalls);
    }

    [TestMethod]
    public void A_case_never_waits_behind_a_long_one_while_another_worker_is_idle()
    {
        var units = Units.Single(4, _ => 1);
        var world = new World(units, new WorkStealing(units, 2), c => c.Value == 0 ? 4000 : 1, new WorldOptions(), 1);

        world.Run();

        Assert.IsLessThan(4010, world.MakespanMs);
        Assert.HasCount(1, world.RanOn(world.EndedBy[0]));
    }

    [TestMethod]
    public void A_worker_that_joins_late_gets_half_of_what_is_left_from_the_end()
    {
        var scheduler = new WorkStealing(Units.Single(5, _ => 1), 1);
        Given(scheduler, Ready(s_first));
        scheduler.Handle(Started(s_first, 0));

        var recall = Assert.IsInstanceOfType<SchedulerAction.Recall>(Assert.ContainsSingle(scheduler.Handle(Ready(s_second))));
        var actions = scheduler.Handle(new SchedulerEvent.GaveBack(s_first, recall.Cases));

        Assert.AreEqual(s_first, recall.Worker);
        Assert.AreSequenceEqual([new CaseIndex(4), new CaseIndex(3)], recall.Cases);
        Assert.AreEqual("w1:3,4", Text(actions));
    }

    [TestMethod]
    public void A_recall_that_gives_nothing_back_is_not_repeated()
    {
        var scheduler = new WorkStealing(Units.Single(3, _ => 1), 1);
        Given(scheduler, Ready(s_first));
        scheduler.Handle(Started(s_first, 0));
        scheduler.Handle(Ready(s_second));

        var first = scheduler.Handle(new SchedulerEvent.GaveBack(s_first, []));
        var second = scheduler.Handle(new SchedulerEvent.GaveBack(s_first, []));

        Assert.ContainsSingle(first.OfType<SchedulerAction.Recall>().SelectMany(r => r.Cases));
        Assert.IsEmpty(second);
    }

    [TestMethod]
    public void Several_workers_are_asked_at_once_when_several_are_idle()
    {
        var scheduler = new WorkStealing(Units.Single(20, _ => 1), 2);
        Given(scheduler, Ready(s_first), Ready(s_second));
        Assert.IsEmpty(scheduler.Waiting);

        var third = scheduler.Handle(Ready(s_third));
        var fourth = scheduler.Handle(Ready(new WorkerNumber(3)));

        var victims = third.Concat(fourth).OfType<SchedulerAction.Recall>().Select(r => r.Worker).ToArray();
        Assert.HasCount(2, victims);
        Assert.AreNotEqual(victims[0], victims[1]);
    }

    [TestMethod]
    public void A_unit_that_began_before_the_recall_came_returns_to_its_worker()
    {
        WorkUnit[] units = [Unit(0, 1, 1), Unit(1, 3, 3)];
        var scheduler = new WorkStealing(units, 1);
        Given(scheduler, Ready(s_first));
        scheduler.Handle(Started(s_first, 1));
        var recall = Assert.IsInstanceOfType<SchedulerAction.Recall>(Assert.ContainsSingle(scheduler.Handle(Ready(s_second))));
        Assert.AreSequenceEqual([new CaseIndex(0)], recall.Cases);
        Assert.AreEqual("w1:0", Text(scheduler.Handle(new SchedulerEvent.GaveBack(s_first, recall.Cases))));

        // As if a part of the begun unit had been given back all the same.
        var actions = scheduler.Handle(new SchedulerEvent.GaveBack(s_first, [new CaseIndex(2), new CaseIndex(3)]));

        Assert.AreEqual("w0:2,3", Text(actions));
    }

    [TestMethod]
    public void Unknown_durations_come_first_then_the_longest()
    {
        var units = Units.Single(6, i => i switch { 2 => null, 4 => 900, 5 => 50, _ => 100 + i });
        var world = new World(units, new WorkStealing(units, 1), _ => 1, new WorldOptions { Workers = 1 }, 1);

        world.Run();

        Assert.AreEqual("2 4 3 1 0 5", string.Join(" ", world.RanOn(0).Select(c => c.Value)));
    }

    [TestMethod]
    public void The_bigger_class_starts_first()
    {
        WorkUnit[] units = [Unit(0, 10, 100), Unit(10, 20, 200)];
        var scheduler = new WorkStealing(units, 2);

        var given = Given(scheduler, Ready(s_first));

        Assert.StartsWith("w0:10,11,12", given);
        Assert.AreEqual(20, given.Split(',').Length);
    }

    [TestMethod]
    public void Serial_units_run_at_the_end_one_after_another()
    {
        var units = Units.Single(6, _ => 10).Select((u, i) => i < 2 ? u with { Serial = true } : u).ToArray();
        var world = new World(units, new WorkStealing(units, 3), _ => 10, new WorldOptions { Workers = 3 }, 1);

        world.Run();

        Assert.AreEqual(world.EndedBy[0], world.EndedBy[1]);
        Assert.AreSequenceEqual([new CaseIndex(0), new CaseIndex(1)], world.RanOn(world.EndedBy[0]).TakeLast(2));
    }

    [TestMethod]
    public void A_retired_worker_that_still_runs_holds_serial_units_back()
    {
        var units = Units.Single(2, _ => 10).Select((u, i) => u with { Serial = i == 1 }).ToArray();
        var scheduler = new WorkStealing(units, 2);
        Given(scheduler, Ready(s_first));
        scheduler.Handle(Started(s_first, 0));

        var afterRetiring = scheduler.Handle(new SchedulerEvent.WorkerGone(s_first)).Concat(scheduler.Handle(Ready(s_second))).ToArray();
        var afterEnd = scheduler.Handle(new SchedulerEvent.Finished(s_first, new CaseIndex(0), 10));

        Assert.IsEmpty(afterRetiring);
        Assert.AreEqual("w1:1", Text(afterEnd));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "with history")]
    [DataRow(false, DisplayName = "cold")]
    public void Tiny_cases_of_one_class_stay_together(bool history)
    {
        const int classes = 500, perClass = 20;
        var units = Units.Single(classes * perClass, _ => history ? 0.2 : null, i => "C" + (i / perClass));
        var world = new World(units, new WorkStealing(units, 4), _ => 0.2, new WorldOptions { Workers = 4, CheckIdleness = false }, 1);

        world.Run();

        var setups = Enumerable.Range(0, 4).Sum(w => world.RanOn(w).Select(c => c.Value / perClass).Distinct().Count());
        Console.WriteLine($"{setups} pairs of class and worker for {classes} classes, {world.Messages} messages, {world.Recalls} recalls, {world.MakespanMs:0} ms");
        Assert.IsLessThan(classes * 110 / 100, setups);
        Assert.IsLessThan(0.2 * classes * perClass / 4 * 1.05, world.MakespanMs);
    }

    private static WorkUnit Unit(int first, int count, double? ms) => new([.. Enumerable.Range(first, count).Select(i => new CaseIndex(i))], ms, false) { Affinity = "C" + first };

    private static SchedulerEvent.WorkerReady Ready(WorkerNumber worker) => new(worker);

    private static SchedulerEvent.Started Started(WorkerNumber worker, int index) => new(worker, new CaseIndex(index));

    private static string Given(Scheduler scheduler, params SchedulerEvent[] events) => Text(events.SelectMany(scheduler.Handle));

    private static string Text(IEnumerable<SchedulerAction> actions) =>
        string.Join(" ", actions.OfType<SchedulerAction.Assign>().Select(a => $"{a.Worker}:{string.Join(",", a.Cases.Select(c => c.Value))}"));
}
