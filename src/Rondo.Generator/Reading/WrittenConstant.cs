using System.Globalization;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.Generator.Reading;

/// <summary>How a constant is written, where its source is at hand. Rondo.Reflection, which has none, has an empty one.</summary>
internal readonly record struct WrittenConstant(ExpressionSyntax? Syntax)
{
    public Location? Place => Syntax?.GetLocation();

    /// <summary>Those of an array; empty if they cannot be told apart.</summary>
    public IReadOnlyList<WrittenConstant> Elements => Syntax switch
    {
        ArrayCreationExpressionSyntax { Initializer: { } made } => [.. made.Expressions.Select(e => new WrittenConstant(e))],
        ImplicitArrayCreationExpressionSyntax made => [.. made.Initializer.Expressions.Select(e => new WrittenConstant(e))],
        CollectionExpressionSyntax list when list.Elements.All(e => e is ExpressionElementSyntax) => [.. list.Elements.Select(e => new WrittenConstant(((ExpressionElementSyntax)e).Expression))],
        _ => [],
    };

    /// <summary>The number as its digits say it: 1.10 keeps its zero. Null if it is not written as a number.</summary>
    public decimal? Decimal
    {
        get
        {
            var negative = false;
            var expression = Syntax;
            while (expression is ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax)
            {
                if (expression is PrefixUnaryExpressionSyntax unary)
                {
                    if (unary.IsKind(SyntaxKind.UnaryMinusExpression)) negative = !negative;
                    else if (!unary.IsKind(SyntaxKind.UnaryPlusExpression)) break;
                    expression = unary.Operand;
                }
                else
                {
                    expression = ((ParenthesizedExpressionSyntax)expression).Expression;
                }
            }

            if (expression is not LiteralExpressionSyntax literal || !literal.IsKind(SyntaxKind.NumericLiteralExpression)) return null;
            var text = literal.Token.Text.Replace("_", "").TrimEnd('d', 'D', 'f', 'F');
            return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var written) ? negative ? -written : written : null;
        }
    }

    /// <summary>The arguments of an attribute in order, without those that are named.</summary>
    public static IReadOnlyList<WrittenConstant> Of(AttributeData attribute) => attribute.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax { ArgumentList: { } list }
        ? [.. list.Arguments.Where(a => a.NameEquals is null).Select(a => new WrittenConstant(a.Expression))]
        : [];
}
