// Small catalogs made by hand: no generator, no user code.
using Rondo.Catalog;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

internal static class Sample
{
    public static TestCatalog Catalog(params string[] classTables) => CatalogWithFixtures([], classTables);

    public static TestCatalog CatalogWithFixtures(string[] holderTables, params string[] classTables) =>
        TestCatalog.Read([new Assembly(classTables, holderTables)]);

    /// <summary>A table: a line per record, fields separated by <c>|</c>.</summary>
    public static string Table(params string[] records) => string.Join('\n', records.Select(r => r.Replace('|', '\t')));

    public static Plan Plan(TestCatalog catalog) => PlanBuilder.Build(catalog, _ => null);

    private sealed class Assembly(string[] classes, string[] holders) : AssemblyCatalog
    {
        public override string AssemblyName => "Sample";

        public override string Table => "assembly";

        public override TestClassEntry[] TestClasses() => [.. classes.Select(c => new Class(c))];

        public override FixtureHolderEntry[] FixtureHolders() => [.. holders.Select(h => new Holder(h))];
    }

    private sealed class Class(string table) : TestClassEntry
    {
        public override string Table => table;

        public override Task? Invoke(int test, object? self, object?[] values) => throw new InvalidOperationException("Planning calls no user code.");
    }

    private sealed class Holder(string table) : FixtureHolderEntry
    {
        public override string Table => table;

        public override object? Start(int fixture, object? self, object?[] values, FixtureCall use) => throw new InvalidOperationException("Planning calls no user code.");
    }
}
