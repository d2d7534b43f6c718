using Rondo;

public sealed record Cup(int Size);
public sealed record Machine(Cup Cup);

public static class Fixtures
{
    [Fixture] public static Cup Cup() => new(1);
    [Fixture(FixtureScope.Worker)] public static Machine Machine(Cup cup) => new(cup);
    [Fixture(FixtureScope.Worker)] public static string Name(TestContext context) => context.Id;
}

public class Kitchen
{
    [Test] public void Makes_coffee(Machine machine) => Expect.Equal(1, machine.Cup.Size);
}
