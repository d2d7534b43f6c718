using System.Text.RegularExpressions;

namespace Rondo.Docs.Tests;

/// <summary>Code of F# in pages is not compiled here: it stands in files that are.</summary>
[TestClass]
public sealed partial class OtherLanguagesTests
{
    [TestMethod]
    public void FSharp_in_pages_is_that_of_the_samples()
    {
        var files = Directory.GetFiles(Path.Combine(Pages.Root, "samples"), "*.fs", SearchOption.AllDirectories).Concat(Directory.GetFiles(Path.Combine(Pages.Root, "src", "Rondo", "build"), "*.fs"))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(f => Plain(File.ReadAllText(f))).ToList();

        var blocks = Pages.Names.SelectMany(page => Block().Matches(Pages.Text(page)).Select(m => (Page: page, Code: m.Groups[1].Value))).ToList();
        var elsewhere = blocks.Where(b => !files.Exists(f => f.Contains(Plain(b.Code), StringComparison.Ordinal))).Select(b => $"{b.Page}:\n{b.Code}");

        Assert.IsGreaterThan(4, blocks.Count);
        Assert.AreEqual("", string.Join('\n', elsewhere));
    }

    // What stands in a module is indented there.
    private static string Plain(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0)) + "\n";

    [GeneratedRegex(@"```fsharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
