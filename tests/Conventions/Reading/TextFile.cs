using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rondo.Conventions.Reading;

/// <summary>A file by its path from the root, with '/', read when first asked for.</summary>
internal sealed class TextFile(string path, Func<string> read)
{
    private readonly Lazy<string> _text = new(read);
    private readonly Lazy<SyntaxNode> _syntax = new(() => CSharpSyntaxTree.ParseText(read(), CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview)).GetRoot());

    public TextFile(string path, string text) : this(path, () => text) { }

    public string Path => path;

    public string Text => _text.Value;

    public string[] Lines => Text.Split('\n');

    /// <summary>The tree of a C# file; nothing is bound.</summary>
    public SyntaxNode Syntax => _syntax.Value;

    /// <summary>"path:line" as editors and terminals understand it.</summary>
    public string At(int line) => $"{path}:{line}";

    public string At(SyntaxNode node) => At(node.GetLocation().GetLineSpan().StartLinePosition.Line + 1);

    public override string ToString() => path;
}
