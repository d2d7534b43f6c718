using Rondo;

public sealed record Slow(int Number);

public static class Fixtures
{
    [Fixture(TimeoutMs = 400)] public static async Task<Slow> Slow()
    {
        Pool.Starve();
        return new Slow(await Task.Run(() => 1));
    }
}

public class Tests
{
    [Test, Timeout(500)] public async Task Waits_for_the_pool()
    {
        Pool.Starve();
        await Task.Run(() => 1);
    }

    [Test, Timeout(500)] public void Blocks_on_the_pool()
    {
        Pool.Starve();
        _ = Task.Run(() => 1).Result;
    }

    [Test] public void Has_a_fixture_that_waits_for_the_pool(Slow slow) => Journal.Add("ran with " + slow);

    [Test, Case(1), Case(2), Case(3), Case(4)] public async Task Healthy(int number)
    {
        await Task.Run(() => number);
        Journal.Add("healthy " + number);
    }
}

internal static class Pool
{
    public static void Starve()
    {
        for (var i = 0; i < 500; i++) ThreadPool.QueueUserWorkItem(_ => new TaskCompletionSource().Task.Wait());
    }
}
