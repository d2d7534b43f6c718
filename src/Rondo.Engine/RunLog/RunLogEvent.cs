using Rondo.Engine.Control;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.RunLog;

/// <summary>One line of the run log. Closed; every report can be made again from these.</summary>
internal abstract record RunLogEvent
{
    private RunLogEvent()
    {
    }

    /// <summary>Milliseconds since the log was opened, on a clock that never goes back. Set by the writer.</summary>
    public long AtMs { get; init; }

    /// <summary>Always the first line.</summary>
    /// <param name="At">For display; everything else counts from it.</param>
    /// <param name="Options">What was asked for, as far as it differs from the default.</param>
    public sealed record Started(string RunId, ProcessIdentity Process, DateTimeOffset At, IReadOnlyList<KeyValuePair<string, string>> Options) : RunLogEvent
    {
        /// <summary>Name of the test program: logs of several programs are no one run.</summary>
        public string Assembly { get; init; } = "";

        /// <summary>Identity of the build; logs of several builds can be shown together.</summary>
        public string Build { get; init; } = "";

        public string System { get; init; } = "";

        public int Processors { get; init; }

        /// <summary>The seed of the run's order; null when nothing was random.</summary>
        public int? Seed { get; init; }
    }

    /// <summary>Part of the plan. A long plan takes several lines.</summary>
    /// <param name="First">Index of the first id.</param>
    /// <param name="Total">Cases in the whole plan.</param>
    public sealed record Planned(string Hash, int Total, int First, IReadOnlyList<string> Ids) : RunLogEvent
    {
        /// <summary>Whose the ids are: each test with as many of them as come one after the other.</summary>
        public IReadOnlyList<PlannedTest> Tests { get; init; } = [];

        /// <summary>What else people see of some of them.</summary>
        public IReadOnlyList<PlannedWords> Words { get; init; } = [];
    }

    /// <summary>How the plan was divided among workers.</summary>
    /// <param name="Why">For people.</param>
    /// <param name="Units">Cases that stay together on one worker; those of a single case are left out.</param>
    public sealed record Divided(int Workers, string Why, IReadOnlyList<UnitCases> Units) : RunLogEvent;

    /// <summary>The process of a worker is being started.</summary>
    public sealed record WorkerLaunched(string Worker) : RunLogEvent;

    /// <summary>It said hello.</summary>
    public sealed record WorkerStarted(string Worker, int ProcessId) : RunLogEvent;

    /// <summary>It has the plan and takes cases.</summary>
    public sealed record WorkerReady(string Worker) : RunLogEvent;

    /// <param name="How">For people: exit code or signal.</param>
    public sealed record WorkerEnded(string Worker, string How) : RunLogEvent
    {
        /// <summary>Why the controller ended it; empty if it ended in order or by itself.</summary>
        public string Why { get; init; } = "";

        /// <summary>It ended in order, or because the controller wanted it.</summary>
        public bool IsExpected { get; init; }
    }

    public sealed record CaseStarted(CaseIndex Case, string Worker) : RunLogEvent
    {
        /// <summary>Set by the reader: the same as in the plan, for a log whose plan is damaged.</summary>
        public string Id { get; init; } = "";
    }

    public sealed record CaseFinished(CaseResult Result) : RunLogEvent
    {
        /// <summary>As in <see cref="CaseStarted"/>.</summary>
        public string Id { get; init; } = "";
    }

    /// <summary>A setup or teardown that belongs to no case; those of a case are in its result.</summary>
    public sealed record FixtureTook(string Worker, FixtureTime Time, DateTimeOffset StartedAt) : RunLogEvent;

    public sealed record TeardownFailed(TeardownError Error) : RunLogEvent;

    public sealed record Noted(string Text) : RunLogEvent;

    /// <summary>Always the last line; a log without it belongs to a run that lives or crashed.</summary>
    public sealed record Ended(Account Account, Ending Ending) : RunLogEvent
    {
        public TimeSpan Duration { get; init; }

        /// <summary>How many teardowns failed: a log that has lost one of their lines is not greener for it.</summary>
        public int TeardownErrors { get; init; }

        public IReadOnlyList<EarlyEnd> EarlyEnds { get; init; } = [];

        /// <summary>See <see cref="RunReport.Floor"/>.</summary>
        public string? Floor { get; init; }

        /// <summary>That no case was planned is right.</summary>
        public bool MayBeEmpty { get; init; }
    }
}

/// <summary>A test in the plan of a run log.</summary>
/// <param name="Cases">How many of the ids are its.</param>
internal sealed record PlannedTest(string Assembly, string Namespace, string Type, string File, string Name, int Line, int Cases);

/// <summary>What people see of a case beside its id.</summary>
/// <param name="Case">Its index in the plan.</param>
/// <param name="DisplayName">Empty if it is the end of the id.</param>
internal sealed record PlannedWords(int Case, string DisplayName, IReadOnlyList<string> Tags);

/// <summary>Cases of a unit of work, as runs of indexes: first, how many, first, how many, …</summary>
internal sealed record UnitCases(IReadOnlyList<int> Runs);
