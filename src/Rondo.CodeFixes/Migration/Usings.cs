using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.CodeFixes.Migration;

/// <summary>The lines above a turned file: what nothing needs any more goes, what assertions need stays, and where both frameworks know a name a line says which is meant.</summary>
/// <param name="model">Of the file before the changes.</param>
/// <param name="root">The file.</param>
/// <param name="written">Names of Rondo's attributes that were written, without "Attribute".</param>
/// <param name="stop">Ends the work.</param>
internal sealed class Usings(SemanticModel model, CompilationUnitSyntax root, IEnumerable<string> written, CancellationToken stop)
{
    public void Adapt(List<TextChange> changes)
    {
        var gone = changes.Select(c => c.Span).ToList();
        var foreign = root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<UsingDirectiveSyntax>().ToList().FindAll(u => u.Alias is null && u.StaticKeyword.RawKind == 0 && u.NamespaceOrType is { } name && Foreign.Namespaces.Contains(name.ToString()));
        var needed = Needed(gone);
        var unused = foreign.FindAll(u => u.GlobalKeyword.RawKind == 0 && !needed.Contains(u.NamespaceOrType.ToString()));
        var text = model.SyntaxTree.GetText(stop);
        var isImported = Lookup("CaseAttribute").Any(IsRondo);
        foreach (var line in unused)
        {
            if (!isImported)
            {
                changes.Add(new TextChange(line.NamespaceOrType.Span, "Rondo"));
                isImported = true;
                continue;
            }

            Remove(line);
        }

        // The words of TUnit's hooks; nobody imports them for anything else.
        foreach (var line in root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<UsingDirectiveSyntax>())
        {
            if (line.StaticKeyword.RawKind != 0 && line.GlobalKeyword.RawKind == 0 && line.NamespaceOrType.ToString() == Foreign.TUnit + ".HookType" && !NamesAHook(gone)) Remove(line);
        }

        void Remove(UsingDirectiveSyntax line)
        {
            var whole = text.Lines.GetLineFromPosition(line.SpanStart);
            changes.Add(new TextChange(whole.ToString().Trim() == line.ToString() ? whole.SpanIncludingLineBreak : line.Span, ""));
        }

        var removed = unused.ConvertAll(u => u.NamespaceOrType.ToString());
        var more = isImported ? "" : "using Rondo;\n";
        foreach (var name in written.OrderBy(n => n, StringComparer.Ordinal))
        {
            var attribute = name + "Attribute";
            var all = Lookup(attribute);
            // An alias or a type nearer than any namespace decides already.
            if (all.Count == 1 && IsRondo(all[0])) continue;
            if (all.Any(s => !IsRondo(s) && !removed.Contains(Foreign.Space(s)))) more += "using " + attribute + " = Rondo." + attribute + ";\n";
        }

        if (more.Length == 0) return;
        // Where the other framework's line stands: a name from a line inside a namespace is nearer than any alias outside it.
        var around = foreign.Find(u => !unused.Contains(u))?.Parent as BaseNamespaceDeclarationSyntax;
        var others = around?.Usings ?? root.Usings;
        var at = others.Count > 0 ? others.Last().FullSpan.End : root.Externs.Count > 0 ? root.Externs.Last().FullSpan.End : root.GetFirstToken().SpanStart;
        if (around is not null) more = string.Concat(more.Split(['\n'], StringSplitOptions.RemoveEmptyEntries).Select(m => others.Last().GetLeadingTrivia().LastOrDefault(t => t.IsKind(SyntaxKind.WhitespaceTrivia)) + m + "\n"));
        changes.Add(new TextChange(new TextSpan(at, 0), more.Replace("\n", Lines.Ending(text))));
    }

    private bool NamesAHook(List<TextSpan> gone) => root.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => !gone.Exists(g => g.Contains(n.Span)) && n.FirstAncestorOrSelf<UsingDirectiveSyntax>() is null
        && model.GetSymbolInfo(n, stop).Symbol is IFieldSymbol { ContainingType.Name: "HookType" });

    // Namespaces of other frameworks from which something that stays takes a type, an extension method or a static member.
    private HashSet<string> Needed(List<TextSpan> gone)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (gone.Exists(g => g.Contains(name.Span)) || name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null) continue;
            var info = model.GetSymbolInfo(name, stop);
            foreach (var symbol in info.Symbol is { } one ? [one] : info.CandidateSymbols)
            {
                var type = symbol switch { IMethodSymbol { ReducedFrom: { } extension } => extension.ContainingType, IMethodSymbol { MethodKind: MethodKind.Constructor } made => made.ContainingType, INamedTypeSymbol named => named, _ => null };
                if (type is not null) needed.Add(Foreign.Space(type));
            }
        }

        return needed;
    }

    private List<ISymbol> Lookup(string attribute) =>
        [.. model.LookupNamespacesAndTypes(root.Members.FirstOrDefault() is { } first ? Inside(first) : root.SpanStart, name: attribute).Select(s => s is IAliasSymbol alias ? alias.Target : s)];

    // Where the first class stands: names of its namespace count as well.
    private static int Inside(MemberDeclarationSyntax member) => member is BaseNamespaceDeclarationSyntax { Members: [var first, ..] } ? Inside(first) : member.SpanStart;

    private static bool IsRondo(ISymbol symbol) => Foreign.Space(symbol) == "Rondo";
}
