using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.CodeFixes;

/// <summary>What several corrections write.</summary>
internal static class Syntax
{
    /// <summary><c>async Task</c> in front of a method, however it was written before.</summary>
    public static MethodDeclarationSyntax AsAsyncTask(MethodDeclarationSyntax method, TypeSyntax task)
    {
        if (!method.Modifiers.Any(SyntaxKind.AsyncKeyword))
        {
            var word = SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space);
            if (method.Modifiers.Count == 0)
            {
                word = word.WithLeadingTrivia(method.ReturnType.GetLeadingTrivia());
                method = method.WithReturnType(method.ReturnType.WithoutLeadingTrivia());
            }

            method = method.WithModifiers(method.Modifiers.Add(word));
        }

        return method.WithReturnType(task.WithTriviaFrom(method.ReturnType));
    }

    /// <summary>False where another declaration says what the method returns.</summary>
    public static bool MayChangeItsType(MethodDeclarationSyntax method) => !method.Modifiers.Any(m => m.RawKind is (int)SyntaxKind.OverrideKeyword or (int)SyntaxKind.VirtualKeyword or (int)SyntaxKind.PartialKeyword);

    /// <summary>The name of a type as it can be written at a place: short if that means it there.</summary>
    public static string Name(SemanticModel model, int position, string space, string name, int arity = 0) =>
        model.LookupNamespacesAndTypes(position, name: name).Any(s => s is INamedTypeSymbol type && type.Arity == arity && type.ContainingNamespace.ToDisplayString() == space) ? name : space + "." + name;

    public static TypeSyntax Task(SemanticModel model, int position) => SyntaxFactory.ParseTypeName(Name(model, position, "System.Threading.Tasks", "Task"));

    /// <summary>The method, local function or lambda whose code a node is.</summary>
    public static SyntaxNode? FunctionAround(SyntaxNode node) => node.Ancestors().FirstOrDefault(a => a is MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax);

    public static bool IsAsync(SyntaxNode? function) => function switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.RawKind != 0,
        _ => false,
    };

    /// <summary>Inside a lock, a filter of a catch or an unsafe block nothing can be awaited.</summary>
    public static bool MayAwait(SyntaxNode node) =>
        !node.Ancestors().TakeWhile(a => a is not (MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
            .Any(a => a is LockStatementSyntax or CatchFilterClauseSyntax or UnsafeStatementSyntax or QueryExpressionSyntax);

    public static ExpressionSyntax Await(ExpressionSyntax task, SyntaxNode inPlaceOf)
    {
        var awaited = SyntaxFactory.AwaitExpression(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), task.WithoutTrivia());
        var alone = inPlaceOf.Parent is ExpressionStatementSyntax or ArgumentSyntax or EqualsValueClauseSyntax or AssignmentExpressionSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax
            or ParenthesizedExpressionSyntax or InterpolationSyntax or LambdaExpressionSyntax or ExpressionElementSyntax;
        return (alone ? (ExpressionSyntax)awaited : SyntaxFactory.ParenthesizedExpression(awaited)).WithTriviaFrom(inPlaceOf);
    }
}
