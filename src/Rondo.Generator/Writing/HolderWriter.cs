using System.Text;
using Rondo.Generator.Model;
using Rondo.Generator.Resolving;

namespace Rondo.Generator.Writing;

/// <summary>Writes the entry of one class that declares fixtures.</summary>
internal static class HolderWriter
{
    public static string TypeName(string fullName) => CodeText.TypeName(fullName, "_Fixtures");

    public static string Write(BoundHolder holder)
    {
        var model = holder.Model;
        var code = new StringBuilder(CodeText.Head)
            .Append("namespace Rondo.Generated\n{\n").Append(CodeText.Marks)
            .Append("    internal sealed class ").Append(TypeName(model.FullName)).Append(" : global::Rondo.Catalog.FixtureHolderEntry\n    {\n")
            .Append("        public override string Table => ").Append(CodeText.Table(HolderTable.Write(holder))).Append(";\n");
        TestClassWriter.Switch(
            code, "object? ", "Start", "int fixture, object? self, object?[] values, global::Rondo.Catalog.FixtureCall use", "fixture", "fixture, self, values, use",
            [.. holder.Fixtures.Select(f => Call(f, model))]);
        TestClassWriter.WriteCases(code, "fixture", [.. holder.Fixtures.Select(f => f.Broken is null ? f.Model.Cases : EquatableArray<CaseModel>.Empty)]);
        CarriedWriter.Write(code, holder.Fixtures);
        TestClassWriter.WriteDispatchers(code, holder.Fixtures.Select(f => f.Model.Dispatcher));
        TestClassWriter.WriteValues(code, holder.Fixtures.SelectMany(f => TestClassWriter.ValuesOf(f.Model.Parameters, f.Parameters)));
        return code.Append("    }\n}\n").ToString();
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
