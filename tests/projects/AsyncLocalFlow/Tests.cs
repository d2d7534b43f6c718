using Rondo;

namespace Flow;

public sealed record Scope(string Name);
public sealed record Mark(int Number);

public static class Fixtures
{
    public static readonly AsyncLocal<string?> Wide = new();
    public static readonly AsyncLocal<string?> Narrow = new();
    public static readonly AsyncLocal<int> Number = new();

    [Fixture(FixtureScope.Worker)]
    public static async Task Scope(Use<Scope> use)
    {
        Wide.Value = "wide";
        await use(new Scope("wide"));
        Journal.Add("wide sees " + Wide.Value + " and " + (Narrow.Value ?? "nothing"));
    }

    [Fixture]
    public static async Task Named(Use<string> use, Scope scope, TestContext context)
    {
        await Task.Yield();
        Expect.Equal(scope.Name, Wide.Value);
        Expect.Equal<string?>(null, Narrow.Value);
        Narrow.Value = context.Id;
        await use(context.Id);
        Expect.Equal(context.Id, Narrow.Value);
    }

    [Fixture] public static Mark Mark()
    {
        Number.Value = 7;
        return new Mark(7);
    }
}

public class Tests
{
    [Test] public async Task First(string named)
    {
        Expect.Equal(named, Fixtures.Narrow.Value);
        Expect.Equal("wide", Fixtures.Wide.Value);
        await Task.Delay(5);
        Expect.Equal(named, Fixtures.Narrow.Value);
        Fixtures.Wide.Value = "changed by a test";
    }

    [Test] public async Task Second(string named)
    {
        Expect.Equal(named, Fixtures.Narrow.Value);
        Expect.Equal("wide", Fixtures.Wide.Value);
        await Task.Yield();
    }

    [Test] public void Third_is_synchronous(string named) => Expect.Equal(named, Fixtures.Narrow.Value);

    [Test] public async Task From_a_synchronous_fixture(Mark mark)
    {
        await Task.Yield();
        Expect.Equal(mark.Number, Fixtures.Number.Value);
    }

    [Test] public void Without_fixtures_nothing_is_seen()
    {
        Expect.Equal<string?>(null, Fixtures.Narrow.Value);
        Expect.Equal(0, Fixtures.Number.Value);
    }
}
