using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Report;
using Rondo.Engine.Results;

namespace Rondo.Engine.Control;

/// <summary>What a host (the platform adapter, a notebook) asks of the engine.</summary>
internal sealed record RunRequest
{
    /// <summary>The <c>-n</c> option as given; null means <c>auto</c>.</summary>
    public string? Workers { get; init; }

    public int? MaxProcesses { get; init; }

    /// <summary>Null: four times the number of workers.</summary>
    public int? MaxWorkerRestart { get; init; }

    public Distribution Distribution { get; init; }

    public Selection Selection { get; init; } = Selection.All;

    /// <summary>Which part of the selected cases this machine runs; null: all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Stop after so many failed cases; null never.</summary>
    public int? MaxFail { get; init; }

    public bool LastFailedOnly { get; init; }

    /// <summary>Only what neither passed nor was skipped when it was last planned.</summary>
    public bool OnlyWhatIsLeft { get; init; }

    /// <summary>What failed when it last ran comes first.</summary>
    public bool FailedFirst { get; init; }

    /// <summary>What history does not know comes first, after what failed.</summary>
    public bool NewFirst { get; init; }

    /// <summary>Begins at the first case that failed when it last ran, in one worker, and stops at the first that fails.</summary>
    public bool Stepwise { get; init; }

    /// <summary>Leaves out the case at which <see cref="Stepwise"/> would begin.</summary>
    public bool StepwiseSkip { get; init; }

    /// <summary>Who has a fresh process to itself, marked or not.</summary>
    public Isolation Isolate { get; init; }

    /// <summary>Cases after which a worker is replaced by a fresh one; null: it stays.</summary>
    public int? RecycleAfter { get; init; }

    /// <summary>Resident memory of a worker, in MiB, above which it is; null: it stays.</summary>
    public int? RecycleMemoryMb { get; init; }

    /// <summary>Limit for tests without a mark of their own; null is 10 minutes.</summary>
    public TimeSpan? TestTimeout { get; init; }

    /// <summary>A case of whose body nothing is seen for so long is ended; null: only its limit ends it.</summary>
    public TimeSpan? StallTimeout { get; init; }

    /// <summary>A case that runs for so long is told of, and again whenever that time has doubled; null is a minute, zero never.</summary>
    public TimeSpan? SlowAfter { get; init; }

    /// <summary>Which dump is written of a worker that hangs: <c>mini</c>, <c>heap</c>, <c>full</c>; null: none.</summary>
    public string? DumpOnHang { get; init; }

    /// <summary>Where dumps are put; not null where one is asked for.</summary>
    public string? DumpFolder { get; init; }

    /// <summary>Up to so many asynchronous cases at once in each worker, marked or not; also a cap for the marks' windows. Null: only the marks count.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Extra attempts of failed cases without a mark of their own.</summary>
    public int Retries { get; init; }

    /// <summary>Further attempts are made in a process of their own, after everything else.</summary>
    public bool RetriesElsewhere { get; init; }

    /// <summary>Pause before a second attempt; doubles with each further one, up to a minute.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>A run with a case that passed only in a later attempt is not green.</summary>
    public bool FailOnFlaky { get; init; }

    /// <summary>How long the cases are run again and again; null: once.</summary>
    public TimeSpan? StressFor { get; init; }

    /// <summary>That ends when a case fails.</summary>
    public bool UntilFailure { get; init; }

    /// <summary>Not null: this is one run of a series in which cases are run again and again; it hears of them.</summary>
    public Stress? Stress { get; init; }

    public string? JUnitFile { get; init; }

    public string? RunLogFile { get; init; }

    public string? TimelineFile { get; init; }

    public string? HistoryDirectory { get; init; }

    /// <summary>Slowest cases shown at the end; 0 shows none, null the default.</summary>
    public int? Durations { get; init; }

    public bool CaptureOutput { get; init; } = true;

    public string Leaks { get; init; } = "warn";

    /// <summary>Name the async methods that are suspended where a test hangs, stalls or leaves something behind.</summary>
    public bool LoopDebug { get; init; }

    /// <summary>Cases in the random order that this seed decides; null: in the order that ends soonest.</summary>
    public int? Seed { get; init; }

    /// <summary>The schedule that explored tests replay; null: they explore.</summary>
    public string? Schedule { get; init; }

    /// <summary>Seed of explored tests and of tests that ask for one; null: an explored test has one that its id decides.</summary>
    public int? ExploreSeed { get; init; }

    /// <summary>Not null: the loops of tests shuffle what is ready, by this seed and the case's id.</summary>
    public int? ReadyOrderSeed { get; init; }

    /// <summary>Show each setup and teardown when it begins.</summary>
    public bool ShowSetup { get; init; }

    /// <summary>What the configuration says about some of the cases.</summary>
    public IReadOnlyList<CaseOverride> Overrides { get; init; } = [];

    /// <summary>What the host has to say about this run.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How often the observer wants to hear what every worker does now; null never.</summary>
    public TimeSpan? LookEvery { get; init; }

    /// <summary>Arguments that start this program again as a worker.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
}

/// <summary>Which cases are wanted. Everything that is set must agree.</summary>
internal sealed record Selection
{
    public static Selection All { get; } = new();

    /// <summary>Explicit tests are wanted too.</summary>
    public bool Explicit { get; init; }

    /// <summary>Nothing is left out on purpose, explicit tests apart.</summary>
    public bool IsAll => Names is null && Deselected is null && Tags is null && Ids is null && HostFilter is null;

    /// <summary>The <c>-k</c> expression.</summary>
    public string? Names { get; init; }

    /// <summary>The <c>--deselect</c> expression: what it matches is left out.</summary>
    public string? Deselected { get; init; }

    /// <summary>The <c>--tags</c> expression.</summary>
    public string? Tags { get; init; }

    /// <summary>Exact ids; null means all.</summary>
    public IReadOnlySet<string>? Ids { get; init; }

    /// <summary>A filter the host brings (the platform's tree filter); null means all.</summary>
    public Func<PlannedCase, bool>? HostFilter { get; init; }
}

/// <summary>Hears what happens, one call at a time, in order. Never throws back into the run: a failing observer is reported and left out.</summary>
internal interface IRunObserver
{
    /// <summary>The plan stands.</summary>
    void Planned(Plan plan);

    /// <summary>A case has been running for a while: worth showing as in progress. Not called for short cases.</summary>
    void InProgress(PlannedCase planned, string worker);

    /// <summary>What every worker does now; somebody asked (<see cref="Controller.TellStatus"/>).</summary>
    void Status(RunSnapshot now);

    /// <summary>A case has been running for long (<see cref="RunRequest.SlowAfter"/>); told again whenever that time has doubled.</summary>
    /// <param name="doing">The fixture it sets up or tears down, as part of a sentence; empty in its body.</param>
    void Slow(PlannedCase planned, string worker, TimeSpan elapsed, string doing);

    void Finished(PlannedCase planned, CaseResult result);

    void TeardownFailed(TeardownError error);

    /// <summary>A piece of output while tests run (<c>--capture no</c>).</summary>
    /// <param name="planned">Whose it is; null for what a worker wrote past the engine.</param>
    void LiveOutput(PlannedCase? planned, string worker, bool isError, string text);

    /// <summary>A line about a setup, a test or a teardown that begins now (<c>--setup-show</c>).</summary>
    void SetupStep(string worker, string line);

    /// <summary>What every worker does at this moment (<see cref="RunRequest.LookEvery"/>).</summary>
    void Now(RunSnapshot now)
    {
    }

    /// <summary>Something people should see that belongs to no case.</summary>
    void Note(string text);
}

/// <summary>How the run ended.</summary>
internal abstract record Ending
{
    private Ending()
    {
    }

    public sealed record Complete : Ending;

    /// <summary><c>-x</c> or <c>--maxfail</c> was reached.</summary>
    public sealed record FailLimitReached(int Failed) : Ending;

    /// <summary>Ctrl-C, SIGTERM, or the host's own cancellation.</summary>
    public sealed record Interrupted(string By) : Ending;

    /// <summary>Too many workers died.</summary>
    public sealed record RestartLimitReached(int Limit) : Ending;

    /// <summary>Nothing could be run: no worker could be started, a stuck test in process.</summary>
    public sealed record Broken(string Why) : Ending;
}

internal sealed record RunReport(Plan Plan, IReadOnlyDictionary<CaseIndex, CaseResult> Results, IReadOnlyList<TeardownError> TeardownErrors, Account Account, Ending Ending)
{
    public required string RunId { get; init; }

    public required string WorkersText { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>The seed of the run's order; null when nothing was random.</summary>
    public int? Seed { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Workers that ended by themselves, or were ended from outside, while no case ran in them: no case pays for it, but the run is not green.</summary>
    public IReadOnlyList<EarlyEnd> EarlyEnds { get; init; } = [];

    /// <summary>Cases that failed and then passed, in plan order.</summary>
    public IReadOnlyList<CaseIndex> Flaky { get; init; } = CaseList.Empty;

    /// <summary>Why more workers would not have made the run shorter, as a sentence; null if they would have, or if it was short.</summary>
    public string? Floor { get; init; }

    /// <summary>That no case was planned is right: other machines have some, or none is left.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>They make the run fail.</summary>
    public bool FailOnFlaky { get; init; }

    /// <summary>The platform's exit codes.</summary>
    public int ExitCode => Ending switch
    {
        Ending.Interrupted or Ending.Broken => 3,
        Ending.FailLimitReached or Ending.RestartLimitReached => 2,
        Ending.Complete when Account.Failed > 0 || TeardownErrors.Count > 0 => 2,
        Ending.Complete when FailOnFlaky && Flaky.Count > 0 => 2,
        Ending.Complete when Account.NotRun > 0 || EarlyEnds.Count > 0 => 3,
        Ending.Complete when Account.Planned == 0 => MayBeEmpty ? 0 : 8,
        Ending.Complete => 0,
        _ => throw new InvalidOperationException($"This is a bug in Rondo: unknown ending {Ending.GetType().Name}."),
    };
}

/// <param name="When">As part of a sentence: <c>before it was ready</c>.</param>
internal sealed record EarlyEnd(string Worker, int? ProcessId, string When);
