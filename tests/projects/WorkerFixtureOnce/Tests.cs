using Rondo;

namespace Once;

public sealed record Server(int Process);

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)]
    public static async Task Server(Use<Server> use)
    {
        Journal.Add("server up");
        await use(new Server(Environment.ProcessId));
        Journal.Add("server down");
    }

    [Fixture(FixtureScope.Worker)]
    public static object Never_asked_for()
    {
        Journal.Add("nobody asked");
        return new object();
    }
}

public class Tests
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8)]
    public async Task Uses_it(int number, Server server)
    {
        await Task.Delay(10);
        Expect.Equal(Environment.ProcessId, server.Process);
        Journal.Add("test " + number);
    }
}
