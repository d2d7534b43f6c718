// One event <-> one line of JSON.
using System.Text.Json;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.RunLog;

internal static class RunLogJson
{
    public const int Version = 1;

    /// <param name="plan">Gives the ids that stand beside case numbers for people; null before there is one.</param>
    public static void Write(RunLogEvent what, Plan? plan, JsonWriter into)
    {
        into.WriteStartObject();
        into.WriteNumber("ms", what.AtMs);
        into.WriteString("event", what.GetType().Name);
        WriteBody(into, what, plan);
        into.WriteEndObject();
        into.EndLine();
    }

    /// <summary>Null for an event this build does not know.</summary>
    public static RunLogEvent? Read(JsonElement json)
    {
        RunLogEvent? what = json.Text("event") switch
        {
            nameof(RunLogEvent.Started) => new RunLogEvent.Started(
                json.Text("runId"),
                new ProcessIdentity(json.Int("processId"), json.Text("processStart"), json.Text("machine")),
                json.TryGetProperty("at", out var at) ? at.GetDateTimeOffset() : default,
                json.List("options", option => KeyValuePair.Create(option.Text("name"), option.Text("value")))),
            nameof(RunLogEvent.Planned) => new RunLogEvent.Planned(json.Text("hash"), json.Int("total"), json.Int("first"), json.Texts("ids")),
            nameof(RunLogEvent.WorkerStarted) => new RunLogEvent.WorkerStarted(json.Text("worker"), json.Int("processId")),
            nameof(RunLogEvent.WorkerEnded) => new RunLogEvent.WorkerEnded(json.Text("worker"), json.Text("how")),
            nameof(RunLogEvent.CaseStarted) => new RunLogEvent.CaseStarted(new CaseIndex(json.Int("case", -1)), json.Text("worker")),
            nameof(RunLogEvent.CaseFinished) => new RunLogEvent.CaseFinished(ResultJson.Read(json)),
            nameof(RunLogEvent.TeardownFailed) => new RunLogEvent.TeardownFailed(new TeardownError(
                json.Text("teardown"), json.Text("worker"), json.TryGetProperty("failure", out var failure) ? ResultJson.ReadFailure(failure) : new Failure("", "", null))),
            nameof(RunLogEvent.Noted) => new RunLogEvent.Noted(json.Text("text")),
            nameof(RunLogEvent.Ended) => new RunLogEvent.Ended(
                new Account(json.Int("planned"), json.Int("passed"), json.Int("failed"), json.Int("skipped"), json.Int("notRun")), ReadEnding(json)),
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
                break;
            case RunLogEvent.WorkerStarted e:
                writer.WriteString("worker", e.Worker);
                writer.WriteNumber("processId", e.ProcessId);
                break;
            case RunLogEvent.WorkerEnded e:
                writer.WriteString("worker", e.Worker);
                writer.WriteString("how", e.How);
                break;
            case RunLogEvent.CaseStarted e:
                WriteId(writer, e.Case, plan);
                writer.WriteNumber("case", e.Case.Value);
                writer.WriteString("worker", e.Worker);
                break;
            case RunLogEvent.CaseFinished e:
                WriteId(writer, e.Result.Case, plan);
                ResultJson.Write(writer, e.Result, TextLimits.None);
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
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown event {what.GetType().Name}.");
        }
    }

    private static void WriteId(JsonWriter writer, CaseIndex index, Plan? plan)
    {
        if (plan is not null && index.Value >= 0 && index.Value < plan.Cases.Count) writer.WriteString("id", plan[index].Id);
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

    private static Ending ReadEnding(JsonElement json) => json.Text("ending") switch
    {
        nameof(Ending.Complete) => new Ending.Complete(),
        nameof(Ending.FailLimitReached) => new Ending.FailLimitReached(json.Int("limit")),
        nameof(Ending.Interrupted) => new Ending.Interrupted(json.Text("why")),
        nameof(Ending.RestartLimitReached) => new Ending.RestartLimitReached(json.Int("limit")),
        nameof(Ending.Broken) => new Ending.Broken(json.Text("why")),
        var unknown => throw new FormatException($"unknown ending '{unknown}'."),
    };
}
