// Constants of [Case], converted to the parameters' types as their author expects: nothing may be lost on the way.
using System.Globalization;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.Generator.Reading;

/// <summary>A converted constant.</summary>
/// <param name="Code">An expression of the parameter's type.</param>
/// <param name="Value">What <see cref="Rondo.Catalog.ArgumentText"/> shows in the id.</param>
internal readonly record struct ConvertedConstant(string Code, object? Value);

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
    public static ConvertedConstant? Convert(TypedConstant constant, ITypeSymbol target, ExpressionSyntax? source, Compilation compilation, out string why)
    {
        why = "";
        if (constant.Kind == TypedConstantKind.Error) return Refuse("it is not a constant", out why);
        var inner = target is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : null;
        if (constant.IsNull)
        {
            return target.IsReferenceType || inner is not null ? new ConvertedConstant("null", null) : Refuse($"'{TypeText.Shown(target)}' cannot be null", out why);
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

    private static ConvertedConstant? ConvertPrimitive(object value, ITypeSymbol target, ExpressionSyntax? source, ITypeSymbol from, Compilation compilation, out string why)
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
        var code = Literal(converted);
        if (target.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr) code = "(" + TypeText.Code(target) + ")" + code;
        return new ConvertedConstant(code, converted);
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

    private static object? ToDecimal(object value, ExpressionSyntax? source)
    {
        if (IsWhole(value)) return System.Convert.ToDecimal(value, CultureInfo.InvariantCulture);
        if (value is not (double or float)) return null;
        var negative = false;
        var expression = source;
        while (expression is ParenthesizedExpressionSyntax or PrefixUnaryExpressionSyntax)
        {
            if (expression is PrefixUnaryExpressionSyntax unary)
            {
                if (unary.IsKind(SyntaxKind.UnaryMinusExpression)) negative = !negative;
                else if (!unary.IsKind(SyntaxKind.UnaryPlusExpression)) break;
                expression = unary.Operand;
            }
            else
            {
                expression = ((ParenthesizedExpressionSyntax)expression).Expression;
            }
        }

        if (expression is LiteralExpressionSyntax literal && literal.IsKind(SyntaxKind.NumericLiteralExpression))
        {
            var text = literal.Token.Text.Replace("_", "").TrimEnd('d', 'D', 'f', 'F');
            if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var written)) return negative ? -written : written;
        }

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
        var code = "new " + TypeText.Code(target);
        var name = RondoNames.IsIn(target, "System") ? target.Name : "";
        switch (target.SpecialType == SpecialType.System_DateTime ? "DateTime" : name)
        {
            case "Guid" when Guid.TryParse(text, out var guid):
                return new ConvertedConstant($"{code}(\"{guid:D}\")", guid);
            case "TimeSpan" when TimeSpan.TryParse(text, culture, out var span):
                return new ConvertedConstant($"{code}({span.Ticks.ToString(culture)}L)", span);
            case "DateTime" when DateTime.TryParse(text, culture, DateTimeStyles.RoundtripKind, out var moment):
                // A text with an offset would become the builder's local time, which differs between machines.
                if (moment.Kind == DateTimeKind.Local) return Refuse("a DateTime with an offset means another time on another machine; write it with 'Z' or without offset, or take a DateTimeOffset", out why);
                return new ConvertedConstant($"{code}({moment.Ticks.ToString(culture)}L, (global::System.DateTimeKind){((int)moment.Kind).ToString(culture)})", moment);
            case "DateTimeOffset" when DateTimeOffset.TryParse(text, culture, DateTimeStyles.AssumeUniversal, out var moment):
                return new ConvertedConstant($"{code}({moment.Ticks.ToString(culture)}L, new global::System.TimeSpan({moment.Offset.Ticks.ToString(culture)}L))", moment);
            case "DateOnly" when DateTime.TryParse(text, culture, DateTimeStyles.NoCurrentDateDefault | DateTimeStyles.RoundtripKind, out var day) && day.TimeOfDay == TimeSpan.Zero && day.Year > 1:
                return new ConvertedConstant($"{code}({day.Year.ToString(culture)}, {day.Month.ToString(culture)}, {day.Day.ToString(culture)})", new ShownText(day.ToString("yyyy-MM-dd", culture)));
            case "TimeOnly" when DateTime.TryParse(text, culture, DateTimeStyles.NoCurrentDateDefault | DateTimeStyles.RoundtripKind, out var time) && time.Date == DateTime.MinValue:
                return new ConvertedConstant($"{code}({time.Ticks.ToString(culture)}L)", new ShownText(time.ToString("HH:mm:ss.fffffff", culture)));
            case "Uri" when Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri):
                return new ConvertedConstant($"{code}({Quote(text)}, global::System.UriKind.RelativeOrAbsolute)", uri);
            case "Version" when Version.TryParse(text, out var version):
                return new ConvertedConstant($"{code}(\"{version}\")", version);
            case "Int128" or "UInt128" when BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var number):
                return ToBig(number, target, out why);
            case "Char" when text.Length == 1:
                return new ConvertedConstant(Literal(text[0]), text[0]);
            case "Guid" or "Version" or "TimeSpan" or "DateTime" or "DateTimeOffset" or "DateOnly" or "TimeOnly" or "Uri":
                return Refuse($"the text is no valid '{name}'", out why);
        }

        if (IsBigInteger(target) && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var big)) return ToBig(big, target, out why);

        // No attribute can hold a decimal, so text is how people write one exactly.
        if (target.SpecialType == SpecialType.System_Decimal)
        {
            return decimal.TryParse(text, NumberStyles.Number, culture, out var amount)
                ? new ConvertedConstant(Literal(amount), amount)
                : Refuse("the text is no valid 'decimal'", out why);
        }

        return ConvertPrimitive(text, target, null, compilation.GetSpecialType(SpecialType.System_String), compilation, out why);
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
        return new ConvertedConstant($"{TypeText.Code(target)}.Parse(\"{text}\", global::System.Globalization.CultureInfo.InvariantCulture)", new ShownText(text));
    }

    private static ConvertedConstant? ConvertType(TypedConstant constant, ITypeSymbol target, Compilation compilation, out string why)
    {
        why = "";
        if (constant.Value is not ITypeSymbol type || !compilation.ClassifyConversion(constant.Type!, target).IsImplicit)
            return Refuse("it is a type", out why);
        var unbound = type is INamedTypeSymbol { IsUnboundGenericType: true } named ? named.OriginalDefinition : null;
        return new ConvertedConstant($"typeof({TypeText.Code(type)})", new ShownText(ReflectionName(unbound ?? type)));
    }

    // As System.Type.ToString() writes it, so that rows made at run time and constants have the same ids.
    private static string ReflectionName(ITypeSymbol type) => TypeText.Key(type).Replace('<', '[').Replace('>', ']');

    private static ConvertedConstant? ConvertEnum(TypedConstant constant, ITypeSymbol target, Compilation compilation, out string why)
    {
        why = "";
        if (!compilation.ClassifyConversion(constant.Type!, target).IsImplicit) return Refuse($"it is of type '{TypeText.Shown(constant.Type!)}'", out why);
        var type = (INamedTypeSymbol)constant.Type!;
        return new ConvertedConstant(EnumCode(constant.Value!, type), new ShownText(EnumNames.Text(constant.Value!, type)));
    }

    private static ConvertedConstant? ToEnum(object value, INamedTypeSymbol target, out string why)
    {
        why = "";
        if (value is string text)
        {
            if (EnumNames.Parse(text, target) is { } parsed) return new ConvertedConstant(EnumCode(parsed, target), new ShownText(EnumNames.Text(parsed, target)));
            return Refuse($"'{target.Name}' has no member '{text}'", out why);
        }

        if (!IsWhole(value)) return Refuse("it is no member and no whole number", out why);
        foreach (var field in EnumNames.Fields(target))
        {
            if (System.Convert.ToDecimal(field.ConstantValue, CultureInfo.InvariantCulture) == System.Convert.ToDecimal(value, CultureInfo.InvariantCulture))
                return new ConvertedConstant(EnumCode(field.ConstantValue!, target), new ShownText(EnumNames.Text(field.ConstantValue!, target)));
        }

        return Refuse($"'{target.Name}' has no member with this value", out why);
    }

    /// <summary>The members of an enum in order of declaration; of several names for one value the first.</summary>
    public static IEnumerable<ConvertedConstant> AllMembers(INamedTypeSymbol type)
    {
        var seen = new HashSet<object>();
        foreach (var field in EnumNames.Fields(type))
        {
            if (seen.Add(field.ConstantValue!)) yield return new ConvertedConstant(EnumCode(field.ConstantValue!, type), new ShownText(EnumNames.Text(field.ConstantValue!, type)));
        }
    }

    private static string EnumCode(object value, INamedTypeSymbol type) => $"unchecked(({TypeText.Code(type)})({Literal(value)}))";

    private static ConvertedConstant? ConvertArray(TypedConstant constant, ITypeSymbol target, ExpressionSyntax? source, Compilation compilation, out string why)
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
        return BuildArray(constant.Values, Elements(source), array.ElementType, compilation, out why);
    }

    /// <summary>The default of an optional parameter.</summary>
    public static ConvertedConstant Default(IParameterSymbol parameter)
    {
        var code = TypeText.Code(parameter.Type);
        var value = parameter.HasExplicitDefaultValue ? parameter.ExplicitDefaultValue : null;
        if (value is null) return new ConvertedConstant($"default({code})", parameter.Type.IsValueType && parameter.Type.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T ? new ShownText("default") : null);
        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : parameter.Type;
        return type.TypeKind == TypeKind.Enum
            ? new ConvertedConstant(EnumCode(value, (INamedTypeSymbol)type), new ShownText(EnumNames.Text(value, (INamedTypeSymbol)type)))
            : new ConvertedConstant(Literal(value), value);
    }

    /// <summary>An array of constants, also for a <c>params</c> list.</summary>
    public static ConvertedConstant? BuildArray(
        IReadOnlyList<TypedConstant> constants, IReadOnlyList<ExpressionSyntax?> sources, ITypeSymbol element, Compilation compilation, out string why)
    {
        why = "";
        var code = new List<string>();
        var values = new object?[constants.Count];
        for (var i = 0; i < constants.Count; i++)
        {
            if (Convert(constants[i], element, i < sources.Count ? sources[i] : null, compilation, out why) is not { } one)
            {
                why = $"element {i.ToString(CultureInfo.InvariantCulture)}: {why}";
                return null;
            }

            code.Add(one.Code);
            values[i] = one.Value;
        }

        var type = TypeText.Code(compilation.CreateArrayTypeSymbol(element));
        return new ConvertedConstant(code.Count == 0 ? $"global::System.Array.Empty<{TypeText.Code(element)}>()" : $"new {type} {{ {string.Join(", ", code)} }}", values);
    }

    private static IReadOnlyList<ExpressionSyntax?> Elements(ExpressionSyntax? source) => source switch
    {
        ArrayCreationExpressionSyntax { Initializer: { } made } => [.. made.Expressions],
        ImplicitArrayCreationExpressionSyntax made => [.. made.Initializer.Expressions],
        CollectionExpressionSyntax list when list.Elements.All(e => e is ExpressionElementSyntax) => [.. list.Elements.Select(e => ((ExpressionElementSyntax)e).Expression)],
        _ => [],
    };

    /// <summary>A literal whose type is exactly that of the value.</summary>
    private static string Literal(object value) => value switch
    {
        string s => Quote(s),
        char c => "'\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture) + "'",
        bool b => b ? "true" : "false",
        double d when double.IsNaN(d) => "double.NaN",
        double d when double.IsInfinity(d) => d > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity",
        double d => d.ToString("R", CultureInfo.InvariantCulture) + "D",
        float f when float.IsNaN(f) => "float.NaN",
        float f when float.IsInfinity(f) => f > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity",
        float f => f.ToString("R", CultureInfo.InvariantCulture) + "F",
        decimal m => m.ToString(CultureInfo.InvariantCulture) + "M",
        long l => l.ToString(CultureInfo.InvariantCulture) + "L",
        ulong u => u.ToString(CultureInfo.InvariantCulture) + "UL",
        uint u => u.ToString(CultureInfo.InvariantCulture) + "U",
        int i => i.ToString(CultureInfo.InvariantCulture),
        sbyte i => "(sbyte)(" + i.ToString(CultureInfo.InvariantCulture) + ")",
        byte i => "(byte)" + i.ToString(CultureInfo.InvariantCulture),
        short i => "(short)(" + i.ToString(CultureInfo.InvariantCulture) + ")",
        ushort i => "(ushort)" + i.ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException("This is a bug in Rondo: a constant of type " + value.GetType() + "."),
    };

    private static string Quote(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static ConvertedConstant? Refuse(string reason, out string why)
    {
        why = reason;
        return null;
    }
}
