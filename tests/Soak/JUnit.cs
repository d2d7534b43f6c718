using System.Globalization;
using System.Xml.Linq;

namespace Soak;

/// <summary>One test case of a JUnit file.</summary>
/// <param name="Outcome">passed, failed, skipped, notrun, or the type of the error.</param>
internal sealed record JUnitCase(string Id, string Outcome, string Message)
{
    // Reported beside the account, not a planned case: a teardown that was cut off, or a worker that died while no test was running.
    public bool IsTeardown => Outcome == "teardown";
}

internal sealed record JUnit(IReadOnlyList<JUnitCase> Cases, IReadOnlyList<string> Complaints)
{
    public static JUnit Read(string path)
    {
        var root = XDocument.Load(path).Root!;
        var complaints = new List<string>();
        foreach (var element in root.Descendants("testsuite").Prepend(root))
        {
            Check(element, "tests", element.Descendants("testcase").Count());
            Check(element, "failures", element.Descendants("failure").Count());
            Check(element, "errors", element.Descendants("error").Count());
            Check(element, "skipped", element.Descendants("skipped").Count());
        }

        return new JUnit([.. root.Descendants("testcase").Select(ReadCase)], complaints);

        void Check(XElement element, string name, int counted)
        {
            if ((int?)element.Attribute(name) is { } said && said != counted)
                complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{element.Name} '{element.Attribute("name")?.Value}' says {name}={said}, but has {counted}"));
        }
    }

    private static JUnitCase ReadCase(XElement element)
    {
        var type = (string?)element.Attribute("classname");
        var name = (string?)element.Attribute("name") ?? "";
        var end = element.Element("error") ?? element.Element("failure") ?? element.Element("skipped");
        var kind = (string?)end?.Attribute("type") ?? "";
        var outcome = end?.Name.LocalName switch
        {
            null => "passed",
            "failure" => "failed",
            "skipped" when kind == "notrun" => "notrun",
            "skipped" => "skipped",
            _ => kind.Length == 0 ? "error" : kind,
        };
        return new JUnitCase(string.IsNullOrEmpty(type) ? name : type + "." + name, outcome, (string?)end?.Attribute("message") ?? "");
    }
}
