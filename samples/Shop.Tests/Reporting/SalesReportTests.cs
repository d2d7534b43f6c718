using System.Globalization;

namespace Shop.Tests.Reporting;

public sealed class SalesReportTests(ShopClient guest)
{
    private const int Lines = 15_000;

    // Reading a year is a good part of the work of these tests: each reads its own.
    [Test, CasesFrom(nameof(Seeds))]
    public async Task The_months_add_up_to_the_year(uint seed, CancellationToken stop)
    {
        var sales = SalesCsv.Make(Lines, seed);

        var report = await Report(sales.Text, stop);

        Check.Equal(sales.Lines.Sum(l => l.Euro), report.Revenue);
        Check.Equal(12, report.Months.Count);
        Check.Equal(report.Revenue, report.Months.Sum(m => m.Revenue));
    }

    public static async IAsyncEnumerable<uint> Seeds()
    {
        foreach (var seed in new uint[] { 1, 20, 300 })
        {
            await Task.Yield();
            yield return seed;
        }
    }

    [Test]
    public async Task Best_sellers_are_those_that_earn_most(CancellationToken stop)
    {
        var sales = SalesCsv.Make(Lines, 4);

        var report = await Report(sales.Text, stop);

        var expected = sales.Lines.GroupBy(l => l.Sku).OrderByDescending(g => g.Sum(l => l.Euro)).ThenBy(g => g.Key, StringComparer.Ordinal).Take(10).Select(g => g.Key);
        Check.Sequence(expected, report.BestSellers.Select(b => b.Sku));
    }

    [Test]
    [Case(14_999)]
    [Case(15_000)]
    public async Task Half_of_the_baskets_are_below_the_median(int lines, CancellationToken stop)
    {
        var sales = SalesCsv.Make(lines, 5);

        var report = await Report(sales.Text, stop);

        var baskets = sales.Lines.GroupBy(l => (l.Customer, l.Day)).Select(g => g.Sum(l => l.Euro)).ToList();
        Check.That(baskets.Count(b => b < report.MedianBasket) <= baskets.Count / 2);
        Check.That(baskets.Count(b => b > report.MedianBasket) <= baskets.Count / 2);
    }

    [Test]
    public async Task Few_products_make_most_of_the_revenue(CancellationToken stop)
    {
        var sales = SalesCsv.Make(Lines, 6);

        var report = await Report(sales.Text, stop);

        var revenues = sales.Lines.GroupBy(l => l.Sku).Select(g => g.Sum(l => l.Euro)).OrderDescending().ToList();
        Check.That(revenues.Take(report.ClassA).Sum() >= report.Revenue * 0.8m);
        Check.That(revenues.Take(report.ClassA - 1).Sum() < report.Revenue * 0.8m);
    }

    [Test]
    public async Task What_is_bought_together_is_found(CancellationToken stop)
    {
        var sales = SalesCsv.Make(Lines, 7).Text;
        var bundle = string.Concat(Enumerable.Range(1, 28).Select(d => $"2025-02-{d:00};bread;1;2.00;EUR;baker\n2025-02-{d:00};butter;1;3.00;EUR;baker\n"));

        var report = await Report(sales + bundle, stop);

        Check.Equal(new Pair("bread", "butter", 28), report.BoughtTogether[0]);
    }

    [Test]
    [Case(Currency.EUR, 6)]
    [Case(Currency.USD, 4.80)]
    [Case(Currency.JPY, 0.04)]
    public async Task Other_currencies_are_counted_in_euro(Currency currency, decimal euros, CancellationToken stop)
    {
        var report = await Report($"2025-03-01;tea;2;3.00;{currency};ada\n", stop);

        Check.Equal(euros, report.Revenue);
    }

    [Test]
    [Case("", "no_sales")]
    [Case("2025-02-30;tea;1;1.00;EUR;ada", "bad_sale", Name = "no such day")]
    [Case("2025-02-03;tea;one;1.00;EUR;ada", "bad_sale")]
    [Case("2025-02-03;tea;1;1.00;EUR", "bad_sale")]
    public Task What_cannot_be_read_is_refused(string csv, string code, CancellationToken stop) => Check.Refused(400, code, Report(csv, stop));

    // The rates belong to the process: the report of a year depends on the night before.
    [Test]
    [Case("1.00", "300.00")]
    [Case("1.50", "200.00")]
    [Case("3.00", "100.00")]
    public async Task Revenue_follows_the_rates_of_the_process(string rate, string revenue, ProcessState state, CancellationToken stop)
    {
        ShopSettings.EuroRates = state.Settings.EuroRates.SetItem(Currency.USD, decimal.Parse(rate, CultureInfo.InvariantCulture));

        var report = await Report(string.Concat(Enumerable.Repeat("2025-03-01;tea;1;3.00;USD;ada\n", 100)), stop);

        Check.Equal(decimal.Parse(revenue, CultureInfo.InvariantCulture), report.Revenue);
    }

    private Task<SalesReport> Report(string csv, CancellationToken stop) => guest.Send<SalesReport>(HttpMethod.Post, "/reports/sales", new StringContent(csv), stop);
}
