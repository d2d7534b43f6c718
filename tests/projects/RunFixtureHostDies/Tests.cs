using Rondo;

namespace HostDies;

public sealed record Server(int Process, int Number);

public sealed record Broken(int Number);

public sealed record Mirror(string Text);

public static class Fixtures
{
    [Fixture(FixtureScope.Run)]
    public static async Task Server(Use<Server> use)
    {
        var number = Directory.GetFiles(Journal.Folder, "up-*").Length + 1;
        File.WriteAllText(Path.Combine(Journal.Folder, "up-" + number), "");
        Journal.Add("server up " + number);
        Console.Error.WriteLine("server number " + number + " was here");
        await use(new Server(Environment.ProcessId, number));
        Journal.Add("server down " + number);
    }

    [Fixture(FixtureScope.Run)]
    public static Task<Broken> Broken() => throw new FormatException("no such format");

    [Fixture(FixtureScope.Worker)]
    public static Mirror Mirror(Server server) => new("of " + server.Number);
}

public class A_Kills
{
    // The host dies while this one runs; what a worker made of its value is never seen by a later test.
    [Test]
    public async Task Is_running_with_it(Server server, Mirror mirror, CancellationToken stop)
    {
        Expect.Equal("of 1", mirror.Text);
        using var host = System.Diagnostics.Process.GetProcessById(server.Process);
        host.Kill();
        await Task.Delay(TimeSpan.FromSeconds(20), stop);
    }
}

public class B_Later
{
    [Test, Case(1), Case(2)]
    public void Gets_a_new_one(int number, Server server, Mirror mirror)
    {
        Expect.Equal("of " + server.Number, mirror.Text);
        Journal.Add($"later {number} with {server.Number}");
    }
}

public class C_Others
{
    [Test, Case(1), Case(2)]
    public void Fails_with_the_original_error(int number, Broken broken) => Journal.Add("ran " + number + broken);
}
