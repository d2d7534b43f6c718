using System.Text;

namespace Rondo.Generator.Reading;

// The half that the compiler answers elsewhere.
internal static partial class TypeText
{
    private static readonly Dictionary<Type, string> s_words = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(decimal)] = "decimal",
        [typeof(sbyte)] = "sbyte",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    /// <summary>A name under which the type itself is kept.</summary>
    public static string Code(ITypeSymbol type) => type.Universe.Keep(type.Type.AssemblyQualifiedName ?? type.Type.ToString(), type.Type);

    /// <summary>For messages: as C# writes it, with simple names.</summary>
    public static string Shown(ITypeSymbol type)
    {
        var text = new StringBuilder();
        AppendShown(text, type);
        return text.ToString();
    }

    private static void AppendShown(StringBuilder text, ITypeSymbol type)
    {
        if (s_words.TryGetValue(type.Type, out var word))
        {
            text.Append(word);
        }
        else if (type is IArrayTypeSymbol array)
        {
            AppendShown(text, array.ElementType);
            text.Append('[').Append(',', array.Rank - 1).Append(']');
        }
        else if (type is IPointerTypeSymbol pointer)
        {
            AppendShown(text, pointer.PointedAtType);
            text.Append('*');
        }
        else if (Nullable.GetUnderlyingType(type.Type) is { } inner)
        {
            AppendShown(text, type.Universe.TypeOf(inner));
            text.Append('?');
        }
        else if (type is INamedTypeSymbol { IsTupleType: true, Type.IsConstructedGenericType: true, Type.IsValueType: true } tuple)
        {
            AppendAll(text, '(', ", ", ')', tuple.TupleElements.Select(e => e.Type));
        }
        else if (type is INamedTypeSymbol named)
        {
            text.Append(named.Name);
            if (named.IsUnboundGenericType) text.Append('<').Append(',', named.Arity - 1).Append('>');
            else if (named.Arity > 0) AppendAll(text, '<', ", ", '>', named.TypeArguments);
        }
        else
        {
            text.Append(type.Name);
        }
    }

    private static void AppendAll(StringBuilder text, char open, string between, char close, IEnumerable<ITypeSymbol> types)
    {
        text.Append(open);
        var any = false;
        foreach (var type in types)
        {
            if (any) text.Append(between);
            any = true;
            AppendShown(text, type);
        }

        text.Append(close);
    }
}
