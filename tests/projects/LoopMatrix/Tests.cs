using Rondo;
using Rondo.Loops;

[LoopMatrix(LoopBackend.SingleThread, LoopBackend.ThreadPool)]
public sealed class Tests
{
    [Test] public async Task Runs_on_each_backend(EventLoop loop, TestContext context)
    {
        await Task.Yield();
        Expect.Equal(loop.Backend == LoopBackend.ThreadPool, SynchronizationContext.Current is null);
        Expect.True(context.Id.EndsWith("[" + loop.Backend + "]", StringComparison.Ordinal), context.Id);
        Journal.Add(context.Id);
    }

    [Test, Case(1), Case(2, Name = "two")] public async Task Has_cases(int number)
    {
        await Task.Yield();
        Expect.True(number is 1 or 2, "a case");
    }

    [Test, CasesFrom(nameof(Rows))] public async Task Has_rows(string name)
    {
        await Task.Yield();
        Expect.True(name.Length == 1, "a row");
    }

    public static IEnumerable<string> Rows() => ["a", "b"];

    [Test] public async Task Fails_on_one()
    {
        if (SynchronizationContext.Current is null) throw new InvalidOperationException("only with a context");
        await Task.Yield();
    }

    [Test, Loop(Backend = LoopBackend.ThreadPool)] public async Task The_nearest_mark_wins()
    {
        await Task.Yield();
        Expect.True(SynchronizationContext.Current is null, "on the pool");
    }

    [Test] public void A_synchronous_test_runs_once()
    {
    }
}

[VirtualTime]
public sealed class OneOfThemHasVirtualTime
{
    [Test, LoopMatrix(LoopBackend.ThreadPool, LoopBackend.SingleThread)] public async Task Where_it_can(TimeProvider clock, EventLoop loop)
    {
        await Task.Yield();
        Expect.Equal(loop.Backend == LoopBackend.SingleThread, clock.GetUtcNow().Year == 2000);
    }
}
