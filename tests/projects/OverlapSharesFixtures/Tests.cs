using Rondo;

namespace Sharing;

public sealed class Server
{
    public bool IsClosed { get; set; }

    public int Users { get; set; }
}

public sealed record Top(string Of);

public sealed record Left(string Of);

public sealed record Right(string Of);

public sealed record Bottom(string Of);

public static class Fixtures
{
    private static readonly AsyncLocal<string?> s_ofOne = new();
    private static readonly AsyncLocal<string?> s_ofOther = new();

    public static (string? One, string? Other) Ambient => (s_ofOne.Value, s_ofOther.Value);

    [Fixture(FixtureScope.Worker)]
    public static async Task Shared(Use<Server> use)
    {
        var server = new Server();
        await Task.Delay(50);
        Journal.Add("server up");
        await use(server);
        server.IsClosed = true;
        Journal.Add("server down, users " + server.Users);
    }

    // Two that are set up at the same time, by different tests: neither takes what the other put into the context away.
    [Fixture(FixtureScope.Worker)]
    public static async Task One(Use<int> use)
    {
        s_ofOne.Value = "one";
        await Task.Delay(60);
        await use(1);
    }

    [Fixture(FixtureScope.Worker)]
    public static async Task Other(Use<long> use)
    {
        s_ofOther.Value = "other";
        await Task.Delay(30);
        await use(2);
    }

    [Fixture]
    public static Task A_top(Use<Top> use, TestContext context) => Through(context, "top", () => use(new Top(context.Id)));

    [Fixture]
    public static Task B_left(Use<Left> use, Top top, TestContext context) => Through(context, "left", () => use(new Left(top.Of)));

    [Fixture]
    public static Task C_right(Use<Right> use, Top top, TestContext context) => Through(context, "right", () => use(new Right(top.Of)));

    [Fixture]
    public static Task D_bottom(Use<Bottom> use, Left left, Right right, TestContext context)
    {
        Expect.Equal(left.Of, right.Of);
        return Through(context, "bottom", () => use(new Bottom(left.Of)));
    }

    private static async Task Through(TestContext context, string name, Func<Task> use)
    {
        var number = context.Id[^2];
        await Task.Delay(10);
        Journal.Add($"{number} {name} up");
        await use();
        await Task.Delay(10);
        Journal.Add($"{number} {name} down");
    }
}

[Cooperative]
public class Together
{
    [Test, Case(1), Case(2), Case(3)]
    public async Task Use_one_server(int number, Server server)
    {
        server.Users++;
        Expect.True(!server.IsClosed, "open");
        await Task.Delay(40 * number);
        Expect.True(!server.IsClosed, "still open");
    }

    [Test, Case(5), Case(6)]
    public async Task Have_a_diamond_of_fixtures(int number, Bottom bottom, TestContext context)
    {
        Expect.Equal(context.Id, bottom.Of);
        Journal.Add($"{number} body");
        await Task.Delay(30);
        Expect.Equal(context.Id, bottom.Of);
    }

    [Test] public async Task A_one(int one)
    {
        await Task.Delay(10 * one);
        Expect.Equal("one", Fixtures.Ambient.One);
    }

    [Test] public async Task B_other(long other)
    {
        await Task.Delay((int)other * 10);
        Expect.Equal("other", Fixtures.Ambient.Other);
    }
}

[Cooperative(Window = 1)]
public class OneAfterTheOther
{
    [Test, Case(1), Case(2), Case(3)]
    public async Task Get_a_server_that_is_open(int number, Server server)
    {
        server.Users++;
        await Task.Delay(number);
        Expect.True(!server.IsClosed, "open");
    }
}
