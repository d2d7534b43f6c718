using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.CodeFixes.Migration;

/// <summary>
/// All changes of one file that bring its tests from another framework. They are changes of text and not of syntax: what is not turned keeps every blank and comment. A method is turned whole or not
/// at all, and none is of a class that means more than can be written.
/// </summary>
internal sealed class FileMigration(SemanticModel model, CompilationUnitSyntax root, CancellationToken stop)
{
    private readonly AttributeTranslation _translation = new(model, stop);
    private readonly List<TextChange> _changes = [];
    private readonly List<TextChange> _qualified = [];
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<ISymbol, string?> _rows = new(SymbolEqualityComparer.Default);
    private SourceText _text = null!;
    private bool _hasTests;

    public IReadOnlyList<TextChange> Changes()
    {
        _text = model.SyntaxTree.GetText(stop);
        foreach (var type in root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax).OfType<TypeDeclarationSyntax>())
        {
            var setups = new SetupTranslation(model, type, stop);
            var isTurned = setups.CanTurnLifetime() && TryTurnClass(type);
            if (!isTurned) Qualify(type.AttributeLists);
            _hasTests = false;
            foreach (var method in type.Members.OfType<MethodDeclarationSyntax>())
            {
                if (method.AttributeLists.Count > 0 && !(isTurned && TryTurnTest(method))) Qualify(method.AttributeLists.Concat(method.ParameterList.Parameters.SelectMany(p => p.AttributeLists)));
            }

            if (!isTurned) continue;
            var changes = setups.Changes(RemoveList, _hasTests).ToList();
            _changes.AddRange(changes);
            if (changes.Count > 0) _written.UnionWith(SetupTranslation.Written);
        }

        if (_changes.Count == 0) return [];
        _changes.AddRange(_qualified);
        new Usings(model, root, _written, stop).Adapt(_changes);
        return [.. _changes.OrderBy(c => c.Span.Start)];
    }

    // True if it was turned, or has nothing to turn.
    private bool TryTurnTest(MethodDeclarationSyntax method)
    {
        var turned = new Dictionary<AttributeSyntax, Translation>();
        foreach (var attribute in method.AttributeLists.SelectMany(l => l.Attributes))
        {
            if (Foreign.IsDerived(attribute, model, stop)) return false;
            _hasTests |= Foreign.IsRondosTest(attribute, model, stop);
            if (Foreign.Find(attribute, model, stop) is not { } type || AttributeTranslation.IsRemark(type)) continue;
            if (_translation.Translate(attribute, type) is not { } one) return false;
            turned.Add(attribute, one);
        }

        if (turned.Count == 0) return true;
        // [Values] and the like give rows of their own.
        if (!turned.Values.Any(t => t.IsTest) || method.ParameterList.Parameters.Any(p => p.AttributeLists.SelectMany(l => l.Attributes).Any(a => Foreign.Find(a, model, stop) is not null))) return false;
        if (model.GetDeclaredSymbol(method, stop) is not { } test) return false;
        var sources = turned.Values.Where(t => t.Rows is not null).Select(t => t.Rows!).ToList();
        // A test of Rondo has one source of rows, or cases.
        if (sources.Count > 1 || (sources.Count == 1 && turned.Values.Any(t => t.Texts.Any(x => x.StartsWith("Case(", StringComparison.Ordinal))))) return false;
        if (sources.Count == 1 && !TurnRows(sources[0], test, method)) return false;

        _hasTests = true;
        // [Test] stands in the place of the first that made it a test.
        var first = turned.Where(t => t.Value.IsTest).OrderBy(t => t.Key.SpanStart).First().Key;
        Write(method.AttributeLists, attribute => !turned.TryGetValue(attribute, out var one) ? null : attribute == first ? ["Test", .. one.Texts] : one.Texts);
        return true;
    }

    // What stays keeps its meaning, and so its error: the lines above may give its short name to Rondo.
    private void Qualify(IEnumerable<AttributeListSyntax> lists)
    {
        foreach (var attribute in lists.SelectMany(l => l.Attributes))
        {
            if (attribute.Name is not SimpleNameSyntax || Foreign.Find(attribute, model, stop) is not { } type || model.Compilation.GetTypeByMetadataName("Rondo." + type.Name) is null) continue;
            _qualified.Add(new TextChange(new TextSpan(attribute.SpanStart, 0), Foreign.Space(type) + "."));
        }
    }

    // False if it has a mark that nobody knows: its tests would lose what that means.
    private bool TryTurnClass(TypeDeclarationSyntax type)
    {
        var turned = new Dictionary<AttributeSyntax, IReadOnlyList<string>>();
        foreach (var attribute in type.AttributeLists.SelectMany(l => l.Attributes))
        {
            if (Foreign.IsDerived(attribute, model, stop)) return false;
            if (Foreign.Find(attribute, model, stop) is not { } found || AttributeTranslation.IsRemark(found)) continue;
            if (_translation.Translate(attribute, found) is not { IsTest: false, Rows: null } one || one.Texts.Any(t => t.StartsWith("Case", StringComparison.Ordinal))) return false;
            turned.Add(attribute, one.Texts);
        }

        Write(type.AttributeLists, attribute => turned.TryGetValue(attribute, out var texts) ? texts : null);
        return true;
    }

    private bool TurnRows(RowsSource source, IMethodSymbol test, MethodDeclarationSyntax method)
    {
        if (source is { IsClass: true, Type: { } data }) return TurnRows(data, method, () => IsNamedElsewhere(data) ? null : new ClassDataTranslation(model, stop).Turn(data, test, method));
        ISymbol? member = null;
        for (var type = source.Type ?? test.ContainingType; type is not null && member is null; type = type.BaseType)
        {
            member = type.GetMembers(source.Member).FirstOrDefault(m => m is IPropertySymbol or IFieldSymbol or IMethodSymbol { Parameters.Length: 0 });
            // A base class is not searched by Rondo unless it is named.
            if (member is null && source.Type is null && type.BaseType is not { SpecialType: SpecialType.None }) return false;
        }

        if (member is null || (source.Type is null && !SymbolEqualityComparer.Default.Equals(member.ContainingType, test.ContainingType))) return false;
        return TurnRows(member, method, () => new RowsTranslation(model, stop).Turn(member, test, method) is { } changes && !(changes.Count > 0 && IsUsedByCode(member)) ? changes : null);
    }

    // A source is turned once, for the first test that takes its rows; another must take them as the same types.
    private bool TurnRows(ISymbol source, MethodDeclarationSyntax method, Func<IReadOnlyList<TextChange>?> turn)
    {
        var signature = string.Join(", ", method.ParameterList.Parameters.Select(p => p.Type));
        if (_rows.TryGetValue(source, out var known)) return known == signature;
        var changes = turn();
        _rows[source] = changes is null ? null : signature;
        if (changes is null) return false;
        _changes.AddRange(changes);
        return true;
    }

    // Other files are searched as text: a word too many leaves a test as it is, one too few would leave code that does not compile.
    private bool IsNamedElsewhere(INamedTypeSymbol type) => model.Compilation.SyntaxTrees.Any(t => t != model.SyntaxTree && Regex.IsMatch(t.GetText(stop).ToString(), @"\b" + type.Name + @"\b"))
        || root.DescendantNodes().OfType<SimpleNameSyntax>().Any(n => n.Identifier.ValueText == type.Name && n.FirstAncestorOrSelf<AttributeSyntax>() is null);

    // Who calls it would get other rows than now.
    private bool IsUsedByCode(ISymbol member) => root.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => n.Identifier.ValueText == member.Name
        && n.FirstAncestorOrSelf<AttributeSyntax>() is null && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(n, stop).Symbol, member));

    /// <summary>Writes the lists of one declaration again.</summary>
    /// <param name="lists">Its attributes.</param>
    /// <param name="turn">What an attribute becomes; null if it stays.</param>
    private void Write(SyntaxList<AttributeListSyntax> lists, Func<AttributeSyntax, IReadOnlyList<string>?> turn)
    {
        foreach (var list in lists)
        {
            if (list.Target is not null) continue;
            var any = false;
            var texts = new List<string>();
            foreach (var attribute in list.Attributes)
            {
                if (turn(attribute) is not { } instead)
                {
                    texts.Add(attribute.ToString());
                    continue;
                }

                any = true;
                texts.AddRange(instead);
                foreach (var text in instead) _written.Add(text.Split('(')[0]);
            }

            if (!any) continue;
            if (texts.Count == 0) _changes.Add(RemoveList(list));
            else _changes.Add(new TextChange(TextSpan.FromBounds(list.OpenBracketToken.Span.End, list.CloseBracketToken.SpanStart), string.Join(", ", texts)));
        }
    }

    // With its line, if it has one of its own.
    private TextChange RemoveList(AttributeListSyntax list)
    {
        var line = _text.Lines.GetLineFromPosition(list.SpanStart);
        var isAlone = line.End == _text.Lines.GetLineFromPosition(list.Span.End).End && line.ToString().Trim() == list.ToString();
        return new TextChange(isAlone ? line.SpanIncludingLineBreak : TextSpan.FromBounds(list.SpanStart, list.GetLastToken().GetNextToken().SpanStart), "");
    }
}
