using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Shop;

/// <summary>Where an order stands.</summary>
public enum OrderStatus
{
    /// <summary>Goods are kept, nothing is paid.</summary>
    Placed,

    /// <summary>The bank is thinking.</summary>
    Paying,

    /// <summary>Paid; the receipt is written.</summary>
    Paid,

    /// <summary>Not paid; another try is possible.</summary>
    Declined,

    /// <summary>Final.</summary>
    Shipped,

    /// <summary>Final.</summary>
    Cancelled,
}

/// <summary>Asks to make an order of a cart.</summary>
public sealed record NewOrder(string CartId);

/// <summary>An order as clients see it.</summary>
public sealed record OrderView(string Id, string Customer, OrderStatus Status, IReadOnlyList<CartLine> Lines, Totals Totals);

/// <summary>One step in the life of an order, as watchers get it.</summary>
/// <param name="Sequence">Counts from 1 without a gap.</param>
/// <param name="At">By the shop's clock.</param>
public sealed record OrderEvent(string OrderId, int Sequence, OrderStatus Status, string Note, DateTimeOffset At);

internal sealed class Orders(Carts carts, StockRoom stock, ShopOptions options)
{
    private readonly ConcurrentDictionary<string, Order> _orders = new(StringComparer.Ordinal);

    public Order Place(string cartId, string customer)
    {
        if (Environment.GetEnvironmentVariable("SHOP_MAINTENANCE") is { Length: > 0 } why) throw new RefusedException(503, "maintenance", $"No orders at present: {why}.");
        var cart = carts.Show(cartId);
        if (cart.Lines.Count == 0) throw RefusedException.BadRequest("empty_cart", "An empty cart cannot be ordered.");
        var holdId = stock.Keep(cart.Lines, options.ReservationLifetime);
        carts.Close(cartId);
        var order = new Order(Guid.NewGuid().ToString("N"), customer, cart.Lines, cart.Totals, holdId, options.Clock);
        _orders[order.Id] = order;
        return order;
    }

    /// <summary>Nobody learns from the answer whether somebody else has such an order.</summary>
    public Order Find(string id, string customer) =>
        _orders.TryGetValue(id, out var order) && order.Customer == customer ? order : throw RefusedException.NotFound("order", id);

    public IReadOnlyList<OrderView> Of(string customer) => [.. _orders.Values.Where(o => o.Customer == customer).Select(o => o.View()).OrderBy(o => o.Id, StringComparer.Ordinal)];

    public OrderView Cancel(Order order)
    {
        order.MoveTo(OrderStatus.Cancelled, "cancelled by the customer");
        stock.Release(order.HoldId);
        return order.View();
    }
}

internal sealed class Order
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<CartLine> _lines;
    private readonly TimeProvider _clock;

    // Invariant: the last one's status is the order's, and every watcher got or will get each of them once, in order.
    private readonly List<OrderEvent> _events = [];
    private readonly List<ChannelWriter<OrderEvent>> _watchers = [];

    public Order(string id, string customer, IReadOnlyList<CartLine> lines, Totals totals, string holdId, TimeProvider clock)
    {
        (Id, Customer, _lines, Totals, HoldId, _clock) = (id, customer, lines, totals, holdId, clock);
        _events.Add(new(id, 1, OrderStatus.Placed, "goods are reserved", clock.GetUtcNow()));
    }

    public string Id { get; }

    public string Customer { get; }

    public Totals Totals { get; }

    public string HoldId { get; }

    public OrderView View()
    {
        lock (_gate) return new(Id, Customer, _events[^1].Status, _lines, Totals);
    }

    public void MoveTo(OrderStatus next, string note)
    {
        lock (_gate)
        {
            var now = _events[^1].Status;
            var allowed = (now, next) is (OrderStatus.Placed or OrderStatus.Declined, OrderStatus.Paying or OrderStatus.Cancelled)
                or (OrderStatus.Paying, OrderStatus.Paid or OrderStatus.Declined) or (OrderStatus.Paid, OrderStatus.Shipped);
            if (!allowed) throw RefusedException.Conflict("wrong_status", $"The order is {now} and cannot become {next}.");
            var step = new OrderEvent(Id, _events.Count + 1, next, note, _clock.GetUtcNow());
            _events.Add(step);
            foreach (var watcher in _watchers) watcher.TryWrite(step);
            if (next is OrderStatus.Shipped or OrderStatus.Cancelled) _watchers.ForEach(w => w.TryComplete());
        }
    }

    /// <summary>All steps so far and all to come; ends with the order's final status or when <paramref name="stop"/> says so.</summary>
    public async IAsyncEnumerable<OrderEvent> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var channel = Channel.CreateUnbounded<OrderEvent>();
        lock (_gate)
        {
            _events.ForEach(e => channel.Writer.TryWrite(e));
            if (_events[^1].Status is OrderStatus.Shipped or OrderStatus.Cancelled) channel.Writer.Complete();
            else _watchers.Add(channel.Writer);
        }

        try
        {
            await foreach (var step in channel.Reader.ReadAllAsync(stop)) yield return step;
        }
        finally
        {
            lock (_gate) _watchers.Remove(channel.Writer);
        }
    }
}
