using System.Collections;
using Rondo.Catalog;

namespace Rondo.Conformance;

/// <summary>Compares what two providers say about one assembly: the generator and reflection. Lines and files are left out, as debug symbols know the first statement and the compiler the name.</summary>
internal static class CatalogComparison
{
    /// <summary>What is different, a line each; empty for equal catalogs.</summary>
    public static List<string> Differences(AssemblyCatalog generated, AssemblyCatalog reflected)
    {
        var found = new List<string>();
        if (generated.AssemblyName != reflected.AssemblyName) found.Add($"The assembly is '{generated.AssemblyName}' and '{reflected.AssemblyName}'.");
        if (generated.Assembly != reflected.Assembly) found.Add("The assemblies are not the same.");
        Compare("assembly", generated.Table, reflected.Table, found);

        var classes = generated.TestClasses();
        var otherClasses = reflected.TestClasses();
        Pair(classes.Select(c => c.Table), otherClasses.Select(c => c.Table), (i, j) =>
        {
            Compare("class", classes[i].Table, otherClasses[j].Table, found);
            CompareCases(classes[i].Table, "test", classes[i].CaseValues, otherClasses[j].CaseValues, found);
        }, found);
        var holders = generated.FixtureHolders();
        var otherHolders = reflected.FixtureHolders();
        // What is there by reflection only tells of a mistake that the compiler did not see.
        found.AddRange(otherClasses.Where(o => classes.All(c => Name(c.Table) != Name(o.Table))).Select(Mistake));
        Pair(holders.Select(h => h.Table), otherHolders.Select(h => h.Table), (i, j) =>
        {
            Compare("holder", holders[i].Table, otherHolders[j].Table, found);
            CompareCases(holders[i].Table, "fixture", holders[i].CaseValues, otherHolders[j].CaseValues, found);
        }, found);
        return found;
    }

    private static string Mistake(TestClassEntry entry)
    {
        try
        {
            entry.Invoke(0, null, []);
            return Name(entry.Table) + " runs";
        }
        catch (Exception error) when (error is InvalidOperationException or IndexOutOfRangeException or System.Reflection.TargetException)
        {
            return Name(entry.Table) + ": " + error.Message;
        }
    }

    private static void Pair(IEnumerable<string> generated, IEnumerable<string> reflected, Action<int, int> compare, List<string> found)
    {
        var names = generated.Select(Name).ToList();
        var others = reflected.Select(Name).ToList();
        if (!names.SequenceEqual(others, StringComparer.Ordinal)) found.Add($"Generated: {string.Join(", ", names.Except(others))}. Reflected: {string.Join(", ", others.Except(names))}. In the order of both: {string.Join(", ", names.Intersect(others))}.");
        for (var i = 0; i < names.Count; i++)
        {
            if (others.IndexOf(names[i]) is var j and >= 0) compare(i, j);
        }
    }

    private static string Name(string table) => CatalogTable.Read(table).First() is var record ? (record[0].Length == 0 ? "" : record[0] + ".") + record[1] : "";

    private static void Compare(string what, string generated, string reflected, List<string> found)
    {
        var lines = Lines(generated);
        var others = Lines(reflected);
        if (lines.Count != others.Count) found.Add($"{what} {Name(generated)}: {lines.Count} records and {others.Count}.\n  {string.Join("\n  ", lines)}\n  and\n  {string.Join("\n  ", others)}");
        for (var i = 0; i < Math.Min(lines.Count, others.Count); i++)
        {
            if (lines[i] != others[i]) found.Add($"{lines[i]}\n  is by reflection\n{others[i]}");
        }
    }

    // Positional fields that say a place are blanked, and so is the file of a test.
    private static List<string> Lines(string table) => [.. CatalogTable.Read(table).Select(record =>
    {
        var fields = record.Positional;
        switch (record.Kind)
        {
            case "class": (fields[2], fields[3]) = ("", ""); break;
            case "holder": fields[2] = ""; break;
            case "test" or "fixture": fields[1] = ""; break;
        }

        return record.Kind + " | " + string.Join(" | ", fields.Where(f => record.Kind != "test" || !f.StartsWith("file=", StringComparison.Ordinal)));
    })];

    private static void CompareCases(string table, string of, Func<int, int, object?[]> generated, Func<int, int, object?[]> reflected, List<string> found)
    {
        var (position, row, product) = (-1, 0, 1);
        foreach (var record in CatalogTable.Read(table).Append(default))
        {
            if (record.Equals(default(CatalogRecord)) || record.Kind == of)
            {
                for (var i = 0; product > 1 && i < product; i += Math.Max(1, product / 50)) CompareRow(i);
                if (record.Equals(default(CatalogRecord))) break;
                (position, row, product) = (position + 1, 0, 1);
            }
            else if (record.Kind == "case") CompareRow(row++);
            else if (record.Kind == "values") product *= record.Positional.Length;
        }

        void CompareRow(int at)
        {
            var (one, other) = (Try(generated, at), Try(reflected, at));
            if (one != other) found.Add($"{Name(table)}, {of} {position}, case {at}: {one} and {other}");
        }

        string Try(Func<int, int, object?[]> values, int at)
        {
            try
            {
                return Text(values(position, at));
            }
            catch (Exception error) when (error is ArgumentOutOfRangeException or IndexOutOfRangeException or InvalidOperationException)
            {
                return "no such case";
            }
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        IEnumerable many => value.GetType() + "[" + string.Join(", ", many.Cast<object?>().Select(Text)) + "]",
        _ => value.GetType() + " " + ArgumentText.Format(value),
    };
}
