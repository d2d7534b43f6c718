using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.CodeFixes.Migration;

/// <summary>Finds out which attribute of which other framework is meant, also where Rondo's attribute of the same name makes it ambiguous.</summary>
internal static class Foreign
{
    public const string TUnit = "TUnit.Core";

    public static readonly string[] Namespaces = ["Xunit", "NUnit.Framework", "Microsoft.VisualStudio.TestTools.UnitTesting", TUnit];

    /// <summary>The attribute's class; null if it is Rondo's or somebody else's.</summary>
    public static INamedTypeSymbol? Find(AttributeSyntax attribute, SemanticModel model, CancellationToken stop) => Classes(attribute, model, stop).FirstOrDefault(t => Namespaces.Contains(Space(t)));

    /// <summary>Whether it is somebody's own attribute made from another framework's: nobody knows what it means.</summary>
    public static bool IsDerived(AttributeSyntax attribute, SemanticModel model, CancellationToken stop)
    {
        foreach (var type in Classes(attribute, model, stop))
        {
            if (Namespaces.Contains(Space(type))) return false;
            for (var above = type.BaseType; above is not null; above = above.BaseType)
            {
                if (Namespaces.Any(n => Space(above) == n || Space(above).StartsWith(n + ".", StringComparison.Ordinal))) return true;
            }
        }

        return false;
    }

    /// <summary>xUnit calls what this interface declares, and nobody else does.</summary>
    public static bool IsLifetime(INamedTypeSymbol type) => type.Name == "IAsyncLifetime" && Space(type) == "Xunit";

    public static bool IsRondosTest(AttributeSyntax attribute, SemanticModel model, CancellationToken stop) => Classes(attribute, model, stop).ToList() is { Count: > 0 } all && all.TrueForAll(t => t.Name == "TestAttribute" && Space(t) == "Rondo");

    private static IEnumerable<INamedTypeSymbol> Classes(AttributeSyntax attribute, SemanticModel model, CancellationToken stop)
    {
        foreach (var info in new[] { model.GetSymbolInfo(attribute, stop), model.GetSymbolInfo(attribute.Name, stop) })
        {
            foreach (var symbol in info.Symbol is { } one ? [one] : info.CandidateSymbols)
            {
                if ((symbol is IMethodSymbol constructor ? constructor.ContainingType : symbol) is INamedTypeSymbol type) yield return type;
            }
        }
    }

    /// <summary>The namespace of a symbol's outermost type.</summary>
    public static string Space(ISymbol symbol) => symbol.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() : "";
}
