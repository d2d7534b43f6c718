using Rondo.Hosting;

namespace Rondo.Tests;

/// <summary>Which exceptions say that the console takes nothing.</summary>
[TestClass]
public sealed class LostConsoleTests
{
    [TestMethod]
    public void What_is_no_failure_of_a_stream_is_none_of_the_consoles()
    {
        foreach (var error in new Exception?[] { null, new FormatException(), new InvalidOperationException("outer", new FormatException()), new AggregateException(), new AggregateException(new FormatException()), new IOException("never thrown") })
        {
            Assert.IsFalse(LostConsole.IsCause(error));
            Assert.IsFalse(LostConsole.IsCertainly(error));
        }
    }

    [TestMethod]
    public void A_writer_that_fails_may_be_the_consoles_and_is_not_certain_to_be()
    {
        var error = Assert.ThrowsExactly<IOException>(() =>
        {
            using var full = new StreamWriter(new Full());
            full.Write("x");
            full.Flush();
        });

        Assert.IsTrue(LostConsole.IsCause(error));
        Assert.IsTrue(LostConsole.IsCause(new AggregateException(new InvalidOperationException("outer", error))));
        Assert.IsFalse(LostConsole.IsCertainly(error));
    }

    private sealed class Full : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
