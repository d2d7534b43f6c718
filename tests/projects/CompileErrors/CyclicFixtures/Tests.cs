using Rondo;

public sealed record Hen(int Age);
public sealed record Egg(int Age);

public static class Fixtures
{
    [Fixture] public static Hen Hen(Egg egg) => new(egg.Age);
    [Fixture] public static Egg Egg(Hen hen) => new(hen.Age);
}

public class Farm
{
    [Test] public void Has_a_hen(Hen hen) => Expect.Equal(1, hen.Age);
}
