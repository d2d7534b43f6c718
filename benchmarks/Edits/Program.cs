// Edits one file of a project of 10,000 tests, as somebody who types does: what the generator and the analyzers take, and how many classes are written again.
extern alias generator;

using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using generator::Rondo.Generator;
using generator::Rondo.Generator.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace EditBenchmarks;

internal static class Program
{
    private const int Classes = 1000;
    private const int TestsInAClass = 10;
    private const int WarmUps = 10;
    private const int Rounds = 60;

    private static readonly CSharpParseOptions s_language = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<DiagnosticAnalyzer> s_analyzers = [new CatalogAnalyzer(), new FixtureBodyAnalyzer(), new ProjectAnalyzer(), new SubtestAnalyzer(), new TestBodyAnalyzer()];

    // What is replaced in a file, and by what in each round.
    private static readonly (string Name, string Old, Func<int, string> New)[] s_edits =
    [
        ("a number in the body of a test", "/*a*/", i => "/*a*/ + " + i.ToString(CultureInfo.InvariantCulture)),
        ("a line in the body of a test", "/*a*/", i => "\n+ " + i.ToString(CultureInfo.InvariantCulture) + "/*a*/"),
        ("a new test", "/*b*/", i => "[Test] public void New" + i.ToString(CultureInfo.InvariantCulture) + "() { } /*b*/"),
    ];

    private static async Task Main()
    {
        Console.WriteLine($"{Classes * TestsInAClass:N0} tests in {Classes:N0} files; ms, median / first quartile / third quartile of {Rounds} edits after {WarmUps}; .NET {Environment.Version}, {Environment.ProcessorCount} processors; load {File.ReadAllText("/proc/loadavg").Trim()}");
        foreach (var edit in s_edits) await MeasureAsync(edit.Name, edit.Old, edit.New);
        Console.WriteLine($"load {File.ReadAllText("/proc/loadavg").Trim()}");
    }

    private static async Task MeasureAsync(string name, string old, Func<int, string> replacement)
    {
        var compilation = CSharpCompilation.Create("Suite", [Tree(Usings, "Usings.cs"), Tree(Shared, "Shared.cs"), .. Enumerable.Range(0, Classes).Select(c => Tree(TestClass(c), $"Tests{c}.cs"))], References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var driver = CSharpGeneratorDriver.Create([new CatalogGenerator().AsSourceGenerator()], parseOptions: s_language,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true)).RunGeneratorsAndUpdateCompilation(compilation, out var built, out _);
        var errors = built.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        if (errors.Count > 0) throw new InvalidOperationException(string.Join('\n', errors.Take(5)));

        List<double> generators = [], editor = [], added = [], sum = [], whole = [], share = [];
        var written = new List<int>();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            // Another file each time.
            var tree = compilation.SyntaxTrees[2 + ((round + WarmUps) * 7 % Classes)];
            var at = tree.GetText().ToString().IndexOf(old, StringComparison.Ordinal);
            var edited = tree.WithChangedText(tree.GetText().WithChanges(new TextChange(new TextSpan(at, old.Length), replacement(round + WarmUps))));
            compilation = compilation.ReplaceSyntaxTree(tree, edited);

            var clock = Clock.Now();
            driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out var now, out _);
            var generator = clock.Ended();
            // What an editor does for the file in any case, and pays for with the first look at the project after an edit; then twice more, in turn with ours first and last.
            var compiler = await AnalyzeAsync(now, edited, []);
            var isFirst = round % 2 == 0;
            var first = await AnalyzeAsync(now, edited, isFirst ? s_analyzers : []);
            var second = await AnalyzeAsync(now, edited, isFirst ? [] : s_analyzers);
            var (ours, others) = isFirst ? (first, second) : (second, first);
            if (round < 0) continue;
            generators.Add(generator.Ms);
            editor.Add(compiler.Ms);
            added.Add(ours.Ms - others.Ms);
            sum.Add(generator.Ms + ours.Ms - others.Ms);
            whole.Add(generator.WithPauses + ours.WithPauses - others.WithPauses);
            var ourGarbage = generator.Bytes + ours.Bytes - others.Bytes;
            share.Add(100.0 * ourGarbage / (ourGarbage + compiler.Bytes));
            written.Add(driver.GetRunResult().Results[0].TrackedSteps["ResolvedClasses"].SelectMany(s => s.Outputs).Count(o => o.Reason is not (IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged)));
        }

        Console.WriteLine($"{name,-32} generator {Shown(generators)}; analyzers {Shown(added)}; both {Shown(sum)}, with the collector's pauses {Shown(whole)}; share of the garbage {Shown(share)} %; what the editor does for the file in any case {Shown(editor)}; classes written again: {string.Join(", ", written.Distinct().Order())}");
    }

    private static async Task<Taken> AnalyzeAsync(Compilation compilation, SyntaxTree tree, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        var clock = Clock.Now();
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([], new Properties()), (error, _, _) => throw new InvalidOperationException(error.ToString()), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var found = await compilation.WithAnalyzers([new Reader(), .. analyzers], options).GetAnalysisResultAsync(compilation.GetSemanticModel(tree), null, CancellationToken.None);
        var taken = clock.Ended();
        if (found.GetAllDiagnostics() is { Length: > 0 } all) throw new InvalidOperationException(string.Join('\n', all.Take(5)));
        return taken;
    }

    /// <param name="Ms">Without the collector's pauses: when it collects is decided by the garbage of the whole process, nearly all of it the compiler's.</param>
    private readonly record struct Taken(double Ms, double WithPauses, long Bytes);

    private readonly record struct Clock(long From, TimeSpan Pauses, long Bytes)
    {
        public static Clock Now() => new(Stopwatch.GetTimestamp(), GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());

        public Taken Ended()
        {
            var ms = Stopwatch.GetElapsedTime(From).TotalMilliseconds;
            return new Taken(ms - (GC.GetTotalPauseDuration() - Pauses).TotalMilliseconds, ms, GC.GetTotalAllocatedBytes() - Bytes);
        }
    }

    private static string Shown(List<double> ms)
    {
        ms.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{ms[ms.Count / 2]:0.0} / {ms[ms.Count / 4]:0.0} / {ms[ms.Count * 3 / 4]:0.0}");
    }

    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Threading; global using System.Threading.Tasks; global using Rondo; global using Rondo.Loops;\n";

    private const string Shared = """
        namespace Suite;
        public sealed record Server(string Url);
        public sealed class Cart(Server server) { public Server Server => server; public int Count { get; set; } }
        public static class Fixtures
        {
            [Fixture(FixtureScope.Worker)] public static async Task Start(Use<Server> use) => await use(new Server("http://localhost"));
            [Fixture] public static Cart NewCart(Server server) => new(server);
        }
        """;

    private static string TestClass(int number)
    {
        var tests = Enumerable.Range(0, TestsInAClass - 1).Select(t => $$"""
                [Test, Case({{t}}), Tag("t{{t}}")]
                public async Task Counts{{t}}(int number, Cart cart)
                {
                    await Task.Yield();
                    cart.Count += number;
                    if (cart.Count != {{t}}) throw new Exception("wrong");
                }

            """);
        return $$"""
            namespace Suite.Area{{number % 20}};

            public sealed class Tests{{number}}(Cart cart)
            {
            {{string.Concat(tests)}}
                [Test]
                public void Adds()
                {
                    var sum = 1 /*a*/;
                    cart.Count = sum;
                }
                /*b*/
            }
            """;
    }

    private static SyntaxTree Tree(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text), s_language, path);

    private static IEnumerable<MetadataReference> References() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(p => Path.GetFileName(p) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "Rondo.Core.dll" or "Rondo.Loops.dll"))
        .Select(p => MetadataReference.CreateFromFile(p));

    // As in a test program, so that all rules are looked at; the entry point that the generator would write never changes.
    private sealed class Properties : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options();

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Options : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => (value = key == "build_property.RondoEntryPoint" ? "true" : null) is not null;
        }
    }

#pragma warning disable RS1001, RS1036 // Nobody loads it from an assembly.
    private sealed class Reader : DiagnosticAnalyzer
#pragma warning restore RS1001, RS1036
    {
        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [new("READER", "Reader", "Reader", "Reader", DiagnosticSeverity.Warning, isEnabledByDefault: true)];

        // The squiggles of the compiler itself: whoever asks first for what a file means pays for it, and here that is never one of ours alone.
        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterSemanticModelAction(static action => action.SemanticModel.GetDiagnostics(cancellationToken: action.CancellationToken));
        }
    }
}
