using System.Text;
using Rondo.Engine.Collections;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>One worker's place in the run, from its start to its burial: what it holds, what it does now, and how long it may.</summary>
/// <remarks>Owner: the controller's event loop.</remarks>
internal sealed class Seat(WorkerHandle worker, string token, TimeProvider time)
{
    private readonly StringBuilder _liveOutput = new();
    private readonly StringBuilder _liveErrorOutput = new();

    public WorkerHandle Worker { get; } = worker;

    public WorkerNumber Number => Worker.Number;

    public string Token { get; } = token;

    public SeatState State { get; set; } = SeatState.Starting;

    public bool IsAlive => State != SeatState.Gone;

    /// <summary>Given and not started.</summary>
    public NumberSet Assigned { get; } = new();

    public CaseIndex? Running { get; private set; }

    public WorkPhase Phase { get; private set; }

    /// <summary>The fixture it sets up or tears down; empty otherwise.</summary>
    public string What { get; private set; } = "";

    public long RunningSince { get; private set; }

    public DateTimeOffset RunningSinceTime { get; private set; }

    public bool IsShownInProgress { get; set; }

    /// <summary>The data source it reads now.</summary>
    public TestNumber? Reading { get; set; }

    public PhaseLimit Limit { get; } = new(time);

    /// <summary>The user's limit of the phase it is in; 0 when there is none. It judges that limit itself, as long as its loop turns.</summary>
    public long LimitMs { get; private set; }

    public Overtime Overtime { get; } = new();

    /// <summary>When it was last looked at, the system had it stopped (SIGSTOP, Ctrl-Z): its time does not count.</summary>
    public bool IsStopped { get; set; }

    /// <summary>Not null: the worker was told to die, and why its running case (if any) already has an outcome.</summary>
    public string? KilledBecause { get; set; }

    public bool HasSaidGoodbye { get; private set; }

    public bool LinkHasEnded { get; set; }

    public WorkerEnd? ProcessEnd { get; set; }

    /// <summary>What its tests had left running is ended, as far as it could be found.</summary>
    public bool IsCleanedUp { get; set; }

    /// <summary>Its channel ended and its process did not: it was ended for that.</summary>
    public bool HasLostChannel { get; set; }

    /// <summary>Its end has begun: what it still says is heard, but only its burial is waited for.</summary>
    public bool IsEnding => KilledBecause is not null || LinkHasEnded || ProcessEnd is not null;

    /// <summary>The case that does not end, as reported; its stacks are being read.</summary>
    public Failure? Stuck { get; set; }

    /// <summary>What it did when it was found stuck.</summary>
    public (CaseIndex? Running, TestNumber? Reading, string What) StuckIn { get; set; }

    public string StuckOutput { get; set; } = "";

    public string StuckErrorOutput { get; set; } = "";

    public IReadOnlyList<int> Threads { get; set; } = [];

    /// <summary>What the running case wrote so far, as far as it was told; its result, when it comes, has all of it.</summary>
    public string OutputSoFar => _liveOutput + Worker.OutputTail;

    public string ErrorOutputSoFar => _liveErrorOutput + Worker.ErrorTail;

    public void Keep(Message.LiveOutput live)
    {
        if (Running?.Value == live.Case) (live.IsError ? _liveErrorOutput : _liveOutput).Append(live.Text);
    }

    /// <summary>Takes note of what it does now.</summary>
    /// <returns>True if this starts a case.</returns>
    public bool Works(Message.Working working, long now, DateTimeOffset nowTime)
    {
        Phase = working.Phase;
        What = working.What;
        LimitPhaseTo(working.LimitMs);
        if (working.Case < 0 || Running?.Value == working.Case) return false;
        Running = new CaseIndex(working.Case);
        RunningSince = now;
        RunningSinceTime = nowTime;
        IsShownInProgress = false;
        _liveOutput.Clear();
        _liveErrorOutput.Clear();
        Assigned.Remove(working.Case);
        return true;
    }

    public void Finished(CaseIndex index)
    {
        Assigned.Remove(index.Value);
        if (Running == index) Running = null;
        What = "";
        LimitTo(TimeSpan.Zero);
    }

    public void SaysGoodbye()
    {
        HasSaidGoodbye = true;
        What = "";
    }

    /// <summary>Sets the limit of user code, which the worker counts too.</summary>
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

    public override string ToString() => $"{Number} {State}, {Assigned.Count} assigned, {(Running is { } running ? "running " + running : "idle")}";
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
