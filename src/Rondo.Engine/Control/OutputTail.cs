using System.Text;

namespace Rondo.Engine.Control;

/// <summary>Keeps the first and the last of what a worker wrote to its stdout or stderr and no case was given.</summary>
internal sealed class OutputTail
{
    private const int Kept = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly List<byte> _head = [];
    private readonly byte[] _tail = new byte[Kept];
    private long _tailLength;

    /// <summary>A case was given all of it.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _head.Clear();
            _tailLength = 0;
        }
    }

    /// <summary>Text with invalid bytes and control characters replaced, so that it can stand in any report.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var text = new StringBuilder(Clean([.. _head]));
            if (_tailLength > Kept) text.Append("\n… ").Append(_tailLength - Kept).Append(" bytes are left out here …\n");
            var start = (int)(_tailLength % Kept);
            byte[] tail = _tailLength <= Kept ? _tail[..(int)_tailLength] : [.. _tail[start..], .. _tail[..start]];
            return text.Append(Clean(tail)).ToString();
        }
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var toHead = Math.Min(bytes.Length, Kept - _head.Count);
            if (toHead > 0) _head.AddRange(bytes[..toHead]);
            foreach (var b in bytes[Math.Max(toHead, 0)..]) _tail[_tailLength++ % Kept] = b;
        }
    }

    /// <summary>As text that can stand in any report.</summary>
    public static string Clean(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c);
        return clean.ToString();
    }
}
