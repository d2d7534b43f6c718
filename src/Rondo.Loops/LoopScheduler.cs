namespace Rondo.Loops;

/// <summary>Tasks as work of one lane. Never current for code that was not started with it: a Task per work item would also change <see cref="TaskScheduler.Current"/> for everybody.</summary>
sealed class LoopScheduler(LoopLane lane) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task) => lane.Post(static state => { var (me, task) = ((LoopScheduler, Task))state!; me.TryExecuteTask(task); }, (this, task));

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(SynchronizationContext.Current, lane) && lane.Host.IsHere && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
