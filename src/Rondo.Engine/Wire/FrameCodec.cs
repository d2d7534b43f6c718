// Message <-> UTF-8 JSON. Each kind is an object whose "kind" names it; unknown properties are skipped, missing ones take their defaults.
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Wire;

internal static class FrameCodec
{
    /// <summary>What a message is cut down to, as far as its free text allows that. Beyond it the writer sends several frames.</summary>
    public const int WantedLength = 8 * 1024 * 1024;

    /// <summary>Writes the message's bytes. Texts that would make it too long are cut in the middle. Never throws because of a value in it.</summary>
    /// <param name="into">Must be empty; it is cleared between attempts to fit.</param>
    public static void Encode(Message message, JsonWriter into)
    {
        foreach (var limits in TextLimits.Steps)
        {
            into.Clear();
            Write(into, message, limits);
            if (into.Length < WantedLength) return;
        }
    }

    public static byte[] Encode(Message message)
    {
        var writer = new JsonWriter();
        Encode(message, writer);
        return writer.Written.ToArray();
    }

    /// <summary>The message, or <see cref="Message.Unknown"/> for a kind this build does not know.</summary>
    /// <exception cref="WireException">RND4001: the bytes are no message.</exception>
    public static Message Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Read(JsonValue.Parse(bytes));
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw WireException.BadFrame(error.Message, error);
        }
    }

    private static void Write(JsonWriter writer, Message message, TextLimits limits)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", message is Message.Unknown unknown ? unknown.Kind : message.GetType().Name);
        switch (message)
        {
            case Message.Hello m:
                writer.WriteString("token", m.Token);
                writer.WriteNumber("processId", m.ProcessId);
                writer.WriteString("catalog", m.Catalog);
                writer.WriteNumber("pumpThread", m.PumpThread);
                writer.WriteNumber("syncThread", m.SyncThread);
                break;
            case Message.Rows m:
                writer.WriteNumber("class", m.Class);
                writer.WriteNumber("method", m.Method);
                writer.WriteStartArray("found");
                foreach (var row in m.Found) WriteRow(writer, row);
                writer.WriteEndArray();
                if (m.Error is { } error) ResultJson.WriteFailure(writer, "error", error, limits);
                break;
            case Message.ReadingRows m:
                writer.WriteNumber("class", m.Class);
                writer.WriteNumber("method", m.Method);
                writer.WriteNumber("limitMs", m.LimitMs);
                break;
            case Message.PlanAccepted or Message.Goodbye or Message.WritesNatively or Message.EndProcess or Message.Finish or Message.Unknown:
                break;
            case Message.PlanRefused m:
                writer.WriteString("why", limits.Cut(m.Why));
                break;
            case Message.Working m:
                writer.WriteNumber("case", m.Case);
                writer.WriteNumber("phase", (int)m.Phase);
                writer.WriteUnlessEmpty("what", m.What);
                writer.WriteNumber("limitMs", m.LimitMs);
                break;
            case Message.Finished m:
                ResultJson.Write(writer, m.Result, limits);
                break;
            case Message.Attempted m:
                ResultJson.Write(writer, m.Result, limits);
                break;
            case Message.GaveBack m:
                writer.WriteInts("cases", m.Cases);
                break;
            case Message.TeardownFailed m:
                writer.WriteString("fixture", m.Fixture);
                ResultJson.WriteFailure(writer, "failure", m.Failure, limits);
                break;
            case Message.Stuck m:
                writer.WriteNumber("case", m.Case);
                ResultJson.WriteFailure(writer, "failure", m.Failure, limits);
                writer.WriteString("output", limits.Cut(m.Output));
                writer.WriteString("errorOutput", limits.Cut(m.ErrorOutput));
                break;
            case Message.Retiring m:
                writer.WriteString("why", limits.Cut(m.Why));
                break;
            case Message.Note m:
                writer.WriteString("text", limits.Cut(m.Text));
                break;
            case Message.DispatcherMade m:
                writer.WriteString("type", limits.Cut(m.Type));
                writer.WriteNumber("thread", m.Thread);
                break;
            case Message.LiveOutput m:
                writer.WriteNumber("case", m.Case);
                writer.WriteBoolean("isError", m.IsError);
                writer.WriteString("text", limits.Cut(m.Text));
                break;
            case Message.PartEnded m:
                writer.WriteNumber("case", m.Case);
                if (m.Attempt != 1) writer.WriteNumber("attempt", m.Attempt);
                ResultJson.WritePart(writer, "part", m.Part, limits);
                break;
            case Message.Welcome m:
                WriteOptions(writer, m.Options);
                break;
            case Message.ReadRows m:
                writer.WriteInts("classes", m.Classes);
                writer.WriteInts("methods", m.Methods);
                break;
            case Message.PlanCases m:
                writer.WriteNumber("workerCount", m.WorkerCount);
                writer.WriteString("hash", m.Hash);
                writer.WriteStartArray("entries");
                foreach (var entry in m.Entries) WriteEntry(writer, entry);
                writer.WriteEndArray();
                break;
            case Message.Assign m:
                writer.WriteInts("cases", m.Cases);
                if (m.Attempt != 1) writer.WriteNumber("attempt", m.Attempt);
                break;
            case Message.Recall m:
                writer.WriteInts("cases", m.Cases);
                break;
            case Message.ScopeOver m:
                writer.WriteNumber("scope", (int)m.Scope);
                writer.WriteString("name", m.Name);
                break;
            case Message.FixturesOver m:
                writer.WriteString("class", m.Class);
                writer.WriteTexts("fixtures", m.Fixtures);
                break;
            case Message.NeedRunFixture m:
                writer.WriteString("key", m.Key);
                break;
            case Message.RunFixtureReady m:
                WriteRunFixture(writer, m.Key, m.Value, m.Failure, m.Skip, limits);
                break;
            case Message.RunFixtureEnded m:
                writer.WriteString("key", m.Key);
                ResultJson.WriteFailure(writer, "failure", m.Failure, limits);
                break;
            case Message.SetUpRunFixture m:
                writer.WriteString("key", m.Key);
                break;
            case Message.RunFixtureValue m:
                WriteRunFixture(writer, m.Key, m.Value, m.Failure, m.Skip, limits);
                if (m.IsLost) writer.WriteBoolean("isLost", true);
                break;
            case Message.RunFixturesLost m:
                writer.WriteTexts("keys", m.Keys);
                ResultJson.WriteFailure(writer, "failure", m.Failure, limits);
                if (m.IsLost) writer.WriteBoolean("isLost", true);
                break;
            case Message.FixtureTook m:
                ResultJson.WriteFixture(writer, "time", m.Time);
                writer.WriteString("startedAt", m.StartedAt);
                break;
            case Message.FixtureStep m:
                writer.WriteString("key", m.Key);
                writer.WriteNumber("scope", (int)m.Scope);
                writer.WriteBoolean("isTeardown", m.IsTeardown);
                writer.WriteNumber("case", m.Case);
                break;
            case Message.Here m:
                writer.WriteNumber("question", m.Question);
                writer.WriteBoolean("isLoop", m.IsLoop);
                writer.WriteUnlessEmpty("holder", m.Holder);
                break;
            case Message.AreYouThere m:
                writer.WriteNumber("question", m.Question);
                break;
            case Message.CancelRunning m:
                writer.WriteString("why", limits.Cut(m.Why));
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: the wire does not know the message {message.GetType().Name}.");
        }

        writer.WriteEndObject();
    }

    private static Message Read(JsonValue json) => json.Text("kind") switch
    {
        nameof(Message.Hello) => new Message.Hello(json.Text("token"), json.Int("processId"), json.Text("catalog"))
        {
            PumpThread = json.Int("pumpThread"),
            SyncThread = json.Int("syncThread"),
        },
        nameof(Message.Rows) => new Message.Rows(json.Int("class"), json.Int("method"), json.List("found", ReadRow), json.TryGetProperty("error", out var error) ? ResultJson.ReadFailure(error) : null),
        nameof(Message.ReadingRows) => new Message.ReadingRows(json.Int("class"), json.Int("method"), json.Long("limitMs")),
        nameof(Message.PlanAccepted) => new Message.PlanAccepted(),
        nameof(Message.PlanRefused) => new Message.PlanRefused(json.Text("why")),
        nameof(Message.Working) => new Message.Working(json.Int("case", -1), (WorkPhase)json.Int("phase"), json.Text("what"), json.Long("limitMs")),
        nameof(Message.Finished) => new Message.Finished(ResultJson.Read(json)),
        nameof(Message.Attempted) => new Message.Attempted(ResultJson.Read(json)),
        nameof(Message.GaveBack) => new Message.GaveBack(json.Ints("cases")),
        nameof(Message.TeardownFailed) => new Message.TeardownFailed(json.Text("fixture"), ReadFailure(json)),
        nameof(Message.Stuck) => new Message.Stuck(json.Int("case", -1), ReadFailure(json), json.Text("output"), json.Text("errorOutput")),
        nameof(Message.Retiring) => new Message.Retiring(json.Text("why")),
        nameof(Message.Note) => new Message.Note(json.Text("text")),
        nameof(Message.LiveOutput) => new Message.LiveOutput(json.Int("case", -1), json.Flag("isError"), json.Text("text")),
        nameof(Message.DispatcherMade) => new Message.DispatcherMade(json.Text("type"), json.Int("thread")),
        nameof(Message.PartEnded) => new Message.PartEnded(json.Int("case", -1), json.Int("attempt", 1), json.TryGetProperty("part", out var part) ? ResultJson.ReadPart(part) : throw new FormatException("a message lacks its part.")),
        nameof(Message.Goodbye) => new Message.Goodbye(),
        nameof(Message.Welcome) => new Message.Welcome(ReadOptions(json)),
        nameof(Message.ReadRows) => new Message.ReadRows(json.Ints("classes"), json.Ints("methods")),
        nameof(Message.PlanCases) => new Message.PlanCases(json.Text("hash"), json.Int("workerCount"), json.List("entries", ReadEntry)),
        nameof(Message.Assign) => new Message.Assign(json.Ints("cases")) { Attempt = json.Int("attempt", 1) },
        nameof(Message.Recall) => new Message.Recall(json.Ints("cases")),
        nameof(Message.ScopeOver) => new Message.ScopeOver((FixtureScope)json.Int("scope"), json.Text("name")),
        nameof(Message.FixturesOver) => new Message.FixturesOver(json.Text("class"), json.Texts("fixtures")),
        nameof(Message.NeedRunFixture) => new Message.NeedRunFixture(json.Text("key")),
        nameof(Message.RunFixtureReady) => new Message.RunFixtureReady(json.Text("key"), json.Text("value"), ReadFailureOrNull(json), json.TextOrNull("skip")),
        nameof(Message.RunFixtureEnded) => new Message.RunFixtureEnded(json.Text("key"), ReadFailure(json)),
        nameof(Message.SetUpRunFixture) => new Message.SetUpRunFixture(json.Text("key")),
        nameof(Message.RunFixtureValue) => new Message.RunFixtureValue(json.Text("key"), json.Text("value"), ReadFailureOrNull(json), json.TextOrNull("skip")) { IsLost = json.Flag("isLost") },
        nameof(Message.RunFixturesLost) => new Message.RunFixturesLost(json.Texts("keys"), ReadFailure(json)) { IsLost = json.Flag("isLost") },
        nameof(Message.FixtureTook) => new Message.FixtureTook(
            json.TryGetProperty("time", out var time) ? ResultJson.ReadFixture(time) : throw new FormatException("a message lacks its time."),
            json.TryGetProperty("startedAt", out var startedAt) ? startedAt.GetDateTimeOffset() : default),
        nameof(Message.FixtureStep) => new Message.FixtureStep(json.Text("key"), (FixtureScope)json.Int("scope"), json.Flag("isTeardown"), json.Int("case", -1)),
        nameof(Message.Here) => new Message.Here(json.Int("question"), json.Flag("isLoop")) { Holder = json.Text("holder") },
        nameof(Message.AreYouThere) => new Message.AreYouThere(json.Int("question")),
        nameof(Message.CancelRunning) => new Message.CancelRunning(json.Text("why")),
        nameof(Message.WritesNatively) => new Message.WritesNatively(),
        nameof(Message.EndProcess) => new Message.EndProcess(),
        nameof(Message.Finish) => new Message.Finish(),
        "" => throw new FormatException("there is no kind."),
        var unknown => new Message.Unknown(unknown),
    };

    private static Failure ReadFailure(JsonValue json) => json.TryGetProperty("failure", out var failure)
        ? ResultJson.ReadFailure(failure)
        : throw new FormatException("a message lacks its failure.");

    private static Failure? ReadFailureOrNull(JsonValue json) => json.TryGetProperty("failure", out var failure) ? ResultJson.ReadFailure(failure) : null;

    // The value is never cut: half of it is none.
    private static void WriteRunFixture(JsonWriter writer, string key, string value, Failure? failure, string? skip, TextLimits limits)
    {
        writer.WriteString("key", key);
        writer.WriteUnlessEmpty("value", value);
        if (failure is not null) ResultJson.WriteFailure(writer, "failure", failure, limits);
        writer.WriteUnlessNull("skip", skip);
    }

    private static void WriteRow(JsonWriter writer, Row row)
    {
        writer.WriteStartObject();
        writer.WriteString("arguments", row.Arguments);
        writer.WriteUnlessNull("name", row.Name);
        writer.WriteUnlessNull("skip", row.Skip);
        writer.WriteUnlessNull("expectedFailure", row.ExpectedFailure);
        if (row.Tags.Count > 0) writer.WriteTexts("tags", row.Tags);
        if (row.TimeoutMs is { } timeout) writer.WriteNumber("timeoutMs", timeout);
        writer.WriteEndObject();
    }

    private static Row ReadRow(JsonValue json) => new(json.Text("arguments"), json.TextOrNull("name"), json.TextOrNull("skip"), json.Texts("tags"), json.IntOrNull("timeoutMs")) { ExpectedFailure = json.TextOrNull("expectedFailure") };

    // A plan may have a million entries: [class, method, row] and, only as far as there is something to say, the row or null, the error or null, the occurrence, the variant, the variant of its fixtures, the repetition, and the name of the copy.
    private static void WriteEntry(JsonWriter writer, PlanEntry entry)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(entry.Class);
        writer.WriteNumberValue(entry.Method);
        writer.WriteNumberValue(entry.RowNumber);
        var hasNumbers = entry.Occurrence != 1 || entry.Variant != -1 || entry.FixtureVariant != -1 || entry.Repetition != 0 || entry.Copy.Length > 0;
        if (entry.Row is { } row) WriteRow(writer, row);
        else if (entry.Error is not null || hasNumbers) writer.WriteNullValue();
        if (entry.Error is { } error) writer.WriteStringValue(error);
        else if (hasNumbers) writer.WriteNullValue();
        if (hasNumbers) writer.WriteNumberValue(entry.Occurrence);
        var isCopy = entry.Copy.Length > 0;
        if (entry.Variant != -1 || entry.FixtureVariant != -1 || entry.Repetition != 0 || isCopy) writer.WriteNumberValue(entry.Variant);
        if (entry.FixtureVariant != -1 || entry.Repetition != 0 || isCopy) writer.WriteNumberValue(entry.FixtureVariant);
        if (entry.Repetition != 0 || isCopy) writer.WriteNumberValue(entry.Repetition);
        if (isCopy) writer.WriteStringValue(entry.Copy);
        writer.WriteEndArray();
    }

    private static PlanEntry ReadEntry(JsonValue json)
    {
        var length = json.Count;
        if (length < 3) throw new FormatException("an entry of the plan has fewer than three parts.");
        int type = 0, method = 0, number = 0, occurrence = 1, variant = -1, fixtures = -1, repetition = 0, place = 0;
        Row? row = null;
        string? error = null;
        var copy = "";
        foreach (var part in json.Enumerate())
        {
            switch (place++)
            {
                case 0: type = part.GetInt32(); break;
                case 1: method = part.GetInt32(); break;
                case 2: number = part.GetInt32(); break;
                case 3: row = part.IsNull ? null : ReadRow(part); break;
                case 4: error = part.GetString(); break;
                case 5: occurrence = part.GetInt32(); break;
                case 6: variant = part.GetInt32(); break;
                case 7: fixtures = part.GetInt32(); break;
                case 8: repetition = part.GetInt32(); break;
                case 9: copy = part.GetString() ?? ""; break;
            }
        }

        return new PlanEntry(type, method, number, row, error, occurrence, variant, fixtures) { Repetition = repetition, Copy = copy };
    }

    private static void WriteOptions(JsonWriter writer, WorkerOptions options)
    {
        writer.WriteString("runId", options.RunId);
        writer.WriteNumber("worker", options.Worker);
        writer.WriteString("tempRoot", options.TempRoot);
        writer.WriteBoolean("captureOutput", options.CaptureOutput);
        if (options.StopsAtFirst) writer.WriteBoolean("stopsAtFirst", true);
        writer.WriteNumber("testTimeoutMs", options.TestTimeoutMs);
        writer.WriteBoolean("limits", options.Limits);
        writer.WriteString("leaks", options.Leaks);
        if (options.Concurrency != 0) writer.WriteNumber("concurrency", options.Concurrency);
        writer.WriteBoolean("loopDebug", options.LoopDebug);
        writer.WriteNumber("rowsTimeoutMs", options.RowsTimeoutMs);
        writer.WriteNumber("cancelGraceMs", options.CancelGraceMs);
        if (options.Retries != 0) writer.WriteNumber("retries", options.Retries);
        if (options.RetriesElsewhere) writer.WriteBoolean("retriesElsewhere", true);
        if (options.RetryDelayMs != 0) writer.WriteNumber("retryDelayMs", options.RetryDelayMs);
        if (options.StallTimeoutMs != 0) writer.WriteNumber("stallTimeoutMs", options.StallTimeoutMs);
        if (options.Overrides.Count > 0) WriteOverrides(writer, options.Overrides);
        if (options.RecycleAfter != 0) writer.WriteNumber("recycleAfter", options.RecycleAfter);
        if (options.RecycleMemoryMb != 0) writer.WriteNumber("recycleMemoryMb", options.RecycleMemoryMb);
        if (options.ShowSetup) writer.WriteBoolean("showSetup", true);
        writer.WriteUnlessNull("schedule", options.Schedule);
        if (options.ExploreSeed is { } exploreSeed) writer.WriteNumber("exploreSeed", exploreSeed);
        if (options.ReadyOrderSeed is { } readySeed) writer.WriteNumber("readyOrderSeed", readySeed);
    }

    private static void WriteOverrides(JsonWriter writer, IReadOnlyList<CaseOverride> overrides)
    {
        writer.WriteStartArray("overrides");
        foreach (var one in overrides)
        {
            writer.WriteStartObject();
            writer.WriteUnlessNull("names", one.Names);
            writer.WriteUnlessNull("tags", one.Tags);
            if (one.Retries is { } retries) writer.WriteNumber("retries", retries);
            if (one.TestTimeoutMs is { } timeout) writer.WriteNumber("testTimeoutMs", timeout);
            if (one.Isolation is { } isolation) writer.WriteNumber("isolation", (int)isolation);
            writer.WriteUnlessEmpty("source", one.Source);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static CaseOverride ReadOverride(JsonValue json) => new(json.TextOrNull("names"), json.TextOrNull("tags"))
    {
        Retries = json.IntOrNull("retries"),
        TestTimeoutMs = json.IntOrNull("testTimeoutMs"),
        Isolation = (Isolation?)json.IntOrNull("isolation"),
        Source = json.Text("source"),
    };

    private static WorkerOptions ReadOptions(JsonValue json)
    {
        var options = new WorkerOptions { RunId = json.Text("runId"), Worker = json.Int("worker"), TempRoot = json.Text("tempRoot") };
        return options with
        {
            CaptureOutput = json.Flag("captureOutput", options.CaptureOutput),
            StopsAtFirst = json.Flag("stopsAtFirst"),
            TestTimeoutMs = json.Long("testTimeoutMs", options.TestTimeoutMs),
            Limits = json.Flag("limits", options.Limits),
            Leaks = json.TextOrNull("leaks") ?? options.Leaks,
            Concurrency = json.Int("concurrency"),
            LoopDebug = json.Flag("loopDebug", options.LoopDebug),
            RowsTimeoutMs = json.Long("rowsTimeoutMs", options.RowsTimeoutMs),
            CancelGraceMs = json.Long("cancelGraceMs", options.CancelGraceMs),
            Retries = json.Int("retries"),
            Overrides = json.List("overrides", ReadOverride),
            RetriesElsewhere = json.Flag("retriesElsewhere", false),
            RetryDelayMs = json.Long("retryDelayMs"),
            StallTimeoutMs = json.Long("stallTimeoutMs"),
            RecycleAfter = json.Int("recycleAfter"),
            RecycleMemoryMb = json.Int("recycleMemoryMb"),
            ShowSetup = json.Flag("showSetup"),
            Schedule = json.TextOrNull("schedule"),
            ExploreSeed = json.IntOrNull("exploreSeed"),
            ReadyOrderSeed = json.IntOrNull("readyOrderSeed"),
        };
    }
}
