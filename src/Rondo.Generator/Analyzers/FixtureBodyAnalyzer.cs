using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers;

/// <summary>Looks into fixtures: is <c>use</c> called exactly once, are AsyncLocal values lost. Reports only what is certain; the rest is checked when it runs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FixtureBodyAnalyzer : DiagnosticAnalyzer
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
            if (start.Compilation.GetTypeByMetadataName("Rondo.FixtureAttribute") is null) return;
            // Not an operation block action: that would build the operations of every method of the project, and fixtures are few.
            start.RegisterSyntaxNodeAction(CheckMethod, SyntaxKind.MethodDeclaration);
        });
    }

    private static void CheckMethod(SyntaxNodeAnalysisContext context)
    {
        var declaration = (MethodDeclarationSyntax)context.Node;
        if (declaration.AttributeLists.Count == 0 || (declaration.Body is null && declaration.ExpressionBody is null)) return;
        if (context.ContainingSymbol is not IMethodSymbol method || !RondoNames.Has(method, RondoNames.Fixture)) return;
        if (context.SemanticModel.GetOperation(declaration, context.CancellationToken) is not IMethodBodyOperation operation) return;
        if ((operation.BlockBody ?? operation.ExpressionBody) is not { } body) return;
        if (method.Parameters.Length > 0 && RondoNames.IsUse(method.Parameters[0].Type)) CheckUse(method, method.Parameters[0], body, context.ReportDiagnostic);
        // From a fixture of the whole run nothing flows, in whatever shape it is written.
        else if (method.IsAsync && !(RondoNames.Find(method, RondoNames.Fixture)?.ConstructorArguments is [var scope] && MarkReader.EnumMember(scope) == "Run")) CheckAsyncLocals(method, body, context.ReportDiagnostic);
    }

    private static void CheckUse(IMethodSymbol method, IParameterSymbol use, IOperation body, Action<Diagnostic> report)
    {
        var references = body.Descendants().OfType<IParameterReferenceOperation>().Where(r => SymbolEqualityComparer.Default.Equals(r.Parameter, use)).ToList();
        if (references.Count == 0)
        {
            // A stub that only throws says so by itself.
            if (((IBlockOperation)body).Operations.LastOrDefault() is not { } last || !Throws(last)) report(Diagnostics.UseNever(method.Name, use.Name).At(MethodRules.At(use)));
            return;
        }

        var calls = references.Where(r => r.Parent is IInvocationOperation call && call.Instance == r && IsUnconditional(call, body)).ToList();
        if (calls.Count > 1) report(Diagnostics.UseTwice(method.Name, use.Name).At(calls[1].Parent!.Syntax.GetLocation()));
    }

    private static bool Throws(IOperation statement) => statement is IThrowOperation
        || (statement is IExpressionStatementOperation { Operation: IThrowOperation })
        || (statement is IReturnOperation { ReturnedValue: { } value } && (value is IThrowOperation || value is IConversionOperation { Operand: IThrowOperation }));

    // Only what runs whenever the body runs: blocks, using, lock, the tried part and the finally.
    private static bool IsUnconditional(IOperation operation, IOperation body)
    {
        for (var at = operation; at.Parent is { } parent; at = parent)
        {
            if (at == body) return true;
            var passes = parent switch
            {
                IBlockOperation or IUsingOperation or ILockOperation or ILabeledOperation or IExpressionStatementOperation or IAwaitOperation or IReturnOperation
                    or IParenthesizedOperation or IConversionOperation or ISimpleAssignmentOperation or IArgumentOperation or IInvocationOperation
                    or IVariableInitializerOperation or IVariableDeclaratorOperation or IVariableDeclarationOperation or IVariableDeclarationGroupOperation => true,
                ITryOperation attempt => attempt.Body == at || attempt.Finally == at,
                _ => false,
            };
            if (!passes) return false;
        }

        return true;
    }

    private static void CheckAsyncLocals(IMethodSymbol method, IOperation body, Action<Diagnostic> report)
    {
        foreach (var assignment in body.Descendants().OfType<ISimpleAssignmentOperation>())
        {
            if (assignment.Target is not IPropertyReferenceOperation { Property: { Name: "Value", ContainingType: { Name: "AsyncLocal", Arity: 1 } local } } target) continue;
            if (!RondoNames.IsIn(local, "System", "Threading") || IsInsideFunction(assignment, body)) continue;
            var value = method.ReturnType is INamedTypeSymbol { TypeArguments: [var only] } ? TypeText.Shown(only) : "T";
            var name = target.Instance switch
            {
                IMemberReferenceOperation member => member.Member.Name,
                ILocalReferenceOperation variable => variable.Local.Name,
                _ => TypeText.Shown(local),
            };
            report(Diagnostics.AsyncLocalLost(method.Name, name, value).At(assignment.Syntax.GetLocation()));
        }
    }

    private static bool IsInsideFunction(IOperation operation, IOperation body)
    {
        for (var at = operation; at is not null && at != body; at = at.Parent)
        {
            if (at is IAnonymousFunctionOperation or ILocalFunctionOperation) return true;
        }

        return false;
    }
}
