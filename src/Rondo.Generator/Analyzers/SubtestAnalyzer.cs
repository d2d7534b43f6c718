using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers;

/// <summary>Finds async code that is given to <c>Subtests.Run</c>, which takes synchronous code: as an <c>Action</c> it would be async void.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SubtestAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Diagnostics.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        // By syntax first: calls named Run with two arguments are few.
        context.RegisterSyntaxNodeAction(Check, SyntaxKind.InvocationExpression);
    }

    private static void Check(SyntaxNodeAnalysisContext context)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (call is not { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Run" } access, ArgumentList.Arguments.Count: 2 }) return;
        if (context.SemanticModel.GetOperation(call, context.CancellationToken) is not IInvocationOperation { TargetMethod.ContainingType: { Name: "Subtests" } type } operation || !RondoNames.IsIn(type, "Rondo")) return;
        foreach (var argument in operation.Arguments)
        {
            if (argument.Value is not IDelegateCreationOperation { Target: var target }) continue;
            var code = target switch
            {
                IAnonymousFunctionOperation { Symbol.IsAsync: true } => "lambda",
                IMethodReferenceOperation { Method: { IsAsync: true } method } => "method '" + method.Name + "'",
                _ => null,
            };
            if (code is not null) context.ReportDiagnostic(Diagnostics.AsyncPart(code, access.Expression.ToString()).At(argument.Syntax.GetLocation()));
        }
    }
}
