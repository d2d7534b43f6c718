namespace Shop.Tests.Buying;

internal sealed class StockTests(ShopClient guest)
{
    [Test]
    [Case(60)]
    [Case(120)]
    [Case(180)]
    public async Task A_hold_ends_by_itself(int holdMs, CancellationToken stop)
    {
        var product = await guest.AddProduct("Bread", 3, stop, level: 10);
        await guest.Hold(product.Sku, 4, holdMs, stop);

        var stock = await Eventually.Get(() => guest.Stock(product.Sku, stop), s => s.Held == 0, stop);

        Check.Equal(10, stock.Available);
    }

    [Test]
    public async Task A_hold_that_has_not_ended_counts(CancellationToken stop)
    {
        var product = await guest.AddProduct("Bread", 3, stop, level: 10);

        await guest.Hold(product.Sku, 4, 60_000, stop);

        Check.Equal(new StockView(product.Sku, 10, 4), await guest.Stock(product.Sku, stop));
    }

    [Test]
    public async Task A_hold_can_be_released_once(CancellationToken stop)
    {
        var product = await guest.AddProduct("Bread", 3, stop, level: 10);
        var hold = await guest.Hold(product.Sku, 4, 60_000, stop);

        await guest.Release(hold, stop);

        Check.Equal(0, (await guest.Stock(product.Sku, stop)).Held);
        await Check.Refused(404, "not_found", guest.Release(hold, stop));
    }

    [Test]
    public async Task What_is_held_cannot_be_held_again(CancellationToken stop)
    {
        var product = await guest.AddProduct("Bread", 3, stop, level: 10);
        await guest.Hold(product.Sku, 7, 60_000, stop);

        await Check.Refused(409, "out_of_stock", guest.Hold(product.Sku, 4, 60_000, stop));
    }

    [Test, Tag("slow")]
    public async Task Whoever_waits_gets_what_another_gave_up(CancellationToken stop)
    {
        var product = await guest.AddProduct("Bread", 3, stop, level: 1);
        await guest.Hold(product.Sku, 1, 100, stop);

        var hold = await Eventually.Get(() => TryHold(product.Sku, stop), h => h is not null, stop);

        await guest.Release(hold!, stop);
    }

    [Test]
    public async Task The_level_cannot_fall_below_what_is_held(CancellationToken stop)
    {
        var product = await guest.AddProduct("Bread", 3, stop, level: 10);
        await guest.Hold(product.Sku, 4, 60_000, stop);

        await Check.Refused(409, "held", guest.SetStock(product.Sku, 3, stop));
        await guest.SetStock(product.Sku, 4, stop);

        Check.Equal(0, (await guest.Stock(product.Sku, stop)).Available);
    }

    private async Task<string?> TryHold(string sku, CancellationToken stop)
    {
        try
        {
            return await guest.Hold(sku, 1, 60_000, stop);
        }
        catch (RefusedByShopException refused) when (refused.Status == 409)
        {
            return null;
        }
    }
}
