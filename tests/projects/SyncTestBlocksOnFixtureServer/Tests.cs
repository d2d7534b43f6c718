using System.Net;
using System.Net.Sockets;
using Rondo;

public sealed record Server(int Port);

public static class Fixtures
{
    [Fixture(FixtureScope.Worker)]
    public static async Task Server(Use<Server> use)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, stop.Token);
        await use(new Server(((IPEndPoint)listener.LocalEndpoint).Port));
        await stop.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop);
                await Task.Yield();
                await client.GetStream().WriteAsync("hello"u8.ToArray(), stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}

public class Tests
{
    [Test, Case(1), Case(2), Case(3)] public void Reads_from_the_server(int number, Server server)
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, server.Port);
        using var reader = new StreamReader(client.GetStream());
        Expect.Equal("hello", reader.ReadToEnd());
        Expect.True(number > 0, "number");
    }
}
