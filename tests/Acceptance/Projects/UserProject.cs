namespace Rondo.Acceptance.Projects;

/// <summary>A folder below tests/projects with an <c>expected.json</c>: what a user wrote and what must come of it.</summary>
internal sealed record UserProject(string Name)
{
    public string Folder => Path.Combine(Repository.UserProjects, Name);

    public string ExpectedFile => Path.Combine(Folder, "expected.json");

    public string BuildFolder => Path.Combine(Repository.Workshop, Name);

    public string ProjectFile => Path.Combine(BuildFolder, Name + ".csproj");

    public string Executable => Path.Combine(BuildFolder, "bin", "Debug", "net10.0", OperatingSystem.IsWindows() ? Name + ".exe" : Name);

    /// <summary>Projects that must compile; the others lie in tests/projects/CompileErrors.</summary>
    public static IReadOnlyList<UserProject> All { get; } = [.. Directory.GetFiles(Repository.UserProjects, "expected.json", SearchOption.AllDirectories)
        .Where(f => Path.GetDirectoryName(Path.GetDirectoryName(f)) == Repository.UserProjects)
        .Select(f => new UserProject(Path.GetFileName(Path.GetDirectoryName(f))!))
        .OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>Project and mode of every run that a subject has.</summary>
    public static IEnumerable<(string Project, string Workers)> RunsOf(string subject) =>
        from project in All
        let expected = Expected.Read(project.ExpectedFile, -1)
        where expected.Subject == subject
        from mode in expected.Modes
        select (project.Name, "-n " + mode);
}
