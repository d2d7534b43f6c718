using Microsoft.CodeAnalysis.Diagnostics;

namespace Rondo.Generator;

/// <summary>What the project file says about the entry point.</summary>
/// <param name="IsWanted">Property <c>RondoEntryPoint</c> is true: this is a test program, not a library.</param>
internal sealed record EntryPointOptions(bool IsWanted, string? RootNamespace)
{
    public static EntryPointOptions Read(AnalyzerConfigOptions options) => new(
        options.TryGetValue("build_property.RondoEntryPoint", out var wanted) && string.Equals(wanted.Trim(), "true", StringComparison.OrdinalIgnoreCase),
        options.TryGetValue("build_property.RootNamespace", out var space) ? space : null);
}
