using System.Globalization;

namespace Rondo.Engine.Planning;

/// <summary>Which part of the tests this machine runs: <c>--shard I/N</c>.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Count">How many machines there are, 2 or more: one machine has no shard.</param>
internal sealed record Shard(int Number, int Count)
{
    public const int Most = 10_000;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    /// <param name="text">The value of <c>--shard</c>.</param>
    /// <returns>RND2070, or null when nothing is wrong.</returns>
    public static string? Complaint(string text) => TryRead(text, out _, out _) ? null
        : $"--shard is '{text}'. It must be I/N, this machine's number and how many machines there are, with 1 <= I <= N <= {Most.ToString(CultureInfo.InvariantCulture)}. " +
          "Say --shard 1/3, --shard 2/3 and --shard 3/3 on three machines. [RND2070]";

    /// <param name="text">As <see cref="Complaint"/> accepts it.</param>
    /// <returns>Null without a value, and for 1/1.</returns>
    public static Shard? Of(string? text) => text is not null && TryRead(text, out var number, out var count) && count > 1 ? new Shard(number, count) : null;

    private static bool TryRead(string text, out int number, out int count)
    {
        count = 0;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return int.TryParse(slash < 0 ? "" : text.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out count)
            && number >= 1 && number <= count && count <= Most;
    }
}
