using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Conventions.Reading;

namespace Rondo.Conventions.Rules;

/// <summary>What holds for single files. Each rule gives a sentence for each place that breaks it.</summary>
internal static partial class TextRules
{
    private const int LongFile = 600;

    public static IEnumerable<string> Length(TextFile file)
    {
        var lines = file.Lines;
        if (lines.Length - 1 > LongFile && !lines.Take(5).Any(l => l.StartsWith("//", StringComparison.Ordinal) && ReasonForLength().IsMatch(l)))
        {
            yield return $"{file} has {lines.Length - 1} lines. A file above {LongFile} opens with the reason (\"// Above {LongFile} lines because …\"), or is split.";
        }
    }

    /// <summary>Sleeping and blocking in tests: they hide races or hang. A test waits for a condition with a deadline.</summary>
    public static IEnumerable<string> Waits(TextFile file) => file.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
        .Where(call => call.Expression is MemberAccessExpressionSyntax member && IsBlocking(member.Expression.ToString(), member.Name.Identifier.Text, call.ArgumentList.Arguments.Count))
        .Select(call => $"{file.At(call)}: '{call}' sleeps or blocks. Wait for a condition with a deadline, or await.");

    private static bool IsBlocking(string on, string name, int arguments) => (on.Split('.')[^1], name, arguments) switch
    {
        ("Thread", "Sleep" or "SpinWait", _) => true,
        ("SpinWait", "SpinUntil", 1) => true,
        ("Task", "WaitAll" or "WaitAny", _) => true,
        (_, "Wait" or "WaitOne", 0) => true,
        (_, "GetResult", 0) => on.EndsWith("GetAwaiter()", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Words that must not get into the repository.</summary>
    public static IEnumerable<string> Words(TextFile file)
    {
        // Tests and documents need paths as samples; made-up home folders belong to "me".
        var refused = s_everywhere.Concat(file.Path.StartsWith("src/", StringComparison.Ordinal) ? s_inSources : []).Concat(file.Path.StartsWith("tests/", StringComparison.Ordinal) || file.Path.EndsWith(".md", StringComparison.Ordinal) ? [] : s_outsideSamples);
        return refused.SelectMany(r => r.Pattern.Matches(file.Text).Select(m => $"{file.At(file.Text.AsSpan(0, m.Index).Count('\n') + 1)}: '{m.Value}' is {r.What}."));
    }

    // Put together, so that this file does not break the rule it holds.
    private static readonly (Regex Pattern, string What)[] s_everywhere =
    [
        (new Regex(@"(?<![\w.~/-])/(wo" + "rk|ro" + @"ot|ho" + @"me/(?!me/)[a-z]+|Us" + @"ers/[a-z]+)/", RegexOptions.CultureInvariant), "a path of one machine"),
        (new Regex(@"\b[A-Z]:\\Us" + @"ers\\", RegexOptions.CultureInvariant), "a path of one machine"),
        (new Regex(@"https?://[a-z0-9.-]*(nu" + "get|np" + "mjs|deb" + @"ian)\.[a-z]+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase), "the address of a package registry, which is the business of each machine"),
    ];

    private static readonly (Regex Pattern, string What)[] s_outsideSamples = [(new Regex(@"(?<![\w.])/tm" + @"p/[a-z]", RegexOptions.CultureInvariant), "a path of one machine")];

    private static readonly (Regex Pattern, string What)[] s_inSources =
    [
        (new Regex(@"\b(TO" + "DO|FIX" + "ME|HA" + @"CK)\b|NotImplemented" + "Exception", RegexOptions.CultureInvariant), "unfinished work"),
    ];

    /// <summary>A silenced warning has its reason at the place: a comment on the line of the pragma or the line before, or a Justification.</summary>
    public static IEnumerable<string> Suppressions(TextFile file)
    {
        foreach (var pragma in file.Syntax.DescendantTrivia().Select(t => t.GetStructure()).OfType<PragmaWarningDirectiveTriviaSyntax>().Where(p => p.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword)))
        {
            var line = pragma.GetLocation().GetLineSpan().StartLinePosition.Line;
            if (!Comment().IsMatch(file.Lines[line]) && (line == 0 || !Comment().IsMatch(file.Lines[line - 1]))) yield return $"{file.At(line + 1)}: '{pragma.ToString().Trim()}' has no reason. Write it behind: // why.";
        }

        foreach (var attribute in file.Syntax.DescendantNodes().OfType<AttributeSyntax>().Where(a => a.Name.ToString().Split('.')[^1] is "SuppressMessage" or "UnconditionalSuppressMessage" or "SuppressMessageAttribute"))
        {
            var reason = attribute.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.ToString() == "Justification")?.Expression;
            if (reason is not LiteralExpressionSyntax { Token.ValueText.Length: > 10 }) yield return $"{file.At(attribute)}: [{attribute}] has no Justification.";
        }
    }

    /// <summary>A code in NoWarn has its reason in a comment of the same group, which names the code.</summary>
    public static IEnumerable<string> NoWarn(TextFile file)
    {
        foreach (var element in XDocument.Parse(file.Text, LoadOptions.SetLineInfo).Descendants().Where(e => e.Name.LocalName is "NoWarn" or "MSBuildWarningsAsMessages"))
        {
            var comments = string.Concat(element.Parent!.Nodes().OfType<XComment>().Select(c => c.Value));
            foreach (var code in WarningCode().Matches(PropertyFunction().Replace(element.Value, "")).Select(m => m.Value).Where(c => !comments.Contains(c, StringComparison.Ordinal)))
            {
                yield return $"{file.At(((System.Xml.IXmlLineInfo)element).LineNumber)}: {code} is silent without a reason. Write a comment before it that names {code} and says why.";
            }
        }
    }

    /// <summary>Every dependency has a line of its own saying why, and somebody refers to it.</summary>
    public static IEnumerable<string> Packages(TextFile versions, IEnumerable<string> referenced)
    {
        var used = referenced.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var package in XDocument.Parse(versions.Text, LoadOptions.SetLineInfo).Descendants("PackageVersion"))
        {
            var name = (string)package.Attribute("Include")!;
            var place = versions.At(((System.Xml.IXmlLineInfo)package).LineNumber);
            if (package.NodesBeforeSelf().LastOrDefault(n => n is XElement or XComment) is not XComment { Value.Length: > 10 }) yield return $"{place}: {name} has no comment that says why it is needed.";
            if (!used.Contains(name)) yield return $"{place}: no project refers to {name}. Remove the line.";
        }
    }

    public static IEnumerable<string> PackageReferences(TextFile project) => XDocument.Parse(project.Text).Descendants("PackageReference").Select(r => (string?)r.Attribute("Include")).OfType<string>();

    /// <summary>Relative links of a document lead to files, and to headings that are there.</summary>
    /// <param name="read">Text of the file (or "" for a folder) at a path from the root; null when there is none.</param>
    public static IEnumerable<string> Links(TextFile document, Func<string, string?> read)
    {
        var text = Code().Replace(document.Text, m => new string('\n', m.Value.AsSpan().Count('\n')));
        foreach (Match link in Link().Matches(text))
        {
            var target = link.Groups["target"].Value;
            if (Address().IsMatch(target)) continue;
            var place = document.At(text.AsSpan(0, link.Index).Count('\n') + 1);
            var parts = target.Split('#', 2);
            var path = parts[0].Length == 0 ? document.Path : Resolve(document.Path, Uri.UnescapeDataString(parts[0]));
            if (read(path) is not { } there) yield return $"{place}: the link to '{target}' leads nowhere: there is no {path}.";
            else if (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal) && !Anchors(there).Contains(parts[1])) yield return $"{place}: {path} has no heading '#{parts[1]}'.";
        }
    }

    private static string Resolve(string from, string to)
    {
        var parts = new List<string>(to.StartsWith('/') ? [] : from.Split('/')[..^1]);
        foreach (var part in to.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        }

        return string.Join('/', parts);
    }

    // As the usual renderers make them: small letters, no punctuation, hyphens for spaces.
    private static HashSet<string> Anchors(string document) =>
        [.. Heading().Matches(Code().Replace(document, "\n")).Select(m => NoAnchor().Replace(m.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\blines\b.*\bbecause\b", RegexOptions.IgnoreCase)]
    private static partial Regex ReasonForLength();

    [GeneratedRegex(@"//\s*\S{2,}.*\s\S+")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b[A-Z]{2,}\d*\b")]
    private static partial Regex WarningCode();

    [GeneratedRegex(@"\$\(\[.*?\)\)|\$\(\w+\)")]
    private static partial Regex PropertyFunction();

    [GeneratedRegex(@"^(```|~~~).*?^\1", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<!`)\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)|^\[[^\]]+\]:\s*(?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex Link();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"^#{1,6}\s+(?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
