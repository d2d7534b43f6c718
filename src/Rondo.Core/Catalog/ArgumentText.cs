// Shared with the generator, which compiles this file too: constant cases and rows from data sources get their ids by the same rules.
// Base library of netstandard2.0 only.
#pragma warning disable CA1845 // Spans in string.Concat do not exist in netstandard2.0.
using System;
using System.Collections;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace Rondo.Catalog;

/// <summary>Writes arguments as they stand in ids: readable, stable between builds, the same in every process.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ArgumentText
{
    private const int LongestArgument = 80;
    private const int KeptOfLongArgument = 70;
    private const int ShownElements = 8;

    /// <summary>All arguments of a case, without the parentheses.</summary>
    public static string FormatAll(IReadOnlyList<object?> arguments)
    {
        var text = new StringBuilder();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(Format(arguments[i]));
        }

        return text.ToString();
    }

    /// <summary>The arguments of a fixture's case as they stand in the brackets behind an id: as <see cref="FormatAll"/>, but a string that is a plain word stands as it is, <c>[sqlite]</c>.</summary>
    public static string FormatVariant(IReadOnlyList<object?> arguments)
    {
        var text = new StringBuilder();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(arguments[i] is string word && IsPlainWord(word) ? word : Format(arguments[i]));
        }

        return text.ToString();
    }

    // No number, no null and no truth value can be mistaken for it, and nothing in it needs an escape.
    private static bool IsPlainWord(string text)
    {
        if (text.Length is 0 or > LongestArgument || !IsLetter(text[0]) || text is "null" or "true" or "false") return false;
        foreach (var c in text)
        {
            if (!IsLetter(c) && c is not (>= '0' and <= '9' or '-' or '_' or '.')) return false;
        }

        return true;

        static bool IsLetter(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z';
    }

    /// <summary>One argument, cut if it is long.</summary>
    public static string Format(object? value) => Limit(Whole(value, 0));

    /// <summary>A string in single quotes with backslash escapes; <c>/</c> and the double quote are escaped because ids travel in paths and response files.</summary>
    public static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('\'');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                text.Append(c).Append(value[++i]);
                continue;
            }

            AppendEscaped(text, c);
        }

        return text.Append('\'').ToString();
    }

    /// <summary>A name given by hand (<c>Name = "…"</c>): kept readable, but control characters, <c>/</c> and the double quote are escaped.</summary>
    public static string FormatName(string name)
    {
        var quoted = Quote(name);
        return Limit(quoted.Substring(1, quoted.Length - 2).Replace("\\'", "'"));
    }

    /// <summary>Cuts text over 80 characters to its first 70, an ellipsis and 8 hexadecimal digits of a hash of the whole.</summary>
    public static string Limit(string text)
    {
        if (text.Length <= LongestArgument) return text;
        var cut = char.IsHighSurrogate(text[KeptOfLongArgument - 1]) ? KeptOfLongArgument - 1 : KeptOfLongArgument;
        return text.Substring(0, cut) + "…" + Hash(text).ToString("x8", CultureInfo.InvariantCulture);
    }

    private static string Whole(object? value, int depth) => value switch
    {
        null => "null",
        string s => Quote(s),
        char c => Quote(c.ToString()),
        bool b => b ? "true" : "false",
        // Compilers that run on the old framework would write 0.
        float f when f == 0 && 1 / f < 0 => "-0",
        double d when d == 0 && 1 / d < 0 => "-0",
        float f => f.ToString("R", CultureInfo.InvariantCulture),
        double d => d.ToString("R", CultureInfo.InvariantCulture),
        DateTime t => t.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset t => t.ToString("O", CultureInfo.InvariantCulture),
        TimeSpan t => t.ToString("c", CultureInfo.InvariantCulture),
        Enum e => e.ToString(),
        // Not FullName: that of a generic type holds the versions of assemblies.
        Type t => t.ToString(),
        IEnumerable items when depth < 3 && value is Array or IList => Elements((IEnumerable)value, depth),
        _ => Other(value),
    };

    private static string Elements(IEnumerable items, int depth)
    {
        var text = new StringBuilder("[");
        var count = 0;
        foreach (var item in items)
        {
            if (count > 0) text.Append(", ");
            if (count++ == ShownElements)
            {
                text.Append('…');
                break;
            }

            text.Append(Whole(item, depth + 1));
        }

        return text.Append(']').ToString();
    }

    private static string Other(object value)
    {
        try
        {
            var type = value.GetType();
            var text = type.FullName is "System.DateOnly" or "System.TimeOnly"
                ? ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture)
                : value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : Invariant(value);
            return text is null ? type.Name : EscapeBare(text);
        }
        catch (Exception)
        {
            // User code: an id must come out whatever its ToString does.
            return value.GetType().Name;
        }
    }

    // A record writes its numbers in the current culture, which differs between machines and may be changed by a test.
#pragma warning disable RS1035 // In the compiler only constants come here, and none of them asks the culture.
    private static string? Invariant(object value)
    {
        var before = CultureInfo.CurrentCulture;
        if (ReferenceEquals(before, CultureInfo.InvariantCulture)) return value.ToString();
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            return value.ToString();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
#pragma warning restore RS1035

    private static string EscapeBare(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) escaped.Append(c).Append(text[++i]);
            else if (c == '\'') escaped.Append(c);
            else AppendEscaped(escaped, c);
        }

        return escaped.ToString();
    }

    private static void AppendEscaped(StringBuilder text, char c)
    {
        switch (c)
        {
            case '\\': text.Append("\\\\"); break;
            case '\'': text.Append("\\'"); break;
            case '/': text.Append("\\/"); break;
            case '\n': text.Append("\\n"); break;
            case '\r': text.Append("\\r"); break;
            case '\t': text.Append("\\t"); break;
            case '\0': text.Append("\\0"); break;
            default:
                // A lone surrogate and the last two code points are no valid XML; the double quote is lost in response files.
                if (c == '"' || char.IsControl(c) || char.IsSurrogate(c) || c >= '\uFFFE' || c is '\u2028' or '\u2029')
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                else text.Append(c);
                break;
        }
    }

    // FNV-1a: stable everywhere, no package, and nothing here needs secrecy.
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ (c & 0xFFu)) * 16777619u);
            hash = unchecked((hash ^ (uint)(c >> 8)) * 16777619u);
        }

        return hash;
    }
}
