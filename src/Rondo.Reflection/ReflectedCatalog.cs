using System.Reflection;
using Rondo.Catalog;
using Rondo.Generator.Model;
using Rondo.Generator.Writing;
using Rondo.Loops;
using Rondo.Reflection.Calls;
using Rondo.Reflection.Reading;

namespace Rondo.Reflection;

/// <summary>The catalog of one assembly, read when it is first asked.</summary>
internal sealed class ReflectedCatalog(Assembly tests) : AssemblyCatalog
{
    private readonly Lazy<ReadAssembly> _read = new(() => AssemblyReading.Read(tests));

    public override Assembly Assembly => tests;

    public override string AssemblyName => tests.GetName().Name ?? "";

    public override string Table => ClassTable.OfAssembly(Read.Marks);

    private ReadAssembly Read => _read.Value;

    public override TestClassEntry[] TestClasses() => [.. Read.Classes.Select(c => new ReflectedClass(c.Resolved, c.Tests, c.Constructor, Read.Universe))];

    public override FixtureHolderEntry[] FixtureHolders() => [.. Read.Holders.Select(h => new ReflectedHolder(h, Read.Universe))];

    public override LoopDispatcher? Dispatcher(string type) => Named.Dispatcher([Read.Marks.Dispatcher], type, Read.Universe);

    public override bool? Condition(string member) => Named.Condition([Read.Marks.Condition], member, Read.Universe);
}
