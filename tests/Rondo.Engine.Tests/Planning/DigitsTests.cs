using System.Globalization;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Rondo.Engine.Planning;

namespace Rondo.Engine.Tests.Planning;

/// <summary>The same as the library's.</summary>
[TestClass]
public sealed class DigitsTests
{
    [TestMethod]
    public void Numbers_are_written_as_the_library_writes_them()
    {
        foreach (var number in new[] { 0, 9, 10, -1, long.MaxValue, long.MinValue }) AssertSame(number);
        for (var round = 0; round < 2_000; round++) AssertSame(Random.Shared.NextInt64(long.MinValue, long.MaxValue) >> Random.Shared.Next(63));

        static void AssertSame(long number)
        {
            Assert.AreEqual(number.ToString(CultureInfo.InvariantCulture), Digits.Text(number));
            Assert.AreEqual(number.ToString("x16", CultureInfo.InvariantCulture), Digits.Hex((ulong)number));
        }
    }

    [TestMethod]
    public void A_guid_is_written_byte_by_byte()
    {
        var guid = Guid.NewGuid();

        Assert.AreEqual(Convert.ToHexStringLower(guid.ToByteArray()), Digits.Hex(guid));
    }
}
