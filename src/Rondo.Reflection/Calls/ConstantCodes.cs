using System.Globalization;
using System.Numerics;

namespace Rondo.Generator.Reading;

/// <summary>Constants as the objects that calls hand over; the compiler half writes them as expressions.</summary>
#pragma warning disable IDE0060 // The parameters are those of the compiler half.
internal static class ConstantCodes
{
    public static ConstantCode Null => default;

    public static ConstantCode Guid(Guid value, ITypeSymbol type) => new(value);

    public static ConstantCode TimeSpan(TimeSpan value, ITypeSymbol type) => new(value);

    public static ConstantCode DateTime(DateTime value, ITypeSymbol type) => new(value);

    public static ConstantCode DateTimeOffset(DateTimeOffset value, ITypeSymbol type) => new(value);

    public static ConstantCode DateOnly(DateTime day, ITypeSymbol type) => new(System.DateOnly.FromDateTime(day));

    public static ConstantCode TimeOnly(DateTime time, ITypeSymbol type) => new(System.TimeOnly.FromDateTime(time));

    public static ConstantCode Uri(string text, ITypeSymbol type) => new(new Uri(text, UriKind.RelativeOrAbsolute));

    public static ConstantCode Version(Version value, ITypeSymbol type) => new(value);

    public static ConstantCode Big(BigInteger value, ITypeSymbol type) => new(type.Type == typeof(Int128) ? (object)(Int128)value : type.Type == typeof(UInt128) ? (object)(UInt128)value : value);

    public static ConstantCode TypeOf(ITypeSymbol type) => new(type.Type);

    public static ConstantCode Enum(object value, ITypeSymbol type) => new(System.Enum.ToObject(type.Type, value));

    public static ConstantCode Default(ITypeSymbol type) => new(type.Type.IsValueType ? Activator.CreateInstance(type.Type) : null);

    public static ConstantCode Array(List<ConstantCode> elements, ITypeSymbol element, Compilation compilation)
    {
        var array = System.Array.CreateInstance(element.Type, elements.Count);
        for (var i = 0; i < elements.Count; i++) array.SetValue(elements[i].Value, i);
        return new(array);
    }

    public static ConstantCode Literal(object value, ITypeSymbol target) => new(
        target.SpecialType == SpecialType.System_IntPtr ? (object)(nint)Convert.ToInt64(value, CultureInfo.InvariantCulture)
        : target.SpecialType == SpecialType.System_UIntPtr ? (object)(nuint)Convert.ToUInt64(value, CultureInfo.InvariantCulture)
        : value);
}
#pragma warning restore IDE0060
