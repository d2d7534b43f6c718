using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>What a type means to Rondo: tests, fixtures or both.</summary>
/// <param name="Tests">One, several for a generic class, or none.</param>
internal sealed record ReadType(EquatableArray<TestClassModel> Tests, HolderModel? Fixtures)
{
    /// <summary>Null if the type has neither tests nor fixtures that can be written.</summary>
    public static ReadType? Of(INamedTypeSymbol type, Compilation compilation)
    {
        var classes = ClassesOf(type, compilation);
        var tests = classes.Count == 0 ? EquatableArray<TestClassModel>.Empty : EquatableArray.Of(classes.Select(one => TestClassReader.Read(one, compilation).Model));
        var holder = HolderOf(type, compilation)?.Model;
        return tests.Count == 0 && holder is null ? null : new ReadType(tests, holder);
    }

    /// <summary>The classes that run tests which the type declares or inherits: itself, or those that it is closed to.</summary>
    public static IReadOnlyList<INamedTypeSymbol> ClassesOf(INamedTypeSymbol type, Compilation compilation)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface)) return [];
        if (type is { TypeKind: TypeKind.Class, IsAbstract: true, IsStatic: false }) return [];
        if (TestClassReader.FirstOwnTest(type) is null && (type is not { TypeKind: TypeKind.Class, IsStatic: false } || !TestClassReader.InheritsTests(type, compilation))) return [];
        return type.Arity > 0 && TypeCases.Close(type, compilation, []) is { Count: > 0 } closed ? closed : [type];
    }

    /// <summary>Null if it declares no fixture that can be written under its own name.</summary>
    public static ReadHolder? HolderOf(INamedTypeSymbol type, Compilation compilation)
    {
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct or TypeKind.Interface) || HolderReader.FirstFixture(type) is null || HolderReader.IsOpenGeneric(type)) return null;
        var holder = HolderReader.Read(type, compilation);
        return holder.Model.Fixtures.Count == 0 ? null : holder;
    }
}
