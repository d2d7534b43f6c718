using System.Globalization;
using System.Numerics;
using Rondo.Generator.Writing;

namespace Rondo.Generator.Reading;

/// <summary>Constants as expressions of C#. Rondo.Reflection has the same methods, which give objects.</summary>
internal static class ConstantCodes
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    public const string Null = "null";

    public static string Guid(Guid value, ITypeSymbol type) => $"new {TypeText.Code(type)}(\"{value:D}\")";

    public static string TimeSpan(TimeSpan value, ITypeSymbol type) => $"new {TypeText.Code(type)}({value.Ticks.ToString(s_culture)}L)";

    public static string DateTime(DateTime value, ITypeSymbol type) =>
        $"new {TypeText.Code(type)}({value.Ticks.ToString(s_culture)}L, (global::System.DateTimeKind){((int)value.Kind).ToString(s_culture)})";

    public static string DateTimeOffset(DateTimeOffset value, ITypeSymbol type) =>
        $"new {TypeText.Code(type)}({value.Ticks.ToString(s_culture)}L, new global::System.TimeSpan({value.Offset.Ticks.ToString(s_culture)}L))";

    public static string DateOnly(DateTime day, ITypeSymbol type) =>
        $"new {TypeText.Code(type)}({day.Year.ToString(s_culture)}, {day.Month.ToString(s_culture)}, {day.Day.ToString(s_culture)})";

    public static string TimeOnly(DateTime time, ITypeSymbol type) => $"new {TypeText.Code(type)}({time.Ticks.ToString(s_culture)}L)";

    public static string Uri(string text, ITypeSymbol type) => $"new {TypeText.Code(type)}({CodeText.Literal(text)}, global::System.UriKind.RelativeOrAbsolute)";

    public static string Version(Version value, ITypeSymbol type) => $"new {TypeText.Code(type)}(\"{value}\")";

    public static string Big(BigInteger value, ITypeSymbol type) => $"{TypeText.Code(type)}.Parse(\"{value.ToString(s_culture)}\", global::System.Globalization.CultureInfo.InvariantCulture)";

    public static string TypeOf(ITypeSymbol type) => $"typeof({TypeText.Code(type)})";

    /// <param name="value">The number of a member.</param>
    /// <param name="type">An enum.</param>
    public static string Enum(object value, ITypeSymbol type) => $"unchecked(({TypeText.Code(type)})({Literal(value)}))";

    public static string Default(ITypeSymbol type) => $"default({TypeText.Code(type)})";

    public static string Array(IReadOnlyList<string> elements, ITypeSymbol element, Compilation compilation) => elements.Count == 0
        ? $"global::System.Array.Empty<{TypeText.Code(element)}>()"
        : $"new {TypeText.Code(compilation.CreateArrayTypeSymbol(element))} {{ {string.Join(", ", elements)} }}";

    /// <param name="value">A primitive, a string or a decimal.</param>
    /// <param name="target">What it is handed over as.</param>
    public static string Literal(object value, ITypeSymbol target) =>
        (target.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr ? "(" + TypeText.Code(target) + ")" : "") + Literal(value);

    // A literal whose type is exactly that of the value.
    private static string Literal(object value) => value switch
    {
        string s => CodeText.Literal(s),
        char c => "'\\u" + ((int)c).ToString("x4", s_culture) + "'",
        bool b => b ? "true" : "false",
        double d when double.IsNaN(d) => "double.NaN",
        double d when double.IsInfinity(d) => d > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity",
        double d => d.ToString("R", s_culture) + "D",
        float f when float.IsNaN(f) => "float.NaN",
        float f when float.IsInfinity(f) => f > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity",
        float f => f.ToString("R", s_culture) + "F",
        decimal m => m.ToString(s_culture) + "M",
        long l => l.ToString(s_culture) + "L",
        ulong u => u.ToString(s_culture) + "UL",
        uint u => u.ToString(s_culture) + "U",
        int i => i.ToString(s_culture),
        sbyte i => "(sbyte)(" + i.ToString(s_culture) + ")",
        byte i => "(byte)" + i.ToString(s_culture),
        short i => "(short)(" + i.ToString(s_culture) + ")",
        ushort i => "(ushort)" + i.ToString(s_culture),
        _ => throw new InvalidOperationException("This is a bug in Rondo: a constant of type " + value.GetType() + "."),
    };
}
