// How values of fixtures of the whole run travel: a compact form of our own, because generated code writes it without reflection, and because it must carry what JSON cannot (NaN, lone surrogates).
// Never stored: writer and reader are of one build.
using System.ComponentModel;
using System.Globalization;

namespace Rondo.Catalog;

/// <summary>Writes a value in the form that <see cref="ValueReader"/> reads. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ValueWriter
{
    /// <summary>Values lie at most so deep in each other: deeper is a circle.</summary>
    internal const int DeepestLevel = 100;

    private byte[] _bytes = new byte[64];
    private int _length;
    private int _level;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => new(_bytes, 0, _length);

    /// <summary>Writes a truth value.</summary>
    public void WriteBool(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes a byte.</summary>
    public void WriteByte(byte value)
    {
        if (_length == _bytes.Length) Array.Resize(ref _bytes, _length * 2);
        _bytes[_length++] = value;
    }

    /// <summary>Writes a whole number of any signed type.</summary>
    public void WriteSigned(long value) => WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes a whole number of any unsigned type, or a char: few bytes for small ones.</summary>
    public void WriteUnsigned(ulong value)
    {
        for (; value >= 0x80; value >>= 7) WriteByte((byte)(value | 0x80));
        WriteByte((byte)value);
    }

    /// <summary>Writes a number, bit for bit.</summary>
    public void WriteSingle(float value) => WriteUnsigned(BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a number, bit for bit.</summary>
    public void WriteDouble(double value) => WriteUnsigned(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes a number with its scale.</summary>
    public void WriteDecimal(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        foreach (var part in parts) WriteUnsigned((uint)part);
    }

    /// <summary>Writes text, unit by unit: also what is no well-formed text.</summary>
    public void WriteString(string? value)
    {
        if (!Has(value is not null)) return;
        WriteUnsigned((ulong)value!.Length);
        foreach (var unit in value) WriteUnsigned(unit);
    }

    /// <summary>Writes bytes.</summary>
    public void WriteBytes(byte[]? value)
    {
        if (!Has(value is not null)) return;
        WriteUnsigned((ulong)value!.Length);
        foreach (var one in value) WriteByte(one);
    }

    /// <summary>Writes an identifier.</summary>
    public void WriteGuid(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        foreach (var one in bytes) WriteByte(one);
    }

    /// <summary>Writes an address as it was given.</summary>
    public void WriteUri(Uri? value) => WriteString(value?.OriginalString);

    /// <summary>Writes a length of time.</summary>
    public void WriteTimeSpan(TimeSpan value) => WriteSigned(value.Ticks);

    /// <summary>Writes a moment with its kind.</summary>
    public void WriteDateTime(DateTime value)
    {
        WriteSigned(value.Ticks);
        WriteByte((byte)value.Kind);
    }

    /// <summary>Writes a moment with its offset.</summary>
    public void WriteDateTimeOffset(DateTimeOffset value)
    {
        WriteSigned(value.Ticks);
        WriteSigned(value.Offset.Ticks);
    }

    /// <summary>Writes a day.</summary>
    public void WriteDateOnly(DateOnly value) => WriteSigned(value.DayNumber);

    /// <summary>Writes a time of day.</summary>
    public void WriteTimeOnly(TimeOnly value) => WriteSigned(value.Ticks);

    /// <summary>Writes a value that may be missing.</summary>
    public void WriteNullable<T>(T? value, Action<ValueWriter, T> write)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(write);
        if (Has(value is not null)) write(this, value!.Value);
    }

    /// <summary>Writes an array or a list.</summary>
    public void WriteList<T>(IEnumerable<T>? values, Action<ValueWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (!Has(values is not null)) return;
        // Somebody may add to it meanwhile; a count that does not fit would spoil all that follows.
        T[] all = [.. values!];
        WriteUnsigned((ulong)all.Length);
        Deeper();
        foreach (var value in all) write(this, value);
        _level--;
    }

    /// <summary>Writes a dictionary.</summary>
    public void WriteMap<T>(IEnumerable<KeyValuePair<string, T>>? values, Action<ValueWriter, T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (!Has(values is not null)) return;
        KeyValuePair<string, T>[] all = [.. values!];
        WriteUnsigned((ulong)all.Length);
        Deeper();
        foreach (var (key, value) in all)
        {
            WriteString(key);
            write(this, value);
        }

        _level--;
    }

    /// <summary>Begins a record. A record of another type than the declared one would lose what that adds.</summary>
    /// <param name="value">The record.</param>
    /// <param name="declared">Its type as declared.</param>
    /// <returns>False: it is null, and nothing follows.</returns>
    public bool BeginRecord(object? value, Type declared)
    {
        ArgumentNullException.ThrowIfNull(declared);
        if (!Has(value is not null)) return false;
        if (value!.GetType() != declared)
            throw new RondoUsageException($"The value of a fixture of the whole run holds a '{value.GetType()}' where its type says '{declared}'. It is carried to other processes as what its type says, so a derived record would lose what it adds. Give a '{declared}', or make the fixture's type '{value.GetType()}'. [RND3101]");
        Deeper();
        return true;
    }

    /// <summary>Ends a record.</summary>
    public void EndRecord() => _level--;

    private bool Has(bool value)
    {
        WriteBool(value);
        return value;
    }

    private void Deeper()
    {
        if (++_level > DeepestLevel)
            throw new RondoUsageException(string.Create(CultureInfo.InvariantCulture, $"The value of a fixture of the whole run is more than {DeepestLevel} levels deep. It is carried to other processes as a tree, so a record that leads back to itself has no end. Give a flat value: a list instead of a chain, a key instead of a reference. [RND3102]"));
    }
}

/// <summary>Reads what <see cref="ValueWriter"/> wrote. Called by generated code.</summary>
/// <param name="bytes">All of it.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ValueReader(byte[] bytes)
{
    private int _next;

    /// <summary>Everything was read.</summary>
    public bool IsAtEnd => _next == bytes.Length;

    /// <summary>Reads a truth value.</summary>
    public bool ReadBool() => ReadByte() != 0;

    /// <summary>Reads a byte.</summary>
    public byte ReadByte() => bytes[_next++];

    /// <summary>Reads a whole number.</summary>
    public long ReadSigned()
    {
        var value = ReadUnsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads a whole number.</summary>
    public ulong ReadUnsigned()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }

    /// <summary>Reads a number.</summary>
    public float ReadSingle() => BitConverter.UInt32BitsToSingle((uint)ReadUnsigned());

    /// <summary>Reads a number.</summary>
    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadUnsigned());

    /// <summary>Reads a number.</summary>
    public decimal ReadDecimal()
    {
        ReadOnlySpan<int> parts = [(int)ReadUnsigned(), (int)ReadUnsigned(), (int)ReadUnsigned(), (int)ReadUnsigned()];
        return new decimal(parts);
    }

    /// <summary>Reads text.</summary>
    public string? ReadString()
    {
        if (!ReadBool()) return null;
        var units = new char[(int)ReadUnsigned()];
        for (var i = 0; i < units.Length; i++) units[i] = (char)ReadUnsigned();
        return new string(units);
    }

    /// <summary>Reads bytes.</summary>
    public byte[]? ReadBytes()
    {
        if (!ReadBool()) return null;
        var value = new byte[(int)ReadUnsigned()];
        for (var i = 0; i < value.Length; i++) value[i] = ReadByte();
        return value;
    }

    /// <summary>Reads an identifier.</summary>
    public Guid ReadGuid()
    {
        var value = new Guid(bytes.AsSpan(_next, 16));
        _next += 16;
        return value;
    }

    /// <summary>Reads an address.</summary>
    public Uri? ReadUri() => ReadString() is { } text ? new Uri(text, UriKind.RelativeOrAbsolute) : null;

    /// <summary>Reads a length of time.</summary>
    public TimeSpan ReadTimeSpan() => new(ReadSigned());

    /// <summary>Reads a moment.</summary>
    public DateTime ReadDateTime() => new(ReadSigned(), (DateTimeKind)ReadByte());

    /// <summary>Reads a moment.</summary>
    public DateTimeOffset ReadDateTimeOffset() => new(ReadSigned(), new TimeSpan(ReadSigned()));

    /// <summary>Reads a day.</summary>
    public DateOnly ReadDateOnly() => DateOnly.FromDayNumber((int)ReadSigned());

    /// <summary>Reads a time of day.</summary>
    public TimeOnly ReadTimeOnly() => new(ReadSigned());

    /// <summary>Reads a value that may be missing.</summary>
    public T? ReadNullable<T>(Func<ValueReader, T> read)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(read);
        return ReadBool() ? read(this) : null;
    }

    /// <summary>Reads an array.</summary>
    public T[]? ReadArray<T>(Func<ValueReader, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (!ReadBool()) return null;
        var values = new T[(int)ReadUnsigned()];
        for (var i = 0; i < values.Length; i++) values[i] = read(this);
        return values;
    }

    /// <summary>Reads a list.</summary>
    public List<T>? ReadList<T>(Func<ValueReader, T> read) => ReadArray(read) is { } values ? [.. values] : null;

    /// <summary>Reads a dictionary; its keys are compared as they are.</summary>
    public Dictionary<string, T>? ReadMap<T>(Func<ValueReader, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (!ReadBool()) return null;
        var count = (int)ReadUnsigned();
        var values = new Dictionary<string, T>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++) values.Add(ReadString()!, read(this));
        return values;
    }
}
