using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;

namespace Rondo.Reflection.Symbols;

internal sealed class AttributeData(CustomAttributeData mark, Compilation universe)
{
    private ImmutableArray<TypedConstant> _arguments;

    public INamedTypeSymbol? AttributeClass => (INamedTypeSymbol)universe.TypeOf(mark.AttributeType);

    public ImmutableArray<TypedConstant> ConstructorArguments
    {
        get
        {
            if (_arguments.IsDefault) _arguments = [.. mark.ConstructorArguments.Select(a => new TypedConstant(a, universe))];
            return _arguments;
        }
    }

    public IEnumerable<KeyValuePair<string, TypedConstant>> NamedArguments => mark.NamedArguments.Select(n => KeyValuePair.Create(n.MemberName, new TypedConstant(n.TypedValue, universe)));
}

/// <summary>A constant in an attribute.</summary>
internal readonly struct TypedConstant(CustomAttributeTypedArgument argument, Compilation universe)
{
    public TypedConstantKind Kind => argument.ArgumentType.IsArray ? TypedConstantKind.Array
        : argument.ArgumentType.IsEnum ? TypedConstantKind.Enum
        : argument.ArgumentType == typeof(Type) ? TypedConstantKind.Type
        : TypedConstantKind.Primitive;

    public ITypeSymbol? Type => universe.TypeOf(argument.ArgumentType);

    public bool IsNull => argument.Value is null;

    /// <summary>Of an array null, of a type its symbol, of an enum its number.</summary>
    public object? Value => argument.Value is Type type ? universe.Named(type) : Kind == TypedConstantKind.Array ? null : argument.Value;

    public ImmutableArray<TypedConstant> Values
    {
        get
        {
            if (argument.Value is not ReadOnlyCollection<CustomAttributeTypedArgument> values) return default;
            var of = universe;
            return [.. values.Select(v => new TypedConstant(v, of))];
        }
    }
}
