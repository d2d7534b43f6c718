using System.Text.RegularExpressions;

namespace Rondo.Docs.Tests;

/// <summary>The tests of this repository by name, as their sources say.</summary>
internal static partial class NamedTests
{
    private static readonly Dictionary<string, HashSet<(string Class, string Method)>> s_known = new(StringComparer.Ordinal);

    /// <summary>Those in a folder and below; projects of users have none of ours.</summary>
    public static HashSet<(string Class, string Method)> Of(string folder)
    {
        if (s_known.TryGetValue(folder, out var known)) return known;
        var tests = new HashSet<(string, string)>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Pages.Root, folder), "*.cs", SearchOption.AllDirectories).Where(f => !Elsewhere().IsMatch(f)))
        {
            var (testClass, isMarked) = ("", false);
            foreach (var line in File.ReadLines(file))
            {
                if (ClassDeclaration().Match(line) is { Success: true } declared) testClass = declared.Groups[1].Value;
                else if (line.StartsWith("    [TestMethod", StringComparison.Ordinal)) isMarked = true;
                else if (TestMethod().Match(line) is { Success: true } test)
                {
                    if (isMarked) tests.Add((testClass, test.Groups[1].Value));
                    isMarked = false;
                }
            }
        }

        return s_known[folder] = tests;
    }

    [GeneratedRegex(@"[/\\](projects|Foreign|Samples|obj)[/\\]")]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"^public (?:abstract |sealed )?(?:partial )?class (\w+)")]
    private static partial Regex ClassDeclaration();

    [GeneratedRegex(@"^    public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex TestMethod();
}
