// One text form of results, used on the wire and in the run log.
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Wire;

internal static class ResultJson
{
    // A document may nest 64 levels and each failure takes two; deeper ones are written beside each other, so none is lost.
    private const int MaxDepth = 16;

    /// <summary>Writes the properties of a result into the open object.</summary>
    public static void Write(JsonWriter writer, CaseResult result, TextLimits limits)
    {
        writer.WriteNumber("case", result.Case.Value);
        WriteOutcome(writer, result.Outcome, limits);
        writer.WriteUnlessEmpty("worker", result.Worker);
        if (result.Attempt != 1) writer.WriteNumber("attempt", result.Attempt);
        if (result.MaxAttempts != 1) writer.WriteNumber("maxAttempts", result.MaxAttempts);
        if (result.StartedAt != default) writer.WriteString("startedAt", result.StartedAt);
        writer.WriteNumber("durationTicks", result.Duration.Ticks);
        if (result.Setup != TimeSpan.Zero) writer.WriteNumber("setupTicks", result.Setup.Ticks);
        if (result.Teardown != TimeSpan.Zero) writer.WriteNumber("teardownTicks", result.Teardown.Ticks);
        if (result.MayBeRetried) writer.WriteBoolean("mayBeRetried", true);
        if (result.ReadUntil != 0) writer.WriteNumber("readUntil", result.ReadUntil);
        writer.WriteUnlessEmpty("output", limits.Cut(result.Output));
        writer.WriteUnlessEmpty("errorOutput", limits.Cut(result.ErrorOutput));
        WriteLists(writer, result, limits);
        if (result.Earlier.Count == 0) return;
        writer.WriteStartArray("earlier");
        foreach (var earlier in result.Earlier)
        {
            writer.WriteStartObject();
            Write(writer, earlier, limits);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static CaseResult Read(JsonValue json) => new(new CaseIndex(json.Int("case", -1)), ReadOutcome(json))
    {
        Worker = json.Text("worker"),
        Attempt = json.Int("attempt", 1),
        MaxAttempts = json.Int("maxAttempts", 1),
        Earlier = json.List("earlier", Read),
        StartedAt = json.TryGetProperty("startedAt", out var started) ? started.GetDateTimeOffset() : default,
        Duration = TimeSpan.FromTicks(json.Long("durationTicks")),
        Setup = TimeSpan.FromTicks(json.Long("setupTicks")),
        Teardown = TimeSpan.FromTicks(json.Long("teardownTicks")),
        Fixtures = json.List("fixtures", ReadFixture),
        MayBeRetried = json.Flag("mayBeRetried", false),
        ReadUntil = json.Long("readUntil"),
        Output = json.Text("output"),
        ErrorOutput = json.Text("errorOutput"),
        Notes = json.Texts("notes"),
        Attachments = json.List("attachments", item => new Attachment(item.Text("path"), item.TextOrNull("description"))),
        Properties = json.List("properties", item => KeyValuePair.Create(item.Text("name"), item.Text("value"))),
        Parts = json.List("parts", ReadPart),
    };

    public static void WriteFixture(JsonWriter writer, string name, FixtureTime time)
    {
        writer.WritePropertyName(name);
        WriteFixture(writer, time);
    }

    public static FixtureTime ReadFixture(JsonValue json) => new(
        json.Text("fixture"), (FixtureScope)json.Int("scope"), json.Flag("isTeardown"), TimeSpan.FromTicks(json.Long("afterTicks")), TimeSpan.FromTicks(json.Long("ticks")));

    private static void WriteFixture(JsonWriter writer, FixtureTime time)
    {
        writer.WriteStartObject();
        // A name that others are compared with: never cut.
        writer.WriteString("fixture", time.Fixture);
        if (time.Scope != FixtureScope.Test) writer.WriteNumber("scope", (int)time.Scope);
        if (time.IsTeardown) writer.WriteBoolean("isTeardown", true);
        if (time.After != TimeSpan.Zero) writer.WriteNumber("afterTicks", time.After.Ticks);
        writer.WriteNumber("ticks", time.Duration.Ticks);
        writer.WriteEndObject();
    }

    public static void WritePart(JsonWriter writer, string name, PartResult part, TextLimits limits)
    {
        writer.WritePropertyName(name);
        WritePart(writer, part, limits);
    }

    public static PartResult ReadPart(JsonValue json) => new(json.Text("name"), ReadOutcome(json))
    {
        StartedAt = json.TryGetProperty("startedAt", out var started) ? started.GetDateTimeOffset() : default,
        Duration = TimeSpan.FromTicks(json.Long("durationTicks")),
        Output = json.Text("output"),
        ErrorOutput = json.Text("errorOutput"),
    };

    private static void WritePart(JsonWriter writer, PartResult part, TextLimits limits)
    {
        writer.WriteStartObject();
        // An id: never cut.
        writer.WriteString("name", part.Name);
        WriteOutcome(writer, part.Outcome, limits);
        if (part.StartedAt != default) writer.WriteString("startedAt", part.StartedAt);
        writer.WriteNumber("durationTicks", part.Duration.Ticks);
        writer.WriteUnlessEmpty("output", limits.Cut(part.Output));
        writer.WriteUnlessEmpty("errorOutput", limits.Cut(part.ErrorOutput));
        writer.WriteEndObject();
    }

    public static void WriteFailure(JsonWriter writer, string name, Failure failure, TextLimits limits)
    {
        writer.WritePropertyName(name);
        var left = limits.Items;
        WriteFailure(writer, failure, limits, MaxDepth, ref left);
    }

    public static Failure ReadFailure(JsonValue json) => new(json.Text("type"), json.Text("message"), json.TextOrNull("stack"))
    {
        Others = json.List("others", ReadFailure),
    };

    private static void WriteLists(JsonWriter writer, CaseResult result, TextLimits limits)
    {
        var cut = new List<string>();
        if (result.Attachments.Count > 0)
        {
            writer.WriteStartArray("attachments");
            foreach (var attachment in Take(result.Attachments, "attachments"))
            {
                writer.WriteStartObject();
                writer.WriteString("path", limits.Cut(attachment.Path));
                if (attachment.Description is { } description) writer.WriteString("description", limits.Cut(description));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (result.Properties.Count > 0)
        {
            writer.WriteStartArray("properties");
            foreach (var (key, value) in Take(result.Properties, "properties"))
            {
                writer.WriteStartObject();
                writer.WriteString("name", limits.Cut(key));
                writer.WriteString("value", limits.Cut(value ?? ""));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (result.Fixtures.Count > 0)
        {
            writer.WriteStartArray("fixtures");
            foreach (var time in Take(result.Fixtures, "times of fixtures")) WriteFixture(writer, time);
            writer.WriteEndArray();
        }

        if (result.Parts.Count > 0)
        {
            // Of too many the failed ones are kept first.
            var parts = result.Parts.Count <= limits.Items ? result.Parts : [.. result.Parts.OrderBy(part => part.HasFailed ? 0 : 1)];
            writer.WriteStartArray("parts");
            foreach (var part in Take(parts, "parts")) WritePart(writer, part, limits);
            writer.WriteEndArray();
        }

        var notes = Take(result.Notes, "notes");
        if (notes.Count + cut.Count == 0) return;
        writer.WriteStartArray("notes");
        foreach (var note in notes.Concat(cut)) writer.WriteStringValue(limits.Cut(note));
        writer.WriteEndArray();

        IReadOnlyList<T> Take<T>(IReadOnlyList<T> items, string what)
        {
            if (items.Count <= limits.Items) return items;
            cut.Add($"{items.Count - limits.Items} of {items.Count} {what} of this case were cut: the result was too large.");
            return [.. items.Take(limits.Items)];
        }
    }

    private static void WriteOutcome(JsonWriter writer, Outcome outcome, TextLimits limits)
    {
        switch (outcome)
        {
            case Outcome.Passed:
                writer.WriteString("outcome", "passed");
                break;
            case Outcome.Failed failed:
                writer.WriteString("outcome", "failed");
                WriteFailure(writer, "failure", failed.Failure, limits);
                break;
            case Outcome.Skipped skipped:
                writer.WriteString("outcome", "skipped");
                writer.WriteString("reason", limits.Cut(skipped.Reason));
                break;
            case Outcome.TimedOut timedOut:
                writer.WriteString("outcome", "timedOut");
                WriteFailure(writer, "failure", timedOut.Failure, limits);
                break;
            case Outcome.FixtureFailed fixture:
                writer.WriteString("outcome", "fixtureFailed");
                writer.WriteString("fixture", fixture.Fixture);
                WriteFailure(writer, "failure", fixture.Failure, limits);
                break;
            case Outcome.Crashed crashed:
                writer.WriteString("outcome", "crashed");
                WriteFailure(writer, "failure", crashed.Failure, limits);
                break;
            case Outcome.Lost lost:
                writer.WriteString("outcome", "lost");
                writer.WriteString("reason", limits.Cut(lost.Why));
                break;
            case Outcome.NotRun notRun:
                writer.WriteString("outcome", "notRun");
                writer.WriteString("reason", limits.Cut(notRun.Reason));
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown outcome {outcome.GetType().Name}.");
        }
    }

    private static Outcome ReadOutcome(JsonValue json) => json.Text("outcome") switch
    {
        "passed" => Outcome.Passed.Instance,
        "failed" => new Outcome.Failed(FailureOf(json)),
        "skipped" => new Outcome.Skipped(json.Text("reason")),
        "timedOut" => new Outcome.TimedOut(FailureOf(json)),
        "fixtureFailed" => new Outcome.FixtureFailed(json.Text("fixture"), FailureOf(json)),
        "crashed" => new Outcome.Crashed(FailureOf(json)),
        "lost" => new Outcome.Lost(json.Text("reason")),
        "notRun" => new Outcome.NotRun(json.Text("reason")),
        var unknown => throw new FormatException($"unknown outcome '{unknown}'."),
    };

    private static Failure FailureOf(JsonValue json) => json.TryGetProperty("failure", out var failure)
        ? ReadFailure(failure)
        : throw new FormatException("an outcome lacks its failure.");

    private static void WriteFailure(JsonWriter writer, Failure failure, TextLimits limits, int depth, ref int left)
    {
        left--;
        writer.WriteStartObject();
        writer.WriteString("type", limits.Cut(failure.Type));
        writer.WriteString("message", limits.Cut(failure.Message));
        if (failure.Stack is { } stack) writer.WriteString("stack", limits.Cut(stack));
        if (failure.Others.Count > 0)
        {
            writer.WriteStartArray("others");
            var cut = 0;
            foreach (var other in depth == 1 ? Flat(failure.Others) : failure.Others)
            {
                if (left > 0) WriteFailure(writer, other, limits, depth - 1, ref left);
                else cut++;
            }

            if (cut > 0)
            {
                writer.WriteStartObject();
                writer.WriteString("type", "Cut");
                writer.WriteString("message", $"{cut} further failures were cut here: the result was too large.");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static IEnumerable<Failure> Flat(IReadOnlyList<Failure> failures)
    {
        var waiting = new Stack<Failure>(failures.Reverse());
        while (waiting.TryPop(out var next))
        {
            yield return next with { Others = [] };
            for (var i = next.Others.Count - 1; i >= 0; i--) waiting.Push(next.Others[i]);
        }
    }
}
