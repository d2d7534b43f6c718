// Several logs in one file. A line is the line of one of them, byte for byte and with its own checksum, and says whose it is and how many runs there are, so that a
// run of which nothing is left is missed; the first lines name the logs:
//   {"run":2,"of":3,"file":"/ci/shard-2.jsonl","lost":0,"sum":"…"}     {"run":2,"of":3,"line":{"n":0,…,"sum":"…"},"sum":"…"}
// A reader that knows plain logs only finds no number in any line and refuses the file, rather than show the first of the runs.
using System.Buffers.Text;
using System.Globalization;
using Rondo.Engine.Report;
using Rondo.Engine.Wire;

namespace Rondo.Engine.RunLog;

/// <summary>Writes and recognizes merged logs; <see cref="RunLogReader.ReadRuns(string)"/> reads them.</summary>
internal static class MergedLog
{
    /// <summary>Writes all runs of these logs, merged ones among them, into one file, which may be one of them.</summary>
    /// <returns>Null if it was written; else what went wrong, as the system says it.</returns>
    public static string? WriteFile(string path, IReadOnlyList<string> logs) => WholeFile.Write(path, stream => Write(stream, logs));

    /// <exception cref="IOException">One of them cannot be read, or it cannot be written.</exception>
    private static void Write(Stream into, IReadOnlyList<string> logs)
    {
        var heads = new List<MergedHead>();
        var numbers = new Dictionary<(int Log, int Run), int>();
        for (var i = 0; i < logs.Count; i++)
        {
            foreach (var content in RunLogReader.ReadRuns(logs[i]))
            {
                numbers.Add((i, content.Run), heads.Count + 1);
                heads.Add(new MergedHead(heads.Count + 1, 0, content.File ?? logs[i], content.Lost));
            }
        }

        var writer = new JsonWriter(4096);
        foreach (var head in heads) Write(writer, head with { Of = heads.Count });
        for (var i = 0; i < logs.Count; i++)
        {
            using var stream = RunLogReader.Open(logs[i]);
            foreach (var (run, line) in RunLogReader.GoodLines(stream))
            {
                // A file that grew since: what it has of another run now is left out.
                if (!numbers.TryGetValue((i, run), out var number)) continue;
                Write(writer, number, heads.Count, line.Span);
                if (writer.Length > (1 << 16)) HandOver();
            }
        }

        HandOver();

        void HandOver()
        {
            into.Write(writer.Written);
            writer.Clear();
        }
    }

    /// <summary>A line of a merged log as the line that it was.</summary>
    /// <param name="line">Whose checksum fits.</param>
    /// <param name="run">Number of its run, from 1.</param>
    /// <param name="of">How many there are.</param>
    public static bool TryOpen(ReadOnlyMemory<byte> line, out int run, out int of, out ReadOnlyMemory<byte> inner)
    {
        (run, of, inner) = (0, 0, default);
        var at = 0;
        if (!Skip("{\"run\":"u8) || !Number(out run) || !Skip(",\"of\":"u8) || !Number(out of) || !Skip(",\"line\":"u8) || run < 1 || run > of || of > MostRuns) return false;
        inner = line[at..^RunLogChecksum.Length];
        return true;

        bool Skip(ReadOnlySpan<byte> expected)
        {
            if (!line.Span[at..].StartsWith(expected)) return false;
            at += expected.Length;
            return true;
        }

        bool Number(out int number)
        {
            if (!Utf8Parser.TryParse(line.Span[at..], out number, out var digits)) return false;
            at += digits;
            return true;
        }
    }

    // Nobody merges more; a file that says so was not written by us.
    private const int MostRuns = 1_000_000;

    /// <summary>Null: it is no head.</summary>
    public static MergedHead? HeadIn(JsonValue json) =>
        json.IntOrNull("run") is >= 1 and var run && json.IntOrNull("of") is <= MostRuns and var of && of >= run && json.TextOrNull("file") is { } file ? new MergedHead(run, of, file, json.Long("lost")) : null;

    private static void Write(JsonWriter writer, MergedHead head)
    {
        var from = writer.Length;
        writer.WriteStartObject();
        writer.WriteNumber("run", head.Run);
        writer.WriteNumber("of", head.Of);
        writer.WriteString("file", head.File);
        writer.WriteNumber("lost", head.Lost);
        End(writer, from);
    }

    private static void Write(JsonWriter writer, int run, int of, ReadOnlySpan<byte> line)
    {
        var from = writer.Length;
        writer.WriteStartObject();
        writer.WriteNumber("run", run);
        writer.WriteNumber("of", of);
        writer.WritePropertyName("line");
        writer.WriteRaw(line);
        End(writer, from);
    }

    private static void End(JsonWriter writer, int from)
    {
        writer.WriteString("sum", RunLogChecksum.Of(writer.Written[from..]).ToString("x8", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.EndLine();
    }
}

/// <summary>What a merged log says of one of its runs before it begins.</summary>
/// <param name="Of">How many there are.</param>
/// <param name="File">Where it was.</param>
/// <param name="Lost">Records that could not be read there.</param>
internal sealed record MergedHead(int Run, int Of, string File, long Lost);
