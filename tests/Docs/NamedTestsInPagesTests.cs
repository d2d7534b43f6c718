using System.Text.RegularExpressions;

namespace Rondo.Docs.Tests;

/// <summary>A table that says "this test shows it" is worth something only while the test is there.</summary>
[TestClass]
public sealed partial class NamedTestsInPagesTests
{
    [TestMethod]
    [DataRow("docs/structured-concurrency.md", 80)]
    [DataRow("docs/loops.md", 25)]
    public void Every_row_of_the_comparison_names_a_test_that_exists(string page, int moreThan)
    {
        var existing = NamedTests.Of("tests/Rondo.Loops.Tests");

        var rows = Rows(Pages.Text(page)).ToList();
        var missing = rows.Where(r => !existing.Contains(r)).Select(r => $"{r.Class}.{r.Method}");

        Assert.IsGreaterThan(moreThan, rows.Count);
        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    public void Every_row_of_the_conformance_of_loops_names_a_test_that_exists()
    {
        var existing = NamedTests.Of("tests");

        var rows = Rows(Pages.Text("docs/design/loop-conformance.md")).ToList();
        var missing = rows.Where(r => r.Class.Contains('/', StringComparison.Ordinal) ? !IsInProject(r.Class, r.Method) : !existing.Contains(r)).Select(r => $"{r.Class}.{r.Method}");

        Assert.IsGreaterThan(50, rows.Count);
        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    public void A_row_without_a_test_is_found()
    {
        const string Table = "Tests: `TaskGroupRules`\n\n| rule | | Rondo | test |\n|---|---|---|---|\n| a | same | | Not_there |\n| b | no | | |\n| c | differs | x | Other.Elsewhere |\n";

        CollectionAssert.AreEqual(new[] { ("TaskGroupRules", "Not_there"), ("TaskGroupRules", ""), ("Other", "Elsewhere") }, Rows(Table).ToArray());
    }

    private static IEnumerable<(string Class, string Method)> Rows(string text)
    {
        var testClass = "";
        foreach (var line in text.Split('\n'))
        {
            if (ClassLine().Match(line) is { Success: true } heading) testClass = heading.Groups[1].Value;
            else if (line.StartsWith("## ", StringComparison.Ordinal)) testClass = "";
            if (testClass.Length == 0 || RowLine().Match(line) is not { Success: true } row) continue;
            var name = row.Groups[1].Value.Trim();
            yield return name.LastIndexOf('.') is >= 0 and var dot ? (name[..dot], name[(dot + 1)..]) : (testClass, name);
        }
    }

    // A test of a user project: Project/Class.Method.
    private static bool IsInProject(string projectAndClass, string method)
    {
        var folder = Path.Combine(Pages.Root, "tests", "projects", projectAndClass.Split('/')[0]);
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.cs").Any(f => File.ReadAllText(f).Contains($" {method}(", StringComparison.Ordinal));
    }

    [GeneratedRegex("^Tests: `(\\w+)`$")]
    private static partial Regex ClassLine();

    [GeneratedRegex(@"^\| .*\| (?:same|differs|no|none|note|deadlock|suspicion) \|[^|]*\|([^|]*)\|$")]
    private static partial Regex RowLine();
}
