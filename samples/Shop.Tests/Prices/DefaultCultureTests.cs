using System.Globalization;

namespace Shop.Tests.Prices;

/// <summary>Changes the culture of the whole process, which the shop uses for readers that name none.</summary>
public sealed class DefaultCultureTests(ShopClient guest) : IDisposable
{
    private readonly CultureInfo? _before = CultureInfo.DefaultThreadCurrentCulture;

    public void Dispose() => CultureInfo.DefaultThreadCurrentCulture = _before;

    [Test]
    [Case("de-DE", "1.999,00 €")]
    [Case("en-US", "€1,999.00")]
    [Case("fr-FR", "1 999,00 €")]
    public async Task A_reader_without_culture_gets_that_of_the_process(string culture, string expected, CancellationToken stop)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo(culture);
        var product = await guest.AddProduct("Piano", 1999, stop);

        var label = await guest.Get<Label>($"/products/{product.Sku}/label", stop);

        Check.Equal(expected, Check.PlainSpaces(label.Price));
    }

    [Test]
    [Case("de-DE", "59,50 €")]
    [Case("en-US", "€59.50")]
    [Tag("slow")]
    public async Task A_receipt_without_culture_is_written_in_that_of_the_process(string culture, string expected, Customer customer, CancellationToken stop)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo(culture);
        var desk = await guest.AddProduct("Desk lamp", 45, stop);
        var cart = await customer.Client.OpenCart(Currency.EUR, stop);
        await customer.Client.Put(cart.Id, desk.Sku, 1, stop);
        var order = await customer.Client.Place(cart.Id, stop);
        await customer.Client.PayAndWait(order.Id, Cards.Visa, stop);

        using var response = await customer.Client.Send(HttpMethod.Get, $"/orders/{order.Id}/receipt", null, stop);

        Check.Contains(expected, Check.PlainSpaces(await response.Content.ReadAsStringAsync(stop)));
    }

    [Test]
    public void A_culture_named_by_the_reader_wins(CancellationToken stop)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        var product = guest.AddProduct("Piano", 1999, stop).Result;

        var label = guest.Label(product.Sku, "en-US", stop).Result;

        Check.Equal("€1,999.00", label.Price);
    }

    // The culture flows with the execution context, so this fixture's value reaches the test, and no other.
    [Fixture]
    public static async Task Swiss(Use<CultureInfo> use)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("it-CH");
        await use(CultureInfo.CurrentCulture);
    }

    [Test]
    public async Task A_culture_set_by_a_fixture_is_the_tests_own(CultureInfo swiss, CancellationToken stop)
    {
        var product = await guest.AddProduct("Piano", 1999, stop);

        Check.Equal("it-CH", swiss.Name);
        Check.Equal(swiss, CultureInfo.CurrentCulture);
        Check.Equal("€1,999.00", (await guest.Label(product.Sku, "en-US", stop)).Price);
    }
}
