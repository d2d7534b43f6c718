using System.Globalization;

namespace Shop.Tests.Prices;

public sealed class MoneyTests
{
    [Test]
    [Case(12.345, Currency.EUR, 12.35)]
    [Case(12.344, Currency.EUR, 12.34)]
    [Case(-12.345, Currency.USD, -12.35)]
    [Case(99.5, Currency.JPY, 100)]
    [Case(99.49, Currency.JPY, 99)]
    [Case(1.02, Currency.CHF, 1.00)]
    [Case(1.03, Currency.CHF, 1.05)]
    [Case(0.005, "GBP", 0.01, Name = "half a penny")]
    public void Amounts_are_rounded_to_what_can_be_paid(decimal amount, Currency currency, decimal expected) =>
        Check.Equal(new Money(expected, currency), new Money(amount, currency).Rounded());

    [Test]
    public void Amounts_of_one_currency_add_up() => Check.Equal(new Money(3.75m, Currency.USD), new Money(2.50m, Currency.USD).Plus(new(1.25m, Currency.USD)));

    [Test]
    [Case(Currency.USD)]
    [Case(Currency.CHF)]
    public void Amounts_of_two_currencies_are_never_added(Currency other)
    {
        var error = Check.Throws<InvalidOperationException>(() => new Money(1, Currency.EUR).Plus(new(1, other)));

        Check.Contains("EUR", error.Message);
        Check.Contains(other.ToString(), error.Message);
    }

    [Test, CasesFrom(nameof(Conversions))]
    public void A_value_goes_through_the_euro(Money money, Money expected) => Check.Equal(expected, money.In(expected.Currency));

    public static IEnumerable<CaseRow<Money, Money>> Conversions() =>
    [
        new(new(10, Currency.EUR), new(12.50m, Currency.USD)) { Name = "euro to dollar" },
        new(new(12.50m, Currency.USD), new(10, Currency.EUR)) { Name = "dollar to euro" },
        new(new(10, Currency.USD), new(6.40m, Currency.GBP)) { Name = "dollar to pound" },
        new(new(1, Currency.EUR), new(160, Currency.JPY)) { Name = "euro to yen", Tags = ["yen"] },
        new(new(1.111m, Currency.EUR), new(1.111m, Currency.EUR)) { Name = "the same currency is left alone" },
    ];

    [Test, CasesFrom(typeof(WrittenAmounts), nameof(WrittenAmounts.All))]
    [DisplayName("{0} {1} in {2}")]
    public static void Amounts_are_written_as_people_write_them(decimal amount, Currency currency, string culture, string expected) =>
        Check.Equal(expected, Check.PlainSpaces(new Money(amount, currency).Format(CultureInfo.GetCultureInfo(culture))));
}

/// <summary>Rows for more than one class.</summary>
public static class WrittenAmounts
{
    public static IEnumerable<(decimal Amount, Currency Currency, string Culture, string Expected)> All { get; } =
    [
        (1234.5m, Currency.EUR, "de-DE", "1.234,50 €"),
        (1234.5m, Currency.EUR, "en-US", "€1,234.50"),
        (1234.5m, Currency.USD, "en-US", "$1,234.50"),
        (1234.5m, Currency.GBP, "fr-FR", "1 234,50 £"),
        (1234m, Currency.JPY, "ja-JP", "¥1,234"),
        (-5m, Currency.EUR, "de-DE", "-5,00 €"),
    ];
}
