using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>One execution of a case: its scope, its context, its output, and what stops it.</summary>
/// <remarks>Thread: the engine's lane, except the output, which takes text from anywhere.</remarks>
internal sealed partial class Attempt : IDisposable
{
    // A test that floods its output is not made slower by it than need be; the report has both ends of all of it.
    private const int MostToldAtOnce = 64 * 1024;

    private readonly Workbench _bench;
    private readonly Attempt? _explored;
    private readonly Action<bool, string>? _live;
    private readonly CancellationTokenSource _stop;
    private readonly TempDirectory _directory;
    private Subtests? _subtests;
    private Patches? _patches;
    private Dictionary<string, object?>? _libraryValues;
    private long _told;
    private List<FixtureTime>? _fixtureTimes;
    private readonly Lock _strayGate = new();
    private List<Failure>? _strays = [];
    private bool _isEntered;
    private TimeSpan _longestHold;
    private string _longestHoldOf = "";

    public Attempt(Workbench bench, PlannedCase planned, int number, FixtureTree tree, IReadOnlyList<string> wanted)
    {
        _bench = bench;
        _stop = new CancellationTokenSource();
        StartedAt = bench.Time.GetTimestamp();
        Case = planned;
        Number = number;
        AllWanted = wanted;
        // Each schedule sets up the narrow ones anew.
        Wanted = planned.IsExplored ? tree.WiderThanTest(wanted) : wanted;
        Scope = new ScopeInstance(FixtureScope.Test, planned.Id, tree.Class(planned.Test.Class)) { Values = tree.SharedValues(wanted) };
        Scope.Parent!.Enter();
        Loop = tree.LoopOf(planned, Scope);
        Lane = OpenLane();
        // Told at once, also when it is kept for the report: a test that ends its process must not take its last words along.
        _live = bench.IsInProcess && bench.Options.CaptureOutput ? null : TellAtOnce;
        Output = NewOutput();
        _directory = bench.NewTempDirectory();
        Tasks = new OwnTasks($"test '{planned.Id}'", Lane, CancelToken);
        Context = NewContext();
    }

    /// <summary>One schedule of an explored attempt: what a test has for itself is the schedule's own, and it is stopped with the attempt.</summary>
    /// <param name="explored">The attempt.</param>
    /// <param name="bench">See <see cref="Workbench.ForSchedules"/>.</param>
    /// <param name="loop">The schedule's.</param>
    public Attempt(Attempt explored, Workbench bench, EventLoop loop)
    {
        _bench = bench;
        _explored = explored;
        _live = explored._live;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(explored.StopToken);
        StartedAt = bench.Time.GetTimestamp();
        Case = explored.Case;
        Number = explored.Number;
        AllWanted = Wanted = explored.AllWanted;
        Scope = new ScopeInstance(FixtureScope.Test, Case.Id, explored.Scope.Parent) { Values = explored.Scope.Values };
        Scope.Parent!.Enter();
        Scope.Take(LoopBackend.SingleThread, VirtualTime.Of(Case), loop);
        Loop = loop;
        Lane = OpenLane();
        Output = NewOutput();
        _directory = bench.NewTempDirectory();
        Tasks = new OwnTasks($"test '{Case.Id}'", Lane, CancelToken);
        Context = NewContext();
    }

    public Workbench Bench => _bench;

    /// <summary>Hears of fixtures of its own that end while they are in use; null leaves it to who runs the worker's attempts.</summary>
    public Action<FixtureInstance>? FixtureDied { get; set; }

    public PlannedCase Case { get; }

    public int Number { get; }

    /// <summary>Keys of the fixtures it sets up itself, in order.</summary>
    public IReadOnlyList<string> Wanted { get; }

    /// <summary>Keys of the fixtures its test needs, in order of setup.</summary>
    public IReadOnlyList<string> AllWanted { get; }

    public ScopeInstance Scope { get; }

    public EventLoop Loop { get; }

    public LoopLane Lane { get; }

    /// <summary>The scope around the body, and the group that ends with it.</summary>
    public OwnTasks Tasks { get; }

    /// <summary>Its named parts; null if nobody asked for <see cref="Subtests"/>.</summary>
    public Parts? Parts { get; private set; }

    /// <summary>Parts of the schedule that an explored attempt tells of.</summary>
    public IReadOnlyList<PartResult> KeptParts { get; set; } = [];

    public TestOutput Output { get; }

    public TestContext Context { get; }

    public object? Instance { get; private set; }

    /// <summary>Fixtures that were up when <see cref="Instance"/> was made: they outlive it. The others may use it, so they go first.</summary>
    public IReadOnlyList<FixtureInstance> UpBeforeInstance { get; private set; } = [];

    public CancellationToken StopToken => _stop.Token;

    /// <summary>Why the attempt was cancelled by the engine; null if it was not. The first reason stays.</summary>
    public Outcome? StoppedAs { get; private set; }

    public List<string> Notes { get; } = [];

    /// <summary>Its body has begun and has not ended: it uses its fixtures.</summary>
    public bool IsInBody { get; set; }

    /// <summary>How it ends is what its condition came to: nothing of the test ran.</summary>
    public bool EndsByCondition { get; set; }

    /// <summary>Another attempt would meet the same, or could not be trusted: this one is the last.</summary>
    public bool IsFinal { get; set; }

    /// <summary>Changes when something of it happens: code of it ran on its loop, it wrote, a part of it ended.</summary>
    public (long Executed, long Written, int Parts) SignsOfLife => (Lane.Statistics.Executed, Output.Out.Written + Output.Error.Written, Parts?.Results.Count ?? 0);

    /// <summary>Among those that run. Only for the one who keeps them.</summary>
    public int Place { get; set; }

    /// <summary>When it began, on the workbench's clock.</summary>
    public long StartedAt { get; }

    /// <summary>Setups and teardowns of fixtures within it.</summary>
    public IReadOnlyList<FixtureTime> FixtureTimes => _fixtureTimes ?? (IReadOnlyList<FixtureTime>)[];

    /// <summary>When its body began, on the workbench's clock; 0 if it did not.</summary>
    public long BodyFrom { get; set; }

    /// <summary>When its body ended; 0 if it did not.</summary>
    public long BodyUntil { get; set; }

    /// <summary>Takes note of a setup or teardown that was part of it.</summary>
    /// <param name="from">When that began, on the workbench's clock.</param>
    public void Took(FixtureDefinition fixture, bool isTeardown, long from) =>
        (_fixtureTimes ??= []).Add(new FixtureTime(fixture.Key, fixture.Scope, isTeardown, _bench.Time.GetElapsedTime(StartedAt, from), _bench.Time.GetElapsedTime(from)));

    private void TellAtOnce(bool isError, string text)
    {
        if (_bench.Options.CaptureOutput && Interlocked.Add(ref _told, text.Length) > MostToldAtOnce) return;
        _bench.Send(new Wire.Message.LiveOutput(Case.Index.Value, isError, text));
    }

    /// <summary>Cancels the attempt's token; <paramref name="outcome"/> is how it ends then.</summary>
    public void Stop(Outcome outcome)
    {
        StoppedAs ??= outcome;
        CancelToken();
        Tasks.Cancel(outcome.FailureOrNull?.Message ?? (outcome as Outcome.NotRun)?.Reason ?? "the test was stopped");
    }

    // Any thread.
    private void CancelToken()
    {
        _ = CancelAsync();

        // The user's callbacks run on the pool: here they could block the pump, and what they throw is theirs.
        async Task CancelAsync()
        {
            if (await _stop.CancelQuietlyAsync() is { } failure) TryAddStray(failure);
        }
    }

    /// <summary>Its work is over, and this is how it ends; nobody is cancelled. What stopped it before stays.</summary>
    public void EndAs(Outcome outcome) => StoppedAs ??= outcome;

    /// <summary>It had the thread for long while others wanted it.</summary>
    public void HeldThread(TimeSpan held, string what)
    {
        if (held > _longestHold) (_longestHold, _longestHoldOf) = (held, what);
    }

    /// <summary>What <see cref="HeldThread"/> was told, for the report.</summary>
    public void NoteLongestHold()
    {
        if (_longestHold == TimeSpan.Zero) return;
        Notes.Add($"The test had the loop's thread for {FixtureInstance.Text(_longestHold)} without a pause ({_longestHoldOf}), while other tests on it waited. Await in between, do long computations and blocking calls with Task.Run, or take the test out of the overlap with [Cooperative(Window = 1)]. [RND3080]");
    }

    /// <summary>Makes this the current test of everything that runs from here on. Called when the wider scopes are set up, so that what they put into the context is there.</summary>
    public void Enter()
    {
        if (_isEntered) return;
        _isEntered = true;
        Scope.Tail = AmbientContext(Scope.Tail);
    }

    /// <summary>The context of code that runs for it before anything is set up.</summary>
    public ExecutionContext? ContextOfItsOwn() => AmbientContext(null);

    /// <summary>Charges an error that no one awaited to this attempt. Any thread.</summary>
    /// <returns>False: the attempt has its outcome already.</returns>
    public bool TryAddStray(Failure failure)
    {
        lock (_strayGate)
        {
            _strays?.Add(failure);
            if (_strays is not null) return true;
        }

        // A schedule is over long before its attempt.
        return _explored?.TryAddStray(failure) ?? false;
    }

    /// <summary>The errors that were charged to it; from here on it takes no more.</summary>
    public IReadOnlyList<Failure> TakeStrays()
    {
        lock (_strayGate)
        {
            IReadOnlyList<Failure> taken = _strays ?? (IReadOnlyList<Failure>)[];
            _strays = null;
            return taken;
        }
    }

    /// <summary>The test's own value of a class that a library brings.</summary>
    /// <param name="type">Its managed name.</param>
    /// <param name="make">Makes one.</param>
    public object? LibraryValue(string type, Func<string, TestContext?, object?> make)
    {
        if ((_libraryValues ??= new Dictionary<string, object?>(StringComparer.Ordinal)).TryGetValue(type, out var value)) return value;
        value = make(type, Context);
        _libraryValues.Add(type, value);
        return value;
    }

    public object? BuiltIn(string name) => name switch
    {
        nameof(CancellationToken) => _stop.Token,
        nameof(TestContext) => Context,
        nameof(TempDirectory) => _directory,
        nameof(WorkerInfo) => _bench.Info,
        nameof(EventLoop) => Loop,
        nameof(TimeProvider) => Loop.Clock,
        nameof(TaskGroup) => Tasks.Group,
        nameof(Subtests) => _subtests ??= NewSubtests(),
        nameof(Patches) => _patches ??= new Patches(Case.Id),
        nameof(FreePort) => _bench.NewFreePort(),
        _ when IsOfLibrary(name) => LibraryValue(name, Case.Test.Class.Entry.Value),
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown built-in value '{name}'."),
    };

    /// <summary>Calls the constructor where the test's synchronous code runs, unless it runs none, under the context of what is set up so far.</summary>
    public async Task<object> CreateInstanceAsync(object?[] values)
    {
        Enter();
        UpBeforeInstance = [.. Scope.Fixtures.Where(f => f.IsUp)];
        // Two changes of threads for each test are more than half of what the engine itself does for a short one.
        if (Case.Test.Class.IsPlain) return Instance = Case.Test.Class.Entry.Create(values);
        var result = await SynchronousCode.RunAsync(_bench, this, () => Case.Test.Class.Entry.Create(values));
        // AsyncLocals of a constructor reach the test, as those of a synchronous fixture do.
        Scope.Tail = result.Context;
        return Instance = result.Value!;
    }

    /// <summary>True for the name of a value whose class a library brings.</summary>
    public static bool IsOfLibrary(string builtIn) => builtIn.Contains('.', StringComparison.Ordinal);

    /// <summary>After the test's last teardown: ends the values of libraries, and puts back what the test changed of the process.</summary>
    public void EndBuiltIns(ICollection<Failure> failures)
    {
        if (_libraryValues is not null)
        {
            foreach (var value in _libraryValues.Values) (value as IDisposable)?.Dispose();
        }

        if (_patches is null) return;
        foreach (var (what, error) in _patches.Restore())
        {
            var failure = SafeText.OfException(error);
            failures.Add(failure with { Message = $"What the test changed could not be put back: {what}. Later tests of this worker see it. {failure.Message} [RND3092]" });
        }
    }

    /// <summary>Removes the temporary directory, or keeps it and says where it is.</summary>
    public void CleanUp(bool failed)
    {
        if (!failed && _directory.WasMade && Context.HasAttachmentBelow(_directory.Path)) return;
        if (failed && _directory.WasMade) Notes.Add($"The temporary directory is kept: {_directory.Path}");
        else if (Workbench.Remove(_directory) is { } leftover) Notes.Add(leftover);
    }

    public void Dispose()
    {
        _stop.Dispose();
        Scope.Parent!.Leave();
    }

    private LoopLane OpenLane() => Loop.OpenLane(Case.Id, Case.Marks.BlockingWaits ?? BlockingWaits.FailOnDeadlock);

    private Subtests NewSubtests()
    {
        // Told at once: of a test that ends its process the parts that were over are known. Of all schedules of an explored one people see only one.
        Parts = new Parts(this, _explored is null ? part => _bench.Send(new Wire.Message.PartEnded(Case.Index.Value, Number, part)) : null, _bench.Options.StopsAtFirst);
        return new Subtests(Parts);
    }

    /// <summary>Output for a part. Any thread.</summary>
    public PartOutput NewPartOutput() => new(NewText(isError: false), NewText(isError: true), Output);

    private TestOutput NewOutput() => new(NewText(isError: false), NewText(isError: true));

    private CapturedText NewText(bool isError)
    {
        var live = _live;
        return new CapturedText(live is null ? null : text => live(isError, text));
    }

    private TestContext NewContext() => new(Case.Id, Case.DisplayName, Number, TextWriter.Synchronized(new OutputOfFlow(Output)), Loop, _bench.Info, _stop.Token) { TaskSource = Tasks, Seed = _bench.Options.ExploreSeed };

    private ExecutionContext? AmbientContext(ExecutionContext? from)
    {
        ExecutionContext? ambient = null;
        void Set(object? _)
        {
            TestContext.Current = Context;
            OutputCapture.Current.Value = Output;
            StrayErrors.Owner.Value = this;
            // Whose scope it is that a wider fixture gave its value in: not this test's.
            CancelScope.Enter(null);
            ambient = ExecutionContext.Capture();
        }

        // Run undoes the changes on this thread when it returns.
        ExecutionContext.Run(from ?? ExecutionContext.Capture()!, Set, null);
        return ambient;
    }
}
