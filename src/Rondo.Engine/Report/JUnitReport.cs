using System.Globalization;
using System.Text;
using System.Xml;
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Report;

/// <summary>What a JUnit file says beside the results.</summary>
internal sealed record JUnitContext
{
    public string HostName { get; init; } = Environment.MachineName;

    public int? Seed { get; init; }
}

/// <summary>JUnit XML as <c>API.md</c> fixes it: a suite for each class, a case for each case, classname + "." + name = the id.</summary>
/// <remarks>Only what strict readers know: Jenkins' xUnit plugin refuses a file with an element or attribute that is not in its schema, so what belongs to a case and has no place there stands among the properties of its suite.</remarks>
internal static class JUnitReport
{
    // Readers show the attribute in one line; the whole message is in the element's text.
    private const int MaxAttribute = 4096;

    /// <summary>What a met <c>[ExpectedFailure]</c> begins its reason with.</summary>
    public const string ExpectedFailure = "expected failure: ";

    /// <summary>Writes the file whole or not at all: readers never see half of it.</summary>
    /// <param name="say">Hears why it could not be written.</param>
    /// <returns>False if it could not be written.</returns>
    public static bool WriteFile(string path, RunReport report, JUnitContext context, Action<string> say)
    {
        if (WholeFile.Write(path, stream => Write(stream, report, context)) is not { } trouble) return true;
        say($"The JUnit file '{path}' could not be written: {trouble} The results above are complete. [RND5006]");
        return false;
    }

    public static void Write(Stream stream, RunReport report, JUnitContext context)
    {
        var suites = Suites(report);
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineHandling = NewLineHandling.Entitize, NewLineChars = "\n", CloseOutput = false });
        xml.WriteStartDocument();
        xml.WriteStartElement("testsuites");
        Attribute(xml, "name", "Rondo");
        WriteCounts(xml, suites.SelectMany(s => s.Cases), withSkipped: false);
        Attribute(xml, "time", Milliseconds(report.Duration));
        foreach (var suite in suites) WriteSuite(xml, suite, report, context);
        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    /// <summary>The text with characters that XML cannot hold shown as their pictures (␀, ␛) or U+FFFD.</summary>
    public static string Clean(string text)
    {
        var bad = IndexOfInvalid(text, 0);
        if (bad < 0) return text;
        var clean = new StringBuilder(text.Length);
        var from = 0;
        for (; bad >= 0; bad = IndexOfInvalid(text, from))
        {
            clean.Append(text, from, bad - from).Append(text[bad] < ' ' ? (char)('\u2400' + text[bad]) : '\ufffd');
            from = bad + 1;
        }

        return clean.Append(text, from, text.Length - from).ToString();
    }

    private static int IndexOfInvalid(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i])) continue;
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i])) i++;
            else return i;
        }

        return -1;
    }

    // In plan order; fixtures' teardowns join the suite of their class or come last.
    private static List<Suite> Suites(RunReport report)
    {
        var suites = new List<Suite>();
        var byName = new Dictionary<string, Suite>(StringComparer.Ordinal);
        foreach (var planned in report.Plan.Cases)
        {
            if (!report.Results.TryGetValue(planned.Index, out var result)) result = new CaseResult(planned.Index, new Outcome.Lost("The run ended without a word about this case."));
            var suite = Of(planned.Test.Class.FullName);
            if (suite.File.Length == 0) suite.File = planned.Test.Class.File;
            var cases = suite.Cases;
            cases.Add(new Entry(planned.NameInClass, result, null));
            foreach (var part in result.Parts) cases.Add(new Entry(planned.NameInClass + "/" + part.Name, part.Beside(result), null) { IsPart = true });
        }

        foreach (var error in report.TeardownErrors)
        {
            // Namespace.Class.Fixture.teardown: the class is all but the last two names.
            var dot = error.Id.LastIndexOf('.');
            dot = dot > 0 ? error.Id.LastIndexOf('.', dot - 1) : -1;
            var (type, name) = dot > 0 ? (error.Id[..dot], error.Id[(dot + 1)..]) : ("", error.Id);
            Of(type).Cases.Add(new Entry(name, null, error));
        }

        return suites;

        Suite Of(string name)
        {
            if (byName.TryGetValue(name, out var suite)) return suite;
            suites.Add(suite = new Suite(name, []));
            return byName[name] = suite;
        }
    }

    private static void WriteSuite(XmlWriter xml, Suite suite, RunReport report, JUnitContext context)
    {
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", suite.Name);
        WriteCounts(xml, suite.Cases);
        Attribute(xml, "time", Milliseconds(TimeSpan.FromTicks(suite.Cases.Sum(c => c.IsPart ? 0 : c.Result?.Duration.Ticks ?? 0))));
        var started = suite.Cases.Select(c => c.Result?.StartedAt ?? default).Where(s => s != default).DefaultIfEmpty().Min();
        if (started != default) Attribute(xml, "timestamp", started.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        Attribute(xml, "hostname", context.HostName);
        if (suite.File.Length > 0) Attribute(xml, "file", suite.File);
        xml.WriteStartElement("properties");
        Property(xml, "runId", report.RunId);
        if (context.Seed is { } seed) Property(xml, "seed", seed.ToString(CultureInfo.InvariantCulture));
        Property(xml, "workers", report.WorkersText);
        foreach (var entry in suite.Cases) WriteProperties(xml, entry);
        xml.WriteEndElement();
        foreach (var entry in suite.Cases) WriteCase(xml, suite.Name, entry);
        xml.WriteEndElement();
    }

    // worker:NAME, attempt:NAME, property:NAME:KEY; the name of a part is its case's.
    private static void WriteProperties(XmlWriter xml, Entry entry)
    {
        var worker = entry.Result?.Worker ?? entry.Teardown!.Worker;
        if (worker.Length > 0 && !entry.IsPart) Property(xml, "worker:" + entry.Name, worker);
        if (entry.Result is not { } result) return;
        if (result.Attempt > 1 && !entry.IsPart) Property(xml, "attempt:" + entry.Name, result.Attempt.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in result.Properties) Property(xml, "property:" + entry.Name + ":" + name, value ?? "");
    }

    private static void WriteCase(XmlWriter xml, string type, Entry entry)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", type);
        Attribute(xml, "name", entry.Name);
        Attribute(xml, "time", Seconds(entry.Result?.Duration ?? TimeSpan.Zero));
        if (entry.Teardown is { } teardown) Problem(xml, "error", "teardown", teardown.Failure);
        else if (!entry.Result!.OnlyPartsFailed()) WriteOutcome(xml, entry.Result!.Outcome);
        foreach (var earlier in entry.Result?.Earlier ?? []) WriteEarlier(xml, earlier, entry.Result!.IsFlaky ? "flakyFailure" : "rerunFailure");
        if (entry.Result is { } result)
        {
            Element(xml, "system-out", OutputOf(result));
            Element(xml, "system-err", result.ErrorOutput);
        }

        xml.WriteEndElement();
    }

    private static string OutputOf(CaseResult result)
    {
        IEnumerable<string> parts = result.OnlyPartsFailed() ? [result.Outcome.FailureOrNull!.Message] : [];
        var added = string.Join('\n', parts.Concat(result.Notes.Select(n => "note: " + n)).Concat(result.Attachments.Select(a => a.Description is null ? "attachment: " + a.Path : $"attachment: {a.Path} ({a.Description})")));
        var between = added.Length == 0 || result.Output.Length == 0 || result.Output.EndsWith('\n') ? "" : "\n";
        return result.Output + between + added;
    }

    private static void WriteOutcome(XmlWriter xml, Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Passed:
                break;
            case Outcome.Failed failed:
                Problem(xml, "failure", TypeOf(outcome), failed.Failure);
                break;
            case Outcome.TimedOut timedOut:
                Problem(xml, "error", TypeOf(outcome), timedOut.Failure);
                break;
            case Outcome.FixtureFailed fixture:
                Problem(xml, "error", TypeOf(outcome), fixture.Failure, $"Fixture '{fixture.Fixture}' failed: ");
                break;
            case Outcome.Crashed crashed:
                Problem(xml, "error", TypeOf(outcome), crashed.Failure);
                break;
            case Outcome.Lost lost:
                Problem(xml, "error", TypeOf(outcome), new Failure("lost", lost.Why, null));
                break;
            case Outcome.Skipped skipped:
                Skipped(xml, skipped.Reason.StartsWith(ExpectedFailure, StringComparison.Ordinal) ? "xfail" : null, skipped.Reason);
                break;
            case Outcome.NotRun notRun:
                Skipped(xml, "notrun", "not run: " + notRun.Reason);
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown outcome {outcome.GetType().Name}.");
        }
    }

    // Surefire's names: of a case that passed in the end, and of one that did not.
    private static void WriteEarlier(XmlWriter xml, CaseResult attempt, string element)
    {
        var failure = attempt.Outcome.FailureOrNull ?? new Failure("unknown", "", null);
        xml.WriteStartElement(element);
        Attribute(xml, "type", TypeOf(attempt.Outcome));
        Attribute(xml, "message", failure.Message);
        Element(xml, "stackTrace", FailureText.Of(failure));
        Element(xml, "system-out", OutputOf(attempt));
        Element(xml, "system-err", attempt.ErrorOutput);
        xml.WriteEndElement();
    }

    private static string TypeOf(Outcome outcome) => outcome switch
    {
        Outcome.Failed failed => failed.Failure.Type,
        Outcome.TimedOut => "timeout",
        Outcome.FixtureFailed => "fixture",
        Outcome.Crashed => "crash",
        _ => "lost",
    };

    // Readers take one failure or error per case, so further ones stand in its text.
    private static void Problem(XmlWriter xml, string element, string type, Failure failure, string before = "")
    {
        xml.WriteStartElement(element);
        Attribute(xml, "type", type);
        Attribute(xml, "message", before + failure.Message);
        xml.WriteString(Clean(before + FailureText.Of(failure)));
        xml.WriteEndElement();
    }

    private static void Skipped(XmlWriter xml, string? type, string message)
    {
        xml.WriteStartElement("skipped");
        if (type is not null) Attribute(xml, "type", type);
        Attribute(xml, "message", message);
        // Some readers look at the one, others at the other.
        xml.WriteString(Clean(message));
        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IEnumerable<Entry> cases, bool withSkipped = true)
    {
        int tests = 0, failures = 0, errors = 0, skipped = 0;
        foreach (var entry in cases)
        {
            tests++;
            if (entry.Teardown is not null) errors++;
            // The parts that failed are counted.
            else if (entry.Result!.OnlyPartsFailed()) continue;
            else if (entry.Result!.Outcome is Outcome.Failed) failures++;
            else if (entry.Result.Outcome.Tally is Tally.Failed) errors++;
            else if (entry.Result.Outcome.Tally is Tally.Skipped or Tally.NotRun) skipped++;
        }

        Attribute(xml, "tests", tests.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "failures", failures.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "errors", errors.ToString(CultureInfo.InvariantCulture));
        if (withSkipped) Attribute(xml, "skipped", skipped.ToString(CultureInfo.InvariantCulture));
    }

    private static void Element(XmlWriter xml, string name, string text)
    {
        if (text.Length > 0) xml.WriteElementString(name, Clean(text));
    }

    private static void Property(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        Attribute(xml, "name", name);
        Attribute(xml, "value", value);
        xml.WriteEndElement();
    }

    // Names are compared with ids, so only free text is cut.
    private static void Attribute(XmlWriter xml, string name, string value) =>
        xml.WriteAttributeString(name, Clean(name is "message" or "value" ? TextLimits.CutMiddle(value, MaxAttribute) : value));

    private static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.000###", CultureInfo.InvariantCulture);

    // The schema's numbers have no more digits.
    private static string Milliseconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed record Suite(string Name, List<Entry> Cases)
    {
        /// <summary>Where its class is declared; empty if nobody knows.</summary>
        public string File { get; set; } = "";
    }

    /// <param name="Result">Null for a teardown.</param>
    private sealed record Entry(string Name, CaseResult? Result, TeardownError? Teardown)
    {
        /// <summary>Its time is part of its case's.</summary>
        public bool IsPart { get; init; }
    }
}
