using System.Globalization;
using System.Text.RegularExpressions;

namespace Benchmarks;

internal static partial class Rounds
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Measures what is missing of a group. The first round of a call warms up and is dropped.</summary>
    public static void Run(Group group, Results results, int wanted)
    {
        var rounds = results.RoundsOf(group);
        if (rounds.Count >= wanted) return;
        foreach (var configuration in group.Configurations) Projects.Make(configuration);
        for (var isWarm = false; rounds.Count < wanted; isWarm = true)
        {
            var round = new Dictionary<string, Sample>();
            // Another order each time: nobody always follows the same neighbour.
            var first = rounds.Count % group.Configurations.Count;
            foreach (var configuration in group.Configurations.Skip(first).Concat(group.Configurations.Take(first))) round.Add(configuration.Name, One(configuration));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group.Name} {(isWarm ? rounds.Count + 1 : 0)}/{wanted}: {string.Join("; ", group.Configurations.Select(c => $"{c.Name} {round[c.Name].Wall:0.00}/{round[c.Name].Cpu:0.00}"))}"));
            if (!isWarm) continue;
            rounds.Add(round);
            results.Save();
        }
    }

    private static Sample One(Configuration configuration)
    {
        var ready = Path.Combine(Repository.Bench, "ready.txt");
        File.Delete(ready);
        var environment = new Dictionary<string, string> { ["BENCH_READY"] = ready };
        // The history of earlier runs belongs to the framework, so it may use it; but not to the folder of somebody's sources.
        if (configuration.Forgets)
        {
            var empty = Path.Combine(Repository.Bench, "no-history");
            if (Directory.Exists(empty)) Directory.Delete(empty, recursive: true);
            environment["RONDO_HISTORY"] = empty;
        }
        else if (configuration.Framework is null) environment["RONDO_HISTORY"] = Path.Combine(Repository.Bench, "history-of-the-shop");
        var (sample, code, output) = configuration.Arguments is null
            ? Projects.Build(configuration)
            : Measured.Run(configuration.Framework is null ? Repository.Bench : configuration.Folder, s_limit, environment, configuration.Program, configuration.Arguments);
        const int someFailed = 2;
        if ((code != 0 && !(configuration.MayFail && code == someFailed)) || (configuration.Expected is { } expected && Total().Match(output) is var total && (!total.Success || total.Groups["n"].Value != expected.ToString(CultureInfo.InvariantCulture))))
            throw new InvalidOperationException($"'{configuration.Name}' of {configuration.Workload.Name} ended with exit code {code}, or not with the tests it has:\n{(output.Length > 4000 ? output[^4000..] : output)}");
        if (configuration.MayFail && Failed().Match(output) is { Success: true } failed) sample = sample with { Failed = int.Parse(failed.Groups["n"].Value, CultureInfo.InvariantCulture) };
        if (!File.Exists(ready)) return sample;
        var said = File.ReadAllText(ready).Split(' ');
        return sample with { ReadyMs = double.Parse(said[0], CultureInfo.InvariantCulture), ReadyCpuMs = double.Parse(said[1], CultureInfo.InvariantCulture) };
    }

    // The platform's summary, which all of them end with; the programs without a platform imitate it.
    [GeneratedRegex(@"total: (?<n>\d+)")]
    private static partial Regex Total();

    [GeneratedRegex(@"failed: (?<n>\d+)")]
    private static partial Regex Failed();
}
