using NUnit.Framework;

namespace Shop.Tests;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class CatalogueTests
{
    private Catalogue _catalogue = null!;

    [SetUp]
    public void SetUp()
    {
        _catalogue = new Catalogue();
        _catalogue.Add(new Product("TEA1", "Green tea", new Money(3.50m, Currency.Euro)));
    }

    [TearDown]
    public async Task TearDown() => await _catalogue.DisposeAsync();

    [Test]
    public async Task Finds_a_product()
    {
        var tea = await _catalogue.FindAsync("TEA1");
        Assert.That(tea is not null);
    }

    [Test]
    public async Task Finds_nothing_under_another_number()
    {
        Assert.That(await _catalogue.FindAsync("TEA2"), Is.Null);
    }

    [Test, CancelAfter(5000)]
    public async Task Stops_when_asked()
    {
        try
        {
            await _catalogue.FindAsync("TEA1", new CancellationToken(canceled: true));
            Assert.That(false, "it did not stop");
        }
        catch (OperationCanceledException)
        {
        }
    }

    [Test]
    public void Is_open() => Assert.That(_catalogue.IsOpen);

    [Test]
    public async Task Is_closed_when_disposed()
    {
        await _catalogue.DisposeAsync();
        Assert.That(!_catalogue.IsOpen);
    }

    [TestCase("TEA1", true)]
    [TestCase("", false)]
    [TestCase("tea1", false, Ignore = "under discussion")]
    public async Task Numbers_are_compared_exactly(string sku, bool found) => Assert.That((await _catalogue.FindAsync(sku) is not null) == found);

    [Test]
    public void A_number_is_given_once() => Assert.Throws<ArgumentException>(() => _catalogue.Add(new Product("TEA1", "Black tea", default)));

    [Test]
    public void Counts_its_products() => Assert.That(_catalogue.Count, Is.EqualTo(1));

    [TestCaseSource(typeof(Additions), nameof(Additions.Numbers))]
    public async Task Grows(string sku)
    {
        _catalogue.Add(new Product(sku, sku, default));
        Assert.That(await _catalogue.FindAsync(sku) is not null);
    }

    internal static class Additions
    {
        public static string[] Numbers => ["POT1", "CUP1"];
    }
}
