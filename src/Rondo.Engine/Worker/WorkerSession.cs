// A worker's whole life: takes the plan, runs what it is given, one case after the other or, where they overlap, many at once, tears down and ends.
using System.Runtime.ExceptionServices;
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
/// A case that has no neighbours is awaited before anything else begins. Those that overlap are begun a few at a time: between two lots everything else that is ready gets its turn, and how long that takes
/// says how late the loop is.
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
    // Few, because the loop is late by what it takes to begin them.
    private const int BegunAtOnce = 16;

    private static readonly TimeSpan s_lagIsMeasuredEvery = TimeSpan.FromMilliseconds(20);

    private readonly WorkQueue _work = new();
    private readonly NativeOutput _nativeOutput = new();
    private readonly LoopWindow _window = new();
    private readonly OpenWindows _open = new();
    private readonly HashSet<string> _lateOwners = new(StringComparer.Ordinal);
    private TaskCompletionSource? _somethingToDo;
    private Workbench? _bench;
    private FixtureTree? _tree;
    private RunFixtureHost? _runHost;
    private RowReader? _rows;
    private CaseRunner? _runner;
    private Plan? _plan;
    private FixtureEnds? _fixtureEnds;
    private OutputCapture? _capture;
    private volatile int _firstAttempt = 1;
    private Recycling? _recycling;
    private bool _isRetiring;
    private bool _isStuck;
    private bool _isLagWatched;
    private bool _isFlushPosted;
    private ExceptionDispatchInfo? _bug;

    // The ends of shared scopes that are torn down beside running cases: one after the other.
    private Task _closing = Task.CompletedTask;

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
                // One at a time, to a worker that runs nothing else.
                _firstAttempt = assign.Attempt;
                _work.Add(CaseList.OfNumbers(assign.Cases));
                break;
            case Message.Recall recall:
                Send(new Message.GaveBack(CaseList.NumbersOf(_work.GiveBack(CaseList.OfNumbers(recall.Cases)))));
                return;
            case Message.WritesNatively:
                _nativeOutput.IsKnown = true;
                return;
            case Message.AreYouThere question:
                Send(new Message.Here(question.Question, IsLoop: false) { Holder = _host.Heartbeat.LaneOwner ?? "" });
                break;
            case not (Message.CancelRunning or Message.SetUpRunFixture or Message.RunFixtureValue or Message.RunFixturesLost):
                _work.Add(message);
                break;
        }

        _lane.Post(_ => Take(message), null);
    }

    public void Dispose()
    {
        _capture?.Dispose();
        _bench?.Close();
        _host.LateWork -= HearLateWork;
        _syncThread.Dispose();
    }

    private void Take(Message message)
    {
        switch (message)
        {
            case Message.CancelRunning cancel:
                _runner?.StopAll(new Outcome.NotRun(cancel.Why));
                _runHost?.CancelSetUps();
                break;
            case Message.AreYouThere question:
                Send(new Message.Here(question.Question, IsLoop: true));
                break;
            // These three come while a case waits for them.
            case Message.SetUpRunFixture setUp:
                _ = SetUpRunFixtureAsync(setUp.Key);
                break;
            case Message.RunFixtureValue value:
                if (value.IsLost) RetireForHost();
                _tree!.TakeRunValue(value);
                break;
            case Message.RunFixturesLost lost:
                if (lost.IsLost) RetireForHost();
                _tree!.LoseRunValues(lost);
                break;
        }

        _somethingToDo?.TrySetResult();
    }

    private async Task SetUpRunFixtureAsync(string key)
    {
        try
        {
            await _runHost!.SetUpAsync(key);
        }
        catch (StuckException stuck)
        {
            TellStuck(stuck);
            _somethingToDo?.TrySetResult();
        }
        catch (Exception bug)
        {
            _bug ??= ExceptionDispatchInfo.Capture(bug);
            _somethingToDo?.TrySetResult();
        }
    }

    // What this worker made of the lost values, in wider fixtures and in statics, stays as it is: a new worker begins without.
    private void RetireForHost()
    {
        _runner!.Retire("the host of the run's fixtures died, and what this worker had made of their values is of no use any more");
        if (_runner.IsIdle && _open.Count == 0) RetireNow();
    }

    // Not within a class that has to stay whole: what it shares would be set up again elsewhere.
    private void Recycle(PlannedCase ended)
    {
        _recycling!.Finished(static () => Environment.WorkingSet);
        if (!_recycling.IsDue || (_work.Next is { } next && _plan![next].Test.Class == ended.Test.Class && WorkUnits.StaysWhole(ended.Test.Class, _plan, _catalog))) return;
        _runner!.Retire("");
    }

    private void RetireNow()
    {
        if (_runner!.RetireBecause is not { } why || _bench!.IsInProcess || _isRetiring) return;
        _isRetiring = true;
        _link.Send(new Message.GaveBack(CaseList.NumbersOf(_work.GiveBackAll())));
        _link.Send(new Message.Retiring(why));
        _link.Flush();
    }

    private void Send(Message message)
    {
        _link.Send(message);
        _link.Flush();
    }

    private async Task ServeAsync()
    {
        while (!_isStuck)
        {
            _bug?.Throw();
            while (_work.TryTakeOrder(out var order))
            {
                if (order is Message.Finish)
                {
                    await UntilNothingRunsAsync();
                    if (!_isStuck) await EndAsync();
                    return;
                }

                if (order is Message.ScopeOver or Message.FixturesOver && Busy > 0) _closing = CloseBesideAsync(order, _closing);
                else if (!await TryAsync(() => ObeyAsync(order))) return;
            }

            if (!_isRetiring && _work.TryTake(Busy, Allowed, out var index, out var window))
            {
                if (window > 1) await BeginAsync(index, window);
                else if (!await TryAsync(() => RunAsync(index))) return;
                continue;
            }

            _link.Flush();
            _somethingToDo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!HasSomethingToDo) await _somethingToDo.Task;
            _somethingToDo = null;
        }
    }

    // A scope that is being torn down counts: nothing that wants to be alone begins beside it.
    private int Busy => _open.Count + (_closing.IsCompleted ? 0 : 1);

    private int Allowed => Math.Min(_window.Allowed, _open.Narrowest);

    private bool HasSomethingToDo => _isStuck || _bug is not null || (_isRetiring ? _work.HasOrders : _work.HasSomethingFor(Busy, Allowed));

    private async Task UntilNothingRunsAsync()
    {
        while (Busy > 0 && !_isStuck && _bug is null)
        {
            _link.Flush();
            _somethingToDo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _somethingToDo.Task;
            _somethingToDo = null;
        }

        _bug?.Throw();
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
            TellStuck(stuck);
            return false;
        }
    }

    private void TellStuck(StuckException stuck)
    {
        // Cases that wait for one fixture are stuck in it together.
        if (_isStuck) return;
        _isStuck = true;
        var attempt = stuck.Attempt;
        Send(new Message.Stuck(attempt?.Case.Index.Value ?? -1, stuck.Failure, attempt?.Output.Out.ToString() ?? "", attempt?.Output.Error.ToString() ?? ""));
    }

    private async Task RunAsync(CaseIndex index, bool isAnnounced = false)
    {
        var planned = _plan![index];
        _link.Send(new Message.Finished(await _runner!.RunAsync(planned, isAnnounced, _firstAttempt)));
        if (_fixtureEnds?.Finished(planned) is { Count: > 0 } over)
        {
            // This worker had all cases that need them: the next one's values are made when these are gone.
            if (_open.Count == 0) await CloseFixturesAsync(planned.Test.Class.FullName, over);
            else _closing = CloseBesideAsync(new Message.FixturesOver(planned.Test.Class.FullName, over), _closing);
        }

        if (_recycling is not null) Recycle(planned);
        if (MemoryEnd.TakeWhetherUsedUp()) _runner.Retire("memory was refused, and what holds it still does");
        if (_runner.RetireBecause is not null && !_bench!.IsInProcess && !_isRetiring)
        {
            RetireNow();
        }
        else if (_open.Count > 0)
        {
            FlushSoon();
        }
        else if (!_work.HasWaiting)
        {
            _link.Flush();
        }
    }

    // ---- cases that overlap

    // Begins this one and a few more.
    private async Task BeginAsync(CaseIndex index, int window)
    {
        var lot = new List<PlannedCase>(BegunAtOnce);
        var windows = new List<int>(BegunAtOnce);
        do
        {
            lot.Add(_plan![index]);
            windows.Add(window);
            _open.Open(window);
            _runner!.Announce(_plan[index]);
        }
        while (lot.Count < BegunAtOnce && _work.TryTake(Busy, Allowed, out index, out window));

        // Before any code of theirs runs: who was running when a process died is known by what it had said.
        _link.Flush();
        for (var i = 0; i < lot.Count; i++) _ = RunBesideAsync(lot[i].Index, windows[i]);
        if (!_isLagWatched) _ = WatchLagAsync();

        var from = _bench!.Time.GetTimestamp();
        Observe(_bench.Time.GetElapsedTime(from, await TurnAsync()));
    }

    private async Task RunBesideAsync(CaseIndex index, int window)
    {
        try
        {
            await RunAsync(index, isAnnounced: true);
        }
        catch (StuckException stuck)
        {
            TellStuck(stuck);
        }
        catch (Exception bug)
        {
            _bug ??= ExceptionDispatchInfo.Capture(bug);
        }
        finally
        {
            _open.Close(window);
            _work.Free(index);
            _somethingToDo?.TrySetResult();
        }
    }

    private async Task CloseBesideAsync(Message over, Task before)
    {
        try
        {
            await before;
            await ObeyAsync(over);
        }
        catch (StuckException stuck)
        {
            TellStuck(stuck);
        }
        catch (Exception bug)
        {
            _bug ??= ExceptionDispatchInfo.Capture(bug);
        }
        finally
        {
            // Behind this method's end, which is what is waited for.
            _lane.Post(_ => _somethingToDo?.TrySetResult(), null);
        }
    }

    // Everything that is ready now has its turn; gives the moment behind it.
    private Task<long> TurnAsync()
    {
        var turned = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _lane.Post(_ => turned.SetResult(_bench!.Time.GetTimestamp()), null);
        return turned.Task;
    }

    private async Task WatchLagAsync()
    {
        _isLagWatched = true;
        _host.HeardLongCallback = _runner!.HearLongCallback;
        while (_open.Count > 0)
        {
            var from = _bench!.Time.GetTimestamp();
            await Task.Delay(s_lagIsMeasuredEvery, _bench.Time);
            Observe(_bench.Time.GetElapsedTime(from) - s_lagIsMeasuredEvery);
        }

        _host.HeardLongCallback = null;
        _isLagWatched = false;
    }

    private void Observe(TimeSpan lag)
    {
        _bench!.Lag.Add(_bench.Time.GetTimestamp(), lag);
        _window.Observe(lag, _open.Count);
        _somethingToDo?.TrySetResult();
    }

    // The results of one turn of the loop go together.
    private void FlushSoon()
    {
        if (_isFlushPosted) return;
        _isFlushPosted = true;
        _lane.Post(static self =>
        {
            ((WorkerSession)self!)._isFlushPosted = false;
            ((WorkerSession)self)._link.Flush();
        }, this);
    }

    private async Task ObeyAsync(Message order)
    {
        switch (order)
        {
            case Message.Welcome welcome:
                _bench = new Workbench(_host, _syncThread, welcome.Options, _loop.Clock, Send, _link.Send);
                _tree = new FixtureTree(_bench, _catalog);
                _runHost = new RunFixtureHost(_bench, _catalog, _tree);
                _rows = new RowReader(_bench, _catalog, _loop);
                _runner = new CaseRunner(_bench, _catalog, _tree, _rows, _nativeOutput);
                _capture = new OutputCapture(ownsProcess: !_bench.IsInProcess);
                _recycling = Recycling.Of(welcome.Options);
                if (welcome.Options.LoopDebug && !LoopDebug.TryTurnOn()) Send(new Message.Note("--loop-debug has no effect: this runtime keeps no list of suspended async methods."));
                if (!_bench.IsInProcess) MemoryEnd.Allow();
                StrayErrors.Install(HearStray);
                _host.LateWork += HearLateWork;
                _bench.Dispatchers.LateWork += HearLateWork;
                _bench.Dispatchers.Made = (type, thread) => Send(new Message.DispatcherMade(type, thread));
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
            case Message.FixturesOver over:
                await CloseFixturesAsync(over.Class, over.Fixtures);
                break;
            case Message.Unknown unknown:
                Send(new Message.Note($"This worker does not know the message '{unknown.Kind}' and went on without it."));
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: a worker cannot take {order.GetType().Name}.");
        }
    }

    private async Task CloseFixturesAsync(string className, IReadOnlyList<string> keys)
    {
        foreach (var error in await _tree!.CloseAsync(className, keys)) Send(new Message.TeardownFailed(error.Id, error.Failure));
        // As for a scope that is over.
        _bench!.Report(-1, WorkPhase.Body, "", TimeSpan.Zero);
    }

    private void AcceptPlan(Message.PlanCases cases)
    {
        try
        {
            _plan = CaseOverrides.Apply(PlanBuilder.FromEntries(_catalog, cases.Entries), _bench!.Options.Overrides);
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

        _fixtureEnds = FixtureEnds.Of(_plan, _catalog);
        var claims = ClaimBook.Of(_plan, _catalog);
        _work.Know(Overlap.WindowsOf(_plan, _bench!.Options.Concurrency is > 0 and var concurrency ? concurrency : null, claims), claims);
        _bench.Info = _bench.Info with { WorkerCount = cases.WorkerCount };
        if (!_bench.IsInProcess)
        {
            // For information, also to programs the tests start. What makes a process a worker is another variable, gone by now.
            Environment.SetEnvironmentVariable("RONDO_WORKER", _bench.Info.WorkerId);
            Environment.SetEnvironmentVariable("RONDO_WORKER_COUNT", Digits.Text(cases.WorkerCount));
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
                foreach (var error in await _runHost!.CloseAsync()) Send(new Message.TeardownFailed(error.Id, error.Failure));
                await _rows!.CloseAsync();
                await _bench!.Dispatchers.EndAsync(_bench);
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
