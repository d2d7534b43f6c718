namespace Rondo.Engine.Control;

/// <summary>Small shapes of text that several messages share.</summary>
internal static class Text
{
    /// <summary>The text on lines of its own, each indented; <c>(nothing)</c> for none.</summary>
    public static string Indented(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length == 0 ? "(nothing)" : "\n    " + trimmed.ReplaceLineEndings("\n    ");
    }

    /// <summary>Both, the second on a line of its own.</summary>
    public static string After(string first, string second) => first.Length == 0 || second.Length == 0 || first[^1] == '\n' ? first + second : first + "\n" + second;

    public static string Count(int number, string thing) => number == 1 ? "1 " + thing : number + " " + thing + "s";
}
