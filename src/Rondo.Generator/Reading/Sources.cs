using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.Generator.Reading;

/// <summary>What only the source says. Rondo.Reflection has the same methods, which ask debug symbols and the compiled code.</summary>
internal static class Sources
{
    /// <summary>False: what cannot be set up is left out, as its message has stopped the build.</summary>
    public const bool KeepsBrokenFixtures = false;

    public static Location? At(AttributeData attribute) =>
        attribute.ApplicationSyntaxReference is { } reference ? Location.Create(reference.SyntaxTree, reference.Span) : null;

    public static Location? TypeOf(IParameterSymbol parameter) =>
        parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is ParameterSyntax { Type: { } type } ? type.GetLocation() : MethodRules.At(parameter);

    public static Location? ReturnTypeOf(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is MethodDeclarationSyntax { ReturnType: var type } ? type.GetLocation() : MethodRules.At(method);

    public static string File(ISymbol symbol, Compilation compilation) => MethodRules.At(symbol)?.SourceTree is { FilePath: var path }
        ? compilation.Options.SourceReferenceResolver?.NormalizePath(path, baseFilePath: null) ?? path
        : "";

    /// <summary>No constructor, no static constructor, no initializer of the instance, and no base class that may have one.</summary>
    public static bool IsPlain(INamedTypeSymbol type, IMethodSymbol constructor) => constructor.IsImplicitlyDeclared
        && type.BaseType is { SpecialType: SpecialType.System_Object }
        && !type.StaticConstructors.Any(c => !c.IsImplicitlyDeclared)
        && type.GetMembers().All(member => member.IsStatic || !HasInitializer(member));

    private static bool HasInitializer(ISymbol member) => member is IFieldSymbol or IPropertySymbol or IEventSymbol && member.DeclaringSyntaxReferences.Any(at => at.GetSyntax() switch
    {
        VariableDeclaratorSyntax variable => variable.Initializer is not null,
        PropertyDeclarationSyntax property => property.Initializer is not null,
        _ => false,
    });
}
