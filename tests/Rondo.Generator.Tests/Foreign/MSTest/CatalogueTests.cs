using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Shop.Tests;

[TestClass, DoNotParallelize]
public sealed class CatalogueTests
{
    private Catalogue _catalogue = null!;

    [TestInitialize]
    public void Initialize()
    {
        _catalogue = new Catalogue();
        _catalogue.Add(new Product("TEA1", "Green tea", new Money(3.50m, Currency.Euro)));
    }

    [TestCleanup]
    public async Task CleanupAsync()
    {
        await _catalogue.DisposeAsync();
    }

    [TestMethod]
    public async Task Finds_a_product() => Assert.IsTrue(await _catalogue.FindAsync("TEA1") is not null);

    [TestMethod]
    public async Task Finds_nothing_under_another_number() => Assert.IsNull(await _catalogue.FindAsync("TEA2"));

    [TestMethod]
    public async Task Stops_when_asked()
    {
        OperationCanceledException? stopped = null;
        try { await _catalogue.FindAsync("TEA1", new CancellationToken(canceled: true)); }
        catch (OperationCanceledException e) { stopped = e; }
        Assert.IsTrue(stopped is not null);
    }

    [TestMethod]
    public void Is_open() => Assert.IsTrue(_catalogue.IsOpen);

    [TestMethod]
    public async Task Is_closed_when_disposed()
    {
        await _catalogue.DisposeAsync();
        Assert.IsTrue(!_catalogue.IsOpen);
    }

    [TestMethod]
    [DataRow("TEA1", true)]
    [DataRow("", false)]
    [DataRow("tea1", false)]
    public async Task Numbers_are_compared_exactly(string sku, bool found) => Assert.AreEqual(found, await _catalogue.FindAsync(sku) is not null);

    [TestMethod]
    public void A_number_is_given_once() => Assert.ThrowsExactly<ArgumentException>(() => _catalogue.Add(new Product("TEA1", "Black tea", default)));

    [TestMethod]
    public void Counts_its_products() => Assert.AreEqual(1, _catalogue.Count);
}
