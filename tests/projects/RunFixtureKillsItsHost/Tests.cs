using Rondo;

namespace KillsHost;

public sealed record Bomb(int Number);

public sealed record Server(string Name);

public static class Fixtures
{
    [Fixture(FixtureScope.Run)]
    public static Bomb Bomb()
    {
        Journal.Add("bomb");
        Console.Error.WriteLine("about to go");
        Environment.Exit(43);
        return new Bomb(1);
    }

    [Fixture(FixtureScope.Run)]
    public static async Task Server(Use<Server> use, WorkerInfo where)
    {
        Journal.Add("server up");
        await use(new Server(where.WorkerId));
        Journal.Add("server down");
    }
}

public class A
{
    [Test, Case(1), Case(2)] public void Needs_the_bomb(int number, Bomb bomb) => Journal.Add($"ran {number} {bomb}");
}

public class B
{
    [Test, Case(1), Case(2)] public void Needs_the_server(int number, Server server) => Journal.Add($"server {number} {server.Name}");
}
