using System.Reflection;
using Rondo.Generator;
using Rondo.Generator.Analyzers;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;
using Rondo.Generator.Resolving;
using Rondo.Generator.Writing;

namespace Rondo.Reflection.Reading;

/// <param name="Universe">All symbols.</param>
/// <param name="Classes">In ordinal order of their full names.</param>
/// <param name="Holders">In ordinal order of their full names.</param>
/// <param name="Marks">Those of the assembly.</param>
internal sealed record ReadAssembly(Compilation Universe, IReadOnlyList<BoundClass> Classes, IReadOnlyList<BoundHolder> Holders, MarkSet Marks);

/// <param name="Resolved">Everything bound.</param>
/// <param name="Tests">Their methods; there may be fewer: what only tells of a mistake has none, and stands behind them.</param>
/// <param name="Constructor">Null if no test needs an instance.</param>
internal sealed record BoundClass(ResolvedClass Resolved, IReadOnlyList<IMethodSymbol> Tests, IMethodSymbol? Constructor);

/// <summary>
/// Types -> models -> bound models, by the readers of the generator. What would stop a build makes tests fail here: the test itself, all tests of a class whose mark is wrong, and, where no test is affected that
/// could say it, a test that stands for the mistake and has its place's name.
/// </summary>
internal static class AssemblyReading
{
    public static ReadAssembly Read(Assembly assembly)
    {
        try
        {
            return ReadAll(assembly);
        }
        catch (Exception error) when (error is FileNotFoundException or FileLoadException or TypeLoadException or BadImageFormatException)
        {
            // Types load without those that their members name; here is where they are asked for.
            throw Unloadable(assembly, error.Message);
        }
    }

    private static ReadAssembly ReadAll(Assembly assembly)
    {
        var universe = new Compilation(assembly);
        var types = TypesOf(assembly).Where(MayMatter).Select(t => (INamedTypeSymbol)universe.TypeOf(t)).ToList();
        var classes = types.SelectMany(t => ReadType.ClassesOf(t, universe)).Select(t => (Type: t, Read: TestClassReader.Read(t, universe))).DistinctBy(c => c.Read.Model.FullName).ToList();
        var declared = types.Select(t => ReadType.HolderOf(t, universe)?.Model).OfType<HolderModel>().ToList();
        var borrowed = classes.SelectMany(c => c.Read.Model.Borrowed).Distinct().ToList();
        var imports = ImportReader.Read(universe);
        var table = new FixtureTable(declared.Concat(borrowed), imports);

        var mistakes = Mistakes.Of(types, declared, imports, table, universe);
        var bound = classes.ConvertAll(c => new BoundClass(ClassResolver.Resolve(mistakes.Apply(c.Type, c.Read), table), c.Read.Tests, c.Read.Constructor));
        var holders = declared.Concat(borrowed).Concat(imports.Foreign).DistinctBy(h => h.FullName).Select(h => HolderTable.Bind(h, table));
        return new ReadAssembly(
            universe,
            [.. mistakes.Complete(bound).OrderBy(c => c.Resolved.Model.FullName, StringComparer.Ordinal)],
            [.. holders.OrderBy(h => h.Model.FullName, StringComparer.Ordinal)],
            MarkReader.Read(universe.Assembly.GetAttributes(), universe.Assembly));
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes().OrderBy(t => t.MetadataToken);
        }
        catch (ReflectionTypeLoadException error)
        {
            throw Unloadable(assembly, error.LoaderExceptions.FirstOrDefault(e => e is not null)?.Message ?? error.Message);
        }
    }

    private static RondoUsageException Unloadable(Assembly assembly, string why) => new(
        $"The tests of '{assembly.GetName().Name}' cannot be found, because not all of its types can be loaded: {why} Tests of a project without Rondo's generator are found by looking at all its types. Copy what is missing beside the program, or remove what names it. [RND2060]");

    // Most types of an assembly have nothing to do with tests, and symbols of them would cost the start.
    private static bool MayMatter(Type type)
    {
        if (type.IsEnum || (type.Name.StartsWith('<') && !type.Name.Contains(">F", StringComparison.Ordinal))) return false;
        if (type.BaseType is { } up && up != typeof(object) && up != typeof(ValueType) && up != typeof(MulticastDelegate) && up != typeof(Attribute) && up.Assembly != typeof(object).Assembly) return true;
        return IsMarked(type) || type.GetMethods(INamedTypeSymbol.Declared).Any(m => IsMarked(m) || m.GetParameters().Any(p => p.GetCustomAttributesData().Any(IsRondo)))
            || type.GetConstructors(INamedTypeSymbol.Declared).Any(c => c.GetParameters().Any(p => p.GetCustomAttributesData().Any(IsRondo)));
    }

    private static bool IsMarked(MemberInfo member) => member.GetCustomAttributesData().Any(IsRondo);

    private static bool IsRondo(CustomAttributeData mark) => mark.AttributeType.Namespace == "Rondo";
}
