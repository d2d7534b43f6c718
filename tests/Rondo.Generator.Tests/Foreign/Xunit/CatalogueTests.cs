using System.Threading;
using Xunit;

namespace Shop.Tests
{
    public class CatalogueTests : IAsyncDisposable
    {
        private readonly Catalogue _catalogue = new();

        public CatalogueTests() => _catalogue.Add(new Product("TEA1", "Green tea", new Money(3.50m, Currency.Euro)));

        public ValueTask DisposeAsync() => _catalogue.DisposeAsync();

        [Fact]
        public async Task Finds_a_product() => Assert.NotNull(await _catalogue.FindAsync("TEA1"));

        [Fact]
        public async Task Finds_nothing_under_another_number() => Assert.Null(await _catalogue.FindAsync("TEA2"));

        [Fact(Timeout = 5000)]
        public async Task Stops_when_asked()
        {
            using var stop = new CancellationTokenSource();
            stop.Cancel();

            await Assert.ThrowsAsync<OperationCanceledException>(() => _catalogue.FindAsync("TEA1", stop.Token));
        }

        [Fact]
        public void Is_open() => Assert.True(_catalogue.IsOpen);

        [Fact]
        public async ValueTask Is_closed_when_disposed()
        {
            await _catalogue.DisposeAsync();
            Assert.False(_catalogue.IsOpen);
        }

        [Theory]
        [InlineData("TEA1", true)]
        [InlineData("", false)]
        [InlineData("tea1", false)]
        public async Task Numbers_are_compared_exactly(string sku, bool found) => Assert.Equal(found, await _catalogue.FindAsync(sku) is not null);

        [Fact]
        public void A_number_is_given_once() => Assert.Throws<ArgumentException>(() => _catalogue.Add(new Product("TEA1", "Black tea", default)));

        [Fact]
        public void Counts_its_products() => Assert.Equal(1, _catalogue.Count);

        public static TheoryData<string, int> Additions { get; } = new()
        {
            { "POT1", 2 },
            { "CUP1", 2 },
        };

        [Theory, MemberData(nameof(Additions))]
        public async Task Grows(string sku, int count)
        {
            _catalogue.Add(new Product(sku, sku, default));

            Assert.Equal(count, _catalogue.Count);
            Assert.NotNull(await _catalogue.FindAsync(sku));
        }
    }
}
