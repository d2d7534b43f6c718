using Rondo;

public sealed record Cup(int Size);

public static class Fixtures
{
    [Fixture] public static async Task Never(Use<Cup> use) => await Task.Yield();

    [Fixture] public static async Task Twice(Use<string> use)
    {
        await use("one");
        await use("two");
    }
}

public class Kitchen
{
    [Test] public void Has_a_cup(Cup cup) => Expect.Equal(1, cup.Size);
    [Test] public void Has_a_name(string name) => Expect.Equal("one", name);
}
