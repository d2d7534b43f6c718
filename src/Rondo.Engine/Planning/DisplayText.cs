// What people see of a case when [DisplayName] gives a format. It changes no id, so it may be lenient: what it cannot read stays as written.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rondo.Engine.Planning;

internal static class DisplayText
{
    // Lengths of a cut argument, see ArgumentText.Limit: 70 characters (69 before a split surrogate pair), an ellipsis, 8 hexadecimal digits.
    private const int KeptOfLongArgument = 70;
    private const int HashDigits = 8;
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Fills <c>{0}</c> and <c>{name}</c> with the texts of the arguments; unknown placeholders stay, <c>{{</c> is a brace.</summary>
    public static string Fill(string format, string arguments, TestMethod test)
    {
        if (!format.Contains('{', StringComparison.Ordinal) && !format.Contains('}', StringComparison.Ordinal)) return format;
        var values = Split(arguments, Math.Max(test.ArgumentCount, 1));
        var text = new StringBuilder(format.Length + arguments.Length);
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                text.Append(c);
                i++;
                continue;
            }

            var end = c == '{' ? format.IndexOf('}', i) : -1;
            if (end < 0 || Position(format[(i + 1)..end], test) is not { } position || position >= values.Count)
            {
                text.Append(c);
                continue;
            }

            text.Append(Bare(values[position]));
            i = end;
        }

        return text.ToString();
    }

    /// <summary>Cuts the text of all arguments at the commas between them, not at those inside strings, brackets and braces.</summary>
    /// <param name="atMost">Number of the arguments: what comes after the last comma that can count belongs to the last one.</param>
    internal static IReadOnlyList<string> Split(string arguments, int atMost)
    {
        var parts = new List<string>();
        if (arguments.Length == 0) return parts;
        var start = 0;
        while (parts.Count < atMost - 1)
        {
            var end = EndOfArgument(arguments, start);
            if (end >= arguments.Length) break;
            parts.Add(arguments[start..end]);
            start = end + 2;
        }

        parts.Add(arguments[start..]);
        return parts;
    }

    private static int EndOfArgument(string text, int start)
    {
        foreach (var kept in (ReadOnlySpan<int>)[KeptOfLongArgument, KeptOfLongArgument - 1])
        {
            var end = start + kept + 1 + HashDigits;
            if (end <= text.Length && text[start + kept] == '…' && IsEnd(text, end) && text.AsSpan(start + kept + 1, HashDigits).IndexOfAnyExcept(s_hexDigits) < 0)
                return end;
        }

        var depth = 0;
        var atStart = true;
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                // Only at the start of a value does a quote open a string: the text of a user's type may hold an apostrophe.
                case '\'' when atStart:
                    i = EndOfString(text, i);
                    atStart = false;
                    continue;
                case '[' or '(' or '{':
                    depth++;
                    atStart = true;
                    continue;
                case ']' or ')' or '}':
                    depth--;
                    break;
                case ',' when IsEnd(text, i):
                    if (depth <= 0) return i;
                    atStart = true;
                    continue;
                case ' ':
                    continue;
            }

            atStart = false;
        }

        return text.Length;
    }

    private static int EndOfString(string text, int open)
    {
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '\'') return i;
        }

        return text.Length;
    }

    private static bool IsEnd(string text, int position) =>
        position == text.Length || (position + 1 < text.Length && text[position] == ',' && text[position + 1] == ' ');

    private static int? Position(string placeholder, TestMethod test)
    {
        if (int.TryParse(placeholder, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        for (var i = 0; i < test.ParameterNames.Count; i++)
        {
            if (test.ParameterNames[i] == placeholder) return test.ArgumentPlaces.Count == 0 ? i : PlaceOf(i, test.ArgumentPlaces);
        }

        return null;
    }

    private static int? PlaceOf(int parameter, IReadOnlyList<int> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == parameter) return i;
        }

        return null;
    }

    private static string Bare(string argument)
    {
        if (argument.Length == 0 || argument[0] != '\'') return argument;
        var end = argument.Length > 1 && argument[^1] == '\'' ? argument.Length - 1 : argument.Length;
        var text = new StringBuilder(end);
        for (var i = 1; i < end; i++)
        {
            // Escapes of visible characters are only for ids; control characters stay escaped.
            if (argument[i] == '\\' && i + 1 < end && (argument[i + 1] is '\\' or '\'' or '/')) i++;
            text.Append(argument[i]);
        }

        return text.ToString();
    }
}
