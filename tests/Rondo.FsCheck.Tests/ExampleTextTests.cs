using FsCheck;
using FsCheck.Fluent;

namespace Rondo.Properties.Tests;

[TestClass]
public sealed class ExampleTextTests
{
    [TestMethod]
    [DataRow(null, "null")]
    [DataRow(true, "true")]
    [DataRow(1.5, "1.5")]
    [DataRow('\'', "'\\''")]
    [DataRow("a\"b\\\n\u0001", "\"a\\\"b\\\\\\n\\u0001\"")]
    [DataRow("🎻", "\"🎻\"")]
    [DataRow(new[] { 1, 2 }, "[1, 2]")]
    public void A_value_is_written_near_to_how_it_is_written_in_code(object? value, string expected) => Assert.AreEqual(expected, ExampleText.Of(value));

    [TestMethod]
    public void Half_a_character_is_made_visible() => Assert.AreEqual("[\"\\ud83c\", '\\udfbb']", ExampleText.Of(new object[] { "🎻"[..1], "🎻"[1] }));

    [TestMethod]
    public void Tuples_lists_and_records_are_spelled_out() =>
        Assert.AreEqual("(1, [\"a\", null], Point { X = 1, Y = 2 })", ExampleText.Of((1, new List<string?> { "a", null }, new Point(1, 2))));

    [TestMethod]
    public void What_throws_is_told_by_its_type()
    {
        Assert.AreEqual(typeof(Throws).ToString(), ExampleText.Of(new Throws()));
        Assert.Contains("Throwing", ExampleText.Of(Throwing()));
    }

    [TestMethod]
    public void Any_text_stays_short_and_on_one_line() => PropertyTest.Check((string?[] texts) =>
    {
        var shown = ExampleText.Of(texts);
        return shown.Length < 2100 && !shown.Any(c => char.IsControl(c));
    }, new PropertyOptions { EndSize = 400 });

    [TestMethod]
    public void Long_values_are_cut() => Assert.IsLessThan(2100, ExampleText.Of(Enumerable.Repeat(new string('x', 500), 1000)).Length);

    private static IEnumerable<int> Throwing()
    {
        yield return 1;
        throw new InvalidOperationException("no more");
    }

    private sealed record Point(int X, int Y);

    private sealed class Throws
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
