using System.Text.Json;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>The package as a user gets it: packed into a feed of our own, referenced by a fresh project that has nothing else.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Packaging
{
    private static readonly Lazy<Task<string>> s_project = new(MakeProjectAsync);

    [TestMethod]
    [DataRow("", "TieredPGO=false CallCountingDelayMs=1000")]
    [DataRow("-p:TieredPGO=true", "TieredPGO=true CallCountingDelayMs=1000")]
    [DataRow("-p:RondoTiering=default", "")]
    public async Task Code_that_runs_seldom_is_not_compiled_twice_where_the_project_does_not_want_it(string property, string expected)
    {
        string[] wanted = ["TieredPGO", "CallCountingDelayMs"];
        string[] arguments = ["msbuild", "samples/Shop.Tests/Shop.Tests.csproj", "-getItem:RuntimeHostConfigurationOption", .. property.Length == 0 ? (string[])[] : [property]];

        var (code, output) = await Tool.RunAsync(Repository.Root, TimeSpan.FromMinutes(2), "dotnet", arguments);

        Assert.AreEqual(0, code, output);
        var options = JsonDocument.Parse(output).RootElement.GetProperty("Items").GetProperty("RuntimeHostConfigurationOption").EnumerateArray()
            .ToDictionary(o => o.GetProperty("Identity").GetString()!.Split('.')[^1], o => o.GetProperty("Value").GetString());
        Assert.AreEqual(expected, string.Join(' ', wanted.Where(options.ContainsKey).Select(name => $"{name}={options[name]}")));
    }

    [TestMethod]
    public async Task A_project_with_one_reference_runs_by_dotnet_run()
    {
        var folder = await s_project.Value;

        var run = await Tool.RunAsync(folder, TimeSpan.FromMinutes(3), "dotnet", "run", "--no-build", "--", "-n", "2");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.AreEqual(new Account(4, 4, 0, 0, 0), Account.Find(run.Output), run.Output);
    }

    [TestMethod]
    public async Task A_project_with_one_reference_runs_by_dotnet_test()
    {
        var folder = await s_project.Value;

        var run = await Tool.RunAsync(folder, TimeSpan.FromMinutes(3), "dotnet", "test", "--no-build", "-n", "2");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex(@"total:\s*4"), run.Output);
    }

    [TestMethod]
    public async Task The_package_brings_no_warning_and_no_file_of_the_generator()
    {
        var folder = await s_project.Value;

        var files = Directory.GetFiles(Path.Combine(folder, "bin"), "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName).ToArray();

        CollectionAssert.DoesNotContain(files, "Rondo.Generator.dll");
        CollectionAssert.DoesNotContain(files, "Rondo.CodeFixes.dll");
        // Only programs without a generator get it.
        CollectionAssert.DoesNotContain(files, "Rondo.Reflection.dll");
        CollectionAssert.Contains(files, "Rondo.dll");
        CollectionAssert.Contains(files, "Rondo.Engine.dll");
        CollectionAssert.Contains(files, "Rondo.Core.dll");
        CollectionAssert.Contains(files, "Rondo.Loops.dll");
    }

    [TestMethod]
    public async Task The_loops_alone_are_a_package_that_brings_nothing_else()
    {
        var project = await PackedFeed.NewFolderAsync("alone");
        File.Copy(Path.Combine(Repository.Root, "samples", "Loops.Alone", "Program.cs"), Path.Combine(project, "Program.cs"));
        await File.WriteAllTextAsync(Path.Combine(project, "alone.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
              <ItemGroup><PackageReference Include="Rondo.Loops" Version="*" /></ItemGroup>
            </Project>
            """);

        var run = await Tool.RunAsync(project, TimeSpan.FromMinutes(5), "dotnet", "run");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.Contains("measurement 1", run.Output);
        Assert.Contains("left by client 1: 1 async void method still running", run.Output);
        Assert.Contains("measurements in a virtual hour", run.Output);
        Assert.Contains("RND3001", run.Output);
        var files = Directory.GetFiles(Path.Combine(project, "bin"), "*.dll", SearchOption.AllDirectories).Select(Path.GetFileName).Distinct().Order(StringComparer.Ordinal).ToArray();
        CollectionAssert.AreEqual(new[] { "Rondo.Loops.dll", "alone.dll" }, files);
    }

    [TestMethod]
    public async Task A_project_in_FSharp_with_one_reference_runs_by_dotnet_run_and_dotnet_test()
    {
        var project = await PackedFeed.NewFolderAsync("fsharp");
        await File.WriteAllTextAsync(Path.Combine(project, "global.json"), """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
        await File.WriteAllTextAsync(Path.Combine(project, "sea.fsproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
              <ItemGroup><Compile Include="Tests.fs" /></ItemGroup>
              <ItemGroup><PackageReference Include="Rondo" Version="*" /></ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(project, "Tests.fs"), """
            module Sea.Tests
            open System.Threading.Tasks
            open Rondo
            [<Fixture>]
            let word () = "word"
            [<Test>]
            let runs () = ()
            [<Test>]
            let ``runs later`` (word: string) = task {
                do! Task.Yield()
                if word <> "word" then failwith word }
            [<Test; Case(1); Case(2)>]
            let takes (number: int) = async { if number > 2 then failwith "number" }
            """);

        var run = await Tool.RunAsync(project, TimeSpan.FromMinutes(6), "dotnet", "run", "--", "-n", "2");
        var test = await Tool.RunAsync(project, TimeSpan.FromMinutes(3), "dotnet", "test", "--no-build", "-n", "2");

        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.AreEqual(new Account(4, 4, 0, 0, 0), Account.Find(run.Output), run.Output);
        Assert.AreEqual(0, test.ExitCode, test.Output);
        Assert.MatchesRegex(new System.Text.RegularExpressions.Regex(@"total:\s*4"), test.Output);
    }

    private static async Task<string> MakeProjectAsync()
    {
        var project = await PackedFeed.NewFolderAsync("app");
        await File.WriteAllTextAsync(Path.Combine(project, "global.json"), """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
        await File.WriteAllTextAsync(Path.Combine(project, "app.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors></PropertyGroup>
              <ItemGroup><PackageReference Include="Rondo" Version="*" /></ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(project, "Tests.cs"), """
            public class Tests
            {
                [Fixture] public static string Word() => "word";
                [Test] public void Runs() { }
                [Test] public void Runs_from_the_image_for_this_system()
                {
                    var place = typeof(EventLoop).Assembly.Location;
                    if (!place.Contains("runtimes")) throw new Exception(place);
                }
                [Test] public async Task Runs_later(string word, EventLoop loop) { await Task.Yield(); if (word != "word" || loop is null) throw new Exception(word); }
                [Test, Case(1)] public void Takes(int number) { if (number != 1) throw new Exception("number"); }
            }
            """);
        var build = await Tool.RunAsync(project, TimeSpan.FromMinutes(5), "dotnet", "build", "-nologo", "-v", "q");
        Assert.AreEqual(0, build.ExitCode, build.Output);
        return project;
    }
}
