// Packs Rondo and makes the projects that are measured.
using System.Runtime.InteropServices;

namespace Benchmarks;

internal static class Projects
{
    private static readonly TimeSpan s_buildLimit = TimeSpan.FromMinutes(15);
    private static readonly Dictionary<string, string> s_nothing = [];

    private static string Feed => Path.Combine(Repository.Bench, "feed");

    /// <summary>A version of its own for each state of src, and for each attempt on uncommitted sources: a package cache never gives an older one.</summary>
    public static string Pack()
    {
        Directory.CreateDirectory(Feed);
        var sources = Do(Repository.Root, "git", "rev-parse", "--short=12", "HEAD:src").Trim();
        var changed = Do(Repository.Root, "git", "status", "--porcelain", "--", "src").Trim().Length > 0;
        var version = "0.1.0-bench." + (changed ? "x" + Guid.NewGuid().ToString("N")[..12] : "g" + sources);
        if (File.Exists(Path.Combine(Feed, $"Rondo.{version}.nupkg"))) return version;
        Console.WriteLine("packing " + version);
        Do(Repository.Root, "build/pack.sh", Feed, "--systems", RuntimeInformation.RuntimeIdentifier, "-p:Version=" + version, "-nodeReuse:false");
        return version;
    }

    /// <summary>Keeps the house's own rules (analyzers, central versions, artifacts folder) away, and finds the packed package.</summary>
    public static void WriteFence()
    {
        Directory.CreateDirectory(Repository.Bench);
        WriteIfChanged(Path.Combine(Repository.Bench, "Directory.Build.props"), "<Project />\n");
        WriteIfChanged(Path.Combine(Repository.Bench, "Directory.Build.targets"), "<Project />\n");
        WriteIfChanged(Path.Combine(Repository.Bench, "Directory.Packages.props"), "<Project />\n");
        WriteIfChanged(Path.Combine(Repository.Bench, ".editorconfig"), "root = true\n");
        WriteIfChanged(Path.Combine(Repository.Bench, "global.json"), """{ "test": { "runner": "Microsoft.Testing.Platform" } }""" + "\n");
        // Packed versions go into a folder of their own; everything else is taken from the user's cache, or from the user's sources if it is not there.
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        WriteIfChanged(Path.Combine(Repository.Bench, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Repository.Bench, "packages")}" /></config>
              <packageSources><add key="bench" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="cache" value="{cache}" /></fallbackPackageFolders>
            </configuration>

            """);
    }

    public static void Make(Configuration configuration)
    {
        if (configuration.Framework is not { } framework)
        {
            Do(Repository.Root, "dotnet", "build", "samples/Shop.Tests", "-v", "q", "-nologo", "-nodeReuse:false");
            return;
        }

        var folder = configuration.Folder;
        var changed = WriteIfChanged(Path.Combine(folder, "T.csproj"), framework.ProjectFile);
        foreach (var (file, text) in framework.Sources(configuration.Workload)) changed |= WriteIfChanged(Path.Combine(folder, file), text);
        if (changed || !File.Exists(Path.Combine(folder, "obj", "project.assets.json"))) Do(folder, "dotnet", "restore", "-v", "q");
        if (configuration.Arguments is not null && (changed || !File.Exists(configuration.Program)))
        {
            Console.WriteLine("building " + Path.GetFileName(folder));
            Do(folder, "dotnet", "build", "--no-restore", "-v", "q", "-nologo", "-nodeReuse:false");
        }
    }

    /// <summary>Builds a restored project from nothing, in one process that is not there before and not after.</summary>
    public static (Sample Sample, int ExitCode, string Output) Build(Configuration configuration)
    {
        foreach (var built in new[] { Path.Combine(configuration.Folder, "bin"), Path.Combine(configuration.Folder, "obj", "Debug") })
        {
            if (Directory.Exists(built)) Directory.Delete(built, recursive: true);
        }

        return Measured.Run(configuration.Folder, s_buildLimit, s_nothing, "dotnet", "build", "--no-restore", "-v", "q", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false");
    }

    public static string Do(string folder, string program, params string[] arguments)
    {
        var (_, code, output) = Measured.Run(folder, s_buildLimit, s_nothing, "/usr/bin/env", [program, .. arguments]);
        return code == 0 ? output : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' in '{folder}' failed with exit code {code}:\n{output}");
    }

    private static bool WriteIfChanged(string file, string text)
    {
        if (File.Exists(file) && File.ReadAllText(file) == text) return false;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return true;
    }
}
