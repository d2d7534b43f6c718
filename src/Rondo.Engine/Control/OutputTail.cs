using System.Text;

namespace Rondo.Engine.Control;

/// <summary>Reads a worker's stdout or stderr without ever holding it up, and keeps the first and the last of it.</summary>
internal sealed class OutputTail
{
    private const int Kept = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly List<byte> _head = [];
    private readonly byte[] _tail = new byte[Kept];
    private long _tailLength;

    public async Task ReadAsync(Stream from)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var read) Append(buffer.AsSpan(0, read));
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The pipe is gone; what was read stays.
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

    private static string Clean(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) clean.Append(char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c);
        return clean.ToString();
    }
}
