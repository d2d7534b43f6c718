using System.Text;

namespace Rondo.Engine.Report;

internal enum Shell
{
    Posix,
    PowerShell,
}

/// <summary>Writes a command so that it can be pasted into a shell and reaches the program as it was.</summary>
internal static class ShellQuote
{
    /// <summary>What people on this system paste into.</summary>
    public static Shell Here => OperatingSystem.IsWindows() ? Shell.PowerShell : Shell.Posix;

    public static string Line(IEnumerable<string> command, Shell shell)
    {
        var line = string.Join(' ', command.Select(part => Word(part, shell)));

        // PowerShell takes a quoted first word for a string to be printed.
        return shell == Shell.PowerShell && line.StartsWith('\'') ? "& " + line : line;
    }

    public static string Word(string word, Shell shell)
    {
        if (IsPlain(word, shell)) return word;
        if (shell == Shell.Posix) return "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        var text = new StringBuilder("'");
        foreach (var c in word)
        {
            // PowerShell ends a string at typographic quotes too.
            if (c is '\'' or '\u2018' or '\u2019' or '\u201a' or '\u201b') text.Append(c);
            text.Append(c);
        }

        return text.Append('\'').ToString();
    }

    private static bool IsPlain(string word, Shell shell)
    {
        if (word.Length == 0) return false;
        foreach (var c in word)
        {
            var plain = char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or '-' || (shell == Shell.Posix ? c is '+' or ':' or ',' or '%' or '@' : c is '\\' or ':');
            if (!plain) return false;
        }

        // PowerShell breaks "-a.b" in two.
        return shell == Shell.Posix || word[0] != '-' || !word.AsSpan().ContainsAny('.', ':');
    }
}
