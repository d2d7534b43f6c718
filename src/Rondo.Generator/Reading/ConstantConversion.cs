// Constants of [Case], converted to the parameters' types as their author expects: nothing may be lost on the way.
using System.Globalization;
using System.Numerics;

namespace Rondo.Generator.Reading;

/// <summary>A converted constant.</summary>
/// <param name="Code">What calls hand over: an expression of the parameter's type.</param>
/// <param name="Value">What <see cref="Rondo.Catalog.ArgumentText"/> shows in the id.</param>
internal readonly record struct ConvertedConstant(ConstantCode Code, object? Value);

/// <summary>Text that stands in an id as it is, where the generator has no object of the type.</summary>
internal sealed class ShownText(string text)
{
    public override string ToString() => text;
}

internal static class ConstantConversion
{
    /// <summary>Converts a constant.</summary>
    /// <param name="constant">The argument.</param>
    /// <param name="target">The parameter's type.</param>
    /// <param name="source">The argument's expression if it is at hand: 1.10 for a decimal keeps its zero.</param>
    /// <param name="compilation">Knows the conversions between reference types.</param>
    /// <param name="why">Why it does not fit.</param>
    /// <returns>Null if it does not fit.</returns>
    public static ConvertedConstant? Convert(TypedConstant constant, ITypeSymbol target, WrittenConstant source, Compilation compilation, out string why)
    {
        why = "";
        if (constant.Kind == TypedConstantKind.Error) return Refuse("it is not a constant", out why);
        var inner = target is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : null;
        if (constant.IsNull)
        {
            return target.IsReferenceType || inner is not null ? new ConvertedConstant(ConstantCodes.Null, null) : Refuse($"'{TypeText.Shown(target)}' cannot be null", out why);
        }

        target = inner ?? target;
        switch (constant.Kind)
        {
            case TypedConstantKind.Array: return ConvertArray(constant, target, source, compilation, out why);
            case TypedConstantKind.Type: return ConvertType(constant, target, compilation, out why);
            case TypedConstantKind.Enum: return ConvertEnum(constant, target, compilation, out why);
        }

        var value = constant.Value!;
        if (IsWhole(value) && (IsBigInteger(target) || (target.Name is "Int128" or "UInt128" && RondoNames.IsIn(target, "System"))))
            return ToBig(value is ulong unsigned ? unsigned : System.Convert.ToInt64(value, CultureInfo.InvariantCulture), target, out why);
        if (target.TypeKind == TypeKind.Enum) return ToEnum(value, (INamedTypeSymbol)target, out why);
        if (value is string text && target.SpecialType is not SpecialType.System_String and not SpecialType.System_Object) return Parse(text, target, compilation, out why);
        return ConvertPrimitive(value, target, source, constant.Type!, compilation, out why);
    }

    private static ConvertedConstant? ConvertPrimitive(object value, ITypeSymbol target, WrittenConstant source, ITypeSymbol from, Compilation compilation, out string why)
    {
        why = "";
        var converted = target.SpecialType switch
        {
            SpecialType.System_Object => value,
            SpecialType.System_Boolean => value is bool ? value : null,
            SpecialType.System_Char => value is char ? value : null,
            SpecialType.System_String => value as string,
            SpecialType.System_SByte => Whole(value, sbyte.MinValue, (ulong)sbyte.MaxValue, i => (sbyte)i, null),
            SpecialType.System_Byte => Whole(value, 0, byte.MaxValue, i => (byte)i, null),
            SpecialType.System_Int16 => Whole(value, short.MinValue, (ulong)short.MaxValue, i => (short)i, null),
            SpecialType.System_UInt16 => Whole(value, 0, ushort.MaxValue, i => (ushort)i, null),
            SpecialType.System_Int32 or SpecialType.System_IntPtr => Whole(value, int.MinValue, int.MaxValue, i => (int)i, null),
            SpecialType.System_UInt32 or SpecialType.System_UIntPtr => Whole(value, 0, uint.MaxValue, i => (uint)i, null),
            SpecialType.System_Int64 => Whole(value, long.MinValue, long.MaxValue, i => i, null),
            SpecialType.System_UInt64 => Whole(value, 0, ulong.MaxValue, i => (ulong)i, u => u),
            SpecialType.System_Single => ToSingle(value),
            SpecialType.System_Double => value is float f ? (double)f : value is double || IsWhole(value) ? System.Convert.ToDouble(value, CultureInfo.InvariantCulture) : null,
            SpecialType.System_Decimal => ToDecimal(value, source),
            _ => null,
        };
        if (converted is null && target.SpecialType == SpecialType.None && compilation.ClassifyConversion(from, target) is { IsImplicit: true } conversion
            && (conversion.IsBoxing || conversion.IsReference || conversion.IsIdentity))
            converted = value;
        if (converted is null) return Refuse($"it is of type '{TypeText.Shown(from)}'{(IsWhole(value) && IsNumber(target) ? " and out of range" : "")}", out why);
        return new ConvertedConstant(ConstantCodes.Literal(converted, target), converted);
    }

    private static bool IsNumber(ITypeSymbol type) => type.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_Double;

    private static bool IsWhole(object value) => value is sbyte or byte or short or ushort or int or uint or long or ulong;

    private static object? Whole(object value, long least, ulong most, Func<long, object> signed, Func<ulong, object>? unsigned)
    {
        if (value is char c) value = (int)c;
        if (!IsWhole(value)) return null;
        if (value is ulong big && big > long.MaxValue) return big <= most ? unsigned?.Invoke(big) : null;
        var whole = System.Convert.ToInt64(value, CultureInfo.InvariantCulture);
        return whole >= least && (whole < 0 || (ulong)whole <= most) ? signed(whole) : null;
    }

    private static object? ToSingle(object value)
    {
        if (value is float) return value;
        if (IsWhole(value)) return System.Convert.ToSingle(value, CultureInfo.InvariantCulture);
        return value is double d && (double.IsNaN(d) || double.IsInfinity(d) || Math.Abs(d) <= float.MaxValue) ? (float)d : null;
    }

    private static object? ToDecimal(object value, WrittenConstant source)
    {
        if (IsWhole(value)) return System.Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        if (value is not (double or float)) return null;
        if (source.Decimal is { } written) return written;
        try
        {
            return value is float single ? (decimal)single : (decimal)(double)value;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static ConvertedConstant? Parse(string text, ITypeSymbol target, Compilation compilation, out string why)
    {
        why = "";
        var culture = CultureInfo.InvariantCulture;
        var name = RondoNames.IsIn(target, "System") ? target.Name : "";
        switch (target.SpecialType == SpecialType.System_DateTime ? "DateTime" : name)
        {
            case "Guid" when Guid.TryParse(text, out var guid):
                return new ConvertedConstant(ConstantCodes.Guid(guid, target), guid);
            case "TimeSpan" when TimeSpan.TryParse(text, culture, out var span):
                return new ConvertedConstant(ConstantCodes.TimeSpan(span, target), span);
            case "DateTime" when DateTime.TryParse(text, culture, DateTimeStyles.RoundtripKind, out var moment):
                // A text with an offset would become the builder's local time, which differs between machines.
                if (moment.Kind == DateTimeKind.Local) return Refuse("a DateTime with an offset means another time on another machine; write it with 'Z' or without offset, or take a DateTimeOffset", out why);
                return new ConvertedConstant(ConstantCodes.DateTime(moment, target), moment);
            case "DateTimeOffset" when DateTimeOffset.TryParse(text, culture, DateTimeStyles.AssumeUniversal, out var moment):
                return new ConvertedConstant(ConstantCodes.DateTimeOffset(moment, target), moment);
            case "DateOnly" when DateTime.TryParse(text, culture, DateTimeStyles.NoCurrentDateDefault | DateTimeStyles.RoundtripKind, out var day) && day.TimeOfDay == TimeSpan.Zero && day.Year > 1:
                return new ConvertedConstant(ConstantCodes.DateOnly(day, target), new ShownText(day.ToString("yyyy-MM-dd", culture)));
            case "TimeOnly" when DateTime.TryParse(text, culture, DateTimeStyles.NoCurrentDateDefault | DateTimeStyles.RoundtripKind, out var time) && time.Date == DateTime.MinValue:
                return new ConvertedConstant(ConstantCodes.TimeOnly(time, target), new ShownText(time.ToString("HH:mm:ss.fffffff", culture)));
            case "Uri" when Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri):
                return new ConvertedConstant(ConstantCodes.Uri(text, target), uri);
            case "Version" when Version.TryParse(text, out var version):
                return new ConvertedConstant(ConstantCodes.Version(version, target), version);
            case "Int128" or "UInt128" when BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var number):
                return ToBig(number, target, out why);
            case "Char" when text.Length == 1:
                return new ConvertedConstant(ConstantCodes.Literal(text[0], target), text[0]);
            case "Guid" or "Version" or "TimeSpan" or "DateTime" or "DateTimeOffset" or "DateOnly" or "TimeOnly" or "Uri":
                return Refuse($"the text is no valid '{name}'", out why);
        }

        if (IsBigInteger(target) && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var big)) return ToBig(big, target, out why);

        // No attribute can hold a decimal, so text is how people write one exactly.
        if (target.SpecialType == SpecialType.System_Decimal)
        {
            return decimal.TryParse(text, NumberStyles.Number, culture, out var amount)
                ? new ConvertedConstant(ConstantCodes.Literal(amount, target), amount)
                : Refuse("the text is no valid 'decimal'", out why);
        }

        return ConvertPrimitive(text, target, default, compilation.GetSpecialType(SpecialType.System_String), compilation, out why);
    }

    private static bool IsBigInteger(ITypeSymbol type) => type.Name == "BigInteger" && RondoNames.IsIn(type, "System", "Numerics");

    // Wider than every constant of the language: written as text.
    private static ConvertedConstant? ToBig(BigInteger value, ITypeSymbol target, out string why)
    {
        why = "";
        var (least, most) = target.Name switch
        {
            "Int128" => (-BigInteger.Pow(2, 127), BigInteger.Pow(2, 127) - 1),
            "UInt128" => (BigInteger.Zero, BigInteger.Pow(2, 128) - 1),
            _ => (value, value),
        };
        if (value < least || value > most) return Refuse("it is out of range", out why);
        var text = value.ToString(CultureInfo.InvariantCulture);
        return new ConvertedConstant(ConstantCodes.Big(value, target), new ShownText(text));
    }

    private static ConvertedConstant? ConvertType(TypedConstant constant, ITypeSymbol target, Compilation compilation, out string why)
    {
        why = "";
        if (constant.Value is not ITypeSymbol type || !compilation.ClassifyConversion(constant.Type!, target).IsImplicit)
            return Refuse("it is a type", out why);
        var unbound = type is INamedTypeSymbol { IsUnboundGenericType: true } named ? named.OriginalDefinition : null;
        return new ConvertedConstant(ConstantCodes.TypeOf(type), new ShownText(ReflectionName(unbound ?? type)));
    }

    // As System.Type.ToString() writes it, so that rows made at run time and constants have the same ids.
    private static string ReflectionName(ITypeSymbol type) => TypeText.Key(type).Replace('<', '[').Replace('>', ']');

    private static ConvertedConstant? ConvertEnum(TypedConstant constant, ITypeSymbol target, Compilation compilation, out string why)
    {
        why = "";
        if (!compilation.ClassifyConversion(constant.Type!, target).IsImplicit) return Refuse($"it is of type '{TypeText.Shown(constant.Type!)}'", out why);
        var type = (INamedTypeSymbol)constant.Type!;
        return new ConvertedConstant(ConstantCodes.Enum(constant.Value!, type), new ShownText(EnumNames.Text(constant.Value!, type)));
    }

    private static ConvertedConstant? ToEnum(object value, INamedTypeSymbol target, out string why)
    {
        why = "";
        if (value is string text)
        {
            if (EnumNames.Parse(text, target) is { } parsed) return new ConvertedConstant(ConstantCodes.Enum(parsed, target), new ShownText(EnumNames.Text(parsed, target)));
            return Refuse($"'{target.Name}' has no member '{text}'", out why);
        }

        if (!IsWhole(value)) return Refuse("it is no member and no whole number", out why);
        foreach (var field in EnumNames.Fields(target))
        {
            if (System.Convert.ToDecimal(field.ConstantValue, CultureInfo.InvariantCulture) == System.Convert.ToDecimal(value, CultureInfo.InvariantCulture))
                return new ConvertedConstant(ConstantCodes.Enum(field.ConstantValue!, target), new ShownText(EnumNames.Text(field.ConstantValue!, target)));
        }

        return Refuse($"'{target.Name}' has no member with this value", out why);
    }

    /// <summary>The members of an enum in order of declaration; of several names for one value the first.</summary>
    public static IEnumerable<ConvertedConstant> AllMembers(INamedTypeSymbol type)
    {
        var seen = new HashSet<object>();
        foreach (var field in EnumNames.Fields(type))
        {
            if (seen.Add(field.ConstantValue!)) yield return new ConvertedConstant(ConstantCodes.Enum(field.ConstantValue!, type), new ShownText(EnumNames.Text(field.ConstantValue!, type)));
        }
    }

    private static ConvertedConstant? ConvertArray(TypedConstant constant, ITypeSymbol target, WrittenConstant source, Compilation compilation, out string why)
    {
        why = "";
        var from = (IArrayTypeSymbol)constant.Type!;
        var array = target as IArrayTypeSymbol;
        if (array is null)
        {
            // A list interface gets an array of its own element type; object gets the array as it was written.
            var element = target is INamedTypeSymbol { TypeKind: TypeKind.Interface, TypeArguments: [var only] } ? only : from.ElementType;
            array = compilation.CreateArrayTypeSymbol(element);
            if (!compilation.ClassifyConversion(array, target).IsImplicit) return Refuse("it is an array", out why);
        }

        if (array.Rank != 1) return Refuse("it is an array of one dimension", out why);
        return BuildArray(constant.Values, source.Elements, array.ElementType, compilation, out why);
    }

    /// <summary>The default of an optional parameter.</summary>
    public static ConvertedConstant Default(IParameterSymbol parameter)
    {
        var value = parameter.HasExplicitDefaultValue ? parameter.ExplicitDefaultValue : null;
        if (value is null) return new ConvertedConstant(ConstantCodes.Default(parameter.Type), parameter.Type.IsValueType && parameter.Type.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T ? new ShownText("default") : null);
        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : parameter.Type;
        return type.TypeKind == TypeKind.Enum
            ? new ConvertedConstant(ConstantCodes.Enum(value, (INamedTypeSymbol)type), new ShownText(EnumNames.Text(value, (INamedTypeSymbol)type)))
            : new ConvertedConstant(ConstantCodes.Literal(value, type), value);
    }

    /// <summary>An array of constants, also for a <c>params</c> list.</summary>
    public static ConvertedConstant? BuildArray(
        IReadOnlyList<TypedConstant> constants, IReadOnlyList<WrittenConstant> sources, ITypeSymbol element, Compilation compilation, out string why)
    {
        why = "";
        var code = new List<ConstantCode>();
        var values = new object?[constants.Count];
        for (var i = 0; i < constants.Count; i++)
        {
            if (Convert(constants[i], element, i < sources.Count ? sources[i] : default, compilation, out why) is not { } one)
            {
                why = $"element {i.ToString(CultureInfo.InvariantCulture)}: {why}";
                return null;
            }

            code.Add(one.Code);
            values[i] = one.Value;
        }

        return new ConvertedConstant(ConstantCodes.Array(code, element, compilation), values);
    }

    private static ConvertedConstant? Refuse(string reason, out string why)
    {
        why = reason;
        return null;
    }
}
