using Rondo;

namespace Whole;

public enum Kind { Small, Large }

public sealed record Address(string Host, int Port, Kind Kind, Uri? Url, IReadOnlyList<double> Weights, Dictionary<string, byte[]?> Keys)
{
    public TimeSpan? Limit { get; init; }
}

public sealed record Schema(string Name, int Process);

public sealed record Answer(int Number);

public sealed class Client(Address address) : IDisposable
{
    public Address Address => address;
    public void Dispose() => Journal.Add("client down");
}

public static class Fixtures
{
    [Fixture(FixtureScope.Run)]
    public static async Task Server(Use<Address> use, TempDirectory folder, WorkerInfo worker, CancellationToken stop)
    {
        Expect.True(Directory.Exists(folder.Path) && stop.CanBeCanceled, "built-in values");
        Expect.True(worker.WorkerId is "host" or "main", worker.WorkerId);
        Journal.Add("server up");
        await Task.Delay(20, stop);
        await use(new Address("localhost\ud800\0", 4711, Kind.Large, new Uri("http://localhost:4711/ü"), [double.NaN, -0.0], new() { ["a"] = [1, 2], ["b"] = null }) { Limit = TimeSpan.FromTicks(3) });
        Journal.Add("server down");
    }

    // Another fixture of the run: it lives in the same process and is torn down before the one it needs.
    [Fixture(FixtureScope.Run)]
    public static async Task Schema(Use<Schema> use, Address server)
    {
        Journal.Add("schema up on " + server.Port);
        await use(new Schema("orders", Environment.ProcessId));
        Journal.Add("schema down");
    }

    // Returned, not used: the host has it, every worker a copy.
    [Fixture(FixtureScope.Run)]
    public static Answer Answer() => new(42);

    [Fixture(FixtureScope.Run, AutoUse = true)]
    public static async Task<bool> Everywhere()
    {
        await Task.Yield();
        Journal.Add("everywhere up");
        return true;
    }

    [Fixture(FixtureScope.Run)]
    public static Guid Nobody_asks()
    {
        Journal.Add("nobody asked");
        return Guid.NewGuid();
    }

    [Fixture(FixtureScope.Worker)]
    public static Client Client(Address address) => new(address);
}

public class Tests
{
    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6), Case(7), Case(8)]
    public async Task Uses_it(int number, Client client, Address address)
    {
        await Task.Delay(10);
        Expect.Equal("localhost\ud800\0", client.Address.Host);
        Expect.Equal(Kind.Large, address.Kind);
        Expect.Equal(3, address.Limit!.Value.Ticks);
        Expect.True(double.IsNaN(address.Weights[0]) && double.IsNegative(address.Weights[1]), "numbers");
        Expect.Equal(new Uri("http://localhost:4711/ü"), address.Url);
        Expect.True(address.Keys["b"] is null && address.Keys["a"]!.Length == 2, "keys");
        Journal.Add("test " + number);
    }

    [Test, Case(1), Case(2)]
    public void Uses_another(int number, Schema schema, Answer answer)
    {
        Expect.Equal("orders", schema.Name);
        Expect.Equal(42, answer.Number);
        Journal.Add($"in the host: {number} {schema.Process == Environment.ProcessId}");
    }
}
