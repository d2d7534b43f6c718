using System.Globalization;

namespace Shop.Tests.Browsing;

public sealed class ListTests(ShopClient guest, BigDepartment department)
{
    [Test]
    [Case("de-DE")]
    [Case("fr-FR")]
    [Case("en-US")]
    [Case("sv-SE")]
    public async Task Names_are_sorted_as_in_the_readers_language(string culture, CancellationToken stop)
    {
        var compare = CultureInfo.GetCultureInfo(culture).CompareInfo;

        var page = await Page($"sort=name&culture={culture}&page=5&size=200", stop);

        Check.Equal(department.Products.Count, page.Total);
        for (var i = 1; i < page.Products.Count; i++) Check.That(compare.Compare(page.Products[i - 1].Name, page.Products[i].Name, CompareOptions.IgnoreCase) <= 0);
    }

    [Test]
    [Case("sv-SE", "Zebra, Äpple, Ögon")]
    [Case("de-DE", "Äpple, Ögon, Zebra")]
    public async Task Letters_have_their_place_in_each_alphabet(string culture, string expected, CancellationToken stop)
    {
        var small = ShopClient.NewName("alphabet");
        foreach (var name in new[] { "Ögon", "Zebra", "Äpple" }) await guest.AddProduct(name, 1, stop, department: small);

        var page = await guest.Get<ProductPage>($"/products?department={small}&culture={culture}", stop);

        Check.Equal(expected, string.Join(", ", page.Products.Select(p => p.Name)));
    }

    [Test]
    public async Task Prices_are_sorted_by_value_over_all_currencies(CancellationToken stop)
    {
        var page = await Page("sort=price&size=500", stop);

        var euros = page.Products.Select(p => p.Price.In(Currency.EUR).Amount).ToArray();
        Check.Sequence(euros.Order(), euros);
    }

    [Test]
    [Case(1, 500, 500)]
    [Case(8, 500, 500)]
    [Case(9, 500, 0)]
    [Case(12, 350, 150)]
    public async Task A_page_has_what_is_left(int page, int size, int expected, CancellationToken stop)
    {
        var found = await Page($"page={page}&size={size}&culture=en-US", stop);

        Check.Equal(expected, found.Products.Count);
    }

    [Test]
    [Tag("slow")]
    public async Task All_pages_together_have_each_product_once(TestContext context, CancellationToken stop)
    {
        var skus = new List<string>();
        for (var page = 1; page <= 8; page++) skus.AddRange((await Page($"sort=price&page={page}&size=500", stop)).Products.Select(p => p.Sku));

        context.Output.WriteLine($"{skus.Count} products on 8 pages");
        Check.Sequence(department.Products.Select(p => p.Sku).Order(StringComparer.Ordinal), skus.Order(StringComparer.Ordinal));
    }

    [Test]
    [Case("page=0", "bad_page")]
    [Case("size=501", "bad_page")]
    [Case("sort=colour", "bad_sort")]
    public Task A_list_that_cannot_be_shown_is_refused(string query, string code, CancellationToken stop) => Check.Refused(400, code, Page(query, stop));

    private Task<ProductPage> Page(string query, CancellationToken stop) => guest.Get<ProductPage>($"/products?department={department.Name}&{query}", stop);
}
