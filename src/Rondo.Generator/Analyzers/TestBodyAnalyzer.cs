// Warns about code in tests and fixtures that compiles and runs, but seldom as it is meant. A warning where nothing is wrong costs more than one that is
// missing, so each rule reports what is certain by the look of the body alone; docs/errors says for each what it does not see.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Rondo.Generator.Analyzers.Bodies;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers;

/// <summary>Looks into tests and fixtures for blocking waits, sleeps, forgotten tasks, real time under virtual time, and statics that tests which overlap share.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TestBodyAnalyzer : DiagnosticAnalyzer
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
            var ofAssembly = new Lazy<MarkSet>(() => MarkReader.Read(compilation.Assembly.GetAttributes(), compilation.Assembly));
            start.RegisterSyntaxNodeAction(node => CheckMethod(node, ofAssembly), SyntaxKind.MethodDeclaration);
        });
    }

    private static void CheckMethod(SyntaxNodeAnalysisContext context, Lazy<MarkSet> ofAssembly)
    {
        var declaration = (MethodDeclarationSyntax)context.Node;
        if (declaration.AttributeLists.Count == 0) return;
        if (((SyntaxNode?)declaration.Body ?? declaration.ExpressionBody) is not { } root) return;
        if (context.ContainingSymbol is not IMethodSymbol method) return;
        var isTest = RondoNames.Has(method, RondoNames.Test);
        if (!isTest && !RondoNames.Has(method, RondoNames.Fixture)) return;

        var body = new Body(root, method, isTest, context.SemanticModel, ofAssembly, context.ReportDiagnostic, context.CancellationToken);
        if (root is ArrowExpressionClauseSyntax arrow && method.ReturnsVoid) ForgottenTasks.Check(body, arrow.Expression);
        // By syntax first: the compiler binds nothing of a body in which no word of these rules stands.
        foreach (var node in root.DescendantNodes())
        {
            switch (node)
            {
                case MemberAccessExpressionSyntax access:
                    CheckName(body, access);
                    break;
                case ExpressionStatementSyntax statement:
                    ForgottenTasks.Check(body, statement.Expression);
                    break;
                case AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: not 0 } lambda:
                    ForgottenTasks.CheckLambda(body, lambda);
                    break;
                case LocalFunctionStatementSyntax function:
                    ForgottenTasks.CheckLocalFunction(body, function);
                    break;
                case BaseObjectCreationExpressionSyntax creation:
                    RealTime.CheckCreation(body, creation);
                    break;
                case AssignmentExpressionSyntax assignment:
                    SharedStatics.Check(body, assignment.Left);
                    break;
                case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } counted:
                    SharedStatics.Check(body, counted.Operand);
                    break;
                case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } counted:
                    SharedStatics.Check(body, counted.Operand);
                    break;
            }
        }
    }

    private static void CheckName(Body body, MemberAccessExpressionSyntax access)
    {
        switch (access.Name.Identifier.ValueText)
        {
            case "Result" or "Wait" or "GetResult" or "WaitAll" or "WaitAny":
                BlockingWaits.Check(body, access);
                break;
            case "Sleep":
                BlockingWaits.CheckSleep(body, access);
                break;
            case "Now" or "UtcNow" or "Today" or "StartNew" or "GetTimestamp" or "Delay":
                RealTime.CheckMember(body, access);
                break;
        }
    }
}
