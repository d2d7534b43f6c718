using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

// One class for each subject; the projects say in their expected.json to which they belong and in which modes they run.

[TestClass]
public sealed class Basics
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Basics));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);
}

[TestClass]
public sealed class Fixtures
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Fixtures));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);
}

[TestClass]
public sealed class RunFixtures
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(RunFixtures));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);
}

[TestClass]
public sealed class Loops
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(Loops));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-n 0")]
    [DataRow("-n 2")]
    public async Task Leaked_work_fails_its_test_when_asked_to(string workers)
    {
        await using var run = await UserRun.StartAsync("LeakedWork", [.. workers.Split(' '), "--leaks", "fail"]);

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, ended.Console);
        Assert.AreEqual("failed", ended.Case("Tests.Leaves_a_timer_behind").Outcome);
        Assert.AreEqual("passed", ended.Case("Tests.Leaves_nothing_behind").Outcome);
    }

    [TestMethod]
    public async Task Suspended_methods_are_named_when_asked_for()
    {
        await using var run = await UserRun.StartAsync("LeaksAreCharged", ["-n", "1", "--loop-debug"]);

        var ended = await run.EndAsync();

        Assert.Contains("1 async void method still running (suspended: Leaks.WaitLater)", ended.Case("Tests.Outstanding_async_void").Everything);
        Assert.Contains("Leaks.WaitAsync", ended.Case("Tests.Post_after_close").Everything);
        Assert.DoesNotContain("--loop-debug", ended.Case("Tests.Outstanding_async_void").Everything);
    }
}
