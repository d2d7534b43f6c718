using System.Globalization;

namespace Shop;

/// <summary>The currencies the shop sells in.</summary>
public enum Currency
{
    /// <summary>Euro.</summary>
    EUR,

    /// <summary>US dollar.</summary>
    USD,

    /// <summary>Pound sterling.</summary>
    GBP,

    /// <summary>Yen, which has no smaller unit.</summary>
    JPY,

    /// <summary>Swiss franc, paid in steps of five.</summary>
    CHF,
}

/// <summary>An amount of one currency. Amounts of two currencies are never added in silence.</summary>
public readonly record struct Money(decimal Amount, Currency Currency)
{
    /// <summary>Sum of two amounts of the same currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public Money Plus(Money other) => this with { Amount = Amount + SameCurrency(other) };

    /// <summary>Difference of two amounts of the same currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public Money Minus(Money other) => this with { Amount = Amount - SameCurrency(other) };

    /// <summary>A multiple; not rounded.</summary>
    public Money Times(decimal factor) => this with { Amount = Amount * factor };

    /// <summary>Rounded half up to what can be paid: cents, whole yen, five Rappen.</summary>
    public Money Rounded() => this with
    {
        Amount = Currency switch
        {
            Currency.JPY => decimal.Round(Amount, 0, MidpointRounding.AwayFromZero),
            Currency.CHF => decimal.Round(Amount * 20, 0, MidpointRounding.AwayFromZero) / 20,
            _ => decimal.Round(Amount, 2, MidpointRounding.AwayFromZero),
        },
    };

    /// <summary>The same value in another currency by <see cref="ShopSettings.EuroRates"/>; rounded unless the currency stays.</summary>
    public Money In(Currency target) => target == Currency
        ? this
        : new Money(Amount / ShopSettings.EuroRates[Currency] * ShopSettings.EuroRates[target], target).Rounded();

    /// <summary>As people of a culture write it: their separators and order, the symbol of this currency.</summary>
    public string Format(CultureInfo culture)
    {
        ArgumentNullException.ThrowIfNull(culture);
        var format = (NumberFormatInfo)culture.NumberFormat.Clone();
        format.CurrencySymbol = Currency switch { Currency.EUR => "€", Currency.USD => "$", Currency.GBP => "£", Currency.JPY => "¥", _ => "CHF" };
        format.CurrencyDecimalDigits = Currency is Currency.JPY ? 0 : 2;
        return Amount.ToString("C", format);
    }

    private decimal SameCurrency(Money other) => other.Currency == Currency
        ? other.Amount
        : throw new InvalidOperationException($"{Amount} {Currency} and {other.Amount} {other.Currency} are amounts of two currencies. Convert one of them first, with In().");
}
