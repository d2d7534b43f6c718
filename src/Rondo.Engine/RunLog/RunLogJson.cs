// One event <-> one line of JSON: its number, its time, its kind, what it says, and at the end a checksum of all that.
using System.Globalization;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.RunLog;

internal static class RunLogJson
{
    /// <summary>2: lines have numbers and checksums. Newer kinds of events and properties need no new version, since readers pass over them.</summary>
    public const int Version = 2;

    /// <param name="number">Position of the line in its log, from 0: a reader sees by it which are missing.</param>
    /// <param name="plan">Gives the ids that stand beside case numbers; null before there is one.</param>
    public static void Write(RunLogEvent what, long number, Plan? plan, JsonWriter into)
    {
        var from = into.Length;
        into.WriteStartObject();
        into.WriteNumber("n", number);
        into.WriteNumber("ms", what.AtMs);
        into.WriteString("event", what.GetType().Name);
        WriteBody(into, what, plan);
        into.WriteString("sum", RunLogChecksum.Of(into.Written[from..]).ToString("x8", CultureInfo.InvariantCulture));
        into.WriteEndObject();
        into.EndLine();
    }

    /// <summary>Position of the line in its log.</summary>
    public static long NumberOf(JsonValue json) => json.Long("n", -1);

    /// <summary>Null for an event this build does not know.</summary>
    public static RunLogEvent? Read(JsonValue json)
    {
        RunLogEvent? what = json.Text("event") switch
        {
            nameof(RunLogEvent.Started) => new RunLogEvent.Started(
                json.Text("runId"),
                new ProcessIdentity(json.Int("processId"), json.Text("processStart"), json.Text("machine")),
                json.TryGetProperty("at", out var at) ? at.GetDateTimeOffset() : default,
                json.List("options", option => KeyValuePair.Create(option.Text("name"), option.Text("value"))))
            {
                Assembly = json.Text("assembly"),
                Build = json.Text("build"),
                System = json.Text("system"),
                Processors = json.Int("processors"),
                Seed = json.IntOrNull("seed"),
            },
            nameof(RunLogEvent.Planned) => new RunLogEvent.Planned(json.Text("hash"), json.Int("total"), json.Int("first"), json.Texts("ids"))
            {
                Tests = ReadTests(json),
                Words = json.List("words", words => new PlannedWords(words.Int("case"), words.Text("name"), words.Texts("tags"))),
            },
            nameof(RunLogEvent.Divided) => new RunLogEvent.Divided(json.Int("workers"), json.Text("why"), json.List("units", unit => new UnitCases(unit.Ints("runs")))),
            nameof(RunLogEvent.WorkerLaunched) => new RunLogEvent.WorkerLaunched(json.Text("worker")),
            nameof(RunLogEvent.WorkerReady) => new RunLogEvent.WorkerReady(json.Text("worker")),
            nameof(RunLogEvent.WorkerStarted) => new RunLogEvent.WorkerStarted(json.Text("worker"), json.Int("processId")),
            nameof(RunLogEvent.WorkerEnded) => new RunLogEvent.WorkerEnded(json.Text("worker"), json.Text("how")) { Why = json.Text("why"), IsExpected = json.Flag("expected") },
            nameof(RunLogEvent.CaseStarted) => new RunLogEvent.CaseStarted(new CaseIndex(json.Int("case", -1)), json.Text("worker")) { Id = json.Text("id") },
            nameof(RunLogEvent.CaseFinished) => new RunLogEvent.CaseFinished(ResultJson.Read(json)) { Id = json.Text("id") },
            nameof(RunLogEvent.FixtureTook) => new RunLogEvent.FixtureTook(
                json.Text("worker"), json.TryGetProperty("time", out var time) ? ResultJson.ReadFixture(time) : throw new FormatException("no time."), json.TryGetProperty("startedAt", out var startedAt) ? startedAt.GetDateTimeOffset() : default),
            nameof(RunLogEvent.TeardownFailed) => new RunLogEvent.TeardownFailed(new TeardownError(
                json.Text("teardown"), json.Text("worker"), json.TryGetProperty("failure", out var failure) ? ResultJson.ReadFailure(failure) : new Failure("", "", null))),
            nameof(RunLogEvent.Noted) => new RunLogEvent.Noted(json.Text("text")),
            nameof(RunLogEvent.Ended) => new RunLogEvent.Ended(
                new Account(json.Int("planned"), json.Int("passed"), json.Int("failed"), json.Int("skipped"), json.Int("notRun")), ReadEnding(json))
            {
                Duration = TimeSpan.FromTicks(json.Long("durationTicks")),
                TeardownErrors = json.Int("teardownErrors"),
                MayBeEmpty = json.Flag("mayBeEmpty"),
                Floor = json.TextOrNull("floor"),
                EarlyEnds = json.List("earlyEnds", end => new EarlyEnd(end.Text("worker"), end.IntOrNull("processId"), end.Text("when"))),
            },
            _ => null,
        };
        return what is null ? null : what with { AtMs = json.Long("ms") };
    }

    private static void WriteBody(JsonWriter writer, RunLogEvent what, Plan? plan)
    {
        switch (what)
        {
            case RunLogEvent.Started e:
                writer.WriteNumber("version", Version);
                writer.WriteString("runId", e.RunId);
                writer.WriteNumber("processId", e.Process.Id);
                writer.WriteString("processStart", e.Process.Start);
                writer.WriteString("machine", e.Process.Machine);
                writer.WriteString("at", e.At);
                writer.WriteUnlessEmpty("assembly", e.Assembly);
                writer.WriteUnlessEmpty("build", e.Build);
                writer.WriteUnlessEmpty("system", e.System);
                if (e.Processors != 0) writer.WriteNumber("processors", e.Processors);
                if (e.Seed is { } seed) writer.WriteNumber("seed", seed);
                writer.WriteStartArray("options");
                foreach (var (name, value) in e.Options)
                {
                    writer.WriteStartObject();
                    writer.WriteString("name", name);
                    writer.WriteString("value", value);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                break;
            case RunLogEvent.Planned e:
                writer.WriteString("hash", e.Hash);
                writer.WriteNumber("total", e.Total);
                writer.WriteNumber("first", e.First);
                writer.WriteTexts("ids", e.Ids);
                WriteTests(writer, e);
                break;
            case RunLogEvent.Divided e:
                WriteDivision(writer, e);
                break;
            case RunLogEvent.WorkerLaunched e:
                writer.WriteString("worker", e.Worker);
                break;
            case RunLogEvent.WorkerReady e:
                writer.WriteString("worker", e.Worker);
                break;
            case RunLogEvent.WorkerStarted e:
                writer.WriteString("worker", e.Worker);
                writer.WriteNumber("processId", e.ProcessId);
                break;
            case RunLogEvent.WorkerEnded e:
                writer.WriteString("worker", e.Worker);
                writer.WriteString("how", e.How);
                writer.WriteUnlessEmpty("why", e.Why);
                if (e.IsExpected) writer.WriteBoolean("expected", true);
                break;
            case RunLogEvent.CaseStarted e:
                WriteId(writer, e.Case, plan, e.Id);
                writer.WriteNumber("case", e.Case.Value);
                writer.WriteString("worker", e.Worker);
                break;
            case RunLogEvent.CaseFinished e:
                WriteId(writer, e.Result.Case, plan, e.Id);
                ResultJson.Write(writer, e.Result, TextLimits.None);
                break;
            case RunLogEvent.FixtureTook e:
                writer.WriteString("worker", e.Worker);
                ResultJson.WriteFixture(writer, "time", e.Time);
                writer.WriteString("startedAt", e.StartedAt);
                break;
            case RunLogEvent.TeardownFailed e:
                writer.WriteString("teardown", e.Error.Id);
                writer.WriteString("worker", e.Error.Worker);
                ResultJson.WriteFailure(writer, "failure", e.Error.Failure, TextLimits.None);
                break;
            case RunLogEvent.Noted e:
                writer.WriteString("text", e.Text);
                break;
            case RunLogEvent.Ended e:
                writer.WriteNumber("planned", e.Account.Planned);
                writer.WriteNumber("passed", e.Account.Passed);
                writer.WriteNumber("failed", e.Account.Failed);
                writer.WriteNumber("skipped", e.Account.Skipped);
                writer.WriteNumber("notRun", e.Account.NotRun);
                WriteEnding(writer, e.Ending);
                writer.WriteNumber("durationTicks", e.Duration.Ticks);
                if (e.TeardownErrors != 0) writer.WriteNumber("teardownErrors", e.TeardownErrors);
                if (e.MayBeEmpty) writer.WriteBoolean("mayBeEmpty", true);
                if (e.Floor is { } floor) writer.WriteString("floor", floor);
                WriteEarlyEnds(writer, e.EarlyEnds);
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown event {what.GetType().Name}.");
        }
    }

    private static void WriteId(JsonWriter writer, CaseIndex index, Plan? plan, string known) =>
        writer.WriteUnlessEmpty("id", plan is not null && index.Value >= 0 && index.Value < plan.Cases.Count ? plan[index].Id : known);

    // What a test has in common with the one before it is left out: a class has many tests, and a plan may have a million.
    private static void WriteTests(JsonWriter writer, RunLogEvent.Planned planned)
    {
        if (planned.Tests.Count > 0)
        {
            writer.WriteStartArray("tests");
            PlannedTest? before = null;
            foreach (var test in planned.Tests)
            {
                writer.WriteStartObject();
                if (before is null || test.Assembly != before.Assembly) writer.WriteString("assembly", test.Assembly);
                if (before is null || test.Namespace != before.Namespace) writer.WriteString("namespace", test.Namespace);
                if (before is null || test.Type != before.Type) writer.WriteString("type", test.Type);
                if (before is null || test.File != before.File) writer.WriteString("file", test.File);
                writer.WriteString("name", test.Name);
                writer.WriteNumber("line", test.Line);
                if (test.Cases != 1) writer.WriteNumber("cases", test.Cases);
                writer.WriteEndObject();
                before = test;
            }

            writer.WriteEndArray();
        }

        if (planned.Words.Count == 0) return;
        writer.WriteStartArray("words");
        foreach (var words in planned.Words)
        {
            writer.WriteStartObject();
            writer.WriteNumber("case", words.Case);
            writer.WriteUnlessEmpty("name", words.DisplayName);
            if (words.Tags.Count > 0) writer.WriteTexts("tags", words.Tags);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static PlannedTest[] ReadTests(JsonValue json)
    {
        if (!json.TryGetProperty("tests", out var list)) return [];
        var tests = new PlannedTest[list.Count];
        var before = new PlannedTest("", "", "", "", "", 0, 1);
        var i = 0;
        foreach (var item in list.Enumerate())
        {
            tests[i++] = before = new PlannedTest(
                item.TextOrNull("assembly") ?? before.Assembly, item.TextOrNull("namespace") ?? before.Namespace, item.TextOrNull("type") ?? before.Type, item.TextOrNull("file") ?? before.File,
                item.Text("name"), item.Int("line"), item.Int("cases", 1));
        }

        return tests;
    }

    private static void WriteDivision(JsonWriter writer, RunLogEvent.Divided divided)
    {
        writer.WriteNumber("workers", divided.Workers);
        writer.WriteString("why", divided.Why);
        if (divided.Units.Count == 0) return;
        writer.WriteStartArray("units");
        foreach (var unit in divided.Units)
        {
            writer.WriteStartObject();
            writer.WriteInts("runs", unit.Runs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEarlyEnds(JsonWriter writer, IReadOnlyList<EarlyEnd> ends)
    {
        if (ends.Count == 0) return;
        writer.WriteStartArray("earlyEnds");
        foreach (var end in ends)
        {
            writer.WriteStartObject();
            writer.WriteString("worker", end.Worker);
            if (end.ProcessId is { } id) writer.WriteNumber("processId", id);
            writer.WriteString("when", end.When);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEnding(JsonWriter writer, Ending ending)
    {
        writer.WriteString("ending", ending.GetType().Name);
        switch (ending)
        {
            case Ending.Complete:
                break;
            case Ending.FailLimitReached e:
                writer.WriteNumber("limit", e.Failed);
                break;
            case Ending.Interrupted e:
                writer.WriteString("why", e.By);
                break;
            case Ending.RestartLimitReached e:
                writer.WriteNumber("limit", e.Limit);
                break;
            case Ending.Broken e:
                writer.WriteString("why", e.Why);
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown ending {ending.GetType().Name}.");
        }
    }

    private static Ending ReadEnding(JsonValue json) => json.Text("ending") switch
    {
        nameof(Ending.Complete) => new Ending.Complete(),
        nameof(Ending.FailLimitReached) => new Ending.FailLimitReached(json.Int("limit")),
        nameof(Ending.Interrupted) => new Ending.Interrupted(json.Text("why")),
        nameof(Ending.RestartLimitReached) => new Ending.RestartLimitReached(json.Int("limit")),
        nameof(Ending.Broken) => new Ending.Broken(json.Text("why")),
        var unknown => throw new FormatException($"unknown ending '{unknown}'."),
    };
}
