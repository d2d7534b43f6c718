using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Rondo.Acceptance.Running;

/// <summary>Speaks the platform's JSON-RPC protocol as an IDE does: the test program connects back to us, messages are framed by Content-Length.</summary>
internal sealed class IdeClient : IAsyncDisposable
{
    private readonly TcpClient _connection;
    private readonly NetworkStream _stream;
    private readonly List<JsonObject> _notifications = [];
    private readonly List<byte> _buffer = [];
    private int _requests;

    private IdeClient(UserRun run, TcpClient connection) => (Run, _connection, _stream) = (run, connection, connection.GetStream());

    public UserRun Run { get; }

    public static async Task<IdeClient> StartAsync(string project, CancellationToken stop, params string[] arguments)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var run = await UserRun.StartAsync(project, ["--server", "--client-host", "localhost", "--client-port", port, "--no-banner", .. arguments], history: null);
        var client = new IdeClient(run, await listener.AcceptTcpClientAsync(stop));
        await client.CallAsync("initialize", new JsonObject
        {
            ["processId"] = Environment.ProcessId,
            ["clientInfo"] = new JsonObject { ["name"] = "acceptance", ["version"] = "1.0.0" },
            ["capabilities"] = new JsonObject { ["testing"] = new JsonObject { ["debuggerProvider"] = false, ["attachmentsSupport"] = true } },
        }, stop);
        return client;
    }

    /// <summary>All nodes of a discovery or run, the last state of each.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> NodesAsync(string method, IEnumerable<JsonObject>? tests, CancellationToken stop)
    {
        var id = Guid.NewGuid().ToString();
        var parameters = new JsonObject { ["runId"] = id };
        if (tests is not null) parameters["tests"] = new JsonArray([.. tests.Select(t => t.DeepClone())]);
        _notifications.Clear();
        await CallAsync(method, parameters, stop);
        var nodes = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var notification in _notifications.Where(n => (string?)n["method"] == "testing/testUpdates/tests" && (string?)n["params"]!["runId"] == id))
        {
            if (notification["params"]!["changes"] is not JsonArray changes) continue;
            foreach (var change in changes)
            {
                var node = change!["node"]!.AsObject();
                if (node["execution-state"] is not null) nodes[(string)node["uid"]!] = node;
            }
        }

        return nodes;
    }

    public async Task ExitAsync(CancellationToken stop) => await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "exit", ["params"] = new JsonObject() }, stop);

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await Run.DisposeAsync();
    }

    private async Task<JsonNode?> CallAsync(string method, JsonObject parameters, CancellationToken stop)
    {
        var id = ++_requests;
        await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters }, stop);
        while (true)
        {
            var message = await ReceiveAsync(stop);
            if (message["method"] is not null) _notifications.Add(message);
            else if ((int?)message["id"] == id) return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : message["result"];
        }
    }

    private async Task SendAsync(JsonObject message, CancellationToken stop)
    {
        var body = Encoding.UTF8.GetBytes(message.ToJsonString());
        await _stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\nContent-Type: application/testingplatform\r\n\r\n"), .. body], stop);
    }

    private async Task<JsonObject> ReceiveAsync(CancellationToken stop)
    {
        var length = 0;
        while (true)
        {
            var end = _buffer.IndexOf((byte)'\n');
            if (end < 0)
            {
                await FillAsync(stop);
                continue;
            }

            var line = Encoding.ASCII.GetString([.. _buffer[..end]]).TrimEnd('\r');
            _buffer.RemoveRange(0, end + 1);
            if (line.Length == 0) break;
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(line.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
        }

        while (_buffer.Count < length) await FillAsync(stop);
        var body = _buffer[..length].ToArray();
        _buffer.RemoveRange(0, length);
        return JsonNode.Parse(body)!.AsObject();
    }

    private async Task FillAsync(CancellationToken stop)
    {
        var block = new byte[32 * 1024];
        var read = await _stream.ReadAsync(block, stop);
        if (read == 0) throw new EndOfStreamException($"The test program closed the connection.\n{Run.Describe()}");
        _buffer.AddRange(block.AsSpan(0, read));
    }
}
