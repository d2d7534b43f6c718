using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.Conventions.Reading;

/// <summary>A message with a code, as it stands in the source.</summary>
/// <param name="Code">RND and four digits.</param>
/// <param name="Text">The words, without the code; "{}" where a value is put in.</param>
/// <param name="Place">path:line.</param>
/// <param name="EndsWithCode">Whether whoever reads the message finds the code at its end.</param>
internal sealed partial record Message(string Code, string Text, string Place, bool EndsWithCode)
{
    public const string Hole = "{}";

    // Shorter texts beside a code are titles and names.
    private const int ShortestMessage = 40;

    /// <summary>All messages of a C# file: texts that hold a code, and texts handed over together with one ("RND1001", …, "text"), where the receiver appends it.</summary>
    public static IEnumerable<Message> InCSharp(TextFile file)
    {
        foreach (var text in file.Syntax.DescendantNodes().OfType<ExpressionSyntax>().Where(IsWholeText))
        {
            var words = Words(text);
            if (OnlyCode().IsMatch(words))
            {
                foreach (var partner in Partners(text)) yield return new(words, Words(partner), file.At(partner), true);
                continue;
            }

            foreach (var code in AnyCode().Matches(words).Select(m => m.Value).Distinct())
            {
                yield return new(code, Bracketed().Replace(words, "").Trim(), file.At(text), words.TrimEnd().EndsWith($"[{code}]", StringComparison.Ordinal));
            }
        }
    }

    /// <summary>Errors and warnings of a build file. MSBuild shows their code by itself.</summary>
    public static IEnumerable<Message> InBuildFile(TextFile file) =>
        XDocument.Parse(file.Text, LoadOptions.SetLineInfo).Descendants()
            .Where(e => e.Name.LocalName is "Error" or "Warning" && e.Attribute("Code") is not null)
            .Select(e => new Message((string)e.Attribute("Code")!, Property().Replace((string?)e.Attribute("Text") ?? "", Hole), file.At(((System.Xml.IXmlLineInfo)e).LineNumber), true));

    // The code alone, as an argument: its text is another argument; or, where a constructor hands the code to its base, any text of the class.
    private static IEnumerable<ExpressionSyntax> Partners(ExpressionSyntax code)
    {
        if (code.FirstAncestorOrSelf<ArgumentListSyntax>() is not { } arguments) return [];
        var beside = arguments.Arguments.Select(a => a.Expression).Where(IsMessage).ToList();
        return beside.Count == 0 && arguments.Parent is ConstructorInitializerSyntax
            ? arguments.FirstAncestorOrSelf<TypeDeclarationSyntax>()!.DescendantNodes().OfType<ExpressionSyntax>().Where(e => IsMessage(e) && !HasCode(e))
            : beside.OrderByDescending(b => Words(b).Length).Take(1);
    }

    private static bool HasCode(ExpressionSyntax text) => AnyCode().IsMatch(Words(text))
        || text.Parent?.Parent is ArgumentListSyntax beside && beside.Arguments.Any(a => IsText(a.Expression) && OnlyCode().IsMatch(Words(a.Expression)));

    private static bool IsMessage(ExpressionSyntax expression) => IsWholeText(expression) && Words(expression).Length > ShortestMessage;

    // A literal or a sum of texts that is no part of a larger one.
    private static bool IsWholeText(ExpressionSyntax expression) => IsText(expression)
        && expression.Parent is not (BinaryExpressionSyntax or InterpolationSyntax or ParenthesizedExpressionSyntax { Parent: InterpolationSyntax or BinaryExpressionSyntax })
        && expression.FirstAncestorOrSelf<InterpolationSyntax>() is null;

    private static bool IsText(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression),
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax sum => sum.IsKind(SyntaxKind.AddExpression) && (IsText(sum.Left) || IsText(sum.Right)),
        _ => false,
    };

    private static string Words(ExpressionSyntax expression)
    {
        var text = new StringBuilder();
        Append(expression);
        return text.ToString();

        void Append(ExpressionSyntax part)
        {
            switch (part)
            {
                case LiteralExpressionSyntax literal:
                    text.Append(literal.Token.ValueText);
                    break;
                case InterpolatedStringExpressionSyntax interpolated:
                    foreach (var content in interpolated.Contents) text.Append(content is InterpolatedStringTextSyntax words ? words.TextToken.ValueText : Hole);
                    break;
                case BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression):
                    Append(sum.Left);
                    Append(sum.Right);
                    break;
                default:
                    text.Append(Hole);
                    break;
            }
        }
    }

    [GeneratedRegex(@"\bRND\d{4}\b")]
    public static partial Regex AnyCode();

    [GeneratedRegex(@"^RND\d{4}$")]
    private static partial Regex OnlyCode();

    [GeneratedRegex(@"\s*\[RND\d{4}\]\s*")]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"\$\([^)]*\)|@\((?:[^()']|'[^']*')*\)")]
    private static partial Regex Property();
}
