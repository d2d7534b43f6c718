using System.Globalization;
using System.Text.RegularExpressions;

namespace Rondo.Docs.Tests;

/// <summary>A block of C# in a page, with the comments that stand directly before and after it.</summary>
/// <param name="Kind">What follows <c>csharp</c>: <c>test</c> (is run), <c>statements</c> (the body of a method), or nothing (a file).</param>
/// <param name="Before">Text of the HTML comment before it; empty if there is none.</param>
/// <param name="After">Text of the HTML comment after it; empty if there is none.</param>
internal sealed partial record CodeBlock(string Page, int Line, string Kind, string Code, string Before, string After)
{
    private const string NotCompiledMark = "not compiled:";
    private const string PreludeMark = "prelude";
    private const string ResultsMark = "runs:";

    public bool IsTest => Kind == "test";

    /// <summary>The reason in <c>&lt;!-- not compiled: reason --&gt;</c>; null if it is to be compiled.</summary>
    public string? NotCompiledBecause => Before.StartsWith(NotCompiledMark, StringComparison.Ordinal) ? Before[NotCompiledMark.Length..].Trim() : null;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{NotInNames().Replace(Path.GetFileNameWithoutExtension(Page), "_")}_{Line}");

    public IReadOnlyList<string> Namespaces => [.. NamespaceLine().Matches(Code).Select(m => m.Groups[1].Value)];

    /// <summary>What is expected of a block that runs: <c>passed Class.Method(args)</c>, a line for each case.</summary>
    public IReadOnlyList<string> Expected => After.StartsWith(ResultsMark, StringComparison.Ordinal)
        ? After[ResultsMark.Length..].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [];

    /// <summary>The file that is compiled. Fragments get a namespace each, so that they cannot disturb one another.</summary>
    public string File
    {
        get
        {
            var place = $"#line {Line + 1} \"{Path.Combine(Pages.Root, Page)}\"\n";
            if (IsTest) return place + Code;
            // An alias of the whole project holds for this fragment only.
            var lines = Code.Replace("global using", "using", StringComparison.Ordinal).Split('\n');
            var usings = lines.TakeWhile(l => l.StartsWith("using ", StringComparison.Ordinal) && !l.StartsWith("using var", StringComparison.Ordinal) || l.Length == 0).ToList();
            var rest = string.Join('\n', lines.Skip(usings.Count));
            var prelude = Before.StartsWith(PreludeMark, StringComparison.Ordinal) ? Before[PreludeMark.Length..] : "";
            var body = Kind == "statements" ? $"internal static class Statements\n{{\n    public static async Task RunAsync()\n    {{\n{place}{rest}\n    }}\n}}" : place + rest;
            return $"{string.Join('\n', usings)}\nnamespace Docs.Fragments.{Name};\n{prelude}\n{body}";
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Page}:{Line}");

    /// <summary>All blocks of a page, in order.</summary>
    public static IReadOnlyList<CodeBlock> In(string page, string text)
    {
        var blocks = new List<CodeBlock>();
        foreach (Match match in Fence().Matches(text))
        {
            var line = text.AsSpan(0, match.Groups["fence"].Index).Count('\n') + 1;
            blocks.Add(new CodeBlock(page, line, match.Groups["kind"].Value.Trim(), match.Groups["code"].Value, match.Groups["before"].Value.Trim(), match.Groups["after"].Value.Trim()));
        }

        return blocks;
    }

    [GeneratedRegex(@"(?:<!--(?<before>(?:(?!-->)[\s\S])*)-->\s*)?(?<fence>^```csharp)(?<kind>[^\n]*)\n(?<code>[\s\S]*?)^```[ ]*\n(?:\s*<!--(?<after>(?:(?!-->)[\s\S])*)-->)?", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\W")]
    private static partial Regex NotInNames();
}
