using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Rondo.CodeFixes;

/// <summary>Lets an async fixture hand over its value by <c>Use</c>, so that what it set in an AsyncLocal reaches the tests. Only where its one return is its last statement.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class LostValueFix : EditingFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["RND1029"];

    protected override string? Title(string code, SyntaxNode node, SemanticModel model) => Fixture(node) is null ? null : "Hand the value over by Use";

    protected override void Edit(string code, SyntaxNode node, SemanticModel model, SyntaxEditor editor)
    {
        var fixture = Fixture(node)!;
        var task = Syntax.Task(model, fixture.SpanStart);
        var use = Syntax.Name(model, fixture.SpanStart, "Rondo", "Use", arity: 1);
        editor.ReplaceNode(fixture, (now, _) => now is MethodDeclarationSyntax { ReturnType: GenericNameSyntax type } method ? Changed(method, type.TypeArgumentList.Arguments[0], use, task) : now);
    }

    private static MethodDeclarationSyntax Changed(MethodDeclarationSyntax method, TypeSyntax value, string use, TypeSyntax task)
    {
        var last = (ReturnStatementSyntax)method.Body!.Statements.Last();
        var hand = SyntaxFactory.ParseStatement("await use(" + last.Expression + ");").WithTriviaFrom(last);
        var first = SyntaxFactory.Parameter(SyntaxFactory.Identifier("use")).WithType(SyntaxFactory.ParseTypeName(use + "<" + value + ">").WithTrailingTrivia(SyntaxFactory.Space));
        var others = method.ParameterList.Parameters;
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        var all = SyntaxFactory.SeparatedList(new[] { first }.Concat(others), Enumerable.Repeat(comma, others.Count > 0 ? 1 : 0).Concat(others.GetSeparators()));
        return method.WithReturnType(task.WithTriviaFrom(method.ReturnType))
            .WithParameterList(method.ParameterList.WithParameters(all))
            .WithBody(method.Body.ReplaceNode(last, hand));
    }

    private static MethodDeclarationSyntax? Fixture(SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { ReturnType: GenericNameSyntax { TypeArgumentList.Arguments.Count: 1 }, Body: { } body } method) return null;
        if (body.Statements.LastOrDefault() is not ReturnStatementSyntax { Expression: not null } last) return null;
        var others = method.DescendantNodes(n => n is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)).OfType<ReturnStatementSyntax>().Any(r => r != last);
        return others || method.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == "use") ? null : method;
    }
}
