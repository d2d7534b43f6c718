using Rondo;

namespace Using;

public sealed record Outer(string Test);
public sealed record Inner(Outer Outer);

public static class Fixtures
{
    [Fixture]
    public static async Task Outer(Use<Outer> use, TestContext context)
    {
        var test = context.Id.Split('.')[^1];
        Journal.Add($"{test}: outer up");
        await use(new Outer(test));
        Journal.Add($"{test}: outer down");
    }

    [Fixture]
    public static async Task Inner(Use<Inner> use, Outer outer)
    {
        Journal.Add($"{outer.Test}: inner up");
        await Task.Delay(1);
        await use(new Inner(outer));
        await Task.Delay(1);
        Journal.Add($"{outer.Test}: inner down");
    }
}

public class Tests
{
    [Test] public void Passes(Inner inner) => Journal.Add($"{inner.Outer.Test}: body");

    [Test] public async Task Fails(Inner inner)
    {
        await Task.Yield();
        Journal.Add($"{inner.Outer.Test}: body");
        throw new Exception("teardown runs all the same");
    }

    [Test] public void Uses_nothing() { }
}
