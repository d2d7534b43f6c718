using System.Text;

namespace Rondo.Engine.Worker;

/// <summary>Collects text of one test, from any thread, and keeps both ends when there is too much.</summary>
internal sealed class CapturedText : TextWriter
{
    private const int LongestHead = 512 * 1024;
    private const int LongestTail = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly StringBuilder _head = new();
    private readonly Action<string>? _live;
    private Queue<string>? _tail;
    private int _tailLength;
    private long _dropped;
    private long _written;

    /// <param name="live">Also hears every piece at once (<c>--capture no</c>); null for none.</param>
    public CapturedText(Action<string>? live = null) => _live = live;

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine() => Write("\n");

    public override void WriteLine(string? value) => Write(value + "\n");

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        Keep(value);
        _live?.Invoke(value);
    }

    /// <summary>How many characters were written so far.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Adds text that was told live before.</summary>
    public void Keep(string value)
    {
        lock (_gate)
        {
            _written += value.Length;
            if (_tail is null && _head.Length + value.Length <= LongestHead)
            {
                _head.Append(value);
            }
            else
            {
                _tail ??= new Queue<string>();
                if (value.Length > LongestTail)
                {
                    _dropped += value.Length - LongestTail;
                    value = value[^LongestTail..];
                }

                _tail.Enqueue(value);
                _tailLength += value.Length;
                while (_tailLength > LongestTail && _tail.Count > 1)
                {
                    var first = _tail.Dequeue();
                    _tailLength -= first.Length;
                    _dropped += first.Length;
                }
            }
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            if (_tail is null) return _head.ToString();
            var text = new StringBuilder(_head.ToString());
            if (_dropped > 0) text.Append("\n… ").Append(_dropped).Append(" characters of output are left out here …\n");
            foreach (var piece in _tail) text.Append(piece);
            return text.ToString();
        }
    }
}
