// Corrections of Rondo's compile errors. A project of its own, because it needs the workspaces of an editor, which the command line compiler does not have.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace Rondo.CodeFixes;

/// <summary>A correction of one place that is also one of many: all places of a file go through one editor, so they cannot get in each other's way.</summary>
internal abstract class EditingFix : CodeFixProvider
{
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
        await FixAsync(document, [.. diagnostics.Where(d => d.Id == context.CodeActionEquivalenceKey)], context.CancellationToken).ConfigureAwait(false));

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root) return;
        if (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model) return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Find(root, diagnostic) is not { } node || Title(diagnostic.Id, node, model) is not { } title) continue;
            context.RegisterCodeFix(CodeAction.Create(title, stop => FixAsync(context.Document, [diagnostic], stop), equivalenceKey: diagnostic.Id), diagnostic);
        }
    }

    /// <summary>What the correction is called; null if there is none that is sure to be meant.</summary>
    protected abstract string? Title(string code, SyntaxNode node, SemanticModel model);

    /// <summary>Asked only where there is a title.</summary>
    protected abstract void Edit(string code, SyntaxNode node, SemanticModel model, SyntaxEditor editor);

    private async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken stop)
    {
        var editor = await DocumentEditor.CreateAsync(document, stop).ConfigureAwait(false);
        foreach (var diagnostic in diagnostics)
        {
            if (Find(editor.OriginalRoot, diagnostic) is { } node && Title(diagnostic.Id, node, editor.SemanticModel) is not null) Edit(diagnostic.Id, node, editor.SemanticModel, editor);
        }

        return editor.GetChangedDocument();
    }

    private static SyntaxNode? Find(SyntaxNode root, Diagnostic diagnostic) =>
        root.FullSpan.Contains(diagnostic.Location.SourceSpan) ? root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) : null;
}
