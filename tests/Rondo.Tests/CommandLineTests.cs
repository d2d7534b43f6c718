using Rondo.Hosting;

namespace Rondo.Tests;

[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow(new[] { "-n4" }, new[] { "-n", "4" })]
    [DataRow(new[] { "-n0", "-x" }, new[] { "-n", "0", "-x" })]
    [DataRow(new[] { "-k=a:b=c" }, new[] { "-k", "a:b=c" })]
    public void What_the_platform_cannot_parse_is_spelled_out(string[] given, string[] expected)
    {
        CollectionAssert.AreEqual(expected, CommandLine.Normalise(given));
    }

    [TestMethod]
    [DataRow("-n")]
    [DataRow("-n4x")]
    [DataRow("-nologo")]
    [DataRow("-n=4")]
    [DataRow("--n4")]
    [DataRow("-k=-x")]
    [DataRow("-k=")]
    [DataRow("@file.rsp")]
    [DataRow("--client-port")]
    [DataRow("")]
    public void Everything_else_stays_untouched(string argument)
    {
        CollectionAssert.AreEqual(new[] { argument, "next" }, CommandLine.Normalise([argument, "next"]));
    }
}
