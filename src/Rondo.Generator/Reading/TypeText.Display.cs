namespace Rondo.Generator.Reading;

// As the compiler writes types. Rondo.Reflection has its own half.
internal static partial class TypeText
{
    private static readonly SymbolDisplayFormat s_code = SymbolDisplayFormat.FullyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private static readonly SymbolDisplayFormat s_shown = SymbolDisplayFormat.MinimallyQualifiedFormat.WithMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>For generated code.</summary>
    public static string Code(ITypeSymbol type) => type.ToDisplayString(s_code);

    /// <summary>For messages.</summary>
    public static string Shown(ITypeSymbol type) => type.ToDisplayString(s_shown);
}
