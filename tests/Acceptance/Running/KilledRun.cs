using System.Text.Json;

namespace Rondo.Acceptance.Running;

/// <summary>The outcomes of a run as its log tells them, read as somebody would who has nothing but the file.</summary>
internal sealed record KilledRun(IReadOnlyList<string> Planned, IReadOnlyDictionary<string, string> Outcomes, IReadOnlyList<string> Running, bool HasEnd)
{
    public static KilledRun Read(string path)
    {
        var planned = new List<string>();
        var outcomes = new Dictionary<string, string>();
        var running = new List<string>();
        var hasEnd = false;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            // The last line may be half written while the run lives.
            if (!line.EndsWith('}')) continue;
            using var json = JsonDocument.Parse(line);
            var what = json.RootElement;
            switch (what.GetProperty("event").GetString())
            {
                case "Planned":
                    planned.AddRange(what.GetProperty("ids").EnumerateArray().Select(i => i.GetString()!));
                    break;
                case "CaseStarted":
                    running.Add(what.GetProperty("id").GetString()!);
                    break;
                case "CaseFinished":
                    var id = what.GetProperty("id").GetString()!;
                    running.Remove(id);
                    outcomes.Add(id, what.GetProperty("outcome").GetString()!);
                    break;
                case "Ended":
                    hasEnd = true;
                    break;
            }
        }

        return new KilledRun(planned, outcomes, running, hasEnd);
    }
}
