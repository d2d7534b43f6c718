// The history file as text: one line that says what it is, then one line for each case, sorted by id so that a committed file gives
// small diffs. Pure: no file is touched here.
using System.Buffers;
using System.Text;
using System.Text.Json;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.History;

/// <param name="Run">Number of the last run that planned the whole suite.</param>
/// <param name="Damage">What is wrong with the text; null if nothing is. <paramref name="Cases"/> holds what could be read all the same.</param>
internal sealed record HistoryText(long Run, IReadOnlyDictionary<string, CaseRecord> Cases, string? Damage)
{
    public const int Version = 1;

    /// <summary>About eleven days; nothing that takes longer is a duration.</summary>
    public const double MaxMs = 1e9;

    public static HistoryText Empty { get; } = new(0, new Dictionary<string, CaseRecord>(), null);

    public static HistoryText Read(string text)
    {
        var lines = text.Split('\n');
        if (ReadFirst(lines[0]) is not ({ } version, var run)) return Empty with { Damage = "its first line does not say that it is a history of Rondo" };
        if (version > Version) return Empty with { Damage = $"it has version {version} and this build of Rondo reads {Version}" };
        var cases = new Dictionary<string, CaseRecord>(StringComparer.Ordinal);
        var bad = 0;
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 && i == lines.Length - 1) break;
            if (ReadCase(lines[i]) is var (id, record)) cases[id] = record;
            else bad++;
        }

        // Every line ends with a line end, so a file that was cut between two cases does not look whole… but for a cut exactly there, which loses nothing else.
        if (lines[^1].Length > 0 && bad == 0) bad++;
        return new HistoryText(run, cases, bad == 0 ? null : $"{bad} of its {lines.Length} lines cannot be read");
    }

    public static byte[] Write(long run, IReadOnlyDictionary<string, CaseRecord> cases)
    {
        var buffer = new ArrayBufferWriter<byte>(64 + (cases.Count * 128));
        using var writer = new Utf8JsonWriter(buffer, Json.Compact);
        writer.WriteStartObject();
        writer.WriteNumber("rondo-history", Version);
        writer.WriteNumber("run", run);
        EndLine();
        var ids = cases.Keys.ToArray();
        Array.Sort(ids, StringComparer.Ordinal);
        foreach (var id in ids)
        {
            var record = cases[id];
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteStartArray("ms");
            foreach (var ms in record.Ms) writer.WriteNumberValue(ms);
            writer.WriteEndArray();
            if (record.Last is { } last) writer.WriteString("last", NameOf(last));
            writer.WriteNumber("run", record.Run);
            EndLine();
        }

        return buffer.WrittenSpan.ToArray();

        void EndLine()
        {
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
            buffer.Write("\n"u8);
        }
    }

    private static (int? Version, long Run) ReadFirst(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var run = document.RootElement.Long("run");
            return run >= 0 ? (document.RootElement.IntOrNull("rondo-history"), run) : (null, 0);
        }
        catch (Exception error) when (IsDamage(error))
        {
            return (null, 0);
        }
    }

    private static (string Id, CaseRecord Record)? ReadCase(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            var ms = new double[json.TryGetProperty("ms", out var list) && list.ValueKind != JsonValueKind.Null ? list.GetArrayLength() : 0];
            for (var i = 0; i < ms.Length; i++) ms[i] = list[i].GetDouble();
            Tally? last = json.TextOrNull("last") is { } name ? TallyOf(name) : null;
            if (json.TextOrNull("id") is not { Length: > 0 } id || !Array.TrueForAll(ms, m => m is >= 0 and <= MaxMs) || json.Long("run") < 0) return null;
            return (id, new CaseRecord(ms.Length > CaseRecord.Kept ? ms[^CaseRecord.Kept..] : ms, last, json.Long("run")));
        }
        catch (Exception error) when (IsDamage(error))
        {
            return null;
        }
    }

    private static string NameOf(Tally tally) => tally switch
    {
        Tally.Passed => "passed",
        Tally.Failed => "failed",
        Tally.Skipped => "skipped",
        _ => throw new InvalidOperationException($"This is a bug in Rondo: '{tally}' is no way in which a case ran."),
    };

    private static Tally TallyOf(string name) => name switch
    {
        "passed" => Tally.Passed,
        "failed" => Tally.Failed,
        "skipped" => Tally.Skipped,
        _ => throw new FormatException(),
    };

    private static bool IsDamage(Exception error) => error is JsonException or InvalidOperationException or FormatException or ArgumentException;
}
