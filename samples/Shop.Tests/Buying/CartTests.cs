namespace Shop.Tests.Buying;

public sealed class CartTests(EmptyCart cart, Goods goods)
{
    [Test]
    public async Task A_new_cart_costs_nothing(CancellationToken stop)
    {
        var view = await cart.Customer.Client.Cart(cart.Id, stop);

        Check.Equal(0, view.Lines.Count);
        Check.Equal(0, view.Totals.Total.Amount);
    }

    // Net, shipping and total of so many teas at 4.50.
    [Test]
    [Case(1, 4.50, 5, 11.31)]
    [Case(9, 40.50, 5, 54.15)]
    [Case(10, 45, 5, 56.82, Name = "ten get 5 % off")]
    [Case(30, 135, 0, 152.62, Name = "shipping is free")]
    public async Task A_cart_knows_what_it_costs(int quantity, decimal net, decimal shipping, decimal total, CancellationToken stop)
    {
        var view = await cart.Put(goods.Tea, quantity, stop);

        Check.Equal((net, shipping, total), (view.Totals.Net.Amount, view.Totals.Shipping.Amount, view.Totals.Total.Amount));
    }

    [Test]
    public async Task The_same_product_twice_is_one_line(CancellationToken stop)
    {
        await cart.Put(goods.Tea, 2, stop);
        var view = await cart.Put(goods.Tea, 3, stop);

        Check.Sequence([new CartLine(goods.Tea.Sku, 5)], view.Lines);
    }

    [Test]
    public async Task A_line_can_be_taken_out(CancellationToken stop)
    {
        await cart.Put(goods.Tea, 2, stop);
        await cart.Put(goods.Pot, 1, stop);

        var view = await cart.Customer.Client.Remove(cart.Id, goods.Tea.Sku, stop);

        Check.Sequence([new CartLine(goods.Pot.Sku, 1)], view.Lines);
    }

    [Test]
    [Case(0)]
    [Case(-1)]
    [Case(1001)]
    public Task A_senseless_quantity_is_refused(int quantity, CancellationToken stop) => Check.Refused(400, "bad_quantity", cart.Put(goods.Tea, quantity, stop));

    [Test]
    public Task A_line_that_is_not_there_cannot_be_taken_out(CancellationToken stop) =>
        Check.Refused(404, "not_found", cart.Customer.Client.Remove(cart.Id, goods.Chair.Sku, stop));

    [Test]
    public async Task Prices_are_converted_to_the_carts_currency(CancellationToken stop)
    {
        var client = cart.Customer.Client;
        var dollars = await client.OpenCart(Currency.USD, stop);

        var view = await client.Put(dollars.Id, goods.Chair.Sku, 1, stop);

        Check.Equal(new Money(150m, Currency.USD), view.Totals.Net);
        Check.Equal(new Money(178.50m, Currency.USD), view.Totals.Total);
    }

    [Test]
    public async Task Two_hands_may_fill_one_cart(CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => cart.Put(goods.Tea, 1, stop)));

        var view = await cart.Customer.Client.Cart(cart.Id, stop);

        Check.Sequence([new CartLine(goods.Tea.Sku, 40)], view.Lines);
    }
}
