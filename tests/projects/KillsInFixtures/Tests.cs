using Rondo;

namespace Killing;

public sealed record SetupBomb(int Number);
public sealed record TeardownBomb(int Number);

public static class Fixtures
{
    [Fixture] public static SetupBomb SetupBomb()
    {
        Environment.Exit(41);
        return new SetupBomb(1);
    }

    [Fixture] public static async Task TeardownBomb(Use<TeardownBomb> use)
    {
        await use(new TeardownBomb(1));
        Environment.Exit(42);
    }
}

public class Tests
{
    [Test] public void Dies_in_setup(SetupBomb bomb) => Journal.Add("ran with " + bomb);
    [Test] public void Dies_in_teardown(TeardownBomb bomb) => Journal.Add("ran with " + bomb);
    [Test, Case(1), Case(2), Case(3), Case(4)] public void Healthy(int number) => Journal.Add("healthy " + number);
}
