using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rondo.Conventions.Reading;

/// <summary>What users of an assembly can see, as text in a stable order: one line per member, in C#, with nullability.</summary>
internal static class PublicSurface
{
    private const SymbolDisplayMiscellaneousOptions Details = SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
        | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral;

    private static readonly SymbolDisplayFormat s_type = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        parameterOptions: SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: Details);

    private static readonly SymbolDisplayFormat s_reference = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes, genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters, miscellaneousOptions: Details);

    private static readonly SymbolDisplayFormat s_member = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeAccessibility,
        parameterOptions: SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: Details);

    /// <param name="assembly">The file to describe.</param>
    /// <param name="beside">Assemblies it refers to, so that their names can be read. The base library is known.</param>
    /// <param name="wanted">Which types; null for all.</param>
    public static string Describe(string assembly, IEnumerable<string> beside, Func<INamedTypeSymbol, bool>? wanted = null)
    {
        var library = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] names = ["System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Threading", "System.Linq", "System.Diagnostics.Process", "System.ComponentModel.Primitives"];
        var subject = MetadataReference.CreateFromFile(assembly);
        var compilation = CSharpCompilation.Create("reader", references: [subject, .. names.Select(n => Path.Combine(library, n + ".dll")).Concat(beside).Select(f => MetadataReference.CreateFromFile(f))]);
        var text = new StringBuilder();
        var types = Types(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(subject)!).GlobalNamespace).Where(t => wanted?.Invoke(t) ?? true);
        foreach (var space in types.GroupBy(t => t.ContainingNamespace.ToDisplayString()).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(space.Key).Append('\n');
            foreach (var type in space.OrderBy(t => t.ToDisplayString(s_reference), StringComparer.Ordinal)) Describe(type, text);
        }

        return text.ToString();
    }

    private static void Describe(INamedTypeSymbol type, StringBuilder text)
    {
        text.Append('\n');
        foreach (var attribute in Attributes(type)) text.Append("  [").Append(attribute).Append("]\n");
        var declaration = type.ToDisplayString(s_type).Split(" where ", 2);
        text.Append("  ").Append(Accessibility(type)).Append(Modifiers(type)).Append(declaration[0]);
        var bases = new[] { type.BaseType }.Where(b => b is { SpecialType: SpecialType.None } && type.TypeKind == TypeKind.Class).Concat(type.Interfaces)
            .Select(b => b!.ToDisplayString(s_reference)).ToList();
        if (type.TypeKind is TypeKind.Class or TypeKind.Struct or TypeKind.Interface && bases.Count > 0) text.Append(" : ").AppendJoin(", ", bases);
        if (declaration.Length > 1) text.Append(" where ").Append(declaration[1]);
        text.Append('\n');
        if (type.TypeKind == TypeKind.Delegate) return;
        foreach (var member in type.GetMembers().Where(IsShown).OrderBy(Place, StringComparer.Ordinal).ThenBy(Line, StringComparer.Ordinal))
        {
            text.Append("    ").AppendJoin("", Attributes(member).Select(a => $"[{a}] ")).Append(Line(member)).Append('\n');
        }
    }

    // By name, constructors (".ctor") first; values of an enumeration by their number.
    private static string Place(ISymbol member) =>
        member is IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } value ? Convert.ToInt64(value.ConstantValue, CultureInfo.InvariantCulture).ToString("D20", CultureInfo.InvariantCulture) : member.Name;

    private static string Line(ISymbol member) => member is IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } value ? $"{value.Name} = {value.ConstantValue}" : member.ToDisplayString(s_member);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol within) => within.GetMembers().SelectMany(m => m switch
    {
        INamespaceSymbol space => Types(space),
        INamedTypeSymbol type when IsVisible(type) => [type, .. Types(type)],
        _ => [],
    });

    private static bool IsShown(ISymbol member) => IsVisible(member) && member is not INamedTypeSymbol
        && member is not IMethodSymbol { AssociatedSymbol: not null }
        && !(member is IMethodSymbol { MethodKind: not MethodKind.Constructor } && IsGenerated(member))
        && !(member is IPropertySymbol { Name: "EqualityContract" })
        && !(member is IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: true })
        && member.ContainingType is { } type && !(type.TypeKind == TypeKind.Enum && member is IMethodSymbol);

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Microsoft.CodeAnalysis.Accessibility.Public or Microsoft.CodeAnalysis.Accessibility.Protected or Microsoft.CodeAnalysis.Accessibility.ProtectedOrInternal;

    private static bool IsGenerated(ISymbol member) => member.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute");

    // What changes how a user may write or see the thing. The rest of the attributes is between us and the compiler.
    private static IEnumerable<string> Attributes(ISymbol symbol) => symbol.GetAttributes()
        .Where(a => a.AttributeClass?.Name is "AttributeUsageAttribute" or "ObsoleteAttribute" or "EditorBrowsableAttribute" or "FlagsAttribute" or "ExperimentalAttribute")
        .Select(a => a.ToString()!.Replace("System.ComponentModel.", "", StringComparison.Ordinal).Replace("System.", "", StringComparison.Ordinal).Replace("Attribute(", "(", StringComparison.Ordinal))
        .Select(a => a.EndsWith("Attribute", StringComparison.Ordinal) ? a[..^9] : a)
        .Order(StringComparer.Ordinal);

    private static string Accessibility(INamedTypeSymbol type) => type.DeclaredAccessibility == Microsoft.CodeAnalysis.Accessibility.Public ? "public " : "protected ";

    private static string Modifiers(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Class, IsStatic: true } => "static ",
        { TypeKind: TypeKind.Class, IsAbstract: true } => "abstract ",
        { TypeKind: TypeKind.Class, IsSealed: true } => "sealed ",
        _ => "",
    };
}
