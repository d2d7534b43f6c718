// The only place that starts and ends processes of workers.
using System.Diagnostics;
using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>Starts this same program again as a worker.</summary>
internal sealed class ProcessStarter(TimeProvider time) : IWorkerStarter
{
    /// <summary>How long a worker may take from its start to its first message.</summary>
    public static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(30);

    public bool IsInProcess => false;

    public WorkerHandle Create(WorkerNumber number, string token, string mark) => new ProcessWorker(number, token, mark, time);

    public Task<IReadOnlyList<MarkedProcess>> EndLeftAsync(string mark, IReadOnlySet<int> except) => Task.Run(() => MarkedProcesses.End(mark, 0, except, time));

    /// <summary>The command that starts this program: its own executable, or the dotnet host with the program's assembly.</summary>
    internal static ProcessStartInfo OwnCommand()
    {
        var program = Environment.ProcessPath ?? throw new WorkerStartException("The path of the running program is not known on this system, so no worker can be started. Run with -n 0. [RND4010]");
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        return start;
    }
}

internal sealed class ProcessWorker(WorkerNumber number, string token, string mark, TimeProvider time) : WorkerHandle(number)
{
    // A child of the test may hold the worker's pipes open for ever; nobody waits for that.
    private static readonly TimeSpan s_pipesMayStayOpen = TimeSpan.FromMilliseconds(300);

    private readonly WorkerOutput _output = new(time);
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private Task<IReadOnlyList<MarkedProcess>>? _endingLeft;
    private MemoryWatch? _memory;

    public override int? ProcessId => _process?.Id;

    public override string OutputTail => _output.Out.ToString();

    public override string ErrorTail => _output.Error.ToString();

    public override void HearOutput(Action heard, bool isLive) => (_output.Heard, _output.IsLive) = (heard, isLive);

    public override IReadOnlyList<(bool IsError, string Text)> TakeLive() => _output.TakeLive();

    public override (string Output, string ErrorOutput) TakeOutput(long from, long until) => _output.Take(from, until);

    public override bool IsStopped
    {
        get
        {
            if (!OperatingSystem.IsLinux() || _process is not { } process) return false;
            try
            {
                var stat = File.ReadAllText($"/proc/{process.Id}/stat");
                var state = stat[(stat.LastIndexOf(')') + 2)..][0];
                return state is 'T' or 't';
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                return false;
            }
        }
    }

    public override async Task<IMessageLink> StartAsync(CancellationToken stop)
    {
        using var listener = WorkerListener.Create();
        var start = ProcessStarter.OwnCommand();
        start.Environment["RONDO_CHANNEL"] = token + "|" + listener.Address;
        start.Environment[MarkedProcesses.Variable] = MarkedProcesses.Inherited(mark);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Exception error)
        {
            throw new WorkerStartException($"Worker {Number} could not be started ('{start.FileName}'): {error.Message} Lower -n, or run with -n 0. [RND4010]", error);
        }

        _process.StandardInput.Close();
        _memory = MemoryKills.OfThisSystem.Watch(_process.Id);
        _reading = ReadOutputAsync(_process);
        using var early = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var accepted = listener.AcceptAsync(ProcessStarter.HandshakeLimit, time, early.Token);
        if (await Task.WhenAny(accepted, WaitForExitOnly(_process)).ConfigureAwait(false) == accepted) return await accepted.ConfigureAwait(false);
        if (accepted.IsCompletedSuccessfully) return await accepted.ConfigureAwait(false);
        await early.CancelAsync().ConfigureAwait(false);
        var end = await EndedAsync().ConfigureAwait(false);
        throw new WorkerStartException($"Worker {Number} (process {ProcessId}) {end} before it could connect, so before it was ready. {Blame.NoCasePays} {Blame.ExplainEarly(end, ErrorTail)} What it wrote: {Text.Indented(ErrorTail.Length > 0 ? ErrorTail : OutputTail)} [RND4011]") { End = end };
    }

    public override void Listen(IMessageLink link, Func<IReadOnlyList<Message>, bool> hear, Action<string?> ended) => base.Listen(link, hear, fault =>
    {
        ended(fault);
        // A run may have thousands of workers, one after the other: none keeps a handle of this process. Where the link is at fault the worker is ended first.
        CloseOutgoing();
        if (fault is null) link.Dispose();
    });

    public override void Kill()
    {
        if (_process is not { } process) return;
        // The worker leads a group of its own with everything it started; before it could become leader, killing it alone is right.
        Posix.SignalGroup(process.Id, Posix.SigKill);
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // Gone already, or not ours any more.
        }
    }

    public override async Task<WorkerEnd> EndedAsync()
    {
        if (_process is not { } process) return WorkerEnd.Unknown;
        // WaitForExitAsync would also wait for the pipes' ends, which a child of a test can hold; the exit itself is what counts.
        await WaitForExitOnly(process).ConfigureAwait(false);
        // Whatever the worker started and left behind goes with it. Nobody waits for that here; where /proc does not tell, the group is all that is known.
        _endingLeft ??= Task.Run(() => MarkedProcesses.End(mark, process.Id, new HashSet<int>(), time));
        await _reading.WaitAsync(s_pipesMayStayOpen, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!OperatingSystem.IsLinux()) Posix.SignalGroup(process.Id, Posix.SigKill);
        var code = process.ExitCode;
        if (OperatingSystem.IsWindows() || code <= 128) return new WorkerEnd(code, null);
        return new WorkerEnd(code, code - 128) { OutOfMemory = _memory is null || code - 128 != Posix.SigKill ? null : MemoryKills.OfThisSystem.Explain(_memory) };
    }

    public override Task<IReadOnlyList<MarkedProcess>> EndLeftAsync() => _endingLeft ?? base.EndLeftAsync();

    // A child that outlives the worker may keep the pipes open, and somebody reads them as long.
    private async Task ReadOutputAsync(Process process)
    {
        await _output.ReadAsync(process).ConfigureAwait(false);
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
    }

    private static Task WaitForExitOnly(Process process)
    {
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => exited.TrySetResult();
        if (process.HasExited) exited.TrySetResult();
        return exited.Task;
    }
}
