namespace Rondo.Engine.Planning;

/// <summary>Numbers as text, for what every worker does before its first test.</summary>
/// <remarks>By hand: the first number that the library writes for the invariant culture loads the system's cultures, and its hexadecimal digits are vector code that is compiled anew in each process: some milliseconds of a start.</remarks>
internal static class Digits
{
    private const string Hexadecimal = "0123456789abcdef";

    /// <summary>16 digits.</summary>
    public static string Hex(ulong number)
    {
        Span<char> text = stackalloc char[16];
        for (var i = text.Length - 1; i >= 0; i--)
        {
            text[i] = Hexadecimal[(int)(number & 15)];
            number >>= 4;
        }

        return new string(text);
    }

    /// <summary>32 digits, those of each byte in the order in which a <see cref="Guid"/> keeps its bytes.</summary>
    public static string Hex(Guid guid)
    {
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes);
        Span<char> text = stackalloc char[32];
        for (var i = 0; i < bytes.Length; i++) (text[2 * i], text[(2 * i) + 1]) = (Hexadecimal[bytes[i] >> 4], Hexadecimal[bytes[i] & 15]);
        return new string(text);
    }

    public static string Text(long number)
    {
        Span<char> text = stackalloc char[20];
        var first = text.Length;
        // Not of the negative number: there is one more of them.
        var left = number < 0 ? 0 - (ulong)number : (ulong)number;
        do
        {
            text[--first] = (char)('0' + (left % 10));
            left /= 10;
        }
        while (left > 0);

        if (number < 0) text[--first] = '-';
        return new string(text[first..]);
    }
}
