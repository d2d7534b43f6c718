using Rondo.Generator.Model;
using Rondo.Generator.Reading;
using Rondo.Generator.Resolving;

namespace Rondo.Generator.Analyzers;

/// <summary>What is wrong with tests, fixtures and marks of a type or of the assembly, each at its place. Rondo.Reflection asks it too: there what is wrong makes tests fail.</summary>
internal static class CatalogChecks
{
    public static void CheckType(INamedTypeSymbol type, Compilation compilation, Action<Diagnostic> report, Lazy<IReadOnlyList<HolderModel>> holders, Lazy<ImportsModel> imports, Lazy<FixtureTable> table)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface)) return;
        MarkRules.Check(type, compilation, report);
        var declares = TestClassReader.FirstOwnTest(type) is not null;
        var inherits = !declares && type.TypeKind == TypeKind.Class && TestClassReader.InheritsTests(type, compilation);
        var holds = HolderReader.FirstFixture(type) is not null;
        if (!declares && !inherits && !holds) return;

        var runs = Closed(type, declares || inherits, compilation, report);
        var borrowed = runs.SelectMany(one => HolderReader.Borrowed(one, compilation)).ToList();
        var visible = borrowed.Count == 0 ? table.Value : new FixtureTable(holders.Value.Concat(borrowed), imports.Value);
        if (declares || inherits)
        {
            var told = new HashSet<string>(StringComparer.Ordinal);
            // What is wrong with all closed classes alike is said once.
            foreach (var one in runs) CheckTests(one, compilation, visible, diagnostic => ReportOnce(diagnostic, told, report));
        }

        if (holds) CheckFixtures(type, compilation, report, visible, declares || inherits);
        foreach (var fixture in borrowed.SelectMany(h => h.Fixtures.Select(f => visible.Resolved(h.FullName + "." + f.Method))))
        {
            if (fixture.Problem is { } problem) report(problem.At(MethodRules.At(type)));
        }
    }

    /// <summary>A generic class with its type arguments, or the class itself.</summary>
    private static IReadOnlyList<INamedTypeSymbol> Closed(INamedTypeSymbol type, bool runsTests, Compilation compilation, Action<Diagnostic> report)
    {
        if (!RondoNames.Has(type, RondoNames.TypeCase)) return [type];
        var findings = new List<Finding>();
        var isUsed = type.Arity > 0 && runsTests && (type.IsStatic || !type.IsAbstract);
        var closed = isUsed ? TypeCases.Close(type, compilation, findings) : [type];
        if (!isUsed) findings.Add(new Finding(Diagnostics.TypeCase("…", $"they stand on '{type.Name}', which is {(type.Arity == 0 ? "not generic" : runsTests ? "abstract" : "no class with tests")}"), MethodRules.At(RondoNames.Find(type, RondoNames.TypeCase), type)));
        foreach (var finding in findings) report(finding.Problem.At(finding.At));
        return closed;
    }

    private static void ReportOnce(Diagnostic diagnostic, HashSet<string> told, Action<Diagnostic> report)
    {
        if (told.Add(diagnostic.ToString())) report(diagnostic);
    }

    private static void CheckTests(INamedTypeSymbol type, Compilation compilation, FixtureTable table, Action<Diagnostic> report)
    {
        var read = TestClassReader.Read(type, compilation);
        foreach (var finding in read.Findings) report(finding.Problem.At(finding.At));
        for (var t = 0; t < read.Tests.Count; t++)
        {
            if (SymbolEqualityComparer.Default.Equals(read.Tests[t].ContainingType, type) && DisplayNameRules.Check(read.Model.Tests[t], read.Tests[t]) is { } wrong) report(wrong.Problem.At(wrong.At));
        }

        // What an abstract class asks for is decided where it is derived from.
        if (type.IsAbstract && !type.IsStatic) return;
        CheckClocks(type, read, compilation, report, table);
        ClassResolver.Resolve(read.Model, table, (test, parameter, problem) =>
        {
            var method = test < 0 ? read.Constructor! : read.Tests[test];
            var own = SymbolEqualityComparer.Default.Equals(method.ContainingType, type);
            report(problem.At((own ? MethodRules.At(method.Parameters[parameter]) : null) ?? MethodRules.At(type)));
        });
    }

    // A wider fixture lives in real time: what it made of its clock disagrees with the test's. Of one of the whole run only data is seen, and no clock.
    private static void CheckClocks(INamedTypeSymbol type, ReadTestClass read, Compilation compilation, Action<Diagnostic> report, FixtureTable table)
    {
        var ofAssembly = MarkReader.Read(compilation.Assembly.GetAttributes(), compilation.Assembly);
        var any = false;
        for (var t = 0; t < read.Model.Tests.Count; t++)
        {
            var test = read.Model.Tests[t];
            var marks = test.Marks.Over(read.Model.Marks).Over(ofAssembly);
            if (!marks.VirtualTime || marks.Backend == "ThreadPool" || test.Returns == ReturnKind.Void || test.Broken is not null) continue;
            any = true;
            if (SymbolEqualityComparer.Default.Equals(read.Tests[t].ContainingType, type)) Check($"Test '{test.Name}'", test.Parameters, test.IsArgument, read.Tests[t]);
        }

        if (any && read.Constructor is { } constructor && read.Model.Constructor is { } parameters) Check($"A test of '{read.Model.TypeName}'", parameters, static _ => false, constructor);

        void Check(string who, EquatableArray<ParameterModel> parameters, Func<int, bool> isArgument, IMethodSymbol method)
        {
            for (var i = 0; i < parameters.Count; i++)
            {
                if (isArgument(i) || table.Find(who, parameters[i], read.Model.Place, null).Fixture is not { } fixture) continue;
                if (table.PathTo(fixture, f => f.Fixture.Scope is not ("Test" or "Run") && table.Resolved(f.Key).Needs.Exists(n => n.BuiltIn == "TimeProvider")) is not { } path) continue;
                var wide = path[path.Count - 1].Fixture;
                report(Diagnostics.RealClock(who, wide.Name, wide.Scope).At(MethodRules.At(method.Parameters[i])));
            }
        }
    }

    private static void CheckFixtures(INamedTypeSymbol type, Compilation compilation, Action<Diagnostic> report, FixtureTable table, bool runsTests)
    {
        var read = HolderReader.Read(type, compilation);
        foreach (var finding in read.Findings) report(finding.Problem.At(finding.At));
        var unseen = !type.IsStatic && !type.IsAbstract && type.TypeKind == TypeKind.Class && !runsTests && !AnyNestedRunsTests(type, compilation);
        for (var i = 0; i < read.Methods.Count; i++)
        {
            var method = read.Methods[i];
            if (unseen)
            {
                report(Diagnostics.Holder(
                    method.Name,
                    (method.IsStatic ? "a method of class '" : "an instance method of class '") + type.Name + "', which runs no tests and is not static",
                    method.IsStatic ? $"Make '{type.Name}' static." : $"Make '{method.Name}' and '{type.Name}' static, or make '{type.Name}' an abstract base of test classes.").At(MethodRules.At(method)));
            }

            if (HolderReader.IsOpenGeneric(type)) continue;
            var resolved = table.Resolved(read.Model.FullName + "." + method.Name);
            var uses = method.Parameters.Length - resolved.Needs.Count;
            for (var p = 0; p < resolved.Needs.Count; p++)
            {
                if (resolved.Needs[p].Problem is { } problem) report(problem.At(MethodRules.At(method.Parameters[p + uses])));
            }
        }
    }

    private static bool AnyNestedRunsTests(INamedTypeSymbol type, Compilation compilation) => type.GetTypeMembers().Any(nested =>
        TestClassReader.FirstOwnTest(nested) is not null || TestClassReader.InheritsTests(nested, compilation) || AnyNestedRunsTests(nested, compilation));

    /// <summary>Marks of the assembly.</summary>
    /// <param name="here">Those to look at.</param>
    public static void CheckAssembly(List<AttributeData> here, MarkSet inForce, Compilation compilation, Action<Diagnostic> report, Lazy<FixtureTable> table)
    {
        MarkRules.Check(here, "the assembly", inForce, compilation.Assembly, report);
        if (here.Exists(a => RondoNames.Mark(a) == RondoNames.FixturesFrom)) CheckImports(here, compilation, report, table.Value);
    }

    // A library's own faults have no place here but the mark that names it.
    private static void CheckImports(List<AttributeData> here, Compilation compilation, Action<Diagnostic> report, FixtureTable table)
    {
        foreach (var import in ImportReader.ReadAll(compilation).Where(i => here.Contains(i.Mark)))
        {
            var at = MethodRules.At(import.Mark, compilation.Assembly);
            foreach (var problem in import.Problems) report(problem.At(at));
            if (import.Model is not { Place.Library: not null } model) continue;
            foreach (var fixture in model.Fixtures)
            {
                if (table.Resolved(model.FullName + "." + fixture.Method).Problem is { } problem) report(problem.At(at));
            }
        }
    }
}
