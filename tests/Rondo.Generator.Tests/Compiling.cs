extern alias generator;

using System.Collections.Immutable;
using System.Runtime.Loader;
using generator::Rondo.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Rondo.Catalog;
using Rondo.Conformance;
using Rondo.Reflection;

namespace Rondo.Generator.Tests;

/// <summary>Compiles user code in memory with the generator and the analyzers, the way a build does.</summary>
internal static class Compiling
{
    public const string Usings = "global using System; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks; global using Rondo; global using Rondo.Loops;\n";

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "Rondo.Core.dll" or "Rondo.Loops.dll"))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    public static IReadOnlyList<MetadataReference> References => s_references;

    public static CSharpParseOptions Language { get; } = new(LanguageVersion.Latest);

    public static CSharpCompilation Compilation(params string[] sources) => Compilation("Shop.Tests", [], sources);

    public static CSharpCompilation Compilation(string name, IEnumerable<MetadataReference> references, params string[] sources) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(Usings, Language, "Usings.cs"), .. sources.Select((s, i) => CSharpSyntaxTree.ParseText(s, Language, $"Tests{(i == 0 ? "" : i + 1)}.cs"))],
        [.. s_references, .. references],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, generalDiagnosticOption: ReportDiagnostic.Error, allowUnsafe: true)
            .WithSpecificDiagnosticOptions([new("CS8019", ReportDiagnostic.Suppress), new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]));

    public static GeneratorDriver Driver(params (string Key, string Value)[] properties) => CSharpGeneratorDriver.Create(
        [new CatalogGenerator().AsSourceGenerator()],
        parseOptions: Language,
        optionsProvider: new Properties(properties),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Generates, and fails unless the whole compiles with no warning at all.</summary>
    public static Generated Generate(params string[] sources) => Generate(Compilation(sources));

    public static Generated Generate(CSharpCompilation compilation, params (string Key, string Value)[] properties)
    {
        var generated = GenerateAnyway(compilation, properties);
        var problems = generated.Compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        Assert.IsEmpty(problems, string.Join("\n", problems) + "\n" + string.Join("\n", generated.Sources.Select(s => s.SourceText)));
        return generated;
    }

    public static Generated GenerateAnyway(CSharpCompilation compilation, params (string Key, string Value)[] properties)
    {
        var result = Driver(properties).RunGeneratorsAndUpdateCompilation(compilation, out var whole, out var diagnostics).GetRunResult().Results[0];
        Assert.IsNull(result.Exception, result.Exception?.ToString());
        Assert.IsEmpty(diagnostics);
        return new Generated((CSharpCompilation)whole, result.GeneratedSources);
    }

    internal sealed class Properties(params (string Key, string Value)[] properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(properties.ToDictionary(p => "build_property." + p.Key, p => p.Value));

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }
}

internal sealed record Generated(CSharpCompilation Compilation, ImmutableArray<GeneratedSourceResult> Sources)
{
    public string Source(string hintPrefix) => Sources.Single(s => s.HintName.StartsWith(hintPrefix, StringComparison.Ordinal)).SourceText.ToString();

    public MetadataReference AsReference()
    {
        using var image = new MemoryStream();
        var result = Compilation.Emit(image);
        Assert.IsTrue(result.Success, string.Join("\n", result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    /// <summary>Loads the assembly beside the running ones and gives its catalog as generated code announced it.</summary>
    public AssemblyCatalog Load(params Generated[] referenced)
    {
        var context = new AssemblyLoadContext(Compilation.AssemblyName, isCollectible: false);
        foreach (var other in referenced) LoadImage(context, other.Compilation);
        var assembly = LoadImage(context, Compilation);
        var catalog = (AssemblyCatalog)Activator.CreateInstance(assembly.GetType("Rondo.Generated.RondoCatalog", throwOnError: true)!)!;
        // Whatever a test of the generator compiles is read by the other provider too, but for what the analyzers, which such tests leave out, would have refused.
        if (Analyzing.Errors(Compilation).Count > 0) return catalog;
        var differences = CatalogComparison.Differences(catalog, ReflectedTests.Read(assembly)).Where(d => !KnownDifferences.Exists(d.Contains)).ToList();
        Assert.IsEmpty(differences, "By reflection the catalog is another one:\n" + string.Join("\n", differences));
        return catalog;
    }

    /// <summary>Parts of lines that metadata cannot say: the digits of a number that was written for a decimal, and whether elements were written as an array.</summary>
    public static readonly List<string> KnownDifferences = ["1.10"];

    private static System.Reflection.Assembly LoadImage(AssemblyLoadContext context, CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.IsTrue(result.Success, string.Join("\n", result.Diagnostics));
        image.Position = 0;
        return context.LoadFromStream(image);
    }
}

/// <summary>Runs the analyzers over user code.</summary>
internal static class Analyzing
{
    public static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
    [
        new generator::Rondo.Generator.Analyzers.CatalogAnalyzer(),
        new generator::Rondo.Generator.Analyzers.FixtureBodyAnalyzer(),
        new generator::Rondo.Generator.Analyzers.ProjectAnalyzer(),
        new generator::Rondo.Generator.Analyzers.SubtestAnalyzer(),
        new generator::Rondo.Generator.Analyzers.TestBodyAnalyzer(),
    ];

    /// <summary>Lines of the form <c>RND1001 'text under the squiggle': message</c>, in order of place.</summary>
    public static IReadOnlyList<string> Report(CSharpCompilation compilation, params (string Key, string Value)[] properties)
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([], new Compiling.Properties(properties)),
            onAnalyzerException: (error, _, _) => throw new InvalidOperationException(error.ToString()), concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        var found = compilation.WithAnalyzers(Analyzers, options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        return
        [
            .. found.OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id, StringComparer.Ordinal)
                .Select(d => $"{d.Id} '{d.Location.SourceTree?.GetText().ToString(d.Location.SourceSpan)}': {d.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"),
        ];
    }

    /// <summary>The errors about tests, fixtures and marks, each with its code at the end, as a failing test shows it.</summary>
    public static IReadOnlyList<string> Errors(CSharpCompilation compilation) =>
    [
        .. compilation.WithAnalyzers([Analyzers[0]], new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: false, logAnalyzerExecutionTime: false))
            .GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult()
            .Where(d => d.Severity == DiagnosticSeverity.Error && d.DefaultSeverity == DiagnosticSeverity.Error)
            .Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture) + " [" + d.Id + "]").Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The code and the marked text of each diagnostic.</summary>
    public static IReadOnlyList<string> Codes(CSharpCompilation compilation, params (string Key, string Value)[] properties) =>
        [.. Report(compilation, properties).Select(l => l[..(l.IndexOf("': ", StringComparison.Ordinal) + 1)])];
}
