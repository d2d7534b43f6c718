namespace Shop.Tests.Watching;

[Timeout(5_000)]
public sealed class OrderPushTests(PlacedOrder order)
{
    [Test]
    [Case(Cards.Visa)]
    [Case(Cards.Mastercard)]
    [Case(Cards.Amex)]
    public async Task Each_step_is_pushed_once_and_in_order(string card, OrderWatch watch, CancellationToken stop)
    {
        await order.Client.Pay(order.Id, card, stop);

        var events = await watch.Until(OrderStatus.Paid, stop);

        Check.Sequence([OrderStatus.Placed, OrderStatus.Paying, OrderStatus.Paid], events.Select(e => e.Status));
        Check.Sequence([1, 2, 3], events.Select(e => e.Sequence));
    }

    [Test]
    public async Task A_note_shows_the_end_of_the_card_only(OrderWatch watch, CancellationToken stop)
    {
        await order.Client.Pay(order.Id, Cards.Mastercard, stop);

        var events = await watch.Until(OrderStatus.Paying, stop);

        Check.Contains("4444", events[^1].Note);
        Check.Lacks("5555", events[^1].Note);
        await watch.Until(OrderStatus.Paid, stop);
    }

    [Test]
    public async Task Who_comes_late_is_told_the_whole_story(CancellationToken stop)
    {
        await order.Client.PayAndWait(order.Id, Cards.Visa, stop);

        await using var late = await order.Client.Watch(order.Id, stop);

        Check.Equal(3, (await late.Until(OrderStatus.Paid, stop)).Count);
    }

    [Test]
    public async Task After_shipment_the_shop_says_good_bye(OrderWatch watch, CancellationToken stop)
    {
        await order.Client.PayAndWait(order.Id, Cards.Visa, stop);
        await order.Client.Ship(order.Id, stop);

        await watch.Until(OrderStatus.Shipped, stop);

        Check.Equal(null, await watch.Next(stop));
        Check.Equal("no more events", watch.Goodbye);
    }

    [Test]
    public async Task A_cancelled_order_ends_the_push(OrderWatch watch, CancellationToken stop)
    {
        await order.Client.Cancel(order.Id, stop);

        var events = await watch.Until(OrderStatus.Cancelled, stop);

        Check.Equal("cancelled by the customer", events[^1].Note);
        Check.Equal(null, await watch.Next(stop));
    }

    [Test]
    public Task Events_come_over_a_websocket_only(CancellationToken stop) => Check.Refused(400, "no_websocket", order.Client.Get<OrderEvent>($"/orders/{order.Id}/events", stop));

    [Test]
    public async Task A_watcher_that_leaves_disturbs_nobody(OrderWatch staying, CancellationToken stop)
    {
        var leaving = await order.Client.Watch(order.Id, stop);
        await leaving.Next(stop);
        await leaving.DisposeAsync();

        await order.Client.PayAndWait(order.Id, Cards.Visa, stop);

        Check.Equal(3, (await staying.Until(OrderStatus.Paid, stop)).Count);
    }
}
