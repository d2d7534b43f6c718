using System.Globalization;

namespace Shop;

/// <summary>What was earned in a month, in euro.</summary>
public sealed record MonthlySales(string Month, decimal Revenue);

/// <summary>What was earned with a product, in euro.</summary>
public sealed record ProductSales(string Sku, int Quantity, decimal Revenue);

/// <summary>Two products that were bought by the same customer on the same day, and how often.</summary>
public sealed record Pair(string First, string Second, int Count);

/// <summary>A year's sales.</summary>
/// <param name="MedianBasket">Half of the baskets were worth less, in euro.</param>
/// <param name="BestSellers">Ten products, by revenue.</param>
/// <param name="ClassA">How many products make 80 % of the revenue.</param>
/// <param name="BoughtTogether">Five pairs, most frequent first.</param>
public sealed record SalesReport(
    int Lines,
    decimal Revenue,
    decimal MedianBasket,
    IReadOnlyList<MonthlySales> Months,
    IReadOnlyList<ProductSales> BestSellers,
    int ClassA,
    IReadOnlyList<Pair> BoughtTogether)
{
    /// <summary>Makes the report from lines <c>yyyy-MM-dd;sku;quantity;price;currency;customer</c>.</summary>
    internal static async Task<SalesReport> ReadAsync(TextReader csv, CancellationToken stop)
    {
        var sales = new List<Sale>();
        while (await csv.ReadLineAsync(stop) is { } line)
        {
            if (line.Length > 0) sales.Add(Sale.Parse(line));
        }

        return sales.Count > 0 ? Make(sales) : throw RefusedException.BadRequest("no_sales", "There is no sale to report on.");
    }

    private static SalesReport Make(List<Sale> sales)
    {
        var revenue = sales.Sum(s => s.Euro);
        var baskets = sales.GroupBy(s => (s.Customer, s.Day)).Select(g => (Value: g.Sum(s => s.Euro), Skus: g.Select(s => s.Sku).Distinct().Order(StringComparer.Ordinal).ToArray())).ToList();
        var products = sales.GroupBy(s => s.Sku)
            .Select(g => new ProductSales(g.Key, g.Sum(s => s.Quantity), g.Sum(s => s.Euro)))
            .OrderByDescending(p => p.Revenue).ThenBy(p => p.Sku, StringComparer.Ordinal).ToList();
        var months = sales.GroupBy(s => s.Day.ToString("yyyy-MM", CultureInfo.InvariantCulture)).Select(g => new MonthlySales(g.Key, g.Sum(s => s.Euro)));
        return new(
            sales.Count,
            revenue,
            Median([.. baskets.Select(b => b.Value).Order()]),
            [.. months.OrderBy(m => m.Month, StringComparer.Ordinal)],
            [.. products.Take(10)],
            CountUpTo(products, revenue * 0.8m),
            PairsIn(baskets.Select(b => b.Skus)));
    }

    private static decimal Median(decimal[] sorted) => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private static int CountUpTo(List<ProductSales> products, decimal limit)
    {
        var (count, sum) = (0, 0m);
        while (sum < limit) sum += products[count++].Revenue;
        return count;
    }

    private static IReadOnlyList<Pair> PairsIn(IEnumerable<string[]> baskets)
    {
        var counts = new Dictionary<(string, string), int>();
        foreach (var skus in baskets)
        {
            for (var i = 0; i < skus.Length; i++)
            {
                for (var j = i + 1; j < skus.Length; j++) counts[(skus[i], skus[j])] = counts.GetValueOrDefault((skus[i], skus[j])) + 1;
            }
        }

        return [.. counts.Select(c => new Pair(c.Key.Item1, c.Key.Item2, c.Value)).OrderByDescending(p => p.Count).ThenBy(p => p.First + ";" + p.Second, StringComparer.Ordinal).Take(5)];
    }

    private readonly record struct Sale(DateOnly Day, string Sku, int Quantity, decimal Euro, string Customer)
    {
        public static Sale Parse(string line) =>
            line.Split(';') is [var day, var sku, var quantity, var price, var currency, var customer]
            && DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && int.TryParse(quantity, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && decimal.TryParse(price, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount)
            && Enum.TryParse<Currency>(currency, out var known)
                ? new(date, sku, count, new Money(amount * count, known).In(Currency.EUR).Amount, customer)
                : throw RefusedException.BadRequest("bad_sale", $"The line '{line}' is not day;sku;quantity;price;currency;customer.");
    }
}
