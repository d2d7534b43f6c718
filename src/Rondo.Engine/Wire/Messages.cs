// The only types that cross a process boundary. Before changing one, think: old reader with new data, new reader with old data,
// old writer that drops what it does not know.
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.Wire;

/// <summary>A message between controller and worker.</summary>
internal abstract record Message
{
    private Message()
    {
    }

    /// <summary>A kind that this build does not know, from a newer or older one. Made by the reader; whoever gets it notes it and goes on.</summary>
    public sealed record Unknown(string Kind) : Message;

    // ---- worker to controller

    /// <summary>First message of a worker.</summary>
    /// <param name="Token">Proves that this is the process the controller started.</param>
    /// <param name="Catalog">Identity of the build; must equal the controller's.</param>
    public sealed record Hello(string Token, int ProcessId, string Catalog) : Message
    {
        public int PumpThread { get; init; }

        public int SyncThread { get; init; }
    }

    /// <summary>Rows of one data source, or why there are none. Rows given before an error count.</summary>
    public sealed record Rows(int Class, int Method, IReadOnlyList<Row> Found, Failure? Error) : Message;

    /// <summary>The worker begins to read this data source: blame if it dies.</summary>
    public sealed record ReadingRows(int Class, int Method, long LimitMs) : Message;

    /// <summary>The plan was rebuilt with the same hash.</summary>
    public sealed record PlanAccepted : Message;

    /// <summary>The plan could not be rebuilt.</summary>
    public sealed record PlanRefused(string Why) : Message;

    /// <summary>What the worker does now for a case. The first one of an attempt means it was started.</summary>
    /// <param name="Case">-1: it belongs to no case. Then phase Body means that the worker is idle again.</param>
    /// <param name="Phase"><see cref="WorkPhase"/>.</param>
    /// <param name="What">The fixture in a setup or teardown; else empty.</param>
    /// <param name="LimitMs">The phase's limit; 0 means none.</param>
    public sealed record Working(int Case, WorkPhase Phase, string What, long LimitMs) : Message;

    public sealed record Finished(CaseResult Result) : Message;

    /// <summary>An attempt of the case ended and another one follows at once: what is known of it if that one ends the process. <see cref="Finished"/> has the last attempt only.</summary>
    public sealed record Attempted(CaseResult Result) : Message;

    /// <summary>These were not started and are not the worker's any more.</summary>
    public sealed record GaveBack(IReadOnlyList<int> Cases) : Message;

    /// <summary>A shared fixture's teardown failed.</summary>
    public sealed record TeardownFailed(string Fixture, Failure Failure) : Message;

    /// <summary>The case does not end and its code cannot be stopped from inside: read the stacks and replace this worker.</summary>
    public sealed record Stuck(int Case, Failure Failure, string Output, string ErrorOutput) : Message;

    /// <summary>The worker wants to be replaced when it is idle; it starts nothing more.</summary>
    public sealed record Retiring(string Why) : Message;

    /// <summary>A case of the worker needs the value of this fixture of the whole run; it waits for <see cref="RunFixtureValue"/>.</summary>
    public sealed record NeedRunFixture(string Key) : Message;

    /// <summary>The host's answer to <see cref="SetUpRunFixture"/>.</summary>
    /// <param name="Value">As written by the holder's entry, in base 64; empty if there is none, because of the two that follow.</param>
    /// <param name="Failure">Why there is no value.</param>
    /// <param name="Skip">Not null: the fixture skipped, and so do its dependants.</param>
    public sealed record RunFixtureReady(string Key, string Value, Failure? Failure, string? Skip) : Message;

    /// <summary>A fixture of the whole run ended while its value may be in use.</summary>
    public sealed record RunFixtureEnded(string Key, Failure Failure) : Message;

    /// <summary>A setup or teardown that belongs to no case: of a fixture of the whole run, or of a scope that is over. Those of a case are in its result.</summary>
    public sealed record FixtureTook(FixtureTime Time, DateTimeOffset StartedAt) : Message;

    /// <summary>For <c>--setup-show</c>: a fixture is about to be set up or torn down, or a test to begin.</summary>
    /// <param name="Key">Of the fixture; empty for a test.</param>
    /// <param name="Case">The test; -1 for a fixture.</param>
    public sealed record FixtureStep(string Key, FixtureScope Scope, bool IsTeardown, int Case) : Message;

    /// <summary>Something people should see that belongs to no case.</summary>
    public sealed record Note(string Text) : Message;

    /// <summary>Live output (<c>--capture no</c>).</summary>
    public sealed record LiveOutput(int Case, bool IsError, string Text) : Message;

    /// <summary>A part of a running case is over. The case's result has it again; this is for a case whose worker dies.</summary>
    public sealed record PartEnded(int Case, int Attempt, PartResult Part) : Message;

    /// <summary>Answer to <see cref="AreYouThere"/>: first from the thread that reads the link, then from the loop, if that turns.</summary>
    public sealed record Here(int Question, bool IsLoop) : Message
    {
        /// <summary>Whose code has the loop's thread at this moment: the id of a case or the key of a fixture. Empty: nobody's. It means something only if the loop itself does not answer.</summary>
        public string Holder { get; init; } = "";
    }

    /// <summary>The worker has made a user's dispatcher: whose stack is of interest when code on it does not end.</summary>
    /// <param name="Type">The dispatcher's type, as the catalog names it.</param>
    /// <param name="Thread">Managed id of its thread.</param>
    public sealed record DispatcherMade(string Type, int Thread) : Message;

    /// <summary>Last message: everything is torn down and the process ends by itself.</summary>
    public sealed record Goodbye : Message;

    // ---- controller to worker

    /// <summary>First message of the controller.</summary>
    public sealed record Welcome(WorkerOptions Options) : Message;

    /// <summary>Read these data sources and answer with <see cref="Rows"/> for each.</summary>
    public sealed record ReadRows(IReadOnlyList<int> Classes, IReadOnlyList<int> Methods) : Message;

    /// <summary>The plan, as far as the worker cannot know it: which cases, in order.</summary>
    public sealed record PlanCases(string Hash, int WorkerCount, IReadOnlyList<PlanEntry> Entries) : Message;

    public sealed record Assign(IReadOnlyList<int> Cases) : Message
    {
        /// <summary>Which attempt of them it is; others were made elsewhere.</summary>
        public int Attempt { get; init; } = 1;
    }

    public sealed record Recall(IReadOnlyList<int> Cases) : Message;

    /// <summary>No more case of this scope comes to this worker: its fixtures are torn down.</summary>
    /// <param name="Scope">Class or Namespace.</param>
    /// <param name="Name">Full name of the class, or the namespace.</param>
    public sealed record ScopeOver(FixtureScope Scope, string Name) : Message;

    /// <summary>No more case needs these values of fixtures with cases: they are torn down.</summary>
    /// <param name="Class">Full name of the class, for values of scope Class.</param>
    /// <param name="Fixtures">Keys of the values, as <c>Shop.Database[sqlite]</c>.</param>
    public sealed record FixturesOver(string Class, IReadOnlyList<string> Fixtures) : Message;

    /// <summary>To the host: set up this fixture of the whole run and answer with <see cref="RunFixtureReady"/>.</summary>
    public sealed record SetUpRunFixture(string Key) : Message;

    /// <summary>To a worker that asked: the value, or why there is none.</summary>
    /// <param name="Value">As in <see cref="RunFixtureReady"/>.</param>
    public sealed record RunFixtureValue(string Key, string Value, Failure? Failure, string? Skip) : Message
    {
        /// <summary>The host died: another may serve those that begin later, in another worker.</summary>
        public bool IsLost { get; init; }
    }

    /// <summary>To a worker that got their values: these fixtures of the whole run are gone. What runs with them fails.</summary>
    public sealed record RunFixturesLost(IReadOnlyList<string> Keys, Failure Failure) : Message
    {
        /// <summary>As in <see cref="RunFixtureValue"/>: what this worker made of their values is of no use any more, and it ends when its cases have ended.</summary>
        public bool IsLost { get; init; }
    }

    /// <summary>Cancel what runs now; start nothing more.</summary>
    public sealed record CancelRunning(string Why) : Message;

    /// <summary>The limit of what the worker does is over: does it turn? A worker that does not know the question is taken for one that is starved.</summary>
    public sealed record AreYouThere(int Question) : Message;

    /// <summary>The worker was seen to write to its stdout or stderr past the engine: see <see cref="CaseResult.ReadUntil"/>.</summary>
    public sealed record WritesNatively : Message;

    /// <summary>End the process now, whatever its loop does: handlers of its end run.</summary>
    public sealed record EndProcess : Message;

    /// <summary>Tear down and end.</summary>
    public sealed record Finish : Message;
}

internal enum WorkPhase
{
    Setup,
    Body,
    Teardown,
}

/// <param name="Arguments">Text of the arguments for the id.</param>
internal sealed record Row(string Arguments, string? Name, string? Skip, IReadOnlyList<string> Tags, int? TimeoutMs)
{
    public string? ExpectedFailure { get; init; }
}

/// <summary>One case of the plan. For rows of data sources everything the worker cannot derive from the catalog.</summary>
/// <param name="RowNumber">Position of the <c>[Case]</c> or of the row in its source; -1 without arguments.</param>
/// <param name="Occurrence">n of the id's <c>#n</c>, 1 without: a selected second of equal rows keeps its id, although the first is not in the plan.</param>
/// <param name="Variant">Position of the backend in the test's matrix; -1 without one.</param>
/// <param name="FixtureVariant">Number of the combination of fixture cases; -1 without one.</param>
internal sealed record PlanEntry(int Class, int Method, int RowNumber, Row? Row, string? Error, int Occurrence = 1, int Variant = -1, int FixtureVariant = -1)
{
    /// <summary>Which of the cases that a repetition makes; 0 without one.</summary>
    public int Repetition { get; init; }

    /// <summary>The name of the copy; empty if it is none.</summary>
    public string Copy { get; init; } = "";
}

/// <summary>What a worker must know about the run.</summary>
internal sealed record WorkerOptions
{
    public required string RunId { get; init; }

    public required int Worker { get; init; }

    /// <summary>Folder for temporary directories of this run.</summary>
    public required string TempRoot { get; init; }

    /// <summary>The folder below <see cref="TempRoot"/> where workers mark the ports they give to tests.</summary>
    public const string PortFolder = "ports";

    public bool CaptureOutput { get; init; } = true;

    /// <summary>With <c>-x</c>: of a test too nothing more begins after its first part that fails.</summary>
    public bool StopsAtFirst { get; init; }

    /// <summary>Limit of a test that has none of its own; 0 means none.</summary>
    public long TestTimeoutMs { get; init; } = 600_000;

    /// <summary>False under a debugger: no limit at all.</summary>
    public bool Limits { get; init; } = true;

    /// <summary><c>fail</c>, <c>warn</c> or <c>off</c>.</summary>
    public string Leaks { get; init; } = "warn";

    /// <summary>Up to so many asynchronous cases at once, marked or not; also a cap for the marks' windows. 0: only the marks count.</summary>
    public int Concurrency { get; init; }

    /// <summary>Name suspended async methods in messages.</summary>
    public bool LoopDebug { get; init; }

    public long RowsTimeoutMs { get; init; } = 60_000;

    public long CancelGraceMs { get; init; } = 1_000;

    /// <summary>Extra attempts of a failed test that has no <c>[Retry]</c>.</summary>
    public int Retries { get; init; }

    /// <summary>Further attempts are made by another worker, when the controller says so.</summary>
    public bool RetriesElsewhere { get; init; }

    /// <summary>Pause before a second attempt in this worker; doubles with each further one. 0: none.</summary>
    public long RetryDelayMs { get; init; }

    /// <summary>A body of which nothing is seen for so long is stopped; 0: only its limit stops it.</summary>
    public long StallTimeoutMs { get; init; }

    /// <summary>What the configuration says about some of the cases.</summary>
    public IReadOnlyList<CaseOverride> Overrides { get; init; } = [];

    /// <summary>Cases after which the worker is replaced by a fresh one; 0: it stays.</summary>
    public int RecycleAfter { get; init; }

    /// <summary>Resident memory in MiB above which it is; 0: it stays.</summary>
    public int RecycleMemoryMb { get; init; }

    /// <summary>Tell of each setup and teardown before it begins (<c>--setup-show</c>).</summary>
    public bool ShowSetup { get; init; }

    /// <summary>The schedule that explored tests replay; null: they explore.</summary>
    public string? Schedule { get; init; }

    /// <summary>Seed of explored tests and of tests that ask for one; null: an explored test has one that its id decides.</summary>
    public int? ExploreSeed { get; init; }

    /// <summary>Not null: the loops of tests shuffle what is ready, by this seed and the case's id.</summary>
    public int? ReadyOrderSeed { get; init; }
}
