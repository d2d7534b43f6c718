using System.Buffers.Binary;
using System.Numerics;

namespace Rondo.Engine.RunLog;

/// <summary>CRC-32C of a line: against disks, transfers and editors, not against people who want to forge a log. One instruction of most processors for eight bytes.</summary>
internal static class RunLogChecksum
{
    /// <summary>What stands between a line's content and its checksum.</summary>
    public static ReadOnlySpan<byte> Before => ",\"sum\":\""u8;

    private const int Digits = 8;

    /// <summary>Of the end of a line, from <see cref="Before"/> on.</summary>
    public static int Length => Before.Length + Digits + "\"}"u8.Length;

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes) sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    /// <summary>The line ends with the checksum of what comes before it.</summary>
    public static bool Fits(ReadOnlySpan<byte> line)
    {
        var content = line.Length - Length;
        if (content < 0 || !line.EndsWith("\"}"u8) || !line[content..].StartsWith(Before)) return false;
        var sum = 0u;
        foreach (var digit in line.Slice(content + Before.Length, Digits))
        {
            // Only as it is written: one text for one number.
            if (digit is not (>= (byte)'0' and <= (byte)'9' or >= (byte)'a' and <= (byte)'f')) return false;
            sum = (sum << 4) | (uint)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        }

        return sum == Of(line[..content]);
    }
}
