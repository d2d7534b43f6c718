using System.Globalization;
using System.Text;

namespace Rondo.Engine.Report;

/// <summary>How many cells of a terminal a text takes. Terminals differ about rare characters; a cell too few is never drawn outside its line, because lines are cut by this measure.</summary>
internal static class TextWidth
{
    private const char Cut = '…';

    // First and last code point of what Unicode calls wide or full width, and of pictures.
    private static ReadOnlySpan<int> Wide =>
    [
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23F3, 0x2614, 0x2615, 0x2648, 0x2653, 0x26A1, 0x26A1, 0x26BD, 0x26BE, 0x2705, 0x2705, 0x274C, 0x274C, 0x2753, 0x2757, 0x2B50, 0x2B55,
        0x2E80, 0x303E, 0x3041, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18DFF, 0x1AFF0, 0x1B2FF,
        0x1F004, 0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F1E6, 0x1F1FF, 0x1F200, 0x1F265, 0x1F300, 0x1FAFF, 0x20000, 0x3FFFD,
    ];

    public static int Of(string text)
    {
        var width = 0;
        for (var i = 0; i < text.Length;)
        {
            // Nearly all text is this.
            if (text[i] is >= ' ' and <= '~' && (i + 1 == text.Length || text[i + 1] < 0x80))
            {
                width++;
                i++;
                continue;
            }

            var length = StringInfo.GetNextTextElementLength(text, i);
            width += OfElement(text.AsSpan(i, length));
            i += length;
        }

        return width;
    }

    /// <summary>The text, or its two ends with a dot sign between them. What is seen as one character is never cut in two.</summary>
    /// <param name="text">Without control characters.</param>
    /// <param name="width">Cells the result takes at most; none for 0 and less.</param>
    public static string CutMiddle(string text, int width)
    {
        if (width <= 0) return "";
        if (Of(text) <= width) return text;
        var (head, tail) = ((width - 1) / 2, width - 1 - (width - 1) / 2);
        var starts = StringInfo.ParseCombiningCharacters(text);
        var end = 0;
        for (var (used, i) = (0, 0); i < starts.Length; i++)
        {
            var next = i + 1 < starts.Length ? starts[i + 1] : text.Length;
            used += OfElement(text.AsSpan(starts[i], next - starts[i]));
            if (used > head) break;
            end = next;
        }

        var from = text.Length;
        for (var (used, i) = (0, starts.Length - 1); i >= 0; i--)
        {
            used += OfElement(text.AsSpan(starts[i], from - starts[i]));
            if (used > tail) break;
            from = starts[i];
        }

        return new StringBuilder(width + 1).Append(text, 0, end).Append(Cut).Append(text, from, text.Length - from).ToString();
    }

    private static int OfElement(ReadOnlySpan<char> element)
    {
        var width = 0;
        foreach (var rune in element.EnumerateRunes())
        {
            // Asks for the picture of a character that also has a plain shape.
            if (rune.Value == 0xFE0F) width = 2;
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)) width = Math.Max(width, IsWide(rune.Value) ? 2 : 1);
        }

        return width;
    }

    private static bool IsWide(int codePoint)
    {
        if (codePoint < 0x1100) return false;
        var wide = Wide;
        for (var i = 0; i < wide.Length; i += 2)
        {
            if (codePoint < wide[i]) return false;
            if (codePoint <= wide[i + 1]) return true;
        }

        return false;
    }
}
