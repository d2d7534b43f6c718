using Rondo;
using Rondo.Loops;

[Loop(Backend = LoopBackend.ThreadPool)]
public class Pooled
{
    [Test] public async Task Has_no_context()
    {
        Expect.True(SynchronizationContext.Current is null, "no context");
        await Task.Yield();
        Expect.True(SynchronizationContext.Current is null, "no context after an await");
        Expect.True(Thread.CurrentThread.IsThreadPoolThread, "a thread of the pool");
    }

    [Test] public async Task May_block_on_its_own_work()
    {
        await Task.Yield();
        DelayAsync().Wait();
    }

    private static async Task DelayAsync() => await Task.Delay(20);
}
