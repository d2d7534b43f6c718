using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.CodeFixes.Migration;

/// <summary>
/// Turns the attributes of xUnit, NUnit, MSTest and TUnit into Rondo's, a file at a time: an attribute alone could not take its <c>using</c> or its rows along. A method of which one attribute has no
/// counterpart stays as it is, with its error.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ForeignAttributesFix : CodeFixProvider
{
    private const string Key = "Rondo.ForeignAttributes";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["RND1031", "RND1032"];

    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, _) => await TurnAsync(document, context.CancellationToken).ConfigureAwait(false));

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var changes = await ChangesAsync(context.Document, context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            // Nothing is offered for an attribute that would stay; RND1032 stands at the first of a file and is about all of them.
            var at = diagnostic.Location.SourceSpan;
            if (!changes.Any(c => diagnostic.Id == "RND1032" || (c.Span.Length > 0 && c.Span.IntersectsWith(at)))) continue;
            context.RegisterCodeFix(CodeAction.Create("Use Rondo's attributes in this file", stop => TurnAsync(context.Document, stop), equivalenceKey: Key), diagnostic);
        }
    }

    private static async Task<Document> TurnAsync(Document document, CancellationToken stop)
    {
        var changes = await ChangesAsync(document, stop).ConfigureAwait(false);
        return changes.Count == 0 ? document : document.WithText((await document.GetTextAsync(stop).ConfigureAwait(false)).WithChanges(changes));
    }

    private static async Task<IReadOnlyList<TextChange>> ChangesAsync(Document document, CancellationToken stop)
    {
        if (await document.GetSemanticModelAsync(stop).ConfigureAwait(false) is not { } model) return [];
        return await model.SyntaxTree.GetRootAsync(stop).ConfigureAwait(false) is CompilationUnitSyntax root ? new FileMigration(model, root, stop).Changes() : [];
    }
}
