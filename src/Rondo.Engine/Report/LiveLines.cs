using System.Text;

namespace Rondo.Engine.Report;

/// <summary>Makes whole lines, each with its worker, of the pieces that tests write while they run (<c>--capture no</c>). Before lines of another test than the last ones of that worker stands the test's id.</summary>
/// <remarks>Nothing in a line can move the cursor. Not for several threads at once. What waits for the end of its line is bounded.</remarks>
internal sealed class LiveLines
{
    /// <summary>Characters of a line; what is longer goes on in the next one.</summary>
    public const int LongestLine = 4096;

    private readonly Dictionary<(string Worker, string? Id, bool IsError), StringBuilder> _begun = [];
    private readonly Dictionary<string, string> _shown = [];

    /// <summary>Takes a piece.</summary>
    /// <param name="worker">Whose it is.</param>
    /// <param name="id">Of the test; null for what was written past the engine.</param>
    /// <param name="isError">It was written to stderr.</param>
    /// <param name="text">With or without ends of lines.</param>
    /// <returns>The lines that are whole now.</returns>
    public IReadOnlyList<string> Add(string worker, string? id, bool isError, string text)
    {
        var lines = new List<string>();
        var key = (worker, id, isError);
        var begun = _begun.GetValueOrDefault(key);
        var rest = text.AsSpan();
        for (var end = rest.IndexOf('\n'); end >= 0; end = rest.IndexOf('\n'))
        {
            var line = rest[..end];
            rest = rest[(end + 1)..];
            if (begun is { Length: > 0 })
            {
                begun.Append(line);
                Show(lines, key, begun.ToString());
                begun.Clear();
            }
            else
            {
                Show(lines, key, line.ToString());
            }
        }

        if (rest.Length == 0)
        {
            if (begun is { Length: 0 }) _begun.Remove(key);
            return lines;
        }

        begun = _begun[key] = (begun ?? new StringBuilder()).Append(rest);
        while (begun.Length > LongestLine)
        {
            var cut = char.IsHighSurrogate(begun[LongestLine - 1]) ? LongestLine - 1 : LongestLine;
            Show(lines, key, begun.ToString(0, cut));
            begun.Remove(0, cut);
        }

        return lines;
    }

    /// <summary>A test has ended: what it left without the end of a line is one, and so is what its worker wrote past the engine.</summary>
    public IReadOnlyList<string> End(string worker, string id)
    {
        if (_begun.Count == 0) return [];
        var lines = new List<string>();
        foreach (var key in (ReadOnlySpan<(string, string?, bool)>)[(worker, id, false), (worker, id, true), (worker, null, false), (worker, null, true)])
        {
            if (_begun.Remove(key, out var begun) && begun.Length > 0) Show(lines, key, begun.ToString());
        }

        return lines;
    }

    /// <summary>The run has ended.</summary>
    public IReadOnlyList<string> EndAll()
    {
        var lines = new List<string>();
        foreach (var (key, begun) in _begun)
        {
            if (begun.Length > 0) Show(lines, key, begun.ToString());
        }

        _begun.Clear();
        return lines;
    }

    private void Show(List<string> lines, (string Worker, string? Id, bool IsError) key, string line)
    {
        if (key.Id is { } id && _shown.GetValueOrDefault(key.Worker) != id)
        {
            _shown[key.Worker] = id;
            lines.Add($"[{key.Worker}] --- {SafeText.OneLine(id)}");
        }

        var prefix = $"[{key.Worker}] ";
        line = SafeText.OneLine(line.TrimEnd('\r'));
        while (line.Length > LongestLine)
        {
            var cut = char.IsHighSurrogate(line[LongestLine - 1]) ? LongestLine - 1 : LongestLine;
            lines.Add(prefix + line[..cut]);
            line = line[cut..];
        }

        lines.Add(prefix + line);
    }
}
