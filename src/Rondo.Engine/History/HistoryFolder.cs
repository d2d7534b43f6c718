using System.Reflection;

namespace Rondo.Engine.History;

/// <summary>Where a project's history and run logs are. Knows the places; reads and writes nothing but its own <c>.gitignore</c>.</summary>
internal sealed class HistoryFolder(string path)
{
    /// <summary>Key of the assembly metadata that the package's build writes.</summary>
    public const string ProjectDirectoryKey = "Rondo.ProjectDirectory";

    private const string OwnName = ".rondo";

    /// <summary>Full path. May not exist yet.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Files beside it that are histories of other machines, to be taken in.</summary>
    public const string OtherHistories = "history-*.jsonl";

    /// <summary>The one file that holds durations and outcomes.</summary>
    public string HistoryFile => System.IO.Path.Combine(Path, "history.jsonl");

    public string LockFile => System.IO.Path.Combine(Path, "history.lock");

    /// <summary>Logs of runs that live, or died.</summary>
    public string RunsFolder => System.IO.Path.Combine(Path, "runs");

    /// <summary>Logs of crashed runs that were reported.</summary>
    public string CrashedFolder => System.IO.Path.Combine(Path, "crashed");

    public string LastRunFile => System.IO.Path.Combine(Path, "last-run.jsonl");

    public string RunFile(string runId) => System.IO.Path.Combine(RunsFolder, runId + ".jsonl");

    /// <summary>The folder of this program.</summary>
    /// <param name="option">The <c>--history</c> option; null if it was not given.</param>
    /// <returns>Null when there is no project to be found: then nothing is kept.</returns>
    public static HistoryFolder? Find(string? option)
    {
        var project = Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == ProjectDirectoryKey)?.Value;
        return Find(option, Environment.GetEnvironmentVariable("RONDO_HISTORY"), project, AppContext.BaseDirectory);
    }

    /// <summary>The option, else the environment variable, else <c>.rondo</c> beside the project file.</summary>
    /// <param name="project">Where the project was when it was built; not used if it does not exist here.</param>
    /// <param name="program">Where the program is; the nearest folder above it with a project file is taken next.</param>
    public static HistoryFolder? Find(string? option, string? environment, string? project, string program)
    {
        if (!string.IsNullOrWhiteSpace(option)) return new HistoryFolder(option);
        if (!string.IsNullOrWhiteSpace(environment)) return new HistoryFolder(environment);
        if (!string.IsNullOrWhiteSpace(project) && Directory.Exists(project)) return new HistoryFolder(System.IO.Path.Combine(project, OwnName));
        try
        {
            for (var place = new DirectoryInfo(program); place is not null; place = place.Parent)
            {
                if (place.EnumerateFiles("*.*proj").Any(f => f.Extension is ".csproj" or ".fsproj")) return new HistoryFolder(System.IO.Path.Combine(place.FullName, OwnName));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A program in a folder that may be run but not listed: it has no project beside it.
        }

        return null;
    }

    /// <summary>Makes the folder. A <c>.rondo</c> keeps itself out of version control; a folder the user named is left as it is.</summary>
    /// <param name="say">Hears why it cannot be made.</param>
    /// <returns>False if it cannot be made.</returns>
    public bool Prepare(Action<string> say)
    {
        try
        {
            Directory.CreateDirectory(Path);
            var ignore = System.IO.Path.Combine(Path, ".gitignore");
            if (System.IO.Path.GetFileName(Path) == OwnName && !File.Exists(ignore)) File.WriteAllText(ignore, "*\n");
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            if (Directory.Exists(Path)) return true; // read-only: it can still be read
            say($"The history folder '{Path}' cannot be made: {error.Message} Nothing is kept from this run. Name another folder with --history DIR. [RND5003]");
            return false;
        }
    }
}
