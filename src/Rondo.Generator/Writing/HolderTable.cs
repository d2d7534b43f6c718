using System.Text;
using Rondo.Catalog;
using Rondo.Generator.Model;
using Rondo.Generator.Resolving;

namespace Rondo.Generator.Writing;

/// <summary>A class of fixtures with everything bound.</summary>
internal sealed record BoundHolder(HolderModel Model, EquatableArray<BoundFixture> Fixtures);

/// <param name="Broken">Why it cannot be set up, or null.</param>
internal sealed record BoundFixture(FixtureModel Model, EquatableArray<Bound> Parameters, string? Broken);

/// <summary>Binds the fixtures of a class and writes their records.</summary>
internal static class HolderTable
{
    public static BoundHolder Bind(HolderModel model, FixtureTable table) => new(model, EquatableArray.Of(model.Fixtures.Select(fixture =>
    {
        var resolved = table.Resolved(model.FullName + "." + fixture.Method);
        return new BoundFixture(fixture, EquatableArray.Of(resolved.Needs.Select(n => new Bound(n.Binding, n.IsOmitted))), fixture.Broken ?? resolved.Problem?.Text);
    })));

    public static string Write(BoundHolder holder)
    {
        var model = holder.Model;
        var table = new StringBuilder();
        CatalogTable.Append(table, ["holder", model.Namespace, model.TypeName, model.File]);
        foreach (var bound in holder.Fixtures)
        {
            var fixture = bound.Model;
            var fields = new List<string>
            {
                "fixture", fixture.Method, ClassTable.Number(fixture.Line), fixture.Scope,
                fixture.Shape switch { FixtureShape.Value => "value", FixtureShape.Task => "task", _ => "use" },
            };
            if (fixture.Name != fixture.Method) fields.Add("name=" + fixture.Name);
            fields.Add("type=" + fixture.Type.Key);
            if (bound.Broken is null) ClassTable.AddList(fields, "needs", bound.Parameters.Where(b => b.Binding is not null).Select(b => b.Binding!));
            if (!fixture.IsStatic) fields.Add("instance=1");
            if (fixture.ArgumentCount > 0) fields.Add("args=" + ClassTable.Number(fixture.ArgumentCount));
            if (fixture.AutoUse) fields.Add("auto=1");
            if (!fixture.Dispose) fields.Add("dispose=0");
            if (!fixture.Shared) fields.Add("shared=0");
            if (fixture.TimeoutMs != 300_000) fields.Add("timeout=" + ClassTable.Number(fixture.TimeoutMs));
            if (fixture.TeardownTimeoutMs != 60_000) fields.Add("teardown=" + ClassTable.Number(fixture.TeardownTimeoutMs));
            if (fixture.Loop is not null) fields.Add("loop=" + fixture.Loop);
            if (fixture.Backend is not null) fields.Add("backend=" + fixture.Backend);
            if (fixture.Dispatcher is { Key.Length: > 0 } dispatcher) fields.Add("dispatcher=" + dispatcher.Key);
            foreach (var key in fixture.Locks) fields.Add("lock=" + key);
            CatalogTable.Append(table, fields);
            if (bound.Broken is null) ClassTable.AppendCases(table, fixture.Cases);
        }

        return table.ToString();
    }
}
