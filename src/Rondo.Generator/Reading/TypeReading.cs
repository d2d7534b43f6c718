// The compiler asks about every type again after every edit, and binding the attributes of ten thousand tests takes a fifth of a second. Most edits
// change the inside of a method, which no model depends on. So what was read is kept with the syntax it was read from, and counts
// while nothing that it may depend on has changed: the declarations of the whole compilation (not what stands in bodies, not where lines are, and not
// tests, which only their class, those inside it and those that derive from it read), its references and options, and the very files of the class,
// its bases and the classes around it, whose lines stand in the model.
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rondo.Generator.Model;

namespace Rondo.Generator.Reading;

/// <summary>Reads types, and remembers. Thread: any.</summary>
internal static class TypeReading
{
    private static readonly ConditionalWeakTable<SyntaxNode, Slot> s_slots = new();

    /// <summary>By its syntax alone: a type that declares or inherits something.</summary>
    public static bool MayMatter(SyntaxNode node)
    {
        if (node is not TypeDeclarationSyntax type) return false;
        if (type.BaseList is not null) return true;
        foreach (var member in type.Members)
        {
            if (member is MethodDeclarationSyntax { AttributeLists.Count: > 0 }) return true;
        }

        return false;
    }

    /// <summary>Null if the type has neither tests nor fixtures that can be written, or if another part of it speaks for it.</summary>
    public static ReadType? Read(SyntaxNode node, SemanticModel semantics, CancellationToken stop)
    {
        var compilation = semantics.Compilation;
        var stamp = DeclarationStamp.Of(compilation, stop);
        var slot = s_slots.GetValue(node, static _ => new Slot());
        if (slot.Entry is { } known && known.Stamp.Equals(stamp) && known.OtherFiles.All(compilation.ContainsSyntaxTree)) return known.Result;
        if (semantics.GetDeclaredSymbol(node, stop) is not INamedTypeSymbol type) return null;
        var result = IsSpeaker(node, type, stop) ? ReadType.Of(type, compilation) : null;
        slot.Entry = new Entry(stamp, FilesOf(type, node.SyntaxTree), result);
        return result;
    }

    // Each part of a partial class may declare or name something: the first that does speaks for all.
    private static bool IsSpeaker(SyntaxNode node, INamedTypeSymbol type, CancellationToken stop)
    {
        if (type.DeclaringSyntaxReferences.Length == 1) return true;
        var speaker = type.DeclaringSyntaxReferences.First(r => MayMatter(r.GetSyntax(stop)));
        return speaker.SyntaxTree == node.SyntaxTree && speaker.Span == node.Span;
    }

    private static ImmutableArray<SyntaxTree> FilesOf(INamedTypeSymbol type, SyntaxTree own)
    {
        var files = new HashSet<SyntaxTree>();
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            for (var up = outer; up is not null; up = up.BaseType)
            {
                foreach (var part in up.DeclaringSyntaxReferences) files.Add(part.SyntaxTree);
            }
        }

        files.Remove(own);
        return [.. files];
    }

    private sealed record Entry(DeclarationStamp Stamp, ImmutableArray<SyntaxTree> OtherFiles, ReadType? Result);

    private sealed class Slot
    {
        private volatile Entry? _entry;

        public Entry? Entry
        {
            get => _entry;
            set => _entry = value;
        }
    }
}

/// <summary>Equal for compilations with the same declarations, whatever their bodies say, which tests they have, and wherever their lines are.</summary>
internal sealed class DeclarationStamp : IEquatable<DeclarationStamp>
{
    private static readonly ConditionalWeakTable<Compilation, DeclarationStamp> s_stamps = new();
    private static readonly ConditionalWeakTable<SyntaxTree, StrongBox<ulong>> s_hashes = new();

    private readonly ulong _hash;
    private readonly string? _assembly;
    private readonly CompilationOptions _options;
    private readonly ImmutableArray<MetadataReference> _references;

    private DeclarationStamp(Compilation compilation, CancellationToken stop)
    {
        _assembly = compilation.AssemblyName;
        _options = compilation.Options;
        _references = compilation.ExternalReferences;
        var hash = Start;
        foreach (var tree in compilation.SyntaxTrees) hash = unchecked((hash ^ s_hashes.GetValue(tree, t => new StrongBox<ulong>(HashOf(t, stop))).Value) * Factor);
        _hash = hash;
    }

    // FNV-1a, 64 bits.
    private const ulong Start = 14695981039346656037;
    private const ulong Factor = 1099511628211;

    public static DeclarationStamp Of(Compilation compilation, CancellationToken stop) => s_stamps.GetValue(compilation, c => new DeclarationStamp(c, stop));

    public bool Equals(DeclarationStamp? other) => ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && _assembly == other._assembly && _options.Equals(other._options)
            && (_references == other._references || _references.SequenceEqual(other._references)));

    public override bool Equals(object? obj) => Equals(obj as DeclarationStamp);

    public override int GetHashCode() => _hash.GetHashCode();

    // By its name alone: an alias of it is not seen, and costs time.
    private static bool IsTest(SyntaxNode node)
    {
        if (node is not MethodDeclarationSyntax { AttributeLists: { Count: > 0 } lists }) return false;
        foreach (var list in lists)
        {
            foreach (var attribute in list.Attributes)
            {
                if (attribute.Name is IdentifierNameSyntax { Identifier.ValueText: "Test" }) return true;
            }
        }

        return false;
    }

    private static ulong HashOf(SyntaxTree tree, CancellationToken stop)
    {
        var hash = Start;
        foreach (var token in tree.GetRoot(stop).DescendantTokens(static node => node is not (BlockSyntax or ArrowExpressionClauseSyntax) && !IsTest(node)))
        {
            foreach (var c in token.Text) hash = unchecked((hash ^ c) * Factor);
            hash = unchecked((hash ^ ' ') * Factor);
        }

        return hash;
    }
}
