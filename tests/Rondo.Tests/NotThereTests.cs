using System.Reflection;
using System.Runtime.Versioning;
using Rondo.Adapter;

namespace Rondo.Tests;

/// <summary>What pages say Rondo has not. When it comes, the page is to be changed with it.</summary>
[TestClass]
public sealed class NotThereTests
{
    [TestMethod]
    [DataRow("runxfail")]
    [DataRow("looponfail")]
    [DataRow("rsyncdir")]
    [DataRow("count")]
    [DataRow("forked")]
    [DataRow("only-rerun")]
    public void Options_of_pytest_that_the_page_says_are_missing(string option) =>
        Assert.DoesNotContain(option, new RondoOptions().GetCommandLineOptions().Select(o => o.Name));

    [TestMethod]
    [DataRow("Gateway")]
    [DataRow("Channel")]
    [DataRow("Notebook")]
    public void Types_that_the_pages_say_are_missing(string word) =>
        Assert.AreEqual("", string.Join(", ", Assemblies().SelectMany(a => a.GetExportedTypes()).Where(t => t.Name.Contains(word, StringComparison.Ordinal)).Select(t => t.FullName)));

    [TestMethod]
    public void A_retry_has_no_condition() =>
        Assert.AreEqual("Times", string.Join(", ", typeof(RetryAttribute).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(p => p.Name)));

    [TestMethod]
    public void Everything_is_built_for_one_framework() =>
        Assert.AreEqual(".NETCoreApp,Version=v10.0", string.Join(", ", Assemblies().Select(a => a.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName).Distinct()));

    private static Assembly[] Assemblies() => [typeof(RondoOptions).Assembly, typeof(Engine.Planning.Plan).Assembly, typeof(TestAttribute).Assembly, typeof(Loops.EventLoop).Assembly];
}
