using Rondo.Engine.Results;
using Rondo.Engine.Wire;
using Rondo.Loops;

namespace Rondo.Engine.Worker;

/// <summary>What everything in a worker works with. One per worker; touched by the engine's lane only, unless a member says otherwise.</summary>
internal sealed class Workbench(LoopHost host, SyncCalls syncThread, WorkerOptions options, TimeProvider time, Action<Message> send, Action<Message> announce)
{
    private readonly Workbench? _wider;
    private int _directories;
    private FreePorts? _ports;

    private Workbench(Workbench wider)
        : this(wider.Host, new CallsInPlace(), wider.Options with { Limits = false }, wider.Time, message => SendUnlessPhase(wider, message), static _ => { })
    {
        _wider = wider;
        Info = wider.Info;
    }

    public LoopHost Host { get; } = host;

    public SyncCalls SyncThread { get; } = syncThread;

    public DispatcherHosts Dispatchers { get; } = new();

    public WorkerOptions Options { get; } = options;

    /// <summary>The engine loop's clock: its timers fire on the pump and leave the pool alone, whose quiet is evidence in the verdict about blocked tests.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The count of workers is known when the plan is; no user code that could ask runs before.</summary>
    public WorkerInfo Info { get; set; } = new(new Planning.WorkerNumber(options.Worker).Name, 1, options.RunId);

    public bool IsInProcess => Options.Worker == Planning.WorkerNumber.InProcess.Value;

    public TimeSpan CancelGrace { get; } = TimeSpan.FromMilliseconds(options.CancelGraceMs);

    /// <summary>
    /// The same for the schedules of an explored test. Nothing leaves the loop there that would come back at a moment of its own: synchronous code runs in place, and phases have no limits and are not reported,
    /// since the limit of the test holds for all schedules together.
    /// </summary>
    public Workbench ForSchedules() => new(this);

    /// <summary>Sends at once. Any thread.</summary>
    public void Send(Message message) => send(message);

    /// <summary>The limit in force: none at all under a debugger.</summary>
    public TimeSpan LimitOf(long milliseconds) => Options.Limits ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.Zero;

    /// <summary>How long a body may show no sign of life; zero: as long as its limit.</summary>
    public TimeSpan StallLimit => LimitOf(Options.StallTimeoutMs);

    /// <summary>How late the loop was; known only while tests overlap.</summary>
    public LagRecord Lag { get; } = new();

    public void Report(int caseIndex, WorkPhase phase, string what, TimeSpan limit) =>
        Send(new Message.Working(caseIndex, phase, what, (long)limit.TotalMilliseconds));

    /// <summary>For <c>--setup-show</c>; else nothing.</summary>
    public void Show(Planning.FixtureDefinition fixture, bool isTeardown)
    {
        if (Options.ShowSetup) Send(new Message.FixtureStep(fixture.Key, fixture.Scope, isTeardown, Case: -1));
    }

    /// <summary>As <see cref="Show(Planning.FixtureDefinition, bool)"/>, of a test whose fixtures are up.</summary>
    public void Show(int caseIndex)
    {
        if (Options.ShowSetup) Send(new Message.FixtureStep("", FixtureScope.Test, IsTeardown: false, caseIndex));
    }

    /// <summary>Tells how long a setup or teardown took that belongs to no case.</summary>
    /// <param name="from">When it began, on <see cref="Time"/>.</param>
    public void TellTime(Planning.FixtureDefinition fixture, bool isTeardown, long from)
    {
        var took = Time.GetElapsedTime(from);
        Send(new Message.FixtureTook(new FixtureTime(fixture.Key, fixture.Scope, isTeardown, TimeSpan.Zero, took), Time.GetUtcNow() - took));
    }

    /// <summary>Tells that a case begins, without flushing.</summary>
    public void Announce(int caseIndex, TimeSpan limit) => announce(new Message.Working(caseIndex, WorkPhase.Body, "", (long)limit.TotalMilliseconds));

    /// <summary>The leak, and how to learn more about what is only counted.</summary>
    public string TextOf(LoopLeak leak) =>
        leak.What + (leak.Kind is LeakKind.AsyncVoid or LeakKind.RunningBody or LeakKind.Child && !Options.LoopDebug ? " (--loop-debug names the methods)" : "");

    /// <summary>What <c>--leaks</c> makes of something that was left behind.</summary>
    public void TellOfLeak(string text, ICollection<Failure> failures, ICollection<string> notes)
    {
        if (Options.Leaks == "fail") failures.Add(new Failure("Leak", text + " Await or cancel what is started, or run with --leaks warn. [RND3040]", null));
        else if (Options.Leaks != "off") notes.Add(text + " (--leaks fail makes this a failure)");
    }

    /// <summary>A directory that no other test of the run gets; it is made when its path is first read.</summary>
    public TempDirectory NewTempDirectory() => _wider is not null ? _wider.NewTempDirectory() : new(Path.Combine(Options.TempRoot, $"{Info.WorkerId}-{++_directories}"));

    /// <summary>A port that no other parameter of the run gets.</summary>
    /// <exception cref="RondoUsageException">RND3093: there is none left.</exception>
    public FreePort NewFreePort() => _wider is not null ? _wider.NewFreePort() : new((_ports ??= FreePorts.OfMachine(Options.RunId, Options.TempRoot)).Take());

    /// <summary>The worker is over: what it held of the machine is given back.</summary>
    public void Close() => _ports?.Dispose();

    private static void SendUnlessPhase(Workbench wider, Message message)
    {
        if (message is not (Message.Working or Message.FixtureStep or Message.FixtureTook)) wider.Send(message);
    }

    /// <summary>Removes the directory if it was made; gives a sentence when that fails, because a leftover is no reason to fail a test.</summary>
    public static string? Remove(TempDirectory directory)
    {
        if (!directory.WasMade) return null;
        try
        {
            directory.Info.Refresh();
            if (directory.Info.Exists) directory.Info.Delete(recursive: true);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"The temporary directory '{directory.Path}' could not be removed: {error.Message}";
        }
    }
}

/// <summary>User code did not end although it was cancelled: nothing inside this process can stop it.</summary>
internal sealed class StuckException(Failure failure, bool blocksThread) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;

    /// <summary>Whose it is; null when it belongs to no attempt.</summary>
    public Attempt? Attempt { get; init; }

    /// <summary>The same, as that of an attempt, with errors that were known before.</summary>
    public StuckException Of(Attempt attempt, IReadOnlyList<Failure> known) =>
        new(known.Count == 0 ? Failure : Failure with { Others = [.. Failure.Others, .. known] }, BlocksThread) { Attempt = attempt };

    /// <summary>True: it occupies the synchronous thread or the pump. False: it only awaits something.</summary>
    public bool BlocksThread { get; } = blocksThread;
}
