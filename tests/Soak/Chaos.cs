// Runs a suite whose tests misbehave, under faults from outside, all decided by a seed, and asks one checker after each run whether everything held:
//   it ends in time and leaves no process; nobody hears twice of a case; every planned case has one result and the account adds up, in the console, the run log and the JUnit file alike;
//   each case ended as its act says, unless its worker was ended from outside while it ran, or the run was interrupted before it ended; what was only stopped for a while fails nobody;
//   the exit code is what the results say; after SIGKILL of the controller the log is readable and what it tells is true.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Soak;

internal static class Chaos
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_mayLinger = TimeSpan.FromSeconds(10);

    public static async Task<int> Runs(int runs, int seed)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.WriteLine("Chaos needs signals and /proc, so it runs on Linux only.");
            return 1;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}; a run with seed S alone again: Soak chaos 1 S"));
        var (bad, faults) = (0, 0);
        for (var run = 0; run < runs; run++)
        {
            var story = await new ChaosRun(seed + run).GoAsync(s_limit, s_mayLinger);
            faults += story.Faults.Count;
            var isGood = story.Complaints.Count == 0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run + 1,4} seed {seed + run}: {story.Options}; {(story.Faults.Count == 0 ? "no fault from outside" : string.Join(", ", story.Faults))}; exit {story.ExitCode}, {story.Seconds:0.0} s{(isGood ? "" : "  WRONG")}"));
            if (isGood) continue;
            bad++;
            foreach (var complaint in story.Complaints.Take(12)) Console.WriteLine("       " + complaint);
            Console.WriteLine("       kept: " + story.Folder);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} runs, {faults} faults from outside, {bad} runs wrong"));
        return bad == 0 ? 0 : 1;
    }
}

/// <summary>What happened in one run.</summary>
internal sealed record ChaosStory(string Folder)
{
    public string Options { get; set; } = "";

    public List<string> Faults { get; } = [];

    public List<string> Complaints { get; } = [];

    public int ExitCode { get; set; }

    public double Seconds { get; set; }
}

internal sealed class ChaosRun(int seed)
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int User1 = 10;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly Random _random = new(seed);
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly HashSet<int> _victims = [];
    private readonly ChaosStory _story = new(Directory.CreateDirectory(Path.Combine(Killing.Root(), "artifacts", "soak", string.Create(CultureInfo.InvariantCulture, $"chaos-{seed}"))).FullName);
    private int _retries;
    private bool _isInterrupted;
    private bool _controllerWasKilled;
    private string _console = "file";

    public async Task<ChaosStory> GoAsync(TimeSpan limit, TimeSpan mayLinger)
    {
        foreach (var file in Directory.GetFiles(_story.Folder)) File.Delete(file);
        var temp = Directory.CreateTempSubdirectory("chaos").FullName;
        using var process = Start(temp);
        var clock = Stopwatch.StartNew();
        var output = _console == "slow" ? ReadSlowlyAsync(process.StandardOutput) : process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(limit);
        var ended = process.WaitForExitAsync(patience.Token);
        try
        {
            await HarassAsync(process.Id, ended);
            await ended;
        }
        catch (OperationCanceledException)
        {
            Complain($"did not end in {limit.TotalSeconds} s; left: {string.Join(", ", Processes.Of(_mark).Select(p => p.Id))}");
            foreach (var (id, _) in Processes.Of(_mark)) Processes.Kill(id);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        (_story.Seconds, _story.ExitCode) = (clock.Elapsed.TotalSeconds, process.ExitCode);
        await GoneAsync(mayLinger);
        var text = await output;
        await File.WriteAllTextAsync(Path.Combine(_story.Folder, "output.txt"), text + "\n---- stderr\n" + await error);
        if (_story.Complaints.Count == 0) Judge(text);
        Directory.Delete(temp, recursive: true);
        if (_story.Complaints.Count == 0) Directory.Delete(_story.Folder, recursive: true);
        return _story;
    }

    private void Complain(string what) => _story.Complaints.Add(what);

    // ---- the run

    private Process Start(string temp)
    {
        List<string> options = ["-n", Text(_random.Next(1, 4)), "--test-timeout", "2s"];
        if (_random.Next(4) == 0) options.AddRange(["--concurrency", "6"]);
        if (_random.Next(3) == 0) options.AddRange(["--dist", new[] { "load", "loadclass", "loadscope", "loadfile", "loadgroup" }[_random.Next(5)]]);
        if (_random.Next(3) == 0)
        {
            _retries = 1;
            options.AddRange(["--retries", "1"]);
            if (_random.Next(2) == 0) options.AddRange(["--retry-in", "process", "--retry-delay", "20ms"]);
        }

        if (_random.Next(10) == 0) options.AddRange(["--isolate", "class"]);
        if (_random.Next(5) == 0) options.AddRange(["--stall-timeout", "1500ms"]);
        if (_random.Next(5) == 0) options.AddRange(["--seed", Text(seed)]);
        if (_random.Next(8) == 0) options.AddRange(["--capture", "no"]);
        _story.Options = string.Join(' ', options);
        options.AddRange(["--max-worker-restart", "1000", "--no-ansi", "--junitxml", Path.Combine(_story.Folder, "junit.xml"), "--runlog", Path.Combine(_story.Folder, "run.jsonl"), "--results-directory", Path.Combine(_story.Folder, "results")]);

        var history = Path.Combine(temp, "history");
        var shell = "exec \"$0\" \"$@\"";
        switch (_random.Next(16))
        {
            case 0: shell += " >&-"; _console = "closed"; break;
            case 1: shell += " >/dev/full"; _console = "full"; break;
            case 2: _console = "slow"; break;
            case 3: shell = "ulimit -n 160; " + shell; _story.Faults.Add("few handles"); break;
            case 4:
                // Whatever it may be, it is not the history of this suite.
                Directory.CreateDirectory(history);
                var noise = new byte[_random.Next(5_000)];
                _random.NextBytes(noise);
                foreach (var name in new[] { "history.jsonl", "history.json", "durations.jsonl", "outcomes" }) File.WriteAllBytes(Path.Combine(history, name), noise);
                _story.Faults.Add("damaged history");
                break;
            case 5: File.WriteAllText(history, "no folder"); _story.Faults.Add("history is a file"); break;
            case 6: shell = "unset HOME; " + shell; _story.Faults.Add("no HOME"); break;
        }

        if (_console != "file") _story.Faults.Add($"stdout {_console}");
        options.AddRange(["--history", history]);
        return Process.Start(new ProcessStartInfo("sh", ["-c", shell, Path.Combine(Killing.Root(), "artifacts", "bin", "ChaosSuite", "debug", "ChaosSuite"), .. options])
        {
            Environment = { [Processes.Mark] = _mark, ["TMPDIR"] = temp, ["CHAOS_SEED"] = Text(seed), ["DOTNET_DbgEnableMiniDump"] = "0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task<string> ReadSlowlyAsync(StreamReader from)
    {
        var text = new System.Text.StringBuilder();
        var buffer = new char[64];
        // 64 characters in 5 ms for the first seconds: slower than the suite writes.
        var clock = Stopwatch.StartNew();
        while (await from.ReadAsync(buffer) is var read and > 0)
        {
            text.Append(buffer, 0, read);
            if (clock.Elapsed < TimeSpan.FromSeconds(5)) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        return text.ToString();
    }

    // ---- what comes from outside

    private async Task HarassAsync(int controller, Task ended)
    {
        var (faults, clock) = (_random.Next(5), Stopwatch.StartNew());
        var ending = _random.Next(100);
        for (var fault = 0; fault < faults && !ended.IsCompleted; fault++)
        {
            await PauseAsync(_random.Next(3) == 0 ? _random.Next(60) : _random.Next(1200), ended);
            var workers = Processes.Of(_mark).Where(p => p.Parent == controller).Select(p => p.Id).ToList();
            var one = workers.Count == 0 ? 0 : workers[_random.Next(workers.Count)];
            switch (_random.Next(7))
            {
                case 0 or 1 when one > 0: Send(one, Kill, "SIGKILL to a worker", clock); _victims.Add(one); break;
                case 2 when one > 0: Send(one, Terminate, "SIGTERM to a worker", clock); _victims.Add(one); break;
                case 3 when one > 0: await StopAsync([one], "a worker", ended, clock); break;
                case 4: await StopAsync([controller], "the controller", ended, clock); break;
                case 5: await StopAsync([controller, .. workers], "everybody", ended, clock); break;
                case 6:
                    foreach (var process in Processes.Of(_mark).Where(p => (p.Id == controller || p.Parent == controller) && Processes.Catches(p.Id, User1))) Processes.Send(process.Id, User1);
                    _story.Faults.Add(At("SIGUSR1 to all", clock));
                    break;
            }
        }

        if (ending >= 35 || ended.IsCompleted) return;
        await PauseAsync(_random.Next(2500), ended);
        if (ended.IsCompleted) return;
        if (ending < 10)
        {
            _controllerWasKilled = true;
            Send(controller, Kill, "SIGKILL to the controller", clock);
            return;
        }

        _isInterrupted = true;
        var signal = ending < 15 ? Terminate : Interrupt;
        for (var times = ending < 22 ? 1 : ending < 29 ? 2 : 3; times > 0 && !ended.IsCompleted; times--)
        {
            Send(controller, signal, signal == Terminate ? "SIGTERM" : "SIGINT", clock);
            await PauseAsync(_random.Next(20, 400), ended);
        }
    }

    private async Task StopAsync(List<int> processes, string who, Task ended, Stopwatch clock)
    {
        var duration = _random.Next(100, 3500);
        _story.Faults.Add(At($"{who} stopped for {duration} ms", clock));
        foreach (var process in processes) Processes.Send(process, Stop);
        await PauseAsync(duration, ended);
        foreach (var process in processes) Processes.Send(process, Continue);
    }

    private void Send(int process, int signal, string name, Stopwatch clock)
    {
        if (Processes.Send(process, signal)) _story.Faults.Add(At(name, clock));
    }

    private static string At(string what, Stopwatch clock) => string.Create(CultureInfo.InvariantCulture, $"{what} at {clock.ElapsedMilliseconds} ms");

    private static Task PauseAsync(int milliseconds, Task ended) => Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System));

    private async Task GoneAsync(TimeSpan mayLinger)
    {
        var clock = Stopwatch.StartNew();
        var left = Processes.Of(_mark);
        while (left.Count > 0 && clock.Elapsed < mayLinger)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            left = Processes.Of(_mark);
        }

        foreach (var (id, parent) in left)
        {
            Complain(string.Create(CultureInfo.InvariantCulture, $"process {id} (child of {parent}) remains"));
            Processes.Kill(id);
        }
    }

    // ---- the checker

    private void Judge(string output)
    {
        var logFile = Path.Combine(_story.Folder, "run.jsonl");
        if (!File.Exists(logFile))
        {
            // Asked to end before it had begun.
            if (!_controllerWasKilled && !_isInterrupted && !_story.Faults.Contains("few handles")) Complain("no run log");
            return;
        }

        var log = ChaosLog.Read(logFile, isWhole: !_controllerWasKilled && !(_isInterrupted && _story.ExitCode == 3), Complain);
        foreach (var (id, results) in log.Results.Where(r => r.Value.Count > 1)) Complain($"'{id}' has {results.Count} results: {string.Join(", ", results.Select(r => r.Outcome))}");
        foreach (var (id, results) in log.Results) JudgeCase(id, results[^1], log);
        foreach (var (id, starts) in log.Starts.Where(s => s.Value > 2 + (2 * _retries))) Complain($"'{id}' was started {starts} times");
        if (_controllerWasKilled)
        {
            if (_story.ExitCode is not 137 and not (0 or 2 or 3)) Complain($"exit code {_story.ExitCode} of a killed controller");
            return;
        }

        // The third Ctrl-C ends it without a report.
        if (!log.HasEnd)
        {
            if (!_isInterrupted) Complain("the run log has no end");
            return;
        }

        foreach (var id in log.Planned.Where(id => !log.Results.ContainsKey(id))) Complain($"'{id}' has no result");
        JudgeReports(log, output);
        JudgeExitCode(log);
    }

    private void JudgeCase(string id, ChaosResult result, ChaosLog log)
    {
        var act = ActOf(id);
        var expected = act switch
        {
            global::Chaos.Act.Skip => "skipped",
            global::Chaos.Act.Fail or global::Chaos.Act.TeardownFails or global::Chaos.Act.Deadlock => "failed",
            global::Chaos.Act.FailOnce => _retries == 0 ? "failed" : "passed",
            global::Chaos.Act.FixtureFails => "fixtureFailed",
            global::Chaos.Act.Exit or global::Chaos.Act.FailFast or global::Chaos.Act.KillSelf or global::Chaos.Act.Overflow => "crashed",
            global::Chaos.Act.HangInThread or global::Chaos.Act.HangInAwait or global::Chaos.Act.HoldLoop => "timedOut",
            _ => "passed",
        };
        if (string.Equals(result.Outcome, expected, StringComparison.OrdinalIgnoreCase)) return;
        if (_isInterrupted && result.Outcome.Equals("notRun", StringComparison.OrdinalIgnoreCase)) return;
        // Ended by what was sent to its worker, or begun there and not known to have ended.
        if (result.Outcome.Equals("crashed", StringComparison.OrdinalIgnoreCase) && log.WasEndedFromOutside(result.Worker, _victims)) return;
        // Several ran at once when one of them ended their worker, and nobody may look for it any more: each says so.
        if (_isInterrupted && result.Outcome.Equals("crashed", StringComparison.OrdinalIgnoreCase) && result.Text.Contains("[RND4050]", StringComparison.Ordinal) && log.Starts.Keys.Any(Kills)) return;
        // An interrupted run leaves a case that failed once as it failed.
        if (_isInterrupted && act == global::Chaos.Act.FailOnce && result.Outcome.Equals("failed", StringComparison.OrdinalIgnoreCase)) return;
        // Too few handles: whatever fails says so.
        if (_story.Faults.Contains("few handles") && result.Text.Contains("oo many open files", StringComparison.Ordinal)) return;
        Complain($"'{id}' does {act} and is {result.Outcome} on {result.Worker}: {(result.Text.Length > 300 ? result.Text[..300] : result.Text)}");
    }

    private global::Chaos.Act ActOf(string id) => id.Contains('(', StringComparison.Ordinal) ? global::Chaos.Acts.Of(seed, id, isAsync: id.Contains(".A(", StringComparison.Ordinal)) : global::Chaos.Act.Pass;

    private bool Kills(string id) => ActOf(id) is global::Chaos.Act.Exit or global::Chaos.Act.FailFast or global::Chaos.Act.KillSelf or global::Chaos.Act.Overflow;

    private void JudgeReports(ChaosLog log, string output)
    {
        var file = Path.Combine(_story.Folder, "junit.xml");
        if (!File.Exists(file))
        {
            Complain("no JUnit file");
            return;
        }

        var junit = JUnit.Read(file);
        foreach (var complaint in junit.Complaints) Complain(complaint);
        var ids = junit.Cases.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in log.Planned.Where(id => !ids.Contains(id))) Complain($"'{id}' is not in the JUnit file");
        foreach (var one in junit.Cases)
        {
            if (!log.Results.TryGetValue(one.Id, out var results)) continue;
            var isPassed = results[^1].Outcome.Equals("passed", StringComparison.OrdinalIgnoreCase);
            if (isPassed != (one.Outcome == "passed")) Complain($"'{one.Id}' is {results[^1].Outcome} in the log and {one.Outcome} in the JUnit file");
        }

        if (_console is "closed" or "full") return;
        if (Account.Find(output) is not { } account) Complain("no account on the console");
        else if (!account.AddsUp || account.Planned != log.Planned.Count) Complain($"the account is {account}, and {log.Planned.Count} were planned");
    }

    private void JudgeExitCode(ChaosLog log)
    {
        var failed = log.Teardowns > 0 || log.Results.Values.Any(r => r[^1].Outcome.ToUpperInvariant() is "FAILED" or "CRASHED" or "TIMEDOUT" or "FIXTUREFAILED" or "LOST");
        int[] allowed = log.Ending switch
        {
            "Interrupted" or "Broken" => [3],
            _ when failed => [2],
            // A signal that comes when the run has ended is the platform's, which calls what it still has to do aborted.
            _ when _isInterrupted => [0, 3],
            // A worker that ended before it was ready, or after its last result.
            _ when _victims.Count > 0 || _story.Faults.Contains("few handles") => [0, 3],
            _ => [0],
        };
        if (!allowed.Contains(_story.ExitCode)) Complain($"exit code {_story.ExitCode} instead of {string.Join(" or ", allowed)}; the run is {log.Ending}");
        if (_story.ExitCode == 0 && failed) Complain("exit code 0 although something failed");
        if (log.Ending == "Broken" && !_story.Faults.Contains("few handles")) Complain("the run was given up");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

internal sealed record ChaosResult(string Outcome, string Worker, string Text);

/// <summary>What the log of a run says.</summary>
internal sealed class ChaosLog
{
    private readonly Dictionary<string, (int Process, string Ended)> _workers = new(StringComparer.Ordinal);

    public List<string> Planned { get; } = [];

    public Dictionary<string, List<ChaosResult>> Results { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, int> Starts { get; } = new(StringComparer.Ordinal);

    public int Teardowns { get; private set; }

    public string Ending { get; private set; } = "";

    public bool HasEnd => Ending.Length > 0;

    public bool WasEndedFromOutside(string worker, HashSet<int> victims) => _workers.TryGetValue(worker, out var known) && victims.Contains(known.Process);

    /// <param name="isWhole">The writer came to its end, so no line may be cut.</param>
    public static ChaosLog Read(string file, bool isWhole, Action<string> complain)
    {
        var log = new ChaosLog();
        var lines = File.ReadAllText(file).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0) continue;
            try
            {
                using var json = JsonDocument.Parse(lines[i]);
                log.Take(json.RootElement);
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // Only the last one of a writer that was killed may be half.
                if (isWhole || i < lines.Length - 1) complain($"line {i + 1} of the run log is damaged: {error.Message}");
            }
        }

        return log;
    }

    private void Take(JsonElement line)
    {
        switch (line.GetProperty("event").GetString())
        {
            case "Planned":
                foreach (var id in line.GetProperty("ids").EnumerateArray()) Planned.Add(id.GetString()!);
                break;
            case "WorkerStarted":
                _workers[Text("worker")] = (line.GetProperty("processId").GetInt32(), "");
                break;
            case "CaseStarted":
                Starts[Text("id")] = Starts.GetValueOrDefault(Text("id")) + 1;
                break;
            case "CaseFinished":
                if (!Results.TryGetValue(Text("id"), out var results)) Results.Add(Text("id"), results = []);
                var text = line.TryGetProperty("failure", out var failure) && failure.TryGetProperty("message", out var message) ? message.GetString()! : "";
                results.Add(new ChaosResult(Text("outcome"), line.TryGetProperty("worker", out var worker) ? worker.GetString()! : "", text));
                break;
            case "TeardownFailed":
                Teardowns++;
                break;
            case "Ended":
                Ending = line.GetProperty("ending").GetString()!;
                break;
            default:
                break;
        }

        string Text(string name) => line.GetProperty(name).GetString()!;
    }
}
