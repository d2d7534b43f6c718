using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.Generator.Analyzers.Bodies;

/// <summary>Writes of statics in tests that run at once in one process.</summary>
internal static class SharedStatics
{
    public static void Check(Body body, ExpressionSyntax target)
    {
        if (target is not (IdentifierNameSyntax or MemberAccessExpressionSyntax) || !Overlaps(body)) return;
        if (body.SymbolOf(target) is not { IsStatic: true } symbol || !Holds(symbol, body) || IsLocked(target, body.Root) || !body.Told.Add(symbol)) return;
        body.Report(Diagnostics.SharedStatic(body.Method.Name, symbol is IFieldSymbol ? "field" : "property", symbol.Name), target);
    }

    private static bool Overlaps(Body body) => body.IsTest && body.IsAsynchronous && body.Marks is { Window: > 1, Serial: false, RunsOnPool: false, Dispatcher: null or { Key.Length: 0 } };

    // Of this project only, and no property with a body: what lies behind one may belong to the flow of the test, as CultureInfo.CurrentCulture does.
    private static bool Holds(ISymbol symbol, Body body) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, body.Model.Compilation.Assembly) && symbol switch
    {
        IFieldSymbol => true,
        IPropertySymbol => symbol.DeclaringSyntaxReferences is [var reference] && reference.GetSyntax(body.Stop) is PropertyDeclarationSyntax { AccessorList: { } accessors }
            && accessors.Accessors.All(a => a.Body is null && a.ExpressionBody is null),
        _ => false,
    };

    private static bool IsLocked(SyntaxNode node, SyntaxNode root)
    {
        for (var at = node.Parent; at is not null && at != root; at = at.Parent)
        {
            if (at is LockStatementSyntax) return true;
        }

        return false;
    }
}
