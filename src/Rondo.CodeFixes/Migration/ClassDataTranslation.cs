using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.CodeFixes.Migration;

/// <summary>
/// A class that is the rows of [ClassData] gets a static member <c>Rows</c> with typed rows: one that enumerates arrays of objects enumerates tuples, and one that fills a TheoryData in its constructor
/// yields what it added. Only where each row is written down as one.
/// </summary>
internal sealed class ClassDataTranslation(SemanticModel model, CancellationToken stop)
{
    /// <summary>Null if it cannot be done.</summary>
    public IReadOnlyList<TextChange>? Turn(INamedTypeSymbol source, IMethodSymbol test, MethodDeclarationSyntax testSyntax)
    {
        if (source is not { TypeKind: TypeKind.Class, IsAbstract: false, IsStatic: false, Arity: 0 } || source.GetMembers("Rows").Length > 0) return null;
        if (source.DeclaringSyntaxReferences is not [var reference] || reference.SyntaxTree != model.SyntaxTree || reference.GetSyntax(stop) is not ClassDeclarationSyntax { ParameterList: null } declared) return null;
        // Generated code reads the rows.
        for (ISymbol? type = source; type is INamedTypeSymbol; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal)) return null;
        }

        return source.BaseType is { Name: "TheoryData" } ? Added(declared, test, testSyntax) : source.BaseType is { SpecialType: SpecialType.System_Object } ? Enumerated(declared, test, testSyntax) : null;
    }

    private IReadOnlyList<TextChange>? Enumerated(ClassDeclarationSyntax declared, IMethodSymbol test, MethodDeclarationSyntax testSyntax)
    {
        if (declared.BaseList is not { Types: [{ Type: { } contract }] } || Arrays(contract) is not { } element || declared.Members.Any(m => m is ConstructorDeclarationSyntax)) return null;
        var typed = declared.Members.OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText == "GetEnumerator" && m.ExplicitInterfaceSpecifier is null && m.ParameterList.Parameters.Count == 0 && Arrays(m.ReturnType) is not null).ToList();
        if (typed is not [var enumerate]) return null;
        var rows = new RowsTranslation(model, stop);
        if (rows.Type(enumerate, test, testSyntax) is not { } row) return null;
        var member = declared.Members.First();
        var text = model.SyntaxTree.GetText(stop);
        var returned = Arrays(enumerate.ReturnType)!;
        return
        [
            .. rows.Changes,
            new TextChange(element.Span, row),
            new TextChange(returned.Span, row),
            new TextChange(new TextSpan(member.SpanStart, 0), "public static " + Syntax.Name(model, member.SpanStart, "System.Collections.Generic", "IEnumerable", arity: 1) + "<" + row + "> Rows => new " + declared.Identifier.Text + "();" + Lines.Ending(text) + Lines.Ending(text) + Lines.Indent(text, member)),
        ];
    }

    // The argument of IEnumerable<object[]> and IEnumerator<object[]>.
    private TypeSyntax? Arrays(TypeSyntax type) =>
        ((type as QualifiedNameSyntax)?.Right ?? type) is GenericNameSyntax { Identifier.ValueText: "IEnumerable" or "IEnumerator", TypeArgumentList.Arguments: [var element] }
            && model.GetTypeInfo(element, stop).Type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Object } ? element : null;

    private List<TextChange>? Added(ClassDeclarationSyntax declared, IMethodSymbol test, MethodDeclarationSyntax testSyntax)
    {
        if (declared.BaseList is not { Types.Count: 1 } bases || declared.Members is not [ConstructorDeclarationSyntax { ParameterList.Parameters.Count: 0, Initializer: null, Body: { } body } made]) return null;
        var rows = new List<IReadOnlyList<ExpressionSyntax>>();
        var changes = new List<TextChange> { new(TextSpan.FromBounds(declared.Identifier.Span.End, bases.Span.End), "") };
        foreach (var statement in body.Statements)
        {
            if (statement is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "Add" } add, ArgumentList: { } given } }) return null;
            if (given.Arguments.Any(a => a.NameColon is not null || a.RefKindKeyword.RawKind != 0)) return null;
            rows.Add([.. given.Arguments.Select(a => a.Expression)]);
            // One value needs no parentheses, and they do no harm.
            changes.Add(new TextChange(add.Span, "yield return "));
        }

        if (RowsTranslation.Type(model, rows, test, testSyntax) is not { } row) return null;
        var head = TextSpan.FromBounds(made.Modifiers.Count > 0 ? made.Modifiers[0].SpanStart : made.Identifier.SpanStart, made.ParameterList.Span.End);
        changes.Add(new TextChange(head, "public static " + Syntax.Name(model, made.SpanStart, "System.Collections.Generic", "IEnumerable", arity: 1) + "<" + row + "> Rows()"));
        return changes;
    }
}
