namespace Shop.Tests.Operating;

/// <summary>What the operator says by environment variables, which a process has only once.</summary>
public sealed class EnvironmentTests(EmptyCart cart, Goods goods)
{
    [Test]
    [Case("new shelves")]
    [Case("Inventur")]
    public async Task During_maintenance_nothing_is_ordered(string why, CancellationToken stop)
    {
        await cart.Put(goods.Tea, 1, stop);
        Environment.SetEnvironmentVariable("SHOP_MAINTENANCE", why);

        var refused = await Check.Refused(503, "maintenance", cart.Customer.Client.Place(cart.Id, stop));

        Check.Contains(why, refused.Message);
    }

    [Test, Tag("slow")]
    public async Task During_maintenance_what_was_ordered_can_be_paid(PlacedOrder order, CancellationToken stop)
    {
        Environment.SetEnvironmentVariable("SHOP_MAINTENANCE", "new shelves");

        var paid = await order.Client.PayAndWait(order.Id, Cards.Mastercard, stop);

        Check.Equal(OrderStatus.Paid, paid.Status);
    }

    [Test]
    public async Task After_maintenance_the_same_cart_is_ordered(CancellationToken stop)
    {
        await cart.Put(goods.Tea, 1, stop);
        Environment.SetEnvironmentVariable("SHOP_MAINTENANCE", "new shelves");
        await Check.Refused(503, "maintenance", cart.Customer.Client.Place(cart.Id, stop));
        Environment.SetEnvironmentVariable("SHOP_MAINTENANCE", null);

        var order = await cart.Customer.Client.Place(cart.Id, stop);

        Check.Equal(OrderStatus.Placed, order.Status);
    }

    [Test]
    [Case("Closed on Mondays.")]
    [Case("Danke, und kommen Sie gut heim!", Name = "German")]
    public async Task A_footer_is_printed_and_signed(string footer, PaidOrder order, CancellationToken stop)
    {
        Environment.SetEnvironmentVariable("SHOP_RECEIPT_FOOTER", footer);

        var receipt = await order.Client.Receipt(order.Id, "en-US", stop);

        Check.Contains($"\n{footer}\nSignature: ", receipt);
        Check.That(await order.Client.IsGenuine(receipt, stop));
    }

    [Test]
    public async Task Without_a_footer_the_total_is_the_last_line(PaidOrder order, CancellationToken stop)
    {
        Check.Equal(null, Environment.GetEnvironmentVariable("SHOP_RECEIPT_FOOTER"));

        var receipt = await order.Client.Receipt(order.Id, "en-US", stop);

        Check.That(receipt.Split('\n')[^2].StartsWith("Total ", StringComparison.Ordinal));
    }
}
