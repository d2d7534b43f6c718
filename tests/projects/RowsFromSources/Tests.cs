using Rondo;

namespace Rows;

public class Rounding
{
    [Test, CasesFrom(nameof(Pairs))] public void Rounds(decimal value, int digits) => Expect.True(digits >= 0, value.ToString());
    public static IEnumerable<(decimal, int)> Pairs() => [(1.25m, 1), (2.5m, 0)];

    [Test, CasesFrom(nameof(Words))] public async Task Speaks(string word, CancellationToken stop)
    {
        await Task.Delay(1, stop);
        Expect.True(word.Length > 0, word);
    }

    public static async IAsyncEnumerable<string> Words()
    {
        yield return "one";
        await Task.Delay(5);
        yield return "two";
    }

    [Test, CasesFrom(nameof(Marked))] public void With_marks(int number, string text) => Expect.True(number is 1 or 2, text);
    public static IEnumerable<CaseRow<int, string>> Marked =>
    [
        new(1, "plain"),
        new(2, "named") { Name = "the second" },
        new(3, "skipped") { Skip = "three is too many" },
        new(4, "tagged") { Tags = ["slow"], Skip = "and slow" },
    ];

    [Test, CasesFrom(typeof(Elsewhere), nameof(Elsewhere.Numbers))] public void From_another_class(int number) => Expect.True(number > 0, "number");
}

public static class Elsewhere
{
    public static IEnumerable<int> Numbers()
    {
        for (var i = 1; i <= 3; i++) yield return i;
    }
}
