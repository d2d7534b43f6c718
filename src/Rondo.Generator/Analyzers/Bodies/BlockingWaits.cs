using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers.Bodies;

/// <summary>What stops the thread of a loop: blocking on a task that need not be complete, and Thread.Sleep.</summary>
internal static class BlockingWaits
{
    public static void Check(Body body, MemberAccessExpressionSyntax access)
    {
        if (!body.IsAsynchronous) return;
        var call = access.Parent is InvocationExpressionSyntax invocation && invocation.Expression == access ? invocation : null;
        ExpressionSyntax? awaited = null;
        switch (access.Name.Identifier.ValueText)
        {
            case "Result" when call is null:
                awaited = access.Expression;
                break;
            // With a limit it is a wait that ends; docs/loops.md calls it honest.
            case "Wait" when call is { ArgumentList.Arguments.Count: 0 }:
                awaited = access.Expression;
                break;
            case "GetResult" when call is { ArgumentList.Arguments.Count: 0 } && access.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetAwaiter" } awaiter }:
                awaited = awaiter.Expression;
                break;
            case "WaitAll" or "WaitAny" when call is not null:
                CheckSeveral(body, access, call);
                return;
        }

        if (awaited is null || !MayBePending(body, awaited = Bare(awaited)) || !Body.IsTask(body.TypeOf(awaited)) || Allowed(body, access)) return;
        body.Report(Diagnostics.BlockingWait(Shown(access, call), body.Kind, body.Method.Name, "await " + Short(awaited)), (ExpressionSyntax?)call ?? access);
    }

    public static void CheckSleep(Body body, MemberAccessExpressionSyntax access)
    {
        if (access.Parent is not InvocationExpressionSyntax { ArgumentList.Arguments: [var length] } call || call.Expression != access) return;
        if (body.SymbolOf(call) is not IMethodSymbol { Name: "Sleep", ContainingType: { Name: "Thread" } type } || !RondoNames.IsIn(type, "System", "Threading")) return;
        // Sleep(0) gives the processor away and returns.
        if (body.Model.GetConstantValue(length.Expression, body.Stop) is { HasValue: true, Value: 0 } || !body.RunsHere(access)) return;
        body.Report(Diagnostics.Sleeps(body.Kind, body.Method.Name), call);
    }

    private static void CheckSeveral(Body body, MemberAccessExpressionSyntax access, InvocationExpressionSyntax call)
    {
        if (body.SymbolOf(call) is not IMethodSymbol { IsStatic: true, Parameters.Length: 1 } method || !RondoNames.IsTask(method.ContainingType, 0)) return;
        if (!call.ArgumentList.Arguments.Any(a => MayBePending(body, Bare(a.Expression))) || Allowed(body, access)) return;
        var instead = access.Name.Identifier.ValueText == "WaitAll" ? "await Task.WhenAll(…)" : "await Task.WhenAny(…)";
        body.Report(Diagnostics.BlockingWait("Task." + method.Name, body.Kind, body.Method.Name, instead), call);
    }

    // Who allows blocking waits by a mark has thought of them.
    private static bool Allowed(Body body, SyntaxNode at) => body.Marks.RunsOnPool || body.Marks.Waits is "Allow" or "Warn" || !body.RunsHere(at);

    // Certain only for a task that was made just now: by a call in place, or by the statement before.
    private static bool MayBePending(Body body, ExpressionSyntax awaited) => awaited switch
    {
        InvocationExpressionSyntax call => body.SymbolOf(call) is IMethodSymbol method && !IsCompleteOrElsewhere(method),
        ArrayCreationExpressionSyntax { Initializer: { } initializer } => initializer.Expressions.Any(e => MayBePending(body, Bare(e))),
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions.Any(e => MayBePending(body, Bare(e))),
        CollectionExpressionSyntax list => list.Elements.OfType<ExpressionElementSyntax>().Any(e => MayBePending(body, Bare(e.Expression))),
        IdentifierNameSyntax name => MadeJustBefore(body, name) is { } made && MayBePending(body, Bare(made)),
        _ => false,
    };

    private static bool IsCompleteOrElsewhere(IMethodSymbol made)
    {
        if (made.ContainingType is not { } type || !RondoNames.IsIn(type, "System", "Threading", "Tasks")) return false;
        // Task.Run and its like end without the loop: a wait for them is honest. The From… methods give a task that has ended.
        return type.Name == "TaskFactory" || (type.Name is "Task" or "ValueTask" && made.IsStatic && made.Name is not ("Delay" or "WhenAll" or "WhenAny"));
    }

    private static ExpressionSyntax? MadeJustBefore(Body body, IdentifierNameSyntax name)
    {
        if (body.SymbolOf(name) is not ILocalSymbol { DeclaringSyntaxReferences: [var reference] }) return null;
        if (reference.GetSyntax(body.Stop) is not VariableDeclaratorSyntax { Initializer.Value: { } value, Parent.Parent: LocalDeclarationStatementSyntax declared }) return null;
        if (declared.Parent is not BlockSyntax block || block.Statements.IndexOf(declared) is var at && at + 1 >= block.Statements.Count) return null;
        var next = block.Statements[at + 1];
        if (!next.Span.Contains(name.Span)) return null;
        // A first mention only: whoever asked before whether it is complete, or awaited it, knows.
        return next.DescendantNodes().OfType<IdentifierNameSyntax>().First(n => n.Identifier.ValueText == name.Identifier.ValueText) == name ? value : null;
    }

    private static ExpressionSyntax Bare(ExpressionSyntax task) => task switch
    {
        ParenthesizedExpressionSyntax inner => Bare(inner.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait" or "AsTask" } wrapped } => Bare(wrapped.Expression),
        _ => task,
    };

    private static string Shown(MemberAccessExpressionSyntax access, InvocationExpressionSyntax? call) => access.Name.Identifier.ValueText switch
    {
        "GetResult" => ".GetAwaiter().GetResult()",
        var name => "." + name + (call is null ? "" : "()"),
    };

    internal static string Short(ExpressionSyntax expression)
    {
        var text = expression.ToString();
        return text.Length <= 60 && text.IndexOf('\n') < 0 ? text : "…";
    }
}
