using System.Threading.Channels;
using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>A started worker, seen from the controller: a link, a way to end it, and the news of its end.</summary>
/// <remarks>Thread: any. Sending never blocks the caller: a writer of its own carries messages to the link.</remarks>
internal abstract class WorkerHandle(WorkerNumber number)
{
    // Less than the work a scheduler leaves a worker with before it gives more.
    private static readonly TimeSpan s_lotsAreApart = TimeSpan.FromMilliseconds(4);
    private const int HearersStack = 256 * 1024;

    private readonly Channel<Message> _outgoing = Channel.CreateUnbounded<Message>(new UnboundedChannelOptions { SingleReader = true });

    private readonly WorkAhead _ahead = new();

    public WorkerNumber Number { get; } = number;

    /// <summary>Null in process, and before the process started.</summary>
    public abstract int? ProcessId { get; }

    /// <summary>What the worker wrote to its own stdout past the engine, and no case was given: both ends, bounded.</summary>
    public abstract string OutputTail { get; }

    public abstract string ErrorTail { get; }

    /// <summary>Says whom to tell, on any thread, when the worker has written to its own stdout or stderr. Before it is started.</summary>
    /// <param name="isLive">Also keep it for <see cref="TakeLive"/>.</param>
    public virtual void HearOutput(Action heard, bool isLive)
    {
    }

    /// <summary>Takes what it wrote there since the last time, in the order in which it was read; it stays where it is for everybody else.</summary>
    public virtual IReadOnlyList<(bool IsError, string Text)> TakeLive() => [];

    /// <summary>Takes what it wrote there, as far as it was read between two moments (timestamps of the system).</summary>
    public virtual (string Output, string ErrorOutput) TakeOutput(long from, long until) => ("", "");

    /// <summary>True while the system has the process stopped (SIGSTOP, Ctrl-Z): its time does not count.</summary>
    public abstract bool IsStopped { get; }

    /// <summary>Hears what a worker in this process says before its code goes on; set before it is started. Nothing for a worker with a process of its own, whose messages outlive it.</summary>
    public Action<IReadOnlyList<Message>>? Witness { get; set; }

    /// <summary>Starts the worker and waits until it connects.</summary>
    /// <exception cref="WorkerStartException">RND4010: it could not be started, or did not connect in time.</exception>
    public abstract Task<IMessageLink> StartAsync(CancellationToken stop);

    /// <summary>Asks the process to end: handlers of its end run, and what it started gets its own moment afterwards. Harmless when it is gone.</summary>
    public virtual void Terminate() => Send(new Message.EndProcess());

    /// <summary>Ends the process and everything in its group, at once. Harmless when it is gone.</summary>
    public abstract void Kill();

    /// <summary>Completes when the worker's process is gone and what it wrote was read, as far as that can be waited for.</summary>
    public abstract Task<WorkerEnd> EndedAsync();

    /// <summary>Ends what the worker's tests started and left running. After <see cref="EndedAsync"/>; completes in about a second, and never throws.</summary>
    /// <returns>What was found.</returns>
    public virtual Task<IReadOnlyList<MarkedProcess>> EndLeftAsync() => Task.FromResult<IReadOnlyList<MarkedProcess>>([]);

    public void Send(Message message)
    {
        // First: its answer may be heard before this returns.
        if (message is Message.Assign assign) _ahead.Give(assign.Cases.Count);
        _outgoing.Writer.TryWrite(message);
    }

    /// <summary>
    /// Hears the link until its end, on a thread of its own: at once after a silence, then in lots. A worker with short tests has something to say all the time, and to wake half a dozen threads for each of its words would cost
    /// more than the tests do. A worker that has nothing left is heard at once: it waits for an answer.
    /// </summary>
    /// <param name="link">Of <see cref="StartAsync"/>.</param>
    /// <param name="hear">Takes a lot; false if it has no room now.</param>
    /// <param name="ended">Called once behind the last lot, with what was wrong with the link, or null.</param>
    public virtual void Listen(IMessageLink link, Func<IReadOnlyList<Message>, bool> hear, Action<string?> ended) =>
        new Thread(() => HearAll(link, hear, ended), HearersStack) { IsBackground = true, Name = $"rondo hears {Number}" }.Start();

    private void HearAll(IMessageLink link, Func<IReadOnlyList<Message>, bool> hear, Action<string?> ended)
    {
        using var pause = new ManualResetEvent(false);
        string? fault = null;
        try
        {
            while (link.ReceiveLot() is { } lot)
            {
                while (!hear(lot)) pause.WaitOne(s_lotsAreApart);
                if (_ahead.HasMoreToSayAfter(lot)) pause.WaitOne(s_lotsAreApart);
            }
        }
        catch (Exception error)
        {
            fault = error.Message;
        }

        ended(fault);
    }

    /// <summary>Carries messages to the link until it is dead or the worker is disposed of.</summary>
    public async Task WriteToAsync(IMessageLink link)
    {
        while (await _outgoing.Reader.WaitToReadAsync())
        {
            while (_outgoing.Reader.TryRead(out var message)) link.Send(message);
            link.Flush();
        }
    }

    public void CloseOutgoing() => _outgoing.Writer.TryComplete();
}

/// <summary>How a worker's process ended.</summary>
/// <param name="ExitCode">Null if it was not a process or nobody knows.</param>
/// <param name="Signal">The signal that ended it; null if none did.</param>
internal sealed record WorkerEnd(int? ExitCode, int? Signal)
{
    /// <summary>Nothing is known.</summary>
    public static WorkerEnd Unknown { get; } = new(null, null);

    /// <summary>What shows that the system ended it because memory was used up, to stand in a sentence; null if nothing shows that.</summary>
    public string? OutOfMemory { get; init; }

    public override string ToString() => this switch
    {
        { Signal: { } signal } => $"was ended by signal {signal} ({SignalName(signal)})",
        { ExitCode: { } code } => $"ended by itself with exit code {code}",
        _ => "ended in a way the system does not tell",
    };

    /// <summary>Somebody killed it, or the system did for want of memory: no process does that to itself while it starts.</summary>
    public bool IsFromOutside => Signal is 9 or 15 || WasOnlyAsked;

    /// <summary>Somebody asked all processes of the run what they do, and this one did not know the question yet.</summary>
    public bool WasOnlyAsked => Signal is { } signal && signal == Native.Posix.SigUsr1;

    private static string SignalName(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        _ when signal == Native.Posix.SigUsr1 => "SIGUSR1",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => "see 'kill -l'",
    };
}

/// <summary>A worker could not be started.</summary>
internal sealed class WorkerStartException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How the process ended, by itself or from outside, before it could connect; null if that is not what happened.</summary>
    public WorkerEnd? End { get; init; }
}

/// <summary>Makes workers. The controller does not know of which kind.</summary>
internal interface IWorkerStarter
{
    /// <summary>True: the worker lives in the controller's own process and cannot be killed.</summary>
    bool IsInProcess { get; }

    /// <param name="mark">Stands in the environment of everything the worker starts; see <see cref="MarkedProcesses"/>.</param>
    WorkerHandle Create(WorkerNumber number, string token, string mark);

    /// <summary>At the end of the run: ends whatever still has a mark of it.</summary>
    /// <param name="mark">The beginning of the run's marks.</param>
    /// <param name="except">Workers that cannot be ended.</param>
    Task<IReadOnlyList<MarkedProcess>> EndLeftAsync(string mark, IReadOnlySet<int> except);
}
