using System.Xml.Linq;
using Rondo.Conventions.Reading;

namespace Rondo.Conventions.Rules;

/// <summary>Who may refer to whom. The table is the picture in ARCHITECTURE.md.</summary>
internal static class LayerRules
{
    public static readonly IReadOnlyDictionary<string, string[]> References = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Rondo.Loops"] = [],
        ["Rondo.Core"] = ["Rondo.Loops"],
        ["Rondo.Logging"] = ["Rondo.Core", "Rondo.Loops"],
        ["Rondo.Engine"] = ["Rondo.Core", "Rondo.Loops"],
        ["Rondo"] = ["Rondo.Engine", "Rondo.Core", "Rondo.Loops"],
        ["Rondo.FsCheck"] = ["Rondo.Core", "Rondo.Loops"],
        ["Rondo.Reflection"] = ["Rondo.Core", "Rondo.Loops"],
        ["Rondo.Generator"] = [],
        ["Rondo.CodeFixes"] = [],
        ["Rondo.Stacks"] = [],
    };

    /// <summary>References of a project file that are compiled against. Those with ReferenceOutputAssembly="false" only order the build.</summary>
    public static IEnumerable<string> OfProject(string name, string projectFile) =>
        XDocument.Parse(projectFile).Descendants("ProjectReference")
            .Where(r => (string?)r.Attribute("ReferenceOutputAssembly") != "false")
            .Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!))
            .Where(to => !Allowed(name).Contains(to, StringComparer.Ordinal))
            .Select(to => $"The project {name} refers to {to}, but may only refer to: {List(name)}.");

    /// <summary>References of a built assembly to others of the house. What a project reference brings along counts as well.</summary>
    public static IEnumerable<string> OfAssembly(string name, IEnumerable<string> referenced) =>
        referenced.Where(to => to == "Rondo" || to.StartsWith("Rondo.", StringComparison.Ordinal))
            .Where(to => !Allowed(name).Contains(to, StringComparer.Ordinal))
            .Select(to => $"The assembly {name} refers to {to}, but may only refer to: {List(name)}.");

    /// <summary>Types of one part that name types of another, although only <paramref name="why"/>.</summary>
    public static IEnumerable<string> Between(IEnumerable<(string From, string To)> mentions, string from, Func<string, bool> refused, string why) =>
        mentions.Where(m => Within(m.From, from) && refused(m.To)).Select(m => $"{m.From} names {m.To}. {why}").Distinct();

    public static bool Within(string type, string space) => type.StartsWith(space + ".", StringComparison.Ordinal);

    private static string[] Allowed(string name) => References.TryGetValue(name, out var allowed) ? allowed
        : throw new InvalidOperationException($"The project {name} is not in the table of LayerRules. Say there what it may refer to, and why it is a project of its own in ARCHITECTURE.md.");

    private static string List(string name) => Allowed(name) is { Length: > 0 } some ? string.Join(", ", some) : "none";
}
