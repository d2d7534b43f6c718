namespace Rondo.Conventions.Reading;

/// <summary>The files of the repository as they lie on the disk, without what builds and runs write.</summary>
internal static class Repository
{
    private static readonly string[] s_skipped = ["artifacts", "bin", "obj", ".git", ".vs", ".idea", ".rondo", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>All files, once listed for all tests.</summary>
    public static IReadOnlyList<TextFile> Files { get; } = [.. List(Root).OrderBy(f => f.Path, StringComparer.Ordinal)];

    /// <summary>Files below <paramref name="folder"/> ("" for all) whose name ends with one of <paramref name="endings"/>.</summary>
    public static IEnumerable<TextFile> Below(string folder, params string[] endings) =>
        Files.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal) && endings.Any(e => f.Path.EndsWith(e, StringComparison.Ordinal)));

    /// <summary>The built assembly of a project, in the configuration these tests were built in.</summary>
    public static string Assembly(string project)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var file = Path.Combine(Root, "artifacts", "bin", project, configuration, project + ".dll");
        Assert.IsTrue(File.Exists(file), $"'{file}' is not there. Build the solution first: dotnet build");
        return file;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Rondo.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No Rondo.slnx above '{AppContext.BaseDirectory}'. These tests read the repository they were built in.");
        }

        return folder;
    }

    private static IEnumerable<TextFile> List(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (!file.Contains(".received.", StringComparison.Ordinal)) yield return new(Path.GetRelativePath(Root, file).Replace('\\', '/'), () => File.ReadAllText(file));
        }

        foreach (var sub in Directory.EnumerateDirectories(folder))
        {
            if (s_skipped.Contains(Path.GetFileName(sub), StringComparer.Ordinal)) continue;
            foreach (var file in List(sub)) yield return file;
        }
    }
}
