using Rondo;

namespace WorkerDies;

public sealed record Server(int Process);

public static class Fixtures
{
    [Fixture(FixtureScope.Run)]
    public static async Task Server(Use<Server> use)
    {
        Journal.Add("server up");
        await use(new Server(Environment.ProcessId));
        Journal.Add("server down");
    }
}

public class Tests
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6)]
    public void Uses_it(int number, Server server)
    {
        if (number is 2 or 5) Environment.Exit(7);
        System.Diagnostics.Process.GetProcessById(server.Process).Dispose();
        Journal.Add("test " + number);
    }
}
