// Symbols -> models -> bound models -> text. Everything behind the first step is a value, so an edit in one class recomputes that class:
// the others are compared and left alone. Nothing here reports: what is wrong is found again by the analyzers, with places.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
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
        // Not ForAttributeWithMetadataName: it binds every test's attributes again after every edit, and classes that only inherit tests carry none.
        var types = context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => TypeReading.MayMatter(node), static (found, stop) => TypeReading.Read(found.Node, found.SemanticModel, stop))
            .Where(static type => type is not null).WithTrackingName(Steps.Types);
        var classes = types.SelectMany(static (type, _) => type!.Tests.ToImmutableArray()).WithTrackingName(Steps.Classes);
        var holders = types.Where(static type => type!.Fixtures is not null).Select(static (type, _) => type!.Fixtures!).WithTrackingName(Steps.Holders);
        var borrowed = classes.SelectMany(static (model, _) => model.Borrowed).Collect()
            .SelectMany(static (all, _) => all.Distinct().ToImmutableArray()).WithTrackingName(Steps.BorrowedHolders);
        var imports = context.CompilationProvider.Select(static (compilation, _) => ImportReader.Read(compilation)).WithTrackingName(Steps.Imports);
        var imported = imports.SelectMany(static (all, _) => all.Foreign.ToImmutableArray());
        var table = holders.Collect().Combine(borrowed.Collect()).Combine(imports).Select(static (all, _) => new FixtureTable(all.Left.Left.Concat(all.Left.Right), all.Right)).WithTrackingName(Steps.Fixtures);

        var assembly = context.CompilationProvider
            .Select(static (compilation, _) => new AssemblyModel(compilation.AssemblyName ?? "", MarkReader.Read(compilation.Assembly.GetAttributes(), compilation.Assembly))).WithTrackingName(Steps.Assembly);
        var names = Names(classes).Combine(Names(holders)).Combine(Names(borrowed)).Combine(Names(imported)).WithTrackingName(Steps.Names);

        WriteClasses(context, classes, table);
        WriteHolders(context, holders, table);
        WriteHolders(context, borrowed, table);
        WriteHolders(context, imported, table);
        context.RegisterSourceOutput(assembly.Combine(names).WithTrackingName(Steps.Registration), static (output, parts) =>
        {
            var (((tests, fixtures), lent), named) = parts.Right;
            if (AssemblyWriter.Registration(parts.Left, tests, fixtures.Concat(lent).Concat(named)) is { } text) output.AddSource("RondoCatalog.g.cs", text);
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
        var bound = holders.Combine(table).Select(static (both, _) => HolderTable.Bind(both.Left, both.Right)).WithTrackingName(Steps.BoundHolders);
        context.RegisterSourceOutput(bound, static (output, one) => output.AddSource(CodeText.HintName(one.Model.FullName, ".fixtures"), HolderWriter.Write(one)));
    }

    private static IncrementalValueProvider<EquatableArray<string>> Names(IncrementalValuesProvider<TestClassModel> classes) =>
        classes.Select(static (model, _) => model.FullName).Collect().Select(static (names, _) => new EquatableArray<string>(names));

    private static IncrementalValueProvider<EquatableArray<string>> Names(IncrementalValuesProvider<HolderModel> holders) =>
        holders.Select(static (model, _) => model.FullName).Collect().Select(static (names, _) => new EquatableArray<string>(names));
}

/// <summary>Names of the pipeline's steps, for tests of what an edit recomputes.</summary>
internal static class Steps
{
    public const string Types = nameof(Types);
    public const string Classes = nameof(Classes);
    public const string Holders = nameof(Holders);
    public const string BorrowedHolders = nameof(BorrowedHolders);
    public const string Imports = nameof(Imports);
    public const string Fixtures = nameof(Fixtures);
    public const string Assembly = nameof(Assembly);
    public const string Names = nameof(Names);
    public const string ResolvedClasses = nameof(ResolvedClasses);
    public const string BoundHolders = nameof(BoundHolders);
    public const string Registration = nameof(Registration);
    public const string EntryPoint = nameof(EntryPoint);
}
