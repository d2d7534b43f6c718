using System.Globalization;

namespace Rondo.Engine.Wire;

/// <summary>How much free text one message may carry. Ids, hashes and rows are never cut: they are compared with others.</summary>
/// <param name="Characters">For each text.</param>
/// <param name="Items">For each list of texts, and for all failures of one result together.</param>
internal readonly record struct TextLimits(int Characters, int Items)
{
    public static TextLimits None { get; } = new(int.MaxValue, int.MaxValue);

    /// <summary>Tried one after the other until the message fits.</summary>
    public static TextLimits[] Steps { get; } =
    [
        new(7 * 1024 * 1024, 100_000),
        new(1024 * 1024, 10_000),
        new(128 * 1024, 2_000),
        new(16 * 1024, 400),
        new(1024, 100),
    ];

    /// <summary>The text itself, or its head and tail with a line between them that says how much is missing.</summary>
    public string Cut(string text) => CutMiddle(text, Characters);

    public static string CutMiddle(string text, int limit)
    {
        if (text.Length <= limit) return text;
        var head = limit / 2;
        var tail = text.Length - (limit - head);
        if (head > 0 && char.IsHighSurrogate(text[head - 1])) head--;
        if (tail < text.Length && char.IsLowSurrogate(text[tail])) tail++;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, head)}\n… {tail - head:N0} characters were cut here …\n{text.AsSpan(tail)}");
    }
}
