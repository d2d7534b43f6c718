namespace Rondo.Engine.Tests.Startup;

/// <summary>The engine's own builder of async methods keeps the contract of the platform's. These tests are compiled with it, as the engine is.</summary>
[TestClass]
public sealed class AsyncBuilderTests
{
    private static readonly AsyncLocal<string?> s_flows = new();

    [TestMethod]
    public void This_project_is_compiled_with_the_engines_builder()
    {
        var method = ((Func<Task>)NothingAsync).Method.GetCustomAttributes(false).OfType<System.Runtime.CompilerServices.AsyncStateMachineAttribute>().Single();

        var builder = method.StateMachineType.GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance).Single(f => f.Name.Contains("builder")).FieldType;

        Assert.AreEqual("Rondo.Engine", builder.Assembly.GetName().Name);
    }

    [TestMethod]
    public async Task What_a_method_changes_before_its_first_await_stays_inside_it()
    {
        s_flows.Value = "outside";
        var context = SynchronizationContext.Current;

        var task = ChangeEverythingAsync();

        Assert.AreEqual("outside", s_flows.Value);
        Assert.AreSame(context, SynchronizationContext.Current);
        Assert.AreEqual("inside", await task);
        Assert.AreEqual("outside", s_flows.Value);
    }

    [TestMethod]
    public async Task A_value_of_the_context_is_there_after_each_await()
    {
        s_flows.Value = "mine";

        await Task.Yield();
        Assert.AreEqual("mine", s_flows.Value);
        s_flows.Value = "changed";
        await Task.Run(() => s_flows.Value = "of the pool");

        Assert.AreEqual("changed", s_flows.Value);
    }

    [TestMethod]
    public async Task Each_of_many_resumptions_gets_the_context_of_its_own_await()
    {
        var seen = new List<string?>();

        for (var i = 0; i < 100; i++)
        {
            s_flows.Value = $"{i}";
            await Task.Yield();
            seen.Add(s_flows.Value);
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(i => $"{i}").ToList(), seen);
    }

    [TestMethod]
    public async Task A_suppressed_flow_is_respected()
    {
        s_flows.Value = "mine";

        Task<string?> task;
        using (ExecutionContext.SuppressFlow()) task = Task.Run(ReadAsync);

        Assert.IsNull(await task);
    }

    [TestMethod]
    public async Task A_cancelled_method_gives_a_cancelled_task_with_its_own_exception()
    {
        var cause = new OperationCanceledException("mine", new CancellationToken(canceled: true));

        foreach (var task in new[] { ThrowAtOnceAsync(cause), ThrowLaterAsync(cause), ThrowLaterWithResultAsync(cause) })
        {
            var caught = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => task);
            Assert.AreSame(cause, caught);
            Assert.IsTrue(task.IsCanceled);
        }
    }

    [TestMethod]
    public async Task A_failed_method_gives_a_failed_task_whose_stack_names_the_method()
    {
        foreach (var start in new Func<Exception, Task>[] { ThrowAtOnceAsync, ThrowLaterAsync, ThrowLaterWithResultAsync })
        {
            var cause = new InvalidOperationException("broken");
            var task = start(cause);
            Assert.AreSame(cause, await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => task));
            Assert.IsTrue(task.IsFaulted);
            Assert.Contains(start.Method.Name, cause.StackTrace!);
        }
    }

    [TestMethod]
    public async Task A_result_arrives_whether_the_method_waited_or_not()
    {
        Assert.AreEqual(5, await FiveAsync(wait: false));
        Assert.AreEqual(5, await FiveAsync(wait: true));
        Assert.IsTrue(FiveAsync(wait: false).IsCompletedSuccessfully);
    }

    [TestMethod]
    public void A_method_resumes_where_its_synchronization_context_says()
    {
        var context = new Queueing();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<SynchronizationContext?> task;
        try
        {
            task = WhereAsync(source.Task);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        source.SetResult();

        context.RunOne();
        Assert.IsTrue(task.IsCompletedSuccessfully);
    }

#pragma warning disable CS1998 // an async method without await is what is tested
    private static async Task NothingAsync()
    {
    }

    private static async Task ThrowAtOnceAsync(Exception cause) => throw cause;
#pragma warning restore CS1998

    private static async Task<string?> ChangeEverythingAsync()
    {
        s_flows.Value = "inside";
        SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
        await Task.Delay(TimeSpan.Zero, TimeProvider.System).ConfigureAwait(false);
        await Task.Yield();
        return s_flows.Value;
    }

    private static async Task<string?> ReadAsync()
    {
        await Task.Yield();
        return s_flows.Value;
    }

    private static async Task ThrowLaterAsync(Exception cause)
    {
        await Task.Yield();
        throw cause;
    }

    private static async Task<int> ThrowLaterWithResultAsync(Exception cause)
    {
        await Task.Yield();
        throw cause;
    }

    private static async Task<int> FiveAsync(bool wait)
    {
        if (wait) await Task.Yield();
        return 5;
    }

    private static async Task<SynchronizationContext?> WhereAsync(Task first)
    {
        await first;
        return SynchronizationContext.Current;
    }

    private sealed class Queueing : SynchronizationContext
    {
        private readonly System.Collections.Concurrent.BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

        public override void Post(SendOrPostCallback d, object? state) => _queue.Add((d, state));

        public void RunOne()
        {
            Assert.IsTrue(_queue.TryTake(out var item, TimeSpan.FromSeconds(30)), "Nothing was posted.");
            item.Callback(item.State);
        }
    }
}
