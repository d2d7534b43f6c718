using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Rondo.Engine.RunLog;

namespace Rondo.Engine.Report;

/// <summary>One HTML page with everything about a run. It asks for nothing from elsewhere, and its policy lets it run no script but its own: what tests write is text there, whatever it is.</summary>
internal static class TimelinePage
{
    private const string Marker = "<!--[";

    /// <summary>Writes the page of the run whose log this is. The file is written whole or not at all.</summary>
    /// <param name="log">The log, which has its end.</param>
    /// <param name="say">Hears why it could not be written.</param>
    public static bool WriteFile(string path, string log, RerunCommand again, Action<string> say)
    {
        Recording recording;
        try
        {
            recording = Recording.Read([log], catalog: null);
        }
        catch (RunLogException error)
        {
            say(Trouble(path, error.Message));
            return false;
        }

        return WriteFile(path, recording, again, say);
    }

    /// <summary>As <see cref="WriteFile(string, string, RerunCommand, Action{string})"/>, of runs that were read.</summary>
    public static bool WriteFile(string path, Recording recording, RerunCommand again, Action<string> say)
    {
        if (WholeFile.Write(path, stream => Write(stream, recording, again)) is not { } trouble) return true;
        say(Trouble(path, trouble));
        return false;
    }

    public static void Write(Stream stream, Recording recording, RerunCommand again)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\n" };
        var (style, script) = (Resource("timeline.css"), Resource("timeline.js"));
        foreach (var part in Resource("timeline.html").Split(Marker))
        {
            var end = part.IndexOf("]-->", StringComparison.Ordinal);
            if (end >= 0) WritePart(part[..end]);
            writer.Write(end < 0 ? part : part[(end + 4)..]);
        }

        void WritePart(string name)
        {
            switch (name)
            {
                case "policy":
                    writer.Write($"default-src 'none'; script-src '{HashOf(script)}'; style-src '{HashOf(style)}'; base-uri 'none'; form-action 'none'");
                    break;
                case "title":
                    writer.Write(WebUtility.HtmlEncode(recording.Runs[0].Assembly));
                    break;
                case "style":
                    writer.Write(style);
                    break;
                case "summary":
                    writer.Write(WebUtility.HtmlEncode(JUnitReport.Clean(RunSummary.Of(recording.Report, 20))));
                    break;
                case "data":
                    WriteData(writer, recording, again);
                    break;
                case "script":
                    writer.Write(script);
                    break;
                default:
                    throw new InvalidOperationException($"This is a bug in Rondo: the page has no part '{name}'.");
            }
        }
    }

    // Base 64 has no character that means something in HTML.
    private static void WriteData(StreamWriter writer, Recording recording, RerunCommand again)
    {
        var number = 0;
        var main = new TimelineData(recording).Write(piece => Script(string.Create(CultureInfo.InvariantCulture, $"piece-{number++}"), piece.Span), again);
        Script("data", main.Written);

        void Script(string id, ReadOnlySpan<byte> json)
        {
            using var packed = new MemoryStream();
            using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(json);
            writer.Write($"<script type=\"text/plain\" id=\"{id}\">");
            writer.Write(Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length));
            writer.Write("</script>\n");
        }
    }

    private static string HashOf(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var stream = typeof(TimelinePage).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"This is a bug in Rondo: the resource '{name}' is missing.");
        using var reader = new StreamReader(stream);
        // As the browser hashes it, whatever a checkout did to line ends.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Trouble(string path, string why) =>
        $"The timeline '{path}' could not be written: {why} Results are complete all the same; make room, or name a file in a folder that you may write to. [RND5015]";
}
