using Rondo;

namespace Rows;

public class Unstable
{
    [Test, CasesFrom(nameof(Numbers))]
    public async Task Takes(string text)
    {
        // Slow until another process has read the source too: then it has got some of these rows.
        for (var i = 0; i < 500 && Journal.Processes < 2; i++) await Task.Delay(20);
        Expect.True(text.Length > 0, text);
    }

    public static IEnumerable<string> Numbers()
    {
        Journal.Add("reading");
        yield return "same";
        for (var i = 1; i <= 8; i++) yield return Guid.NewGuid().ToString("N");
        yield return "same too";
    }

    [Test] public void Beside_them() { }
}
