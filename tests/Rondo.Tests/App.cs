using System.Diagnostics;
using System.Text;

namespace Rondo.Tests;

/// <summary>The sample program, started as people start it.</summary>
internal sealed class App : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _text = new();
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("rondo-adapter-").FullName;

    private App(string? behave, bool waits, string[] arguments)
    {
        // A shell starts what it runs in the background with SIGINT ignored, and children inherit that.
        var hears = !InterruptsAreIgnored();
        var start = new ProcessStartInfo(hears ? Path : "env", hears ? [] : ["--default-signal=INT", Path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["RONDO_HISTORY"] = System.IO.Path.Combine(_folder, "history");
        if (behave is not null) start.Environment["BEHAVE"] = behave;
        if (waits) start.Environment["MARKS"] = _folder;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Take;
        _process.ErrorDataReceived += Take;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Rondo.Tests.App", System.IO.Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), OperatingSystem.IsWindows() ? "Rondo.Tests.App.exe" : "Rondo.Tests.App"));

    private static bool InterruptsAreIgnored()
    {
        if (!OperatingSystem.IsLinux()) return false;
        var ignored = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("SigIgn:", StringComparison.Ordinal))["SigIgn:".Length..].Trim();
        return (ulong.Parse(ignored, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture) & 0b10) != 0;
    }

    public string Text
    {
        get
        {
            lock (_text) return _text.ToString();
        }
    }

    public int Id => _process.Id;

    public static App Start(string? behave, params string[] arguments) => new(behave, false, arguments);

    /// <summary>Starts it so that the tests of <c>Waiting</c> wait until <see cref="LetGo"/>.</summary>
    public static App StartWaiting(params string[] arguments) => new(null, true, arguments);

    public static async Task<(int ExitCode, string Text)> RunAsync(string? behave, params string[] arguments)
    {
        await using var app = Start(behave, arguments);
        return (await app.ExitAsync(), app.Text);
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>How many tests have said that they run.</summary>
    public int Running => Directory.GetFiles(_folder).Length;

    public void LetGo() => File.WriteAllText(System.IO.Path.Combine(_folder, "go"), "");

    public async Task UntilAsync(Func<bool> condition)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(from) > Patience) Assert.Fail("The condition did not come true. The program said:\n" + Text);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Take(object sender, DataReceivedEventArgs e)
    {
        if (e.Data is null) return;
        lock (_text) _text.AppendLine(e.Data);
    }
}
