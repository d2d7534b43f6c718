using TUnit.Core;

namespace Shop.Tests;

public class TextTests
{
    private readonly List<string> _words = [];

    [Before(HookType.Test)]
    public void Prepare() => _words.Add("tea");

    [After(HookType.Test)]
    public void CleanUp() => _words.Clear();

    [Test]
    [Arguments("Green Tea", "green-tea")]
    [Arguments("green_tea", "green-tea")]
    public void Slugs(string name, string slug) => Check(Text.Slug(name) == slug);

    [Test, Timeout(5000)]
    public async Task Words_over_an_await(CancellationToken stop)
    {
        await Task.Delay(1, stop);
        Check(_words.Count == 1);
    }

    private static void Check(bool condition)
    {
        if (!condition) throw new Exception("not so");
    }
}
