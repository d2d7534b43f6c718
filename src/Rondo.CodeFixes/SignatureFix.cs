using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Rondo.CodeFixes;

/// <summary>Corrects how a test is declared: async void, a value that is lost, what generated code cannot reach, seconds in place of milliseconds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class SignatureFix : EditingFix
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["RND1006", "RND1007", "RND1010", "RND1028"];

    protected override string? Title(string code, SyntaxNode node, SemanticModel model) => code switch
    {
        "RND1006" when node is MethodDeclarationSyntax method && Syntax.MayChangeItsType(method) => "Return a task",
        "RND1007" when node is MethodDeclarationSyntax method && Syntax.MayChangeItsType(method) && IsTaskWithValue(method, model) => "Return a task without a value",
        "RND1010" when node is MethodDeclarationSyntax or BaseTypeDeclarationSyntax => "Make it internal",
        "RND1028" when Length(node) is { } length => "Write [Timeout(" + Corrected(length) + ")]",
        _ => null,
    };

    protected override void Edit(string code, SyntaxNode node, SemanticModel model, SyntaxEditor editor)
    {
        switch (code)
        {
            case "RND1006":
                var task = Syntax.Task(model, node.SpanStart);
                editor.ReplaceNode(node, (now, _) => Syntax.AsAsyncTask((MethodDeclarationSyntax)now, task));
                break;
            case "RND1007":
                var type = ((MethodDeclarationSyntax)node).ReturnType;
                editor.ReplaceNode(type, Syntax.Task(model, node.SpanStart).WithTriviaFrom(type));
                break;
            case "RND1010":
                editor.ReplaceNode(node, static (now, write) => write.WithAccessibility(now, Accessibility.Internal));
                break;
            case "RND1028":
                var argument = ((AttributeSyntax)node).ArgumentList!.Arguments[0].Expression;
                editor.ReplaceNode(argument, SyntaxFactory.ParseExpression(Corrected(Length(node)!.Value)).WithTriviaFrom(argument));
                break;
        }
    }

    // A Task<T> is a Task; what an async method returns, or a number, would have to be thrown away somewhere, and where is not ours to say.
    private static bool IsTaskWithValue(MethodDeclarationSyntax method, SemanticModel model) => !Syntax.IsAsync(method)
        && model.GetTypeInfo(method.ReturnType).Type is INamedTypeSymbol { Name: "Task", Arity: 1 } type && type.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks";

    private static int? Length(SyntaxNode node) =>
        node is AttributeSyntax { ArgumentList.Arguments: [{ Expression: var length }] } && int.TryParse(length.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            ? milliseconds : null;

    private static string Corrected(int length) => length < 0 ? "0" : length.ToString(CultureInfo.InvariantCulture) + "000";
}
