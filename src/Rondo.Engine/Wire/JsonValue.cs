using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Rondo.Engine.Wire;

internal enum JsonKind
{
    Missing,
    Null,
    False,
    True,
    Number,
    Text,
    List,
    Object,
}

/// <summary>A value in a JSON document: what the engine needs of it, in as little code as that takes.</summary>
/// <remarks>
/// For what this engine wrote itself, which may be damaged or hostile by now: whatever is no JSON (RFC 8259) is refused. Why not the platform's: see <see cref="JsonWriter"/>; the first document that is
/// read with it costs a worker a fifth of its start. The bytes must stay as they are for as long as the value is used. What is not of the kind that is asked for throws <see cref="InvalidOperationException"/>
/// or <see cref="FormatException"/>. Thread: any number of readers.
/// </remarks>
[DebuggerDisplay("{Kind}")]
internal readonly struct JsonValue
{
    private readonly JsonNodes? _nodes;
    private readonly int _at;

    internal JsonValue(JsonNodes nodes, int at) => (_nodes, _at) = (nodes, at);

    /// <summary><see cref="JsonKind.Missing"/> for the default of this type.</summary>
    public JsonKind Kind => _nodes is null ? JsonKind.Missing : _nodes.KindOf(_at);

    /// <summary>Null is no value either.</summary>
    public bool IsNull => Kind is JsonKind.Null or JsonKind.Missing;

    /// <summary>How many items or properties it has.</summary>
    public int Count => Own(JsonKind.List, JsonKind.Object).CountOf(_at);

    /// <exception cref="FormatException">It is no document, or nests deeper than 64 levels.</exception>
    public static JsonValue Parse(ReadOnlyMemory<byte> bytes) => new(JsonNodes.Parse(bytes), 0);

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static JsonValue Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>A property of an object; of several with this name the last.</summary>
    /// <param name="name">ASCII.</param>
    public bool TryGetProperty(string name, out JsonValue value)
    {
        var nodes = Own(JsonKind.Object);
        value = default;
        var at = nodes.First(_at);
        for (var left = nodes.CountOf(_at); left > 0; left--)
        {
            var of = nodes.After(at);
            if (nodes.Is(at, name)) value = new JsonValue(nodes, of);
            at = nodes.After(of);
        }

        return value._nodes is not null;
    }

    /// <summary>Null for null.</summary>
    public string? GetString() => Kind == JsonKind.Null ? null : Own(JsonKind.Text).TextOf(_at);

    public bool GetBoolean() => Own(JsonKind.True, JsonKind.False).KindOf(_at) == JsonKind.True;

    public int GetInt32() => GetInt64() is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw new FormatException($"{GetInt64()} is too large.");

    public long GetInt64()
    {
        var digits = Own(JsonKind.Number).BytesOf(_at);
        var isLess = digits[0] == '-';
        long number = 0;
        foreach (var digit in isLess ? digits[1..] : digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') throw new FormatException("a number is not whole.");
            // Downwards, since there is one negative number more.
            if (number < (long.MinValue + (digit - '0')) / 10) throw new FormatException("a number is too large.");
            number = (number * 10) - (digit - '0');
        }

        return isLess ? number : number != long.MinValue ? -number : throw new FormatException("a number is too large.");
    }

    public double GetDouble() => double.Parse(Own(JsonKind.Number).BytesOf(_at), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>As <c>ToString("O")</c> writes it.</summary>
    public DateTimeOffset GetDateTimeOffset()
    {
        var bytes = Own(JsonKind.Text).BytesOf(_at);
        return Utf8Parser.TryParse(bytes, out DateTimeOffset time, out var used, 'O') && used == bytes.Length ? time : throw new FormatException("a text is no time.");
    }

    /// <summary>The items of a list, in order.</summary>
    public Items Enumerate() => new(Own(JsonKind.List), _at);

    private JsonNodes Own(JsonKind kind) => Kind == kind ? _nodes! : throw new InvalidOperationException($"{Name(kind)} was expected, and {Name(Kind)} is there.");

    private JsonNodes Own(JsonKind kind, JsonKind other) => Kind == kind || Kind == other ? _nodes! : throw new InvalidOperationException($"{Name(kind)} was expected, and {Name(Kind)} is there.");

    private static string Name(JsonKind kind) => kind switch
    {
        JsonKind.Missing => "nothing",
        JsonKind.Null => "null",
        JsonKind.False or JsonKind.True => "true or false",
        JsonKind.Number => "a number",
        JsonKind.Text => "a text",
        JsonKind.List => "a list",
        _ => "an object",
    };

    internal struct Items
    {
        private readonly JsonNodes _nodes;
        private int _next;
        private int _left;

        internal Items(JsonNodes nodes, int list)
        {
            _nodes = nodes;
            _left = nodes.CountOf(list);
            _next = nodes.First(list);
            Current = default;
        }

        public JsonValue Current { get; private set; }

        public readonly Items GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_left-- <= 0) return false;
            Current = new JsonValue(_nodes, _next);
            _next = _nodes.After(_next);
            return true;
        }
    }
}

/// <summary>A parsed document: its values in the order in which they stand there, and for each where it is.</summary>
internal sealed class JsonNodes
{
    private const int MaxDepth = 64;

    // Three numbers for each value: its kind, and for a text whether it has escapes; then for a list or object how many values it has and the node after all of them, else the first byte and the one after the last.
    private const int Size = 3;
    private const int HasEscapes = 0x100;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _bytes;
    private int[] _nodes;
    private int _used;

    private JsonNodes(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        _nodes = new int[Size * Math.Clamp(bytes.Length / 8, 8, 4096)];
    }

    public static JsonNodes Parse(ReadOnlyMemory<byte> bytes)
    {
        var document = new JsonNodes(bytes);
        var text = bytes.Span;
        var end = Blank(text, document.Value(text, Blank(text, 0), 0));
        return end == text.Length ? document : throw Unexpected(text, end);
    }

    public JsonKind KindOf(int node) => (JsonKind)(_nodes[node] & 0xFF);

    public int CountOf(int node) => _nodes[node + 1];

    /// <summary>The first value in a list, the first name in an object.</summary>
    public int First(int node) => node + Size;

    /// <summary>What comes behind a value and all that is in it.</summary>
    public int After(int node) => KindOf(node) is JsonKind.List or JsonKind.Object ? _nodes[node + 2] : node + Size;

    /// <summary>Of a text what stands between the quotes.</summary>
    public ReadOnlySpan<byte> BytesOf(int node) => _bytes.Span[_nodes[node + 1].._nodes[node + 2]];

    /// <param name="name">ASCII.</param>
    public bool Is(int text, string name)
    {
        var bytes = BytesOf(text);
        if ((_nodes[text] & HasEscapes) != 0) return Unescaped(bytes) == name;
        if (bytes.Length != name.Length) return false;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != name[i]) return false;
        }

        return true;
    }

    public string TextOf(int text)
    {
        var bytes = BytesOf(text);
        return (_nodes[text] & HasEscapes) == 0 ? s_strict.GetString(bytes) : Unescaped(bytes) ?? throw new FormatException("a text holds half of a character.");
    }

    // Null: it is no text.
    private static string? Unescaped(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        var length = 0;
        while (!bytes.IsEmpty)
        {
            var plain = 0;
            while (plain < bytes.Length && bytes[plain] != '\\') plain++;
            length += s_strict.GetChars(bytes[..plain], text.AsSpan(length));
            bytes = bytes[plain..];
            if (bytes.IsEmpty) break;
            var (one, used) = bytes[1] == 'u' ? (Unit(bytes[2..]), 6) : (Short(bytes[1]), 2);
            text[length++] = one;
            bytes = bytes[used..];
            if (!char.IsSurrogate(one)) continue;
            // Half a character is followed by its other half, or the text is none.
            if (!char.IsHighSurrogate(one) || bytes.Length < 6 || bytes[0] != '\\' || bytes[1] != 'u' || !char.IsLowSurrogate(Unit(bytes[2..]))) return null;
            text[length++] = Unit(bytes[2..]);
            bytes = bytes[6..];
        }

        return new string(text, 0, length);
    }

    private static char Unit(ReadOnlySpan<byte> digits) => (char)((Hex(digits[0]) << 12) | (Hex(digits[1]) << 8) | (Hex(digits[2]) << 4) | Hex(digits[3]));

    // -1 if it is none.
    private static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    // '\0' if there is none.
    private static char Short(byte escape) => escape switch
    {
        (byte)'"' => '"',
        (byte)'\\' => '\\',
        (byte)'/' => '/',
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => '\0',
    };

    /// <returns>The byte after the value.</returns>
    private int Value(ReadOnlySpan<byte> text, int at, int depth)
    {
        switch (At(text, at))
        {
            case '{':
                return Object(text, at, depth);
            case '[':
                return List(text, at, depth);
            case '"':
                return Text(text, at);
            case 't':
                return Word(text, at, "true"u8, JsonKind.True);
            case 'f':
                return Word(text, at, "false"u8, JsonKind.False);
            case 'n':
                return Word(text, at, "null"u8, JsonKind.Null);
            default:
                return Number(text, at);
        }
    }

    private int Object(ReadOnlySpan<byte> text, int at, int depth)
    {
        var node = Open(JsonKind.Object, depth);
        at = Blank(text, at + 1);
        if (At(text, at) != '}')
        {
            while (true)
            {
                if (At(text, at) != '"') throw Unexpected(text, at);
                at = Blank(text, Text(text, at));
                if (At(text, at) != ':') throw Unexpected(text, at);
                at = Blank(text, Value(text, Blank(text, at + 1), depth + 1));
                _nodes[node + 1]++;
                if (At(text, at) == '}') break;
                if (At(text, at) != ',') throw Unexpected(text, at);
                at = Blank(text, at + 1);
            }
        }

        _nodes[node + 2] = _used;
        return at + 1;
    }

    private int List(ReadOnlySpan<byte> text, int at, int depth)
    {
        var node = Open(JsonKind.List, depth);
        at = Blank(text, at + 1);
        if (At(text, at) != ']')
        {
            while (true)
            {
                at = Blank(text, Value(text, at, depth + 1));
                _nodes[node + 1]++;
                if (At(text, at) == ']') break;
                if (At(text, at) != ',') throw Unexpected(text, at);
                at = Blank(text, at + 1);
            }
        }

        _nodes[node + 2] = _used;
        return at + 1;
    }

    private int Text(ReadOnlySpan<byte> text, int at)
    {
        var from = at + 1;
        var escapes = 0;
        for (at = from; At(text, at) != '"'; at++)
        {
            if (At(text, at) < ' ') throw Unexpected(text, at);
            if (text[at] != '\\') continue;
            escapes = HasEscapes;
            at++;
            if (At(text, at) == 'u')
            {
                for (var i = 0; i < 4; i++)
                {
                    at++;
                    if (At(text, at) < 0 || Hex(text[at]) < 0) throw Unexpected(text, at);
                }
            }
            else if (At(text, at) < 0 || Short(text[at]) == '\0')
            {
                throw Unexpected(text, at);
            }
        }

        Add((int)JsonKind.Text | escapes, from, at);
        return at + 1;
    }

    private int Word(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> word, JsonKind kind)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (At(text, at + i) != word[i]) throw Unexpected(text, at + i);
        }

        Add((int)kind, at, at + word.Length);
        return at + word.Length;
    }

    private int Number(ReadOnlySpan<byte> text, int at)
    {
        var from = at;
        if (At(text, at) == '-') at++;
        if (At(text, at) == '0') at++;
        else at = Digits(text, at);
        if (At(text, at) == '.') at = Digits(text, at + 1);
        if (At(text, at) is 'e' or 'E')
        {
            at++;
            at = Digits(text, At(text, at) is '+' or '-' ? at + 1 : at);
        }

        Add((int)JsonKind.Number, from, at);
        return at;
    }

    private static int Digits(ReadOnlySpan<byte> text, int at)
    {
        if (At(text, at) is < '0' or > '9') throw Unexpected(text, at);
        while (At(text, at) is >= '0' and <= '9') at++;
        return at;
    }

    private static int Blank(ReadOnlySpan<byte> text, int at)
    {
        while (At(text, at) is ' ' or '\n' or '\r' or '\t') at++;
        return at;
    }

    // -1 behind the end.
    private static int At(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length ? text[at] : -1;

    private int Open(JsonKind kind, int depth)
    {
        if (depth == MaxDepth) throw new FormatException($"the document nests deeper than {MaxDepth} levels.");
        Add((int)kind, 0, 0);
        return _used - Size;
    }

    private void Add(int kind, int one, int other)
    {
        if (_used + Size > _nodes.Length)
        {
            var larger = new int[checked(_nodes.Length * 2)];
            Array.Copy(_nodes, larger, _used);
            _nodes = larger;
        }

        (_nodes[_used], _nodes[_used + 1], _nodes[_used + 2]) = (kind, one, other);
        _used += Size;
    }

    private static FormatException Unexpected(ReadOnlySpan<byte> text, int at) => at >= text.Length
        ? new FormatException("the document ends too early.")
        : new FormatException($"there is {(text[at] is > 32 and < 127 ? $"'{(char)text[at]}'" : $"the byte {text[at]}")} where it cannot be, at byte {at}.");
}
