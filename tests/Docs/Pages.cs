namespace Rondo.Docs.Tests;

internal static class Pages
{
    public static string Root { get; } = Find();

    /// <summary>README and the pages of <c>docs</c>; those of errors and decisions are not read here.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["README.md", .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Select(f => "docs/" + Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<CodeBlock> Blocks { get; } = [.. Names.SelectMany(n => CodeBlock.In(n, Text(n)))];

    public static string Text(string name) => File.ReadAllText(Path.Combine(Root, name)).ReplaceLineEndings("\n");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rondo.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds Rondo.slnx. These tests read the pages of the repository and must lie inside it.");
    }
}
