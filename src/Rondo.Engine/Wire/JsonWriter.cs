using System.Buffers.Text;
using System.Globalization;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Wire;

/// <summary>Writes JSON as UTF-8 into a buffer that grows: what the engine needs of it, in as little code as that takes.</summary>
/// <remarks>
/// Why not the platform's: loading that, with four more assemblies, is a tenth of a short run's own time. Names are the engine's own and need no escaping. Texts may hold
/// anything: control characters are escaped, so that a line end ends a line of a file; lone surrogates become U+FFFD.
/// </remarks>
internal sealed class JsonWriter(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];
    private bool _needsComma;

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    /// <summary>Valid until something more is written.</summary>
    public ReadOnlySpan<byte> Written => new(_bytes, 0, Length);

    public void Clear() => (Length, _needsComma) = (0, false);

    public void WriteStartObject() => Open((byte)'{');

    public void WriteEndObject() => Close((byte)'}');

    public void WriteStartArray() => Open((byte)'[');

    public void WriteStartArray(string name)
    {
        WritePropertyName(name);
        WriteStartArray();
    }

    public void WriteEndArray() => Close((byte)']');

    /// <summary>Ends a line of a file that has a document on each.</summary>
    public void EndLine()
    {
        Put((byte)'\n');
        _needsComma = false;
    }

    public void WritePropertyName(string name)
    {
        WriteStringValue(name);
        Put((byte)':');
        _needsComma = false;
    }

    public void WriteString(string name, string value)
    {
        WritePropertyName(name);
        WriteStringValue(value);
    }

    /// <summary>As <c>ToString("O")</c> writes it.</summary>
    public void WriteString(string name, DateTimeOffset value)
    {
        WritePropertyName(name);
        Span<byte> text = stackalloc byte[33];
        if (!Utf8Formatter.TryFormat(value, text, out var length, 'O')) throw new InvalidOperationException("This is a bug in Rondo: a time is longer than any.");
        Reserve(length + 2);
        Put((byte)'"');
        foreach (var one in text[..length]) Put(one);
        Put((byte)'"');
        _needsComma = true;
    }

    public void WriteNumber(string name, long value)
    {
        WritePropertyName(name);
        WriteNumberValue(value);
    }

    public void WriteNumber(string name, double value)
    {
        WritePropertyName(name);
        WriteNumberValue(value);
    }

    public void WriteBoolean(string name, bool value)
    {
        WritePropertyName(name);
        WriteBare(value ? "true" : "false");
    }

    public void WriteNumberValue(long value) => WriteBare(Digits.Text(value));

    /// <param name="value">A finite number.</param>
    public void WriteNumberValue(double value) => WriteBare(value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A value that another writer wrote.</summary>
    public void WriteRaw(ReadOnlySpan<byte> json)
    {
        Separate();
        Reserve(json.Length);
        json.CopyTo(_bytes.AsSpan(Length));
        Length += json.Length;
        _needsComma = true;
    }

    public void WriteNullValue() => WriteBare("null");

    public void WriteStringValue(string value)
    {
        Separate();
        Reserve(value.Length + 2);
        Put((byte)'"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is >= ' ' and < '\x7f' and not '"' and not '\\') Put((byte)c);
            else if (c < 0x80) Escape(c);
            else i += Encode(value, i);
        }

        Put((byte)'"');
        _needsComma = true;
    }

    private void Open(byte bracket)
    {
        Separate();
        Put(bracket);
        _needsComma = false;
    }

    private void Close(byte bracket)
    {
        Put(bracket);
        _needsComma = true;
    }

    private void Separate()
    {
        if (_needsComma) Put((byte)',');
    }

    private void WriteBare(string ascii)
    {
        Separate();
        foreach (var c in ascii) Put((byte)c);
        _needsComma = true;
    }

    private void Escape(char c)
    {
        Put((byte)'\\');
        switch (c)
        {
            case '"' or '\\': Put((byte)c); return;
            case '\n': Put((byte)'n'); return;
            case '\r': Put((byte)'r'); return;
            case '\t': Put((byte)'t'); return;
        }

        Put((byte)'u');
        Put((byte)'0');
        Put((byte)'0');
        Put(Digit(c >> 4));
        Put(Digit(c & 15));

        static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
    }

    private void Put(byte value)
    {
        if (Length == _bytes.Length) Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>Writes a character above ASCII.</summary>
    /// <returns>How many more places of the text it took.</returns>
    private int Encode(string text, int position)
    {
        int code = text[position];
        var pair = 0;
        if (char.IsSurrogate(text[position]))
        {
            pair = char.IsHighSurrogate(text[position]) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1]) ? 1 : 0;
            code = pair == 1 ? char.ConvertToUtf32(text[position], text[position + 1]) : 0xFFFD;
        }

        if (code < 0x800)
        {
            Put((byte)(0xC0 | (code >> 6)));
        }
        else
        {
            if (code < 0x10000)
            {
                Put((byte)(0xE0 | (code >> 12)));
            }
            else
            {
                Put((byte)(0xF0 | (code >> 18)));
                Put((byte)(0x80 | ((code >> 12) & 0x3F)));
            }

            Put((byte)(0x80 | ((code >> 6) & 0x3F)));
        }

        Put((byte)(0x80 | (code & 0x3F)));
        return pair;
    }

    private void Reserve(int more)
    {
        if (more <= _bytes.Length - Length) return;
        var bytes = new byte[Math.Max(checked(Length + more), (int)Math.Min(Array.MaxLength, 2L * _bytes.Length))];
        Array.Copy(_bytes, bytes, Length);
        _bytes = bytes;
    }
}
