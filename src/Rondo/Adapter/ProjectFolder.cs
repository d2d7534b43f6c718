using System.Reflection;

namespace Rondo.Adapter;

/// <summary>Finds the folder of the project file, where <c>.rondo</c> keeps the history. A program does not know it by itself.</summary>
internal static class ProjectFolder
{
    public const string MetadataKey = "Rondo.ProjectDirectory";

    /// <summary>The history folder when no option names one.</summary>
    public static string History(string resultsDirectory)
    {
        if (Environment.GetEnvironmentVariable("RONDO_HISTORY") is { Length: > 0 } named) return Path.GetFullPath(named);
        return Path.Combine(Written() ?? Above(AppContext.BaseDirectory) ?? resultsDirectory, ".rondo");
    }

    // Absent in builds for continuous integration, whose output must not depend on the machine; useless on a machine that only runs.
    private static string? Written() => Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == MetadataKey)?.Value is { Length: > 0 } folder && Directory.Exists(folder) ? folder : null;

    internal static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            try
            {
                if (folder.EnumerateFiles("*.*proj").Any()) return folder.FullName;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        return null;
    }
}
