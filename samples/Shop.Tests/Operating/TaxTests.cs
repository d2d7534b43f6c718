namespace Shop.Tests.Operating;

/// <summary>Laws change while the shop is open: the tax rate belongs to the process, not to a request.</summary>
public sealed class TaxTests(EmptyCart cart, Goods goods)
{
    [Test]
    [Case(0, 120)]
    [Case(0.07, 128.40)]
    [Case(0.19, 142.80)]
    [Case(0.25, 150)]
    public async Task The_rate_of_the_day_counts(decimal rate, decimal total, CancellationToken stop)
    {
        ShopSettings.TaxRate = rate;

        var view = await cart.Put(goods.Chair, 1, stop);

        Check.Equal(new Money(total, Currency.EUR), view.Totals.Total);
    }

    [Test]
    public async Task An_open_cart_follows_the_rate(CancellationToken stop)
    {
        await cart.Put(goods.Chair, 1, stop);
        ShopSettings.TaxRate = 0.5m;

        var view = await cart.Customer.Client.Cart(cart.Id, stop);

        Check.Equal(180m, view.Totals.Total.Amount);
    }

    [Test, Tag("slow")]
    public async Task An_order_keeps_the_rate_it_was_placed_with(PlacedOrder order, CancellationToken stop)
    {
        ShopSettings.TaxRate = 0.5m;

        var paid = await order.Client.PayAndWait(order.Id, Cards.Mastercard, stop);

        Check.Equal(46.41m, paid.Totals.Total.Amount);
    }

    [Test]
    [Case(0.07, "€128.40")]
    [Case(0.16, "€139.20")]
    public async Task Labels_follow_the_rate(decimal rate, string expected, CancellationToken stop)
    {
        ShopSettings.TaxRate = rate;

        var label = await cart.Customer.Client.Label(goods.Chair.Sku, "en-US", stop);

        Check.Equal(expected, label.PriceWithTax);
    }

    [Test, Tag("slow")]
    public async Task A_receipt_shows_the_tax_that_was_paid(CancellationToken stop)
    {
        ShopSettings.TaxRate = 0.07m;
        await cart.Put(goods.Chair, 1, stop);
        var order = await cart.Customer.Client.Place(cart.Id, stop);

        await cart.Customer.Client.PayAndWait(order.Id, Cards.Amex, stop);

        Check.Contains("€8.40", await cart.Customer.Client.Receipt(order.Id, "en-US", stop));
    }
}
