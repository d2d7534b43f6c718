using System.Globalization;

namespace Rondo.Generator.Reading;

/// <summary>Texts of enum values as <c>Enum.ToString()</c> and <c>Enum.Parse</c> have them, from symbols.</summary>
internal static class EnumNames
{
    public static IEnumerable<IFieldSymbol> Fields(INamedTypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue);

    public static string Text(object value, INamedTypeSymbol type)
    {
        foreach (var field in Fields(type))
        {
            if (Equals(field.ConstantValue, value)) return field.Name;
        }

        var number = ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
        if (!IsFlags(type)) return number;
        var left = Bits(value);
        var names = new List<string>();
        foreach (var field in Fields(type).OrderByDescending(f => Bits(f.ConstantValue!)))
        {
            var bits = Bits(field.ConstantValue!);
            if (bits == 0 || (left & bits) != bits) continue;
            left &= ~bits;
            names.Insert(0, field.Name);
        }

        return left == 0 && names.Count > 0 ? string.Join(", ", names) : number;
    }

    /// <summary>The value of a member's name, of several names with commas for flags; null if one does not exist.</summary>
    public static object? Parse(string text, INamedTypeSymbol type)
    {
        var names = text.Split(',');
        if (names.Length > 1 && !IsFlags(type)) return null;
        object? single = null;
        ulong all = 0;
        foreach (var name in names)
        {
            var field = Fields(type).FirstOrDefault(f => f.Name == name.Trim());
            if (field is null) return null;
            single = field.ConstantValue;
            all |= Bits(single!);
        }

        return names.Length == 1 ? single : FromBits(all, single!);
    }

    private static bool IsFlags(INamedTypeSymbol type) =>
        type.GetAttributes().Any(a => a.AttributeClass is { Name: "FlagsAttribute" } flags && RondoNames.IsIn(flags, "System"));

    private static ulong Bits(object value) => value is ulong big ? big : unchecked((ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture));

    private static object FromBits(ulong bits, object like) => unchecked(like switch
    {
        sbyte => (sbyte)bits,
        byte => (byte)bits,
        short => (short)bits,
        ushort => (ushort)bits,
        int => (int)bits,
        uint => (object)(uint)bits,
        long => (long)bits,
        _ => bits,
    });
}
