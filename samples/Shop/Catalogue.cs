using System.Collections.Concurrent;
using System.Globalization;

namespace Shop;

/// <summary>Something to sell.</summary>
/// <param name="Sku">Its name in all other parts of the shop; unique.</param>
/// <param name="Department">Where it is found; searches and lists look at one department.</param>
public sealed record Product(string Sku, string Name, string Department, Money Price);

/// <summary>A product as a shelf label shows it.</summary>
public sealed record Label(string Sku, string Name, string Price, string PriceWithTax);

/// <summary>One page of a list.</summary>
public sealed record ProductPage(int Total, IReadOnlyList<Product> Products);

/// <summary>A product and how far it is from what was asked for; 0 is exact.</summary>
public sealed record SearchHit(Product Product, int Distance);

/// <summary>What an imported price list changed.</summary>
public sealed record ImportSummary(int Added, int Repriced, int Unchanged);

internal sealed class Catalogue
{
    private const int MostTypingErrors = 2;
    private const int LongestWord = 64;
    private readonly ConcurrentDictionary<string, Product> _bySku = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, Product>> _byDepartment = new(StringComparer.Ordinal);

    public void Add(Product product)
    {
        if (product.Price.Amount < 0) throw RefusedException.BadRequest("bad_price", $"The price of '{product.Sku}' is {product.Price.Amount}; a price is never negative.");
        if (!_bySku.TryAdd(product.Sku, product)) throw RefusedException.Conflict("sku_taken", $"There is a product '{product.Sku}' already.");
        _byDepartment.GetOrAdd(product.Department, _ => new(StringComparer.Ordinal))[product.Sku] = product;
    }

    public Product Find(string sku) => _bySku.TryGetValue(sku, out var product) ? product : throw RefusedException.NotFound("product", sku);

    public static Label LabelOf(Product product, Currency? currency, CultureInfo culture)
    {
        var price = product.Price.In(currency ?? product.Price.Currency);
        return new(product.Sku, product.Name, price.Format(culture), price.Times(1 + ShopSettings.TaxRate).Rounded().Format(culture));
    }

    public ProductPage List(string department, string sort, CultureInfo culture, int page, int size)
    {
        if (page < 1 || size is < 1 or > 500) throw RefusedException.BadRequest("bad_page", $"Page {page} of size {size} cannot be shown: pages count from 1 and have 1 to 500 products.");
        var products = ProductsOf(department);
        switch (sort)
        {
            case "name":
                products.Sort((a, b) => Either(culture.CompareInfo.Compare(a.Name, b.Name, CompareOptions.IgnoreCase), a, b));
                break;
            case "price":
                products.Sort((a, b) => Either(a.Price.In(Currency.EUR).Amount.CompareTo(b.Price.In(Currency.EUR).Amount), a, b));
                break;
            default:
                throw RefusedException.BadRequest("bad_sort", $"Products cannot be sorted by '{sort}', only by 'name' or 'price'.");
        }

        return new(products.Count, products[Math.Min((page - 1) * size, products.Count)..Math.Min(page * size, products.Count)]);
    }

    /// <summary>Products whose names have all words asked for, each with at most two typing errors; best first.</summary>
    public IReadOnlyList<SearchHit> Search(string department, string text, int limit)
    {
        var wanted = Words(text);
        if (wanted.Length == 0) throw RefusedException.BadRequest("no_words", "There is no word to search for.");
        var allowed = ShopSettings.FuzzySearch ? MostTypingErrors : 0;
        var hits = new List<SearchHit>();
        foreach (var product in ProductsOf(department))
        {
            var words = Words(product.Name);
            var distance = wanted.Sum(w => words.Min(word => Distance(w, word)) is var d && d <= allowed ? d : 1000);
            if (distance < 1000) hits.Add(new(product, distance));
        }

        hits.Sort((a, b) => Either(a.Distance.CompareTo(b.Distance), a.Product, b.Product));
        return hits[..Math.Min(limit, hits.Count)];
    }

    /// <summary>Reads a list of <c>sku;name;department;price;currency</c>. A relative path starts at the current directory, where the supplier's program drops it.</summary>
    public ImportSummary Import(string path)
    {
        if (!File.Exists(path)) throw RefusedException.NotFound("price list", path);
        var (added, repriced, unchanged) = (0, 0, 0);
        foreach (var line in File.ReadLines(path).Where(l => l.Length > 0))
        {
            if (line.Split(';') is not [var sku, var name, var department, var price, var currency]
                || !decimal.TryParse(price, NumberStyles.Number, CultureInfo.InvariantCulture, out var amount) || !Enum.TryParse<Currency>(currency, out var known))
            {
                throw RefusedException.BadRequest("bad_price_list", $"The line '{line}' is not sku;name;department;price;currency.");
            }

            var product = new Product(sku, name, department, new(amount, known));
            if (!_bySku.TryGetValue(sku, out var old))
            {
                Add(product);
                added++;
            }
            else if (old.Price == product.Price)
            {
                unchanged++;
            }
            else
            {
                _bySku[sku] = _byDepartment[old.Department][sku] = old with { Price = product.Price };
                repriced++;
            }
        }

        return new(added, repriced, unchanged);
    }

    private List<Product> ProductsOf(string department) => _byDepartment.TryGetValue(department, out var products) ? [.. products.Values] : [];

    // A total order: the dictionary's own order differs from run to run.
    private static int Either(int order, Product a, Product b) => order != 0 ? order : string.CompareOrdinal(a.Sku, b.Sku);

    // Cut at LongestWord: Distance keeps a row of that length on the stack.
    private static string[] Words(string text) =>
        [.. text.ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Length > LongestWord ? w[..LongestWord] : w)];

    // Levenshtein, one row at a time.
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
