namespace Shop.Tests.Paying;

[Timeout(5_000)]
public sealed class DeclinedPaymentTests(PlacedOrder order, OrderWatch watch)
{
    [Test]
    [Case(Cards.Declined, "the card was declined")]
    [Case(Cards.Poor, "there is not enough money")]
    [Case(Cards.AlwaysBusy, "the bank is too busy", Name = "asked twice")]
    public async Task The_customer_learns_why(string card, string why, CancellationToken stop)
    {
        await order.Client.Pay(order.Id, card, stop);

        var events = await watch.Until(OrderStatus.Declined, stop);

        Check.Equal(why, events[^1].Note);
    }

    [Test, Tag("slow")]
    public async Task Another_card_may_be_tried(CancellationToken stop)
    {
        await order.Client.PayAndWait(order.Id, Cards.Declined, stop);

        var paid = await order.Client.PayAndWait(order.Id, Cards.Visa, stop);

        Check.Equal(OrderStatus.Paid, paid.Status);
        Check.Sequence(
            [OrderStatus.Placed, OrderStatus.Paying, OrderStatus.Declined, OrderStatus.Paying, OrderStatus.Paid],
            (await watch.Until(OrderStatus.Paid, stop)).Select(e => e.Status));
    }

    [Test]
    public async Task A_declined_order_keeps_its_goods_until_it_is_cancelled(CancellationToken stop)
    {
        await order.Client.PayAndWait(order.Id, Cards.Declined, stop);

        var cancelled = await order.Client.Cancel(order.Id, stop);

        Check.Equal(OrderStatus.Cancelled, cancelled.Status);
        await Check.Refused(409, "wrong_status", order.Client.Pay(order.Id, Cards.Visa, stop));
    }

    [Test]
    public async Task A_declined_order_has_no_receipt(CancellationToken stop)
    {
        await order.Client.PayAndWait(order.Id, Cards.Poor, stop);

        await Check.Refused(404, "not_found", order.Client.Receipt(order.Id, "en-US", stop));
    }
}
