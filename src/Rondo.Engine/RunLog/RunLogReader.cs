using System.Text.Json;

namespace Rondo.Engine.RunLog;

/// <summary>Reads run logs, also those of runs that live or died: any prefix of a log is a log.</summary>
internal static class RunLogReader
{
    /// <summary>The events, in order. A last line that was cut is left out; so are damaged lines and events of newer builds.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<RunLogEvent> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        foreach (var what in Read(stream)) yield return what;
    }

    public static IEnumerable<RunLogEvent> Read(Stream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            if (Parse(line) is { } what) yield return what;
        }
    }

    /// <summary>Cases that were started and did not finish, oldest first.</summary>
    public static IReadOnlyList<RunningCase> WhoWasRunning(IEnumerable<RunLogEvent> events)
    {
        var ids = new Dictionary<int, string>();
        var running = new Dictionary<int, RunningCase>();
        foreach (var what in events)
        {
            switch (what)
            {
                case RunLogEvent.Planned planned:
                    for (var i = 0; i < planned.Ids.Count; i++) ids[planned.First + i] = planned.Ids[i];
                    break;
                case RunLogEvent.CaseStarted started:
                    var id = ids.GetValueOrDefault(started.Case.Value) ?? started.Case.ToString();
                    running[started.Case.Value] = new RunningCase(id, started.Worker, started.AtMs);
                    break;
                case RunLogEvent.CaseFinished finished:
                    running.Remove(finished.Result.Case.Value);
                    break;
                case RunLogEvent.Ended:
                    running.Clear();
                    break;
            }
        }

        return [.. running.Values.OrderBy(r => r.SinceMs)];
    }

    private static RunLogEvent? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return RunLogJson.Read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}

/// <param name="SinceMs">Since the start of the run.</param>
internal sealed record RunningCase(string Id, string Worker, long SinceMs);
