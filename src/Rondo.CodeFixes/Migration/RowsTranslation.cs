using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.CodeFixes.Migration;

/// <summary>Makes typed rows of arrays of objects: <c>IEnumerable&lt;object[]&gt;</c> becomes <c>IEnumerable&lt;(int, string)&gt;</c>. Only where each row is written down as one.</summary>
internal sealed class RowsTranslation(SemanticModel model, CancellationToken stop)
{
    // The element types of sources that say nothing about the types of a row.
    private static readonly string[] s_untyped = ["Object[]", "TestCaseData", "ITheoryDataRow", "TheoryDataRow", "TheoryData", "TestDataRow"];

    private readonly List<TextChange> _changes = [];

    /// <summary>What to change, none if the source can stay; null if it cannot be done.</summary>
    public IReadOnlyList<TextChange>? Turn(ISymbol source, IMethodSymbol test, MethodDeclarationSyntax testSyntax)
    {
        if (!source.IsStatic || source is IMethodSymbol { Parameters.Length: > 0 }) return null;
        var type = source switch { IPropertySymbol property => property.Type, IMethodSymbol method => method.ReturnType, IFieldSymbol field => field.Type, _ => null };
        if (type is null) return null;
        // TUnit makes a value of each function when its test begins. Functions of other values than these would hand one object to all attempts.
        if (Element(type) is INamedTypeSymbol { Name: "Func", DelegateInvokeMethod: { } function }) return function.Parameters.Length == 0 && IsPlain(function.ReturnType) ? Called(source, function.ReturnType) : null;
        var isTyped = source is not IFieldSymbol && Element(type) is { SpecialType: not SpecialType.System_Object } element && !IsUntyped(element) && !IsUntyped(type);
        if (source.DeclaringSyntaxReferences is not [var reference] || reference.SyntaxTree != model.SyntaxTree) return isTyped ? [] : null;
        var declared = reference.GetSyntax(stop);
        if (isTyped) return Reachable(declared) ? _changes : null;

        if (Type(declared, test, testSyntax) is not { } row) return null;
        var shown = Syntax.Name(model, declared.SpanStart, "System.Collections.Generic", "IEnumerable", arity: 1) + "<" + row + ">";
        return Declare(declared, shown) && Reachable(declared) ? _changes : null;
    }

    /// <summary>What has been changed so far.</summary>
    public IReadOnlyList<TextChange> Changes => _changes;

    /// <summary>Makes tuples, or single values, of the rows that a declaration writes down.</summary>
    /// <returns>The type of a row; null if it cannot be done.</returns>
    public string? Type(SyntaxNode declared, IMethodSymbol test, MethodDeclarationSyntax testSyntax)
    {
        var rows = Find(declared);
        if (rows is null || Type(model, rows.ConvertAll(r => r.Values), test, testSyntax) is not { } type) return null;
        foreach (var row in rows)
        {
            Replace(row.Before, row.Values.Count == 1 ? "" : "(");
            Replace(row.After, row.Values.Count == 1 ? "" : ")");
        }

        return type;
    }

    /// <summary>The type of rows with these values, by the parameters they are for; null if they do not fit them.</summary>
    public static string? Type(SemanticModel model, List<IReadOnlyList<ExpressionSyntax>> rows, IMethodSymbol test, MethodDeclarationSyntax testSyntax)
    {
        if (rows.Count == 0) return null;
        var width = rows[0].Count;
        if (width == 0 || width > test.Parameters.Length || rows.Exists(r => r.Count != width)) return null;
        foreach (var row in rows)
        {
            for (var i = 0; i < width; i++)
            {
                if (!model.ClassifyConversion(row[i], test.Parameters[i].Type).IsImplicit) return null;
            }
        }

        var parts = testSyntax.ParameterList.Parameters.Take(width).Select(p => p.Type!.ToString()).ToList();
        return width == 1 ? parts[0] : "(" + string.Join(", ", parts) + ")";
    }

    private static ITypeSymbol? Element(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array) return array.ElementType;
        if (type.SpecialType == SpecialType.System_String) return null;
        IEnumerable<INamedTypeSymbol> all = type is INamedTypeSymbol named ? [named, .. type.AllInterfaces] : type.AllInterfaces;
        return all.FirstOrDefault(i => i is { Name: "IEnumerable" or "IAsyncEnumerable", Arity: 1 })?.TypeArguments[0];
    }

    private static bool IsUntyped(ITypeSymbol type) => type is IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Object } || s_untyped.Contains(type.Name);

    // Nobody can see whether it is the same value or another one.
    private static bool IsPlain(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.All(e => IsPlain(e.Type)),
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } optional => IsPlain(optional.TypeArguments[0]),
        _ => type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_String or (>= SpecialType.System_Boolean and <= SpecialType.System_Double) or SpecialType.System_DateTime
            || (type.TypeKind == TypeKind.Struct && type.ContainingNamespace?.ToDisplayString() == "System"),
    };

    // yield return () => (1, "a") -> yield return (1, "a").
    private IReadOnlyList<TextChange>? Called(ISymbol source, ITypeSymbol row)
    {
        if (source.DeclaringSyntaxReferences is not [var reference] || reference.SyntaxTree != model.SyntaxTree || reference.GetSyntax(stop) is not MethodDeclarationSyntax { ReturnType: var type } declared) return null;
        if (((type as QualifiedNameSyntax)?.Right ?? type) is not GenericNameSyntax { TypeArgumentList.Arguments: [var function] }) return null;
        if (((function as QualifiedNameSyntax)?.Right ?? function) is not GenericNameSyntax { TypeArgumentList.Arguments: [var made] }) return null;
        var lambdas = declared.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>().ToList();
        var places = Values(declared);
        if (lambdas.Count == 0 || places is null || lambdas.Count != places.Count) return null;
        foreach (var place in places)
        {
            if (place is not ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters.Count: 0, ExpressionBody: { } value, AsyncKeyword.RawKind: 0 }) return null;
            if (model.GetTypeInfo(value, stop).Type is null && !row.IsTupleType) return null;
            Replace(TextSpan.FromBounds(place.SpanStart, value.SpanStart), "");
        }

        Replace(function.Span, made.ToString());
        return Reachable(declared) ? _changes : null;
    }

    // What a method yields, or lists in a collection expression.
    private static List<ExpressionSyntax>? Values(MethodDeclarationSyntax declared)
    {
        if (declared.ExpressionBody is { Expression: CollectionExpressionSyntax list }) return list.Elements.All(e => e is ExpressionElementSyntax) ? list.Elements.OfType<ExpressionElementSyntax>().Select(e => e.Expression).ToList() : null;
        var yielded = declared.Body?.DescendantNodes().OfType<YieldStatementSyntax>().Where(y => y.Expression is not null).Select(y => y.Expression!).ToList();
        return yielded is { Count: > 0 } ? yielded : null;
    }

    // A row as it is written, between what goes before and after its values.
    private sealed record Row(IReadOnlyList<ExpressionSyntax> Values, TextSpan Before, TextSpan After);

    private List<Row>? Find(SyntaxNode declared)
    {
        switch (declared)
        {
            case PropertyDeclarationSyntax { ExpressionBody.Expression: var expression }:
                return InList(expression);
            case PropertyDeclarationSyntax { Initializer.Value: var value }:
                return InList(value);
            case VariableDeclaratorSyntax { Initializer.Value: var value }:
                return InList(value);
            case MethodDeclarationSyntax { ExpressionBody.Expression: var expression }:
                return InList(expression);
        }

        SyntaxNode? body = declared switch
        {
            MethodDeclarationSyntax { Body: { } block } => block,
            PropertyDeclarationSyntax { AccessorList.Accessors: [{ Body: { } block }] } => block,
            _ => null,
        };
        if (body is null) return null;
        var inside = body.DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).ToList();
        var returns = inside.OfType<ReturnStatementSyntax>().ToList();
        if (returns.Count == 1 && body is BlockSyntax { Statements: [ReturnStatementSyntax { Expression: { } only }] }) return InList(only);
        if (returns.Count > 0) return null;
        var rows = new List<Row>();
        foreach (var yielded in inside.OfType<YieldStatementSyntax>())
        {
            if (yielded.Expression is null) continue;
            if (One(yielded.Expression) is not { } row) return null;
            rows.Add(row);
        }

        return rows;
    }

    // What holds the rows becomes a collection expression.
    private List<Row>? InList(ExpressionSyntax list)
    {
        var rows = new List<Row>();
        var (open, close, elements) = list switch
        {
            BaseObjectCreationExpressionSyntax { Initializer: { } inner, ArgumentList: null or { Arguments.Count: 0 } } => (inner.OpenBraceToken, inner.CloseBraceToken, inner.Expressions.ToList<SyntaxNode>()),
            ArrayCreationExpressionSyntax { Initializer: { } inner } => (inner.OpenBraceToken, inner.CloseBraceToken, inner.Expressions.ToList<SyntaxNode>()),
            ImplicitArrayCreationExpressionSyntax { Initializer: { } inner } => (inner.OpenBraceToken, inner.CloseBraceToken, inner.Expressions.ToList<SyntaxNode>()),
            InitializerExpressionSyntax inner => (inner.OpenBraceToken, inner.CloseBraceToken, inner.Expressions.ToList<SyntaxNode>()),
            CollectionExpressionSyntax inner => (inner.OpenBracketToken, inner.CloseBracketToken, inner.Elements.ToList<SyntaxNode>()),
            _ => (default, default, []),
        };
        if (elements.Count == 0) return null;
        foreach (var element in elements)
        {
            var expression = element is ExpressionElementSyntax { Expression: var value } ? value : element as ExpressionSyntax;
            // TheoryData takes rows by an Add for each width, and a row of one value as that value.
            var row = expression is InitializerExpressionSyntax values ? Of(values.Expressions, values.OpenBraceToken.Span, values.CloseBraceToken.Span)
                : expression is null ? null
                : One(expression) ?? (IsTheoryData(list) ? new Row([expression], new TextSpan(expression.SpanStart, 0), new TextSpan(expression.Span.End, 0)) : null);
            if (row is null) return null;
            rows.Add(row);
        }

        Replace(TextSpan.FromBounds(list.SpanStart, open.Span.End), "[");
        Replace(close.Span, "]");
        return rows;
    }

    private bool IsTheoryData(ExpressionSyntax list) => model.GetTypeInfo(list, stop) is var info && (info.Type ?? info.ConvertedType)?.Name == "TheoryData";

    private Row? One(ExpressionSyntax row) => row switch
    {
        ArrayCreationExpressionSyntax { Initializer: { } values } => Of(values.Expressions, TextSpan.FromBounds(row.SpanStart, values.OpenBraceToken.Span.End), values.CloseBraceToken.Span),
        ImplicitArrayCreationExpressionSyntax { Initializer: var values } => Of(values.Expressions, TextSpan.FromBounds(row.SpanStart, values.OpenBraceToken.Span.End), values.CloseBraceToken.Span),
        CollectionExpressionSyntax list when list.Elements.All(e => e is ExpressionElementSyntax) =>
            Of(list.Elements.OfType<ExpressionElementSyntax>().Select(e => e.Expression), list.OpenBracketToken.Span, list.CloseBracketToken.Span),
        BaseObjectCreationExpressionSyntax { Initializer: null, ArgumentList: { } given } when IsUntyped(model.GetTypeInfo(row, stop).Type ?? model.GetTypeInfo(row, stop).ConvertedType!)
            && given.Arguments.All(a => a.NameColon is null) =>
            Of(given.Arguments.Select(a => a.Expression), TextSpan.FromBounds(row.SpanStart, given.OpenParenToken.Span.End), given.CloseParenToken.Span),
        _ => null,
    };

    // The blanks inside the braces of an array go with them.
    private Row? Of(IEnumerable<ExpressionSyntax> values, TextSpan open, TextSpan close)
    {
        var all = values.ToList();
        if (all.Count == 0) return null;
        var text = model.SyntaxTree.GetText(stop);
        var comma = all[all.Count - 1].GetLastToken().GetNextToken();
        var end = comma.IsKind(SyntaxKind.CommaToken) ? comma.SpanStart : close.Start;
        var before = TextSpan.FromBounds(open.Start, all[0].SpanStart);
        var after = TextSpan.FromBounds(Math.Min(end, all[all.Count - 1].Span.End), close.End);
        // A comment in between would be lost.
        return text.ToString(before).Contains("//") || text.ToString(before).Contains("/*") || text.ToString(after).Contains("//") || text.ToString(after).Contains("/*") ? null : new Row(all, before, after);
    }

    private bool Declare(SyntaxNode declared, string type)
    {
        switch (declared)
        {
            case PropertyDeclarationSyntax property:
                Replace(property.Type.Span, type);
                return true;
            case MethodDeclarationSyntax method:
                Replace(method.ReturnType.Span, type);
                return true;
            // A field is no source; a property of the same name is.
            case VariableDeclaratorSyntax { Initializer: { } initializer, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax field } variable }:
                Replace(variable.Type.Span, type);
                Replace(initializer.EqualsToken.Span, "=>");
                if (field.Modifiers.FirstOrDefault(m => m.IsKind(SyntaxKind.ReadOnlyKeyword)) is { RawKind: not 0 } word) Replace(TextSpan.FromBounds(word.SpanStart, word.GetNextToken().SpanStart), "");
                return true;
            default:
                return false;
        }
    }

    // Generated code reads the rows.
    private bool Reachable(SyntaxNode declared)
    {
        if ((declared.FirstAncestorOrSelf<FieldDeclarationSyntax>() ?? declared as MemberDeclarationSyntax) is not { } member) return false;
        if (member.Modifiers.Any(m => m.RawKind is (int)SyntaxKind.PublicKeyword or (int)SyntaxKind.InternalKeyword)) return true;
        var hidden = member.Modifiers.Where(m => m.RawKind is (int)SyntaxKind.PrivateKeyword or (int)SyntaxKind.ProtectedKeyword).ToList();
        if (hidden.Count > 1 || member.Modifiers.Count == 0) return false;
        Replace(hidden.Count == 1 ? hidden[0].Span : new TextSpan(member.Modifiers[0].SpanStart, 0), hidden.Count == 1 ? "internal" : "internal ");
        return true;
    }

    private void Replace(TextSpan span, string text) => _changes.Add(new TextChange(span, text));
}
