using Rondo;

namespace Teardown;

public sealed record Cup(int Number);
public sealed record Machine(string Name);

public static class Fixtures
{
    [Fixture]
    public static async Task Cup(Use<Cup> use)
    {
        await use(new Cup(1));
        throw new InvalidOperationException("the cup broke while washing");
    }

    [Fixture(FixtureScope.Worker)]
    public static async Task Machine(Use<Machine> use)
    {
        await use(new Machine("espresso"));
        throw new InvalidOperationException("the machine will not turn off");
    }
}

public class Tests
{
    [Test] public void With_a_cup(Cup cup) => Expect.Equal(1, cup.Number);
    [Test] public void With_a_cup_and_a_failure(Cup cup) => throw new Exception("too hot " + cup.Number);
    [Test] public void With_a_machine(Machine machine) => Expect.Equal("espresso", machine.Name);
    [Test] public void Alone() { }
}
