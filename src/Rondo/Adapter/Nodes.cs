using System.Text;
using Microsoft.Testing.Platform.Extensions.Messages;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Adapter;

/// <summary>Turns cases and results into the platform's nodes.</summary>
/// <param name="trx">Adds what a TRX report wants; null without one.</param>
/// <param name="again">Writes the line that runs a failed test again.</param>
/// <param name="seed">Shown with failures; null if nothing was random.</param>
/// <param name="everyAttempt">
/// Also those that another attempt follows, for the platform's console and its extensions. False where a client reads along: the SDK's 'dotnet test' takes each node for a test, and would count a
/// flaky one as failed and as passed.
/// </param>
internal sealed class Nodes(ITrxNodes? trx, RerunCommand again, int? seed, bool everyAttempt = true)
{
    public TestNode Discovered(PlannedCase planned) => Node(planned, DiscoveredTestNodeStateProperty.CachedInstance);

    public TestNode InProgress(PlannedCase planned) => Node(planned, InProgressTestNodeStateProperty.CachedInstance);

    /// <summary>Every attempt under the case's one id, in order. Whoever reports a case once leaves out those that another one follows.</summary>
    public IEnumerable<TestNode> Finished(PlannedCase planned, CaseResult result)
    {
        foreach (var earlier in everyAttempt ? result.Earlier : []) yield return Filled(Node(planned, StateOf(earlier)), planned, earlier, new RetryAttemptProperty(earlier.Attempt, isSuperseded: true));
        yield return Filled(Node(planned, StateOf(result)), planned, result, result.Earlier.Count == 0 ? null : new RetryAttemptProperty(Math.Max(result.Attempt, 1), isSuperseded: false));
    }

    /// <summary>The named parts of a case, as children of its node: those of its last attempt.</summary>
    public IEnumerable<TestNode> PartsOf(PlannedCase planned, CaseResult result)
    {
        foreach (var part in result.Parts)
        {
            var beside = part.Beside(result);
            yield return Filled(Node(planned, StateOf(beside), "/" + part.Name), planned, beside, null);
        }
    }

    private TestNode Filled(TestNode node, PlannedCase planned, CaseResult result, RetryAttemptProperty? attempt)
    {
        var properties = node.Properties;
        if (attempt is not null) properties.Add(attempt);
        properties.Add(new TimingProperty(new TimingInfo(result.StartedAt, result.StartedAt + result.Duration, result.Duration)));
        var output = OutputOf(planned, result, isLast: attempt is not { IsSuperseded: true });
        if (output.Length > 0) properties.Add(new StandardOutputProperty(output));
        if (result.ErrorOutput.Length > 0) properties.Add(new StandardErrorProperty(result.ErrorOutput));
        foreach (var attachment in result.Attachments)
            properties.Add(new FileArtifactProperty(new FileInfo(attachment.Path), Path.GetFileName(attachment.Path), attachment.Description));
        foreach (var (key, value) in result.Properties) properties.Add(new TestMetadataProperty(key, value));
        trx?.AddResult(properties, result.OnlyPartsFailed() ? null : result.Outcome.FailureOrNull, output, result.ErrorOutput);
        return node;
    }

    /// <summary>A failed teardown of a shared fixture has no case: it is a node of its own.</summary>
    public TestNode TeardownFailed(TeardownError error)
    {
        var properties = new PropertyBag(new ErrorTestNodeStateProperty(new ReportedFailure(error.Failure, stackInMessage: true)));
        if (error.Worker.Length > 0) properties.Add(new StandardOutputProperty($"Rondo: the teardown ran on {error.Worker}, after the tests of the fixture had been reported."));
        trx?.AddClass(properties, error.Id);
        trx?.AddResult(properties, error.Failure, "", "");
        return new TestNode { Uid = error.Id, DisplayName = error.Id, Properties = properties };
    }

    /// <summary>The path tree filters see: <c>/assembly/namespace/class/method(arguments)</c>.</summary>
    public static string PathOf(PlannedCase planned)
    {
        var type = planned.Test.Class;
        return "/" + Segment(type.Assembly) + "/" + Segment(type.Namespace) + "/" + Segment(type.Type) + "/" + Segment(planned.NameInClass);
    }

    public static IProperty[] TagsOf(PlannedCase planned) => [.. planned.Marks.Tags.Select(t => new TestMetadataProperty("Tag", t))];

    // The platform splits the path at slashes before it decodes the parts.
    private static string Segment(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    private TestNode Node(PlannedCase planned, TestNodeStateProperty state, string part = "")
    {
        var test = planned.Test;
        var type = test.Class;
        var properties = new PropertyBag(TagsOf(planned));
        properties.Add(state);
        // The method as metadata has it: ids have type arguments where that has a number.
        var (typeName, _) = Managed(type.Type, withArity: true);
        var (methodName, arity) = Managed(test.Name, withArity: false);
        properties.Add(new TestMethodIdentifierProperty(
            AssemblyOf(type), type.Namespace, typeName, methodName, arity, [.. test.ParameterTypes], test.ReturnType));
        if (type.File.Length > 0) properties.Add(new TestFileLocationProperty(type.File, new LinePositionSpan(new LinePosition(test.Line, 0), new LinePosition(test.Line, 0))));
        trx?.AddClass(properties, type.FullName);
        return new TestNode { Uid = planned.Id + part, DisplayName = planned.DisplayName + part, Properties = properties };
    }

    // Of a recorded run the test may be gone.
    private static string AssemblyOf(TestClass type) => type.Catalog?.Assembly.FullName ?? type.Assembly;

    private static (string Name, int Arity) Managed(string name, bool withArity)
    {
        var open = name.IndexOf('<', StringComparison.Ordinal);
        if (open < 0) return (name, 0);
        var (arity, depth) = (1, 0);
        foreach (var c in name.AsSpan(open + 1))
        {
            if (c is '<' or '[') depth++;
            else if (c is '>' or ']') depth--;
            else if (c == ',' && depth == 0) arity++;
        }

        return (name[..open] + (withArity && !name[..open].Contains('`', StringComparison.Ordinal) ? "`" + arity : ""), arity);
    }

    private static TestNodeStateProperty StateOf(CaseResult result) => result.Outcome switch
    {
        Outcome.Passed => PassedTestNodeStateProperty.CachedInstance,
        Outcome.Skipped skipped => new SkippedTestNodeStateProperty(skipped.Reason),
        Outcome.NotRun notRun => new SkippedTestNodeStateProperty("not run: " + notRun.Reason),
        // Each failure is shown once: by the part that has it.
        Outcome.Failed failed when result.OnlyPartsFailed() => new PassedTestNodeStateProperty(failed.Failure.Message),
        Outcome.Failed failed => new FailedTestNodeStateProperty(new ReportedFailure(failed.Failure)),
        Outcome.TimedOut timedOut => new TimeoutTestNodeStateProperty(new ReportedFailure(timedOut.Failure, stackInMessage: true)) { Timeout = result.Duration },
        Outcome.FixtureFailed or Outcome.Crashed or Outcome.Lost => new ErrorTestNodeStateProperty(new ReportedFailure(result.Outcome.FailureOrNull!, stackInMessage: true)),
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown outcome {result.Outcome.GetType().Name}."),
    };

    // Under 'dotnet test' nodes are all that people see, so what they must know stands in the node, after the test's own output.
    private string OutputOf(PlannedCase planned, CaseResult result, bool isLast)
    {
        var failed = result.Outcome.Tally == Tally.Failed;
        if (!failed && result.Notes.Count + result.Earlier.Count == 0) return result.Output;
        var text = new StringBuilder(result.Output);
        if (text.Length > 0 && text[^1] != '\n') text.Append('\n');
        if (Attempts.FlakyText(result) is { } flaky) text.Append(flaky).Append('\n');
        FailureText.AppendEarlier(text, "", result);
        if (result.OnlyPartsFailed()) text.Append("Rondo: ").Append(result.Outcome.FailureOrNull!.Message).Append('\n');
        foreach (var note in result.Notes) text.Append("note: ").Append(note).Append('\n');
        if (failed)
        {
            if (result.Worker.Length > 0) text.Append("Rondo: ran on ").Append(result.Worker).Append(result.Attempt > 1 ? $", attempt {result.Attempt}" : "").Append(seed is null ? "" : $", seed {seed}").Append('\n');
            if (isLast && again.For(planned, result) is { } line) text.Append("again: ").Append(line).Append('\n');
        }

        return text.ToString();
    }
}

/// <summary>Properties that only a TRX report reads.</summary>
internal interface ITrxNodes
{
    void AddClass(PropertyBag properties, string fullTypeName);

    void AddResult(PropertyBag properties, Failure? failure, string output, string errorOutput);
}
