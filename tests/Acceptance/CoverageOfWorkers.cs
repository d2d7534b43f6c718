using System.Xml.Linq;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>The target RondoCoverage: what worker processes run is counted as what this process runs.</summary>
[TestClass]
[DoNotParallelize]
public sealed class CoverageOfWorkers
{
    private static readonly UserProject s_project = new("CoveredLibrary");

    [TestMethod]
    public async Task Workers_cover_the_same_lines_as_this_process()
    {
        await Workshop.Built;
        var here = await LinesAsync("-n 0");
        var workers = await LinesAsync("-n 2");

        CollectionAssert.AreEquivalent(here.ToArray(), workers.ToArray());
        Assert.IsTrue(here.Count(l => l.Covered) > 10 && here.Any(l => !l.Covered), string.Join(' ', here));
    }

    [TestMethod]
    public async Task A_failed_run_fails_the_build_and_the_report_is_written_all_the_same()
    {
        await Workshop.Built;
        using var folder = new Folder();

        var build = await BuildAsync(folder.Path, "-k nobody");

        Assert.AreNotEqual(0, build.ExitCode, build.Output);
        Assert.Contains("RND5042", build.Output);
        Assert.Contains("exit code 8", build.Output);
        Assert.IsTrue(File.Exists(Path.Combine(folder.Path, "c.cobertura.xml")), build.Output);
    }

    [TestMethod]
    public async Task Without_the_package_that_counts_the_target_says_which_to_add()
    {
        await Workshop.Built;

        var build = await Tool.RunAsync(Repository.Workshop, TimeSpan.FromMinutes(3), CompilerServer.Environment, "dotnet", "build", new UserProject("FirstTest").ProjectFile, "--no-restore", "-t:RondoCoverage", "-v", "q", "-nologo");

        Assert.AreNotEqual(0, build.ExitCode, build.Output);
        Assert.Contains("RND5041", build.Output);
        Assert.Contains("coverlet.msbuild", build.Output);
    }

    private static async Task<HashSet<(string Line, bool Covered)>> LinesAsync(string arguments)
    {
        using var folder = new Folder();
        var build = await BuildAsync(folder.Path, arguments);
        Assert.AreEqual(0, build.ExitCode, build.Output);
        Assert.Contains("6 planned = 6 passed", build.Output);
        var report = XDocument.Load(Path.Combine(folder.Path, "c.cobertura.xml"));
        return [.. report.Descendants("line").Select(l => ($"{l.Ancestors("class").First().Attribute("filename")!.Value}:{l.Attribute("number")!.Value}", (int)l.Attribute("hits")! > 0))];
    }

    private static Task<(int ExitCode, string Output)> BuildAsync(string folder, string arguments) => Tool.RunAsync(
        Repository.Workshop, TimeSpan.FromMinutes(4), CompilerServer.Environment, "dotnet", "build", s_project.ProjectFile, "--no-restore", "-t:RondoCoverage", "-v", "m", "-nologo", "-p:RunAnalyzers=false",
        "-p:Include=[CoveredLibrary.Library]*", "-p:CoverletOutputFormat=cobertura", $"-p:CoverletOutput={folder}/c", $"-p:RondoArguments={arguments} --history {folder}");

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("rondo-coverage-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
