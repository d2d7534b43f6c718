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
    public sealed record Started(string RunId, ProcessIdentity Process, DateTimeOffset At, IReadOnlyList<KeyValuePair<string, string>> Options) : RunLogEvent;

    /// <summary>Part of the plan. A long plan takes several lines.</summary>
    /// <param name="First">Index of the first id.</param>
    /// <param name="Total">Cases in the whole plan.</param>
    public sealed record Planned(string Hash, int Total, int First, IReadOnlyList<string> Ids) : RunLogEvent;

    public sealed record WorkerStarted(string Worker, int ProcessId) : RunLogEvent;

    /// <param name="How">For people: exit code or signal, and why.</param>
    public sealed record WorkerEnded(string Worker, string How) : RunLogEvent;

    public sealed record CaseStarted(CaseIndex Case, string Worker) : RunLogEvent;

    public sealed record CaseFinished(CaseResult Result) : RunLogEvent;

    public sealed record TeardownFailed(TeardownError Error) : RunLogEvent;

    public sealed record Noted(string Text) : RunLogEvent;

    /// <summary>Always the last line; a log without it belongs to a run that lives or crashed.</summary>
    public sealed record Ended(Account Account, Ending Ending) : RunLogEvent;
}
