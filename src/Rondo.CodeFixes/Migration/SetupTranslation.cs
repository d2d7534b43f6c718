using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.CodeFixes.Migration;

/// <summary>
/// Makes a constructor of a synchronous setup and Dispose or DisposeAsync of a teardown: Rondo makes an instance for each case. Only in a class without a base, constructors and a Dispose of its own, and
/// for a method that nobody else names.
/// </summary>
internal sealed class SetupTranslation(SemanticModel model, TypeDeclarationSyntax type, CancellationToken stop)
{
    public IEnumerable<TextChange> Changes(Func<AttributeListSyntax, TextChange> removeList)
    {
        if (type is not ClassDeclarationSyntax { ParameterList: null } || model.GetDeclaredSymbol(type, stop) is not { IsStatic: false, IsAbstract: false } symbol) yield break;
        if (symbol.BaseType?.SpecialType != SpecialType.System_Object || symbol.DeclaringSyntaxReferences.Length > 1) yield break;
        var before = Marked("SetUp", "TestInitialize");
        var after = Marked("TearDown", "TestCleanup");
        if (before is [var setup] && !setup.Method.Modifiers.Any(SyntaxKind.AsyncKeyword) && IsVoid(setup.Method) && !type.Members.Any(m => m is ConstructorDeclarationSyntax))
        {
            yield return removeList(setup.List);
            yield return Head(setup.Method, "public " + type.Identifier.Text);
        }

        if (after is not [var teardown] || symbol.Interfaces.Any(i => i.Name is "IDisposable" or "IAsyncDisposable") || type.Members.Any(m => m is MethodDeclarationSyntax { Identifier.ValueText: "Dispose" or "DisposeAsync" })) yield break;
        var isAsync = teardown.Method.Modifiers.Any(SyntaxKind.AsyncKeyword);
        // A task that is returned and not awaited would need another body.
        if (isAsync ? IsVoid(teardown.Method) : !IsVoid(teardown.Method)) yield break;
        yield return removeList(teardown.List);
        var task = Syntax.Name(model, type.SpanStart, "System.Threading.Tasks", "ValueTask");
        yield return Head(teardown.Method, isAsync ? "public async " + task + " DisposeAsync" : "public void Dispose");
        var contract = Syntax.Name(model, type.SpanStart, "System", isAsync ? "IAsyncDisposable" : "IDisposable");
        yield return type.BaseList is { Types: var types }
            ? new TextChange(new TextSpan(types.Last().Span.End, 0), ", " + contract)
            : new TextChange(new TextSpan((type.TypeParameterList?.Span ?? type.Identifier.Span).End, 0), " : " + contract);
    }

    private List<(MethodDeclarationSyntax Method, AttributeListSyntax List)> Marked(params string[] names)
    {
        var found = new List<(MethodDeclarationSyntax, AttributeListSyntax)>();
        foreach (var method in type.Members.OfType<MethodDeclarationSyntax>())
        {
            foreach (var attribute in method.AttributeLists.SelectMany(l => l.Attributes))
            {
                if (Foreign.Find(attribute, model, stop) is not { } mark || !names.Contains(AttributeTranslation.Name(mark))) continue;
                // Several cannot all be the constructor, so none of them is.
                found.Add((method, (AttributeListSyntax)attribute.Parent!));
                if (!IsSimple(method)) found.Add((method, (AttributeListSyntax)attribute.Parent!));
            }
        }

        return found;
    }

    private bool IsSimple(MethodDeclarationSyntax method) => method.AttributeLists is [{ Attributes.Count: 1 }] && method.ParameterList.Parameters.Count == 0 && method.TypeParameterList is null
        && !method.Modifiers.Any(m => m.RawKind is (int)SyntaxKind.VirtualKeyword or (int)SyntaxKind.OverrideKeyword or (int)SyntaxKind.AbstractKeyword or (int)SyntaxKind.StaticKeyword or (int)SyntaxKind.NewKeyword or (int)SyntaxKind.PartialKeyword)
        && !type.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == method.Identifier.ValueText && n.Parent is not AttributeSyntax);

    private static bool IsVoid(MethodDeclarationSyntax method) => method.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static TextChange Head(MethodDeclarationSyntax method, string head) =>
        new(TextSpan.FromBounds(method.Modifiers.Count > 0 ? method.Modifiers[0].SpanStart : method.ReturnType.SpanStart, method.Identifier.Span.End), head);
}
