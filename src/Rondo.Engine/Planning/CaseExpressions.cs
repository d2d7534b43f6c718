using System.Diagnostics.CodeAnalysis;

namespace Rondo.Engine.Planning;

/// <summary>The <c>-k</c> option, and <c>--deselect</c>: a word matches a part of the id or of the display name, ignoring case.</summary>
internal sealed class NameExpression
{
    private readonly BooleanExpression _expression;

    private NameExpression(BooleanExpression expression) => _expression = expression;

    /// <param name="text">As on the command line.</param>
    /// <param name="expression">The result; null on an error.</param>
    /// <param name="error">RND2002, for people; null when nothing is wrong.</param>
    /// <param name="option">As it is called in the error.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out NameExpression? expression, [NotNullWhen(false)] out string? error, string option = "-k")
    {
        expression = BooleanExpression.TryParse(option, text, out var parsed, out error) ? new NameExpression(parsed) : null;
        return expression is not null;
    }

    public bool Matches(string id, string displayName) =>
        _expression.Evaluate(word => id.Contains(word, StringComparison.OrdinalIgnoreCase) || displayName.Contains(word, StringComparison.OrdinalIgnoreCase)) == true;

    /// <summary>False only if no case of the test can match, whatever its arguments are.</summary>
    public bool MayMatch(TestMethod test) =>
        _expression.Evaluate(word => test.Id.Contains(word, StringComparison.OrdinalIgnoreCase) ? true : null) != false;
}

/// <summary>The <c>--tags</c> option: a word matches a whole tag, ignoring case.</summary>
internal sealed class TagExpression
{
    private readonly BooleanExpression _expression;

    private TagExpression(BooleanExpression expression) => _expression = expression;

    /// <inheritdoc cref="NameExpression.TryParse"/>
    public static bool TryParse(string text, [NotNullWhen(true)] out TagExpression? expression, [NotNullWhen(false)] out string? error)
    {
        expression = BooleanExpression.TryParse("--tags", text, out var parsed, out error) ? new TagExpression(parsed) : null;
        return expression is not null;
    }

    public bool Matches(IReadOnlyList<string> tags) => _expression.Evaluate(word => tags.Contains(word, StringComparer.OrdinalIgnoreCase)) == true;

    /// <summary>False only if no case of the test can match: rows of a data source may add tags.</summary>
    public bool MayMatch(TestMethod test) =>
        _expression.Evaluate(word => test.Marks.Tags.Contains(word, StringComparer.OrdinalIgnoreCase) ? true : test.RowSource is null ? false : null) != false;
}
