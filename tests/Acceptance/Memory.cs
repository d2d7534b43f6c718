using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Row 5 of the fault matrix: who uses up the memory is named, and why it ended.</summary>
[TestClass]
public sealed partial class Memory
{
    // 96 MiB, in the hexadecimal digits that the runtime reads.
    private static readonly Dictionary<string, string> s_bounded = new() { ["DOTNET_GCHeapHardLimit"] = "6000000" };

    [TestMethod]
    public async Task What_the_runtime_refuses_fails_its_test_or_ends_its_worker_and_memory_is_named()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("RunsOutOfMemory", ["-n", "1", "-k", "not Past_the_runtime", "--test-timeout", "5s"], null, s_bounded);

        var ended = await run.EndAsync();

        Assert.AreEqual(2, ended.ExitCode, run.Describe());
        foreach (var test in (string[])["In_the_body", "On_a_thread_of_its_own", "And_lets_nothing_go"])
        {
            // It is chance whether the worker, to which memory is refused as well, lives to tell it; and the runtime has three ways to end, and seldom comes to none: then the test's limit ends it.
            Assert.MatchesRegex(Reason(), ended.Case("Hungry.Greedy." + test).Message);
        }

        Assert.HasCount(3, ended.Ids("passed"), run.Describe());
        Assert.HasCount(3, ended.Journal.Of("modest "));
    }

    [TestMethod]
    public async Task A_worker_that_the_system_ends_for_want_of_memory_is_told_from_one_that_somebody_killed()
    {
        RunProcesses.RequireSignals();
        await Workshop.Built;
        await using var group = MemoryGroup.Require(megabytes: 350);
        var folder = Directory.CreateTempSubdirectory("rondo-memory-").FullName;
        try
        {
            await using var run = UserRun.Start(group.Enter(folder, new UserProject("RunsOutOfMemory").Executable), ["-n", "1", "-k", "Past_the_runtime or Modest"]);

            var ended = await run.EndAsync();

            Assert.AreEqual(2, ended.ExitCode, run.Describe());
            Assert.AreEqual("crash", ended.Case("Hungry.Greedy.Past_the_runtime").Type, run.Describe());
            Assert.Contains($"signal 9 (SIGKILL) while this test was running. Memory was used up, and then the system ends processes: 'oom_kill' in '{group.Counter}' rose from 0 to 1 while it ran.", ended.Case("Hungry.Greedy.Past_the_runtime").Message);
            Assert.HasCount(3, ended.Ids("passed"), run.Describe());
            Assert.HasCount(3, ended.Journal.Of("modest "));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public async Task A_worker_that_somebody_killed_is_not_said_to_have_used_up_memory()
    {
        RunProcesses.RequireSignals();
        await using var run = await UserRun.StartAsync("KillsItsWorker", "-n", "1", "-k", "By_signal");

        var ended = await run.EndAsync();

        Assert.AreEqual("crash", ended.Case("Killing.Deadly.By_signal").Type, run.Describe());
        Assert.Contains("SIGKILL comes from outside", ended.Case("Killing.Deadly.By_signal").Message);
        Assert.DoesNotContain("Memory was used up", ended.Case("Killing.Deadly.By_signal").Message);
    }

    [GeneratedRegex("OutOfMemoryException|did not end within its limit|signal 6 \\(SIGABRT\\) while this test was running\\. (Memory was used up, and the runtime gave up|The runtime gave up while it was throwing an exception, which is what it does when memory is used up)")]
    private static partial Regex Reason();
}
