using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Rondo.Tests;

/// <summary>What an IDE does: starts the program as a server and speaks JSON-RPC with it. One request at a time.</summary>
internal sealed class IdeClient : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;
    private readonly string _folder;
    private int _lastId;

    private IdeClient(Process process, TcpClient client, string folder)
    {
        (_process, _client, _folder) = (process, client, folder);
        _stream = client.GetStream();
    }

    public static async Task<IdeClient> ConnectAsync(string behave)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("rondo-ide-").FullName;
        var start = new ProcessStartInfo(App.Path, ["--server", "--client-host", "localhost", "--client-port", port, "--no-banner"]);
        start.Environment["BEHAVE"] = behave;
        start.Environment["RONDO_HISTORY"] = folder;
        var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(App.Patience);
        var client = await listener.AcceptTcpClientAsync(limit.Token);
        client.NoDelay = true;
        var ide = new IdeClient(process, client, folder);
        await ide.CallAsync("initialize", new JsonObject
        {
            ["processId"] = Environment.ProcessId,
            ["clientInfo"] = new JsonObject { ["name"] = "rondo-tests", ["version"] = "1.0.0" },
            ["capabilities"] = new JsonObject { ["testing"] = new JsonObject { ["debuggerProvider"] = false } },
        });
        return ide;
    }

    public Task<Dictionary<string, JsonObject>> DiscoverAsync() => CallAsync("testing/discoverTests", new JsonObject { ["runId"] = Guid.NewGuid().ToString() });

    public Task<Dictionary<string, JsonObject>> RunAsync(IEnumerable<JsonObject>? tests)
    {
        var parameters = new JsonObject { ["runId"] = Guid.NewGuid().ToString() };
        if (tests is not null) parameters["tests"] = new JsonArray([.. tests.Select(t => t.DeepClone())]);
        return CallAsync("testing/runTests", parameters);
    }

    /// <summary>Asks the server to end and waits for its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(App.Patience);
        await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "exit", ["params"] = new JsonObject() }, limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The last state of each node that arrived before the answer.
    private async Task<Dictionary<string, JsonObject>> CallAsync(string method, JsonObject parameters)
    {
        using var limit = new CancellationTokenSource(App.Patience);
        var id = ++_lastId;
        await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters }, limit.Token);
        var nodes = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        while (true)
        {
            var message = await ReceiveAsync(limit.Token);
            if (message["method"]?.ToString() == "testing/testUpdates/tests" && message["params"]?["changes"] is JsonArray changes)
            {
                foreach (var change in changes)
                {
                    var node = (JsonObject)change!["node"]!;
                    nodes[node["uid"]!.ToString()] = node;
                }
            }
            else if (message["id"] is { } answered && message["method"] is null && answered.GetValue<int>() == id)
            {
                return message["error"] is { } error ? throw new InvalidOperationException(error.ToJsonString()) : nodes;
            }
        }
    }

    private async Task SendAsync(JsonObject message, CancellationToken stop)
    {
        var body = Encoding.UTF8.GetBytes(message.ToJsonString());
        var head = Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\nContent-Type: application/testingplatform\r\n\r\n");
        await _stream.WriteAsync((byte[])[.. head, .. body], stop);
    }

    private async Task<JsonObject> ReceiveAsync(CancellationToken stop)
    {
        var length = 0;
        while (await ReadLineAsync(stop) is { Length: > 0 } line)
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) length = int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture);
        }

        var body = new byte[length];
        await _stream.ReadExactlyAsync(body, stop);
        return (JsonObject)JsonNode.Parse(body)!;
    }

    private async Task<string> ReadLineAsync(CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _stream.ReadExactlyAsync(one, stop);
            if (one[0] == '\n') return line.ToString();
            if (one[0] != '\r') line.Append((char)one[0]);
        }
    }
}
