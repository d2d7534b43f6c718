using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Other people's libraries: samples/Greetings.Tests, which is built with this project.</summary>
[TestClass]
public sealed class Libraries
{
    [TestMethod]
    [DataRow("0")]
    [DataRow("2")]
    public async Task Mocks_assertions_approved_texts_and_a_web_application_work(string workers)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(Repository.Root, "artifacts", "bin", "Greetings.Tests", configuration, OperatingSystem.IsWindows() ? "Greetings.Tests.exe" : "Greetings.Tests");

        await using var run = UserRun.Start(program, ["-n", workers]);
        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, ended.Console + ended.Errors);
        Assert.AreEqual(new Account(9, 9, 0, 0, 0), Account.Find(ended.Console), ended.Console);
    }
}
