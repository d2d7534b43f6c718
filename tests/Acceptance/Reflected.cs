using System.Reflection;
using System.Runtime.Loader;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;
using Rondo.Catalog;
using Rondo.Conformance;
using Rondo.Reflection;

namespace Rondo.Acceptance;

/// <summary>The second provider of catalogs: reflection, for languages without a generator.</summary>
[TestClass]
public sealed class Reflected
{
    private const string Digits = "An attribute holds a double, and only the source says how many zeros were written behind it. As text (\"2.50\") they are kept.";

    // What metadata does not say, by what stands in the line that is different.
    private static readonly (string Project, string Line, string Why)[] s_exceptions =
    [
        ("ConversionsInCases", "2.50", Digits),
        ("ProductsOfValues", "1.10", Digits),
        ("HostileOutput", "]]>", "Half of a surrogate pair is no text that metadata can hold: the compiler itself writes other characters there."),
    ];

    [TestMethod]
    public async Task Every_user_project_has_the_same_catalog_from_both_providers()
    {
        await Workshop.Built;
        var different = new List<string>();
        var (tests, projects) = (0, 0);

        foreach (var project in UserProject.All.Where(p => p is { IsOfCSharp: true, IsReflected: false }))
        {
            var assembly = new Beside(project).LoadFromAssemblyPath(Path.ChangeExtension(project.Executable, null) + ".dll");
            if (assembly.GetType("Rondo.Generated.RondoCatalog") is not { } type) continue;
            var generated = (AssemblyCatalog)Activator.CreateInstance(type)!;
            projects++;
            tests += generated.TestClasses().Sum(c => CatalogTable.Read(c.Table).Count(r => r.Kind == "test"));
            different.AddRange(CatalogComparison.Differences(generated, ReflectedTests.Read(assembly))
                .Where(d => !s_exceptions.Any(e => e.Project == project.Name && d.Contains(e.Line, StringComparison.Ordinal))).Select(d => project.Name + ": " + d));
        }

        Assert.IsEmpty(different, string.Join("\n", different));
        Assert.IsGreaterThan(80, projects);
        Assert.IsGreaterThan(400, tests);
    }

    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Reflected)).Concat(UserProject.RunsByReflection);

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("0")]
    [DataRow("2")]
    public async Task The_sample_in_FSharp_runs(string workers)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(Repository.Root, "artifacts", "bin", "Tides.Tests", configuration, OperatingSystem.IsWindows() ? "Tides.Tests.exe" : "Tides.Tests");

        await using var run = UserRun.Start(program, ["-n", workers]);
        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, ended.Console + ended.Errors);
        Assert.AreEqual(new Account(8, 7, 0, 1, 0), Account.Find(ended.Console), ended.Console);
    }

    [TestMethod]
    public async Task A_type_that_cannot_be_loaded_stops_the_run_and_is_named()
    {
        await Workshop.Built;
        var program = new UserProject("LogsOfTests.Reflected");
        var folder = Directory.CreateTempSubdirectory("rondo-unloadable").FullName;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(program.Executable)!)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        File.Delete(Path.Combine(folder, "Microsoft.Extensions.Logging.Abstractions.dll"));

        await using var run = UserRun.Start(Path.Combine(folder, Path.GetFileName(program.Executable)), ["-n", "2"]);
        var ended = await run.EndAsync();
        Directory.Delete(folder, recursive: true);

        Assert.AreEqual(5, ended.ExitCode, ended.Console + ended.Errors);
        Assert.Contains("RND2060", ended.Console + ended.Errors);
        Assert.Contains("Microsoft.Extensions.Logging.Abstractions", ended.Console + ended.Errors);
    }

    /// <summary>Loads what lies beside a user project, but for Rondo itself, which is this process's.</summary>
    private sealed class Beside(UserProject project) : AssemblyLoadContext(project.Name)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (assemblyName.Name is "Rondo.Core" or "Rondo.Loops" or "Rondo.Reflection") return null;
            var file = Path.Combine(Path.GetDirectoryName(project.Executable)!, assemblyName.Name + ".dll");
            return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }
    }
}
