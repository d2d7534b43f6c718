using System.Globalization;
using System.Text;
using Rondo.Catalog;
using Rondo.Generator.Model;
using Rondo.Generator.Resolving;

namespace Rondo.Generator.Writing;

/// <summary>Writes the records of one test class, and of the assembly.</summary>
internal static class ClassTable
{
    public static string OfAssembly(MarkSet marks)
    {
        var fields = new List<string> { "assembly" };
        marks.AddTo(fields);
        var table = new StringBuilder();
        CatalogTable.Append(table, fields);
        return table.ToString();
    }

    public static string Write(ResolvedClass resolved)
    {
        var model = resolved.Model;
        var table = new StringBuilder();
        var fields = new List<string> { "class", model.Namespace, model.TypeName, model.File, Number(model.Line) };
        AddList(fields, "ctor", resolved.Constructor.Where(b => b.Binding is not null).Select(b => b.Binding!));
        if (model.IsStatic) fields.Add("static=1");
        if (model.IsPlain) fields.Add("plain=1");
        AddList(fields, "auto", resolved.AutoUse);
        model.Marks.AddTo(fields);
        CatalogTable.Append(table, fields);
        foreach (var test in resolved.Tests) AppendTest(table, test);
        return table.ToString();
    }

    private static void AppendTest(StringBuilder table, ResolvedTest resolved)
    {
        var test = resolved.Model;
        var fields = new List<string> { "test", test.Name, Number(test.Line), test.Returns == ReturnKind.Void ? "sync" : "async" };
        if (resolved.Broken is null)
        {
            if (test.ArgumentCount > 0) fields.Add("args=" + Number(test.ArgumentCount));
            if (Enumerable.Range(0, test.Values.Count).Any(i => test.Values[i].Parameter != i)) AddList(fields, "arguments", test.Values.Select(v => Number(v.Parameter)));
            AddList(fields, "needs", resolved.Parameters.Where(b => b.Binding is not null).Select(b => b.Binding!));
            AddList(fields, "auto", resolved.AutoUse);
            AddList(fields, "names", test.Parameters.Select(p => p.Name));
            AddList(fields, "types", test.Parameters.Select(p => p.Type.Key));
            if (test.Returns != ReturnKind.Void) fields.Add("returns=" + test.ReturnType);
            if (test.Rows is not null) fields.Add("rows=" + test.Rows.Member);
        }

        if (test.IsStatic || resolved.Broken is not null) fields.Add("instance=0");
        if (test.DisplayFormat is not null) fields.Add("display=" + test.DisplayFormat);
        if (test.File is not null) fields.Add("file=" + test.File);
        test.Marks.AddTo(fields);
        CatalogTable.Append(table, fields);
        if (resolved.Broken is not null) return;
        AppendCases(table, test.Cases);
        foreach (var one in test.Values) CatalogTable.Append(table, ["values", .. one.Texts]);
    }

    public static void AppendCases(StringBuilder table, EquatableArray<CaseModel> cases)
    {
        foreach (var one in cases)
        {
            List<string> fields = ["case", one.Arguments];
            if (one.Name is not null) fields.Add("name=" + one.Name);
            if (one.Skip is not null) fields.Add("skip=" + one.Skip);
            if (one.ExpectedFailure is not null) fields.Add("xfail=" + one.ExpectedFailure);
            CatalogTable.Append(table, fields);
        }
    }

    public static void AddList(List<string> fields, string key, IEnumerable<string> words)
    {
        // Names of F# may hold blanks.
        var text = string.Join(" ", words.Select(w => w.Replace(' ', CatalogTable.BlankInWord)));
        if (text.Length > 0) fields.Add(key + "=" + text);
    }

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
