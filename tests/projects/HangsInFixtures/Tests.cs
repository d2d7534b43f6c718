using Rondo;

public sealed record SlowUp(int Number);
public sealed record SlowDown(int Number);

public static class Fixtures
{
    [Fixture(TimeoutMs = 400)] public static async Task<SlowUp> SlowUp(CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        return new SlowUp(1);
    }

    [Fixture(TeardownTimeoutMs = 400)] public static async Task SlowDown(Use<SlowDown> use, CancellationToken stop)
    {
        await use(new SlowDown(1));
        await Task.Delay(Timeout.Infinite, stop);
    }
}

public class Tests
{
    [Test] public void Waits_for_setup(SlowUp slow) => Journal.Add("ran with " + slow);
    [Test] public void Waits_for_teardown(SlowDown slow) => Journal.Add("ran with " + slow);
    [Test, Case(1), Case(2)] public void Healthy(int number) => Journal.Add("healthy " + number);
}
