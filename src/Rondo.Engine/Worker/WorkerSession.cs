// A worker's whole life: takes the plan, runs what it is given, one case after the other, tears down and ends.
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <remarks>
/// Two threads: the engine's lane on the pump runs everything; whoever reads the link calls <see cref="Hear"/>. Assignments and recalls go through
/// <see cref="WorkQueue"/>, so that work can be taken back while a test blocks the pump; everything else waits for its turn between cases.
/// </remarks>
internal sealed class WorkerSession : IDisposable
{
    private static readonly TimeSpan s_flushLimit = TimeSpan.FromSeconds(1);

    private readonly TestCatalog _catalog;
    private readonly IMessageLink _link;
    private readonly LoopHost _host;
    private readonly SyncThread _syncThread = new();
    private readonly EventLoop _loop;
    private readonly LoopLane _lane;
    private readonly WorkQueue _work = new();
    private readonly HashSet<string> _lateOwners = new(StringComparer.Ordinal);
    private TaskCompletionSource? _somethingToDo;
    private Workbench? _bench;
    private FixtureTree? _tree;
    private RowReader? _rows;
    private CaseRunner? _runner;
    private Plan? _plan;
    private OutputCapture? _capture;
    private bool _isRetiring;

    public WorkerSession(TestCatalog catalog, IMessageLink link, LoopHost host)
    {
        (_catalog, _link, _host) = (catalog, link, host);
        _loop = EventLoop.Create(new EventLoopOptions { Name = "rondo", Owner = "rondo", Host = host, BlockingWaits = BlockingWaits.Allow, IsSupervisor = true });
        _lane = _loop.OpenLane("rondo", BlockingWaits.Allow);
    }

    public int SyncThreadId => _syncThread.ManagedThreadId;

    /// <summary>True after <see cref="Message.Goodbye"/> was sent: from here on the end of the link is no accident.</summary>
    public bool HasSaidGoodbye { get; private set; }

    /// <summary>Runs until the controller says Finish. Callable from any thread; the work is done on the host's pump.</summary>
    public Task RunAsync() => _lane.RunAsync(ServeAsync);

    /// <summary>Takes a message. Called by whoever reads the link, in order.</summary>
    public void Hear(Message message)
    {
        switch (message)
        {
            case Message.Assign assign:
                _work.Add(CaseList.OfNumbers(assign.Cases));
                break;
            case Message.Recall recall:
                Send(new Message.GaveBack(CaseList.NumbersOf(_work.GiveBack(CaseList.OfNumbers(recall.Cases)))));
                return;
            case Message.AreYouThere question:
                Send(new Message.Here(question.Question, IsLoop: false));
                break;
            case not Message.CancelRunning:
                _work.Add(message);
                break;
        }

        _lane.Post(_ => Take(message), null);
    }

    public void Dispose()
    {
        _capture?.Dispose();
        _host.LateWork -= HearLateWork;
        _syncThread.Dispose();
    }

    private void Take(Message message)
    {
        if (message is Message.CancelRunning cancel) _runner?.Current?.Stop(new Outcome.NotRun(cancel.Why));
        else if (message is Message.AreYouThere question) Send(new Message.Here(question.Question, IsLoop: true));
        _somethingToDo?.TrySetResult();
    }

    private void Send(Message message)
    {
        _link.Send(message);
        _link.Flush();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            while (_work.TryTakeOrder(out var order))
            {
                if (order is Message.Finish)
                {
                    await EndAsync();
                    return;
                }

                if (!await TryAsync(() => ObeyAsync(order))) return;
            }

            if (!_isRetiring && _work.TryTake(out var index))
            {
                if (!await TryAsync(() => RunAsync(index))) return;
                continue;
            }

            _link.Flush();
            _somethingToDo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_isRetiring ? !_work.HasOrders : _work.IsEmpty) await _somethingToDo.Task;
            _somethingToDo = null;
        }
    }

    // False: user code is stuck and this worker waits for its end.
    private async Task<bool> TryAsync(Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (StuckException stuck)
        {
            var attempt = _runner?.Current;
            Send(new Message.Stuck(attempt?.Case.Index.Value ?? -1, stuck.Failure, attempt?.Output.Out.ToString() ?? "", attempt?.Output.Error.ToString() ?? ""));
            return false;
        }
    }

    private async Task RunAsync(CaseIndex index)
    {
        _link.Send(new Message.Finished(await _runner!.RunAsync(_plan![index])));
        if (_runner.RetireBecause is { } why && !_bench!.IsInProcess)
        {
            _isRetiring = true;
            _link.Send(new Message.GaveBack(CaseList.NumbersOf(_work.GiveBackAll())));
            _link.Send(new Message.Retiring(why));
            _link.Flush();
        }
        else if (!_work.HasWaiting)
        {
            _link.Flush();
        }
    }

    private async Task ObeyAsync(Message order)
    {
        switch (order)
        {
            case Message.Welcome welcome:
                _bench = new Workbench(_host, _syncThread, welcome.Options, _loop.Clock, Send);
                _tree = new FixtureTree(_bench, _catalog);
                _rows = new RowReader(_bench, _catalog, _loop);
                _runner = new CaseRunner(_bench, _catalog, _tree, _rows);
                _capture = new OutputCapture();
                if (welcome.Options.LoopDebug && !LoopDebug.TryTurnOn()) Send(new Message.Note("--loop-debug has no effect: this runtime keeps no list of suspended async methods."));
                StrayErrors.Install(HearStray);
                _host.LateWork += HearLateWork;
                break;
            case Message.ReadRows read:
                for (var i = 0; i < read.Classes.Count; i++)
                    Send(await _rows!.ReadAllAsync(new TestNumber(read.Classes[i], read.Methods[i])));
                break;
            case Message.PlanCases cases:
                AcceptPlan(cases);
                break;
            case Message.ScopeOver over:
                foreach (var error in await _tree!.CloseAsync(over.Scope, over.Name)) Send(new Message.TeardownFailed(error.Id, error.Failure));
                // Without this the controller would hold an idle worker to the limit of its last teardown, and blame that one for what comes later.
                _bench!.Report(-1, WorkPhase.Body, "", TimeSpan.Zero);
                break;
            case Message.Unknown unknown:
                Send(new Message.Note($"This worker does not know the message '{unknown.Kind}' and went on without it."));
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: a worker cannot take {order.GetType().Name}.");
        }
    }

    private void AcceptPlan(Message.PlanCases cases)
    {
        try
        {
            _plan = PlanBuilder.FromEntries(_catalog, cases.Entries);
        }
        catch (PlanMismatchException mismatch)
        {
            Send(new Message.PlanRefused(mismatch.Message));
            return;
        }

        if (_plan.Hash != cases.Hash)
        {
            Send(new Message.PlanRefused($"The plan has the hash {cases.Hash} in the controller and {_plan.Hash} in this worker."));
            return;
        }

        foreach (var entry in cases.Entries)
        {
            if (entry.Row is { } row) _rows!.Expect(new TestNumber(entry.Class, entry.Method), entry.RowNumber, row);
        }

        _bench!.Info = _bench.Info with { WorkerCount = cases.WorkerCount };
        if (!_bench.IsInProcess)
        {
            // For information, also to programs the tests start. What makes a process a worker is another variable, gone by now.
            Environment.SetEnvironmentVariable("RONDO_WORKER", _bench.Info.WorkerId);
            Environment.SetEnvironmentVariable("RONDO_WORKER_COUNT", cases.WorkerCount.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Environment.SetEnvironmentVariable("RONDO_RUN_ID", _bench.Info.RunId);
        }

        Send(new Message.PlanAccepted());
    }

    private async Task EndAsync()
    {
        if (_tree is not null)
        {
            await TryAsync(async () =>
            {
                foreach (var error in await _tree.CloseAllAsync()) Send(new Message.TeardownFailed(error.Id, error.Failure));
                await _rows!.CloseAsync();
                await StrayErrors.FlushAsync().EndsWithinAsync(s_flushLimit, _bench!.Time);
            });
        }

        HasSaidGoodbye = true;
        Send(new Message.Goodbye());
    }

    // Any thread. An attempt that is still running fails with it; one that was reported already cannot change, so the error stands on its own.
    private void HearStray(object? owner, Failure failure)
    {
        if (owner is Attempt running && running.TryAddStray(failure)) return;
        var whose = owner switch { Attempt over => over.Case.Id + ".", string fixture => fixture + ".", _ => "" };
        Send(new Message.TeardownFailed(whose + "stray", failure));
    }

    // On the pool, under the context of whoever resumed it. Work that outlived its lane goes on there; what it throws belongs to somebody who was reported already. That it went on is
    // told once for each owner.
    private void HearLateWork(LateWork late)
    {
        var charged = LaneOwners.Charged(late.LaneOwner);
        if (late.Exception is { } error)
        {
            var failure = SafeText.OfException(error);
            Send(new Message.TeardownFailed(charged + ".stray", failure with { Message = $"An exception left {late.What} after its owner had ended: {failure.Message}" }));
            return;
        }

        if (_bench?.Options.Leaks is null or "off") return;
        lock (_lateOwners)
        {
            if (!_lateOwners.Add(late.LaneOwner)) return;
        }

        var text = LateWorkText.Of(late, charged);
        if (_bench.Options.Leaks == "fail") Send(new Message.TeardownFailed(charged + ".leak", new Failure("Leak", text + " [RND3041]", null)));
        else Send(new Message.Note(text + " (a leak; --leaks fail makes it a failure, --leaks off is silent)"));
    }
}
