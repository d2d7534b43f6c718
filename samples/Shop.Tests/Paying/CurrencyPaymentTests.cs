namespace Shop.Tests.Paying;

public sealed class CurrencyPaymentTests(Customer customer)
{
    // What 100 euro of goods and 19 % tax cost in each currency, on two cards that take the bank different times.
    [Test, CasesFrom(nameof(Totals))]
    public async Task An_order_is_paid_in_the_currency_of_its_cart(Currency currency, string card, decimal expected, CancellationToken stop)
    {
        var order = await Order(currency, stop);
        await using var watch = await customer.Client.Watch(order.Id, stop);
        await customer.Client.Pay(order.Id, card, stop);

        await watch.Until(OrderStatus.Paid, stop);

        Check.Equal(new Money(expected, currency), (await customer.Client.Order(order.Id, stop)).Totals.Total);
    }

    public static IEnumerable<(Currency Currency, string Card, decimal Total)> Totals() =>
        from total in new[] { (Currency.EUR, 119m), (Currency.USD, 148.75m), (Currency.GBP, 95.20m), (Currency.JPY, 19_040m), (Currency.CHF, 113.05m) }
        from card in new[] { Cards.Visa, Cards.Mastercard }
        select (total.Item1, card, total.Item2);

    [Test]
    [Case(Currency.USD, "$148.75")]
    [Case(Currency.GBP, "£95.20")]
    [Case(Currency.JPY, "¥19,040")]
    public async Task A_receipt_shows_the_currency_that_was_paid(Currency currency, string total, CancellationToken stop)
    {
        var order = await Order(currency, stop);

        await customer.Client.PayAndWait(order.Id, Cards.Amex, stop);

        Check.Contains(total, await customer.Client.Receipt(order.Id, "en-US", stop));
    }

    // Rates change over night, while an order waits for its payment.
    [Test]
    [Case(2.0)]
    [Case(0.5)]
    public async Task A_placed_order_keeps_its_rate(decimal rate, ProcessState state, CancellationToken stop)
    {
        var order = await Order(Currency.USD, stop);
        ShopSettings.EuroRates = state.Settings.EuroRates.SetItem(Currency.USD, rate);

        var paid = await customer.Client.PayAndWait(order.Id, Cards.Mastercard, stop);

        Check.Equal(new Money(148.75m, Currency.USD), paid.Totals.Total);
    }

    private async Task<OrderView> Order(Currency currency, CancellationToken stop)
    {
        var product = await customer.Client.AddProduct("Rug", 100, stop);
        var cart = await customer.Client.OpenCart(currency, stop);
        await customer.Client.Put(cart.Id, product.Sku, 1, stop);
        return await customer.Client.Place(cart.Id, stop);
    }
}
