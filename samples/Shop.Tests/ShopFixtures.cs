namespace Shop.Tests;

/// <summary>A shop of this worker and the connections to it.</summary>
public sealed record RunningShop(ShopServer Server, HttpClient Http);

/// <summary>Somebody with an account and a session.</summary>
public sealed record Customer(string Email, string Password, ShopClient Client);

/// <summary>Things to buy, more of them than all tests of a class can.</summary>
public sealed record Goods(string Department, Product Tea, Product Pot, Product Chair);

/// <summary>A customer's empty cart in euro.</summary>
public sealed record EmptyCart(string Id, Customer Customer)
{
    public Task<CartView> Put(Product product, int quantity, CancellationToken stop) => Customer.Client.Put(Id, product.Sku, quantity, stop);
}

/// <summary>An order of two teas and a pot. What is left unpaid at the end is cancelled, as a polite customer does.</summary>
public sealed class PlacedOrder(OrderView order, Customer customer) : IAsyncDisposable
{
    public string Id => order.Id;

    public OrderView Order => order;

    public ShopClient Client => customer.Client;

    public async ValueTask DisposeAsync()
    {
        if ((await Client.Order(Id, CancellationToken.None)).Status is OrderStatus.Placed or OrderStatus.Declined) await Client.Cancel(Id, CancellationToken.None);
    }
}

/// <summary>An order whose receipt is written.</summary>
public sealed record PaidOrder(OrderView Order, ShopClient Client)
{
    public string Id => Order.Id;
}

/// <summary>Card numbers that the bank knows as tests.</summary>
public static class Cards
{
    public const string Visa = "4242 4242 4242 4242";
    public const string Mastercard = "5555 5555 5555 4444";
    public const string Amex = "3782 822463 10005";
    public const string Declined = "4000 0000 0000 0002";
    public const string Poor = "4000 0000 0000 9995";
    public const string BusyOnce = "4000 0000 0000 0119";
    public const string AlwaysBusy = "4000 0000 0000 0259";
    public const string AlwaysBusyAmex = "3782 824600 90259";
}

public static class ShopFixtures
{
    /// <summary>Fewer rounds than the shop's own default, but enough that a password costs what it should: some tens of milliseconds.</summary>
    public const int PasswordRounds = 120_000;

    /// <summary>What the bank needs for a Visa card; a Mastercard takes it 1.5 times as long, an Amex card 2.25 times.</summary>
    public const int BankLatencyMs = 80;

    [Fixture(FixtureScope.Worker)]
    public static async Task Shop(Use<RunningShop> use, WorkerInfo worker, CancellationToken stop)
    {
        var receipts = Directory.CreateTempSubdirectory($"shop-{worker.WorkerId}-");
        var options = new ShopOptions
        {
            ReceiptDirectory = receipts.FullName,
            BankLatency = TimeSpan.FromMilliseconds(BankLatencyMs),
            PasswordRounds = PasswordRounds,
        };
        await using (var server = await ShopServer.StartAsync(options, stop))
        {
            using var http = new HttpClient { BaseAddress = server.Url };
            await use(new(server, http));
        }

        receipts.Delete(recursive: true);
    }

    // These two belong to the running shop, which closes them itself.
    [Fixture(FixtureScope.Worker, Dispose = false)]
    public static ShopServer Server(RunningShop shop) => shop.Server;

    [Fixture(FixtureScope.Worker, Dispose = false)]
    public static HttpClient Http(RunningShop shop) => shop.Http;

    [Fixture(FixtureScope.Worker)]
    public static ShopClient Guest(HttpClient http) => new(http);

    [Fixture(FixtureScope.Class)]
    public static async Task<Customer> Customer(ShopClient guest, CancellationToken stop)
    {
        var email = ShopClient.NewName("ada") + "@example.org";
        await guest.Register(email, "correct horse", stop);
        return new(email, "correct horse", guest.As(await guest.Login(email, "correct horse", stop)));
    }

    [Fixture(FixtureScope.Class)]
    public static async Task<Goods> Goods(ShopClient guest, CancellationToken stop)
    {
        var department = ShopClient.NewName("kitchen");
        return new(
            department,
            await guest.AddProduct("Green tea", 4.50m, stop, department: department, level: 1_000_000),
            await guest.AddProduct("Tea pot", 25m, stop, department: department, level: 1_000_000),
            await guest.AddProduct("Kitchen chair", 120m, stop, department: department, level: 1_000_000));
    }

    [Fixture]
    public static async ValueTask<EmptyCart> Cart(Customer customer, CancellationToken stop) => new((await customer.Client.OpenCart(Currency.EUR, stop)).Id, customer);

    [Fixture]
    public static async Task<PlacedOrder> Order(EmptyCart cart, Goods goods, CancellationToken stop)
    {
        await cart.Put(goods.Tea, 2, stop);
        await cart.Put(goods.Pot, 1, stop);
        return new(await cart.Customer.Client.Place(cart.Id, stop), cart.Customer);
    }

    [Fixture]
    public static async Task<PaidOrder> PaidOrder(PlacedOrder order, CancellationToken stop) => new(await order.Client.PayAndWait(order.Id, Cards.Visa, stop), order.Client);

    [Fixture]
    public static async Task<OrderWatch> Watch(PlacedOrder order, CancellationToken stop) => await order.Client.Watch(order.Id, stop);

    [Fixture]
    public static async Task State(Use<ProcessState> use)
    {
        var state = new ProcessState();
        await use(state);
        state.Restore();
    }
}
