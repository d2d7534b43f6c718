using System.Reflection;
using Rondo.Generator;
using Rondo.Generator.Analyzers;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;
using Rondo.Generator.Resolving;

namespace Rondo.Reflection.Reading;

/// <summary>What would have stopped the build of a C# project. Nobody has seen it, so tests fail with it: none may be left out or run otherwise than it says.</summary>
internal sealed class Mistakes
{
    // Marks that say something impossible, by the type or the method (as it is declared) that they stand on.
    private readonly Dictionary<ISymbol, string> _marks = new(SymbolEqualityComparer.Default);
    private readonly List<(INamedTypeSymbol? Type, Diagnostic What)> _all = [];
    private readonly Compilation _universe;

    private Mistakes(Compilation universe) => _universe = universe;

    public static Mistakes Of(List<INamedTypeSymbol> types, List<HolderModel> declared, ImportsModel imports, FixtureTable table, Compilation universe)
    {
        var mistakes = new Mistakes(universe);
        foreach (var type in types)
        {
            MarkRules.Check(type, universe, mistakes.AddMark);
            CatalogChecks.CheckType(type, universe, found => mistakes.Add(type, found), new(() => declared), new(() => imports), new(() => table));
            foreach (var function in type.GetMembers().OfType<IMethodSymbol>().Where(m => m.MethodKind == MethodKind.Other)) mistakes.CheckInner(type, function);
        }

        var attributes = universe.Assembly.GetAttributes();
        CatalogChecks.CheckAssembly([.. attributes], MarkReader.Read(attributes, universe.Assembly), universe, found => mistakes.Add(null, found), new(() => table));
        return mistakes;
    }

    /// <summary>A test class with the mistakes of its marks, which its reader does not look for.</summary>
    public TestClassModel Apply(INamedTypeSymbol type, ReadTestClass read)
    {
        var tests = new List<TestModel>();
        for (var i = 0; i < read.Model.Tests.Count; i++)
        {
            var test = read.Model.Tests[i];
            var broken = test.Broken ?? (_marks.TryGetValue(read.Tests[i].OriginalDefinition, out var mark) ? mark : DisplayNameRules.Check(test, read.Tests[i])?.Problem.Text);
            // A condition that cannot be asked would fail the test first, with less to say.
            tests.Add(broken is null ? test : test with { Broken = broken, Marks = test.Marks with { Condition = null } });
        }

        var ofClass = read.Model.Broken;
        for (var up = type; up is { SpecialType: SpecialType.None } && ofClass is null; up = up.BaseType) _marks.TryGetValue(up.OriginalDefinition, out ofClass);
        return read.Model with { Tests = EquatableArray.Of(tests), Broken = ofClass };
    }

    /// <summary>The classes, and a failing test for each mistake that none of their tests tells.</summary>
    public IEnumerable<BoundClass> Complete(List<BoundClass> classes)
    {
        var told = classes.SelectMany(c => c.Resolved.Tests).Select(t => t.Broken).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var untold = _all.Where(m => told.Add(m.What.Text)).ToLookup(m => m.Type is null ? "" : FullName(m.Type));
        var known = classes.Select(c => c.Resolved.Model.FullName).ToHashSet(StringComparer.Ordinal);
        foreach (var one in classes)
        {
            var more = untold[one.Resolved.Model.FullName].Select(m => Telling(m.What)).ToList();
            yield return more.Count == 0 ? one : one with { Resolved = one.Resolved with { Tests = EquatableArray.Of(one.Resolved.Tests.Concat(more)) } };
        }

        foreach (var group in untold.Where(g => !known.Contains(g.Key)))
        {
            var type = group.First().Type;
            var place = new Place(EquatableArray<string>.Empty, 0, null);
            var model = type is null
                ? new TestClassModel("", _universe.AssemblyName, "", "", 0, place) { IsStatic = true }
                : new TestClassModel(TypeText.Namespace(type), TypeText.NameInNamespace(type), "", MethodRules.File(type, _universe), MethodRules.Line(type), place) { IsStatic = true };
            yield return new BoundClass(new ResolvedClass(model, EquatableArray<Bound>.Empty, EquatableArray<string>.Empty, EquatableArray.Of(group.Select(m => Telling(m.What)))), [], null);
        }
    }

    private static ResolvedTest Telling(Diagnostic what)
    {
        var model = new TestModel(what.Of is IAssemblySymbol or null ? "Marks" : what.Of.Name, what.Of is null ? 0 : MethodRules.Line(what.Of), null) { IsStatic = true, Broken = what.Text };
        return new ResolvedTest(model, EquatableArray<Bound>.Empty, EquatableArray<string>.Empty, what.Text);
    }

    private static string FullName(INamedTypeSymbol type) => TypeText.Namespace(type) is { Length: > 0 } space ? space + "." + TypeText.NameInNamespace(type) : TypeText.NameInNamespace(type);

    private void AddMark(Diagnostic found)
    {
        if (found.Rule.DefaultSeverity != DiagnosticSeverity.Error || found.Of is null) return;
        _marks.TryAdd(found.Of switch { IMethodSymbol method => method.OriginalDefinition, INamedTypeSymbol type => type.OriginalDefinition, var other => other }, found.Text);
    }

    private void Add(INamedTypeSymbol? type, Diagnostic found)
    {
        if (found.Rule.DefaultSeverity == DiagnosticSeverity.Error) _all.Add((type, found));
    }

    // A function within a method, which keeps its marks.
    private void CheckInner(INamedTypeSymbol type, IMethodSymbol function)
    {
        foreach (var mark in new[] { RondoNames.Test, RondoNames.Fixture })
        {
            if (RondoNames.Has(function, mark)) Add(type, Diagnostics.WrongPlace(function.Name, RondoNames.Written(mark), "a local function").At(MethodRules.At(function)));
        }
    }
}
