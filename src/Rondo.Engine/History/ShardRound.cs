using System.Globalization;
using Rondo.Engine.Planning;

namespace Rondo.Engine.History;

/// <summary>Machines that run the shards of one plan, as far as this history knows of them.</summary>
/// <param name="Count">How many shards there are.</param>
/// <param name="Split">The name of the split; see <see cref="Planning.Split.Name"/>.</param>
/// <param name="Done">Numbers of the shards that ran to their end, in order.</param>
/// <remarks>
/// While a round goes on, the history keeps what it knew when the round began, and shards are divided by that: else the second shard of three that run one after the other in one folder would be divided by what
/// the first has measured, and a test could be in both or in neither. The round is over when all have run, or when everything has run without a shard.
/// </remarks>
internal sealed record ShardRound(int Count, string Split, IReadOnlyList<int> Done)
{
    public bool IsComplete => Done.Count == Count;

    /// <summary>The round after one of its shards was run.</summary>
    /// <param name="before">What the history knew.</param>
    /// <param name="split">What this machine ran.</param>
    /// <param name="isWhole">All of it has an outcome.</param>
    /// <returns>Null when it is complete.</returns>
    public static ShardRound? After(ShardRound? before, Split split, bool isWhole)
    {
        var done = before is not null && before.Count == split.Shard.Count && before.Split == split.Name ? before.Done : [];
        if (isWhole && !done.Contains(split.Shard.Number)) done = [.. done.Append(split.Shard.Number).Order()];
        var after = new ShardRound(split.Shard.Count, split.Name, done);
        return after.IsComplete ? null : after;
    }

    /// <summary>What several histories know, as one: of each round all shards that some machine ran. If one of them is complete by that, all is known and no round goes on.</summary>
    public static ShardRound? Merged(IReadOnlyList<ShardRound?> rounds)
    {
        ShardRound? last = null;
        foreach (var same in rounds.OfType<ShardRound>().GroupBy(r => (r.Count, r.Split)))
        {
            var merged = new ShardRound(same.Key.Count, same.Key.Split, [.. same.SelectMany(r => r.Done).Distinct().Order()]);
            if (merged.IsComplete) return null;
            if (last is null || merged.Count > last.Count || (merged.Count == last.Count && string.CompareOrdinal(merged.Split, last.Split) > 0)) last = merged;
        }

        return last;
    }

    /// <summary>As in a history: <c>3fa2b1c0 1,3/4</c>.</summary>
    public override string ToString() => $"{Split} {string.Join(',', Done.Select(d => d.ToString(CultureInfo.InvariantCulture)))}/{Count.ToString(CultureInfo.InvariantCulture)}";

    /// <returns>Null if it is none.</returns>
    public static ShardRound? Read(string? text)
    {
        if (text is null || text.IndexOf(' ', StringComparison.Ordinal) is not (> 0 and var space) || text.IndexOf('/', StringComparison.Ordinal) is not (> 0 and var slash) || slash < space) return null;
        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 2 or > Shard.Most) return null;
        var done = new SortedSet<int>();
        foreach (var part in text[(space + 1)..slash].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > count) return null;
            done.Add(number);
        }

        return done.Count == count ? null : new ShardRound(count, text[..space], [.. done]);
    }
}
