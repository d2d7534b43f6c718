// One small language for -k and --tags: words, and, or, not, parentheses.
using System.Diagnostics.CodeAnalysis;

namespace Rondo.Engine.Planning;

/// <summary>An expression over words. What a word means is the asker's business.</summary>
internal abstract record BooleanExpression
{
    private const int DeepestNesting = 200;

    private BooleanExpression()
    {
    }

    public sealed record Word(string Text) : BooleanExpression;

    public sealed record Not(BooleanExpression Inner) : BooleanExpression;

    public sealed record All(IReadOnlyList<BooleanExpression> Parts) : BooleanExpression;

    public sealed record Any(IReadOnlyList<BooleanExpression> Parts) : BooleanExpression;

    /// <summary>The value; a word may be unknown (null), and then so may be the whole.</summary>
    public bool? Evaluate(Func<string, bool?> word)
    {
        switch (this)
        {
            case Word w: return word(w.Text);
            case Not n: return !n.Inner.Evaluate(word);
            case All all: return Fold(all.Parts, word, decisive: false);
            case Any any: return Fold(any.Parts, word, decisive: true);
            default: throw new InvalidOperationException($"This is a bug in Rondo: unknown expression {GetType().Name}.");
        }
    }

    private static bool? Fold(IReadOnlyList<BooleanExpression> parts, Func<string, bool?> word, bool decisive)
    {
        bool? result = !decisive;
        foreach (var part in parts)
        {
            var value = part.Evaluate(word);
            if (value == decisive) return decisive;
            if (value is null) result = null;
        }

        return result;
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="option">The option it came with, for the message.</param>
    /// <param name="text">Words may hold anything but spaces and parentheses; others are put in single or double quotes. <c>and</c>, <c>or</c> and <c>not</c> ignore case; <c>not</c> binds closest, then <c>and</c>.</param>
    /// <param name="expression">The result; null on an error.</param>
    /// <param name="error">What is wrong, where, and what was expected; null when nothing is.</param>
    public static bool TryParse(string option, string text, [NotNullWhen(true)] out BooleanExpression? expression, [NotNullWhen(false)] out string? error)
    {
        try
        {
            var parser = new Parser(option, text);
            expression = parser.ParseWhole();
            error = null;
            return true;
        }
        catch (SyntaxException syntax)
        {
            (expression, error) = (null, syntax.Message);
            return false;
        }
    }

    private sealed class SyntaxException(string message) : Exception(message);

    private enum Kind
    {
        Word,
        And,
        Or,
        Not,
        Open,
        Close,
        End,
    }

    private sealed class Parser
    {
        private readonly string _option;
        private readonly string _text;
        private int _position;
        private int _depth;
        private Kind _kind;
        private string _word = "";
        private int _start;

        public Parser(string option, string text)
        {
            (_option, _text) = (option, text);
            Next();
        }

        public BooleanExpression ParseWhole()
        {
            var expression = ParseAny();
            return _kind == Kind.End ? expression : throw Unexpected("'and', 'or' or the end");
        }

        private BooleanExpression ParseAny()
        {
            var parts = new List<BooleanExpression> { ParseAll() };
            while (_kind == Kind.Or)
            {
                Next();
                parts.Add(ParseAll());
            }

            return parts.Count == 1 ? parts[0] : new Any(parts);
        }

        private BooleanExpression ParseAll()
        {
            var parts = new List<BooleanExpression> { ParseNot() };
            while (_kind == Kind.And)
            {
                Next();
                parts.Add(ParseNot());
            }

            return parts.Count == 1 ? parts[0] : new All(parts);
        }

        private BooleanExpression ParseNot()
        {
            var negated = false;
            while (_kind == Kind.Not)
            {
                negated = !negated;
                Next();
            }

            var inner = ParseOne();
            return negated ? new Not(inner) : inner;
        }

        private BooleanExpression ParseOne()
        {
            if (_kind == Kind.Word)
            {
                var word = new Word(_word);
                Next();
                return word;
            }

            if (_kind != Kind.Open) throw Unexpected("a word, 'not' or '('");
            // A limit, so that a wild command line ends with a message and not with the process.
            if (++_depth > DeepestNesting) throw Error($"parentheses are nested more than {DeepestNesting} deep at position {_start + 1}");
            Next();
            var inner = ParseAny();
            if (_kind != Kind.Close) throw Unexpected("'and', 'or' or ')'");
            _depth--;
            Next();
            return inner;
        }

        private void Next()
        {
            while (_position < _text.Length && char.IsWhiteSpace(_text[_position])) _position++;
            _start = _position;
            if (_position == _text.Length)
            {
                (_kind, _word) = (Kind.End, "");
                return;
            }

            var c = _text[_position];
            if (c is '(' or ')')
            {
                _position++;
                (_kind, _word) = (c == '(' ? Kind.Open : Kind.Close, c.ToString());
            }
            else if (c is '\'' or '"')
            {
                var end = _text.IndexOf(c, _position + 1);
                if (end < 0) throw Error($"the quote at position {_position + 1} is not closed; expected another {c}");
                if (end == _position + 1) throw Error($"the quotes at position {_position + 1} are empty; expected a word between them");
                (_kind, _word) = (Kind.Word, _text[(_position + 1)..end]);
                _position = end + 1;
            }
            else
            {
                while (_position < _text.Length && !char.IsWhiteSpace(_text[_position]) && _text[_position] is not ('(' or ')')) _position++;
                _word = _text[_start.._position];
                _kind = _word.ToUpperInvariant() switch { "AND" => Kind.And, "OR" => Kind.Or, "NOT" => Kind.Not, _ => Kind.Word };
            }
        }

        private SyntaxException Unexpected(string expected) => Error(_kind == Kind.End
            ? $"it ends at position {_start + 1} where {expected} was expected"
            : $"'{_word}' at position {_start + 1} was not expected; expected {expected}");

        private SyntaxException Error(string what) => new(
            $"The expression '{_text}' of {_option} cannot be read: {what}. Write words with 'and', 'or', 'not' and parentheses, " +
            "and put a text with spaces or parentheses in quotes. [RND2002]");
    }
}
