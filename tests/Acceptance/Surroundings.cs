using System.Text.RegularExpressions;
using Rondo.Acceptance.Projects;
using Rondo.Acceptance.Running;

namespace Rondo.Acceptance;

/// <summary>Rows 17, 18 and 28 of the fault matrix: what surrounds a run fails, and its results do not; and a short piece of the chaos runner.</summary>
[TestClass]
public sealed partial class Surroundings
{
    [TestMethod, DoNotParallelize]
    [DataRow("0")]
    [DataRow("2")]
    public async Task A_full_disk_costs_files_and_no_result(string workers)
    {
        var disk = Directory.CreateTempSubdirectory("rondo-full-").FullName;
        try
        {
            if (!OperatingSystem.IsLinux() || !await TryMountAsync("mount", "-t", "tmpfs", "-o", "size=12k", "none", disk)) Assert.Inconclusive("Needs a Linux user who may mount a small disk.");
            await using var run = await UserRun.StartAsync("SomeFail", ["-n", workers, "--junitxml", $"{disk}/j.xml", "--runlog", $"{disk}/r.log", "--timeline", $"{disk}/t.html"], history: $"{disk}/h", reports: false);

            var ended = await run.EndAsync();

            Assert.AreEqual(2, ended.ExitCode, run.Describe());
            Assert.MatchesRegex(Account(), ended.Output);
            Assert.Contains("No space left", ended.Output);
            Assert.DoesNotContain("bug in Rondo", ended.Console);
        }
        finally
        {
            await TryMountAsync("umount", disk);
            Directory.Delete(disk);
        }
    }

    [TestMethod, DoNotParallelize]
    public async Task Without_a_home_and_with_its_working_folder_gone_a_run_goes_on()
    {
        await using var run = await UserRun.StartAsync("Interruptible", ["-n", "1", "-k", "Suspended"], null, new Dictionary<string, string> { ["HOME"] = "/nowhere/at/all", ["DOTNET_CLI_HOME"] = "/nowhere/at/all" });
        await run.UntilAsync(r => r.Journal.Of("suspended ").Length == 1, "the test is running");

        Directory.Delete(Path.Combine(run.Folder, "w"), recursive: true);
        run.Go();
        var ended = await run.EndAsync();

        Assert.AreEqual(0, ended.ExitCode, run.Describe());
    }

    [TestMethod, DoNotParallelize]
    [DataRow(">/dev/full", "2")]
    [DataRow(">&-", "2")]
    [DataRow(">/dev/full", "0")]
    public async Task A_console_that_takes_nothing_costs_no_result_and_no_file(string redirection, string workers)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Needs a Unix shell.");
        await Workshop.Built;
        var folder = Directory.CreateTempSubdirectory("rondo-mute-").FullName;
        try
        {
            var junit = Path.Combine(folder, "j.xml");
            string[] arguments = ["-c", $"exec \"$0\" \"$@\" {redirection}", new UserProject("SomeFail").Executable, "-n", workers, "--junitxml", junit, "--history", Path.Combine(folder, "h"), "--results-directory", Path.Combine(folder, "r")];

            var (exitCode, output) = await Tool.RunAsync(folder, TimeSpan.FromSeconds(60), "sh", arguments);

            Assert.AreEqual(2, exitCode, output);
            Assert.Contains("RND5024", output);
            Assert.IsTrue(JUnitCase.ReadAll(junit).Any(c => c.Outcome == "failed"), "The JUnit file does not have the failed tests.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod, DoNotParallelize]
    public async Task Nor_does_a_signal_end_it_there_that_comes_when_the_run_is_over()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Needs /dev/full.");
        await Workshop.Built;
        var folder = Directory.CreateTempSubdirectory("rondo-mute-").FullName;
        try
        {
            // The platform answers on a thread of its own, which the console fails or not, as time has it.
            for (var round = 0; round < 8; round++)
            {
                var log = Path.Combine(folder, $"r{round}.jsonl");
                var script = $"p=$$; (until grep -q '\"event\":\"Ended\"' {log} 2>/dev/null; do kill -0 $p || exit; done; kill -INT $p) & exec \"$0\" \"$@\" >/dev/full";

                var (exitCode, output) = await Tool.RunAsync(folder, TimeSpan.FromSeconds(60), "sh", "-c", script, new UserProject("SomeFail").Executable, "-n", "2", "--runlog", log, "--history", Path.Combine(folder, "h"), "--results-directory", Path.Combine(folder, "r"));

                // 3: the platform was still at it, and calls that aborted.
                Assert.IsTrue(exitCode is 2 or 3, $"Exit code {exitCode} in round {round}.\n{output}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod, DoNotParallelize]
    public async Task A_worker_that_is_gone_leaves_no_handle_behind()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Needs a limit of open files.");
        await Workshop.Built;
        var folder = Directory.CreateTempSubdirectory("rondo-few-").FullName;
        try
        {
            // About 80 for the program and its libraries; 50 workers, one or two at a time, had three each.
            string[] arguments = ["-c", "ulimit -n 130; exec \"$0\" \"$@\"", new UserProject("ManyAtOnce").Executable, "-n", "2", "--isolate", "test", "--history", Path.Combine(folder, "h"), "--results-directory", Path.Combine(folder, "r")];

            var (_, output) = await Tool.RunAsync(folder, TimeSpan.FromMinutes(3), "sh", arguments);

            Assert.DoesNotContain("oo many open files", output);
            var account = Running.Account.Find(output);
            Assert.IsNotNull(account, output);
            Assert.AreEqual((50, 0), (account.Planned, account.NotRun), output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod, DoNotParallelize]
    public async Task A_reader_that_goes_away_does_not_end_the_run()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Needs a Unix shell.");
        await Workshop.Built;
        var folder = Directory.CreateTempSubdirectory("rondo-head-").FullName;
        try
        {
            var script = "{ \"$0\" \"$@\"; echo \"exit $?\" >&2; } | head -c 20 >/dev/null";

            var (_, output) = await Tool.RunAsync(folder, TimeSpan.FromSeconds(60), "sh", "-c", script, new UserProject("SomeFail").Executable, "-n", "2", "--history", Path.Combine(folder, "h"), "--results-directory", Path.Combine(folder, "r"));

            Assert.Contains("exit 2", output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The long form: ./soak.sh. The seed is in the output, and brings the same tests and faults again; not the same moments.
    [TestMethod, DoNotParallelize]
    public async Task Under_faults_of_all_kinds_everything_that_must_hold_holds()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("The chaos runner needs signals and /proc.");

        var (exitCode, output) = await Tool.RunAsync(Repository.Root, TimeSpan.FromMinutes(5), Path.Combine(Repository.Root, "artifacts", "bin", "Soak", "debug", "Soak"), "chaos", "8");

        Console.WriteLine(output);
        Assert.AreEqual(0, exitCode, output);
        Assert.Contains("8 runs, ", output);
        Assert.Contains(", 0 runs wrong", output);
    }

    private static async Task<bool> TryMountAsync(string program, params string[] arguments)
    {
        try
        {
            return (await Tool.RunAsync(Path.GetTempPath(), TimeSpan.FromSeconds(20), program, arguments)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\d+ planned = \d+ passed \+ \d+ failed \+ \d+ skipped \+ 0 not run")]
    private static partial Regex Account();
}
