using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Report;

namespace Rondo.Engine.Tests.Report;

[TestClass]
public sealed class LiveLinesTests
{
    private readonly LiveLines _lines = new();

    [TestMethod]
    public void Pieces_become_whole_lines_each_with_its_worker()
    {
        var first = _lines.Add("w0", "A", isError: false, "one");
        var second = _lines.Add("w0", "A", isError: false, " line\r\ntwo\nth");

        Assert.IsEmpty(first);
        CollectionAssert.AreEqual(new[] { "[w0] --- A", "[w0] one line", "[w0] two" }, second.ToArray());
        CollectionAssert.AreEqual(new[] { "[w0] th" }, _lines.End("w0", "A").ToArray());
    }

    [TestMethod]
    public void Tests_that_overlap_never_share_a_line_and_their_id_stands_where_it_changes()
    {
        List<string> shown = [.. _lines.Add("w0", "A", false, "a1 "), .. _lines.Add("w0", "B", false, "b1\n"), .. _lines.Add("w0", "A", false, "a2\na3\n"), .. _lines.Add("w1", "B", false, "other\n")];

        CollectionAssert.AreEqual(new[] { "[w0] --- B", "[w0] b1", "[w0] --- A", "[w0] a1 a2", "[w0] a3", "[w1] --- B", "[w1] other" }, shown);
    }

    [TestMethod]
    public void Both_streams_have_lines_of_their_own()
    {
        List<string> shown = [.. _lines.Add("w0", "A", false, "out"), .. _lines.Add("w0", "A", true, "err\n"), .. _lines.Add("w0", "A", false, "put\n")];

        CollectionAssert.AreEqual(new[] { "[w0] --- A", "[w0] err", "[w0] output" }, shown);
    }

    [TestMethod]
    public void What_was_written_past_the_engine_belongs_to_no_test()
    {
        List<string> shown = [.. _lines.Add("w0", null, false, "native\nhalf"), .. _lines.End("w0", "A")];

        CollectionAssert.AreEqual(new[] { "[w0] native", "[w0] half" }, shown);
    }

    [TestMethod]
    public void A_line_without_end_is_shown_in_parts_and_waits_in_bounds()
    {
        var shown = new List<string>();
        for (var i = 0; i < 100; i++) shown.AddRange(_lines.Add("w0", null, false, new string('x', 1000)));

        Assert.IsGreaterThanOrEqualTo(23, shown.Count);
        Assert.IsTrue(shown.All(l => l.Length <= LiveLines.LongestLine + "[w0] ".Length));
        Assert.AreEqual(100_000, shown.Concat(_lines.EndAll()).Sum(l => l.Length - "[w0] ".Length));
    }

    [TestMethod]
    public void Hostile_text_moves_no_cursor_and_pretends_to_be_no_other_worker()
    {
        var shown = _lines.Add("w0", null, false, "a\rb\u001b[2K\u001b]0;title\u0007 \u2028[w1] lie\tok\n");

        Assert.AreEqual("[w0] a\uFFFDb\uFFFD[2K\uFFFD]0;title\uFFFD \uFFFD[w1] lie\tok", Assert.ContainsSingle(shown));
    }

    [TestMethod]
    public void However_text_is_cut_the_lines_are_the_same()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(200); i > 0; i--) text.Append((string[])["a", "é", "🎉", "\n", "\r\n", " ", "lo"] is var p ? p[random.Next(p.Length)] : "");
            var whole = new LiveLines();
            var cut = new LiveLines();

            List<string> expected = [.. whole.Add("w0", "A", false, text.ToString()), .. whole.EndAll()];
            var shown = new List<string>();
            for (var from = 0; from < text.Length;)
            {
                var length = Math.Min(text.Length - from, random.Next(1, 9));
                shown.AddRange(cut.Add("w0", "A", false, text.ToString(from, length)));
                from += length;
            }

            shown.AddRange(cut.EndAll());
            CollectionAssert.AreEqual(expected, shown, $"seed {seed}");
        }
    }
}
