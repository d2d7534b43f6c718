using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers.Bodies;

/// <summary>Work whose end nobody waits for: a task that a statement drops where CS4014 says nothing, and async void.</summary>
internal static class ForgottenTasks
{
    public static void Check(Body body, ExpressionSyntax dropped)
    {
        if (LastCall(dropped) is not { } call) return;
        var function = body.FunctionAround(dropped);
        // In async methods, and there alone, the compiler says it.
        if (function is null ? body.Method.IsAsync : IsAsync(function)) return;
        if (!Body.IsTask(body.TypeOf(dropped)) || body.SymbolOf(call) is not IMethodSymbol method || IsMeant(body, method, dropped) || !body.RunsHere(dropped)) return;
        body.Report(Diagnostics.ForgottenTask(BlockingWaits.Short(dropped), body.Kind, body.Method.Name), dropped);
    }

    public static void CheckLambda(Body body, AnonymousFunctionExpressionSyntax lambda)
    {
        if (lambda.Parent is not ArgumentSyntax { Parent.Parent: { } receiver }) return;
        if (body.Model.GetTypeInfo(lambda, body.Stop).ConvertedType is not INamedTypeSymbol { Name: "Action", DelegateInvokeMethod.ReturnsVoid: true } type || !RondoNames.IsIn(type, "System")) return;
        // Parts of a test have a rule of their own (RND1075).
        if (body.SymbolOf(receiver) is { ContainingType: { } called } && RondoNames.IsIn(called, "Rondo")) return;
        body.Report(Diagnostics.AsyncVoidInside("A lambda", body.Kind, body.Method.Name, TypeText.Shown(type)), lambda.AsyncKeyword);
    }

    public static void CheckLocalFunction(Body body, LocalFunctionStatementSyntax function)
    {
        if (!IsAsync(function) || function.ReturnType is not PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword }) return;
        // Handed over as a value it is somebody's handler, and those return nothing.
        if (!body.MentionsOf(function).All(Body.IsCalled)) return;
        body.Report(Diagnostics.AsyncVoidInside("Local function '" + function.Identifier.ValueText + "'", body.Kind, body.Method.Name, null), function.Identifier);
    }

    private static bool IsAsync(SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.RawKind != 0,
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    private static InvocationExpressionSyntax? LastCall(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax call => call,
        ConditionalAccessExpressionSyntax conditional => LastCall(conditional.WhenNotNull),
        _ => null,
    };

    // Somebody else keeps an eye on the task, or there is none: what substitutes for an object in a test answers such a call with nothing to wait for.
    private static bool IsMeant(Body body, IMethodSymbol method, ExpressionSyntax dropped) =>
        (method.Name == "ContinueWith" && RondoNames.IsIn(method.ContainingType, "System", "Threading", "Tasks"))
        || RondoNames.IsIn(method.ContainingType, "Rondo", "Loops")
        || dropped.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n =>
            n.Identifier.ValueText is "Received" or "ReceivedWithAnyArgs" or "DidNotReceive" or "DidNotReceiveWithAnyArgs" && body.SymbolOf(n) is IMethodSymbol);
}
