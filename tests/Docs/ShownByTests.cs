using System.Text.RegularExpressions;

namespace Rondo.Docs.Tests;

/// <summary>The pages for those who come from elsewhere promise something in each row of their tables. Each row names what shows it, and that is there.</summary>
[TestClass]
public sealed partial class ShownByTests
{
    [TestMethod]
    public void Every_row_about_pytest_names_what_shows_it()
    {
        var rows = Rows(Pages.Text("docs/from-pytest.md")).ToList();

        Assert.IsGreaterThan(90, rows.Count);
        Assert.AreEqual("", string.Join('\n', rows.Select(r => (Row: r, Missing: Missing(r.Split('|')[^2]))).Where(r => r.Missing.Length > 0).Select(r => $"{r.Missing}: {r.Row}")));
    }

    [TestMethod]
    public void Every_row_about_other_frameworks_has_a_line_that_names_what_shows_it()
    {
        var rows = Rows(Pages.Text("docs/from-dotnet.md")).ToList();
        var lines = Pages.Text("tests/Docs/FromDotnet.shown.txt").Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split(" => ")).ToList();

        Assert.IsGreaterThan(50, rows.Count);
        Assert.AreEqual("", string.Join('\n', rows.Where(r => lines.Count(l => r.Contains(l[0], StringComparison.Ordinal)) != 1).Select(r => $"not exactly one line: {r}")));
        Assert.AreEqual("", string.Join('\n', lines.Where(l => rows.Count(r => r.Contains(l[0], StringComparison.Ordinal)) != 1).Select(l => $"not exactly one row: {l[0]}")));
        Assert.AreEqual("", string.Join('\n', lines.Select(l => (l[0], Missing: l.Length == 2 ? Missing(l[1]) : "no arrow")).Where(l => l.Missing.Length > 0)));
    }

    [TestMethod]
    [DataRow("P/FirstTest", "")]
    [DataRow("P/CompileErrors, L/PumpTests", "")]
    [DataRow("ShownByTests.Every_row_about_pytest_names_what_shows_it", "")]
    [DataRow("", "nothing")]
    [DataRow("README", "README")]
    [DataRow("P/FirstTest, P/NeverWritten", "P/NeverWritten")]
    [DataRow("P/", "P/")]
    [DataRow("L/Rondo", "L/Rondo")]
    [DataRow("LinkTests.Never_written", "LinkTests.Never_written")]
    public void What_is_not_there_is_found(string shownBy, string missing) => Assert.AreEqual(missing, Missing(shownBy));

    [TestMethod]
    public void Rows_are_what_stands_below_the_head_of_a_table() =>
        CollectionAssert.AreEqual(new[] { "| a | b |", "| | c |" }, Rows("text\n\n| x | y |\n|---|--:|\n| a | b |\n| | c |\n\nmore\n").ToArray());

    // What of it is not there; empty if all is.
    private static string Missing(string shownBy)
    {
        string[] names = shownBy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0 ? "nothing" : string.Join(", ", names.Where(n => !IsThere(n)));
    }

    private static bool IsThere(string name) => name switch
    {
        _ when name.StartsWith("P/", StringComparison.Ordinal) => name.Length > 2 && IsRun(name[2..]),
        _ when name.StartsWith("L/", StringComparison.Ordinal) => NamedTests.Of("tests/Rondo.Loops.Tests").Any(t => t.Class == name[2..]),
        _ => name.LastIndexOf('.') is > 0 and var dot && NamedTests.Of("tests").Contains((name[..dot], name[(dot + 1)..])),
    };

    // By a class of the acceptance tests that is named in its expectations, or by a test that names the project.
    private static bool IsRun(string project)
    {
        var folder = Path.Combine(Pages.Root, "tests", "projects", project);
        if (!Directory.Exists(folder)) return false;
        var acceptance = Directory.GetFiles(Path.Combine(Pages.Root, "tests", "Acceptance"), "*.cs").Select(File.ReadAllText).ToList();
        var expected = Path.Combine(folder, "expected.json");
        var subject = File.Exists(expected) && Subject().Match(File.ReadAllText(expected)) is { Success: true } match ? match.Groups[1].Value : null;
        return acceptance.Exists(a => (subject is not null && a.Contains($"RunsOf(nameof({subject}))", StringComparison.Ordinal)) || a.Contains($"\"{project}", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Rows(string text)
    {
        var isBelow = false;
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith('|')) isBelow = false;
            else if (isBelow) yield return line;
            else isBelow = line.StartsWith("|--", StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("\"subject\": \"(\\w+)\"")]
    private static partial Regex Subject();
}
