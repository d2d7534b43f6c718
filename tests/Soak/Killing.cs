// A suite of 500 tests whose workers are killed at random moments. What must hold after each run:
//   it ends; each id is reported once; exactly the cases that were running in a killed worker are crashes, everything else passed;
//   the exit code is 2 if something crashed or a teardown was cut off, else 3 if a worker was killed before it was ready or after its last result, else 0;
//   no process and no file of the run remains, but for the directories of tests that crashed.
using System.Diagnostics;
using System.Globalization;

namespace Soak;

internal static class Killing
{
    private const int Tests = 500;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_mayLinger = TimeSpan.FromSeconds(10);

    // Every .NET process leaves these when it is killed; no program can remove its own.
    private static readonly string[] s_leftByTheRuntime = ["clr-debug-pipe-", "dotnet-diagnostic-"];

    public static async Task<int> Runs(int runs, int seed)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("Killing needs signals and /proc, so it runs on Linux only.");
            return 1;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}; run R alone again with: Soak kill 1 {seed}+R-1"));
        Console.WriteLine("  run  -n  killed  crashed  teardowns  exit  seconds");
        var (killed, crashed, bad) = (0, 0, 0);
        for (var run = 0; run < runs; run++)
        {
            var result = await One(seed + run);
            killed += result.Killed;
            crashed += result.Crashed;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{run + 1,5} {result.Workers,3} {result.Killed,7} {result.Crashed,8} {result.Teardowns,10} {result.ExitCode,5} {result.Seconds,8:0.0}{(result.Complaints.Count == 0 ? "" : "  WRONG (seed " + (seed + run) + ")")}"));
            if (result.Complaints.Count == 0) continue;
            bad++;
            foreach (var complaint in result.Complaints.Take(12)) Console.WriteLine("        " + complaint);
            if (result.Complaints.Count > 12) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"        … and {result.Complaints.Count - 12} more"));
            Console.WriteLine("        kept: " + result.Folder);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} runs, {killed} workers killed, {crashed} cases crashed, {bad} runs wrong"));
        return bad == 0 ? 0 : 1;
    }

    private static async Task<RunResult> One(int seed)
    {
        var random = new Random(seed);
        var workers = random.Next(2, 5);
        var kills = random.Next(0, 9);
        var mark = Guid.NewGuid().ToString("N");
        var folder = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "soak", string.Create(CultureInfo.InvariantCulture, $"kill-{seed}"))).FullName;
        // Short, because sockets in it have at most 107 bytes of path.
        var temp = Directory.CreateTempSubdirectory("soak").FullName;

        var start = new ProcessStartInfo(Path.Combine(Root(), "artifacts", "bin", "SoakSuite", "debug", "SoakSuite"))
        {
            ArgumentList =
            {
                "-n", workers.ToString(CultureInfo.InvariantCulture), "--max-worker-restart", "1000", "--progress", "off", "--no-ansi",
                "--junitxml", Path.Combine(folder, "junit.xml"), "--runlog", Path.Combine(folder, "run.jsonl"), "--history", Path.Combine(folder, "history"),
                "--results-directory", Path.Combine(folder, "results"),
            },
            Environment = { [Processes.Mark] = mark, ["TMPDIR"] = temp },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Every other run with several cases at once in each worker: who dies then takes innocent ones along, which must run again.
        if (seed % 2 == 1)
        {
            start.ArgumentList.Add("--concurrency");
            start.ArgumentList.Add("12");
        }

        File.Delete(Path.Combine(folder, "junit.xml"));
        File.Delete(Path.Combine(folder, "run.jsonl"));
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(s_limit);
        var ended = process.WaitForExitAsync(limit.Token);
        var complaints = new List<string>();
        var victims = await Kill(process.Id, mark, kills, random, ended);
        try
        {
            await ended;
        }
        catch (OperationCanceledException)
        {
            complaints.Add(string.Create(CultureInfo.InvariantCulture, $"did not end in {s_limit.TotalSeconds} s; processes: {string.Join(", ", Processes.Of(mark).Select(p => p.Id))}"));
            foreach (var (id, _) in Processes.Of(mark)) Processes.Kill(id);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        await Gone(mark, complaints);
        await File.WriteAllTextAsync(Path.Combine(folder, "output.txt"), await output + await error);
        var result = new RunResult(folder, workers, victims.Count, process.ExitCode, seconds, complaints);
        if (complaints.Count == 0) Judge(result, victims, await output);
        foreach (var left in Directory.GetFileSystemEntries(temp).Select(e => Path.GetFileName(e)!).Where(e => !s_leftByTheRuntime.Any(r => e.StartsWith(r, StringComparison.Ordinal))))
        {
            // The machine's slots are shared by all runs of a user and stay. A test that crashed keeps its directory.
            var isKept = result.KeepsDirectories && left.StartsWith("rondo-", StringComparison.Ordinal);
            if (!isKept && !left.StartsWith("rondo-slots-", StringComparison.Ordinal) && !left.StartsWith("rondo-ports-", StringComparison.Ordinal)) complaints.Add($"left in the temp folder: {left}");
        }

        Directory.Delete(temp, recursive: true);
        if (complaints.Count == 0) Directory.Delete(folder, recursive: true);
        return result;
    }

    private static async Task<HashSet<int>> Kill(int main, string mark, int kills, Random random, Task ended)
    {
        var victims = new HashSet<int>();
        while (victims.Count < kills && !ended.IsCompleted)
        {
            // Mostly seconds, sometimes at once: workers die while they start, while they work and while they end.
            var pause = TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(50) : random.Next(1500));
            await Task.WhenAny(ended, Task.Delay(pause, TimeProvider.System));
            var workers = Processes.Of(mark).Where(p => p.Parent == main && !victims.Contains(p.Id)).ToList();
            if (workers.Count == 0) continue;
            var victim = workers[random.Next(workers.Count)].Id;
            if (Processes.Kill(victim)) victims.Add(victim);
        }

        return victims;
    }

    private static void Judge(RunResult result, HashSet<int> victims, string output)
    {
        var complaints = result.Complaints;
        var file = Path.Combine(result.Folder, "junit.xml");
        if (!File.Exists(file))
        {
            complaints.Add("no JUnit file");
            return;
        }

        var junit = JUnit.Read(file);
        complaints.AddRange(junit.Complaints);
        var cases = junit.Cases.Where(c => !c.IsTeardown).ToList();
        result.Teardowns = junit.Cases.Count - cases.Count;
        foreach (var twice in cases.GroupBy(c => c.Id).Where(g => g.Count() > 1)) complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{twice.Key} is reported {twice.Count()} times"));
        var ids = cases.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        if (ids.Count != Tests) complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{ids.Count} ids instead of {Tests}"));

        var log = RunLog.Read(Path.Combine(result.Folder, "run.jsonl"));
        if (!log.HasEnd) complaints.Add("the run log has no end");
        foreach (var one in cases)
        {
            switch (one.Outcome)
            {
                case "passed":
                    if (log.Deaths.ContainsKey(one.Id) && log.Starts[one.Id] < 2) complaints.Add($"{one.Id} passed, but was running when its worker died and was started once");
                    break;
                case "crash":
                    result.Crashed++;
                    if (!log.Deaths.TryGetValue(one.Id, out var process)) complaints.Add($"{one.Id} is a crash, but the run log does not know that it was running");
                    else if (!victims.Contains(process)) complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{one.Id} is a crash of process {process}, which nobody killed"));
                    break;
                default:
                    complaints.Add($"{one.Id}: {one.Outcome}: {one.Message}");
                    break;
            }
        }

        var crashes = cases.Where(c => c.Outcome == "crash").Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in log.Deaths.Keys.Where(id => !crashes.Contains(id) && log.Starts[id] < 2)) complaints.Add($"{id} was running when its worker died, but is no crash");
        if (crashes.Count > victims.Count) complaints.Add(string.Create(CultureInfo.InvariantCulture, $"{crashes.Count} crashes of {victims.Count} killed workers"));
        // So does the first attempt of a case that was cut off and run again.
        result.KeepsDirectories = crashes.Concat(log.Starts.Where(s => s.Value > 1).Select(s => s.Key)).Any(id => id.Contains("In_a_directory", StringComparison.Ordinal));
        // Who was killed when its end was decided already, did not notice. Who is not in the log never came so far.
        var wasCutOff = victims.Any(v => !log.Ends.TryGetValue(v, out var how) || how.Contains("signal 9", StringComparison.Ordinal));
        var expected = result.Crashed + result.Teardowns > 0 ? 2 : wasCutOff ? 3 : 0;
        if (result.ExitCode != expected) complaints.Add(string.Create(CultureInfo.InvariantCulture, $"exit code {result.ExitCode} instead of {expected}"));
        if (Account.Find(output) is not { } account) complaints.Add("no account");
        else if (account != Account.Of(cases) || !account.AddsUp) complaints.Add($"the account is {account}, the JUnit file says {Account.Of(cases)}");
    }

    // The parent reports when all is done; what it has just killed may take a moment to be gone.
    private static async Task Gone(string mark, List<string> complaints)
    {
        var clock = Stopwatch.StartNew();
        var left = Processes.Of(mark);
        while (left.Count > 0 && clock.Elapsed < s_mayLinger)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            left = Processes.Of(mark);
        }

        foreach (var (id, parent) in left)
        {
            complaints.Add(string.Create(CultureInfo.InvariantCulture, $"process {id} (child of {parent}) remains"));
            Processes.Kill(id);
        }
    }

    internal static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rondo.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No folder above '{AppContext.BaseDirectory}' holds Rondo.slnx. Soak kills the workers of a suite of the repository and must lie inside it.");
    }

    private sealed record RunResult(string Folder, int Workers, int Killed, int ExitCode, double Seconds, List<string> Complaints)
    {
        public int Crashed { get; set; }

        public int Teardowns { get; set; }

        public bool KeepsDirectories { get; set; }
    }
}
