namespace Shop.Tests.Browsing;

/// <summary>The shop finds a supplier's list in the current directory, and a process has only one of those.</summary>
/// <remarks>The state is asked for after the directory, so it is restored before the directory is removed: some systems keep a current directory.</remarks>
public sealed class PriceListTests(ShopClient guest)
{
    [Test]
    public async Task A_list_is_found_in_the_current_directory(TempDirectory directory, ProcessState state, CancellationToken stop)
    {
        var department = ShopClient.NewName("supplier");
        await File.WriteAllLinesAsync(directory.Combine("prices.csv"), [Line(department, 1, "9.90"), Line(department, 2, "19.90")], stop);
        Environment.CurrentDirectory = directory.Path;

        var summary = await Import("prices.csv", stop);

        Check.Equal(new ImportSummary(2, 0, 0), summary);
        Check.Equal(new Money(19.90m, Currency.EUR), (await guest.Get<Product>($"/products/{department}-2", stop)).Price);
    }

    [Test]
    [Case("9.90", 0, 1)]
    [Case("8.90", 1, 0)]
    public async Task A_second_list_changes_prices_that_differ(string price, int repriced, int unchanged, TempDirectory directory, ProcessState state, CancellationToken stop)
    {
        var department = ShopClient.NewName("supplier");
        Environment.CurrentDirectory = directory.Path;
        await File.WriteAllTextAsync("prices.csv", Line(department, 1, "9.90"), stop);
        await Import("prices.csv", stop);
        await File.WriteAllTextAsync("prices.csv", Line(department, 1, price), stop);

        var summary = await Import("prices.csv", stop);

        Check.Equal(new ImportSummary(0, repriced, unchanged), summary);
    }

    [Test]
    [Tag("slow")]
    [Case(5_000)]
    [Case(20_000)]
    public async Task A_long_list_is_read_line_by_line(int lines, TempDirectory directory, ProcessState state, CancellationToken stop)
    {
        var department = ShopClient.NewName("wholesale");
        await File.WriteAllLinesAsync(directory.Combine("prices.csv"), Enumerable.Range(1, lines).Select(i => Line(department, i, "1.25")), stop);
        Environment.CurrentDirectory = directory.Info.Parent!.FullName;

        var summary = await Import(Path.Combine(directory.Info.Name, "prices.csv"), stop);

        Check.Equal(new ImportSummary(lines, 0, 0), summary);
    }

    [Test]
    public async Task A_list_that_is_not_there_is_refused(TempDirectory directory, ProcessState state, CancellationToken stop)
    {
        Environment.CurrentDirectory = directory.Path;

        await Check.Refused(404, "not_found", Import("prices.csv", stop));
    }

    [Test]
    [Case("only;three;fields")]
    [Case("sku;name;department;nine;EUR")]
    [Case("sku;name;department;9;XXX", Name = "no such currency")]
    public async Task A_line_that_makes_no_sense_is_shown(string line, TempDirectory directory, ProcessState state, CancellationToken stop)
    {
        await File.WriteAllTextAsync(directory.Combine("prices.csv"), line, stop);
        Environment.CurrentDirectory = directory.Path;

        var refused = await Check.Refused(400, "bad_price_list", Import("prices.csv", stop));

        Check.Contains(line, refused.Message);
    }

    [Test]
    public void Names_of_lists_are_told_apart_by_case(TempDirectory directory, ProcessState state, CancellationToken stop)
    {
        Skip.Unless(OperatingSystem.IsLinux(), "Here the file system ignores the case of names.");
        File.WriteAllText(directory.Combine("prices.csv"), "");
        Environment.CurrentDirectory = directory.Path;

        var refused = Check.Refused(404, "not_found", Import("PRICES.CSV", stop)).Result;

        Check.Contains("PRICES.CSV", refused.Message);
        Check.Equal(ShopSettings.TakeSnapshot(), state.Settings);
    }

    private Task<ImportSummary> Import(string path, CancellationToken stop) => guest.Post<ImportSummary>($"/pricelists?path={Uri.EscapeDataString(path)}", null, stop);

    private static string Line(string department, int number, string price) => $"{department}-{number};Article {number};{department};{price};EUR";
}
