using System.Text;
using Rondo.Catalog;
using Rondo.Generator.Model;
using Rondo.Generator.Resolving;

namespace Rondo.Generator.Writing;

/// <summary>A class of fixtures with everything bound.</summary>
internal sealed record BoundHolder(HolderModel Model, EquatableArray<BoundFixture> Fixtures);

/// <param name="Broken">Why it cannot be set up, or null.</param>
internal sealed record BoundFixture(FixtureModel Model, EquatableArray<Bound> Parameters, string? Broken);

/// <summary>Writes the entry of one class that declares fixtures.</summary>
internal static class HolderWriter
{
    public static string TypeName(string fullName) => CodeText.TypeName(fullName, "_Fixtures");

    public static BoundHolder Bind(HolderModel model, FixtureTable table) => new(model, EquatableArray.Of(model.Fixtures.Select(fixture =>
    {
        var resolved = table.Resolved(model.FullName + "." + fixture.Method);
        return new BoundFixture(fixture, EquatableArray.Of(resolved.Needs.Select(n => new Bound(n.Binding, n.IsOmitted))), resolved.Problem?.Text);
    })));

    public static string Write(BoundHolder holder)
    {
        var model = holder.Model;
        var code = new StringBuilder(CodeText.Head)
            .Append("namespace Rondo.Generated\n{\n").Append(CodeText.Marks)
            .Append("    internal sealed class ").Append(TypeName(model.FullName)).Append(" : global::Rondo.Catalog.FixtureHolderEntry\n    {\n")
            .Append("        public override string Table => ").Append(CodeText.Table(Table(holder))).Append(";\n");
        TestClassWriter.Switch(
            code, "object? ", "Start", "int fixture, object? self, object?[] values, global::Rondo.Catalog.FixtureCall use", "fixture", "fixture, self, values, use",
            [.. holder.Fixtures.Select(f => Call(f, model))]);
        TestClassWriter.WriteCases(code, "fixture", [.. holder.Fixtures.Select(f => f.Broken is null ? f.Model.Cases : EquatableArray<CaseModel>.Empty)]);
        CarriedWriter.Write(code, holder.Fixtures);
        TestClassWriter.WriteDispatchers(code, holder.Fixtures.Select(f => f.Model.Dispatcher));
        TestClassWriter.WriteValues(code, holder.Fixtures.SelectMany(f => TestClassWriter.ValuesOf(f.Model.Parameters, f.Parameters)));
        return code.Append("    }\n}\n").ToString();
    }

    private static string Table(BoundHolder holder)
    {
        var model = holder.Model;
        var table = new StringBuilder();
        CatalogTable.Append(table, ["holder", model.Namespace, model.TypeName, model.File]);
        foreach (var bound in holder.Fixtures)
        {
            var fixture = bound.Model;
            var fields = new List<string>
            {
                "fixture", fixture.Method, TestClassWriter.Number(fixture.Line), fixture.Scope,
                fixture.Shape switch { FixtureShape.Value => "value", FixtureShape.Task => "task", _ => "use" },
            };
            if (fixture.Name != fixture.Method) fields.Add("name=" + fixture.Name);
            fields.Add("type=" + fixture.Type.Key);
            if (bound.Broken is null) TestClassWriter.AddList(fields, "needs", bound.Parameters.Where(b => b.Binding is not null).Select(b => b.Binding!));
            if (!fixture.IsStatic) fields.Add("instance=1");
            if (fixture.ArgumentCount > 0) fields.Add("args=" + TestClassWriter.Number(fixture.ArgumentCount));
            if (fixture.AutoUse) fields.Add("auto=1");
            if (!fixture.Dispose) fields.Add("dispose=0");
            if (!fixture.Shared) fields.Add("shared=0");
            if (fixture.TimeoutMs != 300_000) fields.Add("timeout=" + TestClassWriter.Number(fixture.TimeoutMs));
            if (fixture.TeardownTimeoutMs != 60_000) fields.Add("teardown=" + TestClassWriter.Number(fixture.TeardownTimeoutMs));
            if (fixture.Loop is not null) fields.Add("loop=" + fixture.Loop);
            if (fixture.Backend is not null) fields.Add("backend=" + fixture.Backend);
            if (fixture.Dispatcher is { Key.Length: > 0 } dispatcher) fields.Add("dispatcher=" + dispatcher.Key);
            foreach (var key in fixture.Locks) fields.Add("lock=" + key);
            CatalogTable.Append(table, fields);
            if (bound.Broken is null) TestClassWriter.AppendCases(table, fixture.Cases);
        }

        return table.ToString();
    }

    private static string Call(BoundFixture bound, HolderModel holder)
    {
        if (bound.Broken is not null) return $"throw new global::System.InvalidOperationException({CodeText.Literal(bound.Broken)});";
        var fixture = bound.Model;
        var target = fixture.IsStatic ? holder.Code : $"(({holder.Code})self!)";
        var arguments = TestClassWriter.Arguments(fixture.Parameters, bound.Parameters);
        if (fixture.Shape == FixtureShape.Use) arguments = $"(use.Use<{fixture.Type.Code}>()" + (arguments.Length > 2 ? ", " : "") + arguments.Substring(1);
        var call = target + "." + CodeText.Identifier(fixture.Method) + arguments;
        return fixture.Shape == FixtureShape.Task ? $"return global::Rondo.Catalog.FixtureCall.Box<{fixture.Type.Code}>({call});" : $"return {call};";
    }
}
