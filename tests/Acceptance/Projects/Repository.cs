namespace Rondo.Acceptance.Projects;

internal static class Repository
{
    public static string Root { get; } = Find();

    public static string UserProjects => Path.Combine(Root, "tests", "projects");

    /// <summary>Generated project files and what is built from them. Kept between runs, so that an unchanged project is not built again.</summary>
    public static string Workshop => Path.Combine(Root, "artifacts", "acceptance");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rondo.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds Rondo.slnx. The acceptance tests build the user projects of the repository and must lie inside it.");
    }
}
