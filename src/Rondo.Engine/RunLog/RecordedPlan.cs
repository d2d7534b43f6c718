using Rondo.Engine.Planning;

namespace Rondo.Engine.RunLog;

/// <summary>A plan that can be shown, made from the names in logs. It cannot be run.</summary>
internal static class RecordedPlan
{
    /// <param name="cases">In the order of the plan; each id once.</param>
    /// <param name="catalog">Knows more of tests that are still there.</param>
    public static Plan Of(IReadOnlyList<RecordedCase> cases, TestCatalog? catalog)
    {
        var classes = new Dictionary<string, TestClass>(StringComparer.Ordinal);
        foreach (var type in catalog?.Classes ?? []) classes.TryAdd(type.Assembly + "|" + type.FullName, type);
        var tests = new Dictionary<string, TestMethod>(StringComparer.Ordinal);
        foreach (var test in catalog?.Classes.SelectMany(c => c.Tests) ?? []) tests.TryAdd(KeyOf(test.Class.Assembly, test.Class.FullName, test.Name, test.Line), test);

        var planned = new PlannedCase[cases.Count];
        for (var i = 0; i < planned.Length; i++)
        {
            var test = TestOf(cases[i]);
            var shown = cases[i].DisplayName.Length > 0 ? cases[i].DisplayName : cases[i].Id[(test.Class.FullName.Length + 1)..];
            planned[i] = new PlannedCase(new CaseIndex(i), cases[i].Id, shown, test, CaseKey.NoArguments, test.Marks with { Tags = cases[i].Tags });
        }

        return new Plan(planned);

        TestMethod TestOf(RecordedCase recorded)
        {
            var named = recorded.Test;
            var key = KeyOf(named.Assembly, recorded.ClassName, named.Name, named.Line);
            if (tests.TryGetValue(key, out var test)) return test;
            var type = named.Assembly + "|" + recorded.ClassName;
            if (!classes.TryGetValue(type, out var declared))
                classes.Add(type, declared = new TestClass(null!, classes.Count, named.Assembly, named.Namespace, named.Type, named.File, named.Line, Marks.None, []));
            tests.Add(key, test = new TestMethod(declared, tests.Count, named.Name, named.Line, false, []));
            return test;
        }
    }

    // Overloads differ by their lines.
    private static string KeyOf(string assembly, string type, string name, int line) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{assembly}|{type}|{name}|{line}");
}
