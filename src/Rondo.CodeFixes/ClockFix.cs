using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Rondo.CodeFixes;

/// <summary>Asks the test's TimeProvider in place of the machine. The test gets one as a parameter if it has none; local times and stopwatches have another shape there and are left to the author.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ClockFix : EditingFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["RND1104"];

    protected override string? Title(string code, SyntaxNode node, SemanticModel model) => Test(node) is { } test && Clock(test, model) is { } clock && Instead(node, clock.Name, model) is not null
        ? clock.IsNew ? "Take a TimeProvider and ask it" : "Ask '" + clock.Name + "'"
        : null;

    protected override void Edit(string code, SyntaxNode node, SemanticModel model, SyntaxEditor editor)
    {
        var test = Test(node)!;
        var clock = Clock(test, model)!.Value;
        editor.ReplaceNode(node, Instead(node, clock.Name, model)!.WithTriviaFrom(node));
        if (!clock.IsNew) return;
        var type = Syntax.Name(model, test.SpanStart, "System", "TimeProvider");
        editor.ReplaceNode(test.ParameterList, (now, _) => ((ParameterListSyntax)now).Parameters.Any(p => p.Identifier.ValueText == clock.Name) ? now : Add((ParameterListSyntax)now, type, clock.Name));
    }

    private static ParameterListSyntax Add(ParameterListSyntax list, string type, string name)
    {
        var more = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name)).WithType(SyntaxFactory.ParseTypeName(type).WithTrailingTrivia(SyntaxFactory.Space));
        return list.WithParameters(list.Parameters.Count == 0 ? list.Parameters.Add(more)
            : SyntaxFactory.SeparatedList(list.Parameters.Append(more), list.Parameters.GetSeparators().Append(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space))));
    }

    // A static function inside the test cannot see its parameters.
    private static MethodDeclarationSyntax? Test(SyntaxNode node)
    {
        foreach (var around in node.Ancestors())
        {
            switch (around)
            {
                case MethodDeclarationSyntax method:
                    return method;
                case LocalFunctionStatementSyntax local when local.Modifiers.Any(SyntaxKind.StaticKeyword):
                case AnonymousFunctionExpressionSyntax lambda when lambda.Modifiers.Any(SyntaxKind.StaticKeyword):
                    return null;
            }
        }

        return null;
    }

    private static (string Name, bool IsNew)? Clock(MethodDeclarationSyntax test, SemanticModel model)
    {
        var parameters = test.ParameterList.Parameters;
        if (parameters.FirstOrDefault(p => model.GetDeclaredSymbol(p)?.Type is { Name: "TimeProvider", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }) is { } given) return (given.Identifier.Text, false);
        var isFree = !test.DescendantTokens().Any(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == "time");
        return isFree && !parameters.Any(p => p.Default is not null || p.Modifiers.Count > 0) ? ("time", true) : null;
    }

    private static ExpressionSyntax? Instead(SyntaxNode node, string clock, SemanticModel model)
    {
        switch (node)
        {
            case MemberAccessExpressionSyntax { Parent: not InvocationExpressionSyntax } property:
                return (model.GetSymbolInfo(property).Symbol is { } symbol ? symbol.ContainingType.Name + "." + symbol.Name : "") switch
                {
                    "DateTimeOffset.UtcNow" => SyntaxFactory.ParseExpression(clock + ".GetUtcNow()"),
                    "DateTimeOffset.Now" => SyntaxFactory.ParseExpression(clock + ".GetLocalNow()"),
                    "DateTime.UtcNow" => SyntaxFactory.ParseExpression(clock + ".GetUtcNow().UtcDateTime"),
                    _ => null,
                };
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Delay" } } delay when WithClock(delay.ArgumentList, clock, model) is { } given:
                return delay.WithArgumentList(given);
            case BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments, Initializer: null } made
                when model.GetSymbolInfo(made).Symbol is IMethodSymbol { ContainingType.Name: "PeriodicTimer" or "CancellationTokenSource" } && WithClock(arguments, clock, model) is { } given:
                return made.WithArgumentList(given);
            default:
                return null;
        }
    }

    private static ArgumentListSyntax? WithClock(ArgumentListSyntax list, string clock, SemanticModel model)
    {
        if (list.Arguments.Count == 0 || list.Arguments.Any(a => a.NameColon is not null)) return null;
        var length = list.Arguments[0];
        // Clocks know no bare numbers.
        if (model.GetTypeInfo(length.Expression).Type is not { } type) return null;
        var isNumber = type.SpecialType == SpecialType.System_Int32;
        if (!isNumber && type.Name != "TimeSpan") return null;
        var span = isNumber ? Syntax.Name(model, list.SpanStart, "System", "TimeSpan") + ".FromMilliseconds(" + length + ")" : length.ToString();
        return SyntaxFactory.ParseArgumentList("(" + string.Join(", ", new[] { span, clock }.Concat(list.Arguments.Skip(1).Select(a => a.ToString()))) + ")");
    }
}
