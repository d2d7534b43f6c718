using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Generator.Model;
using Rondo.Generator.Reading;

namespace Rondo.Generator.Analyzers;

/// <summary>Finds the fixture holders of a compilation for the analyzers. What a file says by its syntax is remembered per file, so an edit looks at one file again.</summary>
internal static class FixtureTrees
{
    private static readonly ConditionalWeakTable<SyntaxTree, Facts> s_facts = new();

    public static IReadOnlyList<HolderModel> Holders(Compilation compilation, CancellationToken stop)
    {
        var facts = compilation.SyntaxTrees.Select(tree => (Tree: tree, Facts: s_facts.GetValue(tree, t => Read(t, stop)))).ToList();
        var names = new HashSet<string>(StringComparer.Ordinal) { "Fixture", "FixtureAttribute" };
        foreach (var (_, fact) in facts) names.UnionWith(fact.Aliases);
        var holders = new Dictionary<ISymbol, HolderModel>(SymbolEqualityComparer.Default);
        foreach (var (tree, fact) in facts)
        {
            if (!fact.Attributes.Overlaps(names)) continue;
            var semantics = compilation.GetSemanticModel(tree);
            foreach (var declaration in tree.GetRoot(stop).DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax).OfType<TypeDeclarationSyntax>())
            {
                if (semantics.GetDeclaredSymbol(declaration, stop) is not INamedTypeSymbol type || holders.ContainsKey(type) || HolderReader.IsOpenGeneric(type)) continue;
                if (HolderReader.FirstFixture(type) is not null) holders[type] = HolderReader.Read(type, compilation).Model;
            }
        }

        return [.. holders.Values];
    }

    private static Facts Read(SyntaxTree tree, CancellationToken stop)
    {
        var attributes = new HashSet<string>(StringComparer.Ordinal);
        var aliases = new List<string>();
        foreach (var node in tree.GetRoot(stop).DescendantNodes(n => n is not (BlockSyntax or ExpressionSyntax or ParameterListSyntax)))
        {
            if (node is AttributeSyntax attribute) attributes.Add(Last(attribute.Name));
            else if (node is UsingDirectiveSyntax { Alias: { } alias, Name: { } target } && Last(target) == "FixtureAttribute")
            {
                aliases.Add(alias.Name.Identifier.ValueText);
            }
        }

        return new Facts(attributes, aliases);
    }

    private static string Last(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };

    private sealed class Facts(HashSet<string> attributes, List<string> aliases)
    {
        public HashSet<string> Attributes => attributes;

        public List<string> Aliases => aliases;
    }
}
