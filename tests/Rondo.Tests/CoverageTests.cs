using Microsoft.Testing.Platform.Requests;
using Rondo.Adapter;

namespace Rondo.Tests;

/// <summary>Extensions that measure coverage and are not known to count workers.</summary>
[TestClass]
public sealed class CoverageTests
{
    [TestMethod]
    [DataRow("coverage")]
    [DataRow("coverlet")]
    public void With_such_an_extension_a_run_stays_in_this_process_and_says_why(string option)
    {
        var request = RequestBuilder.Build(SettingsOf.File("/nowhere", new() { ["rondo:n"] = "4" }, (option, "")), new NopFilter());

        Assert.AreEqual("0", request.Workers);
        var note = Assert.ContainsSingle(request.Notes);
        Assert.StartsWith($"--{option} is active: the tests run in this process (-n 0).", note);
        Assert.Contains("[RND5040]", note);
    }

    [TestMethod]
    public void Who_asks_for_workers_gets_them_and_a_warning()
    {
        var request = RequestBuilder.Build(SettingsOf.File("/nowhere", [], ("coverage", ""), ("n", "2")), new NopFilter());

        Assert.AreEqual("2", request.Workers);
        Assert.Contains("may lack what the workers ran", Assert.ContainsSingle(request.Notes));
    }

    [TestMethod]
    public void Without_one_nothing_changes()
    {
        var plain = RequestBuilder.Build(SettingsOf.File("/nowhere"), new NopFilter());
        var here = RequestBuilder.Build(SettingsOf.File("/nowhere", [], ("coverage", ""), ("n", "0")), new NopFilter());

        Assert.IsNull(plain.Workers);
        Assert.IsEmpty(plain.Notes);
        Assert.IsEmpty(here.Notes);
    }
}
