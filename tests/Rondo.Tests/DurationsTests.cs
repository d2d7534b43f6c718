using Rondo.Adapter;

namespace Rondo.Tests;

[TestClass]
public sealed class DurationsTests
{
    [TestMethod]
    [DataRow("500ms", 500d)]
    [DataRow("2s", 2_000d)]
    [DataRow("1m30s", 90_000d)]
    [DataRow("1h", 3_600_000d)]
    [DataRow("1h2m3s4ms", 3_723_004d)]
    [DataRow("0s", 0d)]
    [DataRow("0", 0d)]
    [DataRow("576h", 2_073_600_000d)]
    public void A_number_with_its_unit_is_a_length_of_time(string text, double ms)
    {
        Assert.IsTrue(Durations.TryParse(text, out var duration));

        Assert.AreEqual(ms, duration.TotalMilliseconds);
    }

    [TestMethod]
    [DataRow("5")]
    [DataRow("")]
    [DataRow("s")]
    [DataRow("5x")]
    [DataRow("-5s")]
    [DataRow("1.5s")]
    [DataRow("5s1m")]
    [DataRow("1s1s")]
    [DataRow("5 s")]
    [DataRow("5S")]
    [DataRow("577h")]
    [DataRow("99999999999999999999s")]
    public void What_has_no_clear_unit_or_is_too_long_is_refused(string text)
    {
        Assert.IsFalse(Durations.TryParse(text, out _));
    }
}
