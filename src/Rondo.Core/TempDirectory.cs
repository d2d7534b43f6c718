namespace Rondo;

/// <summary>A directory of its own for one test or fixture: made when it is first asked for, removed afterwards, kept when the test failed.</summary>
/// <remarks>Thread: any. The path is unique in the whole run, also over workers.</remarks>
public sealed class TempDirectory
{
    private readonly Lazy<DirectoryInfo> _made;

    internal TempDirectory(string path) => _made = new(() => Directory.CreateDirectory(path));

    /// <summary>Full path; the directory exists once this was read.</summary>
    /// <exception cref="IOException">The directory cannot be made (disk full, no rights).</exception>
    public string Path => _made.Value.FullName;

    /// <summary>The directory; it exists once this was read.</summary>
    public DirectoryInfo Info => _made.Value;

    internal bool WasMade => _made.IsValueCreated;

    /// <summary>A path inside the directory. Does not make the file.</summary>
    /// <param name="parts">Relative parts.</param>
    public string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The path.</summary>
    public override string ToString() => Path;
}
