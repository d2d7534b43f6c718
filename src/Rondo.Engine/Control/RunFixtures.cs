using Rondo.Engine.Planning;
using Rondo.Engine.Results;
using Rondo.Engine.Wire;

namespace Rondo.Engine.Control;

/// <summary>What the fixtures of the whole run ask of the controller.</summary>
internal interface IRunFixtureKeeper
{
    /// <summary>The run gives no more work; what runs may end.</summary>
    bool IsEnding { get; }

    /// <summary>Every case has a result.</summary>
    bool IsDone { get; }

    /// <summary>Starts the process that holds them; with <c>-n 0</c> the worker in this process is it.</summary>
    /// <param name="earlier">How many there were before.</param>
    Seat StartHost(int earlier);

    void Tell(Seat seat, Message message);

    /// <summary>Tells a worker to tear down and end.</summary>
    void Finish(Seat seat);

    void Kill(Seat seat, string why);

    void AddTeardownError(string id, WorkerNumber worker, Failure failure);

    void EndedEarly(Seat seat, string when);

    void Note(string text);

    /// <summary>Records how a case ended that waits for a fixture in a worker that is given up with the host.</summary>
    void FailWaiting(Seat seat, LiveCase running, string fixture, Failure failure);
}

/// <summary>
/// The fixtures of the whole run, as the controller sees them: who asked for which, what the host answered, and what becomes of both when the host dies. It runs no user code: values pass through it as they were
/// written.
/// </summary>
/// <remarks>
/// Owner: the controller's event loop. Invariants: each that asked is answered once, whatever becomes of the host; a fixture is set up once in a host; there are at most two hosts in a run that served one;
/// the host ends after everybody who asked, so what others made of its values is torn down before the values are.
/// </remarks>
internal sealed class RunFixtures(IRunFixtureKeeper keeper)
{
    private const int StartsInARow = 3;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<Seat> _users = [];
    private Seat? _host;
    private int _started;
    private int _startFailures;
    private int _deaths;

    // Not null: there will be no more host.
    private Failure? _noHost;

    /// <summary>A case in this worker needs a fixture and waits for the answer.</summary>
    public void Need(Seat seat, string key)
    {
        if (!_users.Contains(seat)) _users.Add(seat);
        if (!_entries.TryGetValue(key, out var entry)) _entries.Add(key, entry = new Entry(key));
        if (entry.Answer is null && _host is null && _noHost is { } noHost) entry.Answer = new Message.RunFixtureValue(key, "", noHost, null);
        if (entry.Answer is { } known)
        {
            keeper.Tell(seat, known);
            return;
        }

        entry.Waiting.Add(seat);
        if (_host is null) StartHost();
        else if (_host.State == SeatState.Ready) Ask(entry);
    }

    /// <summary>The host takes orders now.</summary>
    public void HostIsReady()
    {
        _startFailures = 0;
        foreach (var entry in _entries.Values) Ask(entry);
        FinishIfUnused();
    }

    /// <summary>The host's answer.</summary>
    public void Ready(Message.RunFixtureReady ready) => Answer(ready.Key, new Message.RunFixtureValue(ready.Key, ready.Value, ready.Failure, ready.Skip));

    /// <summary>One ended while it was in use: what uses it fails, and so does whatever asks for it later.</summary>
    public void Ended(string key, Failure failure)
    {
        if (!_entries.TryGetValue(key, out var entry)) return;
        entry.Answer = new Message.RunFixtureValue(key, "", failure, null);
        foreach (var user in _users)
        {
            if (user.IsAlive) keeper.Tell(user, new Message.RunFixturesLost([key], failure));
        }
    }

    /// <summary>The setup of a fixture holds the host for good: its dependants fail. The host is ended then.</summary>
    public void SetUpFailed(Seat host, string key, Failure failure)
    {
        // With -n 0 whoever waits is given up with its worker, so the answer reaches nobody.
        foreach (var running in host.Running)
        {
            if (running is { Phase: WorkPhase.Setup } && running.What == key) keeper.FailWaiting(host, running, key, failure);
        }

        Answer(key, new Message.RunFixtureValue(key, "", failure, null));
    }

    /// <summary>Ends the host when nobody is left who could need it. Called after every event; costs nothing without a host.</summary>
    public void FinishIfUnused()
    {
        if (_host is not { IsHost: true, State: not (SeatState.Finishing or SeatState.Gone), KilledBecause: null } host) return;
        if (!(keeper.IsEnding || keeper.IsDone) || _users.Exists(static user => user.IsAlive)) return;
        if (host.State == SeatState.Ready) keeper.Finish(host);
        else keeper.Kill(host, "it is not needed");
    }

    /// <summary>The host could not be started, or ended before it was ready.</summary>
    public void StartFailed(string why)
    {
        _host = null;
        if (keeper.IsEnding || ++_startFailures >= StartsInARow)
        {
            GiveUp(new Failure("RunFixtures", $"The process that holds the fixtures of the whole run could not be started, so none of them can be set up. {why} [RND4071]", null));
            return;
        }

        keeper.Note(why);
        if (_entries.Values.Any(static e => e.Answer is null)) StartHost();
    }

    /// <summary>The host is gone, and everything it said was heard.</summary>
    public void Buried(Seat host, SeatState state, WorkerEnd end, string tail)
    {
        if (host != _host) return;
        _host = null;
        var who = $"The host of the run's fixtures (process {host.Worker.ProcessId})";
        if (state == SeatState.Finishing || host.HasSaidGoodbye)
        {
            if (host.HasSaidGoodbye || host.KilledBecause is not null) return;
            if (host.What.Length > 0) keeper.AddTeardownError(host.What + ".teardown", host.Number, new Failure("Crash", $"{who} {end} during this teardown; fixtures that were set up before this one were not torn down. {Blame.ExplainEarly(end, host.Worker.ErrorTail)}{tail} Look after what they had started. [RND4070]", null));
            else keeper.EndedEarly(host, "while it ended");
            return;
        }

        // Ended with the run, when that was asked to hurry, as everybody else was: nobody is left to tell.
        if (keeper.IsEnding && host is { KilledBecause: not null, Stuck: null }) return;
        var how = host.KilledBecause is null ? end.ToString() : $"was ended ({host.KilledBecause})";
        Lose(host, end, $"{who} {how}", tail);
    }

    private void Lose(Seat host, WorkerEnd end, string whatHappened, string tail)
    {
        var likely = host.KilledBecause is null ? " " + Blame.ExplainEarly(end, host.Worker.ErrorTail) : "";
        var culprit = host is { IsSettingUp: true, What.Length: > 0 } ? host.What : null;
        var failure = new Failure("RunFixtureLost", $"{whatHappened} while this test was running with it.{likely}{tail} What a fixture of the whole run does must leave its process alive. [RND4070]", null);
        if (++_deaths > 1) _noHost = failure with { Message = $"{whatHappened}; it was the second one, and there is no third.{likely}{tail} Find what ends it: -n 0 has everything in one process, for a debugger. [RND4070]" };

        List<string> lost = [];
        var isTold = false;
        foreach (var entry in _entries.Values.ToArray())
        {
            entry.IsAsked = false;
            if (entry.Answer is { Failure: null, Skip: null })
            {
                // Its value is somewhere, and its teardown never comes.
                lost.Add(entry.Key);
                entry.Answer = null;
                keeper.AddTeardownError(entry.Key + ".teardown", host.Number, new Failure("RunFixtureLost", $"Fixture '{entry.Key}' was not torn down: {whatHappened}.{likely}{tail} Look after what it had started. [RND4070]", null));
            }
            else if (entry.Key == culprit && entry.Answer is null)
            {
                // Killed from outside it may do better the next time; what kills its process itself does so again, and would take the others along.
                var isFinal = host.KilledBecause is not null || !end.IsFromOutside;
                var answer = new Message.RunFixtureValue(entry.Key, "", failure with { Message = $"{whatHappened} in the setup of fixture '{culprit}'.{likely}{tail} A setup must leave its process alive: throw what is wrong. [RND4070]" }, null) { IsLost = !isFinal };
                isTold = entry.Waiting.Exists(static waiting => waiting.IsAlive);
                foreach (var waiting in entry.Waiting) keeper.Tell(waiting, answer);
                entry.Waiting.Clear();
                if (isFinal) entry.Answer = answer;
            }
        }

        // No case and no teardown fails for it, but a process of the run ended early.
        if (lost.Count == 0 && !isTold && host.KilledBecause is null) keeper.EndedEarly(host, "while nothing that it held was in use");
        if (lost.Count > 0)
        {
            foreach (var user in _users)
            {
                if (user.IsAlive) keeper.Tell(user, new Message.RunFixturesLost(lost, failure) { IsLost = true });
            }
        }

        if (_noHost is not null || keeper.IsEnding) GiveUp(_noHost ?? failure);
        // They have got nothing of the dead one: the new one serves them as well.
        else if (_entries.Values.Any(static e => e.Waiting.Count > 0)) StartHost();
    }

    private void GiveUp(Failure failure)
    {
        _noHost = failure;
        foreach (var entry in _entries.Values.Where(static e => e.Answer is null).ToArray()) Answer(entry.Key, new Message.RunFixtureValue(entry.Key, "", failure, null));
    }

    private void Answer(string key, Message.RunFixtureValue answer)
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.Answer is not null) return;
        entry.Answer = answer;
        foreach (var waiting in entry.Waiting) keeper.Tell(waiting, answer);
        entry.Waiting.Clear();
    }

    private void StartHost()
    {
        _host = keeper.StartHost(_started++);
        if (_host.State == SeatState.Ready) HostIsReady();
    }

    private void Ask(Entry entry)
    {
        if (entry.IsAsked || entry.Answer is not null || entry.Waiting.Count == 0) return;
        entry.IsAsked = true;
        keeper.Tell(_host!, new Message.SetUpRunFixture(entry.Key));
    }

    private sealed class Entry(string key)
    {
        public string Key { get; } = key;

        /// <summary>The host was told to set it up.</summary>
        public bool IsAsked { get; set; }

        /// <summary>Null: nobody knows yet.</summary>
        public Message.RunFixtureValue? Answer { get; set; }

        public List<Seat> Waiting { get; } = [];
    }
}
