using System.Diagnostics;
using System.Xml.Linq;

namespace Rondo.Docs.Tests;

/// <summary>The one program made of all blocks: built once, and its test blocks run once.</summary>
internal static class SampleProgram
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly Lazy<Task<Ended>> s_built = new(BuildAsync);
    private static readonly Lazy<Task<Run>> s_run = new(RunOnceAsync);

    private static string Folder => Path.Combine(Pages.Root, "artifacts", "docs");

    public static Task<Ended> Built => s_built.Value;

    public static Task<Run> Results => s_run.Value;

    public static async Task<Ended> AskAsync(params string[] arguments)
    {
        var built = await Built;
        Assert.AreEqual(0, built.ExitCode, built.Output);
        return await StartAsync(Path.Combine(Folder, "bin", "Pages"), arguments);
    }

    private static async Task<Ended> BuildAsync()
    {
        Directory.CreateDirectory(Folder);
        // Keeps the house's own rules away: these are a user's files.
        Write("Directory.Build.props", "<Project />\n");
        Write("Directory.Build.targets", "<Project />\n");
        Write("Directory.Packages.props", "<Project />\n");
        Write(".editorconfig", "root = true\n");
        Write("Pages.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <Import Project="{Pages.Root}/build/RondoTestProject.props" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <OutputPath>bin/</OutputPath>
                <AppendTargetFrameworkToOutputPath>false</AppendTargetFrameworkToOutputPath>
                <RunAnalyzers>false</RunAnalyzers>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="{Pages.Root}/src/Rondo.Logging/Rondo.Logging.csproj" />
                <ProjectReference Include="{Pages.Root}/src/Rondo.FsCheck/Rondo.FsCheck.csproj" />
              </ItemGroup>
            </Project>

            """);
        var blocks = Pages.Blocks.Where(b => b.NotCompiledBecause is null).ToList();
        foreach (var old in Directory.GetFiles(Folder, "*.cs").Where(f => !blocks.Exists(b => b.Name + ".cs" == Path.GetFileName(f)))) File.Delete(old);
        foreach (var block in blocks) Write(block.Name + ".cs", block.File);
        return await StartAsync("dotnet", "build", Path.Combine(Folder, "Pages.csproj"), "-v", "q", "-nologo",
            // What it refers to was built with this test project; nobody else's files are touched, and no compiler stays.
            "-p:BuildProjectReferences=false", "-p:UseSharedCompilation=false");
    }

    private static async Task<Run> RunOnceAsync()
    {
        var report = Path.Combine(Folder, "results.xml");
        File.Delete(report);
        var run = await AskAsync("-n", "2", "-k", "not Docs.Fragments", "--junitxml", report, "--history", Path.Combine(Folder, "history"));
        Assert.IsTrue(File.Exists(report), run.Output);
        var outcomes = XDocument.Load(report).Descendants("testcase").ToDictionary(
            c => $"{c.Attribute("classname")!.Value}.{c.Attribute("name")!.Value}",
            c => c.Element("failure") is not null || c.Element("error") is not null ? "failed" : c.Element("skipped") is not null ? "skipped" : "passed",
            StringComparer.Ordinal);
        return new Run(run, outcomes);
    }

    private static async Task<Ended> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Folder };
        // This process is itself started by dotnet test or run, which tell their children about themselves.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // A node that stays alive would hold our pipes open long after the build.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(s_limit, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' did not end within {s_limit.TotalMinutes} minutes.");
        }

        return new Ended(process.ExitCode, await output + await error);
    }

    // Unchanged files keep their time, so that nothing is built again for nothing.
    private static void Write(string name, string text)
    {
        var file = Path.Combine(Folder, name);
        if (!File.Exists(file) || File.ReadAllText(file) != text) File.WriteAllText(file, text);
    }
}

internal sealed record Ended(int ExitCode, string Output);

/// <param name="Outcomes">By id: passed, failed or skipped.</param>
internal sealed record Run(Ended Ended, IReadOnlyDictionary<string, string> Outcomes);
