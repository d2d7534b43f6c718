extern alias fixes;

using System.Collections.Immutable;
using fixes::Rondo.CodeFixes;
using fixes::Rondo.CodeFixes.Migration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Rondo.Generator.Tests;

/// <summary>Applies code fixes to user code in memory, the way an editor does.</summary>
internal static class Fixing
{
    private static readonly CodeFixProvider[] s_providers = [new SignatureFix(), new AwaitFix(), new LostValueFix(), new ClockFix(), new ForeignAttributesFix()];

    /// <summary>The first file after the correction of its first diagnostic of a code; null if none is offered.</summary>
    public static async Task<string?> FirstAsync(string code, params string[] sources)
    {
        using var workspace = new AdhocWorkspace();
        var document = Project(workspace, sources).Documents.Single(d => d.Name == "Tests.cs");
        var actions = new List<CodeAction>();
        var diagnostic = (await DiagnosticsAsync(document.Project)).Where(d => d.Id == code && d.Location.SourceTree?.FilePath == document.Name).OrderBy(d => d.Location.SourceSpan.Start).First();
        await ProviderOf(code).RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        if (actions.Count == 0) return null;
        var changed = await ApplyAsync(actions[0]);
        return (await changed.GetDocument(document.Id)!.GetTextAsync()).ToString();
    }

    /// <summary>All files after "fix all in the project": their names and texts.</summary>
    public static async Task<IReadOnlyList<(string Name, string Text)>> AllAsync(string code, params string[] sources)
    {
        using var workspace = new AdhocWorkspace();
        var project = Project(workspace, sources);
        var provider = ProviderOf(code);
        var found = (await DiagnosticsAsync(project)).Where(d => d.Id == code).ToList();
        var solution = project.Solution;
        foreach (var first in found)
        {
            var actions = new List<CodeAction>();
            var document = project.Documents.Single(d => d.Name == first.Location.SourceTree!.FilePath);
            await provider.RegisterCodeFixesAsync(new CodeFixContext(document, first, (action, _) => actions.Add(action), CancellationToken.None));
            if (actions.Count == 0) continue;
            var context = new FixAllContext(document, provider, FixAllScope.Project, actions[0].EquivalenceKey!, [code], new Found(found), CancellationToken.None);
            var all = await provider.GetFixAllProvider()!.GetFixAsync(context);
            solution = await ApplyAsync(all!);
            break;
        }

        var texts = new List<(string, string)>();
        foreach (var document in solution.GetProject(project.Id)!.Documents.Where(d => d.Name != "Usings.cs")) texts.Add((document.Name, (await document.GetTextAsync()).ToString()));
        return texts;
    }

    /// <summary>The diagnostics of Rondo and the errors of the compiler in some files, the analyzers and the generator included.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(params string[] sources)
    {
        using var workspace = new AdhocWorkspace();
        var project = Project(workspace, sources);
        var compilation = (CSharpCompilation)(await project.GetCompilationAsync())!;
        var generated = Compiling.GenerateAnyway(compilation, ("RondoEntryPoint", "false")).Compilation;
        return
        [
            .. (await DiagnosticsAsync(project)).Select(d => d.ToString()),
            .. generated.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()),
        ];
    }

    /// <summary>Each file is what it should be after the first correction of another framework's attributes, and nothing is wrong with it then; null: no correction is offered.</summary>
    public static async Task EachAsync(IEnumerable<(string Framework, string Before, string? After)> files)
    {
        var wrong = new List<string>();
        foreach (var (framework, before, after) in files)
        {
            var problems = await ProblemsAsync(before, framework);
            var code = problems.Any(p => p.Contains("RND1031", StringComparison.Ordinal)) ? "RND1031" : "RND1032";
            if (!problems.Any(p => p.Contains(code, StringComparison.Ordinal))) wrong.Add($"{before}\n has nothing to correct: {string.Join("\n ", problems)}");
            else if (await FirstAsync(code, before, framework) is var found && found != after) wrong.Add($"in {before}\n expected {after ?? "none"}\n    found {found ?? "none"}");
            if (after is not null && await ProblemsAsync(after, framework) is { Count: > 0 } left) wrong.Add($"{after}\n {string.Join("\n ", left)}");
        }

        Assert.AreEqual("", string.Join("\n", wrong));
    }

    /// <summary>What user code may refer to beside Rondo, for one test: assemblies by their paths.</summary>
    public static readonly AsyncLocal<string[]> MoreReferences = new();

    private static CodeFixProvider ProviderOf(string code) => s_providers.Single(p => p.FixableDiagnosticIds.Contains(code));

    private static Project Project(AdhocWorkspace workspace, string[] sources)
    {
        var project = ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Shop.Tests", "Shop.Tests", LanguageNames.CSharp,
            compilationOptions: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable),
            parseOptions: Compiling.Language, metadataReferences: [.. Compiling.References, .. (MoreReferences.Value ?? []).Select(r => MetadataReference.CreateFromFile(r))]);
        var solution = workspace.CurrentSolution.AddProject(project);
        IEnumerable<(string Name, string Text)> files = [("Usings.cs", Compiling.Usings), .. sources.Select((s, i) => ($"Tests{(i == 0 ? "" : i + 1)}.cs", s))];
        foreach (var (name, text) in files) solution = solution.AddDocument(DocumentId.CreateNewId(project.Id), name, SourceText.From(text), filePath: name);
        return solution.GetProject(project.Id)!;
    }

    private static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Project project)
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([], new Compiling.Properties(("RondoEntryPoint", "true"))),
            onAnalyzerException: (error, _, _) => throw new InvalidOperationException(error.ToString()), concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        return await (await project.GetCompilationAsync())!.WithAnalyzers(Analyzing.Analyzers, options).GetAnalyzerDiagnosticsAsync();
    }

    private static async Task<Solution> ApplyAsync(CodeAction action) =>
        (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;

    // All of them at once: nothing is analyzed a second time.
    private sealed class Found(IReadOnlyList<Diagnostic> all) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(all);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(all.Where(d => d.Location.SourceTree?.FilePath == document.Name));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
