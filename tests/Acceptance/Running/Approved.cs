using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Rondo.Acceptance.Running;

/// <summary>Compares text with a file in Approved/. What differs is written beside it as <c>.received.txt</c>, to be read and, if right, renamed.</summary>
internal static partial class Approved
{
    public static void Matches(string name, string text, [CallerFilePath] string source = "")
    {
        var folder = Path.Combine(Path.GetDirectoryName(source)!, "Approved");
        var approved = Path.Combine(folder, name + ".txt");
        var received = Path.Combine(folder, name + ".received.txt");
        text = text.Trim() + "\n";
        if (File.Exists(approved) && File.ReadAllText(approved) == text)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(received, text);
        Assert.Fail($"'{received}' differs from what was approved. Read it; if it needs no documentation to act on, rename it to {name}.txt. It says:\n{text}");
    }

    /// <summary>Takes out what changes from run to run: times, paths, ids, versions.</summary>
    public static string Scrub(string text, UserRun? run = null)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace(Projects.Repository.Root, "{repository}", StringComparison.Ordinal);
        if (run is not null) text = text.Replace(run.Folder, "{run}", StringComparison.Ordinal);
        text = Escapes().Replace(text, "");
        text = RunIds().Replace(text, "{id}");
        text = Versions().Replace(text, "{version}");
        text = Times().Replace(text, "{time}");
        text = Processes().Replace(text, "{process}");
        text = Banner().Replace(text, "");
        return string.Join('\n', text.Split('\n').Select(l => l.TrimEnd()));
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escapes();

    [GeneratedRegex(@"\b[0-9a-f]{32}\b")]
    private static partial Regex RunIds();

    [GeneratedRegex(@"\b\d+\.\d+\.\d+([-+][\w.+-]+)?")]
    private static partial Regex Versions();

    [GeneratedRegex(@"\b\d+h( \d+m)?( \d+s)?( \d+ms)?\b|\b\d+m \d+s( \d+ms)?\b|\b\d+([.,]\d+)?\s?(ms|s|µs|us)( \d+ms)?\b")]
    private static partial Regex Times();

    [GeneratedRegex(@"(?<=\b(process|pid) )\d+")]
    private static partial Regex Processes();

    [GeneratedRegex(@"^Microsoft\.Testing\.Platform .*\n", RegexOptions.Multiline)]
    private static partial Regex Banner();
}
