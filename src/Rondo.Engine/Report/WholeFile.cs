using System.Globalization;

namespace Rondo.Engine.Report;

/// <summary>A file that is written whole or not at all: readers never see half of it.</summary>
internal static class WholeFile
{
    /// <returns>Null if it was written; else what went wrong, as the system says it.</returns>
    public static string? Write(string path, Action<Stream> write)
    {
        var temporary = "";
        try
        {
            var full = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            temporary = full + ".tmp-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write)) write(stream);
            File.Move(temporary, full, overwrite: true);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            if (temporary.Length > 0) Remove(temporary);
            return error.Message;
        }
    }

    /// <summary>Removes a file of ours; one that stays harms nobody.</summary>
    public static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
