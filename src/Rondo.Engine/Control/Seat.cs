using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Scheduling;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>One worker's place in the run, from its start to its burial: what it holds, what it does now, and how long it may.</summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class Seat(WorkerHandle worker, string token, TimeProvider time)
{
    private int _starts;

    public WorkerHandle Worker { get; } = worker;

    public WorkerNumber Number => Worker.Number;

    public string Token { get; } = token;

    public SeatState State
    {
        get;
        set => (field, IdleSince) = (value, time.GetTimestamp());
    } = SeatState.Starting;

    /// <summary>When it began what it does for no case; for whoever looks on.</summary>
    public long IdleSince { get; private set; } = time.GetTimestamp();

    public bool IsAlive => State != SeatState.Gone;

    /// <summary>It lives in this process and cannot be killed.</summary>
    public bool IsInProcess { get; init; }

    /// <summary>Its place in the run: what the scheduler may give it.</summary>
    public WorkerKind Kind { get; init; }

    /// <summary>Cases that have their result, but whose claims are free only when this worker is gone: nobody knows what they still do in it.</summary>
    public List<CaseResult> EndedWithIt { get; } = [];

    /// <summary>It runs suspects, one after the other, and is nothing to the scheduler.</summary>
    public bool IsForSuspects { get; init; }

    /// <summary>It runs this, and nothing else; null if it was not started for that.</summary>
    public Rerun? Rerun { get; init; }

    /// <summary>What it runs is no business of the scheduler's.</summary>
    public bool IsApart => IsForSuspects || Rerun is not null;

    /// <summary>It holds the fixtures of the whole run in a process of its own: it runs no case, is nothing to the scheduler, and counts in no number of workers.</summary>
    public bool IsHost { get; init; }

    /// <summary>Given and not started.</summary>
    public NumberSet Assigned { get; } = new();

    /// <summary>What it runs now, by case: one, or several that overlap.</summary>
    public NumberTable<LiveCase> Running { get; } = new();

    /// <summary>The fixture or scope it tears down for no case, or the fixture of the whole run it sets up; empty otherwise.</summary>
    public string What { get; private set; } = "";

    /// <summary>What it does for no case is the setup of a fixture of the whole run.</summary>
    public bool IsSettingUp { get; private set; }

    /// <summary>The data source it reads now.</summary>
    public TestNumber? Reading
    {
        get;
        set => (field, IdleSince) = (value, time.GetTimestamp());
    }

    /// <summary>Of what it does for no case: its start, rows, shared teardowns, its end.</summary>
    public PhaseLimit Limit { get; } = new(time);

    /// <summary>The user's limit of the phase it is in; 0 when there is none. It judges that limit itself, as long as its loop turns.</summary>
    public long LimitMs { get; private set; }

    public Overtime Overtime { get; } = new();

    /// <summary>Of a loop that nobody sees turn (<c>--stall-timeout</c>). Starts again whenever it does.</summary>
    public PhaseLimit Stall { get; } = new(time);

    public long AskedForStallAt { get; set; }

    /// <summary>What was asked for <see cref="Stall"/>, and how far it was answered.</summary>
    public Overtime StallAnswers { get; } = new();

    /// <summary>The last question that was sent to it.</summary>
    public int Questions { get; set; }

    /// <summary>When it was last looked at, the system had it stopped (SIGSTOP, Ctrl-Z): its time does not count.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Not null: the worker was told to die, and why its running case (if any) already has an outcome.</summary>
    public string? KilledBecause { get; set; }

    /// <summary>It was asked to end and has not been killed yet.</summary>
    public bool IsAskedToEnd { get; set; }

    public bool HasSaidGoodbye { get; private set; }

    public bool LinkHasEnded { get; set; }

    public WorkerEnd? ProcessEnd { get; set; }

    /// <summary>What its tests had left running is ended, as far as it could be found.</summary>
    public bool IsCleanedUp { get; set; }

    /// <summary>Its channel ended and its process did not: it was ended for that.</summary>
    public bool HasLostChannel { get; set; }

    /// <summary>Its end has begun: what it still says is heard, but only its burial is waited for.</summary>
    public bool IsEnding => KilledBecause is not null || LinkHasEnded || ProcessEnd is not null;

    /// <summary>What does not end, as reported; its stacks are being read.</summary>
    public Failure? Stuck { get; set; }

    /// <summary>What it did when it was found stuck.</summary>
    public StuckIn? StuckIn { get; set; }

    public string StuckOutput { get; set; } = "";

    public string StuckErrorOutput { get; set; } = "";

    public IReadOnlyList<int> Threads { get; set; } = [];

    /// <summary>Managed ids of the threads of users' dispatchers, by the dispatcher's type.</summary>
    public Dictionary<string, int> DispatcherThreads { get; } = new(StringComparer.Ordinal);

    /// <summary>The threads that may run what does not end.</summary>
    /// <param name="test">Whose body it is; null if it is none.</param>
    /// <param name="dispatcher">Where its marks place the code; null for the worker's own threads.</param>
    public IReadOnlyList<int> ThreadsOf(TestMethod? test, string? dispatcher)
    {
        if (dispatcher is not null && DispatcherThreads.TryGetValue(dispatcher, out var thread)) return [thread];
        // A body runs on one of the two threads; for anything else both are of interest.
        return test is null || Threads.Count < 2 ? Threads : [Threads[test.IsAsync ? 0 : 1]];
    }

    /// <summary>The only case it runs; null when there is none, or more than one.</summary>
    public LiveCase? OnlyRunning
    {
        get
        {
            if (Running.Count != 1) return null;
            foreach (var running in Running) return running;
            return null;
        }
    }

    /// <summary>Something it does is past its limit, and it was asked whether it turns.</summary>
    public bool IsInOvertime
    {
        get
        {
            if (Overtime.Rounds > 0) return true;
            foreach (var running in Running)
            {
                if (running.Overtime.Rounds > 0) return true;
            }

            return false;
        }
    }

    /// <summary>Takes an answer to a question.</summary>
    public void Hear(Message.Here here)
    {
        Overtime.Hear(here);
        StallAnswers.Hear(here);
        foreach (var running in Running) running.Overtime.Hear(here);
    }

    /// <summary>The case whose code has the loop's thread, as far as the last answer told; null if nobody knows.</summary>
    public LiveCase? WhoHolds(string holder, Plan plan)
    {
        if (holder.Length == 0) return null;
        foreach (var running in Running)
        {
            if (running.What == holder || plan[running.Case].Id == holder) return running;
        }

        return null;
    }

    /// <summary>Takes note of what it does now for no case.</summary>
    public void WorksForNoCase(Message.Working working)
    {
        (What, IsSettingUp, IdleSince) = (working.What, working.Phase == WorkPhase.Setup, time.GetTimestamp());
        LimitPhaseTo(working.LimitMs);
    }

    /// <summary>It has written to its stdout or stderr past the engine.</summary>
    public bool WritesNatively { get; set; }

    /// <summary>True if nothing ran beside the case from its start until now.</summary>
    public bool RanAlone(int index) => Running[index] is { BeganAlone: true } running && running.StartNumber == _starts;

    /// <summary>Takes note of a case that it has started.</summary>
    public LiveCase Starts(Message.Working working, long now, DateTimeOffset nowTime)
    {
        var running = new LiveCase(new CaseIndex(working.Case), now, nowTime, time) { BeganAlone = Running.Count == 0, StartNumber = ++_starts, Earlier = Rerun?.Earlier ?? [] };
        Running.TryAdd(working.Case, running);
        Assigned.Remove(working.Case);
        return running;
    }

    public void Finished(CaseIndex index)
    {
        Assigned.Remove(index.Value);
        Running.Remove(index.Value);
        if (Running.Count == 0) IdleSince = time.GetTimestamp();
    }

    public void SaysGoodbye()
    {
        HasSaidGoodbye = true;
        (What, IsSettingUp) = ("", false);
    }

    /// <summary>Sets the limit of user code that belongs to no case, which the worker counts too.</summary>
    public void LimitPhaseTo(long limitMs)
    {
        LimitTo(TimeSpan.FromMilliseconds(limitMs));
        LimitMs = limitMs;
    }

    /// <summary>Sets the limit of what it does now; zero is none. The limit of its end, once that has begun, is not touched by what it says.</summary>
    public void LimitTo(TimeSpan limit)
    {
        LimitMs = 0;
        Overtime.Forget();
        if (!IsEnding) Limit.Start(limit);
    }

    public override string ToString() => $"{Number} {State}, {Assigned.Count} assigned, {Running.Count} running";
}

/// <summary>A case that a worker runs: what it does now, since when, and how long it may.</summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class LiveCase(CaseIndex index, long since, DateTimeOffset sinceTime, TimeProvider time)
{
    private List<PartResult>? _parts;
    private int _attempt;
    private System.Text.StringBuilder? _output;
    private System.Text.StringBuilder? _errorOutput;

    public CaseIndex Case { get; } = index;

    /// <summary>When its attempt began.</summary>
    public long Since { get; private set; } = since;

    public DateTimeOffset SinceTime { get; private set; } = sinceTime;

    public WorkPhase Phase { get; private set; }

    /// <summary>The fixture it sets up or tears down; empty otherwise.</summary>
    public string What { get; private set; } = "";

    public PhaseLimit Limit { get; } = new(time);

    /// <summary>The user's limit of the phase it is in; 0 when there is none.</summary>
    public long LimitMs { get; private set; }

    public Overtime Overtime { get; } = new();

    public bool IsShownInProgress { get; set; }

    /// <summary>When it is told of as slow the next time; zero before the first.</summary>
    public TimeSpan SlowAt { get; set; }

    /// <summary>What it wrote so far, as far as it was told; its result, when it comes, has all of it.</summary>
    public string Output => _output?.ToString() ?? "";

    public string ErrorOutput => _errorOutput?.ToString() ?? "";

    /// <summary>Its attempts that ended and were followed by another one.</summary>
    public IReadOnlyList<CaseResult> Earlier { get; set; } = [];

    /// <summary>One more of those. What it wrote is in its result; from here on the next attempt writes.</summary>
    public void Ended(CaseResult attempt, long now, DateTimeOffset nowTime)
    {
        Earlier = [.. Earlier, attempt];
        (Since, SinceTime) = (now, nowTime);
        _output?.Clear();
        _errorOutput?.Clear();
        _parts = null;
    }

    public bool BeganAlone { get; init; }

    /// <summary>Which start of its worker it was.</summary>
    public int StartNumber { get; init; }

    /// <summary>Parts of it that are over, as far as they were told; its result, when it comes, has all of them.</summary>
    public IReadOnlyList<PartResult> Parts => _parts ?? (IReadOnlyList<PartResult>)[];

    public void Works(Message.Working working)
    {
        (Phase, What, LimitMs) = (working.Phase, working.What, working.LimitMs);
        Overtime.Forget();
        Limit.Start(TimeSpan.FromMilliseconds(working.LimitMs));
    }

    public void Keep(Message.PartEnded ended)
    {
        // Those of an attempt before belong to it.
        if (ended.Attempt != _attempt) _parts = null;
        _attempt = ended.Attempt;
        (_parts ??= []).Add(ended.Part);
    }

    public void Keep(Message.LiveOutput live) => (live.IsError ? _errorOutput ??= new() : _output ??= new()).Append(live.Text);
}

/// <summary>What a worker did when it was found stuck.</summary>
/// <param name="Running">The case that does not end; null when it is none.</param>
/// <param name="What">Of the case, or of the worker when there is no case.</param>
internal sealed record StuckIn(LiveCase? Running, TestNumber? Reading, string What)
{
    private readonly int _attemptsBefore = Running?.Earlier.Count ?? 0;

    /// <summary>It came to its end.</summary>
    public bool IsOver(Seat seat) => Running is null
        ? Reading != seat.Reading || What != seat.What
        : seat.Running[Running.Case.Value] != Running || Running.What != What || Running.Earlier.Count != _attemptsBefore;
}

internal enum SeatState
{
    /// <summary>The process is being started, or has not said hello.</summary>
    Starting,

    /// <summary>Greeted; has no plan yet.</summary>
    Greeted,

    /// <summary>Takes cases.</summary>
    Ready,

    /// <summary>Gets no more cases; tears down and ends.</summary>
    Finishing,

    /// <summary>Its process is gone and everything it said was heard.</summary>
    Gone,
}
