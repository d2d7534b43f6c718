using System.Runtime.InteropServices;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance.Projects;

/// <summary>The packages as users get them: packed once for each run of these tests, into a feed of our own that is the only source of the folders made here.</summary>
internal static class PackedFeed
{
    private static readonly Lazy<Task> s_packed = new(PackAsync);

    private static string Home => Path.Combine(Repository.Workshop, "packaging");

    private static string Feed => Path.Combine(Home, "feed");

    /// <summary>An empty folder in which <c>dotnet</c> finds the packed packages of Rondo, and of others those that this repository was restored from.</summary>
    public static async Task<string> NewFolderAsync(string name)
    {
        await s_packed.Value;
        var folder = Path.Combine(Home, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        // Others' packages are in the user's own cache already. Only the feed is asked for Rondo.
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(Home, "packages")}" /></config>
              <packageSources><clear /><add key="feed" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="cache" value="{cache}" /></fallbackPackageFolders>
            </configuration>
            """);
        return folder;
    }

    /// <summary>The file of a package, whatever its version.</summary>
    public static async Task<string> PackageAsync(string name)
    {
        await s_packed.Value;
        return Assert.ContainsSingle(Directory.GetFiles(Feed, name + ".*.nupkg"));
    }

    private static async Task PackAsync()
    {
        // The version never changes, so what an earlier run packed and restored must go.
        foreach (var old in new[] { Feed, Path.Combine(Home, "packages") })
        {
            if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        }

        Workshop.WriteFence(Home);
        Workshop.WriteIfChanged(Path.Combine(Home, "Directory.Packages.props"), "<Project />\n");
        var pack = await Tool.RunAsync(Repository.Root, TimeSpan.FromMinutes(8), Path.Combine(Repository.Root, "build", "pack.sh"), Feed, "--systems", RuntimeInformation.RuntimeIdentifier);
        Assert.AreEqual(0, pack.ExitCode, pack.Output);
    }
}
