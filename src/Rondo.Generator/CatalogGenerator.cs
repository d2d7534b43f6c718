// Symbols -> models -> bound models -> text. Everything behind the first step is a value, so an edit in one class recomputes that class:
// the others are compared and left alone. Nothing here reports: what is wrong is found again by the analyzers, with places.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;
using Rondo.Generator.Resolving;
using Rondo.Generator.Writing;

namespace Rondo.Generator;

/// <summary>Writes the catalog of an assembly's tests and fixtures, and the entry point of a test program.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class CatalogGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var declaring = context.SyntaxProvider.ForAttributeWithMetadataName("Rondo.TestAttribute", static (node, _) => node is MethodDeclarationSyntax, static (found, _) => ReadDeclaring(found))
            .Where(static model => model is not null).Select(static (model, _) => model!).WithTrackingName(Steps.DeclaringClasses);
        // Classes that only inherit tests carry no attribute that could be looked up.
        var inheriting = context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => MayInherit(node), static (found, stop) => ReadInheriting(found, stop))
            .Where(static model => model is not null).Select(static (model, _) => model!).WithTrackingName(Steps.InheritingClasses);
        var holders = context.SyntaxProvider.ForAttributeWithMetadataName("Rondo.FixtureAttribute", static (node, _) => node is MethodDeclarationSyntax, static (found, _) => ReadHolder(found))
            .Where(static model => model is not null).Select(static (model, _) => model!).WithTrackingName(Steps.Holders);

        var borrowed = declaring.SelectMany(static (model, _) => model.Borrowed).Collect().Combine(inheriting.SelectMany(static (model, _) => model.Borrowed).Collect())
            .SelectMany(static (both, _) => both.Left.Concat(both.Right).Distinct().ToImmutableArray()).WithTrackingName(Steps.BorrowedHolders);
        var table = holders.Collect().Combine(borrowed.Collect()).Select(static (both, _) => new FixtureTable(both.Left.Concat(both.Right))).WithTrackingName(Steps.Fixtures);

        var assembly = context.CompilationProvider
            .Select(static (compilation, _) => new AssemblyModel(compilation.AssemblyName ?? "", MarkReader.Read(compilation.Assembly.GetAttributes()))).WithTrackingName(Steps.Assembly);
        var names = Names(declaring).Combine(Names(inheriting)).Combine(Names(holders)).Combine(Names(borrowed)).WithTrackingName(Steps.Names);

        WriteClasses(context, declaring, table);
        WriteClasses(context, inheriting, table);
        WriteHolders(context, holders, table);
        WriteHolders(context, borrowed, table);
        context.RegisterSourceOutput(assembly.Combine(names).WithTrackingName(Steps.Registration), static (output, parts) =>
        {
            var (((own, inherited), fixtures), lent) = parts.Right;
            if (AssemblyWriter.Registration(parts.Left, own.Concat(inherited), fixtures.Concat(lent)) is { } text) output.AddSource("RondoCatalog.g.cs", text);
        });

        var entryPoint = context.AnalyzerConfigOptionsProvider.Select(static (options, _) => EntryPointOptions.Read(options.GlobalOptions)).WithTrackingName(Steps.EntryPoint);
        context.RegisterSourceOutput(entryPoint, static (output, options) =>
        {
            if (options.IsWanted) output.AddSource("RondoEntryPoint.g.cs", AssemblyWriter.EntryPoint(options.RootNamespace));
        });
    }

    private static void WriteClasses(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<TestClassModel> classes, IncrementalValueProvider<FixtureTable> table)
    {
        var resolved = classes.Combine(table).Select(static (both, _) => ClassResolver.Resolve(both.Left, both.Right)).WithTrackingName(Steps.ResolvedClasses);
        context.RegisterSourceOutput(resolved, static (output, one) => output.AddSource(CodeText.HintName(one.Model.FullName, ".tests"), TestClassWriter.Write(one)));
    }

    private static void WriteHolders(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<HolderModel> holders, IncrementalValueProvider<FixtureTable> table)
    {
        var bound = holders.Combine(table).Select(static (both, _) => HolderWriter.Bind(both.Left, both.Right)).WithTrackingName(Steps.BoundHolders);
        context.RegisterSourceOutput(bound, static (output, one) => output.AddSource(CodeText.HintName(one.Model.FullName, ".fixtures"), HolderWriter.Write(one)));
    }

    private static IncrementalValueProvider<EquatableArray<string>> Names(IncrementalValuesProvider<TestClassModel> classes) =>
        classes.Select(static (model, _) => model.FullName).Collect().Select(static (names, _) => new EquatableArray<string>(names));

    private static IncrementalValueProvider<EquatableArray<string>> Names(IncrementalValuesProvider<HolderModel> holders) =>
        holders.Select(static (model, _) => model.FullName).Collect().Select(static (names, _) => new EquatableArray<string>(names));

    // Found once per test; the class is read for the first of them only.
    private static TestClassModel? ReadDeclaring(GeneratorAttributeSyntaxContext found)
    {
        if (found.TargetSymbol is not IMethodSymbol { ContainingType: { } type } method || (type.IsAbstract && !type.IsStatic && type.TypeKind == TypeKind.Class)) return null;
        return IsSame(TestClassReader.FirstOwnTest(type), method) ? TestClassReader.Read(type, found.SemanticModel.Compilation).Model : null;
    }

    private static HolderModel? ReadHolder(GeneratorAttributeSyntaxContext found)
    {
        if (found.TargetSymbol is not IMethodSymbol { ContainingType: { } type } method || HolderReader.IsOpenGeneric(type)) return null;
        if (!IsSame(HolderReader.FirstFixture(type), method)) return null;
        var model = HolderReader.Read(type, found.SemanticModel.Compilation).Model;
        return model.Fixtures.Count == 0 ? null : model;
    }

    private static bool IsSame(IMethodSymbol? first, IMethodSymbol method) => SymbolEqualityComparer.Default.Equals(first, method.PartialDefinitionPart ?? method);

    private static bool MayInherit(SyntaxNode node) =>
        node is TypeDeclarationSyntax { BaseList: { } bases } type
        && (type.IsKind(SyntaxKind.ClassDeclaration) || type.IsKind(SyntaxKind.RecordDeclaration))
        && bases.Types.Count > 0
        && !type.Modifiers.Any(SyntaxKind.AbstractKeyword) && !type.Modifiers.Any(SyntaxKind.StaticKeyword);

    private static TestClassModel? ReadInheriting(GeneratorSyntaxContext found, CancellationToken stop)
    {
        if (found.SemanticModel.GetDeclaredSymbol(found.Node, stop) is not INamedTypeSymbol { IsAbstract: false } type) return null;
        if (!TestClassReader.InheritsTests(type, found.SemanticModel.Compilation) || TestClassReader.FirstOwnTest(type) is not null) return null;
        // Each part of a partial class may name the base: the first that does speaks for all.
        var speaker = type.DeclaringSyntaxReferences.First(r => r.GetSyntax(stop) is TypeDeclarationSyntax { BaseList: not null });
        return speaker.SyntaxTree == found.Node.SyntaxTree && speaker.Span == found.Node.Span ? TestClassReader.Read(type, found.SemanticModel.Compilation).Model : null;
    }
}

/// <summary>Names of the pipeline's steps, for tests of what an edit recomputes.</summary>
internal static class Steps
{
    public const string DeclaringClasses = nameof(DeclaringClasses);
    public const string InheritingClasses = nameof(InheritingClasses);
    public const string Holders = nameof(Holders);
    public const string BorrowedHolders = nameof(BorrowedHolders);
    public const string Fixtures = nameof(Fixtures);
    public const string Assembly = nameof(Assembly);
    public const string Names = nameof(Names);
    public const string ResolvedClasses = nameof(ResolvedClasses);
    public const string BoundHolders = nameof(BoundHolders);
    public const string Registration = nameof(Registration);
    public const string EntryPoint = nameof(EntryPoint);
}
