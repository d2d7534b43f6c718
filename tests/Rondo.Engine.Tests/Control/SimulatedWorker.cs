// A worker without a process: it speaks the wire's messages as WorkerSession does, and fails in every way a process can.
using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Tests.Control;

/// <summary>What a case does to its worker.</summary>
public enum Act
{
    Pass,
    Fail,

    /// <summary>Ends without ever having been reported as working, as skipped cases do.</summary>
    PassUnannounced,
    DieInSetup,
    DieInBody,
    DieInTeardown,

    /// <summary>Finishes, and takes its worker along before the next case.</summary>
    PassThenDie,

    /// <summary>Closes handles it did not open: the link ends, the process stays.</summary>
    CloseHandles,

    /// <summary>Says nothing more: its loop thread is blocked for good.</summary>
    Silent,

    /// <summary>Its loop thread is blocked past its limit, then it passes after all.</summary>
    SilentForAWhile,

    /// <summary>Its whole process gets no processor past its limit, then it passes after all.</summary>
    StarvedForAWhile,

    /// <summary>Its loop turns, and still it never ends nor is it reported.</summary>
    ForgetsItsLimit,

    /// <summary>The worker itself reports that the case does not end.</summary>
    Stuck,
    StuckInSetup,
    PassThenRetire,
    FinishTwice,

    /// <summary>Its first attempt fails, its second passes.</summary>
    FailThenPass,

    /// <summary>Its second attempt takes the worker along.</summary>
    FailThenDie,

    /// <summary>Its second attempt never ends, and the worker says so.</summary>
    FailThenStuck,
}

/// <summary>What a worker does on its own, whatever it runs.</summary>
public enum Fate
{
    Lives,
    CannotStart,
    NeverConnects,
    DiesBeforeHello,

    /// <summary>Somebody asked all processes what they do (SIGUSR1) before this one could hear it.</summary>
    AskedBeforeHello,
    KilledBeforeHello,
    SilentBeforeHello,
    DiesAfterHello,
    SilentAfterHello,
    ClosesLinkAfterHello,
    DiesWhileReadingRows,
    SilentWhileReadingRows,
    DiesOnThePlan,
    SilentOnThePlan,
    DiesWhenTold,
    SilentInTeardown,
    DiesInTeardown,
    FailsInTeardown,
    StaysAfterGoodbye,
    DiesAfterGoodbye,
}

/// <summary>How the end of a process reaches its controller.</summary>
public enum Passing
{
    LinkFirst,
    ProcessFirst,

    /// <summary>A child holds the link open.</summary>
    LinkStaysOpen,
}

internal sealed record WorkerScript
{
    public Fate Fate { get; init; }

    public Passing Passing { get; init; }

    public int StartMs { get; init; } = 20;

    /// <summary>From its death to each half of the news of it.</summary>
    public int NewsMs { get; init; } = 5;

    /// <summary>It does not end when it is asked to.</summary>
    public bool IsDeafToTerm { get; init; }

    /// <summary>The system does not end it, whoever asks (uninterruptible sleep).</summary>
    public bool CannotBeKilled { get; init; }

    /// <summary>It answers a recall only between cases.</summary>
    public bool AnswersLate { get; init; }

    /// <summary>A host of the run's fixtures dies so long after it set one up; 0: never.</summary>
    public int HostDiesAfterMs { get; init; }

    /// <summary>From and to which moment the system has it stopped.</summary>
    public (int FromMs, int ToMs) Stopped { get; init; }
}

internal sealed class SimulatedWorker(WorkerNumber number, string token, Simulation world, WorkerScript script) : WorkerHandle(number)
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _death = new();
    private readonly TaskCompletionSource<WorkerEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LinkedList<int> _queue = [];
    private readonly Queue<Message> _orders = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SimulatedLink? _link;
    private bool _isRetiring;
    private bool _isCut;
    private volatile bool _loopIsHeld;
    private int _holder = -1;
    private int _attempt = 1;
    private int _most = 1;
    private int _concurrency;
    private TaskCompletionSource _loopIsFree = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<int> _running = [];
    private readonly Dictionary<string, TaskCompletionSource<Message.RunFixtureValue>> _values = [];
    private readonly Dictionary<string, Failure> _lost = [];
    private volatile bool _isStarved;
    private volatile bool _isAskedToEnd;

    public override int? ProcessId => 1000 + Number.Value;

    public override string OutputTail => "";

    public override string ErrorTail => "";

    public override bool IsStopped => world.Time.Now.TotalMilliseconds >= script.Stopped.FromMs && world.Time.Now.TotalMilliseconds < script.Stopped.ToMs;

    /// <summary>It died, or closed its channel, before anybody told it to: the run cannot be green.</summary>
    public bool EndedEarly { get; private set; }

    public bool HasStarted { get; private set; }

    /// <summary>Its process is gone, by itself or because it was killed.</summary>
    public bool IsGone { get; private set; }

    public bool WasKilled { get; private set; }

    public WorkerScript Script => script;

    public override async Task<IMessageLink> StartAsync(CancellationToken stop)
    {
        await Delay(script.StartMs).ConfigureAwait(false);
        if (script.Fate == Fate.CannotStart) throw new WorkerStartException($"Worker {Number} could not be started.");
        HasStarted = true;
        if (script.Fate == Fate.NeverConnects)
        {
            // As a real starter: it waits for a connection, but not for ever, and leaves the process to its controller.
            await Task.Delay(ProcessStarter.HandshakeLimit, world.Time, CancellationToken.None).ConfigureAwait(false);
            throw WireException.NobodyConnected("here", ProcessStarter.HandshakeLimit);
        }

        if (script.Fate is Fate.DiesBeforeHello or Fate.KilledBeforeHello or Fate.AskedBeforeHello)
        {
            EndedEarly = IsGone = true;
            var end = script.Fate == Fate.DiesBeforeHello ? new WorkerEnd(1, null) : new WorkerEnd(null, script.Fate == Fate.KilledBeforeHello ? 9 : Rondo.Engine.Native.Posix.SigUsr1);
            throw new WorkerStartException($"Worker {Number} {end} before it could connect.") { End = end };
        }

        var (mine, theirs) = SimulatedLink.Pair();
        _link = theirs;
        _ = Task.Run(LiveAsync, CancellationToken.None);
        return mine;
    }

    // On the pool, whose quiet lets the clock move.
    public override void Listen(IMessageLink link, Func<IReadOnlyList<Message>, bool> hear, Action<string?> ended) => Task.Run(async () =>
    {
        while (await ((SimulatedLink)link).ReceiveAsync().ConfigureAwait(false) is { } message) Assert.IsTrue(hear([message]), "A simulated run has fewer events at a time than a controller takes.");
        ended(null);
    });

    /// <summary>How it was told to end, in order.</summary>
    public List<string> Ends { get; } = [];

    /// <summary>It was asked to end, and what it begins from here on is cut off.</summary>
    public bool IsAskedToEnd => _isAskedToEnd;

    public override void Terminate()
    {
        Ends.Add("terminate");
        _isAskedToEnd = true;
        world.AskedToEnd(this);
        if (!HasStarted || script.IsDeafToTerm || script.CannotBeKilled) return;
        WasKilled = true;
        Die(new WorkerEnd(143, 15));
    }

    public override void Kill()
    {
        Ends.Add("kill");
        if (!HasStarted) return; // As for a process: there is nothing to kill yet.
        WasKilled = true;
        if (script.CannotBeKilled)
        {
            // Asleep in the kernel: it does nothing more, and is not gone.
            _death.Cancel();
            world.Dies(this);
        }
        else Die(new WorkerEnd(137, 9));
    }

    public override Task<WorkerEnd> EndedAsync() => _ended.Task;

    private async Task LiveAsync()
    {
        try
        {
            if (script.Fate == Fate.SilentBeforeHello) await ForEver().ConfigureAwait(false);
            Say(new Message.Hello(token, ProcessId!.Value, "sim") { PumpThread = 1, SyncThread = 2 });
            if (script.Fate == Fate.DiesAfterHello) await DieHereAsync().ConfigureAwait(false);
            if (script.Fate == Fate.SilentAfterHello) await ForEver().ConfigureAwait(false);
            if (script.Fate == Fate.ClosesLinkAfterHello) await CloseHandlesAsync().ConfigureAwait(false);
            _ = Task.Run(ReadAsync, CancellationToken.None);
            await ServeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Dead.
        }
    }

    private async Task ReadAsync()
    {
        while (await _link!.ReceiveAsync().ConfigureAwait(false) is { } message)
        {
            if (_death.IsCancellationRequested) return;
            lock (_gate)
            {
                switch (message)
                {
                    case Message.Assign assign:
                        _attempt = assign.Attempt;
                        foreach (var index in assign.Cases) _queue.AddLast(index);
                        break;
                    case Message.Recall recall when !script.AnswersLate:
                        GiveBack(recall);
                        continue;
                    case Message.AreYouThere(var question):
                        if (_isStarved) continue;
                        Say(new Message.Here(question, IsLoop: false) { Holder = _loopIsHeld ? world.IdOf(_holder) : "" });
                        if (!_loopIsHeld) Say(new Message.Here(question, IsLoop: true));
                        continue;
                    case Message.CancelRunning cancel:
                        Cancelled ??= cancel.Why;
                        break;
                    case Message.RunFixtureValue value:
                        _values[value.Key].TrySetResult(value);
                        if (value.IsLost) Retire();
                        continue;
                    case Message.RunFixturesLost lost:
                        foreach (var key in lost.Keys) _lost[key] = lost.Failure;
                        if (lost.IsLost) Retire();
                        break;
                    default:
                        _orders.Enqueue(message);
                        break;
                }

                _news.TrySetResult();
            }
        }
    }

    private void Retire()
    {
        if (_isRetiring) return;
        _isRetiring = true;
        Say(new Message.GaveBack([.. _queue]));
        _queue.Clear();
        Say(new Message.Retiring("its values are lost"));
    }

    // Why the case cannot run; null when the value is there.
    private async Task<Failure?> FixtureOfRunAsync(int index, string key)
    {
        TaskCompletionSource<Message.RunFixtureValue>? answer;
        lock (_gate)
        {
            if (!_values.TryGetValue(key, out answer))
            {
                _values.Add(key, answer = new TaskCompletionSource<Message.RunFixtureValue>(TaskCreationOptions.RunContinuationsAsynchronously));
                Say(new Message.NeedRunFixture(key));
            }

            Say(new Message.Working(index, WorkPhase.Setup, key, 0));
        }

        var value = await answer.Task.WaitAsync(_death.Token).ConfigureAwait(false);
        return value.Failure;
    }

    private async Task HoldAsync(string key)
    {
        world.SetUps.Add((Number, key));
        Say(new Message.Working(-1, WorkPhase.Setup, key, 1000));
        await Delay(50).ConfigureAwait(false);
        if (script.Fate == Fate.DiesWhileReadingRows) await DieHereAsync().ConfigureAwait(false);
        if (script.Fate == Fate.SilentWhileReadingRows) await ForEver().ConfigureAwait(false);
        Say(new Message.RunFixtureReady(key, "value", script.Fate == Fate.FailsInTeardown ? new Failure("X", "no", null) : null, null));
        Say(new Message.Working(-1, WorkPhase.Body, "", 0));
        if (script.HostDiesAfterMs == 0) return;
        _ = DieLaterAsync();

        async Task DieLaterAsync()
        {
            await Task.Delay(TimeSpan.FromMilliseconds(script.HostDiesAfterMs), world.Time, CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                if (IsGone || _death.IsCancellationRequested || _isEnding) return;
                EndedEarly = true;
            }

            Die(new WorkerEnd(137, 9));
        }
    }

    private bool _isEnding;

    private string? Cancelled { get; set; }

    private void GiveBack(Message.Recall recall)
    {
        List<int> given;
        lock (_gate)
        {
            given = [.. _queue.Where(recall.Cases.Contains)];
            foreach (var index in given) _queue.Remove(index);
            Say(new Message.GaveBack(given));
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            Message? order;
            int? next = null;
            Task news;
            lock (_gate)
            {
                if (_news.Task.IsCompleted) _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                news = _news.Task;
                // A loop that is held takes nothing.
                order = null;
                if (!_loopIsHeld && !_orders.TryDequeue(out order) && !_isRetiring) next = TakeNext();
            }

            if (order is Message.Finish)
            {
                while (IsBusy) await NextNewsAsync().ConfigureAwait(false);
                await EndAsync().ConfigureAwait(false);
                return;
            }

            if (order is not null) await ObeyAsync(order).ConfigureAwait(false);
            else if (next is { } index)
            {
                lock (_gate) _running.Add(index);
                var run = RunAndForgetAsync(index);
                if (WindowOf(index) == 1) await run.ConfigureAwait(false);
            }
            else await news.WaitAsync(_death.Token).ConfigureAwait(false);
        }
    }

    private bool IsBusy
    {
        get
        {
            lock (_gate) return _running.Count > 0;
        }
    }

    private async Task NextNewsAsync()
    {
        Task news;
        lock (_gate)
        {
            if (_running.Count == 0) return;
            if (_news.Task.IsCompleted) _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            news = _news.Task;
        }

        await news.WaitAsync(_death.Token).ConfigureAwait(false);
    }

    private int WindowOf(int index) => Overlap.WindowOf(world.CaseOf(index), _concurrency > 0 ? _concurrency : null);

    // As a worker does it: while cases overlap, those that may join them go before those that may not.
    private int? TakeNext()
    {
        foreach (var index in _queue)
        {
            if (_running.Exists(r => world.Conflict(index, r))) continue;
            if (_running.Count > 0 && (WindowOf(index) <= _running.Count || _running.Exists(r => WindowOf(r) <= _running.Count))) continue;
            _queue.Remove(index);
            return index;
        }

        return null;
    }

    private async Task RunAndForgetAsync(int index)
    {
        try
        {
            await RunAsync(index).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(index);
                _news.TrySetResult();
            }
        }
    }

    // One at a time, as on a thread.
    private async Task HoldLoopAsync(int index, bool isStarved)
    {
        while (!TryHoldLoop(index, isStarved)) await _loopIsFree.Task.WaitAsync(_death.Token).ConfigureAwait(false);
    }

    private bool TryHoldLoop(int index, bool isStarved)
    {
        lock (_gate)
        {
            if (_loopIsHeld) return false;
            (_loopIsHeld, _isStarved, _holder) = (true, isStarved, index);
            _loopIsFree = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var other in _running)
            {
                if (isStarved) world.Hung(other);
            }

            return true;
        }
    }

    private void FreeLoop()
    {
        lock (_gate)
        {
            (_loopIsHeld, _isStarved) = (false, false);
            _loopIsFree.TrySetResult();
            _news.TrySetResult();
        }
    }

    // Whoever is not the holder of the loop waits for it.
    private async Task DelayOf(int index, int ms)
    {
        await Delay(ms).ConfigureAwait(false);
        while (_loopIsHeld && _holder != index) await _loopIsFree.Task.WaitAsync(_death.Token).ConfigureAwait(false);
    }

    private async Task ObeyAsync(Message order)
    {
        switch (order)
        {
            case Message.ReadRows rows:
                for (var i = 0; i < rows.Classes.Count; i++)
                {
                    Say(new Message.ReadingRows(rows.Classes[i], rows.Methods[i], 1000));
                    await Delay(30).ConfigureAwait(false);
                    if (script.Fate == Fate.DiesWhileReadingRows) await DieHereAsync().ConfigureAwait(false);
                    if (script.Fate == Fate.SilentWhileReadingRows) await ForEver().ConfigureAwait(false);
                    Say(new Message.Rows(rows.Classes[i], rows.Methods[i], [new Row("1", null, null, [], null), new Row("2", null, null, [], null)], null));
                }

                break;
            case Message.Welcome welcome:
                _concurrency = welcome.Options.Concurrency;
                if (welcome.Options.RetriesElsewhere) _most = 1 + welcome.Options.Retries;
                break;
            case Message.PlanCases:
                await Delay(10).ConfigureAwait(false);
                if (script.Fate == Fate.DiesOnThePlan) await DieHereAsync().ConfigureAwait(false);
                if (script.Fate == Fate.SilentOnThePlan) await ForEver().ConfigureAwait(false);
                Say(new Message.PlanAccepted());
                break;
            case Message.Recall late:
                GiveBack(late);
                break;
            case Message.FixturesOver over:
                foreach (var fixture in over.Fixtures) world.FixturesOver.Add((Number, fixture));
                Say(new Message.Working(-1, WorkPhase.Teardown, over.Fixtures[0], 1000));
                await Delay(5).ConfigureAwait(false);
                Say(new Message.Working(-1, WorkPhase.Body, "", 0));
                break;
            case Message.SetUpRunFixture setUp:
                await HoldAsync(setUp.Key).ConfigureAwait(false);
                break;
            case Message.ScopeOver over:
                world.ScopesOver.Add((Number, over.Scope, over.Name));
                Say(new Message.Working(-1, WorkPhase.Teardown, over.Name + ".Fixture", 1000));
                await Delay(5).ConfigureAwait(false);
                Say(new Message.Working(-1, WorkPhase.Body, "", 0));
                break;
        }
    }

    private async Task RunAsync(int index)
    {
        var act = world.ActOf(index);
        var ms = world.DurationOf(index);
        if (act == Act.PassUnannounced)
        {
            lock (_gate)
            {
                _death.Token.ThrowIfCancellationRequested();
                if (_isCut) return;
                world.Ran(index, this);
                Say(new Message.Finished(new CaseResult(new CaseIndex(index), new Outcome.Skipped("not today"))));
            }

            return;
        }

        lock (_gate)
        {
            // What a dead process would have begun was never begun.
            _death.Token.ThrowIfCancellationRequested();
            if (_isCut) return;
            world.Ran(index, this);
            world.Begins(index, this);
            Say(new Message.Working(index, WorkPhase.Setup, "Fixture", world.LimitMs));
        }

        var need = world.NeedOf(index);
        if (need is not null && await FixtureOfRunAsync(index, need).ConfigureAwait(false) is { } missing)
        {
            Outcome withoutValue = Cancelled is { } because ? new Outcome.NotRun(because) : new Outcome.FixtureFailed(need, missing);
            lock (_gate)
            {
                if (_death.IsCancellationRequested) return;
                if (!_isCut) world.Told(index, withoutValue);
                world.Ends(index, this);
                Say(new Message.Finished(new CaseResult(new CaseIndex(index), withoutValue)));
            }

            return;
        }

        if (need is not null) Say(new Message.Working(index, WorkPhase.Setup, "Fixture", world.LimitMs));
        await DelayOf(index, ms / 3).ConfigureAwait(false);
        if (act == Act.DieInSetup) await DieHereAsync(index).ConfigureAwait(false);
        if (act == Act.StuckInSetup) await StuckHereAsync(index).ConfigureAwait(false);
        Say(new Message.Working(index, WorkPhase.Body, "", world.LimitMs));
        await DelayOf(index, ms / 3).ConfigureAwait(false);
        if (act is Act.FailThenPass or Act.FailThenDie or Act.FailThenStuck && _most > 1)
        {
            if (_attempt == 1)
            {
                world.FailedFirst(index);
                Finish(index, new Outcome.Failed(new Failure("System.Exception", "at first", null)), ms);
                return;
            }

            if (act == Act.FailThenDie) await DieHereAsync(index).ConfigureAwait(false);
            if (act == Act.FailThenStuck) await StuckHereAsync(index).ConfigureAwait(false);
        }
        else if (act is Act.FailThenPass or Act.FailThenDie or Act.FailThenStuck)
        {
            lock (_gate)
            {
                if (_death.IsCancellationRequested) return;
                if (!_isCut) world.FailedFirst(index);
                Say(new Message.Attempted(new CaseResult(new CaseIndex(index), new Outcome.Failed(new Failure("System.Exception", "at first", null))) { MaxAttempts = 2 }));
            }

            Say(new Message.Working(index, WorkPhase.Body, "", world.LimitMs));
            await DelayOf(index, ms / 3).ConfigureAwait(false);
            if (act == Act.FailThenDie) await DieHereAsync(index).ConfigureAwait(false);
            if (act == Act.FailThenStuck) await StuckHereAsync(index).ConfigureAwait(false);
        }

        switch (act)
        {
            case Act.DieInBody: await DieHereAsync(index).ConfigureAwait(false); break;
            case Act.CloseHandles: await CloseHandlesAsync(index).ConfigureAwait(false); break;
            case Act.Stuck: await StuckHereAsync(index).ConfigureAwait(false); break;
            case Act.Silent:
            case Act.ForgetsItsLimit:
                world.Hung(index);
                if (act == Act.Silent) await HoldLoopAsync(index, isStarved: false).ConfigureAwait(false);
                await ForEver().ConfigureAwait(false);
                break;
            case Act.SilentForAWhile:
            case Act.StarvedForAWhile:
                world.Hung(index);
                await HoldLoopAsync(index, act == Act.StarvedForAWhile).ConfigureAwait(false);
                await Delay(world.SilenceMs).ConfigureAwait(false);
                FreeLoop();
                break;
        }

        Say(new Message.Working(index, WorkPhase.Teardown, "Fixture", world.LimitMs));
        await DelayOf(index, ms / 3).ConfigureAwait(false);
        if (act == Act.DieInTeardown) await DieHereAsync(index).ConfigureAwait(false);
        Failure? lostValue;
        lock (_gate) lostValue = need is null ? null : _lost.GetValueOrDefault(need);
        Outcome outcome = Cancelled is { } why ? new Outcome.NotRun(why) : lostValue is not null ? new Outcome.FixtureFailed(need!, lostValue) : act == Act.Fail ? new Outcome.Failed(new Failure("System.Exception", "no", null)) : Outcome.Passed.Instance;
        if (Finish(index, outcome, ms) is not { } finished) return;

        switch (act)
        {
            case Act.FinishTwice:
                Say(finished);
                break;
            case Act.PassThenDie:
                // Whoever runs alone then cannot be told from one that did it.
                lock (_gate)
                {
                    foreach (var other in _running) world.LooksGuilty(other);
                }

                await DieHereAsync().ConfigureAwait(false);
                break;
            case Act.PassThenRetire:
                lock (_gate)
                {
                    _isRetiring = true;
                    Say(new Message.GaveBack([.. _queue]));
                    _queue.Clear();
                    Say(new Message.Retiring("statics may be broken"));
                }

                break;
        }
    }

    // Null: it is dead and says nothing.
    private Message.Finished? Finish(int index, Outcome outcome, int ms)
    {
        var attempts = world.ActOf(index) == Act.FailThenPass && _most == 1 ? 2 : _attempt;
        var finished = new Message.Finished(new CaseResult(new CaseIndex(index), outcome)
        {
            Duration = TimeSpan.FromMilliseconds(ms),
            Attempt = attempts,
            MaxAttempts = Math.Max(attempts, _most),
            MayBeRetried = outcome is Outcome.Failed && _attempt < _most,
        });
        lock (_gate)
        {
            if (_death.IsCancellationRequested) return null;
            // Who has closed the worker's handles has closed the ears of the controller, too.
            if (finished.Result.MayBeRetried && !_isCut) world.FailedFirst(index);
            if (!_isCut) world.Told(index, outcome);
            world.Ends(index, this);
            Say(finished);
            return finished;
        }
    }

    private async Task EndAsync()
    {
        lock (_gate) _isEnding = true;
        Say(new Message.Working(-1, WorkPhase.Teardown, "Shared", 1000));
        await Delay(5).ConfigureAwait(false);
        switch (script.Fate)
        {
            case Fate.SilentInTeardown: await ForEver().ConfigureAwait(false); break;
            case Fate.DiesInTeardown: await DieHereAsync().ConfigureAwait(false); break;
            case Fate.FailsInTeardown: Say(new Message.TeardownFailed("Shared.teardown", new Failure("System.Exception", "no", null))); break;
        }

        Say(new Message.Goodbye());
        if (script.Fate == Fate.StaysAfterGoodbye) await ForEver().ConfigureAwait(false);
        EndedEarly = script.Fate == Fate.DiesAfterGoodbye;
        Die(script.Fate == Fate.DiesAfterGoodbye ? new WorkerEnd(139, 11) : new WorkerEnd(0, null));
    }

    // ---- ends

    private async Task DieHereAsync(int index = -1)
    {
        if (index >= 0) world.Killed(index);
        EndedEarly = true;
        Die(new WorkerEnd(139, 11));
        await ForEver().ConfigureAwait(false);
    }

    private async Task CloseHandlesAsync(int index = -1)
    {
        if (index >= 0) world.Killed(index);
        EndedEarly = true;
        // A worker without its channel begins nothing more.
        lock (_gate)
        {
            _isRetiring = _isCut = true;
            _link!.Dispose();
        }

        await ForEver().ConfigureAwait(false);
    }

    private async Task StuckHereAsync(int index)
    {
        world.Hung(index);
        Say(new Message.Stuck(index, new Failure("Timeout", "It does not end.", null), "out", "err"));
        await ForEver().ConfigureAwait(false);
    }

    private void Die(WorkerEnd end)
    {
        lock (_gate)
        {
            if (IsGone) return;
            IsGone = true;
            _death.Cancel();
            world.Dies(this);
        }

        _ = TellOfDeathAsync(end);
    }

    private async Task TellOfDeathAsync(WorkerEnd end)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(script.NewsMs), world.Time, CancellationToken.None).ConfigureAwait(false);
        if (script.Passing == Passing.LinkFirst) _link?.Dispose();
        else _ended.TrySetResult(end);
        await Task.Delay(TimeSpan.FromMilliseconds(script.NewsMs), world.Time, CancellationToken.None).ConfigureAwait(false);
        if (script.Passing != Passing.LinkStaysOpen) _link?.Dispose();
        _ended.TrySetResult(end);
    }

    private void Say(Message message)
    {
        lock (_gate)
        {
            if (!_death.IsCancellationRequested) _link!.SendNow(message);
        }
    }

    private async Task Delay(int ms)
    {
        if (ms > 0) await Task.Delay(TimeSpan.FromMilliseconds(ms), world.Time, _death.Token).ConfigureAwait(false);
    }

    private Task ForEver() => Task.Delay(Timeout.InfiniteTimeSpan, world.Time, _death.Token);
}
