// What the page of a run knows, as JSON: everything that is seen at once in columns, and what is seen of one case in pieces that are unpacked when it is looked at.
using System.Globalization;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.RunLog;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Report;

/// <remarks>Times are whole microseconds from the left edge of the page.</remarks>
internal sealed class TimelineData
{
    private const int PieceLength = 512 * 1024;
    private const int LongestMessage = 300;
    private const int LongestOutput = 64 * 1024;
    private const int LongestOutputOfPassed = 8 * 1024;

    // Between runs that did not go on at once this much is shown, however long it was.
    private static readonly TimeSpan s_betweenRuns = TimeSpan.FromSeconds(1);

    private readonly Recording _recording;
    private readonly long _room;
    private readonly TimeSpan[] _offsets;
    private readonly Dictionary<(int Run, string Worker), int> _lanes = [];
    private readonly List<(int Run, string Name, RecordedWorker? Worker)> _laneList = [];

    /// <param name="recording">What is shown.</param>
    /// <param name="room">Bytes that outputs may take before they are packed; beyond it those of passed cases are left out first.</param>
    public TimelineData(Recording recording, long room = 96L * 1024 * 1024)
    {
        (_recording, _room) = (recording, room);
        _offsets = Offsets(recording.Runs);
        for (var r = 0; r < recording.Runs.Count; r++)
        {
            foreach (var worker in recording.Runs[r].Workers)
            {
                if (_lanes.TryAdd((r, worker.Name), _laneList.Count)) _laneList.Add((r, worker.Name, worker));
            }
        }
    }

    /// <summary>A letter for each kind of outcome: the page and this file know them.</summary>
    public static char LetterOf(CaseResult result) => result.Outcome switch
    {
        Outcome.Passed when result.Earlier.Count > 0 => 'K',
        Outcome.Passed => 'P',
        Outcome.Failed => 'F',
        Outcome.TimedOut => 'T',
        Outcome.FixtureFailed => 'X',
        Outcome.Crashed => 'C',
        Outcome.Lost => 'L',
        Outcome.Skipped => 'S',
        Outcome.NotRun => 'N',
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown outcome {result.Outcome.GetType().Name}."),
    };

    /// <summary>Writes the pieces with what is known of each case, then what is seen at once.</summary>
    /// <param name="piece">Gets each piece when it is full; its bytes are valid during the call.</param>
    /// <param name="again">Writes the line that runs a case again.</param>
    public JsonWriter Write(Action<ReadOnlyMemory<byte>> piece, RerunCommand again)
    {
        // First, because it makes lanes for workers of which no start is recorded.
        var bars = new JsonWriter(64 * 1024);
        WriteBars(bars);
        var firsts = WritePieces(piece, again);
        var main = new JsonWriter(256 * 1024);
        main.WriteStartObject();
        main.WriteNumber("v", 1);
        WriteRuns(main);
        WriteLanes(main);
        WriteCases(main);
        main.WriteInts("pieces", firsts);
        WriteFixtures(main);
        WriteErrors(main);
        main.WritePropertyName("bars");
        main.WriteRaw(bars.Written);
        main.WriteEndObject();
        return main;
    }

    private static TimeSpan[] Offsets(IReadOnlyList<RecordedRun> runs)
    {
        var offsets = new TimeSpan[runs.Count];
        var end = runs[0].Duration;
        for (var i = 1; i < offsets.Length; i++)
        {
            var real = runs[i].At - runs[i - 1].At + offsets[i - 1];
            offsets[i] = real < end + s_betweenRuns && real >= TimeSpan.Zero ? real : end + s_betweenRuns;
            if (offsets[i] + runs[i].Duration > end) end = offsets[i] + runs[i].Duration;
        }

        return offsets;
    }

    private static long Micro(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private long At(int run, DateTimeOffset moment) => Micro(_offsets[run]) + Math.Max(0, Micro(moment - _recording.Runs[run].At));

    private long At(int run, long ms) => Micro(_offsets[run]) + (ms * 1000);

    private int LaneOf(int run, string worker)
    {
        if (worker.Length == 0) return -1;
        if (_lanes.TryGetValue((run, worker), out var lane)) return lane;
        _lanes.Add((run, worker), lane = _laneList.Count);
        _laneList.Add((run, worker, null));
        return lane;
    }

    private void WriteRuns(JsonWriter json)
    {
        var report = _recording.Report;
        json.WriteString("program", _recording.Runs[0].Assembly);
        json.WriteString("account", RunSummary.AccountLine(report.Account));
        json.WriteUnlessEmpty("ending", RunSummary.EndingText(report.Ending) ?? "");
        json.WriteNumber("exit", report.ExitCode);
        json.WriteTexts("notes", report.Notes);
        json.WriteStartArray("runs");
        for (var r = 0; r < _recording.Runs.Count; r++)
        {
            var run = _recording.Runs[r];
            var times = RunTimes.Of(run);
            json.WriteStartObject();
            json.WriteString("id", run.RunId);
            if (run.At != default) json.WriteString("at", run.At);
            json.WriteString("machine", run.Started?.Process.Machine ?? "");
            json.WriteString("system", run.Started?.System ?? "");
            json.WriteNumber("processors", run.Started?.Processors ?? 0);
            if (run.Started?.Seed is { } seed) json.WriteNumber("seed", seed);
            json.WriteString("options", string.Join(' ', (run.Started?.Options ?? []).Select(o => (o.Key.Length == 1 ? "-" : "--") + o.Key + (o.Value.Length == 0 ? "" : " " + o.Value))));
            json.WriteString("workersText", run.Divided?.Why ?? "");
            json.WriteBoolean("hasEnd", run.Ended is not null);
            json.WriteNumber("lost", run.Lost);
            json.WriteNumber("from", Micro(_offsets[r]));
            json.WriteNumber("wall", Micro(times.Wall));
            json.WriteNumber("workers", times.Workers);
            json.WriteNumber("busy", Micro(times.Busy));
            json.WriteNumber("before", Micro(times.Before));
            json.WriteNumber("longest", Micro(times.Longest));
            json.WriteString("longestOf", times.LongestOf);
            json.WriteNumber("bound", Micro(times.LowerBound));
            if (times.Efficiency is { } efficiency)
            {
                json.WritePropertyName("efficiency");
                json.WriteNumberValue(Math.Round(efficiency, 4));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteLanes(JsonWriter json)
    {
        json.WriteStartArray("lanes");
        foreach (var (run, name, worker) in _laneList)
        {
            json.WriteStartObject();
            json.WriteString("name", _recording.WorkerName(run, name));
            json.WriteNumber("run", run);
            if (name.StartsWith("host", StringComparison.Ordinal)) json.WriteBoolean("host", true);
            if (worker is not null)
            {
                json.WriteNumber("launched", At(run, worker.LaunchedMs));
                if (worker.StartedMs is { } started) json.WriteNumber("started", At(run, started));
                if (worker.ReadyMs is { } ready) json.WriteNumber("ready", At(run, ready));
                if (worker.ProcessId is { } id) json.WriteNumber("pid", id);
                if ((worker.Ended?.AtMs ?? worker.LostMs) is { } ended) json.WriteNumber("ended", At(run, ended));
                json.WriteUnlessEmpty("how", worker.Ended?.How ?? (worker.LostMs is null ? "" : "nobody knows: the log ends here"));
                json.WriteUnlessEmpty("why", worker.Ended?.Why ?? "");
                if (worker.HasCrashed) json.WriteBoolean("crashed", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteCases(JsonWriter json)
    {
        var report = _recording.Report;
        var cases = report.Plan.Cases;
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        var classOf = new int[cases.Count];
        for (var i = 0; i < classOf.Length; i++)
        {
            if (!classes.TryGetValue(cases[i].Test.Class.FullName, out classOf[i])) classes.Add(cases[i].Test.Class.FullName, classOf[i] = classes.Count);
        }

        json.WriteTexts("classes", [.. classes.Keys]);
        json.WriteInts("cls", classOf);
        json.WriteTexts("name", [.. cases.Select(c => c.NameInClass)]);
        json.WriteString("out", string.Create(cases.Count, report, static (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++) letters[i] = LetterOf(from.Results[new CaseIndex(i)]);
        }));
        Numbers(json, "dur", cases.Count, i => Micro(Result(i).Duration));
        Numbers(json, "start", cases.Count, i => Last(i) is { } last && Result(i).StartedAt != default ? At(last.Run, Result(i).StartedAt) : -1);
        Numbers(json, "lane", cases.Count, i => Last(i) is { } last ? LaneOf(last.Run, _recording.Runs[last.Run].Results[last.Index].Worker) : -1);
        Sparse(json, "shown", cases.Count, i => cases[i].DisplayName == cases[i].NameInClass ? "" : cases[i].DisplayName);
        Sparse(json, "tags", cases.Count, i => string.Join(' ', cases[i].Marks.Tags));
        Sparse(json, "msg", cases.Count, i => FirstLine(Result(i)));
        Sparse(json, "tries", cases.Count, i => Result(i).Earlier.Count == 0 ? "" : (Result(i).Earlier.Count + 1).ToString(CultureInfo.InvariantCulture));
    }

    private CaseResult Result(int index) => _recording.Report.Results[new CaseIndex(index)];

    // Where the case was last run: a run that did not come to it says nothing about it.
    private RecordedPlace? Last(int index)
    {
        RecordedPlace? last = null;
        foreach (var place in _recording.Places[index])
        {
            if (last is null || _recording.Runs[place.Run].Results[place.Index].Outcome.Tally != Tally.NotRun) last = place;
        }

        return last;
    }

    private static string FirstLine(CaseResult result)
    {
        var text = result.Outcome.FailureOrNull?.Message ?? result.Outcome switch { Outcome.Skipped s => s.Reason, Outcome.NotRun n => n.Reason, _ => result.Earlier is [.., var before] ? before.Outcome.FailureOrNull?.Message ?? "" : "" };
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        if (end >= 0) text = text[..end];
        return text.Length <= LongestMessage ? text : text[..LongestMessage] + "…";
    }

    private void WriteFixtures(JsonWriter json)
    {
        json.WriteStartArray("fixtures");
        foreach (var costs in FixtureCosts.Of(_recording.Runs))
        {
            json.WriteStartObject();
            json.WriteString("name", costs.Fixture);
            json.WriteString("scope", costs.Scope.ToString());
            json.WriteNumber("ups", costs.Setups);
            json.WriteNumber("up", Micro(costs.SetupTotal));
            json.WriteNumber("upMax", Micro(costs.SetupLongest));
            json.WriteNumber("downs", costs.Teardowns);
            json.WriteNumber("down", Micro(costs.TeardownTotal));
            json.WriteNumber("downMax", Micro(costs.TeardownLongest));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteErrors(JsonWriter json)
    {
        json.WriteStartArray("errors");
        foreach (var error in _recording.Report.TeardownErrors)
        {
            json.WriteStartObject();
            json.WriteString("id", error.Id);
            json.WriteString("worker", error.Worker);
            json.WriteString("text", FailureText.Of(error.Failure));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // One bar for each attempt, in each run.
    private void WriteBars(JsonWriter json)
    {
        var attempts = new List<(int Case, int Lane, long Start, CaseResult Result)>();
        for (var i = 0; i < _recording.Places.Count; i++)
        {
            foreach (var place in _recording.Places[i])
            {
                var result = _recording.Runs[place.Run].Results[place.Index];
                foreach (var attempt in result.Earlier) Add(i, place.Run, attempt);
                Add(i, place.Run, result);
            }
        }

        attempts.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Case - b.Case);
        json.WriteStartObject();
        json.WriteStartArray("case");
        foreach (var (index, _, _, _) in attempts) json.WriteNumberValue(index);
        json.WriteEndArray();
        json.WriteStartArray("lane");
        foreach (var (_, lane, _, _) in attempts) json.WriteNumberValue(lane);
        json.WriteEndArray();
        json.WriteStartArray("start");
        foreach (var (_, _, start, _) in attempts) json.WriteNumberValue(start);
        json.WriteEndArray();
        json.WriteStartArray("dur");
        foreach (var (_, _, _, result) in attempts) json.WriteNumberValue(Micro(result.Duration));
        json.WriteEndArray();
        json.WriteString("out", string.Create(attempts.Count, attempts, static (letters, all) =>
        {
            for (var i = 0; i < letters.Length; i++) letters[i] = LetterOf(all[i].Result);
        }));
        Sparse(json, "up", attempts.Count, i => Text(attempts[i].Result.Setup));
        Sparse(json, "down", attempts.Count, i => Text(attempts[i].Result.Teardown));
        json.WriteStartArray("fixtures");
        for (var r = 0; r < _recording.Runs.Count; r++)
        {
            foreach (var took in _recording.Runs[r].Fixtures)
            {
                if (took.StartedAt == default) continue;
                json.WriteStartObject();
                json.WriteString("name", took.Time.Fixture);
                json.WriteNumber("lane", LaneOf(r, took.Worker));
                json.WriteNumber("start", At(r, took.StartedAt));
                json.WriteNumber("dur", Micro(took.Time.Duration));
                if (took.Time.IsTeardown) json.WriteBoolean("down", true);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void Add(int index, int run, CaseResult attempt)
        {
            if (attempt.StartedAt != default && LaneOf(run, attempt.Worker) is >= 0 and var lane) attempts.Add((index, lane, At(run, attempt.StartedAt), attempt));
        }

        static string Text(TimeSpan time) => time == TimeSpan.Zero ? "" : Micro(time).ToString(CultureInfo.InvariantCulture);
    }

    /// <returns>The first case of each piece.</returns>
    private List<int> WritePieces(Action<ReadOnlyMemory<byte>> piece, RerunCommand again)
    {
        var firsts = new List<int>();
        var json = new JsonWriter(64 * 1024);
        var cases = _recording.Report.Plan.Cases;
        long used = 0;
        for (var i = 0; i < cases.Count; i++)
        {
            if (json.Length == 0)
            {
                firsts.Add(i);
                json.WriteStartArray();
            }

            var from = json.Length;
            WriteDetails(json, cases[i], Result(i), again, used < _room ? LongestOutput : 2 * 1024, used < _room / 2 ? LongestOutputOfPassed : 0);
            used += json.Length - from;
            if (json.Length < PieceLength && i + 1 < cases.Count) continue;
            json.WriteEndArray();
            piece(json.Written.ToArray());
            json.Clear();
        }

        return firsts;
    }

    private static void WriteDetails(JsonWriter json, PlannedCase planned, CaseResult result, RerunCommand again, int longest, int longestOfPassed)
    {
        json.WriteStartObject();
        if (planned.Test.Class.File.Length > 0)
        {
            json.WriteString("file", planned.Test.Class.File);
            json.WriteNumber("line", planned.Test.Line);
        }

        WriteAttempt(json, result, longest, longestOfPassed);
        if (result.Outcome.FailureOrNull is not null && again.For(planned, result) is { } line) json.WriteString("again", line);
        if (result.Earlier.Count > 0)
        {
            json.WriteStartArray("earlier");
            foreach (var attempt in result.Earlier)
            {
                json.WriteStartObject();
                json.WriteString("o", LetterOf(attempt with { Earlier = [] }).ToString());
                json.WriteString("worker", attempt.Worker);
                json.WriteNumber("dur", Micro(attempt.Duration));
                WriteAttempt(json, attempt, longest, longestOfPassed);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteAttempt(JsonWriter json, CaseResult result, int longest, int longestOfPassed)
    {
        if (result.Outcome.Tally is Tally.Passed or Tally.Skipped) longest = longestOfPassed;
        if (result.Outcome is Outcome.FixtureFailed fixture) json.WriteString("fixture", fixture.Fixture);
        if (result.Outcome.FailureOrNull is { } failure) json.WriteString("text", TextLimits.CutMiddle(FailureText.Of(failure), LongestOutput));
        if (result.Outcome is Outcome.Skipped skipped) json.WriteString("text", skipped.Reason);
        if (result.Outcome is Outcome.NotRun notRun) json.WriteString("text", notRun.Reason);
        if (result.Setup != TimeSpan.Zero) json.WriteNumber("up", Micro(result.Setup));
        if (result.Teardown != TimeSpan.Zero) json.WriteNumber("down", Micro(result.Teardown));
        WriteOutput(json, "stdout", result.Output, longest);
        WriteOutput(json, "stderr", result.ErrorOutput, longest);
        if (result.Notes.Count > 0) json.WriteTexts("notes", result.Notes);
        if (result.Attachments.Count > 0) json.WriteTexts("files", [.. result.Attachments.Select(a => a.Description is null ? a.Path : $"{a.Path} ({a.Description})")]);
        if (result.Properties.Count > 0) json.WriteTexts("properties", [.. result.Properties.Select(p => p.Key + " = " + p.Value)]);
        if (result.Fixtures.Count > 0)
        {
            json.WriteStartArray("steps");
            foreach (var time in result.Fixtures)
            {
                json.WriteStartArray();
                json.WriteStringValue(time.Fixture);
                json.WriteNumberValue(time.IsTeardown ? 1L : 0L);
                json.WriteNumberValue(Micro(time.After));
                json.WriteNumberValue(Micro(time.Duration));
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        if (result.Parts.Count == 0) return;
        json.WriteStartArray("parts");
        foreach (var part in result.Parts)
        {
            var beside = part.Beside(result);
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            json.WriteString("o", LetterOf(beside).ToString());
            json.WriteNumber("dur", Micro(part.Duration));
            if (beside.Outcome.FailureOrNull is { } broken) json.WriteString("text", TextLimits.CutMiddle(FailureText.Of(broken), LongestOutput));
            if (beside.Outcome is Outcome.Skipped reason) json.WriteString("text", reason.Reason);
            WriteOutput(json, "stdout", part.Output, longest);
            WriteOutput(json, "stderr", part.ErrorOutput, longest);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOutput(JsonWriter json, string name, string text, int longest)
    {
        if (text.Length == 0) return;
        json.WriteString(name, longest > 0 ? TextLimits.CutMiddle(text, longest) : string.Create(CultureInfo.InvariantCulture, $"({text.Length} characters are left out, because this page would be too large. The run log has them.)"));
    }

    private static void Numbers(JsonWriter json, string name, int count, Func<int, long> of)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < count; i++) json.WriteNumberValue(of(i));
        json.WriteEndArray();
    }

    // An object with those that have something to say.
    private static void Sparse(JsonWriter json, string name, int count, Func<int, string> of)
    {
        json.WritePropertyName(name);
        json.WriteStartObject();
        for (var i = 0; i < count; i++)
        {
            if (of(i) is { Length: > 0 } text) json.WriteString(i.ToString(CultureInfo.InvariantCulture), text);
        }

        json.WriteEndObject();
    }
}
