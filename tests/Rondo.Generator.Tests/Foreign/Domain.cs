// What the suites of other frameworks beside this file test: a small shop.
global using System.Linq;

namespace Shop;

public enum Currency { Euro, Dollar, Yen }

public readonly record struct Money(decimal Amount, Currency Currency)
{
    public static Money operator +(Money a, Money b) => a.Currency == b.Currency ? new(a.Amount + b.Amount, a.Currency) : throw new InvalidOperationException("two currencies");

    public Money Times(int count) => this with { Amount = Amount * count };

    public override string ToString() => Currency == Currency.Yen ? $"{Amount:0} {Currency}" : FormattableString.Invariant($"{Amount:0.00} {Currency}");
}

public sealed record Product(string Sku, string Name, Money Price);

public sealed class Cart
{
    private readonly Dictionary<Product, int> _lines = [];

    public int Count => _lines.Values.Sum();

    public bool IsEmpty => _lines.Count == 0;

    public void Put(Product product, int count = 1)
    {
        if (count <= 0) throw new ArgumentOutOfRangeException(nameof(count));
        _lines[product] = _lines.GetValueOrDefault(product) + count;
    }

    public void Remove(Product product) => _lines.Remove(product);

    public Money Total() => _lines.Aggregate(new Money(0, Currency.Euro), (sum, line) => sum + line.Key.Price.Times(line.Value));
}

public sealed class Catalogue : IAsyncDisposable
{
    private readonly Dictionary<string, Product> _products = [];

    public int Count => _products.Count;

    public bool IsOpen { get; private set; } = true;

    public void Add(Product product) => _products.Add(product.Sku, product);

    public async Task<Product?> FindAsync(string sku, CancellationToken stop = default)
    {
        await Task.Yield();
        stop.ThrowIfCancellationRequested();
        return _products.GetValueOrDefault(sku);
    }

    public ValueTask DisposeAsync()
    {
        IsOpen = false;
        return ValueTask.CompletedTask;
    }
}

public static class Text
{
    public static string Slug(string name) => string.Join('-', name.ToLowerInvariant().Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries));

    public static bool IsSku(string text) => text.Length is > 2 and < 9 && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    public static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
