using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Rondo.Reflection.Symbols;

internal abstract class ISymbol(Compilation universe)
{
    private ImmutableArray<AttributeData> _attributes;

    public Compilation Universe => universe;

    public abstract string Name { get; }

    public virtual string MetadataName => Name;

    public abstract SymbolKind Kind { get; }

    /// <summary>Null, although not said to be: as the compiler has it.</summary>
    public virtual INamedTypeSymbol ContainingType => null!;

    public virtual INamespaceSymbol ContainingNamespace => ContainingType?.ContainingNamespace ?? INamespaceSymbol.Global;

    public virtual IAssemblySymbol ContainingAssembly => ContainingType.ContainingAssembly;

    public IModuleSymbol ContainingModule => new(ContainingAssembly.Assembly);

    public virtual Accessibility DeclaredAccessibility => Accessibility.Public;

    public virtual bool IsStatic => false;

    public virtual bool IsAbstract => false;

    public virtual bool IsImplicitlyDeclared => false;

    /// <summary>One, without regard to whether the debug symbols know it; it is in source if it is of the assembly that is read.</summary>
    public virtual ImmutableArray<Location> Locations => [new Location(this)];

    protected abstract IEnumerable<CustomAttributeData> Marks { get; }

    public virtual ImmutableArray<AttributeData> GetAttributes()
    {
        if (_attributes.IsDefault) _attributes = [.. Marks.Select(m => new AttributeData(m, universe))];
        return _attributes;
    }

    protected static Accessibility AccessOf(MethodBase method) => (method.Attributes & MethodAttributes.MemberAccessMask) switch
    {
        MethodAttributes.Public => Accessibility.Public,
        MethodAttributes.FamORAssem => Accessibility.ProtectedOrInternal,
        MethodAttributes.Assembly => Accessibility.Internal,
        MethodAttributes.Family => Accessibility.Protected,
        MethodAttributes.FamANDAssem => Accessibility.ProtectedAndInternal,
        _ => Accessibility.Private,
    };
}

internal sealed class INamespaceSymbol : ISymbol
{
    public static readonly INamespaceSymbol Global = new("", null);

    private readonly INamespaceSymbol? _outer;

    private INamespaceSymbol(string name, INamespaceSymbol? outer)
        : base(null!) => (Name, _outer) = (name, outer);

    public override string Name { get; }

    public override SymbolKind Kind => SymbolKind.Namespace;

    public bool IsGlobalNamespace => _outer is null;

    public override INamespaceSymbol ContainingNamespace => _outer!;

    protected override IEnumerable<CustomAttributeData> Marks => [];

    public static INamespaceSymbol Of(string? name)
    {
        if (string.IsNullOrEmpty(name)) return Global;
        var dot = name.LastIndexOf('.');
        return dot < 0 ? new INamespaceSymbol(name, Global) : new INamespaceSymbol(name[(dot + 1)..], Of(name[..dot]));
    }
}

internal sealed class IModuleSymbol(Assembly assembly)
{
    public IEnumerable<AssemblyName> ReferencedAssemblies => assembly.GetReferencedAssemblies();
}

internal sealed class IAssemblySymbol(Assembly assembly, Compilation universe) : ISymbol(universe), IEquatable<IAssemblySymbol>
{
    public Assembly Assembly => assembly;

    public override string Name => assembly.GetName().Name ?? "";

    public override SymbolKind Kind => SymbolKind.Assembly;

    public override IAssemblySymbol ContainingAssembly => this;

    protected override IEnumerable<CustomAttributeData> Marks => assembly.GetCustomAttributesData();

    public bool GivesAccessTo(IAssemblySymbol other) => GetAttributes().Any(a => a.AttributeClass is { Name: "InternalsVisibleToAttribute" }
        && a.ConstructorArguments is [{ Value: string friend }] && string.Equals(friend.Split(',')[0].Trim(), other.Name, StringComparison.OrdinalIgnoreCase));

    public bool Equals(IAssemblySymbol? other) => other is not null && other.Assembly == assembly;

    public override bool Equals(object? obj) => Equals(obj as IAssemblySymbol);

    public override int GetHashCode() => assembly.GetHashCode();
}

internal sealed class IParameterSymbol(ParameterInfo parameter, ISymbol method) : ISymbol(method.Universe)
{
    public ParameterInfo Parameter => parameter;

    public override string Name => parameter.Name ?? "";

    public override SymbolKind Kind => SymbolKind.Parameter;

    public ISymbol ContainingSymbol => method;

    public override INamedTypeSymbol ContainingType => method.ContainingType;

    public ITypeSymbol Type => Universe.TypeOf(parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType);

    public int Ordinal => parameter.Position;

    public RefKind RefKind => !parameter.ParameterType.IsByRef ? RefKind.None : parameter.IsOut ? RefKind.Out : parameter.IsIn ? RefKind.In : RefKind.Ref;

    public bool IsOptional => parameter.IsOptional;

    public bool IsParams => parameter.IsDefined(typeof(ParamArrayAttribute), false) || parameter.IsDefined(typeof(ParamCollectionAttribute), false);

    public bool HasExplicitDefaultValue => parameter.HasDefaultValue && parameter.RawDefaultValue is not (DBNull or Missing);

    public object? ExplicitDefaultValue => parameter.RawDefaultValue;

    public override ImmutableArray<Location> Locations => method.Locations;

    protected override IEnumerable<CustomAttributeData> Marks => parameter.GetCustomAttributesData();
}

internal sealed class IFieldSymbol(FieldInfo info, INamedTypeSymbol owner) : ISymbol(owner.Universe)
{
    public FieldInfo Field => info;

    public override string Name => info.Name;

    public override SymbolKind Kind => SymbolKind.Field;

    public override INamedTypeSymbol ContainingType => owner;

    public ITypeSymbol Type => Universe.TypeOf(info.FieldType);

    public override bool IsStatic => info.IsStatic;

    public bool IsConst => info.IsLiteral;

    public bool HasConstantValue => info.IsLiteral;

    public object? ConstantValue => info.GetRawConstantValue();

    public bool IsRequired => info.IsDefined(typeof(RequiredMemberAttribute), false);

    // What properties are kept in: marked by C#, named with an @ by F#.
    public override bool IsImplicitlyDeclared => info.IsDefined(typeof(CompilerGeneratedAttribute), false) || info.Name.EndsWith('@');

    public override Accessibility DeclaredAccessibility => (info.Attributes & FieldAttributes.FieldAccessMask) switch
    {
        FieldAttributes.Public => Accessibility.Public,
        FieldAttributes.FamORAssem => Accessibility.ProtectedOrInternal,
        FieldAttributes.Assembly => Accessibility.Internal,
        FieldAttributes.Family => Accessibility.Protected,
        FieldAttributes.FamANDAssem => Accessibility.ProtectedAndInternal,
        _ => Accessibility.Private,
    };

    protected override IEnumerable<CustomAttributeData> Marks => info.GetCustomAttributesData();
}

internal sealed class IPropertySymbol(PropertyInfo property, INamedTypeSymbol owner) : ISymbol(owner.Universe)
{
    public PropertyInfo Property => property;

    public override string Name => property.Name;

    public override SymbolKind Kind => SymbolKind.Property;

    public override INamedTypeSymbol ContainingType => owner;

    public ITypeSymbol Type => Universe.TypeOf(property.PropertyType);

    public IMethodSymbol? GetMethod => property.GetMethod is { } get ? Universe.MethodOf(get) : null;

    public IMethodSymbol? SetMethod => property.SetMethod is { } set ? Universe.MethodOf(set) : null;

    public bool IsIndexer => property.GetIndexParameters().Length > 0;

    public bool IsRequired => property.IsDefined(typeof(RequiredMemberAttribute), false);

    public override bool IsStatic => (property.GetMethod ?? property.SetMethod)!.IsStatic;

    // A property has no access of its own in metadata: it is that of its widest accessor.
    public override Accessibility DeclaredAccessibility =>
        (Accessibility)Math.Max(property.GetMethod is { } get ? (int)AccessOf(get) : 0, property.SetMethod is { } set ? (int)AccessOf(set) : 0);

    protected override IEnumerable<CustomAttributeData> Marks => property.GetCustomAttributesData();
}

internal sealed class IEventSymbol(EventInfo @event, INamedTypeSymbol owner) : ISymbol(owner.Universe)
{
    public override string Name => @event.Name;

    public override SymbolKind Kind => SymbolKind.Event;

    public override INamedTypeSymbol ContainingType => owner;

    public override bool IsStatic => @event.AddMethod?.IsStatic == true;

    protected override IEnumerable<CustomAttributeData> Marks => @event.GetCustomAttributesData();
}

/// <summary>Symbols are equal when they mean the same; the compiler's own comparer knows more shades.</summary>
internal sealed class SymbolEqualityComparer : IEqualityComparer<ISymbol?>
{
    public static readonly SymbolEqualityComparer Default = new();

    public bool Equals(ISymbol? x, ISymbol? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode(ISymbol? obj) => obj?.GetHashCode() ?? 0;
}
