namespace Shop.Tests.Paying;

public sealed class PaymentLaneTests(Customer customer, Goods goods)
{
    // Compares times: alone in the run, so that another worker's load does not decide.
    [Test, Serial, Tag("slow")]
    public async Task The_bank_takes_four_charges_at_once(CancellationToken stop)
    {
        var orders = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Order(stop)));
        var start = TimeProvider.System.GetTimestamp();

        var paid = await Task.WhenAll(orders.Select(o => customer.Client.PayAndWait(o.Id, Cards.Visa, stop)));

        var took = TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        Check.That(paid.All(o => o.Status is OrderStatus.Paid));
        Check.That(took is >= (3 * ShopFixtures.BankLatencyMs) - 5 and < 12 * ShopFixtures.BankLatencyMs, $"{took:0} ms for three rounds of {ShopFixtures.BankLatencyMs} ms");
    }

    [Test, Tag("slow")]
    public async Task A_slow_card_does_not_hold_up_the_others(CancellationToken stop)
    {
        var (slow, quick) = (await Order(stop), await Order(stop));
        await using var slowWatch = await customer.Client.Watch(slow.Id, stop);
        await using var quickWatch = await customer.Client.Watch(quick.Id, stop);

        await customer.Client.Pay(slow.Id, Cards.AlwaysBusyAmex, stop);
        await customer.Client.Pay(quick.Id, Cards.Visa, stop);

        var (paid, declined) = ((await quickWatch.Until(OrderStatus.Paid, stop))[^1], (await slowWatch.Until(OrderStatus.Declined, stop))[^1]);
        Check.That(paid.At < declined.At);
    }

    [Test]
    [Case(2)]
    [Case(5)]
    public async Task What_was_sold_has_left_the_room(int quantity, CancellationToken stop)
    {
        var rare = await customer.Client.AddProduct("Rare tea", 90, stop, level: 5);
        var cart = await customer.Client.OpenCart(null, stop);
        await customer.Client.Put(cart.Id, rare.Sku, quantity, stop);
        var order = await customer.Client.Place(cart.Id, stop);

        await customer.Client.PayAndWait(order.Id, Cards.Visa, stop);

        Check.Equal(new StockView(rare.Sku, 5 - quantity, 0), await customer.Client.Stock(rare.Sku, stop));
    }

    private async Task<OrderView> Order(CancellationToken stop)
    {
        var cart = await customer.Client.OpenCart(Currency.EUR, stop);
        await customer.Client.Put(cart.Id, goods.Pot.Sku, 1, stop);
        return await customer.Client.Place(cart.Id, stop);
    }
}
