using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rondo;

/// <summary>An example as text near C#: texts quoted, control characters visible, lists and tuples spelled out. Bounded, and never throws.</summary>
internal static class ExampleText
{
    private const int MaxLength = 2000;
    private const int MaxElements = 100;
    private const int MaxDepth = 8;

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.Length <= MaxLength ? text.ToString() : string.Create(CultureInfo.InvariantCulture, $"{text.ToString(0, MaxLength)}… ({text.Length} characters)");
    }

    private static void Append(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case string words: AppendQuoted(text, words, '"'); break;
            case char character: AppendQuoted(text, character.ToString(), '\''); break;
            case bool truth: text.Append(truth ? "true" : "false"); break;
            case ITuple tuple when depth < MaxDepth && value.GetType().FullName!.StartsWith("System.", StringComparison.Ordinal):
                AppendAll(text, '(', ')', Enumerable.Range(0, tuple.Length).Select(i => tuple[i]), depth);
                break;
            case IEnumerable elements when depth < MaxDepth: AppendElements(text, elements, depth); break;
            default: text.Append(Plain(value)); break;
        }
    }

    // A user's enumerator may throw.
    private static void AppendElements(StringBuilder text, IEnumerable elements, int depth)
    {
        var begin = text.Length;
        try
        {
            AppendAll(text, '[', ']', elements.Cast<object?>(), depth);
        }
        catch (Exception)
        {
            text.Length = begin;
            text.Append(elements.GetType());
        }
    }

    private static void AppendAll(StringBuilder text, char open, char close, IEnumerable<object?> elements, int depth)
    {
        text.Append(open);
        var count = 0;
        foreach (var element in elements)
        {
            if (count > 0) text.Append(", ");
            if (count++ == MaxElements || text.Length > MaxLength)
            {
                text.Append('…');
                break;
            }

            Append(text, element, depth + 1);
        }

        text.Append(close);
    }

    private static string Plain(object value)
    {
        try
        {
            return (value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value.ToString()) ?? value.GetType().ToString();
        }
        catch (Exception)
        {
            return value.GetType().ToString();
        }
    }

    private static void AppendQuoted(StringBuilder text, string words, char quote)
    {
        text.Append(quote);
        for (var i = 0; i < words.Length; i++)
        {
            var c = words[i];
            var isPair = char.IsHighSurrogate(c) && i + 1 < words.Length && char.IsLowSurrogate(words[i + 1]);
            if (c == quote || c == '\\') text.Append('\\').Append(c);
            else if (c == '\n') text.Append("\\n");
            else if (c == '\r') text.Append("\\r");
            else if (c == '\t') text.Append("\\t");
            else if (isPair) text.Append(c).Append(words[++i]);
            else if (char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else text.Append(c);
        }

        text.Append(quote);
    }
}
