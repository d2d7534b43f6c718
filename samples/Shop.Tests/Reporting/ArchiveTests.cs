using System.IO.Compression;

namespace Shop.Tests.Reporting;

/// <summary>A customer who has paid six orders; the class only reads them.</summary>
public sealed class ArchiveTests(ArchiveTests.Regular regular)
{
    public sealed record Regular(Customer Customer, IReadOnlyList<string> OrderIds);

    [Fixture(FixtureScope.Class)]
    public static async Task<Regular> PaidSixTimes(Customer customer, Goods goods, CancellationToken stop)
    {
        return new(customer, await Task.WhenAll(Enumerable.Range(1, 6).Select(PayOne)));

        async Task<string> PayOne(int quantity)
        {
            var cart = await customer.Client.OpenCart(Currency.EUR, stop);
            await customer.Client.Put(cart.Id, goods.Tea.Sku, quantity, stop);
            var order = await customer.Client.Place(cart.Id, stop);
            await customer.Client.PayAndWait(order.Id, Cards.Visa, stop);
            return order.Id;
        }
    }

    [Test, Tag("slow")]
    public async Task An_archive_has_each_receipt(CancellationToken stop)
    {
        await using var zip = await Archive("en-US", stop);

        Check.Sequence(regular.OrderIds.Order(StringComparer.Ordinal).Select(id => id + ".txt"), zip.Entries.Select(e => e.Name));
    }

    [Test, Tag("slow")]
    [Case("en-US")]
    [Case("de-DE")]
    public async Task Receipts_from_an_archive_are_genuine(string culture, CancellationToken stop)
    {
        await using var zip = await Archive(culture, stop);

        foreach (var entry in zip.Entries)
        {
            using var text = new StreamReader(await entry.OpenAsync(stop));
            Check.That(await regular.Customer.Client.IsGenuine(await text.ReadToEndAsync(stop), stop), entry.Name);
        }
    }

    [Test]
    public async Task An_unpaid_order_is_not_in_the_archive(PlacedOrder unpaid, TempDirectory directory, TestContext context, CancellationToken stop)
    {
        await using var zip = await Archive("fr-FR", stop);

        await zip.ExtractToDirectoryAsync(directory.Path, stop);

        context.Output.WriteLine($"{zip.Entries.Count} receipts in {directory}");
        Check.That(!File.Exists(directory.Combine(unpaid.Id + ".txt")));
        Check.Equal(6, directory.Info.GetFiles().Length);
    }

    [Test]
    public Task A_guest_has_no_archive(ShopClient guest, CancellationToken stop) => Check.Refused(401, "no_session", guest.Get<string>("/receipts/archive", stop));

    private async Task<ZipArchive> Archive(string culture, CancellationToken stop)
    {
        using var response = await regular.Customer.Client.Send(HttpMethod.Get, $"/receipts/archive?culture={culture}", null, stop);
        return new(new MemoryStream(await response.Content.ReadAsByteArrayAsync(stop)));
    }
}
