using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Projects that must not compile, each with the errors it must show, at their places.</summary>
/// <remarks>Built one by one without their references, which the healthy projects built already.</remarks>
[TestClass]
public sealed partial class CompileErrors
{
    private static readonly JsonSerializerOptions s_options = new() { PropertyNameCaseInsensitive = true };

    internal static string Folder => Path.Combine(Repository.UserProjects, "CompileErrors");

    internal static IEnumerable<string> Projects => Directory.GetFiles(Folder, "expected.json", SearchOption.AllDirectories).Select(f => Path.GetFileName(Path.GetDirectoryName(f))!).Order(StringComparer.Ordinal);

    [TestMethod, DynamicData(nameof(Projects))]
    public async Task A_project_shows_exactly_its_errors(string project)
    {
        var expected = JsonSerializer.Deserialize<Broken>(await File.ReadAllTextAsync(Path.Combine(Folder, project, "expected.json")), s_options)!;

        var (exitCode, output, errors) = await BuildAsync(project, expected.Project);

        Assert.AreNotEqual(0, exitCode, $"{expected.About}\nIt compiled:\n{output}");
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

    /// <summary>Builds one broken project and reads the errors of its own sources.</summary>
    internal static async Task<(int ExitCode, string Output, IReadOnlyList<CompileError> Errors)> BuildAsync(string project, string? more)
    {
        await Workshop.Built;
        var folder = Path.Combine(Repository.Workshop, "compile-errors", project);
        var file = Path.Combine(folder, project + ".csproj");
        Workshop.WriteProject(file, Path.Combine(Folder, project), more ?? "");
        var (exitCode, output) = await Tool.RunAsync(folder, TimeSpan.FromMinutes(3), "dotnet", "build", file, "-nologo", "-v", "q", "-p:BuildProjectReferences=false", "-clp:NoSummary");
        var errors = Line().Matches(output).Select(m => new CompileError(m.Groups["code"].Value, Number(m, "line"), Number(m, "column"), m.Groups["text"].Value)).Distinct().ToList();
        return (exitCode, output, errors);

        static int Number(Match match, string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^\s*[^\r\n]*?(\((?<line>\d+),(?<column>\d+)\))?\s*: error (?<code>\w*)\s*: (?<text>[^\r\n]*?)( \[[^\]\r\n]*\.csproj[^\]\r\n]*\])?\s*$", RegexOptions.Multiline)]
    private static partial Regex Line();

    internal sealed record CompileError(string Code, int Line, int Column, string Text);

    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record Broken(string About, string? Project, IReadOnlyList<Wanted> Diagnostics);

    [SuppressMessage("Performance", "CA1812", Justification = "Made by the JSON reader.")]
    private sealed record Wanted(string? Code, int? Line, int? Column, IReadOnlyList<string> Has);
}
