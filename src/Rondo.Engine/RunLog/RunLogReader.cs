using System.Text.Json;

namespace Rondo.Engine.RunLog;

/// <summary>Reads run logs, also those of runs that live or died: any prefix of a log is a log.</summary>
internal static class RunLogReader
{
    private const int Block = 64 * 1024;

    /// <summary>The events, in order. A last line that was cut is left out; so are damaged lines and events of newer builds.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<RunLogEvent> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        foreach (var what in Read(stream)) yield return what;
    }

    public static IEnumerable<RunLogEvent> Read(Stream stream)
    {
        foreach (var record in Records(stream))
        {
            if (record.Event is { } what) yield return what;
        }
    }

    /// <summary>All of a log, and how much of it could not be read.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RunLogContent ReadAll(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return ReadAll(stream);
    }

    /// <summary>As <see cref="ReadAll(string)"/>.</summary>
    public static RunLogContent ReadAll(Stream stream)
    {
        var events = new List<RunLogEvent>();
        long next = 0, lost = 0, damaged = 0;
        var hasRecord = false;
        foreach (var record in Records(stream))
        {
            if (record.Number < 0)
            {
                damaged -= record.Number;
                continue;
            }

            // Twice in the file, as a copy that was begun again leaves it.
            if (record.Number < next) continue;
            lost += record.Number - next;
            next = record.Number + 1;
            damaged = 0;
            hasRecord = true;
            if (record.Event is { } what) events.Add(what);
        }

        // By their numbers where a later line has one; after the last one by what is left of them.
        return new RunLogContent(events, lost + damaged, hasRecord);
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
                    var id = ids.GetValueOrDefault(started.Case.Value) ?? (started.Id.Length > 0 ? started.Id : started.Case.ToString());
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

    private static IEnumerable<RunLogRecord> Records(Stream stream)
    {
        var buffer = new byte[Block];
        int from = 0, length = 0;
        while (true)
        {
            var searched = from;
            int end;
            while ((end = buffer.AsSpan(searched, length - searched).IndexOf((byte)'\n')) < 0)
            {
                searched = length;
                if (from > 0)
                {
                    buffer.AsSpan(from, length - from).CopyTo(buffer);
                    (searched, length, from) = (searched - from, length - from, 0);
                }

                if (length == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
                var read = stream.Read(buffer, length, buffer.Length - length);
                if (read == 0)
                {
                    if (length > from) yield return Parse(buffer.AsMemory(from, length - from));
                    yield break;
                }

                length += read;
            }

            end += searched;
            if (end > from) yield return Parse(buffer.AsMemory(from, end - from));
            from = end + 1;
        }
    }

    private static RunLogRecord Parse(ReadOnlyMemory<byte> line)
    {
        // Some editors end lines in another way.
        if (line.Span[^1] == '\r') line = line[..^1];
        if (!RunLogChecksum.Fits(line.Span)) return RunLogRecord.Unreadable(line.Span);
        long number = 0;
        try
        {
            using var document = JsonDocument.Parse(line);
            number = RunLogJson.NumberOf(document.RootElement);
            return new RunLogRecord(number, RunLogJson.Read(document.RootElement));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // As it was written, but not by this build: passed over like an event it does not know.
            return new RunLogRecord(number, null);
        }
    }

    /// <param name="Number">For a damaged line negative: how many records it seems to have been.</param>
    /// <param name="Event">Null for a damaged line, and for what this build does not know.</param>
    private sealed record RunLogRecord(long Number, RunLogEvent? Event)
    {
        // Where the end of a line is gone, it is one with the next. In a text no quotation mark stands without a backslash, so each of these ended a record.
        public static RunLogRecord Unreadable(ReadOnlySpan<byte> line) => new(-Math.Max(1, line.Count(RunLogChecksum.Before)), null);
    }
}

/// <param name="Lost">Lines that were damaged, cut off, or are missing between others.</param>
/// <param name="IsRunLog">At least one line was written by a run.</param>
internal sealed record RunLogContent(IReadOnlyList<RunLogEvent> Events, long Lost, bool IsRunLog);

/// <param name="SinceMs">Since the start of the run.</param>
internal sealed record RunningCase(string Id, string Worker, long SinceMs);
