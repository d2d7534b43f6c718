using System.Text.RegularExpressions;

namespace Rondo.Docs.Tests;

[TestClass]
public sealed partial class OptionsInPagesTests
{
    [TestMethod]
    public async Task Every_option_in_the_tables_exists()
    {
        var help = (await SampleProgram.AskAsync("--help")).Output;

        // Comes with a package of its own, which the page says.
        var existing = HelpLine().Matches(help).Select(m => m.Groups[1].Value).Append("report-trx").ToHashSet(StringComparer.Ordinal);
        var documented = TableRow().Matches(Pages.Text("docs/running.md")).Select(m => m.Groups[1].Value).ToList();

        Assert.AreNotEqual(0, documented.Count);
        Assert.AreEqual("", string.Join(", ", documented.Where(o => !existing.Contains(o))));
    }

    [TestMethod]
    public async Task Every_option_that_exists_is_in_the_page()
    {
        var help = (await SampleProgram.AskAsync("--help")).Output;
        var own = help[help.IndexOf("Extension options:", StringComparison.Ordinal)..];
        var page = Pages.Text("docs/running.md");

        var missing = HelpLine().Matches(own).Select(m => m.Groups[1].Value).Where(o => !page.Contains($"`--{o}", StringComparison.Ordinal) && !page.Contains($"`-{o}", StringComparison.Ordinal)).ToList();

        Assert.AreEqual("", string.Join(", ", missing));
    }

    [GeneratedRegex(@"^    --([a-z][a-z-]*)\s*$", RegexOptions.Multiline)]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^\| `--?([a-z][a-z-]*)", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
