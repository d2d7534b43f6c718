using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Projects that must not compile, each with the errors it must show, at their places.</summary>
/// <remarks>Built in one go without their references, which the healthy projects built already.</remarks>
[TestClass]
public sealed partial class CompileErrors
{
    private static readonly JsonSerializerOptions s_options = new() { PropertyNameCaseInsensitive = true };

    private static readonly Lazy<Task<string>> s_output = new(BuildAllAsync);

    private static string Home => Path.Combine(Repository.Workshop, "compile-errors");

    internal static string Folder => Path.Combine(Repository.UserProjects, "CompileErrors");

    internal static IEnumerable<string> Projects => Directory.GetFiles(Folder, "expected.json", SearchOption.AllDirectories).Select(f => Path.GetFileName(Path.GetDirectoryName(f))!).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Projects))]
    public async Task A_project_shows_exactly_its_errors(string project)
    {
        var expected = JsonSerializer.Deserialize<Broken>(await File.ReadAllTextAsync(Path.Combine(Folder, project, "expected.json")), s_options)!;

        var (output, errors) = await ErrorsOfAsync(project);

        Assert.IsNotEmpty(errors, $"{expected.About}\nIt compiled.");
        var rest = errors.ToList();
        foreach (var wanted in expected.Diagnostics)
        {
            var found = rest.FirstOrDefault(e => (wanted.Code is null || e.Code == wanted.Code) && (wanted.Line is null || e.Line == wanted.Line) && (wanted.Column is null || e.Column == wanted.Column)
                && wanted.Has.All(t => e.Text.Contains(t, StringComparison.Ordinal)));
            Assert.IsNotNull(found, $"{expected.About}\nMissing: {wanted.Code} at line {wanted.Line}, column {wanted.Column} with {string.Join(", ", wanted.Has)}.\n{output}");
            rest.Remove(found);
        }

        Assert.IsEmpty(rest, $"{expected.About}\nMore errors than expected:\n{string.Join('\n', rest)}");
    }

    /// <summary>The errors of one broken project, and the lines in which it showed them.</summary>
    internal static async Task<(string Output, IReadOnlyList<CompileError> Errors)> ErrorsOfAsync(string project)
    {
        var lines = (await s_output.Value).Split('\n').Where(l => l.Contains($"[{Path.Combine(Home, project, project)}.csproj", StringComparison.Ordinal) || l.TrimStart().StartsWith($"{Path.Combine(Home, project, project)}.csproj : ", StringComparison.Ordinal)).Distinct().ToList();
        var errors = lines.Select(l => Line().Match(l)).Where(m => m.Success)
            .Select(m => new CompileError(m.Groups["code"].Value, Number(m, "line"), Number(m, "column"), m.Groups["text"].Value)).Distinct().ToList();
        return (string.Join('\n', lines), errors);

        static int Number(Match match, string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    private static async Task<string> BuildAllAsync()
    {
        await Workshop.Built;
        var solution = "<Solution>\n";
        foreach (var project in Projects)
        {
            var expected = JsonSerializer.Deserialize<Broken>(await File.ReadAllTextAsync(Path.Combine(Folder, project, "expected.json")), s_options)!;
            Workshop.WriteProject(Path.Combine(Home, project, project + ".csproj"), Path.Combine(Folder, project), expected.Project ?? "");
            solution += $"  <Project Path=\"{project}/{project}.csproj\" />\n";
        }

        var file = Path.Combine(Home, "CompileErrors.slnx");
        Workshop.WriteIfChanged(file, solution + "</Solution>\n");
        return (await Tool.RunAsync(Home, TimeSpan.FromMinutes(10), CompilerServer.Environment, "dotnet", "build", file, "-nologo", "-v", "q", "-p:BuildProjectReferences=false", "-clp:NoSummary")).Output;
    }

    [GeneratedRegex(@"^\s*[^\r\n]*?(\((?<line>\d+),(?<column>\d+)\))?\s*: error (?<code>\w*)\s*: (?<text>[^\r\n]*?)( \[[^\]\r\n]*\.csproj[^\]\r\n]*\])?\s*$", RegexOptions.None)]
    private static partial Regex Line();

    internal sealed record CompileError(string Code, int Line, int Column, string Text);

    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record Broken(string About, string? Project, IReadOnlyList<Wanted> Diagnostics);

    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record Wanted(string? Code, int? Line, int? Column, IReadOnlyList<string> Has);
}
