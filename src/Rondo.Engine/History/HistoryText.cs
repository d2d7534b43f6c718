// The history file as text: one line that says what it is, then one line for each case, sorted by id so that a committed file gives
// small diffs. Pure: no file is touched here.
using System.Globalization;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.History;

/// <param name="Run">Number of the last run that planned the whole suite.</param>
/// <param name="Damage">What is wrong with the text; null if nothing is. <paramref name="Cases"/> holds what could be read all the same.</param>
internal sealed record HistoryText(long Run, IReadOnlyDictionary<string, CaseRecord> Cases, string? Damage)
{
    public const int Version = 1;

    /// <summary>The round of shards that goes on; null when none does.</summary>
    public ShardRound? Round { get; init; }

    /// <summary>About eleven days; nothing that takes longer is a duration.</summary>
    public const double MaxMs = 1e9;

    public static HistoryText Empty { get; } = new(0, new Dictionary<string, CaseRecord>(), null);

    public static HistoryText Read(string text)
    {
        var lines = text.Split('\n');
        if (!ReadFirst(lines[0], out var version, out var run, out var round)) return Empty with { Damage = "its first line does not say that it is a history of Rondo" };
        if (version > Version) return Empty with { Damage = $"it has version {version} and this build of Rondo reads {Version}" };
        var cases = new Dictionary<string, CaseRecord>(StringComparer.Ordinal);
        var bad = 0;
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 && i == lines.Length - 1) break;
            // Twice where a merge of version control kept the lines of both sides; so are first lines.
            if (ReadCase(lines[i], out var id) is { } record) cases[id] = cases.TryGetValue(id, out var other) ? CaseRecord.Later(record, other) : record;
            else if (ReadFirst(lines[i], out var again, out var otherRun, out var otherRound) && again <= Version) (run, round) = (Math.Max(run, otherRun), ShardRound.Merged([round, otherRound]));
            else bad++;
        }

        // Every line ends with a line end, so a file that was cut between two cases does not look whole… but for a cut exactly there, which loses nothing else.
        if (lines[^1].Length > 0 && bad == 0) bad++;
        return new HistoryText(run, cases, bad == 0 ? null : $"{bad} of its {lines.Length} lines cannot be read") { Round = round };
    }

    /// <summary>What several machines wrote, as one. Does not depend on the order of the others.</summary>
    public static HistoryText Merged(HistoryText own, IReadOnlyList<HistoryText> others)
    {
        if (others.Count == 0) return own;
        var run = own.Run;
        var cases = new Dictionary<string, CaseRecord>(own.Cases, StringComparer.Ordinal);
        var rounds = new List<ShardRound?> { own.Round };
        foreach (var other in others)
        {
            run = Math.Max(run, other.Run);
            rounds.Add(other.Round);
            foreach (var (id, record) in other.Cases) cases[id] = cases.TryGetValue(id, out var known) ? CaseRecord.Later(record, known) : record;
        }

        return own with { Run = run, Cases = cases, Round = ShardRound.Merged(rounds) };
    }

    public static byte[] Write(long run, IReadOnlyDictionary<string, CaseRecord> cases, ShardRound? round = null)
    {
        var writer = new JsonWriter(64 + (cases.Count * 128));
        writer.WriteStartObject();
        writer.WriteNumber("rondo-history", Version);
        writer.WriteNumber("run", run);
        if (round is not null) writer.WriteString("round", round.ToString());
        writer.WriteEndObject();
        writer.EndLine();
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
            if (record.Ran > 0) writer.WriteNumber("ran", record.Ran);
            if (record.WasNotRun) writer.WriteNumber("notrun", 1);
            if (round is not null && record.IsFrozen) writer.WriteNumber("split", record.FrozenMs ?? -1);
            writer.WriteNumber("run", record.Run);
            writer.WriteEndObject();
            writer.EndLine();
        }

        return writer.Written.ToArray();
    }

    private static bool ReadFirst(string line, out int version, out long run, out ShardRound? round)
    {
        round = null;
        var own = new OwnLine(line);
        if (own.Is("{\"rondo-history\":") && own.Number(out var number) && own.Is(",\"run\":") && own.Number(out run) && own.Is("}") && own.IsOver && number <= int.MaxValue)
        {
            version = (int)number;
            return true;
        }

        return ReadAnyFirst(line, out version, out run, out round);
    }

    private static bool ReadAnyFirst(string line, out int version, out long run, out ShardRound? round)
    {
        (version, run, round) = (0, 0, null);
        try
        {
            var document = JsonValue.Parse(line);
            run = document.Long("run");
            if (run < 0 || document.IntOrNull("rondo-history") is not { } known) return false;
            version = known;
            round = ShardRound.Read(document.TextOrNull("round"));
            return true;
        }
        catch (Exception error) when (IsDamage(error))
        {
            return false;
        }
    }

    private static CaseRecord? ReadCase(string line, out string id) => ReadOwnCase(line, out id) ?? ReadAnyCase(line, out id);

    private static CaseRecord? ReadAnyCase(string line, out string id)
    {
        id = "";
        try
        {
            var json = JsonValue.Parse(line);
            var ms = new double[json.TryGetProperty("ms", out var list) && !list.IsNull ? list.Count : 0];
            var at = 0;
            foreach (var one in ms.Length > 0 ? list.Enumerate() : default) ms[at++] = one.GetDouble();

            Tally? last = json.TextOrNull("last") is { } tally ? TallyOf(tally) : null;
            if (json.TextOrNull("id") is not { Length: > 0 } name || !Array.TrueForAll(ms, m => m is >= 0 and <= MaxMs) || json.Long("run") < 0) return null;
            var ran = json.TryGetProperty("ran", out var count) ? count.GetInt64() : 0;
            double? split = json.TryGetProperty("split", out var frozen) ? frozen.GetDouble() : null;
            var wasNotRun = json.TryGetProperty("notrun", out var left) && left.GetInt64() != 0;
            if (ran < 0 || split is not (null or (>= -1 and <= MaxMs))) return null;
            id = name;
            return new CaseRecord(ms.Length > CaseRecord.Kept ? CaseRecord.Part(ms, ms.Length - CaseRecord.Kept, CaseRecord.Kept) : ms, last, json.Long("run")) { Ran = ran, WasNotRun = wasNotRun, IsFrozen = split is not null, FrozenMs = split is >= 0 ? split : null };
        }
        catch (Exception error) when (IsDamage(error))
        {
            return null;
        }
    }

    /// <summary>Reads a line as <see cref="Write"/> writes it, which is nearly every line there is. Null: it must be read as any other document.</summary>
    private static CaseRecord? ReadOwnCase(string text, out string id)
    {
        var line = new OwnLine(text);
        id = "";
        if (!line.Is("{\"id\":") || !line.Text(out id) || id.Length == 0 || !line.Is(",\"ms\":[")) return null;
        var ms = new double[CaseRecord.Kept];
        var count = 0;
        while (!line.Is("]"))
        {
            if (count == ms.Length || (count > 0 && !line.Is(",")) || !line.Fraction(out var one) || one is not (>= 0 and <= MaxMs)) return null;
            ms[count++] = one;
        }

        Tally? last = line.Is(",\"last\":\"passed\"") ? Tally.Passed : line.Is(",\"last\":\"failed\"") ? Tally.Failed : line.Is(",\"last\":\"skipped\"") ? Tally.Skipped : null;
        long ran = 0;
        if (line.Is(",\"ran\":") && !line.Number(out ran)) return null;
        var wasNotRun = line.Is(",\"notrun\":1");
        double? split = null;
        if (line.Is(",\"split\":"))
        {
            if (!line.Fraction(out var frozen) || frozen is not (>= -1 and <= MaxMs)) return null;
            split = frozen;
        }

        if (!line.Is(",\"run\":") || !line.Number(out var run) || !line.Is("}") || !line.IsOver) return null;
        return new CaseRecord(CaseRecord.Part(ms, 0, count), last, run) { Ran = ran, WasNotRun = wasNotRun, IsFrozen = split is not null, FrozenMs = split is >= 0 ? split : null };
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

    private static bool IsDamage(Exception error) => error is InvalidOperationException or FormatException or ArgumentException;

    /// <summary>Goes through a line that looks as this build writes it, which is nearly every one: without a list of its parts.</summary>
    private struct OwnLine(string line)
    {
        private int _at;

        public readonly bool IsOver => _at == line.Length;

        public bool Is(string expected)
        {
            if (string.CompareOrdinal(line, _at, expected, 0, expected.Length) != 0) return false;
            _at += expected.Length;
            return true;
        }

        /// <summary>A text in which nothing is escaped.</summary>
        public bool Text(out string text)
        {
            text = "";
            if (!Is("\"")) return false;
            var end = line.IndexOf('"', _at);
            if (end < 0) return false;
            for (var i = _at; i < end; i++)
            {
                if (line[i] is '\\' or < ' ') return false;
            }

            text = line[_at..end];
            _at = end + 1;
            return true;
        }

        /// <summary>A whole number from 0.</summary>
        public bool Number(out long number) => long.TryParse(NumberText(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

        public bool Fraction(out double number) => double.TryParse(NumberText(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);

        private ReadOnlySpan<char> NumberText()
        {
            var start = _at;
            while (_at < line.Length && line[_at] is (>= '0' and <= '9') or '.' or '-' or '+' or 'E') _at++;
            return line.AsSpan(start, _at - start);
        }
    }
}
