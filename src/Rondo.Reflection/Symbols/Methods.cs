using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Rondo.Catalog;

namespace Rondo.Reflection.Symbols;

internal sealed class IMethodSymbol : ISymbol, IEquatable<IMethodSymbol>
{
    private readonly bool _neverReturns;
    private readonly INamedTypeSymbol? _struct;
    private ImmutableArray<IParameterSymbol> _parameters;

    public IMethodSymbol(MethodBase method, Compilation universe)
        : base(universe)
    {
        Method = method;
        if (method is not MethodInfo { IsGenericMethodDefinition: true } open || !universe.IsFSharp || !FSharp.NeverReturns(open)) return;
        _neverReturns = true;
        Method = open.MakeGenericMethod(typeof(object));
    }

    /// <summary>The constructor that every struct has and that metadata does not name: it looks like that of Object.</summary>
    public IMethodSymbol(INamedTypeSymbol ofStruct)
        : base(ofStruct.Universe) => (_struct, Method) = (ofStruct, typeof(object).GetConstructor([])!);

    /// <summary>What calls go to.</summary>
    public MethodBase Method { get; }

    /// <summary>As its author wrote it, with escapes for what cannot stand in an id.</summary>
    public override string Name
    {
        get
        {
            // A function within a method: '<Outer>g__Inner|0_0' is how C# keeps it.
            if (Method.Name.StartsWith('<') && Method.Name.IndexOf(">g__", StringComparison.Ordinal) is var at and > 0 && Method.Name.IndexOf('|', at) is var end and > 0) return Method.Name[(at + 4)..end];
            if (!Universe.IsFSharp || Method.Name.All(c => char.IsLetterOrDigit(c) || c is '_' or ' ' or '\'' or '.' or ',' or '-')) return Method.Name;
            return ArgumentText.Quote(Method.Name)[1..^1].Replace("\\'", "'", StringComparison.Ordinal);
        }
    }

    public override SymbolKind Kind => SymbolKind.Method;

    public override INamedTypeSymbol ContainingType => _struct ?? (INamedTypeSymbol)Universe.TypeOf(Method.DeclaringType!);

    public override Accessibility DeclaredAccessibility => AccessOf(Method);

    public override bool IsStatic => Method.IsStatic;

    public override bool IsAbstract => Method.IsAbstract;

    public bool IsVirtual => Method is { IsVirtual: true, IsAbstract: false, IsFinal: false } && !IsOverride;

    public bool IsOverride => Method is MethodInfo { IsVirtual: true } method && (method.Attributes & MethodAttributes.NewSlot) == 0;

    public bool IsAsync => Method.IsDefined(typeof(AsyncStateMachineAttribute), false);

    // The compiler writes no code of the user's into what nobody declared: see Sources.IsPlain.
    public override bool IsImplicitlyDeclared => Method.IsDefined(typeof(CompilerGeneratedAttribute), false) || Method.Name.StartsWith('<');

    public MethodKind MethodKind
    {
        get
        {
            if (Method is ConstructorInfo) return Method.IsStatic ? MethodKind.StaticConstructor : MethodKind.Constructor;
            if (Method.IsSpecialName)
            {
                return Method.Name.StartsWith("get_", StringComparison.Ordinal) ? MethodKind.PropertyGet
                    : Method.Name.StartsWith("set_", StringComparison.Ordinal) ? MethodKind.PropertySet
                    : Method.Name is "op_Implicit" or "op_Explicit" ? MethodKind.Conversion
                    : Method.Name.StartsWith("op_", StringComparison.Ordinal) ? MethodKind.UserDefinedOperator
                    : MethodKind.Other;
            }

            if (Method.Name.StartsWith('<')) return MethodKind.Other;
            return Method is { IsPrivate: true, IsVirtual: true, IsFinal: true } && Method.Name.Contains('.', StringComparison.Ordinal) ? MethodKind.ExplicitInterfaceImplementation : MethodKind.Ordinary;
        }
    }

    public ImmutableArray<IParameterSymbol> Parameters
    {
        get
        {
            if (_parameters.IsDefault) _parameters = [.. Method.GetParameters().Select(p => new IParameterSymbol(p, this))];
            return _parameters;
        }
    }

    public ITypeSymbol ReturnType => Universe.TypeOf(Method is not MethodInfo method ? typeof(void) : Universe.IsFSharp ? FSharp.ReturnTypeOf(method, _neverReturns) : method.ReturnType);

    public bool ReturnsVoid => ReturnType.SpecialType == SpecialType.System_Void;

    public bool ReturnsByRef => Method is MethodInfo { ReturnType.IsByRef: true };

    public bool ReturnsByRefReadonly => false;

    public bool IsGenericMethod => !_neverReturns && Method.IsGenericMethod;

    public int Arity => IsGenericMethod ? Method.GetGenericArguments().Length : 0;

    public ImmutableArray<ITypeSymbol> TypeArguments => IsGenericMethod ? [.. Method.GetGenericArguments().Select(Universe.TypeOf)] : [];

    public ImmutableArray<ITypeParameterSymbol> TypeParameters => IsGenericMethod ? [.. Definition.GetGenericArguments().Select(t => (ITypeParameterSymbol)Universe.TypeOf(t))] : [];

    public IMethodSymbol OriginalDefinition => _neverReturns ? this : Universe.MethodOf(Definition);

    /// <summary>As it is declared, without type arguments of its own or of its class.</summary>
    private MethodBase Definition => Method.Module.ResolveMethod(Method.MetadataToken)!;

    /// <summary>The one that this overrides, next above.</summary>
    public IMethodSymbol? OverriddenMethod
    {
        get
        {
            if (!IsOverride) return null;
            var root = ((MethodInfo)Method).GetBaseDefinition();
            for (var up = Method.DeclaringType!.BaseType; up is not null; up = up.BaseType)
            {
                foreach (var other in up.GetMethods(INamedTypeSymbol.Declared))
                {
                    if (other.IsVirtual && other.Name == Method.Name && IsSame(other.GetBaseDefinition(), root)) return Universe.MethodOf(other);
                }
            }

            return null;
        }
    }

    public IMethodSymbol Construct(params ITypeSymbol[] arguments) => Universe.MethodOf(((MethodInfo)Definition).MakeGenericMethod([.. arguments.Select(a => a.Type)]));

    protected override IEnumerable<CustomAttributeData> Marks => Method.GetCustomAttributesData();

    // One with type arguments has the very marks of the one without: the readers look for one among the others.
    public override ImmutableArray<AttributeData> GetAttributes() => IsGenericMethod && !Method.IsGenericMethodDefinition ? OriginalDefinition.GetAttributes() : base.GetAttributes();

    public bool Equals(IMethodSymbol? other) => other is not null && (other.Method == Method
        || (IsSame(other.Method, Method) && other.Method.DeclaringType == Method.DeclaringType && other.TypeArguments.SequenceEqual(TypeArguments)));

    public override bool Equals(object? obj) => Equals(obj as IMethodSymbol);

    public override int GetHashCode() => HashCode.Combine(Method.MetadataToken, Method.Module);

    private static bool IsSame(MethodBase one, MethodBase other) => one.MetadataToken == other.MetadataToken && one.Module == other.Module;
}
