// A frame is 4 bytes, little-endian: the payload's length in bits 0..30, and in bit 31 whether the message goes on in the next frame;
// then the payload. A message is usually one frame; only a very long plan or list of rows takes several.
using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Rondo.Engine.Wire;

/// <summary>Puts messages on a stream. Thread: any; messages of one thread keep their order.</summary>
[DebuggerDisplay("{_used} bytes wait")]
internal sealed class FrameWriter(Stream stream)
{
    private const uint MoreFollows = 0x8000_0000;

    // Two locks: a thread that flushes to a slow peer must not stop others from adding messages. Order: _flushing before _filling.
    private readonly Lock _flushing = new();
    private readonly Lock _filling = new();
    private JsonWriter _message = new(1024);
    private byte[] _buffer = new byte[4096];
    private byte[]? _spare;
    private int _used;

    /// <summary>Adds a message to the buffer; it leaves at the next <see cref="Flush"/>. Does not touch the stream.</summary>
    public void Write(Message message)
    {
        lock (_filling)
        {
            FrameCodec.Encode(message, _message);
            var rest = _message.Written;
            do
            {
                var payload = rest[..Math.Min(rest.Length, FrameCodec.WantedLength)];
                rest = rest[payload.Length..];
                var space = Space(4 + payload.Length);
                BinaryPrimitives.WriteUInt32LittleEndian(space, (uint)payload.Length | (rest.IsEmpty ? 0 : MoreFollows));
                payload.CopyTo(space[4..]);
                _used += 4 + payload.Length;
            }
            while (!rest.IsEmpty);

            // One huge message must not hold its memory for the rest of the run.
            if (_message.Capacity > 1024 * 1024) _message = new JsonWriter(1024);
            else _message.Clear();
        }
    }

    /// <summary>Hands everything that was written to the stream; returns when the stream has taken it.</summary>
    /// <exception cref="IOException">The stream is broken; what was buffered is gone.</exception>
    public void Flush()
    {
        lock (_flushing)
        {
            var bytes = Take();
            if (bytes.Count == 0) return;
            stream.Write(bytes.AsSpan());
            stream.Flush();
            GiveBack(bytes.Array!);
        }
    }

    /// <summary>What waits, for a caller that writes to the stream itself; empty if there is nothing. Never call it beside <see cref="Flush"/>.</summary>
    public ArraySegment<byte> Take()
    {
        lock (_filling)
        {
            var taken = new ArraySegment<byte>(_buffer, 0, _used);
            if (_used == 0) return taken;
            _buffer = _spare ?? new byte[4096];
            _spare = null;
            _used = 0;
            return taken;
        }
    }

    // Keeps one ordinary buffer for the next round; a huge one is left to the collector.
    private void GiveBack(byte[] buffer)
    {
        if (buffer.Length > 1024 * 1024) return;
        lock (_filling) _spare = buffer;
    }

    private Span<byte> Space(int length)
    {
        if (_buffer.Length - _used < length) Array.Resize(ref _buffer, Math.Max(_used + length, Math.Min(_buffer.Length * 2, Array.MaxLength)));
        return _buffer.AsSpan(_used, length);
    }
}

/// <summary>Takes messages from a stream. Thread: one reader at a time.</summary>
/// <remarks>Memory grows only with bytes that really came, never by what a length claims.</remarks>
internal sealed class FrameReader(Stream stream)
{
    /// <summary>In bytes. A length above it is refused before anything is read.</summary>
    public const int MaxFrame = 64 * 1024 * 1024;

    /// <summary>In bytes, over all frames of one message.</summary>
    public const int MaxMessage = 1024 * 1024 * 1024;

    private const int Header = 4;

    // Invariant: bytes _start.._end of _buffer were read from the stream and are not yet part of a message that was given out.
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private ArrayBufferWriter<byte>? _parts;
    private ExceptionDispatchInfo? _fault;

    /// <summary>The next message; null when the stream ended between two messages. Blocks until one of both.</summary>
    /// <exception cref="WireException">RND4001: the stream ended inside a message or holds something else. RND4002: a length is above the limit.</exception>
    /// <exception cref="IOException">The stream is broken.</exception>
    public Message? Read()
    {
        while (true)
        {
            if (TakeMessage() is { } message) return message;
            if (!Took(stream.Read(FreeSpace().Span))) return null;
        }
    }

    /// <summary>All messages that one look at the stream gives, at least one; null when it ended between two messages. Blocks as <see cref="Read"/> does.</summary>
    /// <exception cref="WireException">As of <see cref="Read"/>. Whole messages before the fault are given first; the next call throws.</exception>
    public IReadOnlyList<Message>? ReadLot()
    {
        _fault?.Throw();
        if (Read() is not { } first) return null;
        var lot = new List<Message> { first };
        try
        {
            while (TakeMessage() is { } next) lot.Add(next);
        }
        catch (WireException error)
        {
            _fault = ExceptionDispatchInfo.Capture(error);
        }

        return lot;
    }

    private Message? TakeMessage()
    {
        while (_end - _start >= Header)
        {
            var header = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start));
            var length = (int)(header & 0x7FFF_FFFF);
            var more = header >> 31 == 1;
            if (length > MaxFrame) throw WireException.FrameTooLarge(length);
            if (_end - _start - Header < length) return null;
            var payload = _buffer.AsMemory(_start + Header, length);
            _start += Header + length;
            if (!more && _parts is null) return FrameCodec.Decode(payload);
            _parts ??= new ArrayBufferWriter<byte>(Math.Max(1, length));
            if ((long)_parts.WrittenCount + length > MaxMessage) throw WireException.FrameTooLarge((long)_parts.WrittenCount + length);
            _parts.Write(payload.Span);
            if (more) continue;
            var whole = _parts.WrittenMemory;
            _parts = null;
            return FrameCodec.Decode(whole);
        }

        return null;
    }

    private bool Took(int count)
    {
        _end += count;
        if (count > 0) return true;
        var held = _end - _start;
        if (held == 0 && _parts is null) return false;
        var wanted = held < Header ? Header : Header + (BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start)) & 0x7FFF_FFFF);
        throw WireException.CutFrame(wanted - held);
    }

    private Memory<byte> FreeSpace()
    {
        if (_start > 0 && _start == _end) (_start, _end) = (0, 0);
        if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        else if (_end == 0 && _buffer.Length > 4 * 1024 * 1024) _buffer = new byte[16 * 1024];
        return _buffer.AsMemory(_end);
    }
}
