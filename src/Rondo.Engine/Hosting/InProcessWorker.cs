using Rondo.Catalog;
using Rondo.Engine.Control;
using Rondo.Engine.Native;
using Rondo.Engine.Planning;
using Rondo.Engine.Wire;
using Rondo.Engine.Worker;
using Rondo.Loops;

namespace Rondo.Engine.Hosting;

/// <summary>A worker on the main thread of the controller's own process (<c>-n 0</c>, and under a debugger): the same session, over a link in memory.</summary>
internal sealed class InProcessStarter(TestCatalog catalog, string catalogIdentity, bool hostTalksBySockets) : IWorkerStarter
{
    public bool IsInProcess => true;

    public WorkerHandle Create(WorkerNumber number, string token, string mark)
    {
        // Before any user code: a test in virtual time that can never finish is not taken for one that waits for the host's connection.
        if (hostTalksBySockets) HostConnections.TakeAsGiven();
        return new InProcessWorker(number, token, mark, catalog, catalogIdentity);
    }

    public Task<IReadOnlyList<MarkedProcess>> EndLeftAsync(string mark, IReadOnlySet<int> except) => Task.Run(() => MarkedProcesses.End(mark, 0, except, TimeProvider.System));
}

internal sealed class InProcessWorker(WorkerNumber number, string token, string mark, TestCatalog catalog, string catalogIdentity) : WorkerHandle(number)
{
    private readonly CancellationTokenSource _over = new();
    private Task _serving = Task.CompletedTask;
    private string? _ancestry;

    public override int? ProcessId => null;

    // What this process writes goes where it goes; there is nobody to read it.
    public override string OutputTail => "";

    public override string ErrorTail => "";

    public override bool IsStopped => false;

    public override Task<IMessageLink> StartAsync(CancellationToken stop)
    {
        // For what tests start from here on. The process itself is not marked by that.
        _ancestry = Environment.GetEnvironmentVariable(MarkedProcesses.Variable);
        Environment.SetEnvironmentVariable(MarkedProcesses.Variable, MarkedProcesses.Inherited(mark));
        var (mine, theirs) = MemoryLink.Pair(Witness);
        _serving = MainThread.RunAsync(() => Serve(theirs));
        return Task.FromResult<IMessageLink>(mine);
    }

    /// <summary>Asks the worker to end; nothing can force it.</summary>
    public override void Kill() => _over.Cancel();

    public override async Task<WorkerEnd> EndedAsync()
    {
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Environment.SetEnvironmentVariable(MarkedProcesses.Variable, _ancestry);
        return WorkerEnd.Unknown;
    }

    private void Serve(MemoryLink link)
    {
        var host = LoopHost.ForThisThread();
        using var session = new WorkerSession(catalog, link, host);
        link.SendNow(new Message.Hello(token, Environment.ProcessId, catalogIdentity) { PumpThread = Environment.CurrentManagedThreadId, SyncThread = session.SyncThreadId });
        new Thread(() =>
        {
            while (link.Receive() is { } message) session.Hear(message);
        })
        { IsBackground = true, Name = "rondo link" }.Start();
        _ = session.RunAsync().ContinueWith(ended =>
        {
            if (ended.Exception?.InnerException is { } bug) link.SendNow(new Message.Note("This is a bug in Rondo: " + bug));
            if (session.HasSaidGoodbye || ended.IsFaulted) _over.Cancel();
        }, TaskScheduler.Default);
        try
        {
            host.Run(_over.Token);
        }
        catch (LoopException error)
        {
            // Refused: the host called RondoApplication.Run inside a callback of a pump, which cannot turn a second one meanwhile. Or the pump has died: every pending body was told, the session's own among them.
            link.SendNow(new Message.Note(error.Code == "RND3065" ? "This is a bug in Rondo: " + error.Message : error.Message));
        }
        finally
        {
            // Also when the pump has died: who waits at the other end must hear of it.
            link.Dispose();
        }
    }
}
