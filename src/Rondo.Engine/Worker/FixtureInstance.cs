using Rondo.Catalog;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>One value of a fixture: its setup, its life and its teardown.</summary>
/// <remarks>Thread: the engine's lane. User code runs on the fixture's own lane or on the synchronous thread.</remarks>
internal sealed partial class FixtureInstance
{
    private readonly Workbench _bench;
    private readonly CancellationTokenSource _stop = new();
    private readonly TempDirectory _directory;
    private LoopLane? _lane;
    private UseCall? _use;
    private Task? _body;
    private Task? _watch;
    private CancellationTokenRegistration _testStop;
    private List<IDisposable>? _libraryValues;

    // There is a value, so there is something to tear down, also when the setup came too late to be of use.
    private bool _hasValue;
    private bool _diedUnseen;

    public FixtureInstance(Workbench bench, FixtureDefinition definition, ScopeInstance scope)
    {
        _bench = bench;
        Definition = definition;
        Scope = scope;
        _directory = bench.NewTempDirectory();
    }

    public FixtureDefinition Definition { get; }

    public ScopeInstance Scope { get; }

    /// <summary>See <see cref="ScopeInstance.Values"/>: those of the attempt that set it up.</summary>
    public IReadOnlyList<FixtureDefinition> Values { get; init; } = [];

    /// <summary>See <see cref="ScopeInstance.SetTail"/>.</summary>
    public bool KeepsChains { get; init; }

    private ExecutionContext? Tail
    {
        get => Scope.TailFor(Values);
        set => Scope.SetTail(value, Values, Definition, KeepsChains);
    }

    /// <summary>The setup, started by the first who needs the value and awaited by all.</summary>
    public required Task Ready { get; set; }

    /// <summary>For an instance fixture: whose object it runs on, and hence where.</summary>
    public Attempt? RunsWith { get; set; }

    public object? Value { get; private set; }

    /// <summary>Why there is no value; each dependant fails with it.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Not null: the fixture skipped, and so do its dependants.</summary>
    public string? SkipReason { get; private set; }

    public bool IsUp { get; private set; }

    public bool IsTornDown { get; private set; }

    /// <summary>Its teardown had something to do.</summary>
    public bool HadTeardown { get; private set; }

    /// <summary>The first exception that was thrown out of a blocking wait of its code; null if there was none.</summary>
    public LoopException? BrokenWait => _lane?.BrokenWait;

    /// <summary>Called on the engine's lane when the fixture ends while its value may be in use.</summary>
    public Action<FixtureInstance>? Died { get; init; }

    /// <summary>Runs the setup. Ends normally also when it fails: see <see cref="Failure"/>.</summary>
    /// <param name="values">Values of its parameters; a built-in that belongs to the fixture is asked from <see cref="BuiltIn"/>.</param>
    /// <param name="makeSelf">Gives, or makes, the test's instance for an instance fixture; null for others. Counts as part of the setup.</param>
    /// <param name="forCase">Who asked first, for the report of what the worker does.</param>
    /// <exception cref="StuckException">It neither ended nor let itself be cancelled.</exception>
    public async Task SetUpAsync(object?[] values, Func<Task<object?>>? makeSelf, int forCase)
    {
        var limit = _bench.LimitOf(Definition.TimeoutMs);
        _bench.Report(forCase, WorkPhase.Setup, Definition.Key, limit);
        _bench.Show(Definition, isTeardown: false);
        var started = StartAsync(values, makeSelf);
        if (!await started.EndsWithinAsync(limit, _bench.Time))
        {
            Cancel();
            Failure = new Failure("Timeout", $"The setup of fixture '{Definition.Key}' did not end within {Text(limit)}. A setup must end or observe its CancellationToken; raise TimeoutMs if it needs longer. [RND3020]", null);
            if (!await started.EndsWithinAsync(_bench.CancelGrace, _bench.Time)) throw new StuckException(Failure, Definition.Shape == FixtureShape.Value);
            _hasValue = started.IsCompletedSuccessfully;
            if (started.FailureOrNull(Definition.Key) is { } ended && !started.IsCanceled && ended.Type != typeof(OperationCanceledException).FullName && ended.Type != typeof(TaskCanceledException).FullName)
                Failure = Failure with { Others = [ended] };
            return;
        }

        try
        {
            await started;
            _hasValue = true;
            IsUp = !HasFailedChild();
            if (IsUp && _body is { IsCompleted: true }) EndEarly();
        }
        catch (SkipException skip)
        {
            SkipReason = skip.Message;
        }
        catch (Exception error)
        {
            // A child of its own that failed has cancelled the setup: that is the cause.
            Failure = SafeText.OfException(error is OperationCanceledException && _tasks?.Failures is [var cause, ..] ? cause : error);
        }
        finally
        {
            // From here on the token is the fixture's own: the end of a test's time does not cancel a teardown.
            await _testStop.DisposeAsync();
        }
    }

    /// <summary>Takes note that a test failed with its <see cref="Failure"/>.</summary>
    public void IsBlamed() => _diedUnseen = false;

    /// <summary>Has no value, because something it needs has none.</summary>
    public void FailAs(FixtureInstance need)
    {
        SkipReason = need.SkipReason;
        if (SkipReason is not null) return;
        Failure = need.Failure ?? new Failure("FixtureEnded", $"Fixture '{need.Definition.Key}' is already torn down.", null);
        need.IsBlamed();
    }

    /// <summary>Has no value that could be used, although its setup may have given one: what is there is torn down as usual.</summary>
    public void FailWith(Failure failure) => (IsUp, Failure) = (false, failure);

    /// <summary>Stands for a fixture that lives in another process, and has a copy of its value.</summary>
    public void Stand(object? value, Failure? failure, string? skip) => (Value, Failure, SkipReason, IsUp) = (value, failure, skip, failure is null && skip is null);

    /// <summary>What it stands for is gone.</summary>
    public void Lose(Failure failure)
    {
        if (!IsUp) return;
        FailWith(failure);
        Died?.Invoke(this);
    }

    /// <summary>A built-in value for this fixture; wide fixtures have their own.</summary>
    public object? BuiltIn(string name, EventLoop loop) => name switch
    {
        nameof(CancellationToken) => _stop.Token,
        nameof(TempDirectory) => _directory,
        nameof(WorkerInfo) => _bench.Info,
        nameof(EventLoop) => loop,
        nameof(TimeProvider) => loop.Clock,
        nameof(TestContext) => null,
        nameof(TaskGroup) => Tasks.Group,
        nameof(FreePort) => _bench.NewFreePort(),
        _ when Attempt.IsOfLibrary(name) => LibraryValue(name),
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown built-in value '{name}'."),
    };

    private object? LibraryValue(string type)
    {
        var value = Definition.Entry.Value(type, null);
        if (value is IDisposable disposable) (_libraryValues ??= []).Add(disposable);
        return value;
    }

    /// <summary>Ties the token of a Test-scoped fixture's setup to its test's.</summary>
    public void CancelWith(CancellationToken test) => _testStop = test.UnsafeRegister(static self => ((FixtureInstance)self!).Cancel(), this);

    /// <summary>Tears the value down, under its own limit and not cancelled by anybody's timeout.</summary>
    /// <param name="isAlsoGivenByOther">True: another live fixture gave the same value and disposes it.</param>
    /// <param name="notes">Receives warnings.</param>
    /// <returns>What went wrong, in order; empty when nothing did.</returns>
    public async Task<IReadOnlyList<Failure>> TearDownAsync(int forCase, bool isAlsoGivenByOther, ICollection<string> notes)
    {
        var failures = new List<Failure>();
        if (_diedUnseen) failures.Add(Failure!);
        (IsUp, IsTornDown) = (false, true);
        if (_hasValue)
        {
            _hasValue = false;
            _bench.Show(Definition, isTeardown: true);
            var limit = _bench.LimitOf(Definition.TeardownTimeoutMs);
            if (TearDownWork(isAlsoGivenByOther) is { } work)
            {
                HadTeardown = true;
                _bench.Report(forCase, WorkPhase.Teardown, Definition.Key, limit);
                var ended = work();
                if (!await ended.EndsWithinAsync(limit, _bench.Time))
                {
                    Cancel();
                    var failure = new Failure("Timeout", $"The teardown of fixture '{Definition.Key}' did not end within {Text(limit)}. Raise TeardownTimeoutMs if it needs longer. [RND3021]", null);
                    if (!await ended.EndsWithinAsync(_bench.CancelGrace, _bench.Time)) throw new StuckException(failure, blocksThread: false);
                    failures.Add(failure);
                }
                else if (ended.FailureOrNull($"The teardown of fixture '{Definition.Key}'") is { } failure)
                {
                    failures.Add(failure);
                }
            }
        }

        await EndTasksAsync(failures);
        // Not disposed of: its code may still hold the token.
        Cancel();
        if (_lane is not null)
        {
            foreach (var stray in _lane.TakeStrayExceptions()) failures.Add(SafeText.OfException(stray));
            foreach (var warning in _lane.TakeWarnings()) notes.Add(warning);
            foreach (var leak in _lane.Close()) _bench.TellOfLeak($"Fixture '{Definition.Key}' left something behind: {_bench.TextOf(leak)}.", failures, notes);
        }

        foreach (var value in _libraryValues ?? []) value.Dispose();
        if (Workbench.Remove(_directory) is { } leftover) notes.Add(leftover);
        return failures;
    }

    /// <summary>Cancels its token.</summary>
    public void Cancel()
    {
        _ = CancelAsync();

        async Task CancelAsync()
        {
            if (await _stop.CancelQuietlyAsync() is { } failure) _bench.Send(new Message.TeardownFailed(Definition.Key + ".stray", failure));
        }
    }

    // What a test's fixture leaves behind is charged to the test, by the context; what a wider one does, to the fixture.
    private void MarkOwner()
    {
        if (Definition.Scope != FixtureScope.Test) StrayErrors.Owner.Value = Definition.Key;
    }

    private Func<Task>? TearDownWork(bool isAlsoGivenByOther)
    {
        if (Definition.Shape == FixtureShape.Use) return () => EndUse();
        if (!Definition.DisposesValue || isAlsoGivenByOther) return null;
        return Value switch
        {
            IAsyncDisposable value => () => RunOnLane(() => value.DisposeAsync().AsTask()),
            IDisposable value => () => RunSynchronousAsync(() => { value.Dispose(); return null; }),
            _ => null,
        };
    }

    private Task<SyncResult> RunSynchronousAsync(Func<object?> call) =>
        Definition.Dispatcher is not null ? SynchronousCode.OnDispatcherAsync(_lane!, Tail, call)
        : RunsWith is { } attempt ? SynchronousCode.RunAsync(_bench, attempt, call)
        : _bench.SyncThread.RunAsync(Tail, call);

    private async Task EndUse()
    {
        _use!.End();
        await _watch!;
        await _body!;
    }

    private Task RunOnLane(Func<Task> body)
    {
        if (Tail is not { } context) return _lane!.RunAsync(AtBorder);
        Task? task = null;
        ExecutionContext.Run(context, _ => task = _lane!.RunAsync(AtBorder), null);
        return task!;

        Task AtBorder()
        {
            EnterOwnScope();
            return body();
        }
    }

    private async Task StartSync(object?[] values, object? self)
    {
        var result = await RunSynchronousAsync(() =>
        {
            MarkOwner();
            EnterOwnScope();
            return Definition.Entry.Start(Definition.Position, self, values, NoUse.Instance);
        });
        Value = result.Value;
        Tail = result.Context;
    }

    private async Task StartAsync(object?[] values, Func<Task<object?>>? makeSelf)
    {
        var self = makeSelf is null ? null : await makeSelf();
        if (Definition.Shape == FixtureShape.Value) await StartSync(values, self);
        else await StartOnLane(values, self);
    }

    private async Task StartOnLane(object?[] values, object? self)
    {
        _use = new UseCall(Definition.Key);
        ExecutionContext? after = null;
        Task? inner = null;
        _body = RunOnLane(() =>
        {
            MarkOwner();
            inner = (Task)Definition.Entry.Start(Definition.Position, self, values, _use)!;
            // A method that is not async itself may have set AsyncLocals that its caller is meant to see; an async one restored them.
            after = ExecutionContext.Capture();
            return inner;
        });
        if (Definition.Shape == FixtureShape.Task)
        {
            await _body;
            Value = await (Task<object?>)inner!;
            Tail = after;
            return;
        }

        // Shape use: the value comes while the fixture's task is still running. Not Task.WhenAny, which comes back by way of the thread pool, and one watcher for all who want to know of the end: in an explored
        // test the order in which several were told would be one more choice.
        _watch = WatchAsync(_body, _use);
        if (await _use.Given is not { } given)
        {
            await _body;
            throw new RondoUsageException($"Fixture '{Definition.Key}' ended without calling use(value). A fixture of this shape hands its value out with 'await use(value);' exactly once. [RND3022]");
        }

        Value = given.Value;
        Tail = given.Context;
        if (given.Scope is not null && !ReferenceEquals(given.Scope, _tasks?.ScopeOrNull)) GivenScope = given.Scope;
    }

    private async Task WatchAsync(Task body, UseCall use)
    {
        await body.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        use.BodyEnded();
        if (IsUp) EndEarly();
    }

    private void EndEarly()
    {
        if (Definition.Shape != FixtureShape.Use) return;
        IsUp = false;
        var cause = _body!.Exception is { } error ? SafeText.OfException(error.InnerExceptions.Count == 1 ? error.InnerException! : error) : null;
        _hasValue = false;
        Failure = cause ?? new Failure("FixtureEnded", $"Fixture '{Definition.Key}' ended while its value was in use. Write 'await use(value);' so that it lives until its scope is over. [RND3023]", null);
        _diedUnseen = true;
        Died?.Invoke(this);
    }

    internal static string Text(TimeSpan limit) => limit.TotalMilliseconds < 1000 ? $"{limit.TotalMilliseconds:0} ms"
        : limit.TotalSeconds < 120 ? $"{limit.TotalSeconds:0.###} s" : $"{limit.TotalMinutes:0.#} min";

    private sealed class NoUse : FixtureCall
    {
        public static NoUse Instance { get; } = new();

        protected override Task GiveValue(object? value) => throw new InvalidOperationException("This is a bug in Rondo: a returning fixture was given a use delegate.");
    }

    private sealed class UseCall(string fixture) : FixtureCall
    {
        private readonly TaskCompletionSource<GivenValue?> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null: the fixture ended without.</summary>
        public Task<GivenValue?> Given => _given.Task;

        public void BodyEnded() => _given.TrySetResult(null);

        public void End() => _over.TrySetResult();

        protected override Task GiveValue(object? value) => _given.TrySetResult(new GivenValue(value, ExecutionContext.Capture(), CancelScope.Current))
            ? _over.Task
            : throw new RondoUsageException($"Fixture '{fixture}' called use a second time. A fixture has one value for its whole scope. [RND3024]");
    }
}

/// <param name="Context">The ExecutionContext at the call of use.</param>
/// <param name="Scope">The cancel scope that the call stands in; null if in none.</param>
internal sealed record GivenValue(object? Value, ExecutionContext? Context, CancelScope? Scope);
