// Reports what the generator leaves out, at its place. The same readers and resolvers decide in both, so no test is left out without an error.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;
using Rondo.Generator.Resolving;

namespace Rondo.Generator.Analyzers;

/// <summary>Checks tests, cases, marks and the graph of fixtures.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CatalogAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Diagnostics.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("Rondo.TestAttribute") is null) return;
            var compilation = start.Compilation;
            var stop = start.CancellationToken;
            var holders = new Lazy<IReadOnlyList<HolderModel>>(() => FixtureTrees.Holders(compilation, stop));
            var imports = new Lazy<ImportsModel>(() => ImportReader.Read(compilation));
            var table = new Lazy<FixtureTable>(() => new FixtureTable(holders.Value, imports.Value));
            start.RegisterSymbolAction(symbol => CheckType((INamedTypeSymbol)symbol.Symbol, symbol, holders, imports, table), SymbolKind.NamedType);
            start.RegisterSyntaxNodeAction(CheckLocalFunction, SyntaxKind.LocalFunctionStatement);
            start.RegisterSyntaxNodeAction(list => CheckAssemblyMarks(list, table), SyntaxKind.AttributeList);
        });
    }

    private static void CheckType(INamedTypeSymbol type, SymbolAnalysisContext context, Lazy<IReadOnlyList<HolderModel>> holders, Lazy<ImportsModel> imports, Lazy<FixtureTable> table)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface)) return;
        MarkRules.Check(type, context.Compilation, context.ReportDiagnostic);
        var declares = TestClassReader.FirstOwnTest(type) is not null;
        var inherits = !declares && type.TypeKind == TypeKind.Class && TestClassReader.InheritsTests(type, context.Compilation);
        var holds = HolderReader.FirstFixture(type) is not null;
        if (!declares && !inherits && !holds) return;

        var runs = Closed(type, declares || inherits, context);
        var borrowed = runs.SelectMany(one => HolderReader.Borrowed(one, context.Compilation)).ToList();
        var visible = borrowed.Count == 0 ? table.Value : new FixtureTable(holders.Value.Concat(borrowed), imports.Value);
        if (declares || inherits)
        {
            var told = new HashSet<string>(StringComparer.Ordinal);
            // What is wrong with all closed classes alike is said once.
            foreach (var one in runs) CheckTests(one, context, visible, diagnostic => ReportOnce(diagnostic, told, context));
        }

        if (holds) CheckFixtures(type, context, visible, declares || inherits);
        foreach (var fixture in borrowed.SelectMany(h => h.Fixtures.Select(f => visible.Resolved(h.FullName + "." + f.Method))))
        {
            if (fixture.Problem is { } problem) context.ReportDiagnostic(problem.At(MethodRules.At(type)));
        }
    }

    /// <summary>A generic class with its type arguments, or the class itself.</summary>
    private static IReadOnlyList<INamedTypeSymbol> Closed(INamedTypeSymbol type, bool runsTests, SymbolAnalysisContext context)
    {
        if (!RondoNames.Has(type, RondoNames.TypeCase)) return [type];
        var findings = new List<Finding>();
        var isUsed = type.Arity > 0 && runsTests && (type.IsStatic || !type.IsAbstract);
        var closed = isUsed ? TypeCases.Close(type, context.Compilation, findings) : [type];
        if (!isUsed) findings.Add(new Finding(Diagnostics.TypeCase("…", $"they stand on '{type.Name}', which is {(type.Arity == 0 ? "not generic" : runsTests ? "abstract" : "no class with tests")}"), MethodRules.At(RondoNames.Find(type, RondoNames.TypeCase), type)));
        foreach (var finding in findings) context.ReportDiagnostic(finding.Problem.At(finding.At));
        return closed;
    }

    private static void ReportOnce(Diagnostic diagnostic, HashSet<string> told, SymbolAnalysisContext context)
    {
        if (told.Add(diagnostic.ToString())) context.ReportDiagnostic(diagnostic);
    }

    private static void CheckTests(INamedTypeSymbol type, SymbolAnalysisContext context, FixtureTable table, Action<Diagnostic> report)
    {
        var read = TestClassReader.Read(type, context.Compilation);
        foreach (var finding in read.Findings) report(finding.Problem.At(finding.At));
        for (var t = 0; t < read.Tests.Count; t++)
        {
            if (SymbolEqualityComparer.Default.Equals(read.Tests[t].ContainingType, type) && DisplayNameRules.Check(read.Model.Tests[t], read.Tests[t]) is { } wrong) report(wrong.Problem.At(wrong.At));
        }

        // What an abstract class asks for is decided where it is derived from.
        if (type.IsAbstract && !type.IsStatic) return;
        CheckClocks(type, read, context, table);
        ClassResolver.Resolve(read.Model, table, (test, parameter, problem) =>
        {
            var method = test < 0 ? read.Constructor! : read.Tests[test];
            var own = SymbolEqualityComparer.Default.Equals(method.ContainingType, type);
            report(problem.At((own ? MethodRules.At(method.Parameters[parameter]) : null) ?? MethodRules.At(type)));
        });
    }

    // A wider fixture lives in real time: what it made of its clock disagrees with the test's. Of one of the whole run only data is seen, and no clock.
    private static void CheckClocks(INamedTypeSymbol type, ReadTestClass read, SymbolAnalysisContext context, FixtureTable table)
    {
        var ofAssembly = MarkReader.Read(context.Compilation.Assembly.GetAttributes(), context.Compilation.Assembly);
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
                context.ReportDiagnostic(Diagnostics.RealClock(who, wide.Name, wide.Scope).At(MethodRules.At(method.Parameters[i])));
            }
        }
    }

    private static void CheckFixtures(INamedTypeSymbol type, SymbolAnalysisContext context, FixtureTable table, bool runsTests)
    {
        var read = HolderReader.Read(type, context.Compilation);
        foreach (var finding in read.Findings) context.ReportDiagnostic(finding.Problem.At(finding.At));
        var unseen = !type.IsStatic && !type.IsAbstract && type.TypeKind == TypeKind.Class && !runsTests && !AnyNestedRunsTests(type, context.Compilation);
        for (var i = 0; i < read.Methods.Count; i++)
        {
            var method = read.Methods[i];
            if (unseen)
            {
                context.ReportDiagnostic(Diagnostics.Holder(
                    method.Name,
                    (method.IsStatic ? "a method of class '" : "an instance method of class '") + type.Name + "', which runs no tests and is not static",
                    method.IsStatic ? $"Make '{type.Name}' static." : $"Make '{method.Name}' and '{type.Name}' static, or make '{type.Name}' an abstract base of test classes.").At(MethodRules.At(method)));
            }

            if (HolderReader.IsOpenGeneric(type)) continue;
            var resolved = table.Resolved(read.Model.FullName + "." + method.Name);
            var uses = method.Parameters.Length - resolved.Needs.Count;
            for (var p = 0; p < resolved.Needs.Count; p++)
            {
                if (resolved.Needs[p].Problem is { } problem) context.ReportDiagnostic(problem.At(MethodRules.At(method.Parameters[p + uses])));
            }
        }
    }

    private static bool AnyNestedRunsTests(INamedTypeSymbol type, Compilation compilation) => type.GetTypeMembers().Any(nested =>
        TestClassReader.FirstOwnTest(nested) is not null || TestClassReader.InheritsTests(nested, compilation) || AnyNestedRunsTests(nested, compilation));

    private static void CheckLocalFunction(SyntaxNodeAnalysisContext context)
    {
        if (((LocalFunctionStatementSyntax)context.Node).AttributeLists.Count == 0 || context.SemanticModel.GetDeclaredSymbol(context.Node, context.CancellationToken) is not IMethodSymbol function) return;
        foreach (var mark in new[] { RondoNames.Test, RondoNames.Fixture })
        {
            if (RondoNames.Has(function, mark)) context.ReportDiagnostic(Diagnostics.WrongPlace(function.Name, RondoNames.Written(mark), "a local function").At(MethodRules.At(function)));
        }
    }

    private static void CheckAssemblyMarks(SyntaxNodeAnalysisContext context, Lazy<FixtureTable> table)
    {
        if (context.Node is not AttributeListSyntax { Target.Identifier.RawKind: (int)SyntaxKind.AssemblyKeyword } list) return;
        var attributes = context.SemanticModel.Compilation.Assembly.GetAttributes();
        var inForce = MarkReader.Read(attributes, context.SemanticModel.Compilation.Assembly);
        var here = attributes.Where(a => a.ApplicationSyntaxReference is { } at && at.SyntaxTree == list.SyntaxTree && list.Span.Contains(at.Span)).ToList();
        MarkRules.Check(here, "the assembly", inForce, context.SemanticModel.Compilation.Assembly, context.ReportDiagnostic);
        if (here.Exists(a => RondoNames.Mark(a) == RondoNames.FixturesFrom)) CheckImports(here, context, table.Value);
    }

    // A library's own faults have no place here but the mark that names it.
    private static void CheckImports(List<AttributeData> here, SyntaxNodeAnalysisContext context, FixtureTable table)
    {
        var compilation = context.SemanticModel.Compilation;
        foreach (var import in ImportReader.ReadAll(compilation).Where(i => here.Contains(i.Mark)))
        {
            var at = MethodRules.At(import.Mark, compilation.Assembly);
            foreach (var problem in import.Problems) context.ReportDiagnostic(problem.At(at));
            if (import.Model is not { Place.Library: not null } model) continue;
            foreach (var fixture in model.Fixtures)
            {
                if (table.Resolved(model.FullName + "." + fixture.Method).Problem is { } problem) context.ReportDiagnostic(problem.At(at));
            }
        }
    }
}
