using System.Net.WebSockets;
using System.Text.Json;

namespace Shop.Tests;

/// <summary>The client's end of an order's push.</summary>
public sealed class OrderWatch(WebSocket socket) : IAsyncDisposable
{
    /// <summary>What the shop said when it closed; null before.</summary>
    public string? Goodbye => socket.CloseStatusDescription;

    /// <summary>The next event; null when the shop has ended the push.</summary>
    public async Task<OrderEvent?> Next(CancellationToken stop)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
            if (part.MessageType is WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return JsonSerializer.Deserialize<OrderEvent>(buffer.AsSpan(0, length), ShopServer.Json);
        }
    }

    /// <summary>All events up to the first with this status.</summary>
    /// <exception cref="InvalidOperationException">The push ended before.</exception>
    public async Task<IReadOnlyList<OrderEvent>> Until(OrderStatus status, CancellationToken stop)
    {
        var events = new List<OrderEvent>();
        while (events.Count == 0 || events[^1].Status != status)
        {
            events.Add(await Next(stop) ?? throw new InvalidOperationException($"The push ended before {status}, after: {string.Join(", ", events.Select(e => e.Status))}."));
        }

        return events;
    }

    /// <summary>Says good-bye, if there is still somebody to hear it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The other side was quicker.
        }

        socket.Dispose();
    }
}
