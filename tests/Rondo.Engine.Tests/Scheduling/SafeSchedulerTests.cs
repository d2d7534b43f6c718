using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;
using Rondo.Engine.Scheduling;

namespace Rondo.Engine.Tests.Scheduling;

[TestClass]
public sealed class SafeSchedulerContractTests : SchedulerContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) =>
        new SafeScheduler(units, new WorkStealing(units, workers), text => Assert.Fail(text));
}

/// <summary>After a failure the rest is plain: an idle worker may wait, but nothing may be lost.</summary>
public abstract class DegradedContract : SchedulerContract
{
    internal override bool NeverIdle => false;
}

[TestClass]
public sealed class ThrowingSchedulerTests : DegradedContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) =>
        new SafeScheduler(units, new Saboteur(new WorkStealing(units, workers), seed % 41, _ => throw new InvalidOperationException("boom")));
}

[TestClass]
public sealed class ForgetfulSchedulerTests : DegradedContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) =>
        new SafeScheduler(units, new Saboteur(new WorkStealing(units, workers), seed % 41, actions => [.. actions.Where((_, i) => i % 2 == seed % 2)]));
}

[TestClass]
public sealed class DoublingSchedulerTests : DegradedContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) =>
        new SafeScheduler(units, new Saboteur(new WorkStealing(units, workers), seed % 41, actions => [.. actions.SelectMany(a => new[] { a, a })]));
}

[TestClass]
public sealed class HastyReleaseSchedulerTests : DegradedContract
{
    internal override Scheduler Make(IReadOnlyList<WorkUnit> units, int workers, int seed) => new SafeScheduler(units, new Saboteur(
        new WorkStealing(units, workers), seed % 41, actions => [.. actions, new SchedulerAction.Release(new WorkerNumber(seed % workers))]));
}

[TestClass]
public sealed class SafeSchedulerTests
{
    private static readonly WorkerNumber s_first = new(0);

    [TestMethod]
    public void A_failure_is_told_once_with_its_cause()
    {
        var units = Units.Single(3);
        var notes = new List<string>();
        var scheduler = new SafeScheduler(units, new Saboteur(new WorkStealing(units, 1), 0, _ => throw new InvalidOperationException("boom")), notes.Add);

        scheduler.Handle(new SchedulerEvent.WorkerReady(s_first));
        scheduler.Handle(new SchedulerEvent.Started(s_first, new CaseIndex(0)));

        Assert.AreEqual(scheduler.Degraded, Assert.ContainsSingle(notes));
        Assert.Contains("boom", scheduler.Degraded!);
        Assert.Contains("[RND2005]", scheduler.Degraded!);
    }

    [TestMethod]
    public void The_event_that_failed_is_answered_in_plan_order()
    {
        var units = Units.Single(3, i => 10 + i);
        var scheduler = new SafeScheduler(units, new Saboteur(new WorkStealing(units, 1), 0, _ => throw new InvalidOperationException("boom")));

        var actions = scheduler.Handle(new SchedulerEvent.WorkerReady(s_first));

        var assign = Assert.IsInstanceOfType<SchedulerAction.Assign>(Assert.ContainsSingle(actions));
        Assert.AreSequenceEqual([new CaseIndex(0)], assign.Cases);
    }

    [TestMethod]
    public void A_scheduler_that_gives_nothing_is_replaced_before_the_run_stands_still()
    {
        var units = Units.Single(2);
        var scheduler = new SafeScheduler(units, new Saboteur(new WorkStealing(units, 1), 0, _ => []));

        var actions = scheduler.Handle(new SchedulerEvent.WorkerReady(s_first));

        Assert.ContainsSingle(actions.OfType<SchedulerAction.Assign>());
        Assert.Contains("gives no work", scheduler.Degraded!);
    }

    [TestMethod]
    public void What_waits_is_known_even_if_the_scheduler_cannot_say()
    {
        var units = Units.Single(2);

        var scheduler = new SafeScheduler(units, new Saboteur(new WorkStealing(units, 1), 0, a => a) { WaitingThrows = true });

        Assert.AreSequenceEqual([new CaseIndex(0), new CaseIndex(1)], scheduler.Waiting);
    }
}

/// <summary>Behaves for some events, then changes its answers.</summary>
internal sealed class Saboteur(Scheduler inner, int honestEvents, Func<IReadOnlyList<SchedulerAction>, IReadOnlyList<SchedulerAction>> sabotage) : Scheduler
{
    private int _events;

    public bool WaitingThrows { get; init; }

    public override IReadOnlyList<CaseIndex> Waiting => WaitingThrows ? throw new InvalidOperationException("boom") : inner.Waiting;

    public override IReadOnlyList<SchedulerAction> Handle(SchedulerEvent what)
    {
        var actions = inner.Handle(what);
        return _events++ < honestEvents ? actions : sabotage(actions);
    }
}
