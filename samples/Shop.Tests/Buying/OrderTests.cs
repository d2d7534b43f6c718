namespace Shop.Tests.Buying;

public sealed class OrderTests(Goods goods)
{
    // Two customers give the same type; tests say which one they mean by the parameter's name or by [From].
    [Fixture(FixtureScope.Class, Name = "stranger")]
    public static async Task<Customer> Stranger(ShopClient guest, CancellationToken stop)
    {
        var email = ShopClient.NewName("eve") + "@example.org";
        await guest.Register(email, "eavesdropper", stop);
        return new(email, "eavesdropper", guest.As(await guest.Login(email, "eavesdropper", stop)));
    }

    [Test]
    public void An_order_has_the_lines_and_totals_of_its_cart(PlacedOrder order)
    {
        Check.Equal(OrderStatus.Placed, order.Order.Status);
        Check.Sequence(new[] { new CartLine(goods.Tea.Sku, 2), new CartLine(goods.Pot.Sku, 1) }.OrderBy(l => l.Sku, StringComparer.Ordinal), order.Order.Lines);
        Check.Equal(new Money(34m, Currency.EUR), order.Order.Totals.Net);
        Check.Equal(new Money(46.41m, Currency.EUR), order.Order.Totals.Total);
    }

    [Test]
    public async Task An_ordered_cart_is_gone(EmptyCart cart, PlacedOrder order, CancellationToken stop)
    {
        await Check.Refused(404, "not_found", order.Client.Cart(cart.Id, stop));
    }

    [Test]
    public Task An_empty_cart_cannot_be_ordered(EmptyCart cart, CancellationToken stop) => Check.Refused(400, "empty_cart", cart.Customer.Client.Place(cart.Id, stop));

    [Test]
    public Task A_guest_cannot_order(ShopClient guest, EmptyCart cart, CancellationToken stop) => Check.Refused(401, "no_session", guest.Place(cart.Id, stop));

    [Test]
    public async Task Somebody_elses_order_is_not_there(PlacedOrder order, [From("stranger")] Customer other, CancellationToken stop)
    {
        await Check.Refused(404, "not_found", other.Client.Order(order.Id, stop));
        await Check.Refused(404, "not_found", other.Client.Cancel(order.Id, stop));
    }

    [Test]
    public async Task Goods_of_an_order_are_held_until_it_is_cancelled(EmptyCart cart, CancellationToken stop)
    {
        var client = cart.Customer.Client;
        var rare = await client.AddProduct("Rare tea", 90, stop, level: 3);
        await cart.Put(rare, 2, stop);
        var order = await client.Place(cart.Id, stop);
        Check.Equal(new StockView(rare.Sku, 3, 2), await client.Stock(rare.Sku, stop));

        await client.Cancel(order.Id, stop);

        Check.Equal(new StockView(rare.Sku, 3, 0), await client.Stock(rare.Sku, stop));
    }

    [Test]
    public async Task If_one_line_is_short_nothing_is_held(EmptyCart cart, CancellationToken stop)
    {
        var client = cart.Customer.Client;
        var (plenty, rare) = (await client.AddProduct("Common tea", 2, stop, level: 10), await client.AddProduct("Rare tea", 90, stop, level: 1));
        await cart.Put(plenty, 5, stop);
        await cart.Put(rare, 2, stop);

        var refused = await Check.Refused(409, "out_of_stock", client.Place(cart.Id, stop));

        Check.Contains(rare.Sku, refused.Message);
        Check.Equal(0, (await client.Stock(plenty.Sku, stop)).Held);
    }

    [Test, Tag("slow")]
    public async Task Of_many_who_want_the_last_one_a_single_one_gets_it([From("Customer")] Customer customer, Customer stranger, CancellationToken stop)
    {
        var last = await customer.Client.AddProduct("Last chair", 120, stop, level: 1);
        var orders = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => TryOrder(i % 2 == 0 ? customer.Client : stranger.Client, last, stop)));

        Check.Equal(1, orders.Count(ordered => ordered));
        Check.Equal(0, (await customer.Client.Stock(last.Sku, stop)).Available);
    }

    private static async Task<bool> TryOrder(ShopClient client, Product product, CancellationToken stop)
    {
        var cart = await client.OpenCart(Currency.EUR, stop);
        await client.Put(cart.Id, product.Sku, 1, stop);
        try
        {
            await client.Place(cart.Id, stop);
            return true;
        }
        catch (RefusedByShopException refused) when (refused.Refusal?.Code == "out_of_stock")
        {
            return false;
        }
    }
}
