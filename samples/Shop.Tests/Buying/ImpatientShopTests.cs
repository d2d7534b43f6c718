namespace Shop.Tests.Buying;

/// <summary>A shop of this class alone, which keeps unpaid goods, and locks accounts, only for an eighth of a second.</summary>
[Timeout(10_000)]
public sealed class ImpatientShopTests(ShopServer impatient, Customer customer)
{
    private const int LifetimeMs = 125;

    // The nearest definition wins: in this class a server is this one, and the customer below is its customer.
    [Fixture(FixtureScope.Class)]
    public static async Task Impatient(Use<ShopServer> use, CancellationToken stop)
    {
        var receipts = Directory.CreateTempSubdirectory("shop-impatient-");
        var lifetime = TimeSpan.FromMilliseconds(LifetimeMs);
        await using (var server = await ShopServer.StartAsync(new() { ReceiptDirectory = receipts.FullName, ReservationLifetime = lifetime, LockTime = lifetime, PasswordRounds = 1000 }, stop))
        {
            await use(server);
        }

        receipts.Delete(recursive: true);
    }

    [Fixture(FixtureScope.Class)]
    public static HttpClient Connection(ShopServer impatient) => new() { BaseAddress = impatient.Url };

    [Fixture(FixtureScope.Class)]
    public static async Task<Customer> Hurried(HttpClient connection, CancellationToken stop)
    {
        var client = new ShopClient(connection);
        await client.Register("hurry@example.org", "no time at all", stop);
        return new("hurry@example.org", "no time at all", client.As(await client.Login("hurry@example.org", "no time at all", stop)));
    }

    [Test]
    public async Task Goods_of_an_unpaid_order_come_back(CancellationToken stop)
    {
        var (product, _) = await Order(stop);

        var stock = await Eventually.Get(() => customer.Client.Stock(product.Sku, stop), s => s.Held == 0, stop);

        Check.Equal(5, stock.Available);
    }

    [Test, Tag("slow")]
    public async Task An_order_paid_too_late_is_declined(CancellationToken stop)
    {
        var (product, order) = await Order(stop);
        await Eventually.Get(() => customer.Client.Stock(product.Sku, stop), s => s.Held == 0, stop);

        var late = await customer.Client.PayAndWait(order.Id, Cards.Visa, stop);

        Check.Equal(OrderStatus.Declined, late.Status);
        Check.Equal(5, (await customer.Client.Stock(product.Sku, stop)).Level);
    }

    // The bank thinks for 135 ms about this card, longer than the goods are kept.
    [Test, Tag("slow")]
    public async Task A_slow_card_loses_the_goods(CancellationToken stop)
    {
        var (_, order) = await Order(stop);
        await using var watch = await customer.Client.Watch(order.Id, stop);

        await customer.Client.Pay(order.Id, Cards.Amex, stop);

        var events = await watch.Until(OrderStatus.Declined, stop);
        Check.Equal("the reservation has expired", events[^1].Note);
    }

    // Only the shortest time is checked: how late a request comes is the machine's affair.
    [Test, Tag("slow")]
    public async Task A_locked_account_opens_again(CancellationToken stop)
    {
        var email = ShopClient.NewName("alan") + "@example.org";
        await customer.Client.Register(email, "right password", stop);
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 3; i++) await Check.Refused(401, "wrong_credentials", customer.Client.Login(email, "wrong password", stop));

        await Eventually.Get(() => TryLogin(email, stop), session => session is not null, stop);

        Check.That(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds >= LifetimeMs - 5);
    }

    [Test]
    public void The_class_has_a_shop_of_its_own(RunningShop everybodys)
    {
        Check.That(everybodys.Server != impatient);
        Check.That(everybodys.Server.Url.Port != impatient.Url.Port);
    }

    private async Task<Session?> TryLogin(string email, CancellationToken stop)
    {
        try
        {
            return await customer.Client.Login(email, "right password", stop);
        }
        catch (RefusedByShopException refused) when (refused.Status == 423)
        {
            return null;
        }
    }

    private async Task<(Product Product, OrderView Order)> Order(CancellationToken stop)
    {
        var product = await customer.Client.AddProduct("Ice cream", 3, stop, level: 5);
        var cart = await customer.Client.OpenCart(Currency.EUR, stop);
        await customer.Client.Put(cart.Id, product.Sku, 5, stop);
        return (product, await customer.Client.Place(cart.Id, stop));
    }
}
