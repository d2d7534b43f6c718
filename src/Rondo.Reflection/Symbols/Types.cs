using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Rondo.Reflection.Symbols;

internal abstract class ITypeSymbol(Type type, Compilation universe) : ISymbol(universe), IEquatable<ITypeSymbol>
{
    private SpecialType? _special;

    public Type Type => type;

    public override string Name => type.Name;

    public override SymbolKind Kind => SymbolKind.OtherType;

    public override IAssemblySymbol ContainingAssembly => Universe.AssemblyOf(type.Assembly);

    public override INamespaceSymbol ContainingNamespace => INamespaceSymbol.Of(type.Namespace);

    public abstract TypeKind TypeKind { get; }

    public virtual SpecialType SpecialType => _special ??= Special(type);

    public virtual bool IsReferenceType => !type.IsValueType;

    public bool IsValueType => type.IsValueType;

    public bool IsRefLikeType => type.IsByRefLike;

    public bool IsUnmanagedType => type.IsValueType && (type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(decimal)
        || type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).All(f => Universe.TypeOf(f.FieldType).IsUnmanagedType));

    /// <summary>Tuples of C# and VB; in an assembly of F# also its own.</summary>
    public bool IsTupleType => type.IsGenericType && type.Namespace == "System"
        && (type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) || (Universe.IsFSharp && type.Name.StartsWith("Tuple`", StringComparison.Ordinal)));

    // A record of C# has a method that no one else can declare; a record struct only its printing.
    public bool IsRecord => type.IsClass ? type.GetMethod("<Clone>$") is not null || FSharp.IsRecord(type)
        : type.IsValueType && !type.IsPrimitive && (type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic)?.IsDefined(typeof(CompilerGeneratedAttribute), false) == true || FSharp.IsRecord(type));

    public INamedTypeSymbol? BaseType => type.BaseType is { } up ? (INamedTypeSymbol)Universe.TypeOf(up) : null;

    public ImmutableArray<INamedTypeSymbol> AllInterfaces => [.. type.GetInterfaces().Select(i => (INamedTypeSymbol)Universe.TypeOf(i))];

    public ITypeSymbol OriginalDefinition => type.IsConstructedGenericType ? Universe.TypeOf(type.GetGenericTypeDefinition()) : this;

    public virtual ImmutableArray<ISymbol> GetMembers() => [];

    public ImmutableArray<ISymbol> GetMembers(string name) => [.. GetMembers().Where(m => m.Name == name)];

    protected override IEnumerable<CustomAttributeData> Marks => type.GetCustomAttributesData();

    public bool Equals(ITypeSymbol? other) => other is not null && other.Type == type;

    public override bool Equals(object? obj) => Equals(obj as ITypeSymbol);

    public override int GetHashCode() => type.GetHashCode();

    public override string ToString() => type.ToString();

    private static SpecialType Special(Type type)
    {
        if (type.IsEnum) return SpecialType.None;
        if (type == typeof(object)) return SpecialType.System_Object;
        if (type == typeof(void)) return SpecialType.System_Void;
        if (type == typeof(ValueType)) return SpecialType.System_ValueType;
        if (type == typeof(Enum)) return SpecialType.System_Enum;
        if (type == typeof(nint)) return SpecialType.System_IntPtr;
        if (type == typeof(nuint)) return SpecialType.System_UIntPtr;
        if (type.IsGenericTypeDefinition && type == typeof(Nullable<>)) return SpecialType.System_Nullable_T;
        if (type.IsGenericTypeDefinition && type == typeof(IEnumerable<>)) return SpecialType.System_Collections_Generic_IEnumerable_T;
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => SpecialType.System_Boolean,
            TypeCode.Char => SpecialType.System_Char,
            TypeCode.SByte => SpecialType.System_SByte,
            TypeCode.Byte => SpecialType.System_Byte,
            TypeCode.Int16 => SpecialType.System_Int16,
            TypeCode.UInt16 => SpecialType.System_UInt16,
            TypeCode.Int32 => SpecialType.System_Int32,
            TypeCode.UInt32 => SpecialType.System_UInt32,
            TypeCode.Int64 => SpecialType.System_Int64,
            TypeCode.UInt64 => SpecialType.System_UInt64,
            TypeCode.Single => SpecialType.System_Single,
            TypeCode.Double => SpecialType.System_Double,
            TypeCode.Decimal => SpecialType.System_Decimal,
            TypeCode.DateTime => SpecialType.System_DateTime,
            TypeCode.String => SpecialType.System_String,
            _ => SpecialType.None,
        };
    }
}

internal sealed class INamedTypeSymbol(Type type, Compilation universe, bool isUnbound = false) : ITypeSymbol(type, universe)
{
    public const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private ImmutableArray<ISymbol> _members;

    // 'file class X' is compiled to '<File>F…__X'.
    public bool IsFileLocal => Type.Name.StartsWith('<') && Type.Name.Contains(">F", StringComparison.Ordinal) && Type.Name.Contains("__", StringComparison.Ordinal);

    public override string Name
    {
        get
        {
            var name = Type.Name;
            if (IsFileLocal) name = name[(name.IndexOf("__", StringComparison.Ordinal) + 2)..];
            var tick = name.LastIndexOf('`');
            return tick < 0 ? name : name[..tick];
        }
    }

    public override string MetadataName => Type.Name;

    public override SymbolKind Kind => SymbolKind.NamedType;

    public override TypeKind TypeKind => Type.IsInterface ? TypeKind.Interface : Type.IsEnum ? TypeKind.Enum : Type.IsValueType ? TypeKind.Struct
        : Type.BaseType == typeof(MulticastDelegate) ? TypeKind.Delegate : TypeKind.Class;

    public override INamedTypeSymbol ContainingType
    {
        get
        {
            if (Type.DeclaringType is not { } outer) return null!;
            // Reflection forgets the type arguments of what a constructed type is nested in.
            return (INamedTypeSymbol)Universe.TypeOf(outer.IsGenericTypeDefinition && Type.IsConstructedGenericType ? outer.MakeGenericType(Type.GetGenericArguments()[..outer.GetGenericArguments().Length]) : outer);
        }
    }

    public override Accessibility DeclaredAccessibility => (Type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public or TypeAttributes.NestedPublic => Accessibility.Public,
        TypeAttributes.NotPublic or TypeAttributes.NestedAssembly => Accessibility.Internal,
        TypeAttributes.NestedFamORAssem => Accessibility.ProtectedOrInternal,
        TypeAttributes.NestedFamily => Accessibility.Protected,
        TypeAttributes.NestedFamANDAssem => Accessibility.ProtectedAndInternal,
        _ => Accessibility.Private,
    };

    /// <summary>Also a module of VB, which is a class without instances too.</summary>
    public override bool IsStatic => Type is { IsClass: true, IsAbstract: true, IsSealed: true }
        || Type.GetCustomAttributesData().Any(a => a.AttributeType.FullName == "Microsoft.VisualBasic.CompilerServices.StandardModuleAttribute");

    public override bool IsAbstract => Type.IsAbstract;

    public bool IsUnboundGenericType => isUnbound;

    public int Arity => Type.IsGenericType ? Type.GetGenericArguments().Length - Inherited : 0;

    // Reflection counts the type parameters of the classes around it as its own.
    private int Inherited => Type.DeclaringType?.GetGenericArguments().Length ?? 0;

    public ImmutableArray<ITypeSymbol> TypeArguments => Arity == 0 ? [] : [.. Type.GetGenericArguments().Skip(Inherited).Select(Universe.TypeOf)];

    public ImmutableArray<ITypeParameterSymbol> TypeParameters => Arity == 0 ? [] : [.. Type.GetGenericTypeDefinition().GetGenericArguments().Skip(Inherited).Select(t => (ITypeParameterSymbol)Universe.TypeOf(t))];

    public new INamedTypeSymbol OriginalDefinition => (INamedTypeSymbol)base.OriginalDefinition;

    public INamedTypeSymbol? EnumUnderlyingType => Type.IsEnum ? (INamedTypeSymbol)Universe.TypeOf(Enum.GetUnderlyingType(Type)) : null;

    public INamedTypeSymbol TupleUnderlyingType => this;

    /// <summary>Of a tuple; the eighth and all after it are in a tuple within.</summary>
    public ImmutableArray<IFieldOfTuple> TupleElements
    {
        get
        {
            var parts = new List<IFieldOfTuple>();
            for (var tuple = Type; ; tuple = tuple.GetGenericArguments()[7])
            {
                var arguments = tuple.GetGenericArguments();
                parts.AddRange(arguments.Take(7).Select(a => new IFieldOfTuple(Universe.TypeOf(a))));
                if (arguments.Length < 8) return [.. parts];
            }
        }
    }

    public ImmutableArray<IMethodSymbol> InstanceConstructors
    {
        get
        {
            var declared = Type.GetConstructors(Declared & ~BindingFlags.Static);
            return [.. Type.IsValueType && declared.All(c => c.GetParameters().Length > 0) ? [new IMethodSymbol(this)] : Array.Empty<IMethodSymbol>(), .. declared.Select(Universe.MethodOf)];
        }
    }

    public INamedTypeSymbol Construct(params ITypeSymbol[] arguments) =>
        (INamedTypeSymbol)Universe.TypeOf((Type.IsGenericTypeDefinition ? Type : Type.GetGenericTypeDefinition()).MakeGenericType([.. arguments.Select(a => a.Type)]));

    /// <summary>In order of declaration: compilers write them so.</summary>
    public override ImmutableArray<ISymbol> GetMembers()
    {
        if (!_members.IsDefault) return _members;
        var methods = Type.GetMethods(Declared).OrderBy(m => m.MetadataToken).Select(m => (ISymbol)Universe.MethodOf(m));
        var fields = Type.GetFields(Declared).OrderBy(f => f.MetadataToken).Select(f => (ISymbol)new IFieldSymbol(f, this));
        var properties = Type.GetProperties(Declared).OrderBy(p => p.MetadataToken).Select(p => (ISymbol)new IPropertySymbol(p, this));
        var events = Type.GetEvents(Declared).OrderBy(e => e.MetadataToken).Select(e => (ISymbol)new IEventSymbol(e, this));
        return _members = [.. methods, .. fields, .. properties, .. events, .. InstanceConstructors];
    }

    public IEnumerable<INamedTypeSymbol> GetTypeMembers() => Type.GetNestedTypes(Declared).OrderBy(t => t.MetadataToken).Select(t => (INamedTypeSymbol)Universe.TypeOf(t));
}

internal sealed record IFieldOfTuple(ITypeSymbol Type);

internal sealed class IArrayTypeSymbol(Type type, Compilation universe) : ITypeSymbol(type, universe)
{
    public override TypeKind TypeKind => TypeKind.Array;

    public ITypeSymbol ElementType => Universe.TypeOf(Type.GetElementType()!);

    public int Rank => Type.GetArrayRank();
}

internal sealed class IPointerTypeSymbol(Type type, Compilation universe) : ITypeSymbol(type, universe)
{
    public override TypeKind TypeKind => TypeKind.Pointer;

    public ITypeSymbol PointedAtType => Universe.TypeOf(Type.GetElementType()!);
}

internal sealed class IFunctionPointerTypeSymbol(Type type, Compilation universe) : ITypeSymbol(type, universe)
{
    public override TypeKind TypeKind => TypeKind.FunctionPointer;
}

internal sealed class ITypeParameterSymbol(Type type, Compilation universe) : ITypeSymbol(type, universe)
{
    public override TypeKind TypeKind => TypeKind.TypeParameter;

    public TypeParameterKind TypeParameterKind => Type.IsGenericMethodParameter ? TypeParameterKind.Method : TypeParameterKind.Type;

    public int Ordinal => Type.GenericParameterPosition;

    public bool HasReferenceTypeConstraint => Has(GenericParameterAttributes.ReferenceTypeConstraint);

    public bool HasValueTypeConstraint => Has(GenericParameterAttributes.NotNullableValueTypeConstraint);

    public bool HasUnmanagedTypeConstraint => Type.GetCustomAttributesData().Any(a => a.AttributeType.Name == "IsUnmanagedAttribute");

    public bool HasConstructorConstraint => Has(GenericParameterAttributes.DefaultConstructorConstraint) && !HasValueTypeConstraint;

    // The compiler writes ValueType beside 'struct'; nobody wrote it down.
    public IEnumerable<ITypeSymbol> ConstraintTypes => Type.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(Universe.TypeOf);

    private bool Has(GenericParameterAttributes one) => (Type.GenericParameterAttributes & one) != 0;
}

// Metadata has no such types, but the readers ask.
internal sealed class IDynamicTypeSymbol(Type type, Compilation universe) : ITypeSymbol(type, universe)
{
    public override TypeKind TypeKind => TypeKind.Error;
}

internal sealed class IErrorTypeSymbol(Type type, Compilation universe) : ITypeSymbol(type, universe)
{
    public override TypeKind TypeKind => TypeKind.Error;
}
