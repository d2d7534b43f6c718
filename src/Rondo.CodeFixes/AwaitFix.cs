using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Rondo.CodeFixes;

/// <summary>Awaits what a test blocks on, sleeps for, or forgets.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class AwaitFix : EditingFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["RND1100", "RND1101", "RND1102"];

    protected override string? Title(string code, SyntaxNode node, SemanticModel model)
    {
        if (node is not ExpressionSyntax expression || !Syntax.MayAwait(node)) return null;
        var function = Syntax.FunctionAround(node);
        return code switch
        {
            "RND1100" when Syntax.IsAsync(function) && Awaited(expression) is not null => "Await it",
            "RND1101" when Syntax.IsAsync(function) && node.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax => "Await Task.Delay",
            "RND1102" when function is MethodDeclarationSyntax method && IsVoid(method) && Syntax.MayChangeItsType(method) && node is InvocationExpressionSyntax => "Await it, and make the test 'async Task'",
            _ => null,
        };
    }

    protected override void Edit(string code, SyntaxNode node, SemanticModel model, SyntaxEditor editor)
    {
        if (code == "RND1101")
        {
            var length = ((InvocationExpressionSyntax)node).ArgumentList.Arguments[0].ToString();
            var delay = Syntax.Name(model, node.SpanStart, "System.Threading.Tasks", "Task") + ".Delay(" + length + (Token(node, model) is { } token ? ", " + token : "") + ")";
            editor.ReplaceNode(node, Syntax.Await(SyntaxFactory.ParseExpression(delay), node));
            return;
        }

        // What is awaited is looked up in the node as it is then: a wait inside its arguments may have been corrected before.
        editor.ReplaceNode(node, (now, _) => Syntax.Await(code == "RND1100" ? Awaited((ExpressionSyntax)now)! : (ExpressionSyntax)now, node).WithTriviaFrom(now));
        if (code != "RND1102" || Syntax.FunctionAround(node) is not MethodDeclarationSyntax method) return;
        var task = Syntax.Task(model, method.SpanStart);
        editor.ReplaceNode(method, (now, _) => Syntax.AsAsyncTask((MethodDeclarationSyntax)now, task));
    }

    private static bool IsVoid(MethodDeclarationSyntax method) => method.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static ExpressionSyntax? Awaited(ExpressionSyntax blocking) => blocking switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } result => result.Expression,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Wait" } wait } => wait.Expression,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetResult", Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax awaiter } } } => awaiter.Expression,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "WaitAll" } all } call =>
            call.WithExpression(all.WithName(SyntaxFactory.IdentifierName("WhenAll"))),
        _ => null,
    };

    // The first parameter that is a token, unless a static function between cannot see it.
    private static string? Token(SyntaxNode node, SemanticModel model)
    {
        foreach (var function in node.Ancestors())
        {
            switch (function)
            {
                case MethodDeclarationSyntax method:
                    return method.ParameterList.Parameters.FirstOrDefault(p => model.GetDeclaredSymbol(p) is { Type: { Name: "CancellationToken" } type }
                        && type.ContainingNamespace.ToDisplayString() == "System.Threading")?.Identifier.Text;
                case LocalFunctionStatementSyntax local when local.Modifiers.Any(SyntaxKind.StaticKeyword):
                case AnonymousFunctionExpressionSyntax lambda when lambda.Modifiers.Any(SyntaxKind.StaticKeyword):
                    return null;
            }
        }

        return null;
    }
}
