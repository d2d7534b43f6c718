using Rondo.Engine.Wire;

namespace Rondo.Engine.RunLog;

/// <summary>Reads run logs, also those of runs that live or died: any prefix of a log is a log.</summary>
internal static class RunLogReader
{
    private const int Block = 64 * 1024;

    /// <summary>The events, in order. A last line that was cut is left out; so are damaged lines and events of newer builds.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<RunLogEvent> Read(string path)
    {
        using var stream = Open(path);
        foreach (var what in Read(stream)) yield return what;
    }

    public static IEnumerable<RunLogEvent> Read(Stream stream)
    {
        foreach (var record in Records(stream))
        {
            if (record.Event is { } what) yield return what;
        }
    }

    /// <summary>All of a log, or of the first run of a merged one, and how much of it could not be read.</summary>
    public static RunLogContent ReadAll(Stream stream) => ReadRuns(stream)[0];

    /// <summary>All runs of a file: one, or those that were merged into it, also one of which nothing is left.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<RunLogContent> ReadRuns(string path)
    {
        using var stream = Open(path);
        return ReadRuns(stream);
    }

    /// <summary>As <see cref="ReadRuns(string)"/>.</summary>
    public static IReadOnlyList<RunLogContent> ReadRuns(Stream stream)
    {
        var runs = new SortedList<int, Tally>();
        Tally? current = null;
        long leading = 0;
        foreach (var record in Records(stream))
        {
            // Whose a damaged line was nobody knows; if it was another run's, that one misses a number.
            if (record.Number < 0)
            {
                if (current is null) leading -= record.Number;
                else current.Damaged -= record.Number;
                continue;
            }

            for (var run = Math.Min(1, record.Of); run <= record.Of; run++) runs.TryAdd(run, new Tally());
            current = runs[record.Run];
            current.Damaged += leading;
            leading = 0;
            if (record.Head is not null) current.Head = record.Head;
            else current.Take(record);
        }

        return runs.Count == 0 ? [new RunLogContent([], leading, false)] : [.. runs.Select(r => r.Value.Content(r.Key))];
    }

    /// <summary>The lines of a plain or merged log that can be read, each as it was in the log of its run; valid until the next one is asked for.</summary>
    public static IEnumerable<(int Run, ReadOnlyMemory<byte> Line)> GoodLines(Stream stream)
    {
        foreach (var line in Lines(stream))
        {
            if (!RunLogChecksum.Fits(line.Span)) continue;
            if (MergedLog.TryOpen(line, out var run, out _, out var inner)) yield return (run, inner);
            else if (!line.Span.StartsWith("{\"run\":"u8)) yield return (0, line);
        }
    }

    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private sealed class Tally
    {
        private readonly List<RunLogEvent> _events = [];
        private long _next;
        private long _lost;
        private bool _hasRecord;

        public MergedHead? Head { get; set; }

        public long Damaged { get; set; }

        public void Take(RunLogRecord record)
        {
            // Twice in the file, as a copy that was begun again leaves it.
            if (record.Number < _next) return;
            _lost += record.Number - _next;
            _next = record.Number + 1;
            Damaged = 0;
            _hasRecord = true;
            if (record.Event is { } what) _events.Add(what);
        }

        // By their numbers where a later line has one; after the last one by what is left of them.
        public RunLogContent Content(int run) => new(_events, Math.Max(_lost + Damaged, Head?.Lost ?? 0), _hasRecord) { Run = run, File = Head?.File };
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

    private static IEnumerable<RunLogRecord> Records(Stream stream) => Lines(stream).Select(Parse);

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream stream)
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
                    if (length > from) yield return Line(buffer.AsMemory(from, length - from));
                    yield break;
                }

                length += read;
            }

            end += searched;
            if (end > from) yield return Line(buffer.AsMemory(from, end - from));
            from = end + 1;
        }
    }

    // Some editors end lines in another way.
    private static ReadOnlyMemory<byte> Line(ReadOnlyMemory<byte> line) => line.Span[^1] == '\r' ? line[..^1] : line;

    private static RunLogRecord Parse(ReadOnlyMemory<byte> line)
    {
        if (!RunLogChecksum.Fits(line.Span)) return RunLogRecord.Unreadable(line.Span);
        if (MergedLog.TryOpen(line, out var run, out var of, out var inner)) return Parse(inner) with { Run = run, Of = of };
        long number = 0;
        try
        {
            var document = JsonValue.Parse(line);
            if (MergedLog.HeadIn(document) is { } head) return new RunLogRecord(0, null) { Run = head.Run, Of = head.Of, Head = head };
            number = RunLogJson.NumberOf(document);
            return new RunLogRecord(number, RunLogJson.Read(document));
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            // As it was written, but not by this build: passed over like an event it does not know.
            return new RunLogRecord(number, null);
        }
    }

    /// <param name="Number">For a damaged line negative: how many records it seems to have been.</param>
    /// <param name="Event">Null for a damaged line, and for what this build does not know.</param>
    private sealed record RunLogRecord(long Number, RunLogEvent? Event)
    {
        /// <summary>Of a merged log: whose it is, from 1.</summary>
        public int Run { get; init; }

        /// <summary>How many runs the merged log has; 0 in a log of one.</summary>
        public int Of { get; init; }

        /// <summary>It is no line of a log, but names one.</summary>
        public MergedHead? Head { get; init; }

        // Where the end of a line is gone, it is one with the next. In a text no quotation mark stands without a backslash, so each of these ended a record.
        public static RunLogRecord Unreadable(ReadOnlySpan<byte> line) => new(-Math.Max(1, line.Count(RunLogChecksum.Before)), null);
    }
}

/// <param name="Lost">Lines that were damaged, cut off, or are missing between others.</param>
/// <param name="IsRunLog">At least one line was written by a run.</param>
internal sealed record RunLogContent(IReadOnlyList<RunLogEvent> Events, long Lost, bool IsRunLog)
{
    /// <summary>Its number in a merged log, from 1; 0 in a file of its own.</summary>
    public int Run { get; init; }

    /// <summary>Where it was before it was merged; null if it was not, or nobody knows any more.</summary>
    public string? File { get; init; }
}

/// <param name="SinceMs">Since the start of the run.</param>
internal sealed record RunningCase(string Id, string Worker, long SinceMs);
