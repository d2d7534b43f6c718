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
            start.RegisterSymbolAction(symbol => CatalogChecks.CheckType((INamedTypeSymbol)symbol.Symbol, symbol.Compilation, symbol.ReportDiagnostic, holders, imports, table), SymbolKind.NamedType);
            start.RegisterSyntaxNodeAction(CheckLocalFunction, SyntaxKind.LocalFunctionStatement);
            start.RegisterSyntaxNodeAction(list => CheckAssemblyMarks(list, table), SyntaxKind.AttributeList);
        });
    }

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
        CatalogChecks.CheckAssembly(here, inForce, context.SemanticModel.Compilation, context.ReportDiagnostic, table);
    }
}
