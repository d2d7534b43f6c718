using System.Net;
using System.Net.Sockets;
using Rondo;

namespace Ports;

public class Tests
{
    [Fixture(FixtureScope.Worker)] public static TcpListener Server(FreePort port, WorkerInfo worker)
    {
        Journal.Add($"port {port} of worker {worker.WorkerId}");
        var listener = new TcpListener(IPAddress.Loopback, port.Number);
        listener.Start();
        return listener;
    }

    [Test, Case(1), Case(2), Case(3), Case(4), Case(5), Case(6)] public async Task Each_parameter_gets_another(int number, FreePort one, FreePort other, TcpListener server)
    {
        Journal.Add($"port {one.Number} of case {number}");
        Journal.Add($"port {other.Number} of case {number}");
        using var tcp = new TcpListener(IPAddress.Any, one.Number);
        tcp.Start();
        using var udp = new UdpClient(other.Number);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)server.LocalEndpoint).Port);
    }
}
