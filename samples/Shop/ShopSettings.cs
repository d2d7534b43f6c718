using System.Collections.Immutable;

namespace Shop;

/// <summary>Settings of the whole process, as long-lived programs tend to have them: every shop in it reads them at every request.</summary>
/// <remarks>Thread: any, but nothing makes two changes one. Whoever changes them for a while takes a snapshot first and restores it.</remarks>
public static class ShopSettings
{
    /// <summary>Share of the net amount, 0.19 for 19 %.</summary>
    public static decimal TaxRate { get; set; }

    /// <summary>Currency of carts that do not name one.</summary>
    public static Currency DefaultCurrency { get; set; }

    /// <summary>Net amount in euro from which shipping is free.</summary>
    public static decimal FreeShippingFrom { get; set; }

    /// <summary>Shipping below that, in euro.</summary>
    public static decimal ShippingFee { get; set; }

    /// <summary>Feature switch: coupons and bulk discounts.</summary>
    public static bool Discounts { get; set; }

    /// <summary>Feature switch: orders without an account.</summary>
    public static bool GuestOrders { get; set; }

    /// <summary>Feature switch: search forgives typing errors.</summary>
    public static bool FuzzySearch { get; set; }

    /// <summary>How much of each currency one euro buys.</summary>
    public static ImmutableDictionary<Currency, decimal> EuroRates { get; set; } = [];

    static ShopSettings() => Reset();

    /// <summary>Back to the values a new process has.</summary>
    public static void Reset()
    {
        TaxRate = 0.19m;
        DefaultCurrency = Currency.EUR;
        FreeShippingFrom = 100m;
        ShippingFee = 5m;
        Discounts = true;
        GuestOrders = false;
        FuzzySearch = true;
        EuroRates = ImmutableDictionary.CreateRange<Currency, decimal>(
            [new(Currency.EUR, 1m), new(Currency.USD, 1.25m), new(Currency.GBP, 0.8m), new(Currency.JPY, 160m), new(Currency.CHF, 0.95m)]);
    }

    /// <summary>The values of this moment.</summary>
    public static ShopSettingsSnapshot TakeSnapshot() => new(TaxRate, DefaultCurrency, FreeShippingFrom, ShippingFee, Discounts, GuestOrders, FuzzySearch, EuroRates);

    /// <summary>Brings back the values of an earlier moment.</summary>
    public static void Restore(ShopSettingsSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        (TaxRate, DefaultCurrency, FreeShippingFrom, ShippingFee, Discounts, GuestOrders, FuzzySearch, EuroRates) = snapshot;
    }
}

/// <summary>All settings at one moment.</summary>
public sealed record ShopSettingsSnapshot(
    decimal TaxRate,
    Currency DefaultCurrency,
    decimal FreeShippingFrom,
    decimal ShippingFee,
    bool Discounts,
    bool GuestOrders,
    bool FuzzySearch,
    ImmutableDictionary<Currency, decimal> EuroRates);
