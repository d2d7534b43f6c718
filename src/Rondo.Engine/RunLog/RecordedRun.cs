using System.Globalization;
using Rondo.Engine.Planning;
using Rondo.Engine.Results;

namespace Rondo.Engine.RunLog;

/// <summary>One run as its log tells it. What the log does not tell any more is lost or not run, never left out.</summary>
internal sealed class RecordedRun
{
    private readonly List<RecordedCase?> _cases = [];
    private readonly Dictionary<int, CaseResult> _results = [];
    private readonly List<TeardownError> _teardownErrors = [];
    private readonly List<string> _notes = [];
    private readonly List<RecordedWorker> _workers = [];
    private readonly List<RunLogEvent.FixtureTook> _fixtures = [];
    private long _lastMs;
    private bool _knowsHowMany;

    private RecordedRun(string file, long lost) => (File, Lost) = (file, lost);

    public string File { get; }

    /// <summary>Records that could not be read.</summary>
    public long Lost { get; }

    /// <summary>Neither its plan nor its account is left of a damaged log: nobody knows of which cases nothing is left.</summary>
    public bool MayHaveHadMore => Lost > 0 && !_knowsHowMany;

    /// <summary>The first line; null if it was lost.</summary>
    public RunLogEvent.Started? Started { get; private set; }

    public RunLogEvent.Divided? Divided { get; private set; }

    /// <summary>Null: the run's process was killed, ended itself, or still runs.</summary>
    public RunLogEvent.Ended? Ended { get; private set; }

    public string RunId => Started?.RunId ?? "unknown";

    public string Assembly => Started?.Assembly is { Length: > 0 } name ? name : _cases.Find(c => c is not null)?.Test.Assembly ?? "";

    /// <summary>Wall clock.</summary>
    public DateTimeOffset At => Started?.At ?? default;

    public TimeSpan Duration => Ended?.Duration ?? TimeSpan.FromMilliseconds(_lastMs);

    /// <summary>How many ran cases at once.</summary>
    public int WorkerCount => Divided?.Workers ?? Math.Max(1, _workers.Count(w => !w.IsHost));

    /// <summary>In the order of the plan.</summary>
    public IReadOnlyList<RecordedCase> Cases { get; private set; } = [];

    /// <summary>One for each of <see cref="Cases"/>.</summary>
    public IReadOnlyDictionary<int, CaseResult> Results => _results;

    public IReadOnlyList<TeardownError> TeardownErrors => _teardownErrors;

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>In the order in which they were started.</summary>
    public IReadOnlyList<RecordedWorker> Workers => _workers;

    /// <summary>Setups and teardowns that belong to no case.</summary>
    public IReadOnlyList<RunLogEvent.FixtureTook> Fixtures => _fixtures;

    /// <summary>The value of an option of the run; null if it was not given.</summary>
    public string? Option(string name)
    {
        foreach (var (option, value) in Started?.Options ?? [])
        {
            if (option == name) return value;
        }

        return null;
    }

    /// <summary>The run of a log, or all runs of a merged one.</summary>
    /// <exception cref="RunLogException">RND5010: there is no such file, or it is no run log.</exception>
    public static IReadOnlyList<RecordedRun> Read(string file)
    {
        try
        {
            return [.. RunLogReader.ReadRuns(file).Select(content => Of(content.File ?? file, content))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw RunLogException.Unreadable(file, error.Message);
        }
    }

    /// <param name="file">For messages.</param>
    /// <param name="content">What was read of it.</param>
    /// <exception cref="RunLogException">RND5010: it is no run log.</exception>
    public static RecordedRun Of(string file, RunLogContent content)
    {
        if (!content.IsRunLog) throw RunLogException.Unreadable(file, content.Lost == 0 ? "it is empty." : "no line of it has the checksum of a run log.");
        var run = new RecordedRun(file, content.Lost);
        var running = new Dictionary<int, RunLogEvent.CaseStarted>();
        foreach (var what in content.Events) run.Take(what, running);
        run.Complete(running);
        return run;
    }

    private void Take(RunLogEvent what, Dictionary<int, RunLogEvent.CaseStarted> running)
    {
        _lastMs = Math.Max(_lastMs, what.AtMs);
        switch (what)
        {
            case RunLogEvent.Started e:
                Started ??= e;
                break;
            case RunLogEvent.Planned e:
                TakePlan(e);
                break;
            case RunLogEvent.Divided e:
                Divided ??= e;
                break;
            case RunLogEvent.WorkerLaunched e:
                _workers.Add(new RecordedWorker(e.Worker, e.AtMs));
                break;
            case RunLogEvent.WorkerStarted e:
                WorkerOf(e.Worker, e.AtMs).Hello(e);
                break;
            case RunLogEvent.WorkerReady e:
                WorkerOf(e.Worker, e.AtMs).ReadyMs ??= e.AtMs;
                break;
            case RunLogEvent.WorkerEnded e:
                WorkerOf(e.Worker, e.AtMs).Ended = e;
                break;
            case RunLogEvent.CaseStarted e:
                Know(e.Case.Value, e.Id);
                running.TryAdd(e.Case.Value, e);
                break;
            case RunLogEvent.CaseFinished e:
                Know(e.Result.Case.Value, e.Id);
                running.Remove(e.Result.Case.Value);
                // With -n 0 an attempt is written down before anybody knows that another process makes one more.
                if (e.Result.Case.Value >= 0 && (!_results.TryGetValue(e.Result.Case.Value, out var before) || before.MayBeRetried)) _results[e.Result.Case.Value] = e.Result;
                break;
            case RunLogEvent.FixtureTook e:
                _fixtures.Add(e);
                break;
            case RunLogEvent.TeardownFailed e:
                _teardownErrors.Add(e.Error);
                break;
            case RunLogEvent.Noted e:
                _notes.Add(e.Text);
                break;
            case RunLogEvent.Ended e:
                Ended ??= e;
                // Where the plan is lost, the account still knows how many there were.
                Grow(e.Account.Planned);
                _knowsHowMany = true;
                break;
            default:
                throw new InvalidOperationException($"This is a bug in Rondo: unknown event {what.GetType().Name}.");
        }
    }

    private RecordedWorker WorkerOf(string name, long atMs)
    {
        for (var i = _workers.Count - 1; i >= 0; i--)
        {
            if (_workers[i].Name == name) return _workers[i];
        }

        _workers.Add(new RecordedWorker(name, atMs));
        return _workers[^1];
    }

    private void TakePlan(RunLogEvent.Planned planned)
    {
        // Also cases of which no line is left: they were planned.
        Grow(planned.Total);
        _knowsHowMany = true;
        var words = planned.Words.ToDictionary(w => w.Case);
        int next = 0, left = 0;
        PlannedTest? test = null;
        for (var i = 0; i < planned.Ids.Count; i++)
        {
            if (left == 0) (test, left) = next < planned.Tests.Count ? (planned.Tests[next], planned.Tests[next++].Cases) : (null, planned.Ids.Count);
            left--;
            var index = planned.First + i;
            Grow(index + 1);
            var more = words.GetValueOrDefault(index);
            _cases[index] = RecordedCase.Of(planned.Ids[i], test) with { DisplayName = more?.DisplayName ?? "", Tags = more?.Tags ?? [] };
        }
    }

    private void Grow(int count)
    {
        while (_cases.Count < count) _cases.Add(null);
    }

    private void Know(int index, string id)
    {
        if (index < 0) return;
        Grow(index + 1);
        if (id.Length > 0) _cases[index] ??= RecordedCase.Of(id, null);
    }

    private void Complete(Dictionary<int, RunLogEvent.CaseStarted> running)
    {
        var cases = new RecordedCase[_cases.Count];
        for (var i = 0; i < cases.Length; i++)
        {
            cases[i] = _cases[i] ?? RecordedCase.Of(string.Create(CultureInfo.InvariantCulture, $"(lost).case {i} of run {RunId}"), null);
            if (_results.ContainsKey(i)) continue;
            _results.Add(i, running.TryGetValue(i, out var started) ? LostWith(started) : new CaseResult(new CaseIndex(i), Unknown()));
        }

        Cases = cases;
        for (var number = _teardownErrors.Count + 1; number <= Ended?.TeardownErrors; number++)
            _teardownErrors.Add(new TeardownError(string.Create(CultureInfo.InvariantCulture, $"(lost).{number}.teardown"), "", new Failure("Lost", "A teardown failed, and the record of it is damaged.", null)));
        foreach (var worker in _workers)
        {
            if (worker.Ended is null && Ended is null) worker.LostMs = _lastMs;
        }
    }

    private CaseResult LostWith(RunLogEvent.CaseStarted started) => new(started.Case, new Outcome.Lost(Ended is null
        ? $"The run ended without an account while this case was running on {started.Worker}: its process was killed or ended itself."
        : "The record of its end is damaged."))
    {
        Worker = started.Worker,
        StartedAt = At == default ? default : At.AddMilliseconds(started.AtMs),
        Duration = Ended is null ? TimeSpan.FromMilliseconds(Math.Max(0, _lastMs - started.AtMs)) : TimeSpan.Zero,
    };

    private Outcome Unknown() => Ended is null && Lost == 0 ? new Outcome.NotRun("the run ended without an account before it came to this case")
        : new Outcome.Lost("Its record is damaged, or was never written.");
}

/// <summary>A case as a log names it.</summary>
/// <param name="Test">The test of which it is a case; <see cref="PlannedTest.Cases"/> means nothing here.</param>
internal sealed record RecordedCase(string Id, PlannedTest Test)
{
    /// <summary>Empty if it is the end of the id.</summary>
    public string DisplayName { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Nothing of it is left but that it was planned.</summary>
    public bool IsLost => Id.StartsWith(Lost, StringComparison.Ordinal);

    private const string Lost = "(lost).";

    public string ClassName => Test.Namespace.Length == 0 ? Test.Type : Test.Namespace + "." + Test.Type;

    /// <param name="id">As the log has it; if no class can be seen in it, it gets one.</param>
    /// <param name="test">Null if the log does not tell any more: then the id has to.</param>
    public static RecordedCase Of(string id, PlannedTest? test)
    {
        if (test is not null)
        {
            var known = new RecordedCase(id, test);
            if (id.StartsWith(known.ClassName + ".", StringComparison.Ordinal)) return known;
        }

        var end = id.AsSpan().IndexOfAny('(', '[', '#');
        // A place for something lost begins with a parenthesis itself.
        if (end <= 0) end = id.Length;
        var dot = id.AsSpan(0, end).LastIndexOf('.');
        if (dot <= 0) return new RecordedCase("(lost)." + id, new PlannedTest("", "", "(lost)", "", id, 0, 1));
        var space = id.AsSpan(0, dot).LastIndexOf('.');
        return new RecordedCase(id, new PlannedTest("", space < 0 ? "" : id[..space], id[(space + 1)..dot], "", id[(dot + 1)..end], 0, 1));
    }
}

/// <summary>One process that ran cases or held fixtures, from its start to its end, in milliseconds of its run.</summary>
internal sealed class RecordedWorker(string name, long launchedMs)
{
    public string Name { get; } = name;

    public bool IsHost => Name.StartsWith("host", StringComparison.Ordinal);

    public long LaunchedMs { get; } = launchedMs;

    public long? StartedMs { get; private set; }

    public long? ReadyMs { get; set; }

    public int? ProcessId { get; private set; }

    public RunLogEvent.WorkerEnded? Ended { get; set; }

    /// <summary>Set if the log ends before its end is told.</summary>
    public long? LostMs { get; set; }

    /// <summary>It died by itself.</summary>
    public bool HasCrashed => Ended is { IsExpected: false };

    public void Hello(RunLogEvent.WorkerStarted hello) => (StartedMs, ProcessId) = (hello.AtMs, hello.ProcessId);
}
