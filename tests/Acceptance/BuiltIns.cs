using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Values that tests ask for by parameter, and what is captured of what they write.</summary>
[TestClass]
public sealed class BuiltIns
{
    internal static IEnumerable<(string Project, string Workers)> Runs => UserProject.RunsOf(nameof(BuiltIns));

    [TestMethod, DynamicData(nameof(Runs))]
    public Task A_project_does_what_it_expects(string project, string workers) => Verdict.CheckAsync(project, workers);

    [TestMethod]
    [DataRow("-n 0", 13)]
    [DataRow("-n 3", 15)]
    public async Task No_port_is_given_twice_in_a_run(string workers, int most)
    {
        await using var run = await UserRun.StartAsync("FreePorts", workers.Split(' '));

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        var ports = ended.Journal.Lines.Where(l => l.Text.StartsWith("port ", StringComparison.Ordinal)).Select(l => l.Text.Split(' ')[1]).ToArray();
        Assert.IsInRange(13, most, ports.Length, run.Describe());
        Assert.HasCount(ports.Length, ports.Distinct().ToArray(), run.Describe());
    }

    [TestMethod]
    public async Task What_is_written_natively_is_in_the_test_that_wrote_it()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("NativeOutput", "-n", "2");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        Assert.AreEqual("by the console\nby a system call\n\nto stderr\n", ended.Case("Native.Tests.By_a_system_call").Output, run.Describe());
        Assert.AreEqual("by a child\n\nchild complains\n", ended.Case("Native.Tests.By_a_child_process").Output);
        for (var i = 1; i <= 8; i++) Assert.AreEqual($"number {i}\n", ended.Case($"Native.Tests.One_after_the_other({i})").Output);
        Assert.AreEqual("", ended.Case("Native.Tests.A_quiet_one").Output);
        Assert.AreEqual("", ended.Case("Native.Tests.Another_quiet_one").Output);
    }

    [TestMethod]
    public async Task An_attached_file_of_a_passed_test_is_there_after_the_run_although_its_directory_was_temporary()
    {
        await using var run = await UserRun.StartAsync("ContextAndTempDirectory", "-n", "2", "-k", "Attaches or own");

        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
        var picture = Assert.ContainsSingle(ended.LeftFiles.Where(f => f.EndsWith(".txt", StringComparison.Ordinal)));
        Assert.EndsWith("picture.txt", picture);
        Assert.Contains(picture + " (a picture)", ended.Case("Context.Tests.Attaches_and_notes").Output);
    }

    [TestMethod]
    public async Task Without_capture_what_is_written_natively_is_shown_at_once_with_its_worker()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("NativeOutput", "-n", "1", "--capture", "no", "-k", "By_a");

        var ended = await run.EndAsync();

        // And it is kept for the reports all the same.
        Assert.Contains("by a system call", ended.Case("Native.Tests.By_a_system_call").Output);

        Assert.Contains("[w0] by the console", ended.Console);
        Assert.Contains("[w0] by a system call", ended.Console);
        Assert.Contains("[w0] child complains", ended.Console);
    }
}
