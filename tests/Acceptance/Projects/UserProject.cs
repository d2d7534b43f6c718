namespace Rondo.Acceptance.Projects;

/// <summary>A folder below tests/projects with an <c>expected.json</c>: what a user wrote and what must come of it.</summary>
internal sealed record UserProject(string Name)
{
    private const string ByReflection = ".Reflected";

    // Every kind of call: tests and constructors, fixtures of all shapes and scopes, rows, conditions, dispatchers, values of libraries; and what must not change although nobody generated a call: faults and their stacks.
    private static readonly string[] s_twice =
    [
        "Conditions", "ConstructorInjection", "DeadlockResult", "Dispatcher", "FixtureThatFails", "GenericTests", "InheritedTests", "KillsItsWorker", "LogsOfTests", "NestedAndOddNames", "ParametrisedFixtures",
        "ReturnFixtures", "RowsFromSources", "RunFixture", "SomeFail", "StrayExceptions", "SyncAndAsyncShapes", "UseFixtures",
    ];

    /// <summary>Its tests are found by reflection, in a host without the generator.</summary>
    public bool IsReflected => Name.EndsWith(ByReflection, StringComparison.Ordinal);

    public string Folder => Path.Combine(Repository.UserProjects, IsReflected ? Name[..^ByReflection.Length] : Name);

    public string ExpectedFile => Path.Combine(Folder, "expected.json");

    public string BuildFolder => Path.Combine(Repository.Workshop, Name);

    /// <summary>Extension of its sources, which are all in one language.</summary>
    public string Language => Directory.GetFiles(Folder).Select(f => Path.GetExtension(f)[1..]).FirstOrDefault(e => e is "fs" or "vb") ?? "cs";

    public bool IsOfCSharp => Language == "cs";

    public string ProjectFile => Path.Combine(BuildFolder, Name + "." + Language + "proj");

    public string Executable => Path.Combine(BuildFolder, "bin", "Debug", "net10.0", OperatingSystem.IsWindows() ? Name + ".exe" : Name);

    /// <summary>Projects that must compile; the others lie in tests/projects/CompileErrors.</summary>
    public static IReadOnlyList<UserProject> All { get; } = [.. Directory.GetFiles(Repository.UserProjects, "expected.json", SearchOption.AllDirectories)
        .Where(f => Path.GetDirectoryName(Path.GetDirectoryName(f)) == Repository.UserProjects)
        .Select(f => new UserProject(Path.GetFileName(Path.GetDirectoryName(f))!))
        .Concat(s_twice.Select(name => new UserProject(name + ByReflection)))
        .OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>Project and mode of every run that a subject has.</summary>
    public static IEnumerable<(string Project, string Workers)> RunsOf(string subject) =>
        from project in All
        where !project.IsReflected
        let expected = Expected.Read(project.ExpectedFile, -1)
        where expected.Subject == subject
        from mode in expected.Modes
        select (project.Name, "-n " + mode);

    /// <summary>The same for those that run by reflection too.</summary>
    public static IEnumerable<(string Project, string Workers)> RunsByReflection =>
        from project in All
        where project.IsReflected
        from mode in Expected.Read(project.ExpectedFile, -1).Modes.Intersect([0, 2])
        select (project.Name, "-n " + mode);
}
