using System.Reflection;

namespace Rondo.Reflection.Symbols;

/// <summary>The assembly that is read, and all symbols that are met on the way: one for each type and method. Thread: one at a time.</summary>
internal sealed class Compilation
{
    private readonly Dictionary<Type, ITypeSymbol> _types = [];
    private readonly Dictionary<MethodBase, IMethodSymbol> _methods = [];
    private readonly Dictionary<Assembly, IAssemblySymbol> _assemblies = [];
    private readonly Dictionary<string, object> _kept = new(StringComparer.Ordinal);

    public Compilation(Assembly read)
    {
        Read = read;
        IsFSharp = FSharp.IsOf(read);
        Assembly = AssemblyOf(read);
        Symbols = new DebugSymbols(read);
    }

    public Assembly Read { get; }

    public bool IsFSharp { get; }

    public IAssemblySymbol Assembly { get; }

    public string AssemblyName => Assembly.Name;

    public DebugSymbols Symbols { get; }

    public ITypeSymbol TypeOf(Type type)
    {
        if (_types.TryGetValue(type, out var known)) return known;
        return _types[type] = type switch
        {
            { IsGenericParameter: true } => new ITypeParameterSymbol(type, this),
            { IsArray: true } => new IArrayTypeSymbol(type, this),
            { IsPointer: true } => new IPointerTypeSymbol(type, this),
            { IsFunctionPointer: true } => new IFunctionPointerTypeSymbol(type, this),
            { IsByRef: true } => TypeOf(type.GetElementType()!),
            _ => new INamedTypeSymbol(type, this),
        };
    }

    /// <summary>A type as a constant names it: without type arguments it is <c>typeof(List&lt;&gt;)</c>.</summary>
    public ITypeSymbol Named(Type type) => type.IsGenericTypeDefinition ? new INamedTypeSymbol(type, this, isUnbound: true) : TypeOf(type);

    public IMethodSymbol MethodOf(MethodBase method)
    {
        if (!_methods.TryGetValue(method, out var known)) _methods[method] = known = new IMethodSymbol(method, this);
        return known;
    }

    public IAssemblySymbol AssemblyOf(Assembly assembly)
    {
        if (!_assemblies.TryGetValue(assembly, out var known)) _assemblies[assembly] = known = new IAssemblySymbol(assembly, this);
        return known;
    }

    /// <summary>Keeps what the models, which are made of texts, only name. The compiler half has code in its place.</summary>
    public string Keep(string name, object what)
    {
        _kept[name] = what;
        return name;
    }

    public T Kept<T>(string name) => (T)_kept[name];

    public IArrayTypeSymbol CreateArrayTypeSymbol(ITypeSymbol element, int rank = 1) => (IArrayTypeSymbol)TypeOf(rank == 1 ? element.Type.MakeArrayType() : element.Type.MakeArrayType(rank));

    public ITypeSymbol GetSpecialType(SpecialType special) => special == SpecialType.System_String ? TypeOf(typeof(string))
        : throw new InvalidOperationException($"This is a bug in Rondo: nobody asked for {special} so far.");

    public Conversion ClassifyConversion(ITypeSymbol from, ITypeSymbol to) => Conversion.Of(from.Type, to.Type);

    public bool IsSymbolAccessibleWithin(ISymbol symbol, IAssemblySymbol within)
    {
        if (symbol is IArrayTypeSymbol array) return IsSymbolAccessibleWithin(array.ElementType, within);
        if (symbol is INamedTypeSymbol named && !named.TypeArguments.All(a => a is ITypeParameterSymbol || IsSymbolAccessibleWithin(a, within))) return false;
        var isFriend = symbol.ContainingAssembly.Equals(within) || symbol.ContainingAssembly.GivesAccessTo(within);
        for (var at = symbol; at is not null; at = at.ContainingType)
        {
            if (at.DeclaredAccessibility != Accessibility.Public && !(isFriend && at.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedOrInternal)) return false;
        }

        return true;
    }
}
