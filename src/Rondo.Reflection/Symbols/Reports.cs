using System.Globalization;

namespace Rondo.Reflection.Symbols;

internal enum DiagnosticSeverity
{
    Hidden,
    Info,
    Warning,
    Error,
}

internal static class WellKnownDiagnosticTags
{
    public const string NotConfigurable = nameof(NotConfigurable);
}

#pragma warning disable CS9113, IDE0060 // The compiler's constructor has more parameters than anybody asks for here.
internal sealed class DiagnosticDescriptor(
    string id, string title, string messageFormat, string category, DiagnosticSeverity defaultSeverity, bool isEnabledByDefault, string? description = null, string? helpLinkUri = null, params string[] customTags)
#pragma warning restore CS9113, IDE0060
{
    public string Id => id;

    public string MessageFormat => messageFormat;

    public DiagnosticSeverity DefaultSeverity => defaultSeverity;
}

/// <summary>A problem and whose it is.</summary>
internal sealed record Diagnostic(DiagnosticDescriptor Rule, ISymbol? Of, string Text)
{
    public static Diagnostic Create(DiagnosticDescriptor rule, Location location, params object?[] arguments) =>
        new(rule, location.Symbol, string.Format(CultureInfo.InvariantCulture, rule.MessageFormat, arguments) + " [" + rule.Id + "]");

    public override string ToString() => Text;
}

/// <summary>Where something is declared: what the debug symbols say about it.</summary>
internal sealed class Location(ISymbol? symbol)
{
    private static readonly SyntaxTree s_unknown = new("");

    public static readonly Location None = new(null);

    public ISymbol? Symbol => symbol;

    public bool IsInSource => symbol is not null && symbol.ContainingAssembly.Assembly == symbol.Universe.Read;

    public SyntaxTree SourceTree => symbol?.Universe.Symbols.TreeOf(symbol) ?? s_unknown;

    public LineSpan GetLineSpan() => new(new LinePosition((symbol?.Universe.Symbols.LineOf(symbol) ?? 0) - 1));
}

/// <summary>A source file, by its name.</summary>
internal sealed record SyntaxTree(string FilePath);

internal readonly record struct LineSpan(LinePosition StartLinePosition);

/// <param name="Line">Counted from 0; -1 if nobody knows.</param>
internal readonly record struct LinePosition(int Line);
