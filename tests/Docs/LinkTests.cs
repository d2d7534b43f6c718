using System.Text.RegularExpressions;

namespace Rondo.Docs.Tests;

[TestClass]
public sealed partial class LinkTests
{
    [TestMethod]
    public void Links_between_pages_lead_somewhere()
    {
        string[] pages = [.. Pages.Names, "ARCHITECTURE.md", "GLOSSARY.md", "CHANGELOG.md"];

        var broken = pages.SelectMany(page => Link().Matches(Pages.Text(page)).Select(m => (Page: page, Target: m.Groups[1].Value)))
            .Where(l => !l.Target.Contains("://", StringComparison.Ordinal) && l.Target.Split('#')[0] is { Length: > 0 } file && !Exists(l.Page, file))
            .Select(l => $"{l.Page} -> {l.Target}");

        Assert.AreEqual("", string.Join(", ", broken));
    }

    private static bool Exists(string page, string target) => Path.Exists(Path.Combine(Pages.Root, Path.GetDirectoryName(page)!, target));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
