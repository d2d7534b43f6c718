using System.Reflection;

namespace Rondo.Reflection.Symbols;

/// <summary>How C# would convert one type to another: what the readers call implicit. Other languages' own rules do not count, as the catalogs must be equal.</summary>
internal readonly record struct Conversion(bool IsImplicit, bool IsIdentity = false, bool IsReference = false, bool IsBoxing = false)
{
    private static readonly Dictionary<Type, Type[]> s_numbers = new()
    {
        [typeof(sbyte)] = [typeof(short), typeof(int), typeof(long), typeof(float), typeof(double), typeof(decimal), typeof(nint)],
        [typeof(byte)] = [typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(nint), typeof(nuint)],
        [typeof(short)] = [typeof(int), typeof(long), typeof(float), typeof(double), typeof(decimal), typeof(nint)],
        [typeof(ushort)] = [typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(nint), typeof(nuint)],
        [typeof(int)] = [typeof(long), typeof(float), typeof(double), typeof(decimal), typeof(nint)],
        [typeof(uint)] = [typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(nuint)],
        [typeof(long)] = [typeof(float), typeof(double), typeof(decimal)],
        [typeof(ulong)] = [typeof(float), typeof(double), typeof(decimal)],
        [typeof(char)] = [typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(nint), typeof(nuint)],
        [typeof(float)] = [typeof(double)],
        [typeof(nint)] = [typeof(long), typeof(float), typeof(double), typeof(decimal)],
        [typeof(nuint)] = [typeof(ulong), typeof(float), typeof(double), typeof(decimal)],
    };

    public static Conversion Of(Type from, Type to)
    {
        if (from == to) return new Conversion(true, IsIdentity: true);
        if (!from.IsValueType && !to.IsValueType) return IsReferenceConversion(from, to) ? new Conversion(true, IsReference: true) : User(from, to);
        if (from.IsValueType && !to.IsValueType) return to.IsAssignableFrom(Nullable.GetUnderlyingType(from) ?? from) ? new Conversion(true, IsBoxing: true) : User(from, to);
        if (Nullable.GetUnderlyingType(to) is { } inner) return Of(Nullable.GetUnderlyingType(from) ?? from, inner) with { IsIdentity = false, IsBoxing = false };
        if (s_numbers.TryGetValue(from, out var wider) && wider.Contains(to)) return new Conversion(true);
        return AreTuples(from, to) ? new Conversion(true) : User(from, to);
    }

    // The runtime takes an int[] for a uint[]; no language does.
    private static bool IsReferenceConversion(Type from, Type to)
    {
        if (!to.IsAssignableFrom(from)) return false;
        if (from.GetElementType() is not { IsValueType: true } element) return true;
        return to.IsArray ? to.GetElementType() == element : !to.IsConstructedGenericType || to.GetGenericArguments() is not [{ IsValueType: true } only] || only == element;
    }

    private static bool AreTuples(Type from, Type to) => from.IsGenericType && to.IsGenericType && from.Name == to.Name && from.Namespace == "System" && from.Name.StartsWith("ValueTuple`", StringComparison.Ordinal)
        && from.GetGenericArguments().Zip(to.GetGenericArguments()).All(parts => Of(parts.First, parts.Second).IsImplicit);

    private static Conversion User(Type from, Type to) => new(Operator(from, to) is not null);

    /// <summary>The user's own implicit conversion; null if there is none.</summary>
    public static MethodInfo? Operator(Type from, Type to)
    {
        foreach (var type in (Type[])[from, to])
        {
            foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy))
            {
                if (method is { Name: "op_Implicit", IsSpecialName: true } && method.ReturnType == to && method.GetParameters() is [var only] && only.ParameterType.IsAssignableFrom(from)) return method;
            }
        }

        return null;
    }
}
