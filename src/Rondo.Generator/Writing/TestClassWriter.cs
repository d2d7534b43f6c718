using System.Globalization;
using System.Text;
using Rondo.Generator.Model;
using Rondo.Generator.Resolving;

namespace Rondo.Generator.Writing;

/// <summary>Writes the entry of one test class: a table and a switch per kind of call; no class and no closure per test.</summary>
internal static class TestClassWriter
{
    // A method is compiled as a whole when it is first called: a long switch is divided, so that one test does not pay for a thousand.
    private const int LongestSwitch = 64;

    public static string TypeName(string fullName) => CodeText.TypeName(fullName, "_Tests");

    public static string Write(ResolvedClass resolved)
    {
        var model = resolved.Model;
        var code = new StringBuilder(CodeText.Head)
            .Append("namespace Rondo.Generated\n{\n").Append(CodeText.Marks)
            .Append("    internal sealed class ").Append(TypeName(model.FullName)).Append(" : global::Rondo.Catalog.TestClassEntry\n    {\n")
            .Append("        public override string Table => ").Append(CodeText.Table(ClassTable.Write(resolved))).Append(";\n");
        if (model.Broken is null && model.Constructor is { } parameters)
        {
            code.Append("\n        public override object Create(object?[] values) => new ").Append(model.Code)
                .Append(Arguments(parameters, resolved.Constructor)).Append(";\n");
        }

        Switch(code, "global::System.Threading.Tasks.Task? ", "Invoke", "int test, object? self, object?[] values", "test", "test, self, values", [.. resolved.Tests.Select(t => Call(t, model))],
            first: resolved.Tests.Any(t => IsCalledDirectly(t, model)) ? $"var it = ({model.Code})self!;" : null);
        WriteCases(code, "test", [.. resolved.Tests.Select(t => t.Broken is null ? t.Model.Cases : EquatableArray<CaseModel>.Empty)], [.. resolved.Tests.Select(t => t.Broken is null ? t.Model.Values : EquatableArray<ValuesModel>.Empty)]);
        WriteRows(code, resolved);
        WriteDispatchers(code, [model.Marks.Dispatcher, .. resolved.Tests.Select(t => t.Model.Marks.Dispatcher)]);
        WriteConditions(code, [model.Marks.Condition, .. resolved.Tests.Select(t => t.Model.Marks.Condition)]);
        WriteValues(code, ValuesOf(model.Constructor ?? EquatableArray<ParameterModel>.Empty, resolved.Constructor).Concat(resolved.Tests.SelectMany(t => ValuesOf(t.Model.Parameters, t.Parameters))));
        return code.Append("    }\n}\n").ToString();
    }

    // One cast for all; inherited tests are called through the class that declares them, since the derived one may hide them.
    private static bool IsCalledDirectly(ResolvedTest test, TestClassModel model) => test.Broken is null && !test.Model.IsStatic && test.Model.OwnerCode == model.Code;

    private static string Call(ResolvedTest resolved, TestClassModel model)
    {
        if (resolved.Broken is not null) return $"throw new global::System.InvalidOperationException({CodeText.Literal(resolved.Broken)});";
        var test = resolved.Model;
        var target = test.IsStatic ? test.OwnerCode : IsCalledDirectly(resolved, model) ? "it" : $"(({test.OwnerCode})self!)";
        var call = target + "." + (test.CallCode ?? CodeText.Identifier(test.Name)) + Arguments(test.Parameters, resolved.Parameters);
        return test.Returns switch
        {
            ReturnKind.Void => call + "; return null;",
            ReturnKind.Task => "return " + call + ";",
            _ => "return " + call + ".AsTask();",
        };
    }

    /// <summary>The arguments of a call, in brackets; once one was left out, the others are named.</summary>
    public static string Arguments(EquatableArray<ParameterModel> parameters, EquatableArray<Bound> bound)
    {
        var text = new StringBuilder("(");
        // Arguments come before needs among the values, wherever their parameters stand.
        var argument = 0;
        var need = bound.Count(b => b is { Binding: null, IsOmitted: false });
        var named = false;
        for (var i = 0; i < parameters.Count; i++)
        {
            if (bound[i].IsOmitted)
            {
                named = true;
                continue;
            }

            if (text.Length > 1) text.Append(", ");
            if (named) text.Append(CodeText.Identifier(parameters[i].Name)).Append(": ");
            text.Append('(').Append(parameters[i].Type.Code).Append(")values[").Append(Number(bound[i].Binding is null ? argument++ : need++)).Append("]!");
        }

        return text.Append(')').ToString();
    }

    /// <summary>The arguments of constant cases; nothing if there are none.</summary>
    /// <param name="code">Receives the methods.</param>
    /// <param name="of"><c>test</c> or <c>fixture</c>.</param>
    /// <param name="cases">Those of each test or fixture.</param>
    /// <param name="values">The values of each test whose cases are a product; null if there are none.</param>
    public static void WriteCases(StringBuilder code, string of, IReadOnlyList<EquatableArray<CaseModel>> cases, IReadOnlyList<EquatableArray<ValuesModel>>? values = null)
    {
        var parts = new StringBuilder();
        var isShort = cases.Sum(c => c.Count) <= LongestSwitch;
        var calls = new List<(int, string)>();
        for (var t = 0; t < cases.Count; t++)
        {
            if (values?[t] is { Count: > 0 } product)
            {
                calls.Add((t, Product(parts, t, product)));
            }
            else if (cases[t].Count > 0 && isShort)
            {
                // Every way through the inner switch returns or throws.
                calls.Add((t, "switch (row) { " + string.Concat(cases[t].Select((c, row) => $"case {Number(row)}: {Values(c)} ")) + "default: throw new global::System.ArgumentOutOfRangeException(); }"));
            }
            else if (cases[t].Count > 0)
            {
                calls.Add((t, $"return CaseValues_{Number(t)}(row);"));
                Switch(parts, "object?[] ", "CaseValues_" + Number(t), "int row", "row", "row", [.. cases[t].Select(Values)], "private static ");
            }
        }

        if (calls.Count == 0) return;
        Select(code, "object?[] ", "CaseValues", $"int {of}, int row", of, calls);
        code.Append(parts);
    }

    // A switch for each parameter; which of its values a case has follows from the number of the case.
    private static string Product(StringBuilder parts, int test, EquatableArray<ValuesModel> values)
    {
        var picks = new string[values.Count];
        var stride = 1;
        for (var i = values.Count - 1; i >= 0; i--)
        {
            var name = $"CaseValue_{Number(test)}_{Number(i)}";
            Switch(parts, "object? ", name, "int value", "value", "value", [.. values[i].Codes.Select(c => $"return {c};")], "private static ");
            picks[i] = $"{name}({(stride == 1 ? "row" : "row / " + Number(stride))} % {Number(values[i].Codes.Count)})";
            stride *= values[i].Codes.Count;
        }

        return $"if ((uint)row >= {Number(stride)}u) throw new global::System.ArgumentOutOfRangeException(); return new object?[] {{ {string.Join(", ", picks)} }};";
    }

    private static string Values(CaseModel one) => $"return new object?[] {{ {string.Join(", ", one.Values)} }};";

    private static void WriteRows(StringBuilder code, ResolvedClass resolved)
    {
        var rows = Enumerable.Range(0, resolved.Tests.Count).Where(t => resolved.Tests[t].Broken is null && resolved.Tests[t].Model.Rows is not null)
            .Select(t => (t, $"return {resolved.Tests[t].Model.Rows!.Code};")).ToList();
        if (rows.Count > 0) Select(code, "global::Rondo.Catalog.RowSource ", "Rows", "int test", "test", rows);
    }

    /// <summary>Makes the dispatchers that marks name; nothing if none does.</summary>
    public static void WriteDispatchers(StringBuilder code, IEnumerable<DispatcherModel?> named)
    {
        var types = named.Where(d => d is { Code.Length: > 0 }).Distinct().ToList();
        if (types.Count == 0) return;
        code.Append("\n        public override global::Rondo.Loops.LoopDispatcher? Dispatcher(string type)\n        {\n            switch (type)\n            {\n");
        foreach (var type in types) code.Append("                case ").Append(CodeText.Literal(type!.Key)).Append(": return new ").Append(type.Code).Append("();\n");
        code.Append("                default: return null;\n            }\n        }\n");
    }

    /// <summary>The parameters that are given a value of a library.</summary>
    public static IEnumerable<TypeModel> ValuesOf(EquatableArray<ParameterModel> parameters, EquatableArray<Bound> bound)
    {
        for (var i = 0; i < parameters.Count && i < bound.Count; i++)
        {
            if (bound[i].Binding is { } binding && binding == "builtin:" + parameters[i].Type.Key) yield return parameters[i].Type;
        }
    }

    /// <summary>Makes the values of libraries that parameters ask for; nothing if none does.</summary>
    public static void WriteValues(StringBuilder code, IEnumerable<TypeModel> asked)
    {
        var types = asked.Distinct().ToList();
        if (types.Count == 0) return;
        code.Append("\n        public override object? Value(string type, global::Rondo.TestContext? test)\n        {\n            switch (type)\n            {\n");
        foreach (var type in types) code.Append("                case ").Append(CodeText.Literal(type.Key)).Append(": return new ").Append(type.Code).Append("(test);\n");
        code.Append("                default: return null;\n            }\n        }\n");
    }

    /// <summary>Asks the conditions that marks name; nothing if none does.</summary>
    public static void WriteConditions(StringBuilder code, IEnumerable<ConditionModel?> named)
    {
        var conditions = named.Where(c => c is { Code.Length: > 0 }).GroupBy(c => c!.Key).Select(c => c.First()!).ToList();
        if (conditions.Count == 0) return;
        code.Append("\n        public override bool? Condition(string member)\n        {\n            switch (member)\n            {\n");
        foreach (var condition in conditions) code.Append("                case ").Append(CodeText.Literal(condition.Key)).Append(": return ").Append(condition.Code).Append(";\n");
        code.Append("                default: return null;\n            }\n        }\n");
    }

    private static void Select(StringBuilder code, string returns, string name, string parameters, string on, List<(int Test, string Code)> cases)
    {
        code.Append("\n        public override ").Append(returns).Append(name).Append('(').Append(parameters).Append(")\n        {\n            switch (").Append(on).Append(")\n            {\n");
        foreach (var one in cases) code.Append("                case ").Append(Number(one.Test)).Append(": ").Append(one.Code).Append('\n');
        code.Append("                default: throw new global::System.ArgumentOutOfRangeException();\n            }\n        }\n");
    }

    /// <summary>A method with one switch, in several parts if it is long.</summary>
    public static void Switch(StringBuilder code, string returns, string name, string parameters, string on, string pass, IReadOnlyList<string> cases, string modifiers = "public override ", string? first = null)
    {
        code.Append("\n        ").Append(modifiers).Append(returns).Append(name).Append('(').Append(parameters).Append(")\n        {\n");
        if (cases.Count <= LongestSwitch)
        {
            AppendSwitch(code, on, cases, 0, cases.Count, first);
            return;
        }

        var parts = (cases.Count + LongestSwitch - 1) / LongestSwitch;
        var calls = Enumerable.Range(0, parts).Select(p => $"return {name}_Part{p}({pass});").ToList();
        AppendSwitch(code, $"{on} / {LongestSwitch}", calls, 0, parts, null);
        for (var p = 0; p < parts; p++)
        {
            code.Append("\n        private static ").Append(returns).Append(name).Append("_Part").Append(Number(p)).Append('(').Append(parameters).Append(")\n        {\n");
            AppendSwitch(code, on, cases, p * LongestSwitch, Math.Min(cases.Count, (p + 1) * LongestSwitch), first);
        }
    }

    private static void AppendSwitch(StringBuilder code, string on, IReadOnlyList<string> cases, int from, int to, string? first)
    {
        if (first is not null) code.Append("            ").Append(first).Append('\n');
        code.Append("            switch (").Append(on).Append(")\n            {\n");
        for (var i = from; i < to; i++) code.Append("                case ").Append(Number(i)).Append(": ").Append(cases[i]).Append('\n');
        code.Append("                default: throw new global::System.ArgumentOutOfRangeException();\n            }\n        }\n");
    }

    private static string Number(int number) => ClassTable.Number(number);
}
