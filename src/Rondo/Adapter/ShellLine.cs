using System.Text;

namespace Rondo.Adapter;

/// <summary>Writes a command so that it can be pasted into the shell of this system.</summary>
internal static class ShellLine
{
    public static string Of(IEnumerable<string> words, bool windows) => string.Join(' ', words.Select(w => Quote(w, windows)));

    public static string Quote(string word, bool windows) => word.Length > 0 && word.All(c => IsPlain(c, windows)) ? word : windows ? QuoteWindows(word) : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static bool IsPlain(char c, bool windows) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or '+' or ':' or '@' or '=' || (windows && c == '\\');

    // A backslash counts only before a double quote: those are doubled, and so are the last ones, which stand before the closing quote.
    private static string QuoteWindows(string word)
    {
        var text = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in word)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }

            text.Append('\\', c == '"' ? backslashes * 2 + 1 : backslashes).Append(c);
            backslashes = 0;
        }

        return text.Append('\\', backslashes * 2).Append('"').ToString();
    }
}
