using Rondo;

public static class Fixtures
{
    [Fixture(FixtureScope.Class)]
    public static async Task Thing(Use<Thing> use)
    {
        Journal.Add("thing");
        await use(new Thing());
    }
}

public sealed class Thing;

public sealed class Tests
{
    private static int s_runs;

    // What a process keeps shows only when this runs there again and again.
    [Test] public async Task Fails_in_its_seventh_run(TestContext context)
    {
        await Task.Yield();
        Journal.Add("ran " + context.Id);
        if (++s_runs == 7) throw new Exception("the seventh run in this process");
    }

    [Test] public async Task Stands(TestContext context)
    {
        await Task.Delay(5);
        Journal.Add("ran " + context.Id);
    }

    [Test, Skip("not today")] public void Is_skipped() { }
}

public sealed class Sharing
{
    [Test] public void One(Thing thing, TestContext context) => Journal.Add("ran " + context.Id);

    [Test] public void Two(Thing thing, TestContext context) => Journal.Add("ran " + context.Id);

    [Test, Serial] public void Alone(TestContext context) => Journal.Add("ran " + context.Id);
}
