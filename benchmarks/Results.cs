using System.Text.Json;

namespace Benchmarks;

/// <summary>All that was measured of one packed version, kept in a file after every round.</summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public string Version { get; init; } = "";

    /// <summary>Group -> rounds -> configuration -> sample.</summary>
    public Dictionary<string, List<Dictionary<string, Sample>>> Groups { get; init; } = [];

    private static string Path => System.IO.Path.Combine(Repository.Bench, "results.json");

    public static Results? Load() => File.Exists(Path) ? JsonSerializer.Deserialize<Results>(File.ReadAllText(Path)) : null;

    public void Save()
    {
        File.WriteAllText(Path + ".tmp", JsonSerializer.Serialize(this, s_json));
        File.Move(Path + ".tmp", Path, overwrite: true);
    }

    public List<Dictionary<string, Sample>> RoundsOf(Group group)
    {
        if (!Groups.TryGetValue(group.Name, out var rounds)) Groups.Add(group.Name, rounds = []);
        // Of an earlier version of the group, which measured something else.
        rounds.RemoveAll(round => !group.Configurations.All(c => round.ContainsKey(c.Name)));
        return rounds;
    }
}
