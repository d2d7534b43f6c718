using System.Globalization;

namespace Rondo.Acceptance.Running;

/// <summary>What a terminal shows after it was sent a text: all lines, those that have left the window too. Knows the few commands that are used for drawing, and says so of others.</summary>
internal sealed class Screen
{
    private readonly List<char[]> _lines = [];
    private readonly int _width;
    private int _row;
    private int _column;

    private Screen(int width) => _width = width;

    public static string[] After(string sent, int width)
    {
        var screen = new Screen(width);
        for (var i = 0; i < sent.Length;) i = screen.Take(sent, i);
        return [.. screen._lines.Select(l => new string(l).TrimEnd(' ', '\0').Replace('\0', ' '))];
    }

    private int Take(string sent, int i)
    {
        switch (sent[i])
        {
            case '\r':
                _column = 0;
                return i + 1;
            case '\n':
                _row++;
                return i + 1;
            case '\u001b':
                return Command(sent, i + 1);
            default:
                if (_column == _width) (_row, _column) = (_row + 1, 0);
                Line()[_column++] = sent[i];
                return i + 1;
        }
    }

    private int Command(string sent, int i)
    {
        if (i == sent.Length) return i;
        // A title, a link, the state of the task bar: until its end sign.
        if (sent[i] == ']')
        {
            var end = sent.IndexOf("\u001b\\", i, StringComparison.Ordinal);
            return end < 0 ? sent.Length : end + 2;
        }

        if (sent[i] != '[') return i + 1;
        var last = i + 1;
        while (last < sent.Length && !char.IsAsciiLetter(sent[last])) last++;
        if (last == sent.Length) return last;
        var text = sent[(i + 1)..last];
        var number = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        switch (sent[last])
        {
            case 'F':
                (_row, _column) = (Math.Max(0, _row - number), 0);
                break;
            case 'G':
                _column = Math.Clamp(number - 1, 0, _width - 1);
                break;
            case 'D':
                _column = Math.Max(0, _column - number);
                break;
            case 'K':
                Array.Clear(Line(), _column, _width - _column);
                break;
            case 'J':
                Array.Clear(Line(), _column, _width - _column);
                if (_row + 1 < _lines.Count) _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
                break;
            case 'm' or 'h' or 'l':
                break;
            default:
                Assert.Fail($"The terminal was sent a command that this one does not know: {text}{sent[last]}");
                break;
        }

        return last + 1;
    }

    private char[] Line()
    {
        while (_lines.Count <= _row) _lines.Add(new char[_width]);
        return _lines[_row];
    }
}
