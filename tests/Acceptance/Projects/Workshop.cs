using System.Diagnostics;
using System.Text;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance.Projects;

/// <summary>Writes a project file for each user project and builds all of them in one go, once for each run of these tests.</summary>
internal static class Workshop
{
    private static readonly string s_withoutGenerator = $"""
          <PropertyGroup><RondoEntryPoint>false</RondoEntryPoint></PropertyGroup>
          <ItemGroup><Compile Include="{Repository.UserProjects}/shared/reflected/*.cs" /></ItemGroup>

        """;

    private static readonly Lazy<Task> s_built = new(BuildAllAsync);

    /// <summary>Ends when the user projects are built.</summary>
    public static Task Built => s_built.Value;

    /// <summary>The project file a user of the package would have, with project references in place of the package.</summary>
    public static void WriteProject(string projectFile, string sources, string more = "")
    {
        var isReflected = more.StartsWith(s_withoutGenerator, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(projectFile)!);
        WriteIfChanged(projectFile, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>{(isReflected ? "<RondoReflection>true</RondoReflection>" : "")}</PropertyGroup>
              <Import Project="{Repository.Root}/build/RondoTestProject.props" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="{sources}/**/*.cs" />
                <Compile Include="{Repository.UserProjects}/shared/*.cs" />
              </ItemGroup>
            {more}
            </Project>

            """);
    }

    // In F# the order of the files counts: that of their names.
    private static void WriteOtherProject(UserProject project)
    {
        Directory.CreateDirectory(project.BuildFolder);
        var files = Directory.GetFiles(project.Folder, "*." + project.Language).Order(StringComparer.Ordinal).Select(f => $"    <Compile Include=\"{f}\" />");
        WriteIfChanged(project.ProjectFile, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <Import Project="{Repository.Root}/build/RondoTestProject.props" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
            {string.Join("\n", files)}
              </ItemGroup>
            {(project.Language == "fs" ? "  <ItemGroup>\n    <!-- With versions in one place the SDK does not add it by itself. -->\n    <PackageReference Include=\"FSharp.Core\" />\n  </ItemGroup>" : "")}
            </Project>

            """);
    }

    /// <summary>Keeps the house's own rules (analyzers, banned calls, artifacts folder) away from projects below.</summary>
    public static void WriteFence(string folder)
    {
        Directory.CreateDirectory(folder);
        WriteIfChanged(Path.Combine(folder, "Directory.Build.props"), "<Project />\n");
        WriteIfChanged(Path.Combine(folder, "Directory.Build.targets"), "<Project />\n");
        WriteIfChanged(Path.Combine(folder, ".editorconfig"), "root = true\n");
    }

    public static void WriteIfChanged(string file, string text)
    {
        if (!File.Exists(file) || File.ReadAllText(file) != text) File.WriteAllText(file, text);
    }

    // A folder 'library' is a project of its own that knows only Rondo.Core.
    private static string WriteLibrary(UserProject project)
    {
        var sources = Path.Combine(project.Folder, "library");
        if (!Directory.Exists(sources)) return "";
        var folder = Path.Combine(Repository.Workshop, project.Name + ".Library");
        var file = Path.Combine(folder, project.Name + ".Library.csproj");
        Directory.CreateDirectory(folder);
        WriteIfChanged(file, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="{sources}/**/*.cs" />
                <ProjectReference Include="{Repository.Root}/src/Rondo.Core/Rondo.Core.csproj" />
              </ItemGroup>
            </Project>

            """);
        return $"""
              <ItemGroup>
                <Compile Remove="{sources}/**/*.cs" />
                <ProjectReference Include="{file}" />
              </ItemGroup>
            """;
    }

    private static async Task BuildAllAsync()
    {
        WriteFence(Repository.Workshop);
        var solution = new StringBuilder("<Solution>\n");
        foreach (var project in UserProject.All)
        {
            // What a project needs beyond a reference to Rondo.
            var more = Path.Combine(project.Folder, "more.xml");
            if (project.IsOfCSharp) WriteProject(project.ProjectFile, project.Folder, (project.IsReflected ? s_withoutGenerator : "") + (File.Exists(more) ? File.ReadAllText(more) : "") + WriteLibrary(project));
            else WriteOtherProject(project);
            solution.Append("  <Project Path=\"").Append(project.Name).Append('/').Append(Path.GetFileName(project.ProjectFile)).Append("\" />\n");
        }

        var file = Path.Combine(Repository.Workshop, "UserProjects.slnx");
        WriteIfChanged(file, solution.Append("</Solution>\n").ToString());
        var clock = Stopwatch.StartNew();
        // Only the generator looks at these dozens of small projects: the analyzers are the business of CompileErrors.
        var build = await Tool.RunAsync(Repository.Workshop, TimeSpan.FromMinutes(10), CompilerServer.Environment, "dotnet", "build", file, "-v", "q", "-nologo", "-p:RestoreUseStaticGraphEvaluation=true", "-p:RunAnalyzers=false");
        Console.WriteLine($"{UserProject.All.Count} user projects built in {clock.Elapsed.TotalSeconds:F1} s.");
        if (build.ExitCode != 0) throw new InvalidOperationException($"The user projects do not compile. All of tests/projects but CompileErrors must.\n{build.Output}");
    }
}
