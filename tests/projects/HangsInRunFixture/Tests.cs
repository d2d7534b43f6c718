using Rondo;

namespace HangsInRun;

public sealed record Stuck(int Number);

public sealed record Late(int Number);

public static class Fixtures
{
    // Holds its thread for good: only the end of its process stops it.
    [Fixture(FixtureScope.Run, TimeoutMs = 300)]
    public static Stuck Stuck()
    {
        Thread.Sleep(Timeout.Infinite);
        return new Stuck(1);
    }

    [Fixture(FixtureScope.Run, TeardownTimeoutMs = 300)]
    public static async Task Late(Use<Late> use)
    {
        Journal.Add("late up");
        await use(new Late(1));
        Journal.Add("late begins to end");
        Thread.Sleep(Timeout.Infinite);
    }
}

public class A
{
    [Test, Case(1), Case(2)] public void Waits(int number, Stuck stuck) => Journal.Add($"ran {number} {stuck}");
}

public class B
{
    [Test] public void Passes(Late late) => Journal.Add("passed " + late.Number);
    [Test] public void Needs_nothing() => Journal.Add("needs nothing");
}
