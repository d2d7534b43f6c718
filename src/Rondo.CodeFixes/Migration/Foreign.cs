using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rondo.CodeFixes.Migration;

/// <summary>Finds out which attribute of which other framework is meant, also where Rondo's attribute of the same name makes it ambiguous.</summary>
internal static class Foreign
{
    public static readonly string[] Namespaces = ["Xunit", "NUnit.Framework", "Microsoft.VisualStudio.TestTools.UnitTesting"];

    /// <summary>The attribute's class; null if it is Rondo's or somebody else's.</summary>
    public static INamedTypeSymbol? Find(AttributeSyntax attribute, SemanticModel model, CancellationToken stop)
    {
        foreach (var info in new[] { model.GetSymbolInfo(attribute, stop), model.GetSymbolInfo(attribute.Name, stop) })
        {
            foreach (var symbol in info.Symbol is { } one ? [one] : info.CandidateSymbols)
            {
                if ((symbol is IMethodSymbol constructor ? constructor.ContainingType : symbol) is INamedTypeSymbol type && Namespaces.Contains(Space(type))) return type;
            }
        }

        return null;
    }

    /// <summary>The namespace of a symbol's outermost type.</summary>
    public static string Space(ISymbol symbol) => symbol.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() : "";
}
