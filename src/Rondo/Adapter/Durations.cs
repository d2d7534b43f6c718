using System.Globalization;

namespace Rondo.Adapter;

/// <summary>Lengths of time on the command line: <c>500ms</c>, <c>2s</c>, <c>1m30s</c>, <c>1h</c>. A bare number is refused, since nobody can tell its unit; only 0 needs none.</summary>
internal static class Durations
{
    // A timer of the base library takes no more than 2^32 - 2 ms; 24 days are also below 2^31 ms.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(24);

    // From the longest to the shortest: each at most once, in this order.
    private static readonly (string Unit, double Ms)[] s_units = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        double ms = 0;
        var position = 0;
        var firstAllowed = 0;
        while (position < text.Length)
        {
            var digits = position;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            var letters = digits;
            while (letters < text.Length && char.IsAsciiLetter(text[letters])) letters++;
            var unit = text[digits..letters];
            var known = Array.FindIndex(s_units, firstAllowed, u => u.Unit == unit);
            if (digits == position || known < 0) return false;
            if (!long.TryParse(text.AsSpan(position, digits - position), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            ms += number * s_units[known].Ms;
            firstAllowed = known + 1;
            position = letters;
        }

        if (text.Length == 0 || ms > s_longest.TotalMilliseconds) return false;
        duration = TimeSpan.FromMilliseconds(ms);
        return true;
    }
}
