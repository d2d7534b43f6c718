using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Rondo.Catalog;
using Rondo.Generator.Reading;

namespace Rondo.Reflection.Calls;

/// <summary>Opens data sources, and makes arguments of their elements.</summary>
internal static class RowReading
{
    private static readonly MethodInfo s_of = typeof(RowReading).GetMethod(nameof(Of), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>Runs user code.</summary>
    public static RowSource Open(RowsShape shape)
    {
        MethodInfo open;
        Type element;
        Type[] targets;
        lock (shape.Source.Universe)
        {
            open = shape.Source is IPropertySymbol property ? property.Property.GetMethod! : (MethodInfo)((IMethodSymbol)shape.Source).Method;
            element = shape.Sequence.Type.GetGenericArguments()[0];
            targets = [.. shape.Method.Parameters.Take(shape.Arity).Select(p => p.Type.Type)];
        }

        var rows = open.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [], null);
        Func<object?, object?[]>? split = shape.IsRow ? null
            : shape.IsTuple ? row => Split((ITuple)row!, targets)
            : row => [Converted(row, targets[0])];
        return (RowSource)s_of.MakeGenericMethod(element).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [rows, split], null)!;
    }

    private static RowSource Of<T>(object? rows, Func<object?, object?[]>? split)
    {
        Func<T, object?[]>? typed = split is null ? null : row => split(row);
        return rows is IAsyncEnumerable<T> later ? RowSource.Of(later, typed) : RowSource.Of((IEnumerable<T>)rows!, typed);
    }

    private static object?[] Split(ITuple row, Type[] targets)
    {
        var values = new object?[targets.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Converted(row[i], targets[i]);
        return values;
    }

    /// <summary>A value as a type to which C# would convert it; the readers have asked whether it would.</summary>
    private static object? Converted(object? value, Type target)
    {
        target = Nullable.GetUnderlyingType(target) ?? target;
        if (value is null || target.IsInstanceOfType(value)) return value;
        if (Conversion.Operator(value.GetType(), target) is { } conversion) return conversion.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [value], null);
        if (value is ITuple tuple) return Activator.CreateInstance(target, Split(tuple, target.GetGenericArguments()));
        if (value is char c) value = (ushort)c;
        if (value is nint signed) value = (long)signed;
        if (value is nuint unsigned) value = (ulong)unsigned;
        return target == typeof(nint) ? (object)(nint)Convert.ToInt64(value, CultureInfo.InvariantCulture)
            : target == typeof(nuint) ? (object)(nuint)Convert.ToUInt64(value, CultureInfo.InvariantCulture)
            : Convert.ChangeType(value, target, CultureInfo.InvariantCulture);
    }
}
