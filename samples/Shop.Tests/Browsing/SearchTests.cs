namespace Shop.Tests.Browsing;

public sealed class SearchTests(ShopClient guest, BigDepartment department)
{
    [Test]
    [Case("copper lantern", 0, Name = "exact")]
    [Case("coper lantern", 1, Name = "one letter lost")]
    [Case("copper lanterm", 1, Name = "one letter wrong")]
    [Case("cooper lantenr", 3, Name = "two words with errors")]
    [Case("COPPER LANTERN", 0, Name = "capitals")]
    [Case("lantern copper", 0, Name = "other order")]
    public async Task Typing_errors_are_forgiven(string text, int distance, CancellationToken stop)
    {
        var hits = await guest.Search(department.Name, text, stop);

        Check.Equal(20, hits.Count);
        Check.Equal(distance, hits[0].Distance);
        Check.That(hits.All(h => h.Product.Name.Contains("Copper Lantern", StringComparison.Ordinal)));
    }

    [Test]
    public async Task The_best_hit_comes_first(CancellationToken stop)
    {
        var hits = await guest.Search(department.Name, "red wooden vase", stop);

        Check.Contains("Red Wooden Vase", hits[0].Product.Name);
        Check.Sequence(hits.Select(h => h.Distance).Order(), hits.Select(h => h.Distance));
    }

    [Test]
    [Case("gruen")]
    [Case("ebene")]
    public async Task Letters_with_accents_are_only_a_typing_error_away(string word, CancellationToken stop)
    {
        var hits = await guest.Search(department.Name, word + " copper vase", stop);

        Check.That(hits.Count > 0);
        Check.That(hits[0].Distance is 1 or 2);
    }

    [Test]
    public async Task Three_errors_in_a_word_are_too_many(CancellationToken stop)
    {
        var hits = await guest.Search(department.Name, "cxxxer", stop);

        Check.Equal(0, hits.Count);
    }

    [Test]
    [Case("")]
    [Case("   ")]
    public Task A_search_for_no_word_is_refused(string text, CancellationToken stop) => Check.Refused(400, "no_words", guest.Search(department.Name, text, stop));

    [Test]
    public async Task Another_department_is_not_searched(CancellationToken stop)
    {
        var elsewhere = ShopClient.NewName("garden");
        await guest.AddProduct("Red wooden vase", 5, stop, department: elsewhere);

        var hits = await guest.Search(elsewhere, "vase", stop);

        Check.Equal(1, hits.Count);
    }

    // Process-wide switch: while it is off, every search of this process is exact.
    [Test]
    [Case(true, 20)]
    [Case(false, 0)]
    public async Task Typing_errors_are_forgiven_only_while_the_switch_is_on(bool fuzzy, int hits, ProcessState state, CancellationToken stop)
    {
        ShopSettings.FuzzySearch = fuzzy;

        var found = await guest.Search(department.Name, "marbel mirror", stop);

        Check.Equal(hits, found.Count);
        Check.That(state.Settings.FuzzySearch);
    }
}
