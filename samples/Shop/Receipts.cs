using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Shop;

/// <summary>What the shop thinks of a receipt that somebody shows.</summary>
public sealed record Verification(bool Genuine);

// The only part that touches the receipt directory. A receipt is kept without culture and rendered in the reader's.
internal sealed class ReceiptStore(ShopOptions options)
{
    private const int KeyRounds = 50_000;
    private const string SignatureMark = "Signature: ";
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    public async Task WriteAsync(Order order, CancellationToken stop)
    {
        Directory.CreateDirectory(options.ReceiptDirectory);
        var lines = order.View().Lines.Select(l => $"line;{l.Sku};{l.Quantity.ToString(CultureInfo.InvariantCulture)}");
        var totals = new (string Name, Money Money)[]
        {
            ("Net", order.Totals.Net), ("Discount", order.Totals.Discount), ("Shipping", order.Totals.Shipping), ("Tax", order.Totals.Tax), ("Total", order.Totals.Total),
        };
        var amounts = totals.Select(t => $"amount;{t.Name};{t.Money.Amount.ToString(CultureInfo.InvariantCulture)};{t.Money.Currency}");

        // Written aside and moved, so that a reader never sees half a receipt.
        var aside = PathOf(order.Id) + ".part";
        await File.WriteAllLinesAsync(aside, [.. lines, .. amounts], stop);
        File.Move(aside, PathOf(order.Id), overwrite: true);
    }

    public async Task<string> RenderAsync(string orderId, CultureInfo culture, CancellationToken stop)
    {
        if (!File.Exists(PathOf(orderId))) throw RefusedException.NotFound("receipt for order", orderId);
        var text = new StringBuilder().Append("Receipt ").Append(orderId).Append('\n');
        foreach (var line in await File.ReadAllLinesAsync(PathOf(orderId), stop))
        {
            text.Append(line.Split(';') switch
            {
                ["line", var sku, var quantity] => $"{quantity,5} x {sku}",
                ["amount", var name, var amount, var currency] =>
                    $"{name,-10}{new Money(decimal.Parse(amount, CultureInfo.InvariantCulture), Enum.Parse<Currency>(currency)).Format(culture),16}",
                _ => throw new InvalidDataException($"The receipt of order {orderId} has the line '{line}', which this shop did not write."),
            }).Append('\n');
        }

        if (Environment.GetEnvironmentVariable("SHOP_RECEIPT_FOOTER") is { Length: > 0 } footer) text.Append(footer).Append('\n');
        var signature = Sign(orderId, text.ToString());
        return text.Append(SignatureMark).Append(signature).ToString();
    }

    public Verification Verify(string receipt)
    {
        var mark = receipt.LastIndexOf(SignatureMark, StringComparison.Ordinal);
        var firstLine = receipt.Split('\n')[0];
        if (mark < 0 || !firstLine.StartsWith("Receipt ", StringComparison.Ordinal)) return new(false);
        var expected = Sign(firstLine["Receipt ".Length..], receipt[..mark]);
        return new(CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(receipt[(mark + SignatureMark.Length)..].TrimEnd())));
    }

    /// <summary>All receipts of these orders that exist, rendered, in one zip file.</summary>
    public async Task<byte[]> ArchiveAsync(IEnumerable<string> orderIds, CultureInfo culture, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        await using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var id in orderIds.Where(id => File.Exists(PathOf(id))))
            {
                await using var entry = await zip.CreateEntry(id + ".txt", CompressionLevel.SmallestSize).OpenAsync(stop);
                await entry.WriteAsync(Encoding.UTF8.GetBytes(await RenderAsync(id, culture, stop)), stop);
            }
        }

        return bytes.ToArray();
    }

    private string PathOf(string orderId) => Path.Combine(options.ReceiptDirectory, orderId + ".txt");

    // Each receipt has a key of its own, so that one that leaks signs nothing else.
    private string Sign(string orderId, string text)
    {
        var key = Rfc2898DeriveBytes.Pbkdf2(_secret, Encoding.UTF8.GetBytes(orderId), KeyRounds, HashAlgorithmName.SHA256, 32);
        return Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
    }
}
