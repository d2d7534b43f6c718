using System.Globalization;

namespace Rondo.Acceptance.Running;

/// <param name="At">Ticks of the monotonic clock, comparable between processes.</param>
internal sealed record JournalLine(int Process, long At, string Text);

/// <summary>What the processes of a run wrote down, in order of time.</summary>
internal sealed record Journal(IReadOnlyList<JournalLine> Lines)
{
    public int CountOf(string text) => Lines.Count(l => l.Text == text);

    /// <summary>Last words of the lines that begin so.</summary>
    public string[] Of(string beginning) => [.. Lines.Where(l => l.Text.StartsWith(beginning, StringComparison.Ordinal)).Select(l => l.Text[beginning.Length..].Trim())];

    public ILookup<int, string> ByProcess => Lines.ToLookup(l => l.Process, l => l.Text);

    public static Journal Read(string folder)
    {
        var lines = new List<JournalLine>();
        foreach (var file in Directory.GetFiles(folder, "*.journal"))
        {
            var process = int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture);
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (space > 0) lines.Add(new JournalLine(process, long.Parse(line[..space], CultureInfo.InvariantCulture), line[(space + 1)..]));
            }
        }

        return new Journal([.. lines.OrderBy(l => l.At)]);
    }

    public override string ToString() => string.Join('\n', Lines.Select(l => $"{l.Process}: {l.Text}"));
}
