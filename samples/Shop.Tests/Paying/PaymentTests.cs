namespace Shop.Tests.Paying;

public sealed class PaymentTests(PlacedOrder order)
{
    [Test]
    [Case(Cards.Visa)]
    [Case(Cards.Mastercard)]
    [Case(Cards.Amex)]
    [Case("4242424242424242", Name = "without spaces")]
    public async Task A_good_card_pays_the_order(string card, CancellationToken stop)
    {
        var paid = await order.Client.PayAndWait(order.Id, card, stop);

        Check.Equal(OrderStatus.Paid, paid.Status);
        Check.Equal(order.Order.Totals, paid.Totals);
    }

    [Test]
    public async Task The_bank_takes_its_time_but_the_answer_does_not(CancellationToken stop)
    {
        var accepted = await order.Client.Pay(order.Id, Cards.Amex, stop);

        Check.Equal(OrderStatus.Paying, accepted.Status);
        var paid = await Eventually.Get(() => order.Client.Order(order.Id, stop), o => o.Status is not OrderStatus.Paying, stop);
        Check.Equal(OrderStatus.Paid, paid.Status);
    }

    [Test]
    public async Task While_the_bank_thinks_nothing_else_can_be_done(CancellationToken stop)
    {
        await order.Client.Pay(order.Id, Cards.Amex, stop);

        await Check.Refused(409, "wrong_status", order.Client.Pay(order.Id, Cards.Visa, stop));
        await Check.Refused(409, "wrong_status", order.Client.Cancel(order.Id, stop));

        await Eventually.Get(() => order.Client.Order(order.Id, stop), o => o.Status is OrderStatus.Paid, stop);
    }

    [Test]
    public async Task A_busy_bank_is_asked_again(CancellationToken stop)
    {
        var paid = await order.Client.PayAndWait(order.Id, Cards.BusyOnce, stop);

        Check.Equal(OrderStatus.Paid, paid.Status);
    }

    [Test]
    [Case("")]
    [Case("4242")]
    [Case("4242 4242 4242 4243", Name = "wrong check digit")]
    [Case("4242 4242 4242 424x")]
    [Case("42424242424242424242", Name = "too long")]
    public async Task What_is_no_card_is_refused_at_once(string card, CancellationToken stop)
    {
        await Check.Refused(400, "bad_card", order.Client.Pay(order.Id, card, stop));

        Check.Equal(OrderStatus.Placed, (await order.Client.Order(order.Id, stop)).Status);
    }

    [Test]
    public Task An_unpaid_order_is_not_shipped(CancellationToken stop) => Check.Refused(409, "wrong_status", order.Client.Ship(order.Id, stop));

    [Test]
    public async Task A_paid_order_is_shipped_once(CancellationToken stop)
    {
        await order.Client.PayAndWait(order.Id, Cards.Visa, stop);

        Check.Equal(OrderStatus.Shipped, (await order.Client.Ship(order.Id, stop)).Status);
        await Check.Refused(409, "wrong_status", order.Client.Ship(order.Id, stop));
    }

    [Test]
    [Skip("The bank's test system has no call to give money back.")]
    public Task A_paid_order_can_be_refunded(CancellationToken stop) => order.Client.Cancel(order.Id, stop);
}
