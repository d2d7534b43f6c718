using System.Globalization;
using System.Text;

namespace Shop.Tests.Reporting;

/// <summary>A year's sales that were never made: the same for the same seed, on every machine.</summary>
/// <param name="Text">What the shop reads.</param>
/// <param name="Lines">The same for who checks the shop's answer; amounts in euro.</param>
public sealed record SalesCsv(string Text, IReadOnlyList<(DateOnly Day, string Sku, int Quantity, decimal Euro, string Customer)> Lines)
{
    public static SalesCsv Make(int lines, uint seed)
    {
        var text = new StringBuilder();
        var rows = new List<(DateOnly, string, int, decimal, string)>(lines);
        for (var i = 0; i < lines; i++)
        {
            var day = new DateOnly(2025, 1, 1).AddDays(Next(365));
            var sku = $"sku-{Math.Min(Next(120), Next(120)):000}";
            var (quantity, cents, customer) = (1 + Next(5), 100 + Next(9_900), $"customer-{Next(400):000}");
            text.Append(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd};{sku};{quantity};{cents / 100m:0.00};EUR;{customer}\n");
            rows.Add((day, sku, quantity, quantity * cents / 100m, customer));
        }

        return new(text.ToString(), rows);

        // A plain linear congruence: System.Random promises no sequence over versions.
        int Next(int below)
        {
            seed = (seed * 1_664_525) + 1_013_904_223;
            return (int)((seed >> 8) % (uint)below);
        }
    }
}
