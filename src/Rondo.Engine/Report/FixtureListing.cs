using System.Globalization;
using System.Text;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Report;

/// <summary>The text of <c>--fixtures</c>: which fixtures there are, where they are declared, and who uses them. From the catalog alone: no user code runs.</summary>
internal static class FixtureListing
{
    private const int UsersShown = 5;

    public static string Of(TestCatalog catalog)
    {
        if (catalog.Fixtures.Count == 0) return "There are no fixtures.";
        var text = new StringBuilder();
        text.Append(catalog.Fixtures.Count == 1 ? "1 fixture" : catalog.Fixtures.Count.ToString(CultureInfo.InvariantCulture) + " fixtures").Append(", those that live longest first\n");
        var users = UsersOf(catalog);
        foreach (var fixture in catalog.Fixtures.OrderByDescending(f => f.Scope).ThenBy(f => f.Key, StringComparer.Ordinal))
        {
            text.Append('\n').Append(fixture.Key);
            if (!fixture.Key.EndsWith("." + fixture.Name, StringComparison.Ordinal)) text.Append(" (\"").Append(fixture.Name).Append("\")");
            text.Append('\n');
            Line(text, "scope", fixture.Scope + (fixture.IsAutoUse ? ", set up without being asked for" : "") + (fixture.IsShared ? "" : ", not shared"));
            Line(text, "gives", fixture.ValueType);
            Line(text, "declared", fixture.File + ":" + fixture.Line.ToString(CultureInfo.InvariantCulture));
            if (fixture.Needs.Count > 0) Line(text, "needs", string.Join(", ", fixture.Needs.Select(n => n.Fixture ?? n.BuiltIn)));
            Line(text, "used by", users.TryGetValue(fixture.Key, out var by) ? Shown(by) : "nobody");
        }

        return text.ToString();
    }

    // Whoever names it: through others it may be used by many more.
    private static Dictionary<string, List<string>> UsersOf(TestCatalog catalog)
    {
        var users = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var fixture in catalog.Fixtures) AddAll(fixture.Needs, fixture.Key);
        foreach (var type in catalog.Classes)
        {
            AddAll(type.ConstructorNeeds, type.FullName);
            foreach (var key in type.AutoUse) Add(key, type.FullName);
            foreach (var test in type.Tests)
            {
                AddAll(test.Needs, test.Id);
                foreach (var key in test.AutoUse) Add(key, type.FullName);
            }
        }

        return users;

        void AddAll(IReadOnlyList<Binding> needs, string who)
        {
            foreach (var need in needs)
            {
                if (need.Fixture is { } key) Add(key, who);
            }
        }

        void Add(string key, string who)
        {
            if (!users.TryGetValue(key, out var list)) users.Add(key, list = []);
            if (!list.Contains(who)) list.Add(who);
        }
    }

    private static string Shown(List<string> users) => users.Count <= UsersShown
        ? string.Join(", ", users)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", users.Take(UsersShown))} and {users.Count - UsersShown} more");

    private static void Line(StringBuilder text, string what, string value) => text.Append("    ").Append(what.PadRight(9)).Append(value).Append('\n');
}
