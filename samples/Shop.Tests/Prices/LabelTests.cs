namespace Shop.Tests.Prices;

public sealed class LabelTests(ShopClient guest)
{
    [Test, CasesFrom(typeof(WrittenAmounts), nameof(WrittenAmounts.All))]
    public async Task A_label_shows_the_price_in_the_readers_culture(decimal amount, Currency currency, string culture, string expected, CancellationToken stop)
    {
        Skip.Unless(amount >= 0, "A price is never negative.");
        var product = await guest.AddProduct("Lamp", amount, stop, currency);

        var label = await guest.Label(product.Sku, culture, stop);

        Check.Equal(expected, Check.PlainSpaces(label.Price));
    }

    [Test]
    [Case("EUR", "€10.00", "€11.90")]
    [Case("USD", "$12.50", "$14.88")]
    [Case("GBP", "£8.00", "£9.52")]
    [Case("JPY", "¥1,600", "¥1,904")]
    [Case("CHF", "CHF 9.50", "CHF 11.30", Skip = "Data of the system decides whether en-US puts a space after CHF.")]
    public async Task A_label_shows_any_currency_with_and_without_tax(Currency currency, string price, string withTax, CancellationToken stop)
    {
        var product = await guest.AddProduct("Lamp", 10, stop);

        var label = await guest.Label(product.Sku, "en-US", stop, currency);

        Check.Equal((price, withTax), (label.Price, label.PriceWithTax));
    }

    [Test]
    [Case("xx-nonsense-culture")]
    [Case("12")]
    public async Task An_unknown_culture_is_refused(string culture, CancellationToken stop)
    {
        var product = await guest.AddProduct("Lamp", 10, stop);

        var refused = await Check.Refused(400, "bad_culture", guest.Label(product.Sku, culture, stop));

        Check.Contains(culture, refused.Message);
    }

    [Test]
    public Task A_label_of_nothing_is_refused(CancellationToken stop) => Check.Refused(404, "not_found", guest.Label("no-such-sku", "en-US", stop));

    [Test]
    public async Task A_negative_price_is_refused(CancellationToken stop) =>
        await Check.Refused(400, "bad_price", guest.AddProduct("Lamp", -1, stop));
}
