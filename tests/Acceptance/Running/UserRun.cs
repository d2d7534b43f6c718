using System.Diagnostics;
using System.Globalization;
using Rondo.Acceptance.Projects;

namespace Rondo.Acceptance.Running;

/// <summary>One run of a user project: a process in a session of its own, with its own folder for temporary files, history and reports.</summary>
/// <remarks>
/// Output goes into files, not pipes: a grandchild that keeps a pipe open must not keep the test waiting.
/// Disposing ends whatever is left of the run.
/// </remarks>
internal sealed class UserRun : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _peakMegabytes;

    private UserRun(string id, string folder, Process process, string history) => (Id, Folder, _process, History) = (id, folder, process, history);

    /// <summary>The mark in the environment of every process of the run.</summary>
    public string Id { get; }

    /// <summary>Short, because the paths of sockets are limited to about 100 bytes.</summary>
    public string Folder { get; }

    public string History { get; }

    /// <summary>Name of the program.</summary>
    public required string Project { get; init; }

    public string JournalFolder => Path.Combine(Folder, "j");

    public string TempFolder => Path.Combine(Folder, "t");

    public string JUnitPath => Path.Combine(Folder, "junit.xml");

    public string RunLogPath => Path.Combine(Folder, "run.log");

    public int ControllerId => _process.Id;

    public IReadOnlyList<RunningProcess> Processes => RunProcesses.Of(Id);

    public IReadOnlyList<RunningProcess> Workers => [.. Processes.Where(p => p.Id != ControllerId)];

    public Journal Journal => Journal.Read(JournalFolder);

    /// <summary>What it has written to stdout so far.</summary>
    public string Output => Text("out.txt");

    public static async Task<UserRun> StartAsync(string project, params string[] arguments) => await StartAsync(project, arguments, null);

    /// <param name="history">Folder shared with other runs; null: one of its own.</param>
    /// <param name="environment">More environment variables.</param>
    public static async Task<UserRun> StartAsync(string project, IReadOnlyList<string> arguments, string? history, IReadOnlyDictionary<string, string>? environment = null, bool reports = true)
    {
        await Workshop.Built;
        return Start(new UserProject(project).Executable, arguments, history, environment, reports);
    }

    public static UserRun Start(string executable, IReadOnlyList<string> arguments, string? history = null, IReadOnlyDictionary<string, string>? environment = null, bool reports = true, bool historyBesideProject = false)
    {
        var id = Guid.NewGuid().ToString("N");
        var folder = Path.Combine(Path.GetTempPath(), "ra-" + id[..8]);
        foreach (var name in new[] { "j", "t", "w" }) Directory.CreateDirectory(Path.Combine(folder, name));
        history ??= Path.Combine(folder, "h");

        var all = new List<string>(arguments);
        if (reports) all.AddRange(["--junitxml", Path.Combine(folder, "junit.xml"), "--runlog", Path.Combine(folder, "run.log"), "--history", history, "--results-directory", Path.Combine(folder, "r")]);

        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo(executable, all) { CreateNewProcessGroup = true }
            : new ProcessStartInfo("setsid", ["sh", "-c", "exec \"$0\" \"$@\" >\"$ACCEPTANCE_OUT\" 2>\"$ACCEPTANCE_ERR\" </dev/null", executable, .. all]);
        start.WorkingDirectory = Path.Combine(folder, "w");
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("RONDO_", StringComparison.Ordinal) || k.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase)
            || k.StartsWith("DOTNET_CLI_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        start.Environment[RunProcesses.Mark] = id;
        // What earlier runs of the project left would decide the order of this one.
        if (!historyBesideProject) start.Environment["RONDO_HISTORY"] = history;
        start.Environment["ACCEPTANCE_JOURNAL"] = Path.Combine(folder, "j");
        start.Environment["ACCEPTANCE_OUT"] = Path.Combine(folder, "out.txt");
        start.Environment["ACCEPTANCE_ERR"] = Path.Combine(folder, "err.txt");
        start.Environment["TMPDIR"] = Path.Combine(folder, "t");
        start.Environment["TEMP"] = start.Environment["TMP"] = Path.Combine(folder, "t");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new UserRun(id, folder, Process.Start(start)!, history) { Project = Path.GetFileNameWithoutExtension(executable) };
    }

    /// <summary>Waits until the journals or the processes of the run look as wanted.</summary>
    public async Task UntilAsync(Func<UserRun, bool> condition, string what, int seconds = 20)
    {
        var end = _clock.Elapsed + TimeSpan.FromSeconds(seconds);
        while (!condition(this))
        {
            if (_clock.Elapsed > end) Assert.Fail($"Waited {seconds} s in vain: {what}.\n{Describe()}");
            if (_process.HasExited && !condition(this)) Assert.Fail($"The run ended before this: {what}.\n{Describe()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Lets the tests of the project Interruptible end.</summary>
    public void Go() => File.WriteAllText(Path.Combine(JournalFolder, "go"), "");

    /// <summary>Waits for the end and collects everything. Fails when the run lasts too long; then says what was still running.</summary>
    public async Task<Ended> EndAsync(int withinSeconds = 60)
    {
        var end = _clock.Elapsed + TimeSpan.FromSeconds(withinSeconds);
        while (!_process.HasExited)
        {
            if (_clock.Elapsed > end) Assert.Fail($"The run did not end within {withinSeconds} s. Still there: {Names(Processes)}.\n{Describe()}");
            _peakMegabytes = Math.Max(_peakMegabytes, RunProcesses.PeakMegabytes(ControllerId));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        var elapsed = _clock.Elapsed;
        // Workers may need a moment to be reaped after the controller's last act.
        for (var i = 0; i < 50 && Processes.Count > 0; i++) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        return new Ended(_process.ExitCode, Text("out.txt"), Text("err.txt"), elapsed)
        {
            Cases = JUnitCase.ReadAll(JUnitPath),
            JUnitBytes = File.Exists(JUnitPath) ? new FileInfo(JUnitPath).Length : 0,
            Journal = Journal,
            LeftProcesses = Processes,
            LeftFiles = [.. Directory.GetFileSystemEntries(TempFolder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(TempFolder, f)).Order(StringComparer.Ordinal)],
            PeakMegabytes = _peakMegabytes,
            Run = this,
        };
    }

    public string Describe() => $"--- output of the run in {Folder}\n{Shorten(Text("out.txt"))}\n--- errors\n{Shorten(Text("err.txt"))}\n--- journal\n{Journal}";

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Processes) RunProcesses.Send(process.Id, RunProcesses.Kill);
        if (!_process.HasExited && OperatingSystem.IsWindows()) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (Environment.GetEnvironmentVariable("ACCEPTANCE_KEEP") is null) Directory.Delete(Folder, recursive: true);
    }

    public static string Names(IReadOnlyList<RunningProcess> processes) => string.Join(", ", processes.Select(p => p.Id.ToString(CultureInfo.InvariantCulture) + " " + p.Command));

    private string Text(string name)
    {
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path)) return "";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // Tests write bytes of no meaning, among them what looks like the mark of another encoding.
        using var reader = new StreamReader(stream, new System.Text.UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        return reader.ReadToEnd();
    }

    private static string Shorten(string text) => text.Length <= 12_000 ? text : text[..6_000] + "\n … \n" + text[^6_000..];
}

/// <summary>What is known when a run is over.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors, TimeSpan Elapsed)
{
    public required IReadOnlyList<JUnitCase> Cases { get; init; }

    public required long JUnitBytes { get; init; }

    public required Journal Journal { get; init; }

    public required IReadOnlyList<RunningProcess> LeftProcesses { get; init; }

    /// <summary>What is left in the run's temporary folder, relative to it.</summary>
    public required IReadOnlyList<string> LeftFiles { get; init; }

    /// <summary>Of the controller.</summary>
    public required int PeakMegabytes { get; init; }

    public required UserRun Run { get; init; }

    public string Console => Output + "\n" + Errors;

    public JUnitCase Case(string id) => Cases.SingleOrDefault(c => c.Id == id) ?? throw new AssertFailedException($"'{id}' is not in the report, or more than once. It holds: {string.Join(", ", Cases.Select(c => c.Id))}\n{Run.Describe()}");

    public string[] Ids(params string[] outcomes) => [.. Cases.Where(c => outcomes.Length == 0 || outcomes.Contains(c.Outcome)).Select(c => c.Id).Order(StringComparer.Ordinal)];
}
