using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>What <c>[assembly: FixturesFrom]</c> makes visible.</summary>
/// <param name="Foreign">Classes of other assemblies, read from their metadata: nobody else writes entries for them here.</param>
/// <param name="Own">Full names of classes of this assembly.</param>
internal sealed record ImportsModel(EquatableArray<HolderModel> Foreign, EquatableArray<string> Own)
{
    public static readonly ImportsModel None = new(EquatableArray<HolderModel>.Empty, EquatableArray<string>.Empty);
}

/// <summary>A class that a mark names, with what is wrong with it.</summary>
/// <param name="Model">Null if it cannot be used.</param>
internal sealed record ReadImport(AttributeData Mark, HolderModel? Model, IReadOnlyList<Problem> Problems);

/// <summary>Reads <c>[assembly: FixturesFrom]</c>. The symbols are enough: a library need not have been compiled with the generator, and what its own one wrote is not looked at.</summary>
internal static class ImportReader
{
    public static ImportsModel Read(Compilation compilation)
    {
        List<HolderModel>? foreign = null;
        List<string>? own = null;
        foreach (var import in ReadAll(compilation))
        {
            if (import.Model is not { } model) continue;
            if (model.Place.Library is null) (own ??= []).Add(model.FullName);
            else if (foreign?.Exists(h => h.FullName == model.FullName) != true) (foreign ??= []).Add(model);
        }

        return foreign is null && own is null ? ImportsModel.None : new ImportsModel(EquatableArray.Of(foreign ?? []), EquatableArray.Of(own ?? []));
    }

    public static IEnumerable<ReadImport> ReadAll(Compilation compilation)
    {
        foreach (var mark in compilation.Assembly.GetAttributes())
        {
            if (RondoNames.Mark(mark) != RondoNames.FixturesFrom) continue;
            var named = mark.ConstructorArguments is [{ Value: ITypeSymbol symbol }] ? symbol : null;
            if (Wrong(named, compilation) is { } wrong)
            {
                yield return new ReadImport(mark, null, [wrong]);
                continue;
            }

            var type = (INamedTypeSymbol)named!;
            var read = HolderReader.Read(type, compilation);
            var model = read.Model;
            if (!MethodRules.IsOf(type, compilation))
            {
                // Two assemblies may borrow the same class: the borrower's name keeps the keys apart.
                model = model with
                {
                    TypeName = model.TypeName + "~" + compilation.AssemblyName,
                    Owner = null,
                    Place = model.Place with { Namespace = model.Namespace, Library = type.ContainingAssembly.Name },
                };
                yield return new ReadImport(mark, model, [.. read.Findings.Select(f => f.Problem)]);
            }
            else
            {
                // Its own place reports what is wrong with it.
                yield return new ReadImport(mark, model, []);
            }
        }
    }

    private static Problem? Wrong(ITypeSymbol? named, Compilation compilation)
    {
        var shown = named is null ? "null" : TypeText.Shown(named);
        if (named is not INamedTypeSymbol { TypeKind: TypeKind.Class, IsStatic: true } type) return Diagnostics.Import(shown, "which is no static class");
        if (MethodRules.IsGeneric(type)) return Diagnostics.Import(shown, "which is generic");
        if (!compilation.IsSymbolAccessibleWithin(type, compilation.Assembly)) return Diagnostics.Import(shown, "which this assembly cannot see");
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method && RondoNames.Has(method, RondoNames.Fixture) && compilation.IsSymbolAccessibleWithin(method, compilation.Assembly)) return null;
        }

        return Diagnostics.Import(shown, "which has no fixture that this assembly can call");
    }
}
