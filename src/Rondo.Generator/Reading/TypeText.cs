using System.Runtime.CompilerServices;
using System.Text;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>The texts by which types are known.</summary>
internal static partial class TypeText
{
    // Thousands of parameters share a few types, and writing a type out is the dearest part of reading a test.
    private static readonly ConditionalWeakTable<ITypeSymbol, TypeModel> s_models = new();

    public static TypeModel Model(ITypeSymbol type) => s_models.GetValue(type, static t => new TypeModel(Key(t), Code(t), Shown(t)));

    /// <summary>Identity: the managed name without blanks; nullability of references, tuple names and <c>dynamic</c> make no difference.</summary>
    public static string Key(ITypeSymbol type)
    {
        var text = new StringBuilder();
        AppendKey(text, type);
        return text.ToString();
    }

    /// <summary>The part after the namespace, nested types with <c>+</c>.</summary>
    public static string NameInNamespace(INamedTypeSymbol type)
    {
        var text = new StringBuilder();
        AppendNested(text, type);
        return text.ToString();
    }

    /// <summary>As reflection has it: without the <c>@</c> of keywords.</summary>
    public static string Namespace(ISymbol symbol)
    {
        if (symbol.ContainingNamespace is not { IsGlobalNamespace: false } space) return "";
        if (space.ContainingNamespace.IsGlobalNamespace) return space.Name;
        var text = new StringBuilder();
        AppendNamespace(text, space);
        return text.ToString();
    }

    private static void AppendKey(StringBuilder text, ITypeSymbol type)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                AppendKey(text, array.ElementType);
                text.Append('[').Append(',', array.Rank - 1).Append(']');
                break;
            case IPointerTypeSymbol pointer:
                AppendKey(text, pointer.PointedAtType);
                text.Append('*');
                break;
            case IDynamicTypeSymbol:
                text.Append("System.Object");
                break;
            case INamedTypeSymbol named:
                if (named.IsTupleType && named.TupleUnderlyingType is { } underlying && !SymbolEqualityComparer.Default.Equals(underlying, named)) named = underlying;
                if (named.ContainingNamespace is { IsGlobalNamespace: false } space)
                {
                    AppendNamespace(text, space);
                    text.Append('.');
                }

                AppendNested(text, named);
                break;
            default:
                text.Append(type.Name);
                break;
        }
    }

    private static void AppendNamespace(StringBuilder text, INamespaceSymbol space)
    {
        if (space.ContainingNamespace is { IsGlobalNamespace: false } outer)
        {
            AppendNamespace(text, outer);
            text.Append('.');
        }

        text.Append(space.Name);
    }

    private static void AppendNested(StringBuilder text, INamedTypeSymbol type)
    {
        if (type.ContainingType is { } outer)
        {
            AppendNested(text, outer);
            text.Append('+');
        }

        // Two files may each have a 'file class' of the same name.
        text.Append(type.IsFileLocal ? type.MetadataName : type.Name);
        if (type.Arity == 0) return;
        text.Append('`').Append(type.Arity).Append('<');
        for (var i = 0; i < type.TypeArguments.Length; i++)
        {
            if (i > 0) text.Append(',');
            AppendKey(text, type.TypeArguments[i]);
        }

        text.Append('>');
    }
}
