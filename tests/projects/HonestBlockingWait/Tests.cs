using Rondo;

public class Tests
{
    [Test] public async Task Waits_for_the_pool()
    {
        await Task.Yield();
        Task.Run(() => Thread.Sleep(700)).Wait();
    }

    [Test] public async Task Waits_for_a_signal_with_a_limit()
    {
        using var signal = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            Thread.Sleep(500);
            signal.Set();
        });
        thread.Start();
        await Task.Yield();
        Expect.True(signal.Wait(5000), "the signal came");
        thread.Join();
    }

    [Test] public async Task Sleeps_on_the_loop()
    {
        await Task.Yield();
        Thread.Sleep(1200);
    }

    [Test] public void Blocks_in_a_synchronous_test() => DelayAsync().Wait();

    private static async Task DelayAsync() => await Task.Delay(300);
}
