namespace Shop.Tests.Operating;

/// <summary>Feature switches and other settings of the whole process.</summary>
public sealed class SwitchTests(ShopClient guest, EmptyCart cart, Goods goods)
{
    [Test]
    public async Task Without_discounts_ten_cost_ten_times_as_much(CancellationToken stop)
    {
        ShopSettings.Discounts = false;

        var view = await cart.Put(goods.Pot, 10, stop);

        Check.Equal((250m, 0m), (view.Totals.Net.Amount, view.Totals.Discount.Amount));
    }

    [Test]
    public async ValueTask Without_discounts_a_coupon_is_refused(CancellationToken stop)
    {
        ShopSettings.Discounts = false;

        await Check.Refused(409, "no_discounts", cart.Customer.Client.UseCoupon(cart.Id, "TEN", stop));
    }

    [Test]
    [Case(0, 0)]
    [Case(4.50, 0)]
    [Case(4.51, 5)]
    public async Task Shipping_is_free_from_a_limit_on(decimal limit, decimal shipping, CancellationToken stop)
    {
        ShopSettings.FreeShippingFrom = limit;

        var view = await cart.Put(goods.Tea, 1, stop);

        Check.Equal(shipping, view.Totals.Shipping.Amount);
    }

    [Test]
    [Case("EUR")]
    [Case("CHF")]
    [Case("JPY")]
    public async Task A_cart_without_currency_gets_the_default_one(Currency currency, CancellationToken stop)
    {
        ShopSettings.DefaultCurrency = currency;

        var view = await guest.OpenCart(null, stop);

        Check.Equal(currency, view.Currency);
        Check.Equal(currency, view.Totals.Total.Currency);
    }

    [Test]
    public void Rates_of_the_night_count_in_the_morning(CancellationToken stop)
    {
        ShopSettings.EuroRates = ShopSettings.EuroRates.SetItem(Currency.USD, 2m);

        var label = guest.Label(goods.Chair.Sku, "en-US", stop, Currency.USD).Result;

        Check.Equal("$240.00", label.Price);
    }

    [Test, Tag("slow")]
    public async Task With_guest_orders_nobody_needs_an_account(CancellationToken stop)
    {
        ShopSettings.GuestOrders = true;
        var guests = await guest.OpenCart(Currency.EUR, stop);
        await guest.Put(guests.Id, goods.Pot.Sku, 1, stop);
        var order = await guest.Place(guests.Id, stop);

        var paid = await guest.PayAndWait(order.Id, Cards.Mastercard, stop);

        Check.Equal(("guest", OrderStatus.Paid), (paid.Customer, paid.Status));
    }
}
