using System.Text.Json;

namespace Soak;

/// <summary>What a run's log says about who ran what.</summary>
/// <param name="Deaths">Cases that were started but not finished when their worker ended, with the process of that worker.</param>
/// <param name="Ends">How the process of each worker that had connected ended, in words.</param>
internal sealed record RunLog(IReadOnlyDictionary<string, int> Deaths, IReadOnlyDictionary<string, int> Starts, IReadOnlyDictionary<int, string> Ends, bool HasEnd)
{
    public static RunLog Read(string path)
    {
        var processes = new Dictionary<string, int>();
        var running = new Dictionary<string, List<string>>();
        var deaths = new Dictionary<string, int>();
        var starts = new Dictionary<string, int>();
        var ends = new Dictionary<int, string>();
        var hasEnd = false;
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            var what = json.RootElement;
            switch (what.GetProperty("event").GetString())
            {
                case "WorkerStarted":
                    processes[Text("worker")] = what.GetProperty("processId").GetInt32();
                    break;
                case "WorkerEnded" when processes.TryGetValue(Text("worker"), out var process):
                    ends[process] = Text("how");
                    break;
                case "CaseStarted":
                    starts[Text("id")] = starts.GetValueOrDefault(Text("id")) + 1;
                    if (!running.TryGetValue(Text("worker"), out var open)) running.Add(Text("worker"), open = []);
                    open.Add(Text("id"));
                    break;
                case "CaseFinished" when what.TryGetProperty("id", out _):
                    // A crash is a finish, too, told by the controller: whoever is still open then was running.
                    if (Outcome() is not "crashed" and not "lost")
                    {
                        foreach (var cases in running.Values) cases.Remove(Text("id"));
                    }

                    break;
                case "Ended":
                    hasEnd = true;
                    break;
                default:
                    break;
            }

            string Text(string name) => what.GetProperty(name).GetString()!;

            string Outcome() => what.TryGetProperty("outcome", out var outcome) && outcome.ValueKind == JsonValueKind.String ? outcome.GetString()! : "";
        }

        foreach (var (worker, cases) in running)
        {
            foreach (var id in cases) deaths[id] = processes.GetValueOrDefault(worker);
        }

        return new RunLog(deaths, starts, ends, hasEnd);
    }
}
