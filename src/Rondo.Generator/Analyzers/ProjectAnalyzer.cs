using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers;

/// <summary>Looks for what would keep a test program's tests from running: another entry point, attributes of other frameworks. Silent in libraries.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ProjectAnalyzer : DiagnosticAnalyzer
{
    // Attribute -> what to write instead.
    private static readonly Dictionary<string, Dictionary<string, string>> s_foreign = new(StringComparer.Ordinal)
    {
        ["Xunit"] = new(StringComparer.Ordinal)
        {
            ["FactAttribute"] = "Test",
            ["TheoryAttribute"] = "Test",
            ["InlineDataAttribute"] = "Case(…)",
            ["MemberDataAttribute"] = "CasesFrom(nameof(…))",
            ["ClassDataAttribute"] = "CasesFrom(typeof(…), nameof(…))",
        },
        ["NUnit.Framework"] = new(StringComparer.Ordinal)
        {
            ["TestAttribute"] = "Rondo.Test",
            ["TestCaseAttribute"] = "Test, Case(…)",
            ["TestCaseSourceAttribute"] = "Test, CasesFrom(nameof(…))",
            ["TheoryAttribute"] = "Test",
            ["SetUpAttribute"] = "Fixture(AutoUse = true)",
            ["TearDownAttribute"] = "Fixture(AutoUse = true)",
            ["OneTimeSetUpAttribute"] = "Fixture(FixtureScope.Class, AutoUse = true)",
            ["OneTimeTearDownAttribute"] = "Fixture(FixtureScope.Class, AutoUse = true)",
            ["IgnoreAttribute"] = "Skip(…)",
            ["ExplicitAttribute"] = "Rondo.Explicit(…)",
            ["RetryAttribute"] = "Rondo.Retry(…)",
            ["RepeatAttribute"] = "Rondo.Repeat(…)",
        },
        ["Microsoft.VisualStudio.TestTools.UnitTesting"] = new(StringComparer.Ordinal)
        {
            ["TestMethodAttribute"] = "Test",
            ["DataTestMethodAttribute"] = "Test",
            ["DataRowAttribute"] = "Case(…)",
            ["DynamicDataAttribute"] = "CasesFrom(nameof(…))",
            ["TestInitializeAttribute"] = "Fixture(AutoUse = true)",
            ["TestCleanupAttribute"] = "Fixture(AutoUse = true)",
            ["ClassInitializeAttribute"] = "Fixture(FixtureScope.Class, AutoUse = true)",
            ["ClassCleanupAttribute"] = "Fixture(FixtureScope.Class, AutoUse = true)",
            ["AssemblyInitializeAttribute"] = "Fixture(FixtureScope.Worker, AutoUse = true)",
            ["AssemblyCleanupAttribute"] = "Fixture(FixtureScope.Worker, AutoUse = true)",
            ["IgnoreAttribute"] = "Skip(…)",
            ["RetryAttribute"] = "Rondo.Retry(…)",
        },
        ["TUnit.Core"] = new(StringComparer.Ordinal)
        {
            ["TestAttribute"] = "Rondo.Test",
            ["ArgumentsAttribute"] = "Case(…)",
            ["MethodDataSourceAttribute"] = "CasesFrom(nameof(…))",
            ["BeforeAttribute"] = "Fixture(AutoUse = true)",
            ["AfterAttribute"] = "Fixture(AutoUse = true)",
            ["SkipAttribute"] = "Rondo.Skip(…)",
            ["NotInParallelAttribute"] = "Serial",
            ["ExplicitAttribute"] = "Rondo.Explicit(…)",
            ["RetryAttribute"] = "Rondo.Retry(…)",
            ["RepeatAttribute"] = "Rondo.Repeat(…)",
        },
    };

    // Interfaces of xUnit that do something for the tests of a class -> what to do instead.
    private static readonly Dictionary<string, string> s_interfaces = new(StringComparer.Ordinal)
    {
        ["IAsyncLifetime"] = "Write an instance fixture, [Fixture(AutoUse = true)], that does it around 'await use(this)'",
        ["IClassFixture"] = "Give the value by a fixture of FixtureScope.Class and ask for it by parameter",
    };

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Diagnostics.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (!EntryPointOptions.Read(start.Options.AnalyzerConfigOptionsProvider.GlobalOptions).IsWanted) return;
            start.RegisterSyntaxNodeAction(CheckFile, SyntaxKind.CompilationUnit);
            start.RegisterSymbolAction(CheckMethod, SymbolKind.Method);
            start.RegisterSymbolAction(CheckClass, SymbolKind.NamedType);
        });
    }

    private static void CheckMethod(SymbolAnalysisContext context)
    {
        foreach (var attribute in context.Symbol.GetAttributes())
        {
            for (var type = attribute.AttributeClass; type is not null; type = type.BaseType)
            {
                var space = TypeText.Namespace(type);
                if (!s_foreign.TryGetValue(space, out var known) || !known.TryGetValue(type.Name, out var instead)) continue;
                if (!IsAmbiguous(attribute)) context.ReportDiagnostic(Diagnostics.Foreign(context.Symbol.Name, RondoNames.Written(attribute.AttributeClass!.Name), space, instead).At(MethodRules.At(attribute, context.Symbol)));
                break;
            }
        }
    }

    private static void CheckClass(SymbolAnalysisContext context)
    {
        if (context.Symbol is not INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: false } type) return;
        foreach (var contract in type.AllInterfaces)
        {
            if (!s_interfaces.TryGetValue(contract.Name, out var instead) || TypeText.Namespace(contract) != "Xunit" || !HasTests(type)) continue;
            context.ReportDiagnostic(Diagnostics.ForeignInterface(type.Name, contract.Name, "Xunit", instead).At(type.Locations[0]));
        }
    }

    private static bool HasTests(INamedTypeSymbol type)
    {
        for (var one = type; one is not null; one = one.BaseType)
        {
            if (one.GetMembers().Any(m => m is IMethodSymbol && RondoNames.Has(m, RondoNames.Test))) return true;
        }

        return false;
    }

    // The compiler takes one of two candidates then, and CheckFile says what to do.
    private static bool IsAmbiguous(AttributeData attribute) =>
        attribute.AttributeConstructor is null || attribute.AttributeClass is { TypeKind: TypeKind.Error };

    private static void CheckFile(SyntaxNodeAnalysisContext context)
    {
        var unit = (CompilationUnitSyntax)context.Node;
        if (unit.Members.FirstOrDefault(m => m is GlobalStatementSyntax) is { } statement)
            context.ReportDiagnostic(Diagnostics.TopLevelStatements().At(statement.GetLocation()));

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var attribute in unit.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax or MethodDeclarationSyntax or AttributeListSyntax).OfType<AttributeSyntax>())
        {
            var name = attribute.Name.ToString();
            if (seen.Contains(name)) continue;
            var info = context.SemanticModel.GetSymbolInfo(attribute.Name, context.CancellationToken);
            if (info.CandidateReason != CandidateReason.Ambiguous) continue;
            var spaces = info.CandidateSymbols.Select(c => TypeText.Namespace(c is IMethodSymbol constructor ? constructor.ContainingType : c)).ToList();
            if (!spaces.Contains("Rondo") || spaces.Find(s_foreign.ContainsKey) is not { } other || !seen.Add(name)) continue;
            context.ReportDiagnostic(Diagnostics.TwoFrameworks(other, name).At(attribute.GetLocation()));
        }
    }
}
