using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>Finds out how a type is carried from process to process, or why it cannot be.</summary>
internal sealed class CarriedReader
{
    private readonly List<CarriedType> _types = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    // What is internal there can be reached.
    private readonly IAssemblySymbol _own;

    private CarriedReader(IAssemblySymbol own) => _own = own;

    /// <summary>All types a value of this type is made of, itself first.</summary>
    /// <param name="own">The assembly that generated code stands in.</param>
    /// <param name="why">What cannot be carried, and why, as the end of a sentence; null if all can.</param>
    public static EquatableArray<CarriedType> Read(ITypeSymbol type, IAssemblySymbol own, out string? why)
    {
        var reader = new CarriedReader(own);
        why = reader.Add(type);
        // A record is known before its members are: the first is the whole.
        var key = TypeText.Key(type);
        reader._types.Sort((a, b) => a.Key == key ? (b.Key == key ? 0 : -1) : b.Key == key ? 1 : string.CompareOrdinal(a.Key, b.Key));
        return why is null ? EquatableArray.Of(reader._types) : EquatableArray<CarriedType>.Empty;
    }

    private string? Add(ITypeSymbol type)
    {
        var key = TypeText.Key(type);
        if (!_known.Add(key)) return null;
        var code = TypeText.Code(type);
        if (Scalar(type) is { } scalar)
        {
            _types.Add(new CarriedType(key, code, CarriedKind.Scalar) { Method = scalar.Method, As = scalar.As });
            return null;
        }

        switch (type)
        {
            case IArrayTypeSymbol { Rank: 1 } array:
                return AddWith(array.ElementType, CarriedKind.Array);
            case INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable:
                return AddWith(nullable.TypeArguments[0], CarriedKind.Nullable);
            case INamedTypeSymbol { Arity: 1, Name: "List" or "IList" or "IReadOnlyList" } list when IsCollection(list):
                return AddWith(list.TypeArguments[0], CarriedKind.List);
            case INamedTypeSymbol { Arity: 2, Name: "Dictionary" or "IDictionary" or "IReadOnlyDictionary" } map when IsCollection(map):
                return map.TypeArguments[0].SpecialType == SpecialType.System_String
                    ? AddWith(map.TypeArguments[1], CarriedKind.Map)
                    : $"the keys of '{TypeText.Shown(map)}' are no strings";
            case INamedTypeSymbol { IsRecord: true } record:
                return AddRecord(record, key, code);
            default:
                return $"'{TypeText.Shown(type)}' is {What(type)}";
        }

        string? AddWith(ITypeSymbol element, CarriedKind kind)
        {
            _types.Add(new CarriedType(key, code, kind) { Element = TypeText.Key(element) });
            return Add(element);
        }
    }

    private string? AddRecord(INamedTypeSymbol record, string key, string code)
    {
        var shown = TypeText.Shown(record);
        if (record.IsAbstract) return $"the record '{shown}' is abstract";
        for (var outer = record; outer is not null; outer = outer.ContainingType)
        {
            if (!IsReached(outer)) return $"'{TypeText.Shown(outer)}' is {MethodRules.HiddenBy(outer) ?? "internal elsewhere"}, so generated code cannot reach it";
        }

        var properties = new List<IPropertySymbol>();
        for (var type = record; type is { SpecialType: SpecialType.None }; type = type.BaseType)
        {
            foreach (var member in type.GetMembers())
            {
                if (member is IFieldSymbol { IsStatic: false, IsConst: false, IsImplicitlyDeclared: false } field) return $"the record '{shown}' has the field '{field.Name}', and only properties are carried";
                if (member is IPropertySymbol { IsStatic: false, IsIndexer: false, Name: not "EqualityContract" } property && !properties.Exists(p => p.Name == property.Name)) properties.Add(property);
            }
        }

        var constructor = ConstructorOf(record, properties);
        if (constructor is null) return $"the record '{shown}' has no public or internal constructor whose parameters are its properties";
        var members = new List<CarriedMember>();
        foreach (var parameter in constructor.Parameters)
        {
            if (Add(parameter.Type) is { } why) return Inside(shown, parameter.Name, why);
            members.Add(new CarriedMember(PropertyOf(parameter, properties)!.Name, TypeText.Key(parameter.Type), IsArgument: true));
        }

        foreach (var property in properties)
        {
            // What has no setter is worked out, or set by the constructor.
            if (property.SetMethod is not { } set || !IsReached(property) || !IsReached(set) || members.Exists(m => m.Name == property.Name)) continue;
            if (Add(property.Type) is { } why) return Inside(shown, property.Name, why);
            members.Add(new CarriedMember(property.Name, TypeText.Key(property.Type), IsArgument: false));
        }

        _types.Add(new CarriedType(key, code, CarriedKind.Record) { Members = EquatableArray.Of(members), IsStruct = record.IsValueType });
        return null;
    }

    private static string Inside(string record, string member, string why) => $"its '{record}.{member}' cannot be: {why}";

    // The one with most parameters, as the primary one is.
    private IMethodSymbol? ConstructorOf(INamedTypeSymbol record, List<IPropertySymbol> properties)
    {
        IMethodSymbol? best = null;
        foreach (var constructor in record.InstanceConstructors)
        {
            if (!IsReached(constructor) || constructor.Parameters.Any(p => p.RefKind != RefKind.None || PropertyOf(p, properties) is null)) continue;
            if (best is null || constructor.Parameters.Length > best.Parameters.Length) best = constructor;
        }

        return best;
    }

    private IPropertySymbol? PropertyOf(IParameterSymbol parameter, List<IPropertySymbol> properties) =>
        properties.Find(p => string.Equals(p.Name, parameter.Name, StringComparison.OrdinalIgnoreCase) && SymbolEqualityComparer.Default.Equals(p.Type, parameter.Type)
            && p.GetMethod is { } get && IsReached(p) && IsReached(get));

    private bool IsReached(ISymbol symbol) => MethodRules.HiddenBy(symbol) is null && (symbol.DeclaredAccessibility == Accessibility.Public || SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, _own));

    private static (string Method, string As)? Scalar(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => ("Bytes", ""),
        // An enum converts to what its numbers are written as.
        INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying } => Scalar(underlying) is { As.Length: 0 } plain ? (plain.Method, "byte") : Scalar(underlying),
        _ => type.SpecialType switch
        {
            SpecialType.System_Boolean => ("Bool", ""),
            SpecialType.System_Byte => ("Byte", ""),
            SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_Int32 or SpecialType.System_Int64 => ("Signed", "long"),
            SpecialType.System_Char or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64 => ("Unsigned", "ulong"),
            SpecialType.System_Single => ("Single", ""),
            SpecialType.System_Double => ("Double", ""),
            SpecialType.System_Decimal => ("Decimal", ""),
            SpecialType.System_String => ("String", ""),
            SpecialType.System_DateTime => ("DateTime", ""),
            _ when type is INamedTypeSymbol { Arity: 0, ContainingType: null, ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
                && type.Name is "Guid" or "Uri" or "TimeSpan" or "DateTimeOffset" or "DateOnly" or "TimeOnly" => (type.Name, ""),
            _ => null,
        },
    };

    private static bool IsCollection(INamedTypeSymbol type) => TypeText.Namespace(type) == "System.Collections.Generic";

    private static string What(ITypeSymbol type) => type switch
    {
        { IsTupleType: true } => "a tuple; make it a record",
        { TypeKind: TypeKind.Interface } => "an interface",
        { TypeKind: TypeKind.Delegate } => "a delegate",
        { TypeKind: TypeKind.Array } => "an array with several dimensions",
        { SpecialType: SpecialType.System_Object } => "any object",
        { TypeKind: TypeKind.Struct } => "a struct that is no record",
        { TypeKind: TypeKind.Class } => "a class that is no record",
        _ => "none of these",
    };
}
