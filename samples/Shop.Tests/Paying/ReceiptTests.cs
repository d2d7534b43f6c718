namespace Shop.Tests.Paying;

public sealed class ReceiptTests(PaidOrder order, ShopServer server)
{
    [Test]
    [Case("en-US", "€34.00", "€46.41")]
    [Case("de-DE", "34,00 €", "46,41 €")]
    [Case("fr-FR", "34,00 €", "46,41 €")]
    public async Task A_receipt_is_written_in_the_readers_culture(string culture, string net, string total, CancellationToken stop)
    {
        var receipt = Check.PlainSpaces(await order.Client.Receipt(order.Id, culture, stop));

        Check.Contains(net, receipt);
        Check.Contains(total, receipt);
    }

    [Test]
    public async Task A_receipt_is_genuine_in_every_language(CancellationToken stop)
    {
        foreach (var culture in new[] { "en-US", "de-DE", "ja-JP" }) Check.That(await order.Client.IsGenuine(await order.Client.Receipt(order.Id, culture, stop), stop), culture);
    }

    [Test]
    [Case("€46.41", "€16.41", Name = "another total")]
    [Case("2 x", "3 x", Name = "more goods")]
    [Case("Receipt ", "Receipt 0", Name = "another number")]
    [Case("Signature: ", "Signature: 0", Name = "another signature")]
    [Case("Signature: ", "Signed: ", Name = "no signature")]
    public async Task A_changed_receipt_is_not_genuine(string from, string to, CancellationToken stop)
    {
        var receipt = await order.Client.Receipt(order.Id, "en-US", stop);

        var changed = receipt.Replace(from, to, StringComparison.Ordinal);

        Check.That(changed != receipt);
        Check.That(!await order.Client.IsGenuine(changed, stop));
    }

    [Test]
    public async Task A_receipt_is_a_whole_file_in_the_shops_directory(TestContext context, CancellationToken stop)
    {
        var file = Path.Combine(server.Options.ReceiptDirectory, order.Id + ".txt");

        var lines = await File.ReadAllLinesAsync(file, stop);

        context.Attach(file, "the receipt as it is kept");
        context.Properties["lines"] = $"{lines.Length}";
        Check.Sequence(["line", "line", "amount", "amount", "amount", "amount", "amount"], lines.Select(l => l.Split(';')[0]));
        Check.That(!File.Exists(file + ".part"));
    }

    [Test]
    public Task Only_the_customer_gets_the_receipt(ShopClient guest, CancellationToken stop) => Check.Refused(401, "no_session", guest.Receipt(order.Id, "en-US", stop));
}
