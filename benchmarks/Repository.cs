using System.Xml.Linq;

namespace Benchmarks;

internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Everything that is generated, built and measured.</summary>
    public static string Bench { get; } = Path.Combine(Root, "artifacts", "bench");

    public static string VersionOf(string package) =>
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(p => (string?)p.Attribute("Include") == package).Attribute("Version")!.Value;

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rondo.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds Rondo.slnx. The benchmarks pack the repository they lie in.");
    }
}
