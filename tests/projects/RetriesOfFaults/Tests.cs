using Rondo;

public sealed class Tests(TestContext context)
{
    [Test, Retry(2)] public void Crashes_in_the_second()
    {
        Console.WriteLine($"words of attempt {context.Attempt}");
        Journal.Add($"crashes {context.Attempt}");
        if (context.Attempt == 2) Environment.FailFast("in the second");
        throw new InvalidOperationException("boom in the first");
    }

    [Test, Retry(2), Timeout(300)] public void Hangs_in_the_second()
    {
        Journal.Add($"hangs {context.Attempt}");
        if (context.Attempt == 2) Thread.Sleep(Timeout.Infinite);
        throw new InvalidOperationException("boom in the first");
    }

    // What would run in that process afterwards could not be trusted.
    [Test, Retry(2)] public async Task Deadlocks()
    {
        Journal.Add($"deadlocks {context.Attempt}");
        await Task.Yield();
        LaterAsync().Wait();
    }

    [Test, Retry(2), Cooperative] public async Task Overlaps()
    {
        await Task.Yield();
        if (context.Attempt == 1) throw new InvalidOperationException("boom beside another");
    }

    [Test, Retry(2), Cooperative] public async Task Overlaps_too()
    {
        await Task.Delay(20);
        if (context.Attempt < 3) throw new InvalidOperationException("boom beside another");
    }

    private static async Task LaterAsync() => await Task.Delay(1);
}
