using Rondo;

namespace Migrated;

// As the correction of other frameworks' attributes writes setups.
public class CartTests : IAsyncDisposable
{
    private static string? s_server;
    private readonly TestContext _context;
    private string? _cart;

    public CartTests(TestContext context) => _context = context;

    private string Its => _context.Id.Split('.')[^1];

    public static async Task Start()
    {
        await Task.Yield();
        s_server = "server";
        Journal.Add("start");
    }

    [Fixture(FixtureScope.Class, AutoUse = true)]
    public static async Task AroundAllTests(Use<Type> use)
    {
        await Start();
        await use(typeof(CartTests));
        Stop();
    }

    public static void Stop() => Journal.Add("stop");

    public async Task Prepare()
    {
        await Task.Yield();
        if (Its == "Has_no_cart") throw new FormatException("no cart");
        _cart = "cart";
        Journal.Add("prepare " + Its);
    }

    [Fixture(AutoUse = true)]
    public async Task AroundEachTest(Use<CartTests> use)
    {
        await Prepare();
        await use(this);
        await CleanUp();
    }

    public Task CleanUp()
    {
        Journal.Add($"clean {Its} with {_cart}");
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Journal.Add("dispose " + Its);
        return default;
    }

    [Test, Case(1), Case(2)]
    public async Task Has_what_it_needs(int number)
    {
        await Task.Yield();
        Expect.Equal("server", s_server);
        Expect.Equal("cart", _cart);
        Journal.Add("test " + Its);
        Expect.True(number > 0, "number");
    }

    [Test] public void Fails_and_is_cleaned_up() => throw new InvalidOperationException("on purpose");

    [Test] public void Has_no_cart() => Journal.Add("test Has_no_cart");
}

public class PriceTests
{
    public static void Start() => Journal.Add("prices");

    [Fixture(FixtureScope.Class, AutoUse = true)]
    public static Type AroundAllTests()
    {
        Start();
        return typeof(PriceTests);
    }

    [Test, Case(1), Case(2)] public void Has_prices(int number) => Expect.True(number > 0, "number");
}
