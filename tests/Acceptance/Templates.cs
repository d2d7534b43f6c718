using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>What <c>dotnet new</c> makes runs as it is.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Templates
{
    [TestMethod]
    public async Task A_new_project_runs_by_dotnet_run_and_dotnet_test()
    {
        var home = await HomeWithTemplatesAsync("new-project");
        var folder = Path.Combine(home, "Shop.Tests");

        var made = await NewAsync(home, "rondo", "-n", "Shop.Tests");
        var run = await Tool.RunAsync(folder, TimeSpan.FromMinutes(5), "dotnet", "run");
        var test = await Tool.RunAsync(folder, TimeSpan.FromMinutes(3), "dotnet", "test", "--no-build");

        Assert.AreEqual(0, made.ExitCode, made.Output);
        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.AreEqual(new Account(3, 3, 0, 0, 0), Account.Find(run.Output), run.Output);
        Assert.DoesNotContain("warning", run.Output);
        Assert.AreEqual(0, test.ExitCode, test.Output);
        Assert.MatchesRegex(new Regex(@"total:\s*3"), test.Output);
        Assert.Contains("namespace Shop.Tests;", await File.ReadAllTextAsync(Path.Combine(folder, "BasketTests.cs")));
    }

    [TestMethod]
    public async Task A_new_project_leaves_the_global_json_out_when_asked_to()
    {
        var home = await HomeWithTemplatesAsync("new-project-only");

        var made = await NewAsync(home, "rondo", "-n", "Plain", "--global-json", "false");

        Assert.AreEqual(0, made.ExitCode, made.Output);
        CollectionAssert.AreEqual(new[] { "BasketTests.cs", "Plain.csproj" }, Directory.GetFiles(Path.Combine(home, "Plain")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public async Task A_new_file_runs()
    {
        var home = await HomeWithTemplatesAsync("new-file");

        var made = await NewAsync(home, "rondo-file");
        var run = await FileApps.RunAsync(home, "tests.cs");

        Assert.AreEqual(0, made.ExitCode, made.Output);
        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.AreEqual(new Account(3, 3, 0, 0, 0), Account.Find(run.Output), run.Output);
        Assert.DoesNotContain("warning", run.Output);
    }

    private static async Task<string> HomeWithTemplatesAsync(string name)
    {
        var home = await PackedFeed.NewFolderAsync(name);
        var package = await PackedFeed.PackageAsync("Rondo.Templates");
        var installed = await Tool.RunAsync(home, TimeSpan.FromMinutes(3), "dotnet", "new", "install", package, "--debug:custom-hive", Hive(home));
        Assert.AreEqual(0, installed.ExitCode, installed.Output);
        return home;
    }

    private static Task<(int ExitCode, string Output)> NewAsync(string home, params string[] arguments) =>
        Tool.RunAsync(home, TimeSpan.FromMinutes(3), "dotnet", ["new", .. arguments, "--debug:custom-hive", Hive(home)]);

    // Templates of the user's own are neither used nor changed.
    private static string Hive(string home) => Path.Combine(home, "hive");
}
