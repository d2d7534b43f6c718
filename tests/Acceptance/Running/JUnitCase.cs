using System.Xml.Linq;

namespace Rondo.Acceptance.Running;

/// <summary>One test case of a JUnit file.</summary>
/// <param name="Outcome">passed, failed, error, skipped or notrun.</param>
/// <param name="Type">The <c>type</c> of the failure, error or skip.</param>
/// <param name="Message">Attribute and text of the failure, error or skip.</param>
internal sealed record JUnitCase(string Id, string Outcome, string Type, string Message, string Output, string Everything)
{
    /// <summary>All cases; none when there is no file. A file that is no valid XML fails the test.</summary>
    public static IReadOnlyList<JUnitCase> ReadAll(string path) => File.Exists(path) ? [.. XDocument.Load(path).Descendants("testcase").Select(Read)] : [];

    // What is told of a case among the properties of its suite.
    private static IEnumerable<string> PropertiesOf(XElement element) => (element.Parent?.Element("properties")?.Elements("property") ?? [])
        .Where(p => (string)p.Attribute("name")! is var name && (name.EndsWith(":" + (string?)element.Attribute("name"), StringComparison.Ordinal) || name.StartsWith("property:" + (string?)element.Attribute("name") + ":", StringComparison.Ordinal)))
        .Select(p => (string)p.Attribute("name")! + "\n" + (string)p.Attribute("value")!);

    private static JUnitCase Read(XElement element)
    {
        var id = (string?)element.Attribute("classname") is { Length: > 0 } type ? type + "." + (string?)element.Attribute("name") : (string?)element.Attribute("name") ?? "";
        var end = element.Element("error") ?? element.Element("failure") ?? element.Element("skipped");
        var kind = (string?)end?.Attribute("type") ?? "";
        var outcome = end?.Name.LocalName switch
        {
            null => "passed",
            "failure" => "failed",
            "skipped" when kind == "notrun" => "notrun",
            var name => name,
        };
        var output = string.Join('\n', element.Elements("system-out").Concat(element.Elements("system-err")).Select(e => e.Value));
        return new JUnitCase(id, outcome, kind, kind + "\n" + (string?)end?.Attribute("message") + "\n" + end?.Value, output,
            string.Join('\n', element.DescendantsAndSelf().Attributes().Select(a => a.Value)) + "\n" + element.Value + "\n" + string.Join('\n', PropertiesOf(element)));
    }
}
